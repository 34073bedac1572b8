#include "opt/nan_identity.h"

#include <algorithm>

#include "opt/call_targets.h"
#include "opt/known_calls.h"

namespace aipy::opt {

using namespace ir;

namespace {

// Where a value is seen as an object, or goes on under another name that is.
struct Event {
    BlockId block;
    size_t index;          // in the block
    BlockId next = no_id;  // the edge's target; none: behind the instruction
    ValueId name = no_id;  // the other name
};

class Observer {
  public:
    Observer(const Promoted& promoted, const Inference& inference)
        : f_(promoted.function),
          inference_(inference),
          seen_(f_.values.size(), Observed::Never),
          events_(f_.values.size()),
          block_of_(f_.values.size(), no_id) {}

    std::vector<Observed> run() {
        for (BlockId block = 0; block < f_.blocks.size(); ++block) {
            for (ValueId param : f_.block(block).params) block_of_[param] = block;
            for (size_t i = 0; i < f_.block(block).instrs.size(); ++i) look_at(block, i);
        }
        spread([&](ValueId value, const Event& event) {
            if (seen_[event.name] != Observed::Never) raise(value, Observed::Once);
        });
        for (ValueId value = 0; value < events_.size(); ++value)
            if (is_float(value) && seen_twice(value)) raise(value, Observed::Often);
        // Its object may have been made under the other name.
        spread([&](ValueId value, const Event& event) {
            if (seen_[value] == Observed::Often && seen_[event.name] != Observed::Never)
                raise(event.name, Observed::Often);
        });
        return std::move(seen_);
    }

  private:
    bool is_float(ValueId value) const { return natural_rep(inference_.facts[value].kind) == Rep::F64; }

    void look_at(BlockId block, size_t index) {
        const Instr& instr = f_.instr(f_.block(block).instrs[index]);
        if (instr.result != no_id) block_of_[instr.result] = block;
        if (instr.op == Op::GuardType)
            events_[instr.operands[0]].push_back({block, index, no_id, instr.result});
        else if (!takes_numbers(instr))
            for (ValueId operand : instr.operands) observe(operand, {block, index});
        for (const Edge& edge : instr.targets) follow(edge, 0, {block, index});
        if (instr.error.exists()) follow(instr.error, 1, {block, index});
        // The frame's slots go on elsewhere.
        if (instr.op != Op::Leave && instr.op != Op::Yield && instr.op != Op::YieldFrom) return;
        for (ValueId value : state_layout(f_.frame_states[instr.before])) observe(value, {block, index});
    }

    void observe(ValueId value, Event event) {
        raise(value, Observed::Once);
        events_[value].push_back(event);
    }

    void follow(const Edge& edge, size_t first_param, Event event) {
        const std::vector<ValueId>& params = f_.block(edge.target).params;
        event.next = edge.target;
        for (size_t i = 0; i < edge.args.size(); ++i) {
            event.name = params[i + first_param];
            events_[edge.args[i]].push_back(event);
        }
    }

    // Gives nobody the object of an operand.
    bool takes_numbers(const Instr& instr) const {
        switch (instr.op) {
            case Op::Keep:
            case Op::CheckLocal:
            case Op::GuardType: return true;  // GuardType: follow()
            case Op::Binary:
            case Op::Compare:
            case Op::Truth: return all_numbers(instr);
            case Op::Unary: return all_numbers(instr) && static_cast<Operator>(instr.imm) == Operator::Negative;
            case Op::Call:
            case Op::CallMethod:
            case Op::CallLoaded: return computes(callee_of(instr, inference_));
            default: return false;
        }
    }

    bool all_numbers(const Instr& instr) const {
        return std::ranges::all_of(instr.operands, [&](ValueId operand) {
            const types::Fact known = inference_.facts[operand];
            return types::is_unboxable(known.kind) && !known.nullable;
        });
    }

    static bool computes(KnownCallable callee) {
        switch (callee) {
            case KnownCallable::Abs:
            case KnownCallable::Round:
            case KnownCallable::Int:
            case KnownCallable::Bool: return true;
            default: return is_of_math(callee);
        }
    }

    static bool is_of_math(KnownCallable callee) {
        return callee >= KnownCallable::MathSqrt && callee <= KnownCallable::MathCopysign;
    }

    void raise(ValueId value, Observed to) {
        if (seen_[value] >= to) return;
        seen_[value] = to;
        changed_ = true;
    }

    template <class Visit>
    void spread(Visit&& visit) {
        for (changed_ = true; changed_;) {
            changed_ = false;
            for (ValueId value = 0; value < events_.size(); ++value)
                for (const Event& event : events_[value])
                    if (event.name != no_id) visit(value, event);
        }
    }

    bool counts(const Event& event) const { return event.name == no_id || seen_[event.name] != Observed::Never; }

    // Whether the value, once made, may be seen again after it was seen.
    bool seen_twice(ValueId value) const {
        return std::ranges::any_of(events_[value], [&](const Event& first) {
            if (!counts(first)) return false;
            const std::vector<bool> reached = reached_from(first, block_of_[value]);
            return std::ranges::any_of(events_[value], [&](const Event& second) {
                const bool later = first.next == no_id && second.block == first.block && second.index > first.index;
                return counts(second) && (later || reached[second.block]);
            });
        });
    }

    // Blocks that may run behind the event while the value is not made anew.
    std::vector<bool> reached_from(const Event& event, BlockId made_in) const {
        std::vector<bool> reached(f_.blocks.size(), false);
        std::vector<BlockId> work;
        const auto visit = [&](BlockId block) {
            if (block == made_in || reached[block]) return;
            reached[block] = true;
            work.push_back(block);
        };
        if (event.next != no_id)
            visit(event.next);
        else
            visit_successors(event.block, event.index, visit);
        while (!work.empty()) {
            const BlockId block = work.back();
            work.pop_back();
            visit_successors(block, 0, visit);
        }
        return reached;
    }

    template <class Visit>
    void visit_successors(BlockId block, size_t from, Visit&& visit) const {
        const std::vector<InstrId>& instrs = f_.block(block).instrs;
        for (size_t i = from; i < instrs.size(); ++i) {
            for (const Edge& edge : f_.instr(instrs[i]).targets) visit(edge.target);
            if (f_.instr(instrs[i]).error.exists()) visit(f_.instr(instrs[i]).error.target);
        }
    }

    const Function& f_;
    const Inference& inference_;
    std::vector<Observed> seen_;
    std::vector<std::vector<Event>> events_;  // by value
    std::vector<BlockId> block_of_;           // by value: where it is made
    bool changed_ = false;
};

}  // namespace

std::vector<Observed> observed_floats(const Promoted& promoted, const Inference& inference) {
    return Observer(promoted, inference).run();
}

}  // namespace aipy::opt
