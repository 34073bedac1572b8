// Inference: which lists hold plain numbers (opt/number_lists.h).
#include <algorithm>

#include "opt/call_targets.h"
#include "opt/number_lists.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// ---- what makes a list ----------------------------------------------------------------------------------------

bool Inferrer::NumberLists::makes(const Instr& instr) const {
    if (instr.result == no_id || !may_be_one(instr.result) || i.failed(instr)) return false;
    switch (instr.op) {
        case Op::BuildList: return true;
        case Op::Binary: return repeats(instr) && is_made(instr.operands[0]);
        case Op::Subscript: return slices(instr) && is_made(instr.operands[0]);
        case Op::Call: return lists_range(instr) || copies(instr) || is_given(instr);
        case Op::CallMethod:
        case Op::CallLoaded: return is_given(instr);
        default: return false;
    }
}

// What was no such list once is none any more; in the end none is added.
bool Inferrer::NumberLists::may_be_one(ValueId made) const {
    constexpr size_t most_looks = 12;
    return !i.plain_lists_.contains(made) && (i.looks_at_lists_ <= most_looks || i.number_lists_.contains(made));
}

bool Inferrer::NumberLists::is_given(const Instr& call) const {
    return i.out_.native[call.result] && i.given_lists_.contains(call.result);
}

bool Inferrer::NumberLists::repeats(const Instr& instr) const {
    return static_cast<Operator>(instr.imm) == Operator::Multiply && is_list(instr.operands[0]) &&
           i.fact(instr.operands[1]).is(TypeKind::Int) && !i.fact(instr.operands[1]).nullable;
}

bool Inferrer::NumberLists::copies(const Instr& call) const {
    return callee_of(call, i.out_) == KnownCallable::List && call.operands.size() == 2 && is_list(call.operands[1]) &&
           !i.fact(call.operands[1]).nullable && is_made(call.operands[1]);
}

// A range of parts is one whatever becomes of it.
bool Inferrer::NumberLists::lists_range(const Instr& call) const {
    if (callee_of(call, i.out_) != KnownCallable::List || call.operands.size() != 2) return false;
    const InstrId range = f.value(call.operands[1]).def;
    if (i.number_lists_.contains(call.result) && !i.out_.as_parts[call.operands[1]]) return false;
    return range != no_id && f.instr(range).op == Op::Call && i.range_call(f.instr(range)) &&
           !i.is_reversed(f.instr(range)) && taken_once(call.operands[1]) && ints_only(f.instr(range));
}

bool Inferrer::NumberLists::taken_once(ValueId value) const {
    return std::ranges::count_if(i.uses_[value], [](const Use& use) { return use.instr->op != Op::Keep; }) == 1;
}

bool Inferrer::NumberLists::ints_only(const Instr& range) const {
    return std::all_of(range.operands.begin() + 1, range.operands.end(), [&](ValueId argument) {
        return i.fact(argument).is(TypeKind::Int) && !i.fact(argument).nullable;
    });
}

bool Inferrer::NumberLists::slices(const Instr& instr) const {
    const InstrId index = f.value(instr.operands[1]).def;
    if (!is_list(instr.operands[0]) || index == no_id || f.instr(index).op != Op::BuildSlice) return false;
    const std::vector<ValueId>& parts = f.instr(index).operands;
    const auto bound = [&](ValueId part) {
        const Fact known = i.fact(part);
        return !known.nullable && (known.is(TypeKind::NoneType) || known.is(TypeKind::Int));
    };
    return bound(parts[0]) && bound(parts[1]) && i.fact(parts[2]).is(TypeKind::NoneType);
}

// What is made here is one, whether the profile was asked for it or not.
bool Inferrer::NumberLists::is_list(ValueId value) const {
    const TypeKind kind = i.fact(value).kind;
    return kind == TypeKind::List || is_native_list(kind) || is_made(value);
}

bool Inferrer::NumberLists::is_made(ValueId value) const { return reached.contains(value); }

