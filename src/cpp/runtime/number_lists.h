// Lists of numbers that native code has to itself: their items are the numbers, not objects.
//
// Such a list is CPython's list object in all but its class and its items: an int64 or a double lies where the pointer
// to an object would. Nobody else ever sees it (opt/infer_numbers.cpp), and the collector does not know it. Where
// somebody is about to (native code ends, the list is returned), rt_numbers_list makes it the list that CPython would
// have, in place: whoever holds it holds the same object then. A list of such lists has them as its items; it becomes a
// list of objects together with them.
#pragma once

#include <Python.h>

namespace aipy::runtime {

extern PyTypeObject ints_type;    // ir::TypeKind::Ints
extern PyTypeObject floats_type;  // ir::TypeKind::Floats
extern PyTypeObject bools_type;   // ir::TypeKind::Bools: a byte for each
extern PyTypeObject lists_type;   // ir::TypeKind::IntLists and so on: its items are objects of those types

inline bool has_plain_numbers(PyObject* object) {
    return Py_TYPE(object) == &ints_type || Py_TYPE(object) == &floats_type || Py_TYPE(object) == &bools_type;
}
inline bool is_native_list(PyObject* object) { return has_plain_numbers(object) || Py_TYPE(object) == &lists_type; }

}  // namespace aipy::runtime
