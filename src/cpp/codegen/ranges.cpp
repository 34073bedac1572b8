// What integers lie between while a nest of loops runs, computed before it: the ranges of counters follow from where
// they start and stop, those of other values from their ops, the ends of each from the ends of its operands.
//
//     for i in range(n):              i in [0, n - 1]
//         for j in range(i, m):       j in [0, m - 1]
//             … a[i + j]              i + j in [0, n + m - 2]
//
// Where such arithmetic overflows, `exact` is false and nothing is known. A range that is empty, because its loop does
// not run, says nothing wrong: no value has to lie in it. Recursion ends at values that are being looked for already.
#include <algorithm>
#include <limits>
#include <utility>

#include "codegen/function_lowering.h"
#include "ir/compare.h"

namespace aipy::codegen {

bool FunctionLowering::is_outside(const Proof& proof, ir::ValueId id) const {
    return !proof.nest.inside[block_of(only_value(id))];
}

// Of the value as `user`, a block of the nest, sees it.
std::optional<FunctionLowering::Range> FunctionLowering::range(Proof& proof, ir::ValueId id, ir::BlockId user) {
    id = only_value(id);
    if (const auto known = constant(id)) return point(integer(*known));
    if (is_outside(proof, id)) return point(values_[id]);
    const bool narrowed_before = std::exchange(proof.narrowed, false);
    auto result = range_by_itself(proof, id, user);
    if (result) narrow_by_branches(proof, id, user, *result);
    proof.narrowed |= narrowed_before;
    return result;
}

// What the branches say that lead to the block: of `i`, behind `if i > 0`, that it is at least 1.
void FunctionLowering::narrow_by_branches(Proof& proof, ir::ValueId id, ir::BlockId block, Range& range) {
    constexpr int most_branches = 8;
    for (int i = 0; i < most_branches && block != proof.nest.header; ++i) {
        const WayIn* only = nullptr;
        for (const WayIn& way : ways_in_[block]) {
            if (is_back_edge(way.from, block)) continue;
            if (only != nullptr || way.is_error) return;
            only = &way;
        }
        if (only == nullptr) return;
        narrow_by_branch(proof, id, *only, range);
        block = only->from;
    }
}

void FunctionLowering::narrow_by_branch(Proof& proof, ir::ValueId id, const WayIn& way, Range& narrowed) {
    const ir::Instr& branch = ir_.terminator(way.from);
    const ir::InstrId def = branch.op == ir::Op::Branch ? ir_.value(branch.operands[0]).def : ir::no_id;
    if (def == ir::no_id || ir_.instr(def).op != ir::Op::ICmp) return;
    const ir::Instr& test = ir_.instr(def);
    const bool is_first = only_value(test.operands[0]) == id;
    if (!is_first && only_value(test.operands[1]) != id) return;
    auto compare = static_cast<ir::CompareOp>(test.imm);
    if (way.edge == &branch.targets[1]) compare = ir::negated(compare);
    if (!is_first) compare = ir::mirrored(compare);
    const auto other = range(proof, test.operands[is_first ? 1 : 0], instr_block_[def]);
    if (!other) return;
    const bool below = compare == ir::CompareOp::Less || compare == ir::CompareOp::LessEqual;
    const bool above = compare == ir::CompareOp::Greater || compare == ir::CompareOp::GreaterEqual;
    const bool equal = compare == ir::CompareOp::Equal;
    const int64_t apart = compare == ir::CompareOp::Less || compare == ir::CompareOp::Greater ? 1 : 0;
    if (below || equal) {
        Value* most = b_.CreateBinaryIntrinsic(llvm::Intrinsic::ssub_sat, other->most, integer(apart));
        narrowed.most = least_of(narrowed.most, most);
    }
    if (above || equal) {
        Value* least = b_.CreateBinaryIntrinsic(llvm::Intrinsic::sadd_sat, other->least, integer(apart));
        narrowed.least = most_of(narrowed.least, least);
    }
    if (!below && !above && !equal) return;
    narrowed.exact = b_.CreateAnd(narrowed.exact, other->exact);
    proof.narrowed = true;
}

// A counter has passed its loop's test in the block, or may not have.
std::optional<FunctionLowering::Range> FunctionLowering::range_by_itself(Proof& proof, ir::ValueId id,
                                                                         ir::BlockId user) {
    const BlockLoop* counts = nullptr;
    for (const BlockLoop& loop : proof.nest.loops)
        if (loop.counters.contains(id)) counts = &loop;
    const bool in_iteration = counts != nullptr && counts->inside[user] && user != counts->header;
    if (const auto found = proof.known.find({id, in_iteration}); found != proof.known.end()) {
        proof.narrowed = found->second.second;
        return found->second.first;
    }
    if (!proof.open.insert(id).second) return std::nullopt;
    const ir::InstrId def = ir_.value(id).def;
    std::optional<Range> result;
    if (counts != nullptr) {
        result = range_of_counter(proof, *counts, id, in_iteration);
    } else {
        result = def == ir::no_id ? range_of_param(proof, id) : range_of_result(proof, ir_.instr(def));
    }
    proof.open.erase(id);
    if (result && ir_.value(id).natural) {
        result->least = most_of(result->least, integer(0));
        // That a difference is natural rests on branches, unless no branch is needed to see it.
        proof.narrowed |= def != ir::no_id && ir_.instr(def).op == ir::Op::ISub;
    }
    if (proof.open.empty() || result) proof.known[{id, in_iteration}] = {result, proof.narrowed};
    return result;
}

FunctionLowering::Range FunctionLowering::either(const Range& a, const Range& b) {
    return {least_of(a.least, b.least), most_of(a.most, b.most), b_.CreateAnd(a.exact, b.exact)};
}

FunctionLowering::Range FunctionLowering::combined(ir::Op op, const Range& a, const Range& b) {
    Range result{nullptr, nullptr, b_.CreateAnd(a.exact, b.exact)};
    if (op == ir::Op::IAdd) {
        result.least = linear(op, a.least, b.least, &result.exact);
        result.most = linear(op, a.most, b.most, &result.exact);
    } else if (op == ir::Op::ISub) {
        result.least = linear(op, a.least, b.most, &result.exact);
        result.most = linear(op, a.most, b.least, &result.exact);
    } else {
        result.least = result.most = linear(op, a.least, b.least, &result.exact);
        auto take = [&](Value* x, Value* y) {
            Value* product = linear(op, x, y, &result.exact);
            result.least = least_of(result.least, product);
            result.most = most_of(result.most, product);
        };
        if (a.least != a.most) take(a.most, b.least);
        if (b.least != b.most) take(a.least, b.most);
        if (a.least != a.most && b.least != b.most) take(a.most, b.most);
    }
    return result;
}

std::optional<FunctionLowering::Range> FunctionLowering::range_of_result(Proof& proof, const ir::Instr& instr) {
    const ir::BlockId block = instr_block_[id_of(instr)];
    auto of = [&](size_t i) { return range(proof, instr.operands[i], block); };
    auto of_both = [&](auto&& combine) -> std::optional<Range> {
        const auto a = of(0), b = of(1);
        return a && b ? std::optional<Range>(combine(*a, *b)) : std::nullopt;
    };
    switch (instr.op) {
        case ir::Op::IAdd:
        case ir::Op::ISub:
        case ir::Op::IMul: return of_both([&](const Range& a, const Range& b) { return combined(instr.op, a, b); });
        case ir::Op::IMin:
            return of_both([&](const Range& a, const Range& b) {
                return Range{least_of(a.least, b.least), least_of(a.most, b.most), b_.CreateAnd(a.exact, b.exact)};
            });
        case ir::Op::IMax:
            return of_both([&](const Range& a, const Range& b) {
                return Range{most_of(a.least, b.least), most_of(a.most, b.most), b_.CreateAnd(a.exact, b.exact)};
            });
        case ir::Op::INeg: {
            const auto a = of(0);
            return a ? std::optional(combined(ir::Op::ISub, point(integer(0)), *a)) : std::nullopt;
        }
        case ir::Op::RetypeI64: return of(0);
        case ir::Op::IShr: {
            const auto a = of(0);
            const auto count = constant(instr.operands[1]);
            if (!a || !count || *count < 0 || *count > 63) return std::nullopt;
            return Range{b_.CreateAShr(a->least, integer(*count)), b_.CreateAShr(a->most, integer(*count)), a->exact};
        }
        case ir::Op::IFloorDiv: {
            const auto a = of(0);
            const auto divisor = constant(instr.operands[1]);
            if (!a || !divisor || *divisor <= 0) return std::nullopt;
            Value* natural = b_.CreateICmpSGE(a->least, integer(0));
            return Range{b_.CreateUDiv(a->least, integer(*divisor)), b_.CreateUDiv(a->most, integer(*divisor)),
                         b_.CreateAnd(a->exact, natural)};
        }
        case ir::Op::IMod: {
            const auto divisor = of(1);
            if (!divisor) return std::nullopt;
            Value* positive = b_.CreateICmpSGT(divisor->least, integer(0));
            return Range{integer(0), b_.CreateSub(divisor->most, integer(1)), b_.CreateAnd(divisor->exact, positive)};
        }
        case ir::Op::ArrayDim:
            return is_outside(proof, instr.operands[0])
                       ? std::optional(point(axis_length(instr.operands[0], static_cast<size_t>(instr.imm))))
                       : std::nullopt;
        default: break;
    }
    const std::optional<Interval> known = interval(instr.result);
    if (!known) return std::nullopt;
    return Range{integer(known->least), integer(known->most), b_.getTrue()};
}

// The parameter of an inner loop's header, when the loop is entered.
std::optional<FunctionLowering::Range> FunctionLowering::range_where_entered(Proof& proof, const BlockLoop& loop,
                                                                             ir::ValueId id) {
    const auto& params = ir_.block(loop.header).params;
    const auto index = static_cast<size_t>(std::ranges::find(params, id) - params.begin());
    if (loop.header == proof.nest.header) return point(plans_[loop.header].head_params[index]);
    std::optional<Range> result;
    for (const WayIn& way : ways_in_[loop.header]) {
        if (loop.inside[way.from]) continue;
        const auto entered = way.is_error ? std::nullopt : range(proof, way.edge->args[index], way.from);
        if (!entered) return std::nullopt;
        result = result ? either(*result, *entered) : *entered;
    }
    return result;
}

// The one that is compared lies before where it stops, once it has passed the test, and a step further before it. The
// others have made as many steps.
std::optional<FunctionLowering::Range> FunctionLowering::range_of_counter(Proof& proof, const BlockLoop& loop,
                                                                          ir::ValueId id, bool in_iteration) {
    const auto start = range_where_entered(proof, loop, id);
    const auto first = id == loop.counter ? start : range_where_entered(proof, loop, loop.counter);
    const auto stop =
        loop.closing != 0 ? range_where_entered(proof, loop, loop.stop) : range(proof, loop.stop, loop.header);
    if (!start || !first || !stop) return std::nullopt;
    const bool up = loop.step > 0;
    Value* exact = b_.CreateAnd(b_.CreateAnd(start->exact, first->exact), stop->exact);
    Value* last = up ? stop->most : stop->least;
    if (!loop.counts_stop) last = linear(up ? ir::Op::ISub : ir::Op::IAdd, last, integer(1), &exact);
    if (id == loop.counter) {
        Value* end = up ? start->most : start->least;
        if (in_iteration) {
            end = last;
        } else {
            Value* behind = linear(ir::Op::IAdd, last, integer(loop.step), &exact);
            end = up ? most_of(end, behind) : least_of(end, behind);
        }
        return up ? Range{start->least, end, exact} : Range{end, start->most, exact};
    }
    if (loop.closing != 0 && id == loop.stop) {  // has not met the other one
        Value* met = up ? first->least : first->most;
        if (!loop.counts_stop) met = linear(up ? ir::Op::IAdd : ir::Op::ISub, met, integer(1), &exact);
        if (!in_iteration) met = linear(ir::Op::IAdd, met, integer(loop.closing), &exact);
        if (!in_iteration) met = up ? least_of(met, start->least) : most_of(met, start->most);
        return up ? Range{met, start->most, exact} : Range{start->least, met, exact};
    }
    if (loop.step == std::numeric_limits<int64_t>::min()) return std::nullopt;
    Value* way =
        up ? linear(ir::Op::ISub, last, first->least, &exact) : linear(ir::Op::ISub, first->most, last, &exact);
    Value* steps = b_.CreateUDiv(most_of(way, integer(0)), integer(up ? loop.step : -loop.step));
    if (!in_iteration) steps = b_.CreateAdd(steps, integer(1));
    const Range gone = combined(ir::Op::IMul, Range{integer(0), steps, exact}, point(integer(loop.counters.at(id))));
    return combined(ir::Op::IAdd, *start, gone);
}

// Of a parameter that counts nothing: all that edges pass, but parameters in turn, and what is passed to those.
std::optional<FunctionLowering::Range> FunctionLowering::range_of_param(Proof& proof, ir::ValueId id) {
    constexpr size_t most_params = 16;
    std::vector<ir::ValueId> params{id};
    std::optional<Range> result;
    auto add = [&](const std::optional<Range>& other) {
        if (other) result = result ? either(*result, *other) : *other;
        return other.has_value();
    };
    auto counts = [&](ir::ValueId value) {
        return std::ranges::any_of(proof.nest.loops,
                                   [&](const BlockLoop& loop) { return loop.counters.contains(value); });
    };
    for (size_t i = 0; i < params.size(); ++i) {
        const ir::BlockId block = ir_.value(params[i]).block;
        const auto& all = ir_.block(block).params;
        const auto index = static_cast<size_t>(std::ranges::find(all, params[i]) - all.begin());
        if (block == proof.nest.header && !add(point(plans_[block].head_params[index]))) return std::nullopt;
        for (const WayIn& way : ways_in_[block]) {
            if (!proof.nest.inside[way.from]) continue;
            if (way.is_error) return std::nullopt;
            const ir::ValueId arg = only_value(way.edge->args[index]);
            const bool is_param = !is_outside(proof, arg) && ir_.value(arg).def == ir::no_id && !counts(arg);
            if (is_param) {
                if (std::ranges::find(params, arg) == params.end()) params.push_back(arg);
                if (params.size() > most_params) return std::nullopt;
                continue;
            }
            const bool enters =
                std::ranges::any_of(proof.nest.loops, [&](const BlockLoop& loop) { return loop.entered == way.edge; });
            if (!add(range(proof, arg, enters ? way.edge->target : way.from))) return std::nullopt;
        }
    }
    return result;
}

}  // namespace aipy::codegen
