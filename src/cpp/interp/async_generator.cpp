// Asynchronous generators: their type, and the awaitables that asend(), athrow(), aclose() and __anext__() give.
//
// An awaitable sends into the generator until that comes to a `yield`, whose value is the awaitable's result, or ends;
// what an `await` inside yields is passed on to the event loop.
#include "interp/generator.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

#include <internal/pycore_genobject.h>

namespace aipy::interp {
namespace {

enum class Call : uint8_t { Send, Throw, Close };
enum class State : uint8_t { Fresh, Running, Done };

struct Awaitable {
    PyObject ob_base;
    PyGenObject* generator;
    PyObject* arguments;  // of Send the value, or null; of Throw a tuple; of Close null
    Call call;
    State state;
};

Awaitable& awaitable_of(PyObject* self) { return *reinterpret_cast<Awaitable*>(self); }

PyObject* refuse(PyObject* exception, const char* text) {
    PyErr_SetString(exception, text);
    return nullptr;
}

// ---- what the generator gave ----------------------------------------------------------------------------------
bool generator_ended() {
    return PyErr_ExceptionMatches(PyExc_StopAsyncIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit);
}

// Of Send and Throw: a value is the StopIteration that ends the awaitable; null, too, when an exception does.
PyObject* unwrapped(PyGenObject* generator, PyObject* result) {
    if (result != nullptr && !has_yielded_value(generator)) return result;
    if (result == nullptr) {
        if (!PyErr_Occurred()) PyErr_SetNone(PyExc_StopAsyncIteration);
        if (generator_ended()) generator->gi_closed = 1;
    } else {
        _PyGen_SetStopIterationValue(result);
        Py_DECREF(result);
    }
    generator->gi_running_async = 0;
    return nullptr;
}

// Of Close: it may await, but not yield; its end is what was wanted.
PyObject* unwrapped_of_close(PyGenObject* generator, PyObject* result) {
    if (result != nullptr && !has_yielded_value(generator)) return result;
    generator->gi_running_async = 0;
    if (result != nullptr) {
        Py_DECREF(result);
        return refuse(PyExc_RuntimeError, "async generator ignored GeneratorExit");
    }
    if (generator_ended()) PyErr_SetNone(PyExc_StopIteration);
    return nullptr;
}

PyObject* passed_on(Awaitable& awaitable, PyObject* result) {
    PyObject* passed = awaitable.call == Call::Close ? unwrapped_of_close(awaitable.generator, result)
                                                     : unwrapped(awaitable.generator, result);
    if (passed == nullptr) awaitable.state = State::Done;
    return passed;
}

// ---- steps of an awaitable --------------------------------------------------------------------------------------
PyObject* send_generator(PyGenObject* generator, PyObject* value) {
    PyObject* result = nullptr;
    PySendResult outcome = send_into(generator, value, &result);
    return result_of(generator, outcome, result);
}

PyObject* refuse_reuse(const Awaitable& awaitable) {
    return refuse(PyExc_RuntimeError, awaitable.call == Call::Send ? "cannot reuse already awaited __anext__()/asend()"
                                                                   : "cannot reuse already awaited aclose()/athrow()");
}

// Takes the generator for this awaitable, which has not been stepped so far.
bool begin(Awaitable& awaitable) {
    if (awaitable.generator->gi_running_async) {
        awaitable.state = State::Done;
        PyErr_Format(PyExc_RuntimeError, "%s(): asynchronous generator is already running",
                     awaitable.call == Call::Send    ? "anext"
                     : awaitable.call == Call::Throw ? "athrow"
                                                     : "aclose");
        return false;
    }
    awaitable.state = State::Running;
    awaitable.generator->gi_running_async = 1;
    return true;
}

// The first step of athrow() and aclose().
PyObject* throw_first(Awaitable& awaitable, PyObject* value) {
    PyGenObject* generator = awaitable.generator;
    if (!generator->gi_running_async && generator->gi_closed) {
        awaitable.state = State::Done;
        PyErr_SetNone(PyExc_StopAsyncIteration);
        return nullptr;
    }
    if (!generator->gi_running_async && value != Py_None)
        return refuse(PyExc_RuntimeError, "can't send non-None value to a just-started coroutine");
    if (!begin(awaitable)) return nullptr;
    ThrowArguments thrown{.type = PyExc_GeneratorExit, .closes = false};
    if (awaitable.call == Call::Close)
        generator->gi_closed = 1;
    else if (!PyArg_UnpackTuple(awaitable.arguments, "athrow", 1, 3, &thrown.type, &thrown.value, &thrown.traceback))
        return nullptr;
    return passed_on(awaitable, throw_into(generator, thrown));
}

PyObject* step(PyObject* self, PyObject* value) {
    Awaitable& awaitable = awaitable_of(self);
    if (awaitable.state == State::Done) return refuse_reuse(awaitable);
    if (awaitable.call != Call::Send && is_finished(awaitable.generator)) {
        awaitable.state = State::Done;
        PyErr_SetNone(PyExc_StopIteration);
        return nullptr;
    }
    if (awaitable.state == State::Fresh) {
        if (awaitable.call != Call::Send) return throw_first(awaitable, value);
        if (!begin(awaitable)) return nullptr;
        if (value == Py_None && awaitable.arguments != nullptr) value = awaitable.arguments;
    }
    awaitable.generator->gi_running_async = 1;
    return passed_on(awaitable, send_generator(awaitable.generator, value));
}

PyObject* step_next(PyObject* self) { return step(self, Py_None); }

PyObject* throw_into_awaitable(Awaitable& awaitable, const ThrowArguments& thrown) {
    if (awaitable.state == State::Done) return refuse_reuse(awaitable);
    if (PY_VERSION_HEX >= 0x030D0000 && awaitable.state == State::Fresh && !begin(awaitable)) return nullptr;
    return passed_on(awaitable, throw_into(awaitable.generator, thrown));
}

PyObject* throw_method(PyObject* self, PyObject* const* args, Py_ssize_t count) {
    ThrowArguments thrown{};
    return read_throw_arguments(args, count, thrown) ? throw_into_awaitable(awaitable_of(self), thrown) : nullptr;
}

PyObject* close_method(PyObject* self, PyObject*) {
    Awaitable& awaitable = awaitable_of(self);
    if (PY_VERSION_HEX < 0x030D0000) awaitable.state = State::Done;
    if (awaitable.state == State::Done) Py_RETURN_NONE;
    PyObject* result = throw_into_awaitable(awaitable, {.type = PyExc_GeneratorExit});
    if (result != nullptr) {
        Py_DECREF(result);
        return refuse(PyExc_RuntimeError, "coroutine ignored GeneratorExit");
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration) && !generator_ended()) return nullptr;
    PyErr_Clear();
    Py_RETURN_NONE;
}

// ---- the awaitables' types ------------------------------------------------------------------------------------
void awaitable_dealloc(PyObject* self) {
    if (PyObject_CallFinalizerFromDealloc(self) != 0) return;
    PyObject_GC_UnTrack(self);
    Py_CLEAR(awaitable_of(self).generator);
    Py_CLEAR(awaitable_of(self).arguments);
    PyObject_GC_Del(self);
}

int awaitable_traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(awaitable_of(self).generator);
    Py_VISIT(awaitable_of(self).arguments);
    return 0;
}

