// Functions that need not be watched for a while have CPython's own entry meanwhile, so that CPython inlines their
// calls.
//
// Through aipy's entry a call that CPython runs in the end takes about twice as long as CPython's own call sites need
// for it. So whoever has nothing to decide before a certain time, or before something is compiled, naps. Naps end in
// pending calls, which only the main thread runs: elsewhere functions stay awake. Needs the GIL.
#pragma once

#include <chrono>

#include "dispatch/managed.h"

namespace aipy::dispatch {

using Clock = std::chrono::steady_clock;

// Until that time. Nothing where naps would not end.
void nap(Managed& managed, PyFunctionObject* function, Clock::time_point until);
// Until the version that is being compiled for the call is installed, or is not to be.
void nap_while_compiling(Managed& managed, PyFunctionObject* function);

// The function's data goes.
void forget_nap(const Managed& managed);

}  // namespace aipy::dispatch
