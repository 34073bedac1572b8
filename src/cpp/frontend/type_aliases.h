// What a `type` statement calls.
#pragma once

#include <Python.h>

namespace aipy::frontend {

// (name, type parameters or None, function that gives the value), as one tuple -> a type alias whose value is asked for
// when it is needed, which no constructor makes. Borrowed; lives as long as the process.
PyObject* type_alias_maker();

}  // namespace aipy::frontend
