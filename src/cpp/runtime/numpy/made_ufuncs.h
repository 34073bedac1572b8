// NumPy ufuncs whose inner loops are Python functions: aipy compiles these, so the loop over the elements is native.
#pragma once

#include <Python.h>

#include <string>
#include <vector>

namespace aipy::runtime::numpy {

struct UfuncLoop {
    std::vector<int> types;  // NumPy's type numbers of inputs and outputs
    PyObject* kernel;        // borrowed; called with one array for each of them
};

// A new ufunc, or null with the error set. Without a layout each call of a kernel has arrays of one axis, as many
// elements as NumPy brings at once. With one ("(n),(n)->()") it is called once for each element of the outer axes, with
// arrays of the core axes: an input without core axes is a NumPy scalar, an output without is an array of one element.
// Arrays are views of NumPy's memory; what a kernel keeps of them is a copy when it returns. `identity` is an object,
// or null for none.
PyObject* make_ufunc(const std::string& name, const std::string& doc, int inputs, int outputs,
                     const std::string& layout, const std::vector<UfuncLoop>& loops, PyObject* identity);

}  // namespace aipy::runtime::numpy
