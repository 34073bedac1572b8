// Calls of any object, and method calls without bound methods.
#include "runtime/attribute_cache.h"
#include "runtime/errors.h"

#include <internal/pycore_call.h>

using namespace aipy::runtime;

namespace aipy::runtime {

static inline PyObject* vectorcall(PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    PyTypeObject* type = Py_TYPE(callable);
    if ((type->tp_flags & Py_TPFLAGS_HAVE_VECTORCALL) == 0) return PyObject_Vectorcall(callable, args, nargsf, kwnames);
    auto entry = *reinterpret_cast<vectorcallfunc*>(reinterpret_cast<char*>(callable) + type->tp_vectorcall_offset);
    if (entry == nullptr) return PyObject_Vectorcall(callable, args, nargsf, kwnames);
    PyObject* result = entry(callable, args, nargsf, kwnames);
    return result != nullptr ? result : rt_call_result_error(callable);
}

static inline size_t keyword_count(PyObject* kwnames) {
    return kwnames == nullptr ? 0 : static_cast<size_t>(PyTuple_GET_SIZE(kwnames));
}

// The method is known from the class and nothing of the instance hides it: it is called with `self` as it lies.
static inline PyObject* cached_method(PyObject* self, const InlineCache* cache) {
    const InlineCache::Entry& entry = cache->entries[0];
    PyTypeObject* type = Py_TYPE(self);
    if (entry.kind != AttributeMethod || type->tp_version_tag != entry.version) return nullptr;
    return instance_is_silent(self, type, cache->second_version[0]) ? entry.object : nullptr;
}

// Calls an unbound method: `self` goes before the arguments.
static inline PyObject* call_with_self(PyObject* method, PyObject* self, PyObject* const* args, int64_t count,
                                       PyObject* kwnames) {
    constexpr int64_t inline_count = 15;
    PyObject* inline_args[inline_count + 1];
    PyObject** all = inline_args;
    if (count > inline_count) [[unlikely]] {
        all = static_cast<PyObject**>(PyMem_Malloc(sizeof(PyObject*) * static_cast<size_t>(count + 1)));
        if (all == nullptr) return PyErr_NoMemory();
    }
    all[0] = self;
    for (int64_t i = 0; i < count; ++i) all[i + 1] = args[i];
    PyObject* result = vectorcall(method, all, static_cast<size_t>(count) + 1 - keyword_count(kwnames), kwnames);
    if (all != inline_args) PyMem_Free(all);
    return result;
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

PyObject* rt_call(PyObject* callable, PyObject* const* args, int64_t count, PyObject* kwnames, InlineCache*) noexcept {
    return vectorcall(callable, args, static_cast<size_t>(count) - keyword_count(kwnames), kwnames);
}

// A call gave no result: an exception is set, or the callee is at fault.
[[gnu::noinline]] PyObject* rt_call_result_error(PyObject* callable) noexcept {
    return _Py_CheckFunctionResult(rt_thread_state(), callable, nullptr, nullptr);
}

[[gnu::noinline]] PyObject* rt_call_method_slow(PyObject* self, PyObject* const* args, int64_t count, PyObject* name,
                                                PyObject* kwnames, InlineCache* cache) noexcept {
    PyTypeObject* type = Py_TYPE(self);
    InlineCache::Entry* entry = find_entry(cache, type);
    PyObject* callable = nullptr;
    bool unbound = false;
    if (entry == nullptr) {
        remember_attribute(self, name, cache);
    } else if (entry->kind != AttributeMethod) {
        callable = rt_load_attr_kind(self, name, cache, static_cast<uint32_t>(entry - cache->entries));
        if (callable == nullptr && PyErr_Occurred()) return rt_lookup_error();
    } else if (instance_is_silent(self, type, cache->second_version[entry - cache->entries])) {
        callable = Py_NewRef(entry->object);
        unbound = true;
    }
    if (callable == nullptr) unbound = _PyObject_GetMethod(self, name, &callable) != 0;
    if (callable == nullptr) return rt_lookup_error();
    PyObject* result = unbound
                           ? call_with_self(callable, self, args, count, kwnames)
                           : vectorcall(callable, args, static_cast<size_t>(count) - keyword_count(kwnames), kwnames);
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

PyObject* rt_call_ex(PyObject* callable, PyObject* arguments, PyObject* keywords) noexcept {
    PyObject* positional = positional_tuple(callable, arguments);
    if (positional == nullptr) return nullptr;
    PyObject* result = PyObject_Call(callable, positional, keywords);
    Py_DECREF(positional);
    return result;
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
