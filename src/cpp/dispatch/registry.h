// Which functions aipy runs: finding what is known of a function object in constant time, attaching and detaching.
//
// A Managed hangs on its code object by a code "extra", so a call finds it with two loads, a copied or pickled
// function keeps working, and nothing keeps a function alive. Functions that an attached function makes, and those
// of watched files, are attached as they are created. All functions here need the GIL.
#pragma once

#include <Python.h>

#include <string>
#include <vector>

#include "dispatch/managed.h"
#include "dispatch/takeover.h"

namespace aipy::dispatch {

// Called once, when the module is imported. False with an exception set when CPython has no room for the hooks.
bool initialise_registry();

// Looks the function's code up among its code object's extras.
Managed* find_slowly(PyFunctionObject* function);

// Answers of find_slowly, by the address of the code object; forgotten with it.
struct Found {
    PyObject* code = nullptr;
    Managed* managed = nullptr;
};
inline constexpr size_t found_places = 512;
extern Found found[found_places];
inline Found& found_place(PyObject* code) { return found[(reinterpret_cast<uintptr_t>(code) >> 5) % found_places]; }

// What is known of the function's code with its globals; null when nothing is.
inline Managed* find(PyFunctionObject* function) {
    const Found& place = found_place(function->func_code);
    if (place.code == function->func_code && place.managed->same_environment(function)) [[likely]]
        return place.managed;
    return find_slowly(function);
}

// What is known of the code of a function that this one makes, whose unit is built if it can be; null when nothing is.
Managed* inner_function(const Managed& outer, PyCodeObject* code);

// Lets aipy run the function; attaching again changes its settings and starts anew.
Managed* attach(PyFunctionObject* function, const Settings& settings);
// Gives the function object back to CPython.
void detach(PyFunctionObject* function);
bool is_attached(PyFunctionObject* function);
// The function without free variables that lies there, if it was ever attached; null when it is gone.
PyFunctionObject* attached_at(void* address);

// Sets or restores the entry of one function object.
void install_entry(PyFunctionObject* function);
void restore_entry(PyFunctionObject* function);
// Gives the function CPython's own entry until wake_functions.
void rest_function(Managed& managed, PyFunctionObject* function);
void wake_functions(Managed& managed);
// Rests the function for as long as it lives, unless somebody wakes it or takes it away from aipy before.
class RestingFunction {
  public:
    RestingFunction(Managed& managed, PyFunctionObject* function);
    ~RestingFunction();
    RestingFunction(const RestingFunction&) = delete;
    RestingFunction& operator=(const RestingFunction&) = delete;

  private:
    Managed& managed_;
    PyFunctionObject* function_;
    PyObject* code_;  // kept for what hangs on it
};
// Attaches every function that is created from now on and whose file starts with one of the prefixes.
void watch_functions(std::vector<std::string> prefixes, const Settings& settings);
void unwatch_functions();

}  // namespace aipy::dispatch
