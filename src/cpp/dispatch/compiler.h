// The background compiler: threads that turn jobs into native code and never touch a Python object.
//
// Jobs are made and their results installed under the GIL; in between they belong to the compiler. A fork waits for
// the compilation in progress, and the child begins with an empty queue and new threads. At exit threads are joined.
#pragma once

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

// Waits until no job is queued or running, and installs the results. False when the time ran out first.
bool wait_for_compiler(double seconds);
// Ends the threads; later jobs are compiled at once or not at all. Called while Python still runs.
void stop_compiler();

// The function goes: its jobs' results will be thrown away.
void forget_jobs(Managed& managed);

}  // namespace aipy::dispatch
