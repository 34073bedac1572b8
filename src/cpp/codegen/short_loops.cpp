// Loops that end soon, whatever the numbers are:
//
//     while n:  n &= n - 1          while n > 0:  n >>= 1          while n:  n //= 10
//
// Each iteration takes a bit at least from a natural, and none begins when no bit is left. So there are 64 at most, and
// nobody has to ask for a poll in between: LLVM sees the loop that C++ has, and knows some of them by name.
#include "codegen/function_lowering.h"

namespace aipy::codegen {

// Whether `next` has fewer bits than the natural `number` that it follows, or is 0.
bool FunctionLowering::takes_a_bit(ir::ValueId number, ir::ValueId next) const {
    const ir::InstrId def = ir_.value(only_value(next)).def;
    if (def == ir::no_id) return false;
    const ir::Instr& instr = ir_.instr(def);
    auto is_number = [&](size_t index) { return only_value(instr.operands[index]) == number; };
    auto at_least = [&](size_t index, int64_t least) {
        const std::optional<int64_t> known = constant(instr.operands[index]);
        return known && *known >= least;
    };
    auto is_one_less = [&](ir::ValueId other) {
        const ir::InstrId made = ir_.value(only_value(other)).def;
        if (made == ir::no_id || ir_.instr(made).op != ir::Op::ISub) return false;
        return only_value(ir_.instr(made).operands[0]) == number && constant(ir_.instr(made).operands[1]) == 1;
    };
    switch (instr.op) {
        case ir::Op::IShr: return is_number(0) && at_least(1, 1);
        case ir::Op::IFloorDiv: return is_number(0) && at_least(1, 2);
        case ir::Op::IAnd:
            return (is_number(0) && is_one_less(instr.operands[1])) || (is_number(1) && is_one_less(instr.operands[0]));
        default: return false;
    }
}

// Whether the header's branch ends the loop when the natural is 0: by `n != 0` or `n > 0`.
bool FunctionLowering::ends_at_zero(ir::BlockId header, const std::vector<bool>& inside, ir::ValueId number) const {
    const ir::Instr& branch = ir_.instr(ir_.block(header).instrs.back());
    if (branch.op != ir::Op::Branch) return false;
    const ir::InstrId def = ir_.value(branch.operands[0]).def;
    if (def == ir::no_id || ir_.instr(def).op != ir::Op::ICmp) return false;
    const ir::Instr& compare = ir_.instr(def);
    if (compare.operands[0] != number || constant(compare.operands[1]) != 0) return false;
    const auto tested = static_cast<ir::CompareOp>(compare.imm);
    const bool stays_when_true = inside[branch.targets[0].target];
    return stays_when_true ? tested == ir::CompareOp::NotEqual || tested == ir::CompareOp::Greater
                           : tested == ir::CompareOp::Equal || tested == ir::CompareOp::LessEqual;
}

bool FunctionLowering::ends_soon(ir::BlockId header, const std::vector<bool>& inside) const {
    const auto& params = ir_.block(header).params;
    for (size_t i = 0; i < params.size(); ++i) {
        if (type(params[i]).rep != ir::Rep::I64 || !is_natural(params[i])) continue;
        if (!ends_at_zero(header, inside, params[i])) continue;
        bool takes = true;
        for_each_back_arg(header, inside, i, [&](ir::ValueId arg) { takes = takes && takes_a_bit(params[i], arg); });
        if (takes) return true;
    }
    return false;
}

}  // namespace aipy::codegen
