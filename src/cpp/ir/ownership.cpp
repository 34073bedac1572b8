#include "ir/ownership.h"

#include <algorithm>

#include "ir/print.h"
#include "ir/uses.h"
#include "support/check.h"

namespace aipy::ir {

// ---- rules ------------------------------------------------------------------------------------------------------

ReferenceRules::ReferenceRules(const Function& function, bool entry_params_borrowed)
    : function_(function), entry_params_borrowed_(entry_params_borrowed) {}

bool ReferenceRules::makes_reference(ValueId value) const {
    const Value& definition = function_.value(value);
    if (!definition.type.is_object()) return false;
    if (definition.def == no_id) return definition.block != no_id && !param_is_borrowed(definition.block);
    return info(function_.instr(definition.def).op).result() != 'o';
}

ValueId ReferenceRules::root(ValueId value) const {
    while (function_.value(value).type.is_object()) {
        if (makes_reference(value)) return value;
        InstrId def = function_.value(value).def;
        if (def == no_id) return no_id;
        const Instr& instr = function_.instr(def);
        if (instr.op == Op::LoadLocal) return value;
        if (instr.operands.empty()) return no_id;
        value = instr.operands[0];
    }
    return no_id;
}

// ---- following the ways -----------------------------------------------------------------------------------------

Ownership::Ownership(const Function& function, bool entry_params_borrowed)
    : function_(function), rules_(function, entry_params_borrowed) {
    at_entry_.resize(function.blocks.size());
    entered_.resize(function.blocks.size());
    if (function.blocks.empty()) return;
    arrive(0, {});
    while (!work_.empty()) {
        BlockId block = work_.back();
        work_.pop_back();
        follow_block(block, at_entry_[block]);
    }
    std::sort(errors_.begin(), errors_.end());
    errors_.erase(std::unique(errors_.begin(), errors_.end()), errors_.end());
}

std::vector<ValueId> Ownership::held_before(InstrId id) const {
    Ownership replay(function_, rules_);
    std::vector<ValueId> values;
    for (BlockId block = 0; block < function_.blocks.size(); ++block) {
        const std::vector<InstrId>& instrs = function_.block(block).instrs;
        auto end = std::find(instrs.begin(), instrs.end(), id);
        if (end == instrs.end()) continue;
        Held held = at_entry_[block];
        for (auto instr = instrs.begin(); instr != end; ++instr) replay.step(function_.instr(*instr), held);
        for (auto [value, count] : held) values.insert(values.end(), static_cast<size_t>(std::max(count, 0)), value);
    }
    return values;
}

void Ownership::follow_block(BlockId block, Held held) {
    for (InstrId id : function_.block(block).instrs) {
        current_ = id;
        const Instr& instr = function_.instr(id);
        if (info(instr.op).is_terminator()) return finish_block(instr, std::move(held));
        step(instr, held);
    }
}

// Everything but the edges: what the instruction uses, takes and makes.
void Ownership::step(const Instr& instr, Held& held) {
    const OpInfo& row = info(instr.op);
    for (ValueId operand : instr.operands) check_use(held, operand);
    check_owned(held, instr.before, "before");
    if (row.raises() && !silent_) leave_by_error(instr, held);
    if (instr.op == Op::Retain) give(held, instr.operands[0]);
    for (size_t index = 0; index < instr.operands.size(); ++index) {
        if (row.operand(index) == 'O') take(held, instr.operands[index], "gives up");
    }
    if (instr.result != no_id && rules_.makes_reference(instr.result)) define(held, instr.result);
    check_owned(held, instr.after, "after");
}

void Ownership::leave_by_error(const Instr& instr, Held held) {
    if (instr.error.exists()) {
        for (ValueId value : instr.error_retain) {
            check_use(held, value);
            give(held, value);
        }
        for (ValueId value : instr.unwind) take(held, value, "unwinds");
        return pass(instr.error, 1, std::move(held));
    }
    for (ValueId value : instr.unwind) take(held, value, "unwinds");
    if (!function_.specialised) expect_nothing_held(held, "when its error leaves the function");
}

void Ownership::finish_block(const Instr& instr, Held held) {
    step(instr, held);
    if (instr.op == Op::Return) {
        ValueId value = instr.operands[0];
        if (function_.value(value).type.is_object()) take(held, value, "returns");
        return expect_nothing_held(held, "at the return");
    }
    if (instr.op == Op::ReturnParts) return expect_nothing_held(held, "at the return");
    if (instr.op == Op::Suspend) return expect_nothing_held(held, "at the suspension");
    for (size_t index = 0; index < instr.targets.size(); ++index) {
        Held passed = held;
        if (instr.op == Op::BranchNull && index == 0) passed[instr.operands[0]] = null;
        pass(instr.targets[index], 0, std::move(passed));
    }
}

void Ownership::pass(const Edge& edge, size_t first_param, Held held) {
    for (size_t index = 0; index < edge.args.size(); ++index) {
        ValueId arg = edge.args[index];
        check_use(held, arg);
        if (rules_.makes_reference(function_.block(edge.target).params[index + first_param])) {
            take(held, arg, "passes");
        }
    }
    arrive(edge.target, held);
}

void Ownership::arrive(BlockId block, const Held& arriving) {
    Held held = arriving;
    for (ValueId param : function_.block(block).params) {
        if (rules_.makes_reference(param)) define(held, param);
    }
    if (!entered_[block]) {
        entered_[block] = true;
        at_entry_[block] = std::move(held);
        work_.push_back(block);
        return;
    }
    Held& known = at_entry_[block];
    Held joined = known;
    joined.merge(Held(held));
    for (auto& [value, count] : joined) {
        auto mine = known.find(value), theirs = held.find(value);
        int a = mine == known.end() ? 0 : mine->second, b = theirs == held.end() ? 0 : theirs->second;
        if (a != b && a != null && b != null) {
            report("block" + std::to_string(block) + " is entered with " + std::to_string(a) + " and with " +
                   std::to_string(b) + " references to %" + std::to_string(value));
        }
        count = a == null ? b : a;
    }
    std::erase_if(joined, [](const auto& entry) { return entry.second == 0; });
    if (joined == known) return;
    known = std::move(joined);
    work_.push_back(block);
}

// ---- counting ---------------------------------------------------------------------------------------------------

// A loop may define a value again, but only after its last reference was given up.
void Ownership::define(Held& held, ValueId value) {
    int& count = held[value];
    if (count > 0) report("%" + std::to_string(value) + " is still held when it is made again");
    count = 1;
}

void Ownership::give(Held& held, ValueId value) {
    int& count = held[value];
    if (count != null) ++count;
}

void Ownership::take(Held& held, ValueId value, const char* how) {
    auto found = held.find(value);
    if (found == held.end()) return report(std::string(how) + " %" + std::to_string(value) + ", which is not held");
    if (found->second != null && --found->second == 0) held.erase(found);
}

void Ownership::check_use(const Held& held, ValueId value) {
    ValueId root = rules_.root(value);
    if (root == no_id || held.contains(value) || held.contains(root) || !rules_.makes_reference(root)) return;
    // A borrowed value that was retained on the way stands for its root.
    for (ValueId step = value; step != root; step = function_.instr(function_.value(step).def).operands[0]) {
        if (held.contains(step)) return;
    }
    report("uses %" + std::to_string(value) + ", which is not held any more");
}

void Ownership::check_owned(const Held& held, FrameStateId state, const char* which) {
    if (state == no_id || silent_) return;
    std::vector<ValueId> expected;
    for (auto [value, count] : held) expected.insert(expected.end(), static_cast<size_t>(std::max(count, 0)), value);
    std::vector<ValueId> owned = function_.frame_states[state].owned;
    // A value that is null may be listed or not.
    std::erase_if(owned, [&](ValueId value) { return held.contains(value) && held.at(value) == null; });
    std::sort(owned.begin(), owned.end());
    if (owned != expected) report(std::string("the state ") + which + " it does not own what is held");
}

void Ownership::expect_nothing_held(const Held& held, const char* where) {
    for (auto [value, count] : held) {
        if (count > 0) report("%" + std::to_string(value) + " is still held " + where);
    }
}

void Ownership::report(const std::string& message) {
    if (silent_) return;
    std::string place = current_ == no_id ? "" : ": `" + print_instr(function_, current_, {.spans = false}) + "`";
    errors_.push_back(function_.name + place + ": " + message);
}

}  // namespace aipy::ir
