#include "opt/bit_loops.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ir/uses.h"

namespace aipy::opt {

using namespace ir;

namespace {

// How a turn takes a bit away, and with it how many turns there are.
enum class Step : uint8_t { ClearsLowest, ShiftsRight };

// What a turn adds to a parameter of the header.
struct Counter {
    size_t param;
    int64_t each;  // by turn, or
    bool bit;      // the lowest bit of the number as the turn finds it
    const Instr* sum;
};

struct BitLoop {
    BlockId header, body;
    size_t number;  // the parameter whose bits are taken
    Step step;
    std::vector<Counter> counters;
};

class BitLoops {
  public:
    explicit BitLoops(Function& function) : function_(function) {}

    void run() {
        const size_t count = function_.blocks.size();
        for (BlockId header = 1; header < count; ++header)
            if (const std::optional<BitLoop> loop = find(header)) replace(*loop);
    }

  private:
    std::optional<BitLoop> find(BlockId header) const {
        const Block& block = function_.block(header);
        if (!block.is_loop_header || block.instrs.empty()) return std::nullopt;
        const Instr& branch = function_.terminator(header);
        if (branch.op != Op::Branch || branch.targets[0].target == header) return std::nullopt;
        BitLoop loop{header, branch.targets[0].target, 0, {}, {}};
        const Block& body = function_.block(loop.body);
        const Instr& back = function_.terminator(loop.body);
        if (!body.params.empty() || back.op != Op::Jump || back.targets[0].target != header) return std::nullopt;
        if (entries(loop.body) != 1 || function_.block(branch.targets[1].target).is_handler) return std::nullopt;
        const std::optional<size_t> number = asked_for(branch.operands[0], block);
        if (!number || !only_asks(block)) return std::nullopt;
        loop.number = *number;
        return takes_bits(loop, back.targets[0].args) ? std::optional(std::move(loop)) : std::nullopt;
    }

    size_t entries(BlockId target) const {
        size_t count = 0;
        for (const Block& block : function_.blocks)
            for (InstrId id : block.instrs)
                for_each_edge(function_.instr(id), [&](const Edge& edge) { count += edge.target == target; });
        return count;
    }

    // The parameter that the loop runs on as long as it is positive.
    std::optional<size_t> asked_for(ValueId condition, const Block& header) const {
        const Instr* compare = definition(condition);
        if (compare == nullptr || (compare->op != Op::ICmp && compare->op != Op::WCmp)) return std::nullopt;
        if (constant(compare->operands[1]) != 0) return std::nullopt;
        const auto param = std::ranges::find(header.params, compare->operands[0]);
        if (param == header.params.end()) return std::nullopt;
        const auto how = static_cast<CompareOp>(compare->imm);
        const bool positive = compare->op == Op::ICmp && how == CompareOp::Greater;
        const bool not_zero = how == CompareOp::NotEqual && has_no_sign(*param);
        if (!positive && !not_zero) return std::nullopt;
        return static_cast<size_t>(param - header.params.begin());
    }

    bool has_no_sign(ValueId value) const {
        return function_.value(value).natural || function_.value(value).type.kind == TypeKind::Word;
    }

    // The poll goes with the turns: 64 of them are no time.
    bool only_asks(const Block& header) const {
        const Instr& poll = function_.instr(header.instrs.front());
        if (poll.op != Op::Poll || poll.before == no_id) return false;
        return std::ranges::all_of(header.instrs.begin() + 1, header.instrs.end() - 1,
                                   [&](InstrId id) { return is_silent(function_.instr(id)); });
    }

    static bool is_silent(const Instr& instr) {
        return info(instr.op).effects == EffectClass::Pure && !info(instr.op).leaves() && !info(instr.op).raises();
    }

