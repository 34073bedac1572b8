// The tests of `match`: sequences, mappings, and classes with their attributes, with CPython's errors.
#include "runtime/cpython/internal.h"
#include "runtime/helpers.h"

namespace aipy::runtime {

static PyObject* complain_about_duplicate(PyObject* key) {
    return PyErr_Format(PyExc_ValueError, "mapping pattern checks duplicate key (%R)", key);
}

static bool all_exact_str(PyObject* keys) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(keys); ++i)
        if (!PyUnicode_CheckExact(PyTuple_GET_ITEM(keys, i))) return false;
    return true;
}

static bool is_among_first(PyObject* keys, Py_ssize_t count, PyObject* key) {
    for (Py_ssize_t i = 0; i < count; ++i)
        if (PyUnicode_Compare(PyTuple_GET_ITEM(keys, i), key) == 0) return true;
    return false;
}

// The values at `keys`, each once, as `find(key, value)` gives them: a new reference, or null where there is none. Null
// where one is missing; an error is told by PyErr_Occurred.
template <typename IsRepeated, typename Find>
static PyObject* values_at(PyObject* keys, IsRepeated&& is_repeated, Find&& find) {
    Py_ssize_t count = PyTuple_GET_SIZE(keys);
    PyObject* values = PyTuple_New(count);
    for (Py_ssize_t i = 0; values != nullptr && i < count; ++i) {
        PyObject* key = PyTuple_GET_ITEM(keys, i);
        PyObject* value = nullptr;
        if (int repeated = is_repeated(i, key); repeated == 0)
            value = find(key);
        else if (repeated > 0)
            complain_about_duplicate(key);
        if (value == nullptr)
            Py_CLEAR(values);
        else
            PyTuple_SET_ITEM(values, i, value);
    }
    return values;
}

// Looking up strings in an exact dict asks it nothing but what its `get` would.
static PyObject* values_of_dict(PyObject* dict, PyObject* keys) {
    return values_at(
        keys, [&](Py_ssize_t i, PyObject* key) { return is_among_first(keys, i, key) ? 1 : 0; },
        [&](PyObject* key) { return Py_XNewRef(PyDict_GetItemWithError(dict, key)); });
}

// By the mapping's own `get`, with a default that nobody else can have.
static PyObject* values_by_get(PyObject* mapping, PyObject* get, bool is_method, PyObject* seen, PyObject* absent,
                               PyObject* keys) {
    auto is_repeated = [&](Py_ssize_t, PyObject* key) {
        int known = PySet_Contains(seen, key);
        return known != 0 ? known : PySet_Add(seen, key);
    };
    auto find = [&](PyObject* key) -> PyObject* {
        PyObject* operands[] = {mapping, key, absent};
        PyObject* value = is_method ? PyObject_Vectorcall(get, operands, 3, nullptr)
                                    : PyObject_Vectorcall(get, operands + 1, 2, nullptr);
        if (value == absent) Py_CLEAR(value);
        return value;
    };
    return values_at(keys, is_repeated, find);
}

static PyObject* values_of_mapping(PyObject* mapping, PyObject* keys) {
    PyObject* name = PyUnicode_InternFromString("get");
    if (name == nullptr) return nullptr;
    PyObject* get = nullptr;
    bool is_method = _PyObject_GetMethod(mapping, name, &get) != 0;
    Py_DECREF(name);
    PyObject* seen = get == nullptr ? nullptr : PySet_New(nullptr);
    PyObject* absent = seen == nullptr ? nullptr : PyObject_CallNoArgs(reinterpret_cast<PyObject*>(&PyBaseObject_Type));
    PyObject* values = absent == nullptr ? nullptr : values_by_get(mapping, get, is_method, seen, absent, keys);
    Py_XDECREF(get);
    Py_XDECREF(seen);
    Py_XDECREF(absent);
    return values;
}

// ---- classes ----------------------------------------------------------------------------------------------

// The attribute, or null where there is none; an error is told by PyErr_Occurred.
static PyObject* optional_attribute(PyObject* object, PyObject* name) {
    PyObject* value = nullptr;
#if PY_VERSION_HEX >= 0x030D0000
    (void)PyObject_GetOptionalAttr(object, name, &value);
#else
    (void)_PyObject_LookupAttr(object, name, &value);
#endif
    return value;
}

// The attribute of that name, which no sub-pattern before has asked for.
static PyObject* pattern_attribute(PyObject* subject, PyObject* type, PyObject* name, PyObject* seen) {
    int known = PySet_Contains(seen, name);
    if (known == 0) known = PySet_Add(seen, name);
    if (known == 0) return optional_attribute(subject, name);
    if (known > 0)
        PyErr_Format(PyExc_TypeError, "%s() got multiple sub-patterns for attribute %R",
                     reinterpret_cast<PyTypeObject*>(type)->tp_name, name);
    return nullptr;
}