// Since 3.13 CPython warns of those that nobody has awaited.
void awaitable_finalize(PyObject* self) {
    const Awaitable& awaitable = awaitable_of(self);
    if (PY_VERSION_HEX < 0x030D0000 || awaitable.state != State::Fresh) return;
    PyObject* error = PyErr_GetRaisedException();
    const char* method = awaitable.call == Call::Send ? "asend" : awaitable.call == Call::Throw ? "athrow" : "aclose";
    if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "coroutine method '%s' of %R was never awaited", method,
                         awaitable.generator->gi_qualname) < 0)
        PyErr_WriteUnraisable(reinterpret_cast<PyObject*>(awaitable.generator));
    PyErr_SetRaisedException(error);
}

PyMethodDef awaitable_methods[] = {
    {"send", step, METH_O, nullptr},
    {"throw", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(throw_method)), METH_FASTCALL, nullptr},
    {"close", close_method, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr}};

PyAsyncMethods awaitable_async = {PyObject_SelfIter, nullptr, nullptr, nullptr};

PyTypeObject awaitable_like(const char* name) {
    PyTypeObject made{};
    made.ob_base = {PyObject_HEAD_INIT(nullptr) 0};
    made.tp_name = name;
    made.tp_basicsize = sizeof(Awaitable);
    made.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
    made.tp_dealloc = awaitable_dealloc;
    made.tp_traverse = awaitable_traverse;
    made.tp_finalize = awaitable_finalize;
    made.tp_as_async = &awaitable_async;
    made.tp_iter = PyObject_SelfIter;
    made.tp_iternext = step_next;
    made.tp_methods = awaitable_methods;
    return made;
}

