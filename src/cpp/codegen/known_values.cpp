// What the lowering knows of integers without LLVM's help: LLVM loses sight of where a counter starts, because the head
// of a loop that polls is entered again with any value.
#include <algorithm>
#include <optional>

#include "codegen/function_lowering.h"

namespace aipy::codegen {

namespace {

constexpr int max_depth = 6;

}  // namespace

std::optional<int64_t> FunctionLowering::constant(ir::ValueId id) const {
    const ir::InstrId def = ir_.value(only_value(id)).def;
    if (def == ir::no_id || ir_.instr(def).op != ir::Op::ConstI64) return std::nullopt;
    return ir_.instr(def).imm;
}

// Whether the i64 is at least 0 wherever it is defined. Recursion ends at `depth`, and at loops.
bool FunctionLowering::is_non_negative(ir::ValueId id, int depth) const {
    if (depth > max_depth) return false;
    const ir::Value& value = ir_.value(id);
    if (value.def == ir::no_id) return is_rising_counter(id, depth);
    const ir::Instr& instr = ir_.instr(value.def);
    auto operand_is = [&](size_t index) { return is_non_negative(instr.operands[index], depth + 1); };
    switch (instr.op) {
        case ir::Op::ConstI64: return instr.imm >= 0;
        case ir::Op::ListLength:
        case ir::Op::TupleLength:
        case ir::Op::StrLength:
        case ir::Op::DictLength:
        case ir::Op::ArrayDim:
        case ir::Op::BToI: return true;
        case ir::Op::IAdd:  // a sum that does not fit leaves
        case ir::Op::IMul:
        case ir::Op::IMin:
        case ir::Op::IFloorDiv: return operand_is(0) && operand_is(1);
        case ir::Op::IAnd:
        case ir::Op::IMax: return operand_is(0) || operand_is(1);
        case ir::Op::IShr: return operand_is(0);
        case ir::Op::IMod: return operand_is(1);  // not 0, and the result has its sign
        default: return false;
    }
}

// A parameter to which only values from 0 are passed, and its own successors in a range that goes up.
bool FunctionLowering::is_rising_counter(ir::ValueId id, int depth) const {
    const ir::Value& value = ir_.value(id);
    if (value.block == 0 || (part_ == FunctionPart::Body && value.block == 1)) return false;
    auto goes_up = [&](ir::ValueId arg) {
        const ir::InstrId def = ir_.value(arg).def;
        if (def == ir::no_id || ir_.instr(def).op != ir::Op::IAddWrap) return false;
        const ir::Instr& add = ir_.instr(def);
        return add.operands[0] == id && range_cannot_wrap(add) && constant(add.operands[1]) > 0;
    };
    bool known = true;
    for_each_entering_arg(
        id, [&](ir::ValueId arg) { known = known && (arg == id || goes_up(arg) || is_non_negative(arg, depth + 1)); });
    return known;
}

// The value that a parameter always has, when all edges pass it or the parameter itself.
ir::ValueId FunctionLowering::only_value(ir::ValueId id) const {
    const ir::Value& value = ir_.value(id);
    if (value.def != ir::no_id || value.block == 0 || (part_ == FunctionPart::Body && value.block == 1)) return id;
    ir::ValueId only = ir::no_id;
    for_each_entering_arg(id, [&](ir::ValueId arg) {
        if (arg != id) only = only == ir::no_id || only == arg ? arg : id;
    });
    return only == ir::no_id ? id : only;
}

}  // namespace aipy::codegen
