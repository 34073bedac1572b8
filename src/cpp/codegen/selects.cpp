// Branches around a little arithmetic become selects:
//
//     if n % 2 == 0:          both n // 2 and 3 * n + 1 are computed, and one of them is taken; the guard of what is
//         n = n // 2          not taken asks nothing
//     else:
//         n = 3 * n + 1
//
// LLVM does so by itself where nothing may leave, as it does for C++, whose sums have no guards. A branch that goes
// either way costs more than such a side.
#include <algorithm>

#include "codegen/function_lowering.h"

namespace aipy::codegen {

namespace {

constexpr int most_operations = 2;  // of each side; constants do not count

}  // namespace

// What the op costs when it is done in vain; empty: it must not be, or costs too much.
std::optional<int> FunctionLowering::cost_in_vain(const ir::Instr& instr) const {
    switch (instr.op) {
        case ir::Op::ConstI64:
        case ir::Op::ConstF64:
        case ir::Op::ConstBit:
        case ir::Op::RetypeI64:
        case ir::Op::RetypeBit: return 0;
        case ir::Op::IAdd:
        case ir::Op::ISub:
        case ir::Op::IMul:
        case ir::Op::IAddWrap:
        case ir::Op::WAdd:
        case ir::Op::WSub:
        case ir::Op::WMul:
        case ir::Op::IAnd:
        case ir::Op::IOr:
        case ir::Op::IXor:
        case ir::Op::ICmp:
        case ir::Op::BNot:
        case ir::Op::BToI: return 1;
        case ir::Op::IFloorDiv:
        case ir::Op::IMod: return divides_by_power_of_two(instr) ? std::optional(1) : std::nullopt;
        default: return std::nullopt;
    }
}

bool FunctionLowering::is_small_side(ir::BlockId id) const {
    const ir::Block& block = ir_.block(id);
    if (block.cold || block.is_handler || block.is_loop_header || !block.params.empty()) return false;
    if (ir_.instr(block.instrs.back()).op != ir::Op::Jump || ways_in_[id].size() != 1) return false;
    int operations = 0;
    for (ir::InstrId instr : block.instrs) {
        if (instr == block.instrs.back()) break;
        const std::optional<int> cost = cost_in_vain(ir_.instr(instr));
        if (!cost || tracebacks_.pending_at(instr) != ir::no_id) return false;
        operations += *cost;
    }
    return operations <= most_operations;
}

// The two ways of a branch, when they meet again behind sides that may both be done, and something in them may leave.
std::optional<FunctionLowering::TwoSides> FunctionLowering::two_sides(const ir::Instr& branch) const {
    if (module_.input().stress_guards || module_.input().opt_level == 0 || part_ == FunctionPart::Entry)
        return std::nullopt;
    TwoSides sides{};
    bool leaves = false;
    for (size_t i = 0; i < 2; ++i) {
        sides.ends[i] = &branch.targets[i];
        const ir::BlockId target = branch.targets[i].target;
        if (!is_small_side(target)) continue;
        sides.blocks[i] = target;
        sides.ends[i] = &ir_.instr(ir_.block(target).instrs.back()).targets[0];
        for (ir::InstrId instr : ir_.block(target).instrs) leaves |= ir::info(ir_.instr(instr).op).leaves();
    }
    if (!leaves || sides.ends[0]->target != sides.ends[1]->target) return std::nullopt;
    return sides;
}

void FunctionLowering::lower_both_sides(const ir::Instr& branch, const TwoSides& sides) {
    Value* condition = operand(branch, 0);
    for (size_t i = 0; i < 2; ++i) {
        if (sides.blocks[i] == ir::no_id) continue;
        only_if_ = i == 0 ? condition : b_.CreateNot(condition);
        for (ir::InstrId instr : ir_.block(sides.blocks[i]).instrs)
            if (ir_.instr(instr).op != ir::Op::Jump) lower_instr(ir_.instr(instr));
        done_before_[sides.blocks[i]] = true;
    }
    only_if_ = nullptr;
    llvm::SmallVector<Value*, 8> arguments;
    for (size_t i = 0; i < sides.ends[0]->args.size(); ++i) {
        Value* first = values_[sides.ends[0]->args[i]];
        Value* second = values_[sides.ends[1]->args[i]];
        arguments.push_back(first == second ? first : b_.CreateSelect(condition, first, second));
    }
    go_to(sides.ends[0]->target, arguments);
}

}  // namespace aipy::codegen
