// A generic function laid out for the interpreter: instructions in a row, values in registers.
//
// Registers lie in the frame's localsplus: the slots, then the constants (borrowed, copied in when a call starts),
// then one for each temporary. Where nothing can come between, no instruction is made at all: a load of a local that
// is not retained *is* the local's register, constants are registers, and releases of an op's operands right behind
// it are a mask in that op.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "interp/profile.h"
#include "interp/unit.h"
#include "ir/function.h"
#include "runtime/abi.h"

namespace aipy::interp {

using RegisterId = uint32_t;

struct Instruction;
struct Running;

// Runs one instruction and, by a chain of jumps, all that follow: the value returned or yielded, or null.
using Handler = __attribute__((preserve_none))
PyObject* (*)(Register * registers, const Instruction* at, Running* running);

struct Move {
    RegisterId from, to;
};

// Where an edge leads, and what is copied on the way.
struct Jump {
    const Instruction* target = nullptr;
    std::vector<Move> moves;
};

// What an instruction does when it raises.
struct ErrorPath {
    bool handled = false;
    std::vector<RegisterId> retain;  // before anything else
    std::vector<RegisterId> unwind;  // released, in this order
    RegisterId exception = 0;        // register of the handler's first parameter
    Jump jump;
};

struct Instruction {
    Handler handler = nullptr;
    ir::Op op = ir::Op::Keep;
    uint8_t release_mask = 0;  // operands released behind the op, by position
    uint16_t operand_count = 0;
    uint16_t skip = 0;      // plain instructions behind it that are part of it
    RegisterId result = 0;  // of a fused store: the slot
    union {
        RegisterId few[4];  // up to four operands
        const RegisterId* many;
    } operands{};
    union {
        int64_t integer;
        PyObject* object;
        int64_t* counter;  // of a poll
    } imm{}, imm2{};
    runtime::InlineCache* cache = nullptr;
    Observed* observed = nullptr;  // profile of the result
    void* unit = nullptr;          // the code unit of CPython's bytecode with this op's position; null of some returns
    const Jump* targets[2] = {};
    const ErrorPath* error = nullptr;
    bool returns = false;  // a copy that is returned
    ir::InstrId origin = ir::no_id;
    ir::BlockId block = ir::no_id;

    // Of a yield: the block behind it, 0 when there is more between them than what native code knows to leave out; and
    // whether anybody uses the value sent.
    ir::BlockId block_behind() const { return static_cast<ir::BlockId>(imm.integer); }
    bool uses_sent() const { return imm2.integer != 0; }

    const RegisterId* operand_list() const { return operand_count <= 4 ? operands.few : operands.many; }
};

struct Code {
    // `unit` gives the generic function, the constants and caches, and receives the profile.
    explicit Code(Unit& unit);

    std::vector<Instruction> instructions;                     // never grows once made: pointers into it stay
    std::unordered_map<size_t, std::vector<int>> empty_lines;  // ir::Function's, by the place of the instruction
    std::unordered_map<int, void*> line_units;                 // by line, CPython's first code unit on it, once watched
    std::vector<Handler> unwatched;  // of the instructions, while these tell what they do (watched.h); else empty
    uint32_t slot_count = 0;
    uint32_t register_count = 0;
    std::vector<PyObject*> constants;                          // borrowed; registers from slot_count on
    std::vector<RegisterId> value_register;                    // by generic value
    std::vector<uint32_t> instr_index;                         // by generic instruction: where to go on
    std::vector<std::vector<ir::ValueId>> header_temporaries;  // by block; of loop headers

    // The values of which references are held just before an instruction (once for each reference).
    const std::vector<ir::ValueId>& held_before(ir::InstrId position);

  private:
    friend class Layout;
    const ir::Function& generic;
    std::unordered_map<ir::InstrId, std::vector<ir::ValueId>> held;  // found when native code first leaves there
    std::vector<std::unique_ptr<Jump>> jumps;
    std::vector<std::unique_ptr<ErrorPath>> errors;
    std::vector<std::unique_ptr<RegisterId[]>> operand_lists;
};

// ---- handlers (handlers.cpp, arithmetic.cpp) ----------------------------------------------------------------
// How an op is run: plainly, or together with what follows it.
struct HandlerKey {
    ir::Op op;
    int64_t imm = 0;
    bool to_slot = false;   // stores its result into the slot `result`, whose old content is released
    bool reuse = false;     // operand 0's reference dies here: its box may become the result's
    bool branches = false;  // decides the branch behind it: compare, truth, iter.next
    bool polls = false;     // a jump to a poll, which it does itself
    bool copies = false;    // takes a new reference of operand 0 first: store.local, return
};
Handler handler_for(const HandlerKey& key);
Handler arithmetic_handler_for(const HandlerKey& key);  // null: none of these

}  // namespace aipy::interp
