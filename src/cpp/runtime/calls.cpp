// Calls of any object, and method calls without bound methods.
#include "runtime/attribute_cache.h"
#include "runtime/call_ways.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/errors.h"

#include <internal/pycore_call.h>

using namespace aipy::runtime;

namespace aipy::runtime {

// The method is known from the class and nothing of the instance hides it: it is called with `self` as it lies.
static inline PyObject* cached_method(PyObject* self, const InlineCache* cache) {
    const InlineCache::Entry& entry = cache->entries[0];
    PyTypeObject* type = Py_TYPE(self);
    if (entry.kind != AttributeMethod || type->tp_version_tag != entry.version) return nullptr;
    return instance_is_silent(self, type, cache->second_version[0]) ? entry.object : nullptr;
}

// A metaclass may have a __call__ of its own; `type` has none that does more than rt_call_class.
static inline PyObject* call_any(PyObject* callable, PyObject* const* args, int64_t count, PyObject* kwnames,
                                 InlineCache* cache) {
    if (Py_IS_TYPE(callable, &PyType_Type)) return rt_call_class(callable, args, count, kwnames, cache);
    return call_free(callable, args, count, kwnames);
}

// The attribute for a call, a new reference; `unbound`: it is to be called with `self`.
static PyObject* find_method(PyObject* self, PyObject* name, InlineCache* cache, bool* unbound) {
    PyTypeObject* type = Py_TYPE(self);
    InlineCache::Entry* entry = find_entry(cache, type);
    *unbound = false;
    if (entry == nullptr) {
        remember_attribute(self, name, cache);
    } else if (entry->kind != AttributeMethod) {
        PyObject* found = rt_load_attr_kind(self, name, cache, static_cast<uint32_t>(entry - cache->entries));
        if (found != nullptr || PyErr_Occurred()) return found;
    } else if (instance_is_silent(self, type, cache->second_version[entry - cache->entries])) {
        *unbound = true;
        return Py_NewRef(entry->object);
    }
    PyObject* callable = nullptr;
    *unbound = _PyObject_GetMethod(self, name, &callable) != 0;
    return callable;
}

// "f() argument after * must be an iterable, not int", and its like for **.
static void complain_about_argument(PyObject* callable, const char* format, PyObject* argument) {
    PyObject* text = _PyObject_FunctionStr(callable);
    if (text == nullptr) return;
    PyErr_Format(PyExc_TypeError, format, text, Py_TYPE(argument)->tp_name);
    Py_DECREF(text);
}

static PyObject* positional_tuple(PyObject* callable, PyObject* arguments) {
    if (PyTuple_CheckExact(arguments)) return Py_NewRef(arguments);
    if (Py_TYPE(arguments)->tp_iter == nullptr && !PySequence_Check(arguments)) {
        complain_about_argument(callable, "%U argument after * must be an iterable, not %.200s", arguments);
        return nullptr;
    }
    return PySequence_Tuple(arguments);
}

static void complain_about_repeated_keyword(PyObject* callable) {
    PyObject* error = PyErr_GetRaisedException();
    PyObject* args = PyObject_GetAttrString(error, "args");
    if (args == nullptr || !PyTuple_Check(args) || PyTuple_GET_SIZE(args) != 1) {
        Py_XDECREF(args);
        PyErr_SetRaisedException(error);
        return;
    }
    PyObject* text = _PyObject_FunctionStr(callable);
    if (text != nullptr)
        PyErr_Format(PyExc_TypeError, "%U got multiple values for keyword argument '%S'", text,
                     PyTuple_GET_ITEM(args, 0));
    Py_XDECREF(text);
    Py_DECREF(args);
    Py_DECREF(error);
}

}  // namespace aipy::runtime

