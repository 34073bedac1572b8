// Activations that go on while somebody watches: sys.settrace, sys.setprofile, sys.monitoring, and what is built on
// them (pdb, coverage, profilers).
//
// A call that begins then is CPython's own. Only what runs already, and generators made before, go on here: the unit's
// instructions are made to say what happens (a line, a return, an exception ...) before each does what it always does.
// Who does not watch pays nothing.
//
// The events are sys.monitoring's, told to the tools that want them; tracing and profiling are two of these. Their
// frame is the activation's real one. What is not told: branches and jumps, and calls of methods that only a look-up
// which may run Python code finds; and that a tool wants no more of a place (sys.monitoring.DISABLE) is not heard.
#pragma once

#include "interp/interpreter.h"

namespace aipy::interp {

// All activations of the unit, those that run as well, tell from their next instruction on; or no more.
void watch(Unit& unit);
void unwatch(Unit& unit);
inline bool is_watched(const Unit& unit) { return !unit.code->unwatched.empty(); }

// The instruction `at` has just raised the exception that is set, or `again` one that was raised before. What a tool
// raises comes in its place.
void tell_raised(Running& running, const Instruction& at, bool again);
// The same for native code's frame, where a handler of its own takes the exception.
void tell_handled(Unit& unit, runtime::cpython::Frame* frame, PyThreadState* thread, ir::InstrId position);
// The exception that is set arrives at a handler, or leaves the function.
void tell_arrived(Running& running, const Instruction& at, bool handled);
// A generator begins, or goes on behind its yield. False with what a tool raised.
bool tell_going_on(Running& running, bool starts);
// The same where an exception is thrown in.
void tell_thrown(Running& running);

}  // namespace aipy::interp