// What may be such a list: what makes one, and where it flows to.
void Inferrer::NumberLists::find() {
    for (const Block& block : f.blocks)
        for (InstrId id : block.instrs)
            if (makes(f.instr(id))) reach(f.instr(id).result);
    for (ValueId param : f.blocks[0].params)
        if (i.brings_numbers(param) && may_be_one(param)) reach(param);
    if (!work.empty()) look_behind_handlers();
    while (!work.empty()) {
        const ValueId value = work.back();
        work.pop_back();
        for (const Use& use : i.uses_[value]) follow(value, use);
    }
    for (ValueId value : reached) look_at(value);
    settle();
}

void Inferrer::NumberLists::reach(ValueId value) {
    if (reached.insert(value).second) work.push_back(value);
}

// Another value for a list, or for what lies in it.
void Inferrer::NumberLists::goes_on(ValueId list, ValueId as) {
    reach(as);
    join(list, as);
}

void Inferrer::NumberLists::follow(ValueId value, const Use& use) {
    if (use.param != no_id) return goes_on(value, use.param);
    const Instr& user = *use.instr;
    if (user.op == Op::GuardType || makes_of(user, value)) return goes_on(value, user.result);
    if (takes_row(user, value)) return follow_row(value, user.result);
    if (user.op == Op::GetIter && i.iterated_[user.result].is_single()) return follow_iterator(value, user.result);
    if (user.op == Op::BuildTuple && taken_apart(user)) return follow_items(user, value);
    if (passes_to_itself(user)) {
        const std::vector<ValueId> passed = self_call_arguments(user);
        for (size_t k = 0; k < passed.size(); ++k)
            if (passed[k] == value) join(value, f.blocks[0].params[k]);
    }
}

void Inferrer::NumberLists::follow_row(ValueId list, ValueId row) {
    taken.insert(row);
    reach(row);
    has_row(list, row);
}

bool Inferrer::NumberLists::takes_row(const Instr& instr, ValueId list) const {
    return instr.op == Op::Subscript && instr.operands[0] == list && instr.operands[1] != list &&
           is_list(instr.result) && types::is_index(i.fact(instr.operands[1]).kind);
}

// Through the loop to the names of its items.
void Inferrer::NumberLists::follow_iterator(ValueId list, ValueId iterator) {
    std::set<ValueId> seen{iterator};
    for (std::vector<ValueId> next{iterator}; !next.empty();) {
        const ValueId value = next.back();
        next.pop_back();
        for (const Use& use : i.uses_[value]) {
            if (use.param == no_id && use.instr->op == Op::IterNext) follow_steps(list, use.instr->result);
            const bool goes_on = use.param != no_id || use.instr->op == Op::IterState;
            const ValueId as = use.param != no_id ? use.param : use.instr->result;
            if (goes_on && seen.insert(as).second) next.push_back(as);
        }
    }
}

void Inferrer::NumberLists::follow_steps(ValueId list, ValueId step) {
    for (const Use& use : i.uses_[step])
        if (use.param == no_id && use.instr->op == Op::GuardType && is_list(use.instr->result))
            follow_row(list, use.instr->result);
}

// The tuple never exists: what is taken out of it is what was put in.
bool Inferrer::NumberLists::taken_apart(const Instr& tuple) const {
    const auto size = static_cast<int64_t>(tuple.operands.size());
    return std::ranges::all_of(i.uses_[tuple.result], [&](const Use& use) {
        if (use.param != no_id) return false;
        const Instr& user = *use.instr;
        return user.op == Op::Keep || (user.op == Op::UnpackSequence && user.imm == size && i.only_items(user.result));
    });
}

void Inferrer::NumberLists::follow_items(const Instr& tuple, ValueId list) {
    for (const Use& use : i.uses_[tuple.result]) {
        if (use.instr->op != Op::UnpackSequence) continue;
        for (const Use& item : i.uses_[use.instr->result]) {
            if (item.instr->op != Op::TupleItem) continue;
            if (tuple.operands[static_cast<size_t>(item.instr->imm)] != list) continue;
            taken.insert(item.instr->result);
            goes_on(list, item.instr->result);
        }
    }
}

