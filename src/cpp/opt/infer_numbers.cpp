// Inference: lists that nobody but this activation can see, and that have ints, or floats, only, hold the plain numbers
// (runtime/number_lists.h).
//
// Lists are looked at together with all that flows into one another: values that one variable may have, a list and what
// is sliced or repeated of it. Such a group holds numbers when each list of it is made here, each item that comes in is
// an int (or each a float), and each use is one that native code has a form for (see `use`). A list that is returned
// becomes a list of objects there, behind which nothing looks at it natively. So does whatever an exit or a traceback
// shows; then native code has ended, except in handlers, from where no list of numbers may be used any more. Facts are
// found anew whenever the choice changes: it is made optimistically (the ints are natural, where a guess of the profile
// says that they are ints at all) and only taken back, so that ends.
#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "opt/call_targets.h"
#include "opt/inferrer.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

struct Inferrer::NumberLists {
    explicit NumberLists(const Inferrer& inferrer)
        : i(inferrer), f(inferrer.f_), chosen(inferrer.iterators_by_parts()), group(f.values.size()) {
        std::iota(group.begin(), group.end(), 0);
    }

    // ---- groups ---------------------------------------------------------------------------------------------

    struct Group {
        bool plain = false;  // a list of objects
        Fact item{};         // of what comes in
        bool looked_at = false;
    };

    ValueId root(ValueId value) {
        while (group[value] != value) value = group[value] = group[group[value]];
        return value;
    }
    Group& of(ValueId value) { return groups[root(value)]; }
    void refuse(ValueId value) { of(value).plain = true; }
    void join(ValueId a, ValueId b) {
        const ValueId from = root(a), to = root(b);
        if (from == to) return;
        const Group moved = groups[from];
        group[from] = to;
        groups[to].plain |= moved.plain;
        takes(to, moved.item);
    }
    void takes(ValueId list, Fact item) {
        Group& made = of(list);
        made.item = types::join(made.item, item);
        // An int beside a float is no number of one kind.
        made.plain |= made.item.nullable ||
                      !(made.item.is(TypeKind::Int) || made.item.is(TypeKind::Float) || made.item.is(TypeKind::Bottom));
    }

    // ---- what makes a list ----------------------------------------------------------------------------------

    bool makes(const Instr& instr) const {
        if (instr.result == no_id || i.plain_lists_.contains(instr.result) || i.failed(instr)) return false;
        switch (instr.op) {
            case Op::BuildList: return true;
            case Op::Binary: return repeats(instr) && is_made(instr.operands[0]);
            case Op::Subscript: return slices(instr) && is_made(instr.operands[0]);
            case Op::Call: return lists_range(instr) || copies(instr);
            default: return false;
        }
    }
    bool repeats(const Instr& instr) const {
        return static_cast<Operator>(instr.imm) == Operator::Multiply && is_list(instr.operands[0]) &&
               i.fact(instr.operands[1]).is(TypeKind::Int) && !i.fact(instr.operands[1]).nullable;
    }
    bool copies(const Instr& call) const {
        return callee_of(call, i.out_) == KnownCallable::List && call.operands.size() == 2 &&
               is_list(call.operands[1]) && !i.fact(call.operands[1]).nullable && is_made(call.operands[1]);
    }
    // A range of parts is one whatever becomes of it.
    bool lists_range(const Instr& call) const {
        if (callee_of(call, i.out_) != KnownCallable::List || call.operands.size() != 2) return false;
        const InstrId range = f.value(call.operands[1]).def;
        if (i.number_lists_.contains(call.result) && !i.out_.as_parts[call.operands[1]]) return false;
        return range != no_id && f.instr(range).op == Op::Call && i.range_call(f.instr(range)) &&
               !i.is_reversed(f.instr(range)) && taken_once(call.operands[1]) && ints_only(f.instr(range));
    }
    bool taken_once(ValueId value) const {
        return std::ranges::count_if(i.uses_[value], [](const Use& use) { return use.instr->op != Op::Keep; }) == 1;
    }
    bool ints_only(const Instr& range) const {
        return std::all_of(range.operands.begin() + 1, range.operands.end(), [&](ValueId argument) {
            return i.fact(argument).is(TypeKind::Int) && !i.fact(argument).nullable;
        });
    }
    bool slices(const Instr& instr) const {
        const InstrId index = f.value(instr.operands[1]).def;
        if (!is_list(instr.operands[0]) || index == no_id || f.instr(index).op != Op::BuildSlice) return false;
        const std::vector<ValueId>& parts = f.instr(index).operands;
        const auto bound = [&](ValueId part) {
            const Fact known = i.fact(part);
            return !known.nullable && (known.is(TypeKind::NoneType) || known.is(TypeKind::Int));
        };
        return bound(parts[0]) && bound(parts[1]) && i.fact(parts[2]).is(TypeKind::NoneType);
    }
    bool is_list(ValueId value) const {
        const TypeKind kind = i.fact(value).kind;
        return kind == TypeKind::List || is_number_list(kind);
    }
    bool is_made(ValueId value) const { return reached.contains(value); }

