// The background compiler: threads that turn jobs into native code and never touch a Python object.
//
// Jobs are made and their results installed under the GIL; in between they belong to the compiler. Upgrades, in a
// thread of their own, wait until their version was seen running: the thread looks every few milliseconds which
// versions are active, as a sampling profiler does. A fork waits for the compilation in progress, and the child goes on
// with new threads. The end of the process waits for nobody: what is being compiled then is abandoned.
#pragma once

#include <chrono>
#include <memory>

#include "dispatch/job.h"
#include "dispatch/managed.h"

namespace aipy::dispatch {

// Compiles the job, in a background thread or at once. At once, its version is installed on return.
void submit(std::unique_ptr<Job> job, bool in_background);

// Whether results wait to be installed: cheap enough to ask at every call.
bool results_ready();
// Installs what the background threads have made.
void install_finished();
inline void install_results() {
    if (results_ready()) [[unlikely]]
        install_finished();
}

// Calls `function(nullptr)` as a pending call of CPython's, in the main thread, at about that time; once, at the
// earliest of the times that were asked for since. The function is always the same one.
void call_later(int (*function)(void*), std::chrono::steady_clock::time_point time);

// Waits until no job is queued or running, upgrades included, and installs the results. False when the time ran out
// first.
bool wait_for_compiler(double seconds);
// Nothing more is begun; a thread that compiles may go on until the process ends. Called while Python still runs.
void stop_compiler();

// The function goes: its jobs' results will be thrown away.
void forget_jobs(Managed& managed);

}  // namespace aipy::dispatch
