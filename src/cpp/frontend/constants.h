// The constants of a function: the very objects that CPython's code object holds wherever it holds an equal one, so
// that `is` agrees, and what the parser made otherwise.
#pragma once

#include <Python.h>

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "frontend/ast_reader.h"
#include "frontend/python.h"
#include "ir/function.h"

namespace aipy::frontend {

class Constants {
  public:
    // `objects` receives one reference for each constant of `function`, at its handle.
    Constants(PyCodeObject* code, ir::Function& function, std::vector<PyObject*>& objects);

    // Index in ir::Function::constants of an object equal to `object` in type and value.
    uint32_t add(PyObject* object);
    uint32_t add_text(const char* text);
    uint32_t none() { return add(Py_None); }

    // The code object's own constant equal to `object` in type and value; borrowed, null when it has none.
    PyObject* find(PyObject* object);

    // The constant that CPython's folding makes of an expression, borrowed from here; null when it is not constant,
    // or when the operation raises and must do so at run time.
    PyObject* fold(Node expression);
    // The same for a display of constants on the right of `in` (list: tuple, set: frozenset) or after `for … in`.
    PyObject* fold_display(Node expression);
    // All constants of `expressions` as one tuple, if all of them are constant.
    PyObject* fold_tuple(const NodeList& expressions);

  private:
    PyObject* canonical(PyObject* object);
    PyObject* remember(Ref object);
    PyObject* fold_unary(Node expression);
    PyObject* fold_binary(Node expression);
    PyObject* fold_subscript(Node expression);
    PyObject* found_or_null(PyObject* new_reference);

    ir::Function& function_;
    std::vector<PyObject*>& objects_;
    std::unordered_multimap<Py_hash_t, PyObject*> own_;  // the code object's, by hash
    std::unordered_multimap<Py_hash_t, PyObject*> others_;
    std::unordered_map<PyObject*, uint32_t> indices_;
    std::unordered_map<PyObject*, PyObject*> folded_;  // by node; null: not constant
    std::vector<Ref> kept_;
};

// Whether Python runs with -O: `__debug__` is false, and asserts are gone.
bool is_optimized();

// Equal in type and value, as CPython compares constants: 0.0 and -0.0 differ, and so do 1 and True, in tuples too.
bool same_constant(PyObject* left, PyObject* right);

}  // namespace aipy::frontend
