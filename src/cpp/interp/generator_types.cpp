// The types of generators and coroutines, and of what a coroutine's __await__ gives.
#include "interp/generator.h"

#include <string_view>
#include <utility>

#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

#include <internal/pycore_genobject.h>
#if PY_VERSION_HEX >= 0x030D0000
#include <internal/pycore_modsupport.h>
#endif

namespace aipy::interp {
namespace {

// ---- methods ------------------------------------------------------------------------------------------------
PySendResult send_slot(PyObject* self, PyObject* value, PyObject** result) {
    return send_into(as_generator(self), value, result);
}

PyObject* next_slot(PyObject* self) {
    PyObject* result = nullptr;
    PySendResult outcome = send_into(as_generator(self), Py_None, &result);
    if (outcome != PYGEN_RETURN) return result;
    if (result != Py_None) _PyGen_SetStopIterationValue(result);
    Py_DECREF(result);
    return nullptr;
}

PyObject* send_method(PyObject* self, PyObject* value) {
    PyObject* result = nullptr;
    PySendResult outcome = send_into(as_generator(self), value, &result);
    return result_of(as_generator(self), outcome, result);
}

PyObject* throw_method(PyObject* self, PyObject* const* args, Py_ssize_t count) {
    ThrowArguments arguments{};
    return read_throw_arguments(args, count, arguments) ? throw_into(as_generator(self), arguments) : nullptr;
}

PyObject* close_method(PyObject* self, PyObject*) { return close(as_generator(self)); }

}  // namespace

PyObject* shown_class(PyObject* self, void*) { return Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(self)->tp_base)); }

PyObject* shown_delegate(PyObject* self, void*) {
    PyObject* delegate = delegate_of(as_generator(self));
    return Py_NewRef(delegate != nullptr ? delegate : Py_None);
}

namespace {

PyCFunction fast(PyObject* (*method)(PyObject*, PyObject* const*, Py_ssize_t)) {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(method));
}

#define AIPY_GENERATOR_METHODS(kind)                                                               \
    {"send", send_method, METH_O,                                                                  \
     "send(arg) -> send 'arg' into " kind ",\nreturn next yielded value or raise StopIteration."}, \
        {"throw", fast(throw_method), METH_FASTCALL,                                               \
         "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in " kind               \
         ", return next yielded value or raise\nStopIteration."},                                  \
        {"close", close_method, METH_NOARGS, "close() -> raise GeneratorExit inside " kind "."}

// ---- generators ---------------------------------------------------------------------------------------------
// Those that types.coroutine has marked can be awaited.
PyObject* await_generator(PyObject* self) {
    if (running_of(as_generator(self)).unit->context.code->co_flags & CO_ITERABLE_COROUTINE) return Py_NewRef(self);
    return PyErr_Format(PyExc_TypeError, runtime::cpython::not_awaitable, "generator");
}

PyMethodDef generator_methods[] = {AIPY_GENERATOR_METHODS("generator"), {nullptr, nullptr, 0, nullptr}};

