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

struct Move {
    RegisterId from, to;
};

// Where an edge leads, and what is copied on the way.
struct Jump {
    uint32_t target = 0;  // index of an instruction
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
    ir::Op op = ir::Op::Keep;
    uint8_t release_mask = 0;   // operands released behind the op, by position
    uint16_t operand_count = 0;
    RegisterId result = 0;
    union {
        RegisterId few[4];      // up to four operands
        const RegisterId* many;
    } operands{};
    union {
        int64_t integer;
        PyObject* object;
    } imm{}, imm2{};
    runtime::InlineCache* cache = nullptr;
    Observed* observed = nullptr;        // profile of the result
    void* unit = nullptr;                // the code unit of CPython's bytecode with this op's position
    const Jump* targets[2] = {};
    const ErrorPath* error = nullptr;
    ir::InstrId origin = ir::no_id;
    ir::BlockId block = ir::no_id;

    const RegisterId* operand_list() const { return operand_count <= 4 ? operands.few : operands.many; }
};

struct Code {
    // `unit` gives the generic function, the constants and caches, and receives the profile.
    explicit Code(Unit& unit);

    std::vector<Instruction> instructions;
    uint32_t slot_count = 0;
    uint32_t register_count = 0;
    std::vector<PyObject*> constants;            // borrowed; registers from slot_count on
    std::vector<RegisterId> value_register;      // by generic value
    std::vector<uint32_t> instr_index;           // by generic instruction: where to go on
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

}  // namespace aipy::interp
