// Sums that cannot overflow between two polls: counters, and totals of small numbers.
//
//     while n:                 total grows by at most 9 an iteration, and a counted loop comes to its head again
//         total += n % 10      after poll_interval iterations: if total is far enough from the ends of an i64 there,
//         n //= 10             no addition needs a test
//
// The head tests that; where it does not hold the native code is left there. Without the tests in between, LLVM sees
// what C++ has: it turns branches into selects, and vectorises.
#include <algorithm>
#include <limits>

#include "codegen/function_lowering.h"

namespace aipy::codegen {

namespace {

constexpr int max_depth = 8;
constexpr int64_t max_magnitude = int64_t{1} << 40;

using Bound = std::optional<int64_t>;

Bound limited(Bound bound) { return bound && *bound <= max_magnitude ? bound : std::nullopt; }

Bound sum(Bound a, Bound b) { return a && b ? limited(*a + *b) : std::nullopt; }

Bound product(Bound a, Bound b) {
    int64_t result = 0;
    if (!a || !b || __builtin_mul_overflow(*a, *b, &result)) return std::nullopt;
    return limited(result);
}

Bound larger(Bound a, Bound b) { return a && b ? std::max(a, b) : std::nullopt; }

Bound absolute(Bound value) {
    if (!value || *value == std::numeric_limits<int64_t>::min()) return std::nullopt;
    return limited(*value < 0 ? -*value : *value);
}

Bound element_magnitude(ir::ElementType element) {
    switch (element) {
        case ir::ElementType::I8:
        case ir::ElementType::U8: return int64_t{1} << 8;
        case ir::ElementType::I16:
        case ir::ElementType::U16: return int64_t{1} << 16;
        case ir::ElementType::I32:
        case ir::ElementType::U32: return int64_t{1} << 32;
        default: return std::nullopt;
    }
}

}  // namespace

// How far the i64 is from 0 at most, wherever it is defined.
std::optional<int64_t> FunctionLowering::magnitude(ir::ValueId id, int depth) const {
    if (depth > max_depth) return std::nullopt;
    if (const Bound known = constant(id)) return absolute(known);
    const ir::InstrId def = ir_.value(id).def;
    if (def == ir::no_id) return counter_magnitude(id);
    const ir::Instr& instr = ir_.instr(def);
    auto of = [&](size_t index) { return magnitude(instr.operands[index], depth + 1); };
    switch (instr.op) {
        case ir::Op::BToI: return 1;
        case ir::Op::IBitLength:
        case ir::Op::IBitCount: return 64;
        case ir::Op::RetypeI64:
        case ir::Op::INeg:
        case ir::Op::IAbs: return of(0);
        case ir::Op::IAdd:
        case ir::Op::ISub: return sum(of(0), of(1));
        case ir::Op::IMul: return product(of(0), of(1));
        case ir::Op::IMin:
        case ir::Op::IMax: return larger(of(0), of(1));
        case ir::Op::IMod: return of(1);
        case ir::Op::IAnd: {
            for (size_t i : {size_t{0}, size_t{1}})
                if (const Bound mask = of(i); mask && is_natural(instr.operands[i])) return mask;
            return std::nullopt;
        }
        case ir::Op::ArrayLoad: return element_magnitude(array_detail(instr).element);
        default: return std::nullopt;
    }
}

// Of what counts through a range with constant ends: the last step ends behind it.
std::optional<int64_t> FunctionLowering::counter_magnitude(ir::ValueId id) const {
    const auto test = range_tests_.find(id);
    if (test == range_tests_.end()) return std::nullopt;
    const ir::Instr& instr = ir_.instr(test->second);
    const Bound stop = absolute(constant(only_value(instr.operands[1])));
    const Bound step = absolute(constant(only_value(instr.operands[2])));
    Bound start = 0;
    for_each_entering_arg(id, [&](ir::ValueId arg) {
        const ir::InstrId def = ir_.value(arg).def;
        const bool next = def != ir::no_id && ir_.instr(def).op == ir::Op::IAddWrap;
        if (!next && arg != id) start = larger(start, absolute(constant(arg)));
    });
    return larger(start, sum(stop, step));
}

// How far `id` is at most from what the loop's parameter `from` was when the iteration began; empty: nobody knows. The
// additions on the way are noted.
std::optional<int64_t> FunctionLowering::distance(const SumSearch& search, ir::ValueId id,
                                                  std::vector<ir::InstrId>& additions, int depth) const {
    if (id == search.from) return 0;
    const ir::BlockId block = block_of(id);
    if (depth > max_depth || block == ir::no_id || !search.inside[block]) return std::nullopt;
    const ir::Value& value = ir_.value(id);
    if (value.def == ir::no_id) {
        if (block == search.header || ir_.block(block).is_handler) return std::nullopt;
        Bound most = 0;
        for_each_entering_arg(id, [&](ir::ValueId arg) {
            if (most) most = larger(most, distance(search, arg, additions, depth + 1));
        });
        return most;
    }
    const ir::Instr& instr = ir_.instr(value.def);
    if (instr.op != ir::Op::IAdd && instr.op != ir::Op::ISub) return std::nullopt;
    const size_t orders = instr.op == ir::Op::IAdd ? 2 : 1;
    for (size_t i = 0; i < orders; ++i) {
        const Bound step = magnitude(instr.operands[1 - i], 0);
        if (!step) continue;
        const Bound total = sum(distance(search, instr.operands[i], additions, depth + 1), step);
        if (!total) continue;
        additions.push_back(value.def);
        return total;
    }
    return std::nullopt;
}

// Finds the parameters of a counted loop that are such sums. Forced failures of guards need all of them.
void FunctionLowering::find_bounded_sums(ir::BlockId header, const std::vector<bool>& inside) {
    BlockPlan& plan = plans_[header];
    if (module_.input().stress_guards || header_poll(header).before == ir::no_id) return;
    const auto& params = ir_.block(header).params;
    for (size_t i = 0; i < params.size(); ++i) {
        if (type(params[i]).rep != ir::Rep::I64) continue;
        const SumSearch search{header, params[i], inside};
        std::vector<ir::InstrId> additions;
        Bound step = 0;
        for_each_back_arg(header, inside, i, [&](ir::ValueId arg) {
            if (step) step = larger(step, distance(search, arg, additions, 0));
        });
        if (!step || additions.empty()) continue;
        plan.sums.push_back({i, *step});
        for (ir::InstrId addition : additions) cannot_overflow_[addition] = true;
    }
}

// Leaves at the head where a sum is too near the ends of an i64 for another poll_interval iterations.
void FunctionLowering::guard_bounded_sums(ir::BlockId header) {
    BlockPlan& plan = plans_[header];
    if (plan.sums.empty()) return;
    const std::vector<Value*> saved = values_;
    const auto& params = ir_.block(header).params;
    for (size_t i = 0; i < params.size(); ++i) values_[params[i]] = plan.head_params[i];
    llvm::Instruction* end = plan.head->getTerminator();
    b_.SetInsertPoint(end);
    Value* ok = b_.getTrue();
    for (const BlockPlan::BoundedSum& bounded : plan.sums) {
        const int64_t limit = std::numeric_limits<int64_t>::max() - (poll_interval + 2) * bounded.step;
        Value* shifted = b_.CreateAdd(plan.head_params[bounded.param], integer(limit));
        ok = b_.CreateAnd(ok, b_.CreateICmpULE(shifted, b_.CreateAdd(integer(limit), integer(limit))));
    }
    BasicBlock* exit = new_block("no_room");
    b_.CreateCondBr(ok, plan.loop, exit, module_.likely());
    end->eraseFromParent();
    b_.SetInsertPoint(exit);
    const ir::Instr& poll = header_poll(header);
    leave_now(poll.before, b_.getInt32(id_of(poll)));
    values_ = saved;
}

const ir::Instr& FunctionLowering::header_poll(ir::BlockId header) const {
    const auto& instrs = ir_.block(header).instrs;
    return ir_.instr(*std::ranges::find_if(instrs, [&](ir::InstrId id) { return ir_.instr(id).op == ir::Op::Poll; }));
}

}  // namespace aipy::codegen
