// Who begins or ends to watch Python code run, and what that means for what runs already.
//
// Functions of watched code are called as CPython's (entry.cpp). Of activations that run, native code ends behind the
// foreign code that it is in, like code whose assumptions have fallen, and the interpreter goes on and tells what it
// does (interp/watched.h). When nobody watches any more, all is as before.
#pragma once

#include <Python.h>

namespace aipy::dispatch {

struct Managed;

// Lets aipy know when sys.settrace, sys.setprofile, sys.monitoring and their like were called. Called once.
void notice_watchers();

// Somebody may have begun or ended to watch.
void look_for_watchers(PyThreadState* thread);
// The function's unit is new, or it has new settings.
void adopt_watchers(Managed& managed);

}  // namespace aipy::dispatch
