// How long a thread has worked: its processor time, which does not depend on what else the machine does.
#pragma once

#include <ctime>

namespace aipy::support {

// Milliseconds of processor time of the calling thread.
inline double thread_milliseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace aipy::support
