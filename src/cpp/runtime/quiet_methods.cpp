// Methods of builtin classes and isinstance, where they run no Python code. Natively compiled only: they have data.
#include "runtime/cpython/internal.h"

#include <algorithm>
#include <array>

#include "ir/quiet_methods.h"
#include "runtime/helpers.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace {

using Method = PyMethodDescrObject;

PyTypeObject& Str = PyUnicode_Type;
PyTypeObject& List = PyList_Type;
PyTypeObject& Dict = PyDict_Type;

// Found once; the classes keep them.
Method* const* methods() {
    static Method* const table[] = {
#define QUIET_METHOD(of, name, arguments, result) \
    reinterpret_cast<Method*>(PyObject_GetAttrString(reinterpret_cast<PyObject*>(&of), name)),
#include "ir/quiet_methods.def"
#undef QUIET_METHOD
    };
    return table;
}

PyObject* class_attribute() {
    static PyObject* const name = PyUnicode_InternFromString("__class__");
    return name;
}

bool inherits_class_attribute(PyTypeObject* type) {
    if (type->tp_getattro != PyObject_GenericGetAttr) return false;
    PyObject* found = _PyType_Lookup(type, class_attribute());
    return found != nullptr && found == _PyType_Lookup(&PyBaseObject_Type, class_attribute());
}

// Looking up `__class__` in an instance of it runs no Python code and gives the class itself. Remembered by the version
// of the class, which no other class ever has.
bool tells_its_class(PyTypeObject* type) {
    static std::array<uint32_t, 64> told{};
    uint32_t& known = told[type->tp_version_tag % told.size()];
    if (type->tp_version_tag != 0 && known == type->tp_version_tag) return true;
    if (!inherits_class_attribute(type)) return false;
    known = type->tp_version_tag;
    return true;
}

// False where it is neither None nor an exact int; `position` stays what it is for None.
bool take_position(PyObject* part, Py_ssize_t& position) {
    return part == Py_None || (PyLong_CheckExact(part) && _PyEval_SliceIndex(part, &position) != 0);
}

PyObject* slice_of(PyObject* text, PyObject* const* parts) {
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    Py_ssize_t start = 0, stop = PY_SSIZE_T_MAX, step = 1;
    if (!take_position(parts[2], step) || step != 1) return nullptr;
    if (!take_position(parts[0], start) || !take_position(parts[1], stop)) return nullptr;
    PySlice_AdjustIndices(length, &start, &stop, step);
    return PyUnicode_Substring(text, start, std::max(start, stop));
}

int64_t is_instance_of(PyObject* object, PyObject* wanted) {
    PyTypeObject* type = Py_TYPE(object);
    if (reinterpret_cast<PyObject*>(type) == wanted) return 1;
    if (!PyType_CheckExact(wanted)) return -1;
    if (PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(wanted))) return 1;
    return tells_its_class(type) ? 0 : -1;
}

}  // namespace

extern "C" {

int64_t rt_is_instance(PyObject* object, PyObject* wanted) noexcept {
    if (!PyTuple_CheckExact(wanted)) return is_instance_of(object, wanted);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(wanted); ++i)
        if (const int64_t answer = is_instance_of(object, PyTuple_GET_ITEM(wanted, i)); answer != 0) return answer;
    return 0;
}

// The word before the arguments is free: the instance goes there.
PyObject* rt_call_quiet(PyObject* self, PyObject* const* args, int64_t count, int64_t row) noexcept {
    if (row == aipy::ir::quiet_str_slice) {
        PyObject* slice = slice_of(self, args);
        if (slice == nullptr) PyErr_Clear();
        return slice;
    }
    Method* method = methods()[row];
    PyObject** all = const_cast<PyObject**>(args) - 1;
    all[0] = self;
    PyObject* result =
        method->vectorcall(reinterpret_cast<PyObject*>(method), all, static_cast<size_t>(count) + 1, nullptr);
    if (result == nullptr) PyErr_Clear();
    return result;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
