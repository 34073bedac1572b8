// How calls of a function object come to aipy's entry, while it stays the very same function to everybody.
//
// Since 3.12 CPython's call sites ask the function for its vectorcall entry, which is replaced. Those of 3.11 go by the
// code object alone: there the function gets, in place of its own, a small code object of the same signature that
// calls the entry with all its parameters (forwarding.cpp). Its frames stand before their first RESUME for as long as
// they live, and such frames CPython shows to nobody. Who asks for the function's code is given its own.
#pragma once

#include <Python.h>

#include <memory>

#include "dispatch/managed.h"

namespace aipy::dispatch {

bool is_taken_over(const PyFunctionObject* function);
// `managed`: what is known of the function, which may be null.
void take_over(PyFunctionObject* function, Managed* managed);
void end_takeover(PyFunctionObject* function, Managed* managed);

// CPython's own entry.
PyObject* call_cpython(PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames);

// What happens to function objects, told before it does. Nothing of it may change the exception that is set. Where
// CPython does not tell (3.11), only the functions that aipy's executors make are told of.
struct FunctionListener {
    void (*created)(PyFunctionObject* function);
    void (*code_changes)(PyFunctionObject* function);
    void (*defaults_change)(PyFunctionObject* function);
    void (*dies)(PyFunctionObject* function);
};
void listen_to_functions(const FunctionListener& listener);

// A function's code, unlike that of modules and class bodies, and not one that the compiler made up.
bool is_function_code(const PyCodeObject* code);

#if PY_VERSION_HEX < 0x030C0000
// Lets the functions that are made of these constants of a module's code, and in its class bodies, be taken over from
// their birth: their code objects' places are taken by forwarding code.
void expect_functions(PyObject* constants, const std::shared_ptr<const Settings>& settings);
// Those of a function that was taken over so; null: it was not.
const Settings* expected_settings(const PyFunctionObject* function);
#endif

// The vectorcall of functions that are taken over (entry.cpp).
PyObject* enter(PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames);

}  // namespace aipy::dispatch
