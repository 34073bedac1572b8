// Thread state, polls, recursion, and the exception being raised.
#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

using namespace aipy::runtime::cpython;

extern "C" {

PyThreadState* rt_thread_state() noexcept { return thread_state(); }

const uint8_t* rt_poll_flags() noexcept { return pending_flags(thread_state()); }

int rt_poll() noexcept {
    if (__atomic_load_n(rt_poll_flags(), __ATOMIC_RELAXED) != 0) [[unlikely]]
        return rt_poll_slow();
    return 0;
}

int64_t rt_depth() noexcept { return remaining_depth(thread_state()); }

void rt_set_depth(int64_t depth) noexcept { remaining_depth(thread_state()) = static_cast<int>(depth); }

int64_t rt_enter() noexcept {
    PyThreadState* thread = thread_state();
    if (remaining_depth(thread)-- > 0) [[likely]]
        return remaining_depth(thread) + 1;
    if (rt_recursion_error() < 0) {
        remaining_depth(thread)++;
        return 0;
    }
    return 1;
}

void rt_exit() noexcept { remaining_depth(thread_state())++; }

PyObject* rt_take_exception() noexcept { return PyErr_GetRaisedException(); }

}  // extern "C"
