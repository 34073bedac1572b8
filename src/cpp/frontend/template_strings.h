// What a template string calls: built-in functions that do what its last instructions do in CPython. Lowering puts
// them into the function as constants and calls them.
#pragma once

#include <Python.h>

namespace aipy::frontend {

// Both are borrowed and live as long as the process; null before 3.14, which has no template strings.

// (value, text of the expression, conversion as bytecode's number[, format]) -> an Interpolation.
PyObject* interpolation_builder();
// (strings, interpolations) -> a Template.
PyObject* template_builder();

}  // namespace aipy::frontend
