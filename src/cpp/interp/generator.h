// Generators, coroutines and asynchronous generators of interpreted functions.
//
// Their types are static ones whose bases are the built-in types: isinstance, inspect, gi_frame, cr_running and the
// rest work as they are, because the objects have CPython's own layout, a real frame at its end included. Everything
// that would run the function's bytecode is replaced: send, throw, close, next, finalisation, deallocation.
//
// Behind the frame's registers, and some room for native code, lies the Running, which says where to go on. CPython's
// field for a coroutine's origin, or an asynchronous generator's finalizer, points to it.
#pragma once

#include <Python.h>

#include <cstddef>

#include "interp/interpreter.h"

namespace aipy::interp {

struct RunningGenerator : Running {
    PyObject* origin_or_finalizer = nullptr;  // owned; where a coroutine was made, or the event loop's hook
    bool stands_before_next = false;          // native code left it there: `next` is no yield
};

inline PyGenObject* as_generator(PyObject* object) { return reinterpret_cast<PyGenObject*>(object); }

inline RunningGenerator& running_of(PyGenObject* generator) {
    return *reinterpret_cast<RunningGenerator*>(generator->gi_origin_or_finalizer);
}

inline bool is_finished(const PyGenObject* generator) { return generator->gi_frame_state >= FRAME_COMPLETED; }

// ---- types (generator_types.cpp, async_generator.cpp); null with an exception when they cannot be made
PyTypeObject* generator_type();
PyTypeObject* coroutine_type();
PyTypeObject* async_generator_type();
// That of what a call of such a function gives.
PyTypeObject* type_for(const PyCodeObject* code);

inline bool is_coroutine(const PyGenObject* generator) { return Py_TYPE(generator) == coroutine_type(); }
inline bool is_async_generator(const PyGenObject* generator) { return Py_TYPE(generator) == async_generator_type(); }
inline bool is_ours(PyObject* object) {
    PyTypeObject* type = Py_TYPE(object);
    return type == generator_type() || type == coroutine_type() || type == async_generator_type();
}
// "generator", "coroutine", "async generator": as error messages name it.
const char* kind_name(const PyGenObject* generator);

// ---- what their methods do (generator.cpp)
// What its `yield from` or `await` waits for, borrowed; null when it stands elsewhere.
PyObject* delegate_of(PyGenObject* generator);
// Of an asynchronous generator that has just given something: it was a `yield`, not an `await` in it.
bool has_yielded_value(PyGenObject* generator);
// Sets ValueError and says true when it is running.
bool refuses_to_run(PyGenObject* generator);
void refuse_second_await();
// `value` may be null for None.
PySendResult send_into(PyGenObject* generator, PyObject* value, PyObject** result);
// As a method gives it: what is returned is a StopIteration, or StopAsyncIteration.
PyObject* result_of(PyGenObject* generator, PySendResult outcome, PyObject* result);
// Arguments of throw(); value and traceback may be null. `closes`: GeneratorExit closes what it waits for, where an
// asynchronous generator lets that await its end.
struct ThrowArguments {
    PyObject* type;
    PyObject* value = nullptr;
    PyObject* traceback = nullptr;
    bool closes = true;
};
PyObject* throw_into(PyGenObject* generator, const ThrowArguments& arguments);
PyObject* close(PyGenObject* generator);

// Slots.
void generator_finalize(PyObject* self);
void generator_dealloc(PyObject* self);
int generator_traverse(PyObject* self, visitproc visit, void* arg);

// Getters of gi_yieldfrom and its like, and of __class__: CPython's own type.
PyObject* shown_delegate(PyObject* self, void*);
PyObject* shown_class(PyObject* self, void*);
// The arguments of a throw method; false with TypeError when their number is wrong.
bool read_throw_arguments(PyObject* const* args, Py_ssize_t count, ThrowArguments& arguments);
// A type object of these with what all have in common; `base` is CPython's own.
PyTypeObject generator_like(const char* name, PyTypeObject* base);

}  // namespace aipy::interp