    // What may be such a list: what makes one, and where it flows to.
    void find() {
        std::vector<ValueId> work;
        const auto reach = [&](ValueId value) {
            if (reached.insert(value).second) work.push_back(value);
        };
        for (const Block& block : f.blocks)
            for (InstrId id : block.instrs)
                if (makes(f.instr(id))) reach(f.instr(id).result);
        if (!work.empty()) look_behind_handlers();
        while (!work.empty()) {
            const ValueId value = work.back();
            work.pop_back();
            for (const Use& use : i.uses_[value]) {
                if (use.param != no_id) {
                    reach(use.param);
                    join(value, use.param);
                } else if (use.instr->op == Op::GuardType || makes_of(*use.instr, value)) {
                    reach(use.instr->result);
                    join(value, use.instr->result);
                }
            }
        }
        for (ValueId value : reached) look_at(value);
    }
    // The instruction makes a list of the items of this one.
    bool makes_of(const Instr& instr, ValueId list) const {
        if (instr.op == Op::Call) return instr.operands.size() == 2 && instr.operands[1] == list && makes(instr);
        return (instr.op == Op::Binary || instr.op == Op::Subscript) && instr.operands[0] == list &&
               instr.operands[1] != list && makes(instr);
    }

    void look_at(ValueId value) {
        const InstrId def = f.value(value).def;
        if (def == no_id) {
            if (f.value(value).block == 0) return refuse(value);
            for (ValueId arg : i.incoming_[value])
                if (!i.only_null_[arg] && !reached.contains(arg)) refuse(value);
        } else {
            const Instr& made = f.instr(def);
            if (made.op == Op::BuildList)
                for (ValueId item : made.operands) takes(value, i.fact(item));
            if (made.op == Op::Call && makes(made) && lists_range(made)) {
                Fact item = Fact::natural();
                item.nonneg = i.range_fact(f.instr(f.value(made.operands[1]).def)).nonneg;
                takes(value, item);
            }
            if (made.op != Op::GuardType && !makes(made)) refuse(value);
        }
        for (const Use& use : i.uses_[value])
            if (use.param == no_id && !use_allowed(*use.instr, value)) refuse(value);
    }

    // ---- uses -----------------------------------------------------------------------------------------------

    bool use_allowed(const Instr& instr, ValueId list) {
        if (std::ranges::count(instr.operands, list) != 1) return false;
        switch (instr.op) {
            case Op::Keep:
            case Op::CheckLocal:
            case Op::BranchNull:
            case Op::GuardType:
            case Op::Return: return true;
            default: break;
        }
        if (instr.op == Op::BuildTuple) return returned_at_once(instr);
        if (i.failed(instr) || after_handler(instr)) return false;
        const bool present = !i.fact(list).nullable;
        switch (instr.op) {
            case Op::Truth: return present;
            case Op::Binary: return makes_of(instr, list);
            case Op::Subscript: return makes_of(instr, list) || (instr.operands[0] == list && loads(instr));
            case Op::StoreSubscript:
                if (instr.operands[0] != list || !types::is_index(i.fact(instr.operands[1]).kind)) return false;
                return stores(list, instr.operands[2]);
            case Op::ListAppend: return instr.operands[0] == list && stores(list, instr.operands[1]);
            case Op::CallMethod: return calls_method(instr, list);
            case Op::LoadMethod: return names_append(instr) && present && only_calls(instr, list);
            case Op::MethodSelf: return only_calls(instr, list);
            case Op::Call:
                if (makes_of(instr, list)) return true;
                if (sums_up(callee_of(instr, i.out_))) return present && instr.operands.size() == 2;
                return chosen[instr.result] && !steps_after_handler;
            case Op::GetIter: return chosen[instr.result] && !steps_after_handler;
            default: return false;
        }
    }
    static bool sums_up(KnownCallable callee) {
        return callee == KnownCallable::Len || callee == KnownCallable::Sum || callee == KnownCallable::Min ||
               callee == KnownCallable::Max;
    }
    bool loads(const Instr& instr) const {
        const Fact item = i.fact(instr.result);
        return types::is_index(i.fact(instr.operands[1]).kind) &&
               (item.is(TypeKind::Int) || item.is(TypeKind::Float) || !item.known());
    }
    bool stores(ValueId list, ValueId item) {
        takes(list, i.fact(item));
        return true;
    }
    bool calls_method(const Instr& call, ValueId list) {
        const std::optional<MethodCall> method = method_call(call, f);
        if (!method || method->operands[0] != list || i.fact(list).nullable) return false;
        if (i.out_.methods[call.result] != nullptr) return false;
        if (*method->name == "append" && method->operands.size() == 2) return stores(list, method->operands[1]);
        return *method->name == "pop" && method->operands.size() == 1;
    }