PyGetSetDef generator_getters[] = {
    {"__class__", shown_class, nullptr, nullptr, nullptr},
    {"gi_yieldfrom", shown_delegate, nullptr, "object being iterated by yield from, or None", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyAsyncMethods generator_async = {await_generator, nullptr, nullptr, send_slot};

#if PY_VERSION_HEX < 0x030C0000
// 3.11's frame.clear() would run the bytecode of a generator that has not begun, to close it.
PyCFunction plain_clear = nullptr;

PyObject* clear_frame(PyObject* object, PyObject* nothing) {
    runtime::cpython::Frame* frame = reinterpret_cast<PyFrameObject*>(object)->f_frame;
    if (frame->owner != FRAME_OWNED_BY_GENERATOR) return plain_clear(object, nothing);
    auto* generator = reinterpret_cast<PyObject*>(reinterpret_cast<char*>(frame) - offsetof(PyGenObject, gi_iframe));
    const bool executes = as_generator(generator)->gi_frame_state == FRAME_EXECUTING;
    if (executes || !is_ours(generator)) return plain_clear(object, nothing);
    generator_finalize(generator);
    Py_RETURN_NONE;
}

void clear_frames_here() {
    if (plain_clear != nullptr) return;
    for (PyMethodDef* row = PyFrame_Type.tp_methods; row->ml_name != nullptr; ++row)
        if (std::string_view(row->ml_name) == "clear") plain_clear = std::exchange(row->ml_meth, clear_frame);
}
#else
void clear_frames_here() {}
#endif

// Makes the type ready; what its slots would show as methods, but CPython's type does not, is taken away again.
bool make_ready(PyTypeObject& type, std::initializer_list<const char*> hidden) {
    if (PyType_Ready(&type) < 0) return false;
    clear_frames_here();
    for (const char* name : hidden)
        if (PyDict_DelItemString(type.tp_dict, name) < 0) PyErr_Clear();
    PyType_Modified(&type);
    return true;
}

// ---- coroutines ---------------------------------------------------------------------------------------------
// What __await__ gives: an iterator that is not a coroutine.
struct Wrapper {
    PyObject ob_base;
    PyObject* coroutine;
};

PyObject* wrapped(PyObject* self) { return reinterpret_cast<Wrapper*>(self)->coroutine; }

void wrapper_dealloc(PyObject* self) {
    PyObject_GC_UnTrack(self);
    Py_CLEAR(reinterpret_cast<Wrapper*>(self)->coroutine);
    PyObject_GC_Del(self);
}

int wrapper_traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(wrapped(self));
    return 0;
}

PyMethodDef wrapper_methods[] = {
    {"send", [](PyObject* self, PyObject* value) { return send_method(wrapped(self), value); }, METH_O, nullptr},
    {"throw", fast([](PyObject* self, PyObject* const* args, Py_ssize_t count) {
         return throw_method(wrapped(self), args, count);
     }),
     METH_FASTCALL, nullptr},
    {"close", [](PyObject* self, PyObject*) { return close(as_generator(wrapped(self))); }, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr}};

PyTypeObject* wrapper_type() {
    static PyTypeObject type = [] {
        PyTypeObject made{};
        made.ob_base = {PyObject_HEAD_INIT(nullptr) 0};
        made.tp_name = "coroutine_wrapper";
        made.tp_basicsize = sizeof(Wrapper);
        made.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
        made.tp_dealloc = wrapper_dealloc;
        made.tp_traverse = wrapper_traverse;
        made.tp_iter = PyObject_SelfIter;
        made.tp_iternext = [](PyObject* self) { return next_slot(wrapped(self)); };
        made.tp_methods = wrapper_methods;
        return made;
    }();
    static const bool ready = PyType_Ready(&type) == 0;
    return ready ? &type : nullptr;
}

PyObject* await_method(PyObject* self, PyObject*) {
    PyTypeObject* type = wrapper_type();
    if (type == nullptr) return nullptr;
    Wrapper* wrapper = PyObject_GC_New(Wrapper, type);
    if (wrapper == nullptr) return nullptr;
    wrapper->coroutine = Py_NewRef(self);
    PyObject_GC_Track(wrapper);
    return reinterpret_cast<PyObject*>(wrapper);
}

PyMethodDef coroutine_methods[] = {
    AIPY_GENERATOR_METHODS("coroutine"),
    {"__await__", await_method, METH_NOARGS | METH_COEXIST, "Return an iterator to be used in await expression."},
    {nullptr, nullptr, 0, nullptr}};

PyObject* origin_getter(PyObject* self, void*) {
    PyObject* origin = running_of(as_generator(self)).origin_or_finalizer;
    return Py_NewRef(origin != nullptr ? origin : Py_None);
}

PyGetSetDef coroutine_getters[] = {{"__class__", shown_class, nullptr, nullptr, nullptr},
                                   {"cr_origin", origin_getter, nullptr, nullptr, nullptr},
                                   {"cr_await", shown_delegate, nullptr, "object being awaited on, or None", nullptr},
                                   {nullptr, nullptr, nullptr, nullptr, nullptr}};

// CPython's `yield from` in a generator that types.coroutine has marked takes its own coroutines by their type, all
// else by its iterator. Nobody else gets one of a coroutine.
PyObject* coroutine_iterator(PyObject* self) {
    PyFrameObject* frame = PyThreadState_GetFrame(runtime::cpython::thread_state());
    PyCodeObject* code = frame == nullptr ? nullptr : PyFrame_GetCode(frame);
    bool is_taken = code != nullptr && (code->co_flags & CO_ITERABLE_COROUTINE) != 0;
    Py_XDECREF(code);
    Py_XDECREF(frame);
    return is_taken ? Py_NewRef(self) : PyErr_Format(PyExc_TypeError, "'coroutine' object is not iterable");
}

// CPython's `await` takes any iterator from here but its own coroutines, which it knows by their type: ours is its own.
PyAsyncMethods coroutine_async = {Py_NewRef, nullptr, nullptr, send_slot};

}  // namespace

bool read_throw_arguments(PyObject* const* args, Py_ssize_t count, ThrowArguments& arguments) {
    if (!_PyArg_CheckPositional("throw", count, 1, 3)) return false;
    if (PY_VERSION_HEX >= 0x030C0000 && count > 1 &&
        PyErr_WarnEx(PyExc_DeprecationWarning,
                     "the (type, exc, tb) signature of throw() is deprecated, "
                     "use the single-arg signature instead.",
                     1) < 0)
        return false;
    arguments.type = args[0];
    if (count > 1) arguments.value = args[1];
    if (count > 2) arguments.traceback = args[2];
    return true;
}

PyTypeObject generator_like(const char* name, PyTypeObject* base) {
    PyTypeObject made{};
    made.ob_base = {PyObject_HEAD_INIT(nullptr) 0};
    made.tp_name = name;
    made.tp_basicsize = base->tp_basicsize;
    made.tp_itemsize = base->tp_itemsize;
    made.tp_dealloc = generator_dealloc;
    made.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
    made.tp_traverse = generator_traverse;
    made.tp_weaklistoffset = offsetof(PyGenObject, gi_weakreflist);
    made.tp_base = base;
    made.tp_finalize = generator_finalize;
    return made;
}

PyTypeObject* generator_type() {
    static PyTypeObject type = [] {
        PyTypeObject made = generator_like("generator", &PyGen_Type);
        made.tp_as_async = &generator_async;
        made.tp_iter = PyObject_SelfIter;
        made.tp_iternext = next_slot;
        made.tp_methods = generator_methods;
        made.tp_getset = generator_getters;
        return made;
    }();
    static const bool ready = make_ready(type, {"__await__"});
    return ready ? &type : nullptr;
}

PyTypeObject* coroutine_type() {
    static PyTypeObject type = [] {
        PyTypeObject made = generator_like("coroutine", &PyCoro_Type);
        made.tp_as_async = &coroutine_async;
        made.tp_iter = coroutine_iterator;
        made.tp_iternext = next_slot;
        made.tp_methods = coroutine_methods;
        made.tp_getset = coroutine_getters;
        return made;
    }();
    static const bool ready = make_ready(type, {"__iter__", "__next__"});
    return ready ? &type : nullptr;
}

PyTypeObject* type_for(const PyCodeObject* code) {
    if (code->co_flags & CO_COROUTINE) return coroutine_type();
    return code->co_flags & CO_ASYNC_GENERATOR ? async_generator_type() : generator_type();
}

}  // namespace aipy::interp
