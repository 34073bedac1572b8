// Frames of interpreted calls: real ones, on the C stack, linked into the thread's stack while they run.
#include <cstddef>

#include "interp/interpreter.h"
#include "runtime/helpers.h"

namespace aipy::interp {

namespace cpython = runtime::cpython;
using cpython::Frame;

size_t frame_size(const Unit& unit) {
    return offsetof(Frame, localsplus) + sizeof(Register) * unit.code->register_count;
}

void set_up_frame(Running& running, Unit& unit, PyObject* function, void* memory) {
    auto* frame = static_cast<Frame*>(memory);
    const Code& code = *unit.code;
    if (function == nullptr) function = unit.frame_function;
    frame->f_funcobj = function;
    frame->f_globals = unit.context.globals;
    frame->f_builtins = unit.context.builtins;
    frame->f_locals = nullptr;
    frame->frame_obj = nullptr;
    frame->previous = nullptr;
    frame->stacktop = static_cast<int>(code.slot_count);
    frame->return_offset = 0;
    frame->owner = FRAME_OWNED_BY_THREAD;
    cpython::set_code(frame, unit.context.code);
    cpython::set_instruction(frame, _PyCode_CODE(unit.context.code) + unit.context.code->_co_firsttraceable);
    auto* registers = reinterpret_cast<Register*>(frame->localsplus);
    for (uint32_t i = 0; i < code.slot_count; ++i) registers[i].object = nullptr;
    for (size_t i = 0; i < code.constants.size(); ++i) registers[code.slot_count + i].object = code.constants[i];
    running.unit = &unit;
    running.registers = registers;
    running.frame = frame;
    running.next = code.instructions.data();
}

void link_frame(Running& running) {
    running.thread = rt_thread_state();
    running.pending = cpython::pending_flags(running.thread);
    Frame*& current = cpython::current_frame(running.thread);
    running.frame->previous = current;
    current = running.frame;
    running.linked = true;
}

void unlink_frame(Running& running) {
    if (!running.linked) return;
    // What somebody kept must know its caller before the chain is cut.
    cpython::current_frame(running.thread) = running.frame->previous;
    running.linked = false;
}

void finish_frame(Running& running) {
    unlink_frame(running);
    if (cpython::hand_over_frame(running.thread, running.frame)) return;
    for (uint32_t i = 0; i < running.unit->code->slot_count; ++i) {
        PyObject* object = running.registers[i].object;
        running.registers[i].object = nullptr;
        Py_XDECREF(object);
    }
}

}  // namespace aipy::interp
