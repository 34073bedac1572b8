// monitoring.h for 3.11, which has no sys.monitoring: two functions of each thread are told of events, one that traces
// and one that profiles. The names are those of the later events, each of which is one of theirs or none.
#pragma once

#include "runtime/cpython/internal.h"

namespace aipy::runtime::cpython {

// Whether anybody watches the calling thread.
inline bool is_watching(const PyThreadState* thread) {
    return thread->c_tracefunc != nullptr || thread->c_profilefunc != nullptr;
}

inline uint64_t monitoring_version(PyThreadState* thread) { return is_watching(thread) ? 2 : 1; }

inline bool is_monitored(PyThreadState* thread, PyCodeObject*) { return is_watching(thread); }

enum class Event : uint8_t {
    Start,
    Resume,
    Return,
    Yield,
    Line,
    Instruction,
    Raise,
    Handled,
    Unwind,
    Throw,
    Reraise,
    Call,
    CReturn,
    CRaise,
};

// Whether anybody is to be told of it now: not of what a watching function itself does.
bool is_wanted(PyThreadState* thread, PyCodeObject* code, Event event);

// `arguments`: the code, where it is, and what belongs to the event. False with the exception that somebody raised.
bool tell_tools(PyThreadState* thread, PyCodeObject* code, Event event, PyObject* const* arguments, size_t count);

}  // namespace aipy::runtime::cpython
