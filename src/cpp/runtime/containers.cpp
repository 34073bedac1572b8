// Subscripts, and building and unpacking of containers.
#include "runtime/helpers.h"
#include "runtime/numbers.h"

using namespace aipy::runtime;

namespace aipy::runtime {

// The place of a short int index in a sequence of that size; -1 when outside.
static inline int64_t place_in_sequence(PyObject* index, Py_ssize_t size) {
    int64_t place = cpython::short_int_value(index);
    if (place < 0) place += size;
    return place >= 0 && place < size ? place : -1;
}

static bool is_iterable(PyObject* object) { return Py_TYPE(object)->tp_iter != nullptr || PySequence_Check(object); }

// Takes `count` items from the iterator into the tuple from `place` on; false with the exception set.
static bool take_items(PyObject* iterator, PyObject* tuple, Py_ssize_t place, int64_t count, int64_t expected,
                       bool at_least) {
    for (int64_t taken = 0; taken < count; ++taken) {
        PyObject* item = PyIter_Next(iterator);
        if (item == nullptr) {
            if (!PyErr_Occurred())
                PyErr_Format(PyExc_ValueError,
                             at_least ? "not enough values to unpack (expected at least %lld, got %lld)"
                                      : "not enough values to unpack (expected %lld, got %lld)",
                             static_cast<long long>(expected), static_cast<long long>(taken));
            return false;
        }
        PyTuple_SET_ITEM(tuple, place + taken, item);
    }
    return true;
}

static PyObject* unpacking_iterator(PyObject* value) {
    PyObject* iterator = PyObject_GetIter(value);
    if (iterator == nullptr && PyErr_ExceptionMatches(PyExc_TypeError) && !is_iterable(value))
        PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %.200s object", Py_TYPE(value)->tp_name);
    return iterator;
}

// Since 3.14 the error says how many values there are where that is known.
static void complain_of_too_many(PyObject* value, int64_t expected) {
    const bool is_sized = PyList_CheckExact(value) || PyTuple_CheckExact(value) || PyDict_CheckExact(value);
    const Py_ssize_t size = PY_VERSION_HEX >= 0x030E0000 && is_sized ? PyObject_Size(value) : 0;
    if (size > expected)
        PyErr_Format(PyExc_ValueError, "too many values to unpack (expected %lld, got %zd)",
                     static_cast<long long>(expected), size);
    else
        PyErr_Format(PyExc_ValueError, "too many values to unpack (expected %lld)", static_cast<long long>(expected));
}

static bool nothing_left(PyObject* iterator, PyObject* value, int64_t expected) {
    PyObject* item = PyIter_Next(iterator);
    if (item == nullptr) return PyErr_Occurred() == nullptr;
    Py_DECREF(item);
    complain_of_too_many(value, expected);
    return false;
}

static PyObject* unpack_by_iteration(PyObject* value, int64_t count) {
    PyObject* iterator = unpacking_iterator(value);
    if (iterator == nullptr) return nullptr;
    PyObject* tuple = PyTuple_New(count);
    if (tuple == nullptr || !take_items(iterator, tuple, 0, count, count, false) ||
        !nothing_left(iterator, value, count))
        Py_CLEAR(tuple);
    Py_DECREF(iterator);
    return tuple;
}

// The last `after` items of the list move to the end of the tuple.
static bool take_from_end(PyObject* list, PyObject* tuple, int64_t before, int64_t after) {
    Py_ssize_t size = PyList_GET_SIZE(list);
    if (size < after) {
        PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected at least %lld, got %zd)",
                     static_cast<long long>(before + after), before + size);
        return false;
    }
    for (int64_t i = 0; i < after; ++i)
        PyTuple_SET_ITEM(tuple, before + 1 + i, Py_NewRef(PyList_GET_ITEM(list, size - after + i)));
    return PyList_SetSlice(list, size - after, size, nullptr) == 0;
}

}  // namespace aipy::runtime

