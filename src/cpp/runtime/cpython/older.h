// What CPython 3.11 lacks of the API that the sources use, under the names that it has had since 3.12. Where aipy is
// built for 3.11 this is included before everything else (cmake/AipyPython.cmake).
#pragma once

#include <Python.h>

#if PY_VERSION_HEX < 0x030C0000

#include <structmember.h>

#define Py_T_OBJECT_EX T_OBJECT_EX
#define Py_READONLY READONLY
#define Py_AUDIT_READ PY_AUDIT_READ
#define Py_RELATIVE_OFFSET 0  // comes with 3.12

// ---- exceptions -------------------------------------------------------------------------------------------
// 3.11 keeps what is raised in three parts, and makes an instance late.
inline PyObject* PyErr_GetRaisedException() {
    PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    if (type == nullptr) return nullptr;
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != nullptr) PyException_SetTraceback(value, traceback);
    Py_XDECREF(traceback);
    Py_DECREF(type);
    return value;
}

// Takes the reference.
inline void PyErr_SetRaisedException(PyObject* value) {
    PyObject* type = value == nullptr ? nullptr : Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(value)));
    PyErr_Restore(type, value, value == nullptr ? nullptr : PyException_GetTraceback(value));
}

// ---- objects ----------------------------------------------------------------------------------------------
inline constexpr int _Py_IsImmortal(PyObject*) { return 0; }

inline PyObject* PyType_GetDict(PyTypeObject* type) { return Py_XNewRef(type->tp_dict); }

inline int PyUnstable_Long_IsCompact(const PyLongObject* number) {
    const Py_ssize_t size = number->ob_base.ob_size;
    return size >= -1 && size <= 1;
}

inline Py_ssize_t PyUnstable_Long_CompactValue(const PyLongObject* number) {
    return number->ob_base.ob_size * static_cast<Py_ssize_t>(number->ob_digit[0]);
}

inline PyCodeObject* PyGen_GetCode(PyGenObject* generator) {
    return reinterpret_cast<PyCodeObject*>(Py_NewRef(reinterpret_cast<PyObject*>(generator->gi_code)));
}

// ---- code objects -----------------------------------------------------------------------------------------
inline Py_ssize_t PyUnstable_Eval_RequestCodeExtraIndex(freefunc free) { return _PyEval_RequestCodeExtraIndex(free); }
inline int PyUnstable_Code_GetExtra(PyObject* code, Py_ssize_t index, void** extra) {
    return _PyCode_GetExtra(code, index, extra);
}
inline int PyUnstable_Code_SetExtra(PyObject* code, Py_ssize_t index, void* extra) {
    return _PyCode_SetExtra(code, index, extra);
}

#endif  // PY_VERSION_HEX < 0x030C0000
