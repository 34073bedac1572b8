// Look-ups that run no Python code: str.item to call.quiet. Null, or a negative number, says that this one might, or
// would raise; then nothing has happened, and no exception is set.
#include <utility>

#include "runtime/cpython/characters.h"
#include "runtime/cpython/str_keys.h"
#include "runtime/helpers.h"

using namespace aipy::runtime;

namespace aipy::runtime {

static inline PyObject* or_nothing(PyObject* result) {
    if (result == nullptr) [[unlikely]]
        PyErr_Clear();
    return result;
}

using cpython::has_only_str_keys;

static inline bool has_own_table(PyObject* dict) { return reinterpret_cast<PyDictObject*>(dict)->ma_values == nullptr; }

// Borrowed; null when it is not there.
static inline PyObject* dict_value(PyObject* dict, PyObject* key) {
    if (has_own_table(dict)) [[likely]] {
        PyObject** place = cpython::place_of_str(dict, key);
        return place != nullptr ? *place : nullptr;
    }
    PyObject* found = PyDict_GetItemWithError(dict, key);
    if (found == nullptr && PyErr_Occurred()) [[unlikely]]
        PyErr_Clear();
    return found;
}

// Its comparison with a str runs no Python code, and they differ.
static inline bool is_plain(PyObject* object) {
    return PyLong_CheckExact(object) || PyFloat_CheckExact(object) || PyBool_Check(object) || Py_IsNone(object) ||
           PyTuple_CheckExact(object) || PyList_CheckExact(object) || PyDict_CheckExact(object);
}

// CPython's iterators give up the sequence at its end, which may end with it: here that waits for the iterator's own
// end, which comes next, unless somebody else has the iterator, who may look whether it is at its end.
static inline PyObject* end_of_sequence(PyObject* iterator) { return Py_REFCNT(iterator) > 1 ? iterator : nullptr; }

static inline bool is_part_of_slice(PyObject* part) { return part == Py_None || PyLong_CheckExact(part); }

// Its death is nobody's business, or is not now.
static inline bool may_be_dropped(PyObject* object) {
    return Py_REFCNT(object) > 1 || PyUnicode_CheckExact(object) || PyLong_CheckExact(object) ||
           PyFloat_CheckExact(object) || PyBytes_CheckExact(object);
}

}  // namespace aipy::runtime

extern "C" {

PyObject* rt_str_item(PyObject* text, int64_t index) noexcept {
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (index < 0) index += length;
    if (index < 0 || index >= length) return nullptr;
    return or_nothing(cpython::character(PyUnicode_READ_CHAR(text, index)));
}

int64_t rt_sequence_contains(PyObject* sequence, PyObject* text) noexcept {
    PyObject* const* items = PySequence_Fast_ITEMS(sequence);
    const Py_ssize_t length = Py_SIZE(sequence);
    for (Py_ssize_t i = 0; i < length; ++i) {
        PyObject* item = items[i];
        if (item == text) return 1;
        if (PyUnicode_CheckExact(item)) {
            if (rt_str_compare(item, text, Py_EQ) != 0) return 1;
        } else if (!is_plain(item)) {
            return -1;
        }
    }
    return 0;
}

PyObject* rt_sequence_iter(PyObject* sequence) noexcept { return or_nothing(Py_TYPE(sequence)->tp_iter(sequence)); }

PyObject* rt_sequence_next(PyObject* iterator) noexcept {
    if (Py_IS_TYPE(iterator, &PyListIter_Type)) [[likely]] {
        auto* state = reinterpret_cast<cpython::ListIterator*>(iterator);
        if (state->it_seq == nullptr) return nullptr;
        if (static_cast<size_t>(state->it_index) >= static_cast<size_t>(Py_SIZE(state->it_seq)))
            return end_of_sequence(iterator);
        return Py_NewRef(PyList_GET_ITEM(state->it_seq, state->it_index++));
    }
    if (!Py_IS_TYPE(iterator, &PyTupleIter_Type)) return iterator;
    auto* state = reinterpret_cast<cpython::TupleIterator*>(iterator);
    if (state->it_seq == nullptr) return nullptr;
    if (state->it_index >= PyTuple_GET_SIZE(state->it_seq)) return end_of_sequence(iterator);
    return Py_NewRef(PyTuple_GET_ITEM(state->it_seq, state->it_index++));
}

PyObject* rt_str_slice(PyObject* text, PyObject* slice) noexcept {
    auto* parts = reinterpret_cast<PySliceObject*>(slice);
    if (!is_part_of_slice(parts->start) || !is_part_of_slice(parts->stop) || !is_part_of_slice(parts->step))
        return nullptr;
    return or_nothing(PyUnicode_Type.tp_as_mapping->mp_subscript(text, slice));
}

int64_t rt_str_contains(PyObject* text, PyObject* part) noexcept {
    const int found = PyUnicode_Contains(text, part);
    if (found < 0) PyErr_Clear();
    return found;
}

int64_t rt_str_ord(PyObject* text) noexcept {
    return PyUnicode_GET_LENGTH(text) == 1 ? static_cast<int64_t>(PyUnicode_READ_CHAR(text, 0)) : -1;
}

PyObject* rt_str_of_int(PyObject* integer) noexcept { return or_nothing(PyLong_Type.tp_repr(integer)); }

PyObject* rt_int_of_str(PyObject* text) noexcept { return or_nothing(PyLong_FromUnicodeObject(text, 10)); }

PyObject* rt_dict_item(PyObject* dict, PyObject* key) noexcept {
    if (!has_only_str_keys(dict)) return nullptr;
    return Py_XNewRef(dict_value(dict, key));
}

PyObject* rt_dict_get(PyObject* dict, PyObject* key, PyObject* otherwise) noexcept {
    if (!has_only_str_keys(dict)) return nullptr;
    PyObject* found = dict_value(dict, key);
    return Py_NewRef(found != nullptr ? found : otherwise);
}

int64_t rt_dict_contains(PyObject* dict, PyObject* key) noexcept {
    return has_only_str_keys(dict) ? dict_value(dict, key) != nullptr : -1;
}

// Not where somebody watches, and not into the attributes of an instance.
int64_t rt_dict_store(PyObject* dict, PyObject* key, PyObject* value) noexcept {
    if (!has_only_str_keys(dict) || cpython::is_watched(dict) || !has_own_table(dict)) return -1;
    PyObject** place = cpython::place_of_str(dict, key);
    if (place != nullptr && *place != nullptr) {
        if (!may_be_dropped(*place)) return -1;
        if (cpython::may_hold(dict, value)) [[likely]] {
            cpython::count_change(dict);
            Py_DECREF(std::exchange(*place, Py_NewRef(value)));
            return 0;
        }
    }
    if (PyDict_SetItem(dict, key, value) == 0) return 0;
    PyErr_Clear();
    return -1;
}

}  // extern "C"