    bool takes_bits(BitLoop& loop, const std::vector<ValueId>& next) const {
        const std::vector<ValueId>& params = function_.block(loop.header).params;
        const ValueId number = params[loop.number];
        const std::optional<Step> step = step_of(next[loop.number], number);
        if (!step) return false;
        loop.step = *step;
        for (size_t i = 0; i < params.size(); ++i) {
            if (i == loop.number || next[i] == params[i]) continue;
            const std::optional<Counter> counter = counter_of(i, params[i], next[i], number, loop.step);
            if (!counter) return false;
            loop.counters.push_back(*counter);
        }
        const std::vector<InstrId>& turn = function_.block(loop.body).instrs;
        return std::ranges::all_of(turn.begin(), turn.end() - 1, [&](InstrId id) {
            const Instr& instr = function_.instr(id);
            const bool counts = std::ranges::any_of(loop.counters, [&](const Counter& c) { return c.sum == &instr; });
            return counts || is_silent(instr) || never_leaves(instr, number);
        });
    }

    // Not of a positive number.
    bool never_leaves(const Instr& instr, ValueId number) const {
        switch (instr.op) {
            case Op::ISub:
            case Op::IShr:
            case Op::IFloorDiv:
            case Op::IMod: break;
            default: return false;
        }
        const std::optional<int64_t> by = constant(instr.operands[1]);
        return instr.operands[0] == number && (by == 1 || by == 2);
    }

    std::optional<Step> step_of(ValueId next, ValueId number) const {
        const Instr* made = definition(next);
        if (made == nullptr || made->operands.size() != 2) return std::nullopt;
        const auto [one, other] = std::pair(made->operands[0], made->operands[1]);
        if (made->op == Op::IAnd &&
            ((one == number && is_one_less(other, number)) || (other == number && is_one_less(one, number))))
            return Step::ClearsLowest;
        const bool halves = ((made->op == Op::IShr || made->op == Op::WShr) && constant(other) == 1) ||
                            (made->op == Op::IFloorDiv && constant(other) == 2);
        return halves && one == number ? std::optional(Step::ShiftsRight) : std::nullopt;
    }

    bool is_one_less(ValueId value, ValueId number) const {
        const Instr* made = definition(value);
        if (made == nullptr || made->operands.size() != 2 || made->operands[0] != number) return false;
        const std::optional<int64_t> by = constant(made->operands[1]);
        return ((made->op == Op::ISub || made->op == Op::WSub) && by == 1) ||
               ((made->op == Op::IAddWrap || made->op == Op::WAdd) && by == -1);
    }

    std::optional<Counter> counter_of(size_t at, ValueId param, ValueId next, ValueId number, Step step) const {
        const Instr* sum = definition(next);
        if (sum == nullptr || (sum->op != Op::IAdd && sum->op != Op::IAddWrap)) return std::nullopt;
        if (sum->operands[0] != param && sum->operands[1] != param) return std::nullopt;
        const ValueId added = sum->operands[sum->operands[0] == param ? 1 : 0];
        constexpr int64_t most = int64_t{1} << 48;  // 64 of them are no overflow
        if (const std::optional<int64_t> each = constant(added); each && *each > -most && *each < most)
            return Counter{at, *each, false, sum};
        if (step == Step::ShiftsRight && is_lowest_bit(added, number)) return Counter{at, 1, true, sum};
        return std::nullopt;
    }

    bool is_lowest_bit(ValueId value, ValueId number) const {
        const Instr* made = definition(value);
        if (made == nullptr || made->operands.size() != 2) return false;
        const auto [one, other] = std::pair(made->operands[0], made->operands[1]);
        if (made->op == Op::IMod) return one == number && constant(other) == 2;
        return made->op == Op::IAnd &&
               ((one == number && constant(other) == 1) || (other == number && constant(one) == 1));
    }

    // The instruction behind changes of type, which change no bits.
    const Instr* definition(ValueId value) const {
        while (function_.value(value).def != no_id) {
            const Instr& made = function_.instr(function_.value(value).def);
            if (made.op != Op::RetypeI64) return &made;
            value = made.operands[0];
        }
        return nullptr;
    }

    std::optional<int64_t> constant(ValueId value) const {
        const Instr* made = definition(value);
        return made != nullptr && made->op == Op::ConstI64 ? std::optional(made->imm) : std::nullopt;
    }

