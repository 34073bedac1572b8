// What the interpreter saw of a function's values: the raw material of specialisation.
//
// Recording costs one comparison while a value keeps its class. Pointers to classes are only compared, never
// followed; what the compiler reads are the ir::Type kinds.
#pragma once

#include <Python.h>

#include <array>
#include <cstdint>
#include <vector>

#include "ir/function.h"

namespace aipy::interp {

// The kinds of objects seen at one place, most of the time one. Past four kinds it says `many`.
struct Observed {
    PyTypeObject* last = nullptr;  // class of the last object recorded; null: its kind varies within the class
    std::array<ir::Type, 4> types{};
    uint8_t count = 0;
    bool many = false;
    bool negative = false;  // an int was

    bool empty() const { return count == 0 && !many; }
    // The one kind seen, or Any when there were none or several.
    ir::Type single() const { return count == 1 && !many ? types[0] : ir::Type::any(); }
    void record(ir::Type type);
};

struct Profile {
    std::vector<Observed> values;      // by generic value
    std::vector<Observed> parameters;  // by slot
    uint64_t runs = 0;                 // calls interpreted from the start
};

// The kind of an object as a boxed type: exact builtin kinds, BigInt for an int outside 64 bits, NDArray with its
// ArrayDetail, Function with its number, Any for everything else. Never runs Python code.
ir::Type observe(PyObject* object);

// Numbers functions that native code may call: all that share code, globals and builtins have one, which no other
// function ever gets. 0: none.
using FunctionNumber = uint32_t (*)(PyFunctionObject* function);
void number_functions_by(FunctionNumber number);

// Adds the object's kind to `observed`.
void record(Observed& observed, PyObject* object);

}  // namespace aipy::interp
