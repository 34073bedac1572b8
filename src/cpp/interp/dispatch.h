// What handlers share: how an instruction ends, how a result is placed, how errors go on.
#pragma once

#include "interp/interpreter.h"
#include "runtime/helpers.h"
#include "runtime/numbers.h"

#define AIPY_HANDLER __attribute__((preserve_none))
#define AIPY_GOTO(target)                                                     \
    do {                                                                      \
        const Instruction* next_ = (target);                                  \
        [[clang::musttail]] return next_->handler(registers, next_, running); \
    } while (false)
#define AIPY_NEXT AIPY_GOTO(at + 1 + at->skip)
#define AIPY_RAISE [[clang::musttail]] return raise_here(registers, at, running)

namespace aipy::interp {

// Goes where an error of the instruction leads. The second is for an exception that has its traceback entry already.
AIPY_HANDLER PyObject* raise_here(Register* registers, const Instruction* at, Running* running);
AIPY_HANDLER PyObject* raise_again_here(Register* registers, const Instruction* at, Running* running);

inline void show_position(const Instruction* at, Running* running) {
    runtime::cpython::set_instruction(running->frame, static_cast<runtime::cpython::CodeUnit*>(at->unit));
}

inline void release_operands(Register* registers, const Instruction* at) {
    if (at->release_mask == 0) return;
    const RegisterId* ids = at->operand_list();
    for (unsigned mask = at->release_mask, i = 0; mask != 0; mask >>= 1, ++i)
        if (mask & 1) Py_XDECREF(registers[ids[i]].object);
}

inline void observe_result(const Instruction* at, PyObject* value) {
    if (at->observed != nullptr) record_cheaply(*at->observed, value);
}

// The releases come first: in the program they stand between the op and the store.
template <bool ToSlot>
inline void place_result(Register* registers, const Instruction* at, PyObject* value) {
    if constexpr (ToSlot) {
        release_operands(registers, at);
        PyObject* old = registers[at->result].object;
        registers[at->result].object = value;
        Py_XDECREF(old);
    } else {
        registers[at->result].object = value;
        release_operands(registers, at);
    }
}

// Writes the value into an int that only we hold, if it has room and the value is not one of the shared small ones.
inline bool rewrite_int(PyObject* box, int64_t value) {
    namespace cpython = runtime::cpython;
    if (Py_REFCNT(box) != 1 || cpython::is_shared_int(value)) return false;
    uint64_t magnitude = value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    size_t digits = magnitude >> PyLong_SHIFT == 0 ? 1 : 2;
    if (magnitude >> (2 * PyLong_SHIFT) != 0 || digits > cpython::int_digits(cpython::int_tag(box))) return false;
    auto* number = reinterpret_cast<PyLongObject*>(box);
    cpython::set_int_tag(number, digits, value < 0);
    cpython::int_digit_array(box)[0] = static_cast<uint32_t>(magnitude) & PyLong_MASK;
    if (digits == 2) cpython::int_digit_array(box)[1] = static_cast<uint32_t>(magnitude >> PyLong_SHIFT);
    return true;
}

}  // namespace aipy::interp
