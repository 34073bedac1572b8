// Objects of Python classes, made where their class is called. Natively compiled only: it has data.
//
// The way through type.__call__ makes a tuple of the arguments and looks __init__ up each time. The cache of the call
// remembers a class whose objects object.__new__ makes and a Python function initialises.
#include "runtime/attribute_cache.h"
#include "runtime/call_ways.h"

#ifndef AIPY_RUNTIME_BITCODE

using namespace aipy::runtime;

namespace {

// An entry of a call's cache: `object` is the class's __init__.
constexpr uint32_t initialised_by_function = 1;

void remember_class(PyTypeObject* type, InlineCache* cache) {
    static PyObject* init = PyUnicode_InternFromString("__init__");
    if (!may_learn(cache) || init == nullptr) return;
    if (type->tp_new != PyBaseObject_Type.tp_new || (type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0) return;
    if ((type->tp_flags & Py_TPFLAGS_IS_ABSTRACT) != 0) return;
    PyObject* found = _PyType_Lookup(type, init);
    if (found != nullptr && PyFunction_Check(found) && cpython::has_version(type))
        learn(cache, type, initialised_by_function, found);
}

// As object.__new__ does; before 3.13 it also makes room for the attributes, which tp_alloc does since.
PyObject* make_object(PyTypeObject* type) {
#if PY_VERSION_HEX >= 0x030D0000
    return type->tp_alloc(type, 0);
#else
    static PyObject* no_arguments = PyTuple_New(0);
    return no_arguments == nullptr ? nullptr : PyBaseObject_Type.tp_new(type, no_arguments, nullptr);
#endif
}

// The initialiser has raised, or returned something: the object is given up.
PyObject* not_initialised(PyObject* made, PyObject* result) {
    if (result != nullptr) {
        PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", Py_TYPE(result)->tp_name);
        Py_DECREF(result);
    }
    Py_DECREF(made);
    return nullptr;
}

}  // namespace

extern "C" PyObject* rt_call_class(PyObject* callable, PyObject* const* args, int64_t count, PyObject* kwnames,
                                   InlineCache* cache) noexcept {
    auto* type = reinterpret_cast<PyTypeObject*>(callable);
    const InlineCache::Entry* entry = find_entry(cache, type);
    if (entry == nullptr) {
        remember_class(type, cache);
        return call_free(callable, args, count, kwnames);
    }
    PyObject* made = make_object(type);
    if (made == nullptr) return nullptr;
    PyObject* initialiser = Py_NewRef(entry->object);
    PyObject* result = call_with_self(initialiser, made, args, count, kwnames);
    Py_DECREF(initialiser);
    if (result != Py_None) [[unlikely]]
        return not_initialised(made, result);
    Py_DECREF(result);
    return made;
}

#endif  // AIPY_RUNTIME_BITCODE
