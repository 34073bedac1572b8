// Frames of interpreted calls: real ones, on the C stack (generators': in their objects), linked into the thread's
// stack while they run. Inline, because every call goes through all of this.
#pragma once

#include <cstddef>

#include "interp/interpreter.h"  // declares what is defined here
#include "runtime/helpers.h"

namespace aipy::interp {

inline size_t frame_size(const Unit& unit) {
    return offsetof(runtime::cpython::Frame, localsplus) + sizeof(Register) * unit.code->register_count;
}

inline size_t bare_frame_size(const Unit& unit) {
    return offsetof(runtime::cpython::Frame, localsplus) + sizeof(Register) * unit.code->slot_count;
}

// A frame that nothing is interpreted on: without the constants' registers.
inline void set_up_bare_frame(Running& running, Unit& unit, PyObject* function, void* memory) {
    auto* frame = static_cast<runtime::cpython::Frame*>(memory);
    const Code& code = *unit.code;
    if (function == nullptr) function = unit.frame_function;
    runtime::cpython::set_function(frame, function);
    frame->f_globals = unit.context.globals;
    frame->f_builtins = unit.context.builtins;
    frame->f_locals = nullptr;
    frame->frame_obj = nullptr;
    frame->previous = nullptr;
    runtime::cpython::set_slot_count(frame, code.slot_count);
    runtime::cpython::set_mark(frame, runtime::cpython::FrameMark::None);
    frame->owner = FRAME_OWNED_BY_THREAD;
    runtime::cpython::set_code(frame, unit.context.code);
    runtime::cpython::set_instruction(frame, _PyCode_CODE(unit.context.code) + unit.context.code->_co_firsttraceable);
    auto* registers = reinterpret_cast<Register*>(frame->localsplus);
    for (uint32_t i = 0; i < code.slot_count; ++i) registers[i].object = nullptr;
    running.unit = &unit;
    running.registers = registers;
    running.frame = frame;
}

inline void set_up_frame(Running& running, Unit& unit, PyObject* function, void* memory) {
    set_up_bare_frame(running, unit, function, memory);
    const Code& code = *unit.code;
    for (size_t i = 0; i < code.constants.size(); ++i)
        running.registers[code.slot_count + i].object = code.constants[i];
    running.next = code.instructions.data();
}

inline void link_frame(Running& running, PyThreadState* thread) {
    running.thread = thread;
    running.pending = runtime::cpython::pending_flags(running.thread);
    runtime::cpython::Frame*& current = runtime::cpython::current_frame(running.thread);
    running.frame->previous = current;
    current = running.frame;
    running.linked = true;
}

inline void unlink_frame(Running& running) {
    if (!running.linked) return;
    // What somebody kept must know its caller before the chain is cut.
    runtime::cpython::current_frame(running.thread) = running.frame->previous;
    running.linked = false;
}

inline void finish_frame(Running& running) {
    unlink_frame(running);
    if (runtime::cpython::hand_over_frame(running.thread, running.frame)) return;
    const uint32_t count = running.unit->code->slot_count;
    for (uint32_t i = 0; i < count; ++i) {
        Register& slot = running.registers[running.unit->generic.locals_die_backwards() ? count - 1 - i : i];
        PyObject* object = slot.object;
        slot.object = nullptr;
        Py_XDECREF(object);
    }
}

}  // namespace aipy::interp
