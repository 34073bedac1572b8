// Internal invariants. A failed check is a bug of aipy, never of the user's program: it prints what was
// expected and where, and aborts, because going on would risk a wrong result.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace aipy::support {

[[noreturn]] inline void check_failed(const char* condition, const char* message, const char* file, int line) {
    std::fprintf(stderr, "aipy: internal check failed: %s (%s) at %s:%d\n", message, condition, file, line);
    std::fflush(stderr);
    std::abort();
}

[[noreturn]] inline void unreachable_reached(const char* file, int line) {
    check_failed("unreachable", "control reached a place that cannot be reached", file, line);
}

}  // namespace aipy::support

#define AIPY_CHECK(condition, message)                                              \
    do {                                                                            \
        if (!(condition)) [[unlikely]]                                              \
            ::aipy::support::check_failed(#condition, message, __FILE__, __LINE__); \
    } while (false)

#define AIPY_UNREACHABLE() ::aipy::support::unreachable_reached(__FILE__, __LINE__)