    // The tuple becomes a tuple with lists of objects: native code ends behind it.
    bool returned_at_once(const Instr& tuple) const {
        const bool only_returned = std::ranges::all_of(i.uses_[tuple.result], [](const Use& use) {
            return use.param == no_id && (use.instr->op == Op::Return || use.instr->op == Op::Keep);
        });
        const auto ends_behind = [&](const Block& block) {
            const auto made = std::ranges::find(block.instrs, f.value(tuple.result).def);
            return made != block.instrs.end() && f.instr(block.instrs.back()).op == Op::Return &&
                   std::all_of(made + 1, block.instrs.end() - 1,
                               [&](InstrId id) { return f.instr(id).op == Op::Keep; });
        };
        return only_returned && std::ranges::any_of(f.blocks, ends_behind);
    }
    // Looked up before its argument is evaluated, and called with it at once.
    bool names_append(const Instr& load) const { return f.constants[static_cast<size_t>(load.imm)].text == "append"; }
    bool only_calls(const Instr& loaded, ValueId list) {
        return std::ranges::all_of(i.uses_[loaded.result], [&](const Use& use) {
            return use.param == no_id && (use.instr->op == Op::Keep || appends(*use.instr, list));
        });
    }
    bool appends(const Instr& call, ValueId list) {
        if (call.op != Op::CallLoaded || i.failed(call) || after_handler(call)) return false;
        const std::optional<MethodCall> method = method_call(call, f);
        return method && method->operands[0] == list && method->operands.size() == 2 && method->operands[1] != list &&
               stores(list, method->operands[1]);
    }

    // ---- handlers -------------------------------------------------------------------------------------------

    // What runs in or behind a handler: a traceback may have shown the lists.
    std::vector<bool> blocks_after_handlers() const {
        std::vector<bool> after(f.blocks.size(), false);
        std::vector<BlockId> work;
        const auto visit = [&](BlockId block) {
            if (!after[block]) work.push_back(block);
            after[block] = true;
        };
        for (BlockId block = 0; block < f.blocks.size(); ++block)
            if (f.block(block).is_handler) visit(block);
        while (!work.empty()) {
            const BlockId block = work.back();
            work.pop_back();
            for (InstrId id : f.block(block).instrs) {
                for (const Edge& edge : f.instr(id).targets) visit(edge.target);
                if (f.instr(id).error.exists()) visit(f.instr(id).error.target);
            }
        }
        return after;
    }
    void look_behind_handlers() {
        const std::vector<bool> behind = blocks_after_handlers();
        for (BlockId block = 0; block < f.blocks.size(); ++block) {
            if (!behind[block]) continue;
            for (InstrId id : f.block(block).instrs) {
                after.insert(&f.instr(id));
                steps_after_handler = steps_after_handler || f.instr(id).op == Op::IterNext;
            }
        }
    }
    bool after_handler(const Instr& instr) const { return after.contains(&instr); }

    const Inferrer& i;
    const Function& f;
    const std::vector<bool> chosen;
    std::set<ValueId> reached;
    std::vector<ValueId> group;  // union-find
    std::map<ValueId, Group> groups;
    std::unordered_set<const Instr*> after;  // what runs in or behind a handler
    bool steps_after_handler = false;
};

std::optional<Fact> Inferrer::number_list(ValueId value) const {
    const auto found = number_lists_.find(value);
    return found == number_lists_.end() ? std::nullopt : std::optional(found->second);
}

// Whether the choice has changed.
bool Inferrer::choose_number_lists() {
    if (request_.generic_only || f_.is_generator) return false;
    NumberLists lists(*this);
    lists.find();
    bool changed = false;
    std::map<ValueId, Fact> made;
    for (ValueId value : lists.reached) {
        const InstrId def = f_.value(value).def;
        if (def == no_id || !lists.makes(f_.instr(def))) continue;
        const NumberLists::Group& group = lists.of(value);
        const auto before = number_lists_.find(value);
        const bool is_first = before == number_lists_.end();
        const bool is_int = group.item.is(TypeKind::Int);
        const bool natural = is_int && (is_first || (before->second.detail != 0 && group.item.nonneg));
        const Fact list = Fact::of(is_int ? TypeKind::Ints : TypeKind::Floats, natural ? 1 : 0);
        if (group.plain || group.item.is(TypeKind::Bottom) || (!is_first && !list.is(before->second.kind))) continue;
        changed |= is_first || !(before->second == list);
        made.emplace(value, list);
    }
    changed |= made.size() != number_lists_.size();
    for (ValueId value : lists.reached)
        if (!made.contains(value)) plain_lists_.insert(value);
    number_lists_ = std::move(made);
    return changed;
}

}  // namespace aipy::opt