// The instruction makes a list of the items of this one.
bool Inferrer::NumberLists::makes_of(const Instr& instr, ValueId list) const {
    if (instr.op == Op::Call) return instr.operands.size() == 2 && instr.operands[1] == list && makes(instr);
    return (instr.op == Op::Binary || instr.op == Op::Subscript) && instr.operands[0] == list &&
           instr.operands[1] != list && makes(instr);
}

void Inferrer::NumberLists::look_at(ValueId value) {
    const InstrId def = f.value(value).def;
    if (def == no_id) {
        if (f.value(value).block == 0) {
            if (!i.brings_numbers(value)) return refuse(value);
            of(value).of_callers = true;
            holds(value, Fact::of(i.request_.entry_types[i.promoted_.entry_index[value]]));
        }
        for (ValueId arg : i.incoming_[value])
            if (!i.only_null_[arg] && !reached.contains(arg)) refuse(value);
    } else {
        const Instr& made = f.instr(def);
        if (made.op == Op::BuildList)
            for (ValueId item : made.operands) takes_value(value, item);
        if (makes(made) && is_given(made)) holds(value, i.given_lists_.at(value));
        if (made.op == Op::Call && makes(made) && !is_given(made) && lists_range(made)) {
            Fact item = Fact::natural();
            item.nonneg = i.range_fact(f.instr(f.value(made.operands[1]).def)).nonneg;
            takes(value, item);
        }
        if (made.op != Op::GuardType && !makes(made) && !taken.contains(value)) refuse(value);
    }
    for (const Use& use : i.uses_[value])
        if (use.param == no_id && !use_allowed(*use.instr, value)) refuse(value);
}

// ---- groups of groups -----------------------------------------------------------------------------------------

// What is known of a list of lists is of its items, too.
void Inferrer::NumberLists::settle() {
    for (bool changed = true; changed;) {
        changed = false;
        for (ValueId value : reached) changed |= settle(of(value));
    }
}

bool Inferrer::NumberLists::settle(Group& list) {
    const bool was_plain = list.plain;
    list.plain |= list.of_callers && list.given_away;
    list.plain |= list.compared && list.item.is(TypeKind::Bool);
    if (!list.of_lists) return list.plain != was_plain;
    list.plain |= list.numbers_only || !list.item.is(TypeKind::Bottom);
    if (list.row == no_id) return list.plain != was_plain;
    Group& rows = of(list.row);
    const Group before = rows;
    const bool had_callers = list.of_callers;
    list.plain |= rows.plain || rows.of_lists;
    rows.plain = list.plain;
    rows.of_callers |= list.of_callers;
    list.of_callers = rows.of_callers;
    rows.given_away |= list.given_away;
    takes(list.row, list.row_item);
    return list.plain != was_plain || rows.plain != before.plain || had_callers != list.of_callers ||
           before.of_callers != rows.of_callers || before.given_away != rows.given_away || !(before.item == rows.item);
}

// The numbers of a list, or of its items.
Fact Inferrer::NumberLists::number_of(const Group& list) {
    if (!list.of_lists) return list.item;
    return list.row == no_id ? list.row_item : of(list.row).item;
}

ValueId Inferrer::NumberLists::numbers_root(ValueId value) {
    const Group& list = of(value);
    return list.of_lists && list.row != no_id ? root(list.row) : root(value);
}

bool Inferrer::NumberLists::is_maker(ValueId value) const {
    const InstrId def = f.value(value).def;
    return def == no_id ? i.brings_numbers(value) : makes(f.instr(def));
}

TypeKind Inferrer::NumberLists::kind_of(const Group& list) {
    const TypeKind number = number_of(list).kind;
    if (number == TypeKind::Int) return list.of_lists ? TypeKind::IntLists : TypeKind::Ints;
    if (number == TypeKind::Bool) return list.of_lists ? TypeKind::BoolLists : TypeKind::Bools;
    return list.of_lists ? TypeKind::FloatLists : TypeKind::Floats;
}

