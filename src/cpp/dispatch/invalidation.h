// Assumptions of native code about values of globals, builtins and modules' attributes.
//
// A version that assumes what a name in a dict is bound to is registered with (dict, name); CPython's dict watchers
// tell of every change, and the version's `valid` byte becomes 0 before the change is made. Native code tests the
// byte after everything that may run foreign code, so it leaves before it uses what it assumed. On 3.11, which has no
// watchers, calls and native code look for changes right before they read the byte (runtime/cpython/dict_watch.h).
#pragma once

#include <Python.h>

#include <vector>

#include "ir/function.h"

namespace aipy::dispatch {

struct Managed;
struct Version;

// Makes sure that the end of the globals or builtins of the functions is noted (Managed::environment). False when it
// has come, or would not be noted.
bool follow_environment(Managed& managed);

// Registers the version with the binding, for the sake of the generic instruction `load`. False when the dict cannot be
// watched: nothing may be assumed then.
bool assume(Version& version, ir::InstrId load, PyObject* dict, PyObject* name);
// Whether the binding changed while someone assumed it: it is not worth assuming again.
bool is_unstable(PyObject* dict, PyObject* name);
// Ends the assumptions that were made for the sake of none of these instructions.
void keep_assumptions(Version& version, const std::vector<ir::InstrId>& loads);
// Ends all of the version's assumptions.
void forget_assumptions(Version& version);
// Ends the version's validity; running activations leave at their next test.
void invalidate(Version& version);

}  // namespace aipy::dispatch
