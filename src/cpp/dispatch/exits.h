// Where native code goes when it cannot go on: exits into the interpreter, and errors that leave a frame.
//
// Generated code calls one of these with one 8-byte cell for each value of the frame state's layout as variable
// arguments. All take over the references that the frame state owns. They need the GIL, as all native code that may
// leave does.
#pragma once

#include <Python.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "dispatch/frame_values.h"

extern "C" {
// Goes on in the interpreter at the frame state. `reason`: the specialised instruction that left.
PyObject* aipy_leave(void* version, uint32_t frame_state, uint32_t reason, ...) noexcept;
// The same after a native call whose result came as an object (a new reference) instead of the expected form.
PyObject* aipy_leave_boxed(void* version, uint32_t frame_state, PyObject* result, ...) noexcept;
// An error leaves the native code. Adds this frame's traceback entry and gives null; in a generator, where a handler
// may wait, the interpreter goes on with the error, and what comes of that is the result.
PyObject* aipy_unwind(void* version, uint32_t frame_state, ...) noexcept;
// An error goes to a handler of this function: adds the traceback entry and nothing else.
void aipy_traceback(void* version, uint32_t frame_state, ...) noexcept;
// Adds the entry for the line of `raised_at` to an exception that is being handled.
void aipy_late_traceback(void* version, uint32_t frame_state, uint32_t raised_at, PyObject* exception, ...) noexcept;
// A generator yields the first value; the others are what it keeps (see `suspend` in ops.def). Gives the first back.
PyObject* aipy_suspend(void* version, void* frame, uint32_t yield, PyObject** values) noexcept;
}

namespace aipy::dispatch {

// Goes on in the interpreter at the state. When memory runs out while the frame is made, that is the call's error.
// `decoded_from`: an owned object that the values know, which lives as long as what they decode says, and no longer.
// `slots`: what some of them hold instead (owned, may be null).
using SlotValue = std::pair<uint32_t, PyObject*>;
PyObject* go_on(Version& version, FrameValues& values, ir::FrameStateId id, PyObject* decoded_from = nullptr,
                std::span<const SlotValue> slots = {});
// The error that is set is raised in the interpreter, by the instruction where the state is.
PyObject* raise_in_interpreter(Version& version, ir::FrameStateId state, FrameValues& values);
void count_exit(Version& version, ir::FrameStateId state, uint32_t reason, const FrameValues& values);
void hide_callers_locals(const Version& version);

// How often native code was left at each op row that may leave, since the process started; rows never left count 0.
std::map<std::string, uint64_t> exit_counts();

}  // namespace aipy::dispatch
