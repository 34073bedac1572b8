// Loops that end soon, whatever the numbers are:
//
//     while n:  n &= n - 1          while n > 0:  n >>= 1          while n:  n //= 10
//     for k in range(3): …          for dx in (-1, 0, 1):  for dy in (-1, 0, 1): …
//
// Each iteration takes a bit at least from a natural, and none begins when no bit is left; or counts from one constant
// to another. So there are 64 at most, few thousand in a nest of such loops, and nobody has to ask for a poll in
// between: LLVM sees the loop that C++ has, knows some of them by name, and writes out those of a few iterations, in
// which counters are constants then.
#include <algorithm>

#include "codegen/function_lowering.h"
#include "codegen/loop_properties.h"

namespace aipy::codegen {

namespace {

constexpr int64_t most_bits = 64;
constexpr int64_t most_turns = 64;         // of one loop
constexpr int64_t most_nest_turns = 4096;  // of all of a nest, as far as its loops lie in one another
constexpr int64_t most_written_out = 8;    // iterations, with most_instrs in all of them
constexpr int64_t most_instrs = 300;
constexpr int64_t most_end = int64_t{1} << 40;  // of a range: so its arithmetic here does not overflow

// How many steps lead from `first` to before `stop`.
int64_t steps_between(int64_t first, int64_t stop, int64_t step) {
    const int64_t way = step > 0 ? stop - first : first - stop;
    const int64_t stride = step > 0 ? step : -step;
    return way <= 0 ? 0 : (way + stride - 1) / stride;
}

bool is_near(int64_t value) { return value > -most_end && value < most_end; }

}  // namespace

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

// Whether a natural loses a bit in each iteration of the loop, which ends at 0.
bool FunctionLowering::ends_with_bits(ir::BlockId header, const std::vector<bool>& inside) const {
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

// The constant that a loop's counter starts with, whichever way it is entered.
std::optional<int64_t> FunctionLowering::constant_start(const BlockLoop& loop) const {
    if (part_ == FunctionPart::Body && loop.header == 1) return std::nullopt;
    const auto& params = ir_.block(loop.header).params;
    const auto index = static_cast<size_t>(std::ranges::find(params, loop.counter) - params.begin());
    std::optional<int64_t> start;
    for (const WayIn& way : ways_in_[loop.header]) {
        if (loop.inside[way.from]) continue;
        const std::optional<int64_t> entered = way.is_error ? std::nullopt : constant(way.edge->args[index]);
        if (!entered || (start && start != entered)) return std::nullopt;
        start = entered;
    }
    return start;
}

// How many iterations a loop has that counts from one constant to another; it may be left before.
std::optional<int64_t> FunctionLowering::constant_turns(ir::BlockId header) const {
    const auto loop = loop_with_end(header);
    if (!loop || loop->closing != 0) return std::nullopt;
    const std::optional<int64_t> start = constant_start(*loop), stop = constant(loop->stop);
    if (!start || !stop || !is_near(*start) || !is_near(*stop) || !is_near(loop->step)) return std::nullopt;
    const int64_t behind = loop->step > 0 ? 1 : -1;
    return steps_between(*start, *stop + (loop->counts_stop ? behind : 0), loop->step);
}

// Whether the loop and all in it end soon, and nothing in it takes long.
bool FunctionLowering::ends_soon(ir::BlockId header, const std::vector<bool>& inside) const {
    int64_t turns = 1;
    for (ir::BlockId id : order_) {
        if (!inside[id]) continue;
        for (ir::InstrId instr : ir_.block(id).instrs) {
            const ir::Op op = ir_.instr(instr).op;
            if (op == ir::Op::ParallelLoop || op == ir::Op::ArrayUpdate || op == ir::Op::ArrayReduce) return false;
            if (op != ir::Op::Poll && !keeps_headers(ir_.instr(instr))) return false;
        }
        if (!starts_with_poll(ir_.block(id))) continue;
        std::optional<int64_t> of_loop = constant_turns(id);
        if (!of_loop && ends_with_bits(id, id == header ? inside : blocks_of_loop(id))) of_loop = most_bits;
        if (!of_loop || *of_loop > most_turns) return false;
        turns *= std::max<int64_t>(*of_loop, 1);
        if (turns > most_nest_turns) return false;
    }
    return true;
}

// Whether the loop has a few iterations and is small enough to be written out, with those in it.
bool FunctionLowering::is_written_out(ir::BlockId header, const std::vector<bool>& inside) const {
    int64_t instrs = 0, turns = 1;
    for (ir::BlockId id : order_) {
        if (!inside[id]) continue;
        instrs += static_cast<int64_t>(ir_.block(id).instrs.size());
        if (!starts_with_poll(ir_.block(id))) continue;
        const std::optional<int64_t> of_loop = constant_turns(id);
        const bool is_small = of_loop && *of_loop <= most_written_out;
        if (!is_small && id == header) return false;
        if (is_small) turns *= std::max<int64_t>(*of_loop, 1);
    }
    return instrs * turns <= most_instrs;
}

// Asks LLVM to write out the loop whose latch ends in that branch.
void FunctionLowering::close_loop(const BlockPlan& plan, llvm::BranchInst* back) {
    if (plan.written_out) back->setMetadata(llvm::LLVMContext::MD_loop, written_out_loop(module_.context()));
}

}  // namespace aipy::codegen
