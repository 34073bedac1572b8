// Puts a finished compilation to use, or notes why there is none.
#pragma once

#include <memory>

#include "dispatch/job.h"

namespace aipy::dispatch {

// Under the GIL. Throws the version away when the function is gone or an assumption failed meanwhile.
void install(std::unique_ptr<Job> job);

}  // namespace aipy::dispatch