extern "C" {

PyObject* rt_call(PyObject* callable, PyObject* const* args, int64_t count, PyObject* kwnames,
                  InlineCache* cache) noexcept {
    return call_any(callable, args, count, kwnames, cache);
}

[[gnu::noinline]] PyObject* rt_polled_slow(PyObject* result) noexcept {
    if (rt_poll_slow() == 0) return result;
    Py_DECREF(result);
    return nullptr;
}

// A call gave no result: an exception is set, or the callee is at fault.
[[gnu::noinline]] PyObject* rt_call_result_error(PyObject* callable) noexcept {
    return _Py_CheckFunctionResult(aipy::runtime::cpython::thread_state(), callable, nullptr, nullptr);
}

[[gnu::noinline]] PyObject* rt_call_method_slow(PyObject* self, PyObject* const* args, int64_t count, PyObject* name,
                                                PyObject* kwnames, InlineCache* cache) noexcept {
    bool unbound = false;
    PyObject* callable = find_method(self, name, cache, &unbound);
    if (callable == nullptr) return rt_lookup_error();
    PyObject* result =
        unbound ? call_with_self(callable, self, args, count, kwnames) : call_free(callable, args, count, kwnames);
    Py_DECREF(callable);
    return result;
}

PyObject* rt_call_method(PyObject* self, PyObject* const* args, int64_t count, PyObject* name, PyObject* kwnames,
                         InlineCache* cache) noexcept {
    PyObject* method = cached_method(self, cache);
    if (method == nullptr) [[unlikely]]
        return rt_call_method_slow(self, args, count, name, kwnames, cache);
    Py_INCREF(method);
    PyObject* result = call_with_self(method, self, args, count, kwnames);
    Py_DECREF(method);
    return result;
}

PyObject* rt_load_method(PyObject* owner, PyObject* name, InlineCache* cache) noexcept {
    PyObject* method = cached_method(owner, cache);
    if (method == nullptr) [[unlikely]]
        return rt_load_method_slow(owner, name, cache);
    cache->unbound = 1;
    return Py_NewRef(method);
}

// The note comes last: a look-up that runs Python code may come by this site again.
[[gnu::noinline]] PyObject* rt_load_method_slow(PyObject* owner, PyObject* name, InlineCache* cache) noexcept {
    bool unbound = false;
    PyObject* callable = find_method(owner, name, cache, &unbound);
    cache->unbound = unbound ? 1 : 0;
    return callable;
}

// Of an object of a class that the cache knows.
PyObject* rt_find_method(PyObject* owner, InlineCache* cache) noexcept {
    return Py_NewRef(find_entry(cache, Py_TYPE(owner))->object);
}

PyObject* rt_method_self(PyObject* owner, InlineCache* cache) noexcept {
    if (cache->unbound != 0) [[likely]]
        return owner;
    Py_DECREF(owner);
    return nullptr;
}

PyObject* rt_call_loaded(PyObject* callable, PyObject* self, PyObject* const* args, int64_t count, PyObject* kwnames,
                         InlineCache* cache) noexcept {
    if (self != nullptr) [[likely]]
        return call_with_self(callable, self, args, count, kwnames);
    return call_any(callable, args, count, kwnames, cache);
}

PyObject* rt_call_ex(PyObject* callable, PyObject* arguments, PyObject* keywords) noexcept {
    PyObject* positional = positional_tuple(callable, arguments);
    if (positional == nullptr) return nullptr;
    PyObject* result = PyObject_Call(callable, positional, keywords);
    Py_DECREF(positional);
    return result != nullptr ? polled(result) : nullptr;
}

int rt_dict_merge(PyObject* dict, PyObject* mapping, PyObject* callable) noexcept {
    if (_PyDict_MergeEx(dict, mapping, 2) == 0) return 0;
    if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        complain_about_argument(callable, "%U argument after ** must be a mapping, not %.200s", mapping);
    } else if (PyErr_ExceptionMatches(PyExc_KeyError)) {
        complain_about_repeated_keyword(callable);
    }
    return -1;
}

}  // extern "C"
