// Which loops can run in blocks of iterations (lower_blocks.cpp), and what is known of their values.
//
// An innermost counted loop whose every way leads back to its header, made of ops that may run ahead of time. What an
// iteration takes over from the one before are counters, which grow by a constant; sums of integers that nothing else
// looks at; and values on which no branch depends, for what a branch skips well is not computed for nothing, unless it
// only replaces them by what they were compared with.
#include <algorithm>
#include <limits>

#include "codegen/element_access.h"
#include "codegen/function_lowering.h"
#include "ir/compare.h"

namespace aipy::codegen {

namespace {

constexpr size_t most_blocks = 24;
constexpr size_t most_instrs = 300;
constexpr size_t most_terms = 16;
constexpr int64_t few_iterations = 8;
constexpr int64_t most_step = int64_t{1} << 32;  // of two counters that are compared with each other

// Ops that may run where the iteration may turn out not to happen: no trap, no foreign code, no object.
bool is_speculable(ir::Op op) {
    using ir::Op;
    switch (op) {
        case Op::ConstI64:
        case Op::ConstF64:
        case Op::ConstBit:
        case Op::RetypeI64:
        case Op::RetypeF64:
        case Op::RetypeBit:
        case Op::IAdd:
        case Op::ISub:
        case Op::IMul:
        case Op::IAddWrap:
        case Op::IFloorDiv:
        case Op::IMod:
        case Op::IShr:
        case Op::IAnd:
        case Op::IOr:
        case Op::IXor:
        case Op::INeg:
        case Op::IAbs:
        case Op::IMin:
        case Op::IMax:
        case Op::IInvert:
        case Op::IBitLength:
        case Op::IBitCount:
        case Op::ICmp:
        case Op::IToF:
        case Op::IToFExact:
        case Op::FAdd:
        case Op::FSub:
        case Op::FMul:
        case Op::FDiv:
        case Op::FNeg:
        case Op::FAbs:
        case Op::FMin:
        case Op::FMax:
        case Op::FSqrt:
        case Op::FFloor:
        case Op::FCeil:
        case Op::FRoundEven:
        case Op::FRoundF32:
        case Op::FCmp:
        case Op::BNot:
        case Op::BOr:
        case Op::BSelect:
        case Op::BToI:
        case Op::GuardBit:
        case Op::GuardFinite:
        case Op::GuardElement:
        case Op::ArrayDim:
        case Op::ArrayLoad:
        case Op::ArrayStore:
        case Op::IntsGet:
        case Op::IntsSet:
        case Op::FloatsGet:
        case Op::FloatsSet:
        case Op::BoolsGet:
        case Op::BoolsSet: return true;
        default: return false;
    }
}

}  // namespace

std::optional<FunctionLowering::BlockLoop> FunctionLowering::block_loop(ir::BlockId header) const {
    if (plans_[header].deferred_poll == nullptr) return std::nullopt;
    BlockLoop loop{.header = header, .inside = blocks_of_loop(header)};
    for (ir::BlockId id : order_) {
        if (loop.inside[id]) loop.blocks.push_back(id);
    }
    if (loop.blocks.size() < 2 || loop.blocks.size() > most_blocks || loop.blocks.front() != header)
        return std::nullopt;
    for (ir::BlockId id : loop.blocks) {
        for (ir::InstrId instr : ir_.block(id).instrs) {
            if (!take_part(loop, id, ir_.instr(instr))) return std::nullopt;
        }
    }
    if (loop.instrs.size() > most_instrs || !find_counters(loop) || !find_end(loop)) return std::nullopt;
    // Too few iterations for a block, whatever it begins with: for j in range(i + 1, 5).
    if (const auto stop = constant(loop.stop); stop && loop.step > 0 && loop.closing == 0)
        if (*stop <= few_iterations && lower_bound(loop.counter) >= 0) return std::nullopt;
    const bool fitting = std::ranges::all_of(loop.instrs, [&](const ir::Instr* i) { return fits_blocks(loop, *i); });
    if (!fitting || !carries_no_decision(loop)) return std::nullopt;
    return has_stores(loop) || loop.accumulates ? std::optional(std::move(loop)) : std::nullopt;
}

bool FunctionLowering::has_stores(const BlockLoop& loop) {
    return std::ranges::any_of(loop.instrs, [](const ir::Instr* instr) { return stores_element(instr->op); });
}

bool FunctionLowering::take_part(BlockLoop& loop, ir::BlockId block, const ir::Instr& instr) const {
    const bool in_header = block == loop.header;
    switch (instr.op) {
        case ir::Op::Poll:
        case ir::Op::Keep: return true;
        case ir::Op::Branch:
            if (in_header) {
                loop.more = instr.operands[0];
                loop.entered = &instr.targets[0];
                return loop.inside[instr.targets[0].target] && instr.targets[0].target != loop.header;
            }
            [[fallthrough]];
        case ir::Op::Jump:
            if (in_header && instr.op == ir::Op::Jump) return false;
            for (const ir::Edge& edge : instr.targets) {
                if (!loop.inside[edge.target]) return false;
                if (edge.target == loop.header) loop.back.push_back(&edge);
            }
            return true;
        case ir::Op::RangeMore: return in_header;
        default: loop.instrs.push_back(&instr); return is_speculable(instr.op);
    }
}

// ---- counters ---------------------------------------------------------------------------------------------

// Parameters of the header to which each way back passes themselves and the same constant.
bool FunctionLowering::find_counters(BlockLoop& loop) const {
    const auto& params = ir_.block(loop.header).params;
    for (size_t i = 0; i < params.size(); ++i) {
        if (type(params[i]).rep != ir::Rep::I64) continue;
        std::optional<int64_t> step;
        for (size_t edge = 0; edge < loop.back.size(); ++edge) {
            const std::optional<int64_t> next = counted_step(params[i], only_value(loop.back[edge]->args[i]));
            if (!next || (edge > 0 && next != step)) {
                step.reset();
                break;
            }
            step = next;
        }
        if (step && *step != 0) loop.counters[params[i]] = *step;
    }
    return !loop.back.empty() && !loop.counters.empty();
}

// What was added to the parameter to get the value.
std::optional<int64_t> FunctionLowering::counted_step(ir::ValueId param, ir::ValueId next) const {
    const ir::InstrId def = ir_.value(next).def;
    if (def == ir::no_id) return std::nullopt;
    const ir::Instr& instr = ir_.instr(def);
    const bool adds = instr.op == ir::Op::IAdd || (instr.op == ir::Op::IAddWrap && range_cannot_wrap(instr));
    if (!adds && instr.op != ir::Op::ISub) return std::nullopt;
    if (only_value(instr.operands[0]) == param) {
        const std::optional<int64_t> by = constant(instr.operands[1]);
        if (adds || !by) return by;
        return *by == std::numeric_limits<int64_t>::min() ? std::nullopt : std::optional(-*by);
    }
    return adds && only_value(instr.operands[1]) == param ? constant(instr.operands[0]) : std::nullopt;
}

// What decides whether there is a next iteration: a counter, and what it is compared with.
bool FunctionLowering::find_end(BlockLoop& loop) const {
    const ir::InstrId def = loop.more == ir::no_id ? ir::no_id : ir_.value(loop.more).def;
    if (def == ir::no_id || instr_block_[def] != loop.header) return false;
    const ir::Instr& test = ir_.instr(def);
    auto counts = [&](size_t i) { return loop.counters.contains(test.operands[i]); };
    if (test.op == ir::Op::RangeMore) {
        if (!counts(0) || constant(test.operands[2]) != loop.counters.at(test.operands[0])) return false;
        loop.counter = test.operands[0];
        loop.stop = test.operands[1];
    } else if (test.op == ir::Op::ICmp) {
        auto compare = static_cast<ir::CompareOp>(test.imm);
        const size_t counter = counts(0) ? 0 : 1;
        if (!counts(counter)) return false;
        if (counter == 1) compare = ir::mirrored(compare);
        loop.counter = test.operands[counter];
        loop.stop = test.operands[1 - counter];
        const bool up = loop.counters.at(loop.counter) > 0;
        loop.counts_stop = compare == (up ? ir::CompareOp::LessEqual : ir::CompareOp::GreaterEqual);
        if (!loop.counts_stop && compare != (up ? ir::CompareOp::Less : ir::CompareOp::Greater)) return false;
    } else {
        return false;
    }
    loop.step = loop.counters.at(loop.counter);
    const auto closing = loop.counters.find(loop.stop);
    if (closing == loop.counters.end()) return degree(loop, loop.stop) == 0;
    loop.closing = closing->second;  // two counters that come nearer
    return loop.step > -most_step && loop.step < most_step && loop.closing > -most_step && loop.closing < most_step &&
           (loop.step > 0) == (loop.closing < 0);
}

// ---- ops --------------------------------------------------------------------------------------------------

bool FunctionLowering::fits_blocks(const BlockLoop& loop, const ir::Instr& instr) const {
    switch (instr.op) {
        case ir::Op::IMul: return degree(loop, instr.result) || interval(instr.result);
        case ir::Op::IFloorDiv:
        case ir::Op::IMod: return divides_by_power_of_two(instr);
        case ir::Op::IShr: return constant(instr.operands[1]) >= 0 && constant(instr.operands[1]) < 64;
        case ir::Op::ArrayDim: return degree(loop, instr.operands[0]) == 0;
        case ir::Op::ArrayLoad:
        case ir::Op::ArrayStore:
        case ir::Op::IntsGet:
        case ir::Op::IntsSet:
        case ir::Op::FloatsGet:
        case ir::Op::FloatsSet:
        case ir::Op::BoolsGet:
        case ir::Op::BoolsSet:
            return degree(loop, instr.operands[0]) == 0 &&
                   std::ranges::all_of(indices_of(instr),
                                       [&](ir::ValueId index) { return degree(loop, index).has_value(); });
        default: return true;
    }
}

// 0: the same in every iteration; 1: linear in the counters; empty: something else.
std::optional<int> FunctionLowering::degree(const BlockLoop& loop, ir::ValueId id) const {
    id = only_value(id);
    if (loop.counters.contains(id)) return 1;
    if (!loop.inside[block_of(id)]) return 0;
    const ir::InstrId def = ir_.value(id).def;
    if (def == ir::no_id) return std::nullopt;
    const ir::Instr& instr = ir_.instr(def);
    auto of = [&](size_t i) { return degree(loop, instr.operands[i]); };
    switch (instr.op) {
        case ir::Op::ConstI64: return 0;
        case ir::Op::ArrayDim:
        case ir::Op::RetypeI64: return of(0);
        case ir::Op::IAdd:
        case ir::Op::ISub:
        case ir::Op::IAddWrap: return of(0) && of(1) ? std::optional(std::max(*of(0), *of(1))) : std::nullopt;
        case ir::Op::IMul:
            return of(0) && of(1) && *of(0) + *of(1) <= 1 ? std::optional(*of(0) + *of(1)) : std::nullopt;
        default: return std::nullopt;
    }
}

// Whether what the guard tests is linear on both sides: true at both ends, it is true between them.
bool FunctionLowering::is_linear_guard(const BlockLoop& loop, const ir::Instr& guard) const {
    if (guard.op != ir::Op::GuardBit) return false;
    const ir::InstrId def = ir_.value(guard.operands[0]).def;
    if (def == ir::no_id || ir_.instr(def).op != ir::Op::ICmp) return false;
    const ir::Instr& test = ir_.instr(def);
    const auto compare = static_cast<ir::CompareOp>(test.imm);
    if (compare == ir::CompareOp::Equal || compare == ir::CompareOp::NotEqual) return false;
    return degree(loop, test.operands[0]) && degree(loop, test.operands[1]);
}

// ---- carried values ---------------------------------------------------------------------------------------

// Whether no branch depends on what an iteration takes over, but counters; finds the sums.
bool FunctionLowering::carries_no_decision(BlockLoop& loop) const {
    const auto& params = ir_.block(loop.header).params;
    std::vector<ir::ValueId> others;
    for (size_t i = 0; i < params.size(); ++i) {
        const bool same = std::ranges::all_of(
            loop.back, [&](const ir::Edge* edge) { return only_value(edge->args[i]) == only_value(params[i]); });
        if (same) loop.unchanging.insert(params[i]);
        if (same || loop.counters.contains(params[i])) continue;
        if (type(params[i]).is_object()) return false;
        if (!take_sum(loop, i)) others.push_back(params[i]);
    }
    const std::vector<bool> decides = used_by(loop, [](ir::Op op) { return op == ir::Op::Branch; });
    const std::vector<bool> used = used_by(loop, [](ir::Op op) { return op != ir::Op::Keep; });
    // What a store depends on from iteration to iteration is computed one by one, and buffers only cost.
    const std::vector<bool> stored = used_by(loop, stores_element);
    if (std::ranges::any_of(others, [&](ir::ValueId value) { return stored[value] && used[value]; })) return false;
    loop.accumulates = !loop.sums.empty() || std::ranges::any_of(others, [&](ir::ValueId v) { return used[v]; });
    loop.repeatable =
        !loop.accumulates && std::ranges::none_of(others, [&](ir::ValueId v) { return is_handed_on(loop, v); });
    return std::ranges::none_of(others,
                                [&](ir::ValueId value) { return decides[value] && !is_only_compared(loop, value); });
}

// The header's parameter, and those of inner blocks to which it may be passed.
std::set<ir::ValueId> FunctionLowering::passed_on(const BlockLoop& loop, ir::ValueId param) const {
    std::set<ir::ValueId> passed{param};
    for (ir::BlockId id : loop.blocks) {
        for (ir::ValueId inner : ir_.block(id).params) {
            if (id == loop.header) continue;
            for_each_entering_arg(inner, [&](ir::ValueId arg) {
                if (passed.contains(arg)) passed.insert(inner);
            });
        }
    }
    return passed;
}

// Whether another of the header's parameters may become what this one was.
bool FunctionLowering::is_handed_on(const BlockLoop& loop, ir::ValueId param) const {
    const std::set<ir::ValueId> passed = passed_on(loop, param);
    const auto& params = ir_.block(loop.header).params;
    return std::ranges::any_of(loop.back, [&](const ir::Edge* edge) {
        for (size_t i = 0; i < params.size(); ++i)
            if (params[i] != param && passed.contains(edge->args[i])) return true;
        return false;
    });
}

// Whether ops do nothing with the header's parameter but compare it: a least or greatest value so far.
bool FunctionLowering::is_only_compared(const BlockLoop& loop, ir::ValueId param) const {
    const std::set<ir::ValueId> passed = passed_on(loop, param);
    return std::ranges::all_of(loop.instrs, [&](const ir::Instr* instr) {
        const bool compares = instr->op == ir::Op::FCmp || instr->op == ir::Op::ICmp;
        return std::ranges::all_of(instr->operands, [&](ir::ValueId operand) {
            return !passed.contains(operand) || (compares && operand == param);
        });
    });
}

// A header's parameter to which each iteration adds some terms, on whatever way, and that no other op looks at.
bool FunctionLowering::take_sum(BlockLoop& loop, size_t index) const {
    const ir::ValueId sum = ir_.block(loop.header).params[index];
    if (type(sum).rep != ir::Rep::I64) return false;
    std::set<ir::ValueId> chain{sum};
    size_t terms = 0;
    for (ir::BlockId id : loop.blocks) {
        if (id != loop.header && !extend_by_params(id, chain)) return false;
        for (ir::InstrId instr_id : ir_.block(id).instrs) {
            const ir::Instr& instr = ir_.instr(instr_id);
            const auto times = std::ranges::count_if(instr.operands, [&](ir::ValueId v) { return chain.contains(v); });
            if (times == 0) continue;
            const bool adds = instr.op == ir::Op::IAdd ||
                              (instr.op == ir::Op::ISub && chain.contains(instr.operands[0])) ||
                              instr.op == ir::Op::RetypeI64;
            if (!adds || times != 1 || ++terms > most_terms) return false;
            chain.insert(instr.result);
        }
    }
    const auto& params = ir_.block(loop.header).params;
    for (const ir::Edge* edge : loop.back) {
        for (size_t i = 0; i < params.size(); ++i) {
            if (chain.contains(edge->args[i]) != (i == index)) return false;
        }
    }
    if (terms == 0) return false;
    loop.sums.push_back(sum);
    loop.sum_values.insert(chain.begin(), chain.end());
    return true;
}

// A parameter of an inner block belongs to the chain when all that is passed to it does; never some of it.
bool FunctionLowering::extend_by_params(ir::BlockId block, std::set<ir::ValueId>& chain) const {
    for (ir::ValueId param : ir_.block(block).params) {
        size_t inside = 0, all = 0;
        for_each_entering_arg(param, [&](ir::ValueId arg) {
            ++all;
            inside += chain.contains(arg) ? 1 : 0;
        });
        if (inside != 0 && inside != all) return false;
        if (inside != 0) chain.insert(param);
    }
    return true;
}

// By value: such an op of the loop depends on it.
std::vector<bool> FunctionLowering::used_by(const BlockLoop& loop, bool (*wanted)(ir::Op)) const {
    std::vector<bool> used(ir_.values.size(), false);
    std::vector<ir::ValueId> work;
    auto use = [&](ir::ValueId value) {
        if (!used[value]) work.push_back(value);
        used[value] = true;
    };
    for (ir::BlockId id : loop.blocks) {
        for (ir::InstrId instr_id : ir_.block(id).instrs) {
            const ir::Instr& instr = ir_.instr(instr_id);
            if (!wanted(instr.op)) continue;
            for (ir::ValueId operand : instr.operands) use(operand);
        }
    }
    while (!work.empty()) {
        const ir::ValueId value = work.back();
        work.pop_back();
        if (!loop.inside[block_of(value)]) continue;
        if (ir_.value(value).def == ir::no_id) {
            for_each_entering_arg(value, use);
        } else {
            for (ir::ValueId operand : ir_.instr(ir_.value(value).def).operands) use(operand);
        }
    }
    return used;
}

// ---- ranges of values -------------------------------------------------------------------------------------

// What an integer lies between, where its ops alone tell: exact arithmetic stays far within 64 bits.
std::optional<FunctionLowering::Interval> FunctionLowering::interval(ir::ValueId id, int depth) const {
    constexpr int max_depth = 12;
    id = only_value(id);
    if (block_frame_ != nullptr && block_frame_->elements.contains(id))
        return element_interval(*ir::scalar_element(type(id).kind));
    const ir::InstrId def = ir_.value(id).def;
    if (def == ir::no_id || depth > max_depth) return std::nullopt;
    const ir::Instr& instr = ir_.instr(def);
    auto of = [&](size_t i) { return interval(instr.operands[i], depth + 1); };
    auto combined = [&](auto&& combine) -> std::optional<Interval> {
        const auto a = of(0), b = of(1);
        return a && b ? combine(*a, *b) : std::nullopt;
    };
    switch (instr.op) {
        case ir::Op::ConstI64: return Interval::within(instr.imm, instr.imm);
        case ir::Op::RetypeI64: return of(0);
        case ir::Op::BToI: return Interval{0, 1};
        case ir::Op::IBitLength:
        case ir::Op::IBitCount: return Interval{0, 64};
        case ir::Op::ArrayLoad: return element_interval(array_detail(instr).element);
        case ir::Op::IAdd:
            return combined([](Interval a, Interval b) { return Interval::sum(a.least, b.least, a.most, b.most); });
        case ir::Op::ISub:
            return combined([](Interval a, Interval b) { return Interval::sum(a.least, -b.most, a.most, -b.least); });
        case ir::Op::IMul: return combined([](Interval a, Interval b) { return Interval::product(a, b); });
        case ir::Op::IAnd: {
            const std::optional<int64_t> mask = constant(instr.operands[1]);
            return mask >= 0 ? Interval::within(0, *mask) : std::nullopt;
        }
        case ir::Op::IMod: {
            const std::optional<int64_t> divisor = constant(instr.operands[1]);
            return divisor > 0 ? Interval::within(0, *divisor - 1) : std::nullopt;
        }
        default: return std::nullopt;
    }
}

std::optional<FunctionLowering::Interval> FunctionLowering::element_interval(ir::ElementType element) {
    using ir::ElementType;
    switch (element) {
        case ElementType::Bool: return Interval{0, 1};
        case ElementType::I8: return Interval{INT8_MIN, INT8_MAX};
        case ElementType::U8: return Interval{0, UINT8_MAX};
        case ElementType::I16: return Interval{INT16_MIN, INT16_MAX};
        case ElementType::U16: return Interval{0, UINT16_MAX};
        case ElementType::I32: return Interval{INT32_MIN, INT32_MAX};
        case ElementType::U32: return Interval{0, UINT32_MAX};
        case ElementType::I64:
        case ElementType::U64:
        case ElementType::F32:
        case ElementType::F64:
        case ElementType::Other: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<FunctionLowering::Interval> FunctionLowering::Interval::within(int64_t least, int64_t most) {
    constexpr int64_t limit = int64_t{1} << 62;
    return least >= -limit && most <= limit ? std::optional(Interval{least, most}) : std::nullopt;
}

std::optional<FunctionLowering::Interval> FunctionLowering::Interval::sum(int64_t least, int64_t least_more,
                                                                          int64_t most, int64_t most_more) {
    const bool overflows =
        __builtin_add_overflow(least, least_more, &least) || __builtin_add_overflow(most, most_more, &most);
    return overflows ? std::nullopt : within(least, most);
}

std::optional<FunctionLowering::Interval> FunctionLowering::Interval::product(Interval a, Interval b) {
    int64_t least = std::numeric_limits<int64_t>::max(), most = std::numeric_limits<int64_t>::min();
    for (int64_t x : {a.least, a.most}) {
        for (int64_t y : {b.least, b.most}) {
            int64_t both = 0;
            if (__builtin_mul_overflow(x, y, &both)) return std::nullopt;
            least = std::min(least, both);
            most = std::max(most, both);
        }
    }
    return within(least, most);
}

// Whether a signed integer of that many bits holds it.
bool FunctionLowering::Interval::fits(unsigned bits) const {
    const int64_t limit = int64_t{1} << (bits - 1);
    return least >= -limit && most < limit;
}

}  // namespace aipy::codegen