// The names that positional sub-patterns stand for, a new reference. `match_self`: the one there may be stands for the
// subject itself.
static PyObject* positional_names(PyObject* type, int64_t count, bool* match_self) {
    auto* type_object = reinterpret_cast<PyTypeObject*>(type);
    PyObject* name = PyUnicode_InternFromString("__match_args__");
    if (name == nullptr) return nullptr;
    PyObject* names = optional_attribute(type, name);
    Py_DECREF(name);
    *match_self = false;
    if (names != nullptr && !PyTuple_CheckExact(names)) {
        PyErr_Format(PyExc_TypeError, "%s.__match_args__ must be a tuple (got %s)", type_object->tp_name,
                     Py_TYPE(names)->tp_name);
        Py_CLEAR(names);
    }
    if (names == nullptr) {
        if (PyErr_Occurred()) return nullptr;
        names = PyTuple_New(0);
        *match_self = PyType_HasFeature(type_object, _Py_TPFLAGS_MATCH_SELF);
    }
    Py_ssize_t allowed = *match_self ? 1 : PyTuple_GET_SIZE(names);
    if (allowed >= count) return names;
    PyErr_Format(PyExc_TypeError, "%s() accepts %zd positional sub-pattern%s (%lld given)", type_object->tp_name,
                 allowed, allowed == 1 ? "" : "s", static_cast<long long>(count));
    Py_DECREF(names);
    return nullptr;
}

static bool is_attribute_name(PyObject* name) {
    if (PyUnicode_CheckExact(name)) return true;
    PyErr_Format(PyExc_TypeError, "__match_args__ elements must be strings (got %s)", Py_TYPE(name)->tp_name);
    return false;
}

static bool take_positional(PyObject* subject, PyObject* type, int64_t count, PyObject* seen, PyObject* attributes) {
    bool match_self = false;
    PyObject* names = positional_names(type, count, &match_self);
    if (names == nullptr) return false;
    if (match_self) PyTuple_SET_ITEM(attributes, 0, Py_NewRef(subject));
    bool found = true;
    for (int64_t i = 0; !match_self && found && i < count; ++i) {
        PyObject* name = PyTuple_GET_ITEM(names, i);
        PyObject* value = is_attribute_name(name) ? pattern_attribute(subject, type, name, seen) : nullptr;
        found = value != nullptr;
        if (found) PyTuple_SET_ITEM(attributes, i, value);
    }
    Py_DECREF(names);
    return found;
}

static bool take_named(PyObject* subject, PyObject* type, int64_t first, PyObject* names, PyObject* seen,
                       PyObject* attributes) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); ++i) {
        PyObject* value = pattern_attribute(subject, type, PyTuple_GET_ITEM(names, i), seen);
        if (value == nullptr) return false;
        PyTuple_SET_ITEM(attributes, first + i, value);
    }
    return true;
}

}  // namespace aipy::runtime

using namespace aipy::runtime;

extern "C" {

PyObject* rt_length(PyObject* object) noexcept {
    Py_ssize_t length = PyObject_Length(object);
    return length < 0 ? nullptr : PyLong_FromSsize_t(length);
}

int rt_match_sequence(PyObject* subject) noexcept {
    return PyType_HasFeature(Py_TYPE(subject), Py_TPFLAGS_SEQUENCE) ? 1 : 0;
}

int rt_match_mapping(PyObject* subject) noexcept {
    return PyType_HasFeature(Py_TYPE(subject), Py_TPFLAGS_MAPPING) ? 1 : 0;
}

[[gnu::noinline]] PyObject* rt_match_keys(PyObject* mapping, PyObject* keys) noexcept {
    if (PyTuple_GET_SIZE(keys) == 0) return PyTuple_New(0);
    if (PyDict_CheckExact(mapping) && all_exact_str(keys)) return values_of_dict(mapping, keys);
    return values_of_mapping(mapping, keys);
}

[[gnu::noinline]] PyObject* rt_match_class(PyObject* subject, PyObject* type, int64_t count, PyObject* names) noexcept {
    if (!PyType_Check(type)) {
        PyErr_SetString(PyExc_TypeError, "called match pattern must be a class");
        return nullptr;
    }
    if (PyObject_IsInstance(subject, type) <= 0) return nullptr;
    PyObject* seen = PySet_New(nullptr);
    PyObject* attributes = seen == nullptr ? nullptr : PyTuple_New(count + PyTuple_GET_SIZE(names));
    if (attributes != nullptr && ((count > 0 && !take_positional(subject, type, count, seen, attributes)) ||
                                  !take_named(subject, type, count, names, seen, attributes)))
        Py_CLEAR(attributes);
    Py_XDECREF(seen);
    return attributes;
}

}  // extern "C"