extern "C" {

PyObject* rt_subscript(PyObject* container, PyObject* index, InlineCache*) noexcept {
    if (is_short_exact_int(index)) {
        if (PyList_CheckExact(container)) {
            int64_t place = place_in_sequence(index, PyList_GET_SIZE(container));
            if (place >= 0) [[likely]]
                return Py_NewRef(PyList_GET_ITEM(container, place));
        } else if (PyTuple_CheckExact(container)) {
            int64_t place = place_in_sequence(index, PyTuple_GET_SIZE(container));
            if (place >= 0) [[likely]]
                return Py_NewRef(PyTuple_GET_ITEM(container, place));
        }
    }
    return rt_subscript_slow(container, index);
}

[[gnu::noinline]] PyObject* rt_subscript_slow(PyObject* container, PyObject* index) noexcept {
    return PyObject_GetItem(container, index);
}

int rt_store_subscript(PyObject* container, PyObject* index, PyObject* value, InlineCache*) noexcept {
    if (PyList_CheckExact(container) && is_short_exact_int(index)) {
        int64_t place = place_in_sequence(index, PyList_GET_SIZE(container));
        if (place >= 0) [[likely]] {
            PyObject* old = PyList_GET_ITEM(container, place);
            PyList_SET_ITEM(container, place, Py_NewRef(value));
            Py_DECREF(old);
            return 0;
        }
    }
    return rt_store_subscript_slow(container, index, value);
}

[[gnu::noinline]] int rt_store_subscript_slow(PyObject* container, PyObject* index, PyObject* value) noexcept {
    if (PyDict_CheckExact(container)) return PyDict_SetItem(container, index, value);
    return PyObject_SetItem(container, index, value);
}

int rt_delete_subscript(PyObject* container, PyObject* index) noexcept { return PyObject_DelItem(container, index); }

PyObject* rt_build_tuple(PyObject* const* items, int64_t count) noexcept {
    PyObject* tuple = PyTuple_New(count);
    if (tuple == nullptr) return nullptr;
    for (int64_t i = 0; i < count; ++i) PyTuple_SET_ITEM(tuple, i, Py_NewRef(items[i]));
    return tuple;
}

PyObject* rt_build_list(PyObject* const* items, int64_t count) noexcept {
    PyObject* list = PyList_New(count);
    if (list == nullptr) return nullptr;
    for (int64_t i = 0; i < count; ++i) PyList_SET_ITEM(list, i, Py_NewRef(items[i]));
    return list;
}

PyObject* rt_build_set(PyObject* const* items, int64_t count) noexcept {
    PyObject* set = PySet_New(nullptr);
    for (int64_t i = 0; set != nullptr && i < count; ++i)
        if (PySet_Add(set, items[i]) < 0) Py_CLEAR(set);
    return set;
}

// Keys and values in turn.
PyObject* rt_build_dict(PyObject* const* items, int64_t count) noexcept {
    PyObject* dict = count > 10 ? _PyDict_NewPresized(count / 2) : PyDict_New();
    for (int64_t i = 0; dict != nullptr && i < count; i += 2)
        if (PyDict_SetItem(dict, items[i], items[i + 1]) < 0) Py_CLEAR(dict);
    return dict;
}

PyObject* rt_build_slice(PyObject* start, PyObject* stop, PyObject* step) noexcept {
    return PySlice_New(start, stop, step);
}

int rt_list_append(PyObject* list, PyObject* item) noexcept { return PyList_Append(list, item); }

PyObject* rt_list_pop(PyObject* list) noexcept {
    const Py_ssize_t last = PyList_GET_SIZE(list) - 1;
    if (last < 0) return nullptr;
    PyObject* item = PyList_GET_ITEM(list, last);
    if (last >= reinterpret_cast<PyListObject*>(list)->allocated >> 1) [[likely]] {
        Py_SET_SIZE(list, last);
        return item;
    }
    // It gives memory back.
    Py_INCREF(item);
    if (PyList_SetSlice(list, last, last + 1, nullptr) == 0) return item;
    PyErr_Clear();
    Py_DECREF(item);
    return nullptr;
}

int rt_list_extend(PyObject* list, PyObject* iterable, int64_t) noexcept {
    PyObject* none = PyObject_CallMethod(list, "extend", "(O)", iterable);
    if (none == nullptr) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) && !is_iterable(iterable))
            PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s", Py_TYPE(iterable)->tp_name);
        return -1;
    }
    Py_DECREF(none);
    return 0;
}

PyObject* rt_list_to_tuple(PyObject* list) noexcept { return PyList_AsTuple(list); }

int rt_set_add(PyObject* set, PyObject* item) noexcept { return PySet_Add(set, item); }

int rt_set_update(PyObject* set, PyObject* iterable) noexcept { return _PySet_Update(set, iterable); }

int rt_dict_set_item(PyObject* dict, PyObject* key, PyObject* value) noexcept {
    return PyDict_SetItem(dict, key, value);
}

int rt_dict_update(PyObject* dict, PyObject* mapping) noexcept {
    if (PyDict_Update(dict, mapping) == 0) return 0;
    if (PyErr_ExceptionMatches(PyExc_AttributeError))
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not a mapping", Py_TYPE(mapping)->tp_name);
    return -1;
}

PyObject* rt_unpack_sequence(PyObject* value, int64_t count) noexcept {
    if (PyTuple_CheckExact(value) && PyTuple_GET_SIZE(value) == count) return Py_NewRef(value);
    if (PyList_CheckExact(value) && PyList_GET_SIZE(value) == count) return PyList_AsTuple(value);
    return rt_unpack_error(value, count);
}

// Any other iterable, which may well have the right length.
[[gnu::noinline]] PyObject* rt_unpack_error(PyObject* value, int64_t count) noexcept {
    return unpack_by_iteration(value, count);
}

PyObject* rt_unpack_ex(PyObject* value, int64_t before, int64_t after) noexcept {
    PyObject* iterator = unpacking_iterator(value);
    if (iterator == nullptr) return nullptr;
    PyObject* tuple = PyTuple_New(before + 1 + after);
    PyObject* list = nullptr;
    if (tuple != nullptr && take_items(iterator, tuple, 0, before, before + after, true))
        list = PySequence_List(iterator);
    Py_DECREF(iterator);
    if (list != nullptr) PyTuple_SET_ITEM(tuple, before, list);
    if (list == nullptr || !take_from_end(list, tuple, before, after)) Py_CLEAR(tuple);
    return tuple;
}

}  // extern "C"
