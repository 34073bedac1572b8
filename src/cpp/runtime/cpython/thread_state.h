// The calling thread's state. It is asked for at every call, and CPython's own question is a call into another library
// that asks the loader for a thread-local variable. Where that variable lies at the same distance from the thread
// pointer in every thread, it is read there.
#pragma once

#include <Python.h>

#include <cstddef>

#ifdef AIPY_RUNTIME_BITCODE
#include "runtime/helpers.h"
#endif

namespace aipy::runtime::cpython {

// Null when the thread has none.
inline PyThreadState* ask_for_thread_state() {
#if PY_VERSION_HEX >= 0x030D0000
    return PyThreadState_GetUnchecked();
#else
    return _PyThreadState_UncheckedGet();
#endif
}

#if defined(__x86_64__) && defined(__linux__) && !defined(AIPY_RUNTIME_BITCODE)

// From the thread pointer to CPython's variable; 0 while that is not known.
extern constinit ptrdiff_t thread_state_offset;

inline PyThreadState* thread_state() {
    const ptrdiff_t offset = thread_state_offset;
    if (offset == 0) [[unlikely]]
        return ask_for_thread_state();
    return *reinterpret_cast<PyThreadState * __seg_fs*>(offset);
}

#elif defined(AIPY_RUNTIME_BITCODE)

// Native code has asked already: within a call the answer is always the same.
inline PyThreadState* thread_state() { return rt_thread_state(); }

#else

inline PyThreadState* thread_state() { return ask_for_thread_state(); }

#endif

// Looks for the variable. With the GIL, once; thread_state() is right before as well.
void find_thread_state();

}  // namespace aipy::runtime::cpython