PyTypeObject* awaitable_type(Call call) {
    static PyTypeObject send = awaitable_like("async_generator_asend");
    static PyTypeObject raise = awaitable_like("async_generator_athrow");
    static const bool ready = PyType_Ready(&send) == 0 && PyType_Ready(&raise) == 0;
    if (!ready) return nullptr;
    return call == Call::Send ? &send : &raise;
}

PyObject* make_awaitable(PyObject* generator, Call call, PyObject* arguments) {
    PyTypeObject* type = awaitable_type(call);
    Awaitable* awaitable = type == nullptr ? nullptr : PyObject_GC_New(Awaitable, type);
    if (awaitable == nullptr) return nullptr;
    awaitable->generator = as_generator(Py_NewRef(generator));
    awaitable->arguments = Py_XNewRef(arguments);
    awaitable->call = call;
    awaitable->state = State::Fresh;
    PyObject_GC_Track(awaitable);
    return reinterpret_cast<PyObject*>(awaitable);
}

// ---- the generator ----------------------------------------------------------------------------------------------
// The event loop gets to know of a generator at its first use.
bool tell_event_loop(PyGenObject* generator) {
    if (generator->gi_hooks_inited) return true;
    generator->gi_hooks_inited = 1;
    PyThreadState* thread = runtime::cpython::thread_state();
    if (thread->async_gen_finalizer != nullptr)
        running_of(generator).origin_or_finalizer = Py_NewRef(thread->async_gen_finalizer);
    if (thread->async_gen_firstiter == nullptr) return true;
    PyObject* first = Py_NewRef(thread->async_gen_firstiter);
    PyObject* told = PyObject_CallOneArg(first, reinterpret_cast<PyObject*>(generator));
    Py_DECREF(first);
    Py_XDECREF(told);
    return told != nullptr;
}

PyObject* anext_slot(PyObject* self) {
    return tell_event_loop(as_generator(self)) ? make_awaitable(self, Call::Send, nullptr) : nullptr;
}

PyObject* asend_method(PyObject* self, PyObject* value) {
    return tell_event_loop(as_generator(self)) ? make_awaitable(self, Call::Send, value) : nullptr;
}

PyObject* aclose_method(PyObject* self, PyObject*) {
    return tell_event_loop(as_generator(self)) ? make_awaitable(self, Call::Close, nullptr) : nullptr;
}

PyObject* athrow_method(PyObject* self, PyObject* arguments) {
    if (PyTuple_GET_SIZE(arguments) > 1 &&
        PyErr_WarnEx(PyExc_DeprecationWarning,
                     "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead.",
                     1) < 0)
        return nullptr;
    return tell_event_loop(as_generator(self)) ? make_awaitable(self, Call::Throw, arguments) : nullptr;
}

PyMethodDef generator_methods[] = {
    {"asend", asend_method, METH_O, "asend(v) -> send 'v' in generator."},
    {"athrow", athrow_method, METH_VARARGS,
     "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator."},
    {"aclose", aclose_method, METH_NOARGS, "aclose() -> raise GeneratorExit inside generator."},
    {nullptr, nullptr, 0, nullptr}};

PyGetSetDef generator_getters[] = {{"__class__", shown_class, nullptr, nullptr, nullptr},
                                   {"ag_await", shown_delegate, nullptr, "object being awaited on, or None", nullptr},
                                   {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyAsyncMethods generator_async = {nullptr, PyObject_SelfIter, anext_slot, nullptr};

}  // namespace

PyTypeObject* async_generator_type() {
    static PyTypeObject type = [] {
        PyTypeObject made = generator_like("async_generator", &PyAsyncGen_Type);
        made.tp_as_async = &generator_async;
        made.tp_methods = generator_methods;
        made.tp_getset = generator_getters;
        return made;
    }();
    static const bool ready = PyType_Ready(&type) == 0;
    return ready ? &type : nullptr;
}

}  // namespace aipy::interp