// Lists stay of the kind that they were taken for.
void Inferrer::NumberLists::refuse_others() {
    for (ValueId value : reached) {
        const auto before = i.number_lists_.find(value);
        if (before != i.number_lists_.end() && !before->second.is(kind_of(of(value)))) refuse(value);
    }
    settle();
}

// By what makes one: the kinds of lists. That the numbers are natural is only taken back.
std::map<ValueId, Fact> Inferrer::NumberLists::choose() {
    refuse_others();
    std::map<ValueId, bool> natural;
    for (ValueId value : reached) {
        if (!is_maker(value)) continue;
        const auto before = i.number_lists_.find(value);
        const bool is_first = before == i.number_lists_.end();
        const bool brings = f.value(value).def == no_id;
        const bool holds = is_first && !brings ? true : number_of(of(value)).nonneg;
        const auto [known, added] = natural.emplace(numbers_root(value), true);
        known->second = known->second && holds && (is_first || before->second.detail != 0);
    }
    std::map<ValueId, Fact> made;
    for (ValueId value : reached) {
        if (!is_maker(value)) continue;
        const Fact item = number_of(of(value));
        if (of(value).plain || item.is(TypeKind::Bottom)) continue;
        const bool is_natural = item.is(TypeKind::Int) && natural[numbers_root(value)];
        made.emplace(value, Fact::of(kind_of(of(value)), is_natural ? 1 : 0));
    }
    return made;
}

// ---- what the rest of inference asks -----------------------------------------------------------------------

std::optional<Fact> Inferrer::number_list(ValueId value) const {
    const auto found = number_lists_.find(value);
    return found == number_lists_.end() ? std::nullopt : std::optional(found->second);
}

// A parameter of a native body for which a list of numbers is passed.
bool Inferrer::brings_numbers(ValueId entry) const {
    if (f_.value(entry).def != no_id || f_.value(entry).block != 0) return false;
    const uint32_t index = promoted_.entry_index[entry];
    return index < request_.entry_types.size() && is_native_list(request_.entry_types[index].kind);
}

// What a native call gives that gives a list of numbers.
Fact Inferrer::given_list(const Instr& call, Fact given) {
    if (!is_native_list(given.kind)) {
        given_lists_.erase(call.result);
        return given;
    }
    given_lists_[call.result] = given;
    return number_list(call.result).value_or(Fact::of(TypeKind::List));
}

// Lists of one kind of numbers are returned as such by a native body that does not call itself.
Fact Inferrer::with_returned(Fact returned) const {
    const bool as_numbers = request_.native_body && !(out_.calls_itself && names_itself_);
    if (is_native_list(returned.kind) && !as_numbers) returned = {TypeKind::List, 0, returned.nullable};
    const Fact& before = out_.returned;
    const auto is_list = [](Fact fact) { return fact.is(TypeKind::List) || is_native_list(fact.kind); };
    if (!is_list(before) || !is_list(returned)) return types::join(before, returned);
    const bool same = before.kind == returned.kind;
    return {same ? before.kind : TypeKind::List, same ? std::min(before.detail, returned.detail) : 0,
            before.nullable || returned.nullable};
}

void Inferrer::compare_entry_lists() {
    for (ValueId param : f_.blocks[0].params) {
        if (!brings_numbers(param)) continue;
        const uint32_t index = promoted_.entry_index[param];
        const Fact found = number_list(param).value_or(Fact::of(TypeKind::List));
        if (!(found.boxed() == request_.entry_types[index])) out_.other_lists.emplace_back(index, found);
    }
}

// Whether facts have to be found anew.
bool Inferrer::choose_number_lists() {
    if (request_.generic_only || f_.is_generator) return passes_lists_ && !std::exchange(lists_settled_, true);
    ++looks_at_lists_;
    NumberLists lists(*this);
    lists.find();
    std::map<ValueId, Fact> made = lists.choose();
    for (ValueId value : lists.reached)
        if (!made.contains(value)) plain_lists_.insert(value);
    const bool changed = made != number_lists_;
    number_lists_ = std::move(made);
    if (changed) lists_settled_ = false;
    return changed || (passes_lists_ && !std::exchange(lists_settled_, true));
}

}  // namespace aipy::opt
