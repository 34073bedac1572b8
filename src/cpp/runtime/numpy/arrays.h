// What is known of NumPy's objects by their types. NumPy is never imported here: before the program has imported it,
// no object can be one of its own.
#pragma once

#include <Python.h>

#include "ir/type.h"

namespace aipy::runtime::numpy {

// The kind of an exact ndarray (with its ArrayDetail) or of a scalar of numpy_scalars.def; Any for everything else,
// and for arrays whose elements are not aligned or not in the machine's byte order.
ir::Type observe(PyObject* object);

// The kind of the scalars that are instances of exactly this class; Any for every other object.
ir::TypeKind scalars_of(PyObject* type);

// The name of a ufunc, or of a function on arrays, that is NumPy's own one of that name; null for every other object.
const char* function_name(PyObject* object);

// NumPy's own ufunc of that name; null where there is none. Borrowed.
PyObject* own_ufunc(const char* name);

// Whether an array or scalar was observed.
bool is_known();
// ndarray; null before that.
PyTypeObject* array_class();

// NumPy's type objects by the names that generated code uses (PyArray_Type, PyDoubleArrType_Type, …); null for other
// names, or while no array or scalar was observed. Touches no object: compiler threads may ask.
void* type_address(const char* name);

}  // namespace aipy::runtime::numpy