    // The body becomes what comes before the header: it takes the header's parameters, and gives it those behind the
    // last turn.
    void replace(const BitLoop& loop) {
        retarget(loop);
        const std::vector<ValueId> params = function_.block(loop.header).params;
        const Instr poll = function_.instr(function_.block(loop.header).instrs.front());
        function_.block(loop.header).instrs.erase(function_.block(loop.header).instrs.begin());
        function_.block(loop.header).is_loop_header = false;
        function_.block(loop.body).instrs.clear();
        std::vector<ValueId> last;
        for (ValueId param : params) {
            last.push_back(function_.add_param(loop.body, function_.value(param).type));
            function_.value(last.back()).natural = function_.value(param).natural;
        }
        const FrameStateId before = state_with(poll.before, params, last);
        const auto [bits, rest] = bits_and_rest(loop.body, poll, last[loop.number]);
        last[loop.number] = rest;
        for (const Counter& counter : loop.counters) {
            const bool by_length = loop.step == Step::ShiftsRight && !counter.bit;
            ValueId total = add(loop.body, poll, by_length ? Op::IBitLength : Op::IBitCount, {bits});
            if (counter.each != 1)
                total = add(loop.body, poll, Op::WMul, {total, number(loop.body, poll, counter.each)});
            ValueId& value = last[counter.param];
            value = add(loop.body, poll, counter.sum->op, {value, total}, before);
            function_.value(value).natural = function_.value(params[counter.param]).natural;
        }
        Instr jump{.op = Op::Jump, .origin = poll.origin, .span = poll.span};
        jump.targets.push_back({loop.header, std::move(last)});
        function_.append(loop.body, std::move(jump), Type::none());
        leave_at_once(loop);
    }

    // Of a number below 0 there is no turn.
    std::pair<ValueId, ValueId> bits_and_rest(BlockId block, const Instr& place, ValueId value) {
        const Value whole = function_.value(value);
        const ValueId zero = number(block, place, 0);
        if (!has_no_sign(value))
            return {add(block, place, Op::IMax, {value, zero}), add(block, place, Op::IMin, {value, zero})};
        const ValueId rest = add(block, place, Op::RetypeI64, {zero});
        function_.value(rest).type = whole.type;
        function_.value(rest).natural = whole.natural;
        return {value, rest};
    }

    void retarget(const BitLoop& loop) {
        for (BlockId id = 0; id < function_.blocks.size(); ++id) {
            if (id == loop.body) continue;
            for (InstrId instr : function_.block(id).instrs)
                for_each_edge(function_.instr(instr), [&](Edge& edge) {
                    if (edge.target == loop.header) edge.target = loop.body;
                });
        }
    }

    void leave_at_once(const BitLoop& loop) {
        Instr& branch = function_.instr(function_.block(loop.header).instrs.back());
        branch.op = Op::Jump;
        branch.operands.clear();
        branch.targets.erase(branch.targets.begin());
    }

    FrameStateId state_with(FrameStateId state, const std::vector<ValueId>& from, const std::vector<ValueId>& to) {
        FrameState copy = function_.frame_states[state];
        for_each_state_value(copy, [&](auto& value) {
            const auto found = std::ranges::find(from, value);
            if (found != from.end()) value = to[static_cast<size_t>(found - from.begin())];
        });
        return function_.add_frame_state(std::move(copy));
    }

    ValueId number(BlockId block, const Instr& place, int64_t value) {
        return add(block, place, Op::ConstI64, {}, no_id, value);
    }

    ValueId add(BlockId block, const Instr& place, Op op, std::vector<ValueId> operands, FrameStateId before = no_id,
                int64_t imm = 0) {
        Instr instr{.op = op, .operands = std::move(operands), .imm = imm, .origin = place.origin, .span = place.span};
        if (info(op).leaves()) instr.before = before;
        return function_.instr(function_.append(block, std::move(instr), Type::i64())).result;
    }

    Function& function_;
};

}  // namespace

void count_bits_at_once(Function& function) { BitLoops(function).run(); }

}  // namespace aipy::opt
