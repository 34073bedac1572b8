#include "runtime/prange.h"

namespace aipy::runtime {

PyObject* prange(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
    if (count < 1 || count > 3)
        return PyErr_Format(PyExc_TypeError, "prange expected %s argument%s, got %zd",
                            count < 1 ? "at least 1" : "at most 3", count < 1 ? "" : "s", count);
    return PyObject_Vectorcall(reinterpret_cast<PyObject*>(&PyRange_Type), arguments, static_cast<size_t>(count),
                               nullptr);
}

bool is_prange(PyObject* object) {
    if (!PyCFunction_CheckExact(object)) return false;
    return PyCFunction_GET_FUNCTION(object) == reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(prange));
}

}  // namespace aipy::runtime
