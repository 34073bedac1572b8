// The interpreter's loop and the frames it runs on, for the ways in (unit.h) and for generators.
#pragma once

#include <Python.h>

#include "interp/code.h"
#include "interp/unit.h"
#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

namespace aipy::interp {

enum class Outcome : uint8_t { Returned, Raised, Yielded };

// What an activation that is watched (watched.h) has told.
struct Watched {
    uint32_t time = 0;                // of whom
    int line = 0;                     // the last one begun
    const Instruction* at = nullptr;  // the last one run
    bool came_back = false;           // in a loop, since the line began
    PyObject* raised = nullptr;       // owned; by a tool, where no instruction may raise
};

// A call that is running. Its registers are the localsplus of a real frame, which is linked into the thread's stack
// while the loop runs, so that whoever looks at frames sees the function, its line and its locals.
struct Running : Activation {
    // Of a generator, behind its registers: what native code shows of its locals (dispatch/native_frame.h).
    static constexpr size_t room_behind_registers = 3 * sizeof(void*);

    runtime::cpython::Frame* frame = nullptr;
    const Instruction* next = nullptr;  // where the loop starts, or goes on after a yield
    RegisterId sent = 0;                // after a yield: where the value sent goes
    const uint8_t* pending = nullptr;   // not zero: a poll has something to do
    bool linked = false;
    bool yielded = false;
    Watched watched;
};

inline bool says_nothing_new(const Observed& observed, uintptr_t int_tag) {
    return runtime::cpython::is_short_int(int_tag) && (observed.negative || runtime::cpython::int_sign(int_tag) >= 0);
}

// Adds the object's kind; costs a comparison while its class stays the same (and ints stay short, and their sign).
inline void record_cheaply(Observed& observed, PyObject* object) {
    PyTypeObject* type = Py_TYPE(object);
    bool known = type == observed.last &&
                 (type != &PyLong_Type || says_nothing_new(observed, runtime::cpython::int_tag(object)));
    if (!known) [[unlikely]]
        record(observed, object);
}

inline Outcome outcome_of(const Running& running) {
    if (running.yielded) return Outcome::Yielded;
    return running.result == nullptr ? Outcome::Raised : Outcome::Returned;
}

// Bytes that a unit's frame takes, registers included.
inline size_t frame_size(const Unit& unit);
// The same for a frame that only shows the function and where it is: it has slots, but nothing runs on it.
inline size_t bare_frame_size(const Unit& unit);
inline void set_up_bare_frame(Running& running, Unit& unit, PyObject* function, void* memory);

// Makes `memory` (frame_size bytes) the frame of a call of `function`: slots null, constants in their registers.
// The frame borrows function, code, globals and builtins.
inline void set_up_frame(Running& running, Unit& unit, PyObject* function, void* memory);
// Parameters and free variables of a call from the start, new references; records the parameters' kinds.
void fill_slots(Running& running, PyObject* function, PyObject* const* arguments);
inline void link_frame(Running& running, PyThreadState* thread = runtime::cpython::thread_state());
inline void unlink_frame(Running& running);

// Releases the slots, in order, unless someone holds the frame's object: that takes them over. Unlinks first.
inline void finish_frame(Running& running);

// Runs from `running.next` until the call returns, raises, or (in a generator) yields. `running.result` then is the
// value returned or yielded, new, or null with the exception set and its traceback entry made. The frame stays linked.
Outcome execute(Running& running);

// Goes on where an exception arrives instead of a result: the exception set is raised by instruction `at`.
Outcome execute_error(Running& running, const Instruction& at, bool traced);

// Puts a state into the registers of a frame whose slots are empty.
void restore(Running& running, const ResumeState& state);

// The generator whose body this thread runs (generator.cpp).
Running& running_generator(PyThreadState* thread);
// Makes the generator object of a call (generator.cpp).
PyObject* make_generator(Unit& unit, PyObject* function, PyObject* const* arguments);

}  // namespace aipy::interp

#include "interp/frame.h"  // IWYU pragma: export
