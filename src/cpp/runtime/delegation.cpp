// Delegation to another iterator (`yield from`, `await`) and the protocols of asynchronous iteration.
#include <vector>

#include "runtime/cpython/internal.h"
#include "runtime/helpers.h"

namespace {

bool is_coroutine(PyObject* object) { return PyObject_TypeCheck(object, &PyCoro_Type) != 0; }

bool has_flag(PyCodeObject* code, int flag) { return (code->co_flags & flag) != 0; }

// A generator that types.coroutine made awaitable.
bool is_awaitable_generator(PyObject* object) {
    if (!PyObject_TypeCheck(object, &PyGen_Type)) return false;
    PyCodeObject* code = PyGen_GetCode(reinterpret_cast<PyGenObject*>(object));
    bool is_awaitable = has_flag(code, CO_ITERABLE_COROUTINE);
    Py_DECREF(code);
    return is_awaitable;
}

bool lacks_await(PyObject* object) {
    PyAsyncMethods* methods = Py_TYPE(object)->tp_as_async;
    return methods == nullptr || methods->am_await == nullptr;
}

// What `await` steps: the coroutine itself, or what __await__ gives.
PyObject* awaitable_iterator(PyObject* object) {
    if (is_coroutine(object) || is_awaitable_generator(object)) return Py_NewRef(object);
    if (lacks_await(object))
        return PyErr_Format(PyExc_TypeError, aipy::runtime::cpython::not_awaitable, Py_TYPE(object)->tp_name);
    PyObject* iterator = Py_TYPE(object)->tp_as_async->am_await(object);
    if (iterator == nullptr) return nullptr;
    if (is_coroutine(iterator) || is_awaitable_generator(iterator))
        PyErr_SetString(PyExc_TypeError, "__await__() returned a coroutine");
    else if (!PyIter_Check(iterator))
        PyErr_Format(PyExc_TypeError, "__await__() returned non-iterator of type '%.100s'", Py_TYPE(iterator)->tp_name);
    else
        return iterator;
    Py_DECREF(iterator);
    return nullptr;
}

// Which call's result is awaited: none, or a method of an asynchronous context manager.
enum class Awaited : int64_t { Expression = 0, Enter = 1, Exit = 2 };

void name_method(PyObject* object, Awaited awaited) {
    if (awaited == Awaited::Expression || !lacks_await(object)) return;
    PyErr_Format(PyExc_TypeError, "'async with' received an object from %s that does not implement __await__: %.100s",
                 awaited == Awaited::Enter ? "__aenter__" : "__aexit__", Py_TYPE(object)->tp_name);
}

// Whether somebody awaits the coroutine already; -1 with an exception set.
int is_awaited(PyObject* iterator) {
    if (!is_coroutine(iterator)) return 0;
    PyObject* delegate = PyObject_GetAttrString(iterator, "cr_await");
    if (delegate == nullptr) return -1;
    int answer = delegate != Py_None;
    Py_DECREF(delegate);
    return answer;
}

// The TypeError, with what went wrong as its cause.
void invalid_next(PyObject* object) {
    PyObject* cause = PyErr_GetRaisedException();
    PyErr_Format(PyExc_TypeError, "'async for' received an invalid object from __anext__: %.100s",
                 Py_TYPE(object)->tp_name);
    PyObject* error = PyErr_GetRaisedException();
    PyException_SetCause(error, Py_NewRef(cause));
    PyException_SetContext(error, cause);
    PyErr_SetRaisedException(error);
}

}  // namespace

extern "C" {

PyObject* rt_get_yield_from_iter(aipy::runtime::FunctionContext* context, PyObject* iterable) noexcept {
    if (is_coroutine(iterable)) {
        if (has_flag(context->code, CO_COROUTINE | CO_ITERABLE_COROUTINE)) return Py_NewRef(iterable);
        PyErr_SetString(PyExc_TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
        return nullptr;
    }
    if (PyObject_TypeCheck(iterable, &PyGen_Type)) return Py_NewRef(iterable);
    return PyObject_GetIter(iterable);
}

PyObject* rt_get_awaitable(PyObject* object, int64_t awaited) noexcept {
    PyObject* iterator = awaitable_iterator(object);
    if (iterator == nullptr) {
        name_method(object, static_cast<Awaited>(awaited));
        return nullptr;
    }
    int taken = is_awaited(iterator);
    if (taken == 0) return iterator;
    if (taken > 0) PyErr_SetString(PyExc_RuntimeError, "coroutine is being awaited already");
    Py_DECREF(iterator);
    return nullptr;
}

PyObject* rt_get_aiter(PyObject* iterable) noexcept {
    PyAsyncMethods* methods = Py_TYPE(iterable)->tp_as_async;
    if (methods == nullptr || methods->am_aiter == nullptr)
        return PyErr_Format(PyExc_TypeError, "'async for' requires an object with __aiter__ method, got %.100s",
                            Py_TYPE(iterable)->tp_name);
    PyObject* iterator = methods->am_aiter(iterable);
    if (iterator == nullptr) return nullptr;
    PyAsyncMethods* found = Py_TYPE(iterator)->tp_as_async;
    if (found != nullptr && found->am_anext != nullptr) return iterator;
    PyErr_Format(PyExc_TypeError,
                 "'async for' received an object from __aiter__ that does not implement __anext__: %.100s",
                 Py_TYPE(iterator)->tp_name);
    Py_DECREF(iterator);
    return nullptr;
}

PyObject* rt_get_anext(PyObject* iterator) noexcept {
    PyAsyncMethods* methods = Py_TYPE(iterator)->tp_as_async;
    if (methods == nullptr || methods->am_anext == nullptr)
        return PyErr_Format(PyExc_TypeError, "'async for' requires an iterator with __anext__ method, got %.100s",
                            Py_TYPE(iterator)->tp_name);
    PyObject* next = methods->am_anext(iterator);
    if (next == nullptr || PyAsyncGen_CheckExact(iterator)) return next;
    PyObject* awaitable = awaitable_iterator(next);
    if (awaitable == nullptr) invalid_next(next);
    Py_DECREF(next);
    return awaitable;
}

PyObject* rt_send(PyObject* iterator, PyObject* value) noexcept {
    PyObject* result = nullptr;
    if (PyIter_Send(iterator, value, &result) != PYGEN_RETURN) return result;
    rt_keep_send_result(result);
    return nullptr;
}

PyObject* rt_stop_value(PyObject* exception) noexcept {
    if (!PyErr_GivenExceptionMatches(exception, PyExc_StopIteration)) return nullptr;
    return Py_NewRef(reinterpret_cast<PyStopIterationObject*>(exception)->value);
}

}  // extern "C"

// Natively compiled only: it has data.
#ifndef AIPY_RUNTIME_BITCODE

namespace {

// What was returned by iterators that have ended, until the op behind takes it. More than one only while a destructor
// runs between the two.
thread_local std::vector<PyObject*> send_results;

}  // namespace

extern "C" {

void rt_keep_send_result(PyObject* result) noexcept { send_results.push_back(result); }

PyObject* rt_send_result() noexcept {
    PyObject* result = send_results.back();
    send_results.pop_back();
    return result;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
