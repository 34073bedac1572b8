// Frames of native calls, for those who look: sys._getframe, warnings, logging, inspect, signal handlers.
//
// A version that may run foreign code has a real frame, linked into the thread's stack for as long as it runs; the
// code itself keeps the frame's position up to date (codegen: aipy_bytecode). Other versions have no frame, because
// nobody could see it.
//
// Its locals are where the native code has them. Before foreign code runs, it writes down what its frame state says of
// them (ShownLocals), as machine values. When somebody reads `f_locals`, the frame's slots are filled from there, and
// because they may be changed through it, and read again later, native code ends behind the foreign code: the
// interpreter goes on with these slots, and takes over the frame object.
#pragma once

#include <Python.h>

#include <algorithm>
#include <new>
#include <span>

#include "dispatch/managed.h"
#include "interp/interpreter.h"
#include "runtime/cpython/internal.h"
#include "runtime/cpython/stack.h"
#include "runtime/cpython/thread_state.h"

namespace aipy::dispatch {

// Lies behind a native frame's slots, and behind a generator's registers.
struct ShownLocals {
    uint64_t* cells = nullptr;  // the frame state's id, then the values of Version::shown
    Version* version;
    bool filled = false;  // the frame's slots hold them
};
static_assert(sizeof(ShownLocals) <= interp::Running::room_behind_registers);
// Nobody looks at the frame's locals any more: the version may be entered again.
void end_watch(ShownLocals& shown);

// Links a frame for as long as it lives. `memory`: native_frame_size bytes on the stack.
class NativeFrame {
  public:
    NativeFrame(Version& version, PyObject* function, void* memory, PyThreadState* thread) {
        interp::set_up_bare_frame(running_, *version.owner->unit, function, memory);
        runtime::cpython::set_mark(running_.frame, runtime::cpython::FrameMark::Native);
        new (runtime::cpython::behind_slots(running_.frame)) ShownLocals{.version = &version};
        interp::link_frame(running_, thread);
    }
    ~NativeFrame() {
        if (running_.frame->frame_obj == nullptr) [[likely]]
            interp::unlink_frame(running_);
        else
            finish();
    }
    NativeFrame(const NativeFrame&) = delete;
    NativeFrame& operator=(const NativeFrame&) = delete;

  private:
    void finish();
    interp::Running running_;
};

// What native code shows of the frame's locals; null when none runs on it.
ShownLocals* shown_locals(runtime::cpython::Frame* frame);

// Lets the generator's frame show its locals while it lives.
class NativeGenerator {
  public:
    NativeGenerator(Version& version, interp::Activation& activation);
    ~NativeGenerator();
    NativeGenerator(const NativeGenerator&) = delete;
    NativeGenerator& operator=(const NativeGenerator&) = delete;

  private:
    runtime::cpython::Frame* frame_;
    ShownLocals* shown_;
};

// The interpreter goes on with the frame from this state: the slots are those in the frame, where somebody may have
// changed them.
void take_shown_slots(runtime::cpython::Frame* frame, ir::FrameStateId state, std::span<PyObject*> slots);

inline size_t native_frame_size(const Version& version) {
    return interp::bare_frame_size(*version.owner->unit) + sizeof(ShownLocals);
}

// Lets `frame.f_locals` show the locals of native frames. Called once; false with an exception set where it cannot.
bool show_native_locals();

inline bool is_native(const runtime::cpython::Frame* frame) {
    return frame != nullptr && runtime::cpython::mark_of(frame) == runtime::cpython::FrameMark::Native;
}

// Whether native code, with a frame of its own, is what runs now.
inline bool runs_native_code(PyThreadState* thread) { return is_native(runtime::cpython::current_frame(thread)); }

// The frame of the version's activation that is running now; null when it has none.
inline runtime::cpython::Frame* native_frame_of(const Version& version, PyThreadState* thread) {
    if (!version.visible) return nullptr;
    runtime::cpython::Frame* frame = runtime::cpython::current_frame(thread);
    return is_native(frame) && runtime::cpython::code_of(frame) == version.owner->code ? frame : nullptr;
}

// Takes the native frame off the top of the stack while the interpreter, with a frame of its own, does what is left
// of the call.
class HiddenNativeFrame {
  public:
    explicit HiddenNativeFrame(const Version& version)
        : current_(runtime::cpython::current_frame(runtime::cpython::thread_state())),
          hidden_(native_frame_of(version, runtime::cpython::thread_state())) {
        if (hidden_ != nullptr) current_ = hidden_->previous;
    }
    ~HiddenNativeFrame() {
        if (hidden_ != nullptr) current_ = hidden_;
    }
    HiddenNativeFrame(const HiddenNativeFrame&) = delete;
    HiddenNativeFrame& operator=(const HiddenNativeFrame&) = delete;
    // Where it stands; null when there is none.
    runtime::cpython::CodeUnit* position() const {
        return hidden_ == nullptr ? nullptr : runtime::cpython::instruction_of(hidden_);
    }
    // For the frame that comes instead: the frame object, if there is one (owned), and its slots, which are newer than
    // those that were decoded, where they may have been changed.
    PyFrameObject* take_frame_object(ir::FrameStateId state, std::span<PyObject*> slots);

  private:
    runtime::cpython::Frame*& current_;
    runtime::cpython::Frame* hidden_;
};

PyObject* run_with_frame(Version& version, PyObject* function, PyObject* const* values, PyThreadState* thread);
PyObject* run_on_new_stack(Version& version, PyObject* function, PyObject* const* values, PyThreadState* thread);

// Bytes of C stack that an activation of the version may take, without what it calls. A body that calls itself goes
// as deep as the recursion limit allows.
inline size_t stack_needed(const Version& version, PyThreadState* thread) {
    if (!version.calls_itself) [[likely]]
        return version.frame_bytes;
    return version.frame_bytes * static_cast<size_t>(std::max(runtime::cpython::remaining_depth(thread), 0) + 1);
}

// Runs the version's native code for a call of `function`, counted as an activation, with a frame where one is needed
// and on a stack that has room for it.
[[gnu::always_inline]] inline PyObject* run_activation(Version& version, PyObject* function, PyObject* const* values,
                                                       PyThreadState* thread) {
    Activation active(version);
    if (!runtime::cpython::stack_has(stack_needed(version, thread))) [[unlikely]]
        return run_on_new_stack(version, function, values, thread);
    return version.visible ? run_with_frame(version, function, values, thread) : version.entry(values, thread);
}

// Whether the version needs a frame: it may run code that could look for it.
bool needs_frame(const ir::Function& function);
bool calls_itself(const ir::Function& function);

}  // namespace aipy::dispatch
