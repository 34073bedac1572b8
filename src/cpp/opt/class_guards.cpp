#include "opt/class_guards.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "ir/dominators.h"

namespace aipy::opt {

using namespace ir;

namespace {

using Facts = std::set<std::pair<ValueId, int64_t>>;

class ClassGuards {
  public:
    explicit ClassGuards(Function& function) : function_(function), at_entry_(function.blocks.size()) {}

    void run() {
        if (std::ranges::none_of(function_.instrs, [](const Instr& instr) { return instr.op == Op::GuardClass; }))
            return;
        const std::vector<BlockId> order = reverse_post_order(function_);
        at_entry_[0] = Facts{};
        for (bool changed = true; changed;) {
            changed = false;
            for (BlockId id : order) changed |= visit(id);
        }
        for (BlockId id : order) remove_from(id);
    }

  private:
    bool visit(BlockId id) {
        if (!at_entry_[id]) return false;
        Facts facts = *at_entry_[id];
        bool changed = false;
        for (InstrId instr : function_.block(id).instrs) {
            // A handler knows nothing: whatever raised may have run any code.
            if (function_.instr(instr).error.exists()) changed |= arrive(function_.instr(instr).error.target, {});
            step(function_.instr(instr), facts);
            for (const Edge& edge : function_.instr(instr).targets) changed |= arrive(edge.target, facts);
        }
        return changed;
    }

    bool arrive(BlockId id, const Facts& facts) {
        std::optional<Facts>& known = at_entry_[id];
        if (!known) {
            known = facts;
            return true;
        }
        return std::erase_if(*known, [&](const auto& fact) { return !facts.contains(fact); }) != 0;
    }

    void step(const Instr& instr, Facts& facts) const {
        if (instr.op == Op::GuardClass) facts.emplace(instr.operands[0], instr.imm);
        const bool silent = instr.op == Op::Release && !death_observable(function_.value(instr.operands[0]).type.kind);
        if (info(instr.op).runs_foreign_code() && !silent) facts.clear();
    }

    void remove_from(BlockId id) {
        Facts facts = at_entry_[id].value_or(Facts{});
        std::erase_if(function_.block(id).instrs, [&](InstrId instr_id) {
            const Instr& instr = function_.instr(instr_id);
            const bool known = instr.op == Op::GuardClass && facts.contains({instr.operands[0], instr.imm});
            step(instr, facts);
            return known;
        });
    }

    Function& function_;
    std::vector<std::optional<Facts>> at_entry_;  // by block; none: not reached yet
};

}  // namespace

void remove_known_class_guards(Function& function) { ClassGuards(function).run(); }

}  // namespace aipy::opt
