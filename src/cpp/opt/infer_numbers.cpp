// Inference: lists that nobody but this activation can see, and that have ints, or floats, only, hold the plain numbers
// (runtime/number_lists.h).
//
// Lists are looked at together with all that flows into one another: values that one variable may have, a list and what
// is sliced or repeated of it. Such a group holds numbers when each list of it is made here, each item that comes in is
// an int (or each a float), and each use is one that native code has a form for (see `use_allowed`). A list that is
// returned becomes a list of objects there, behind which nothing looks at it natively. So does whatever an exit or a
// traceback shows; then native code has ended, except in handlers, from where no list of numbers may be used any more.
//
// A list whose items are such lists is one of lists of numbers; all its items are in one group, and the two are chosen
// together or not at all.
//
// Native callees take such lists and give them (opt/native_calls.h). A list that a body was passed is its callers',
// too: it becomes one of objects only where the body is left, and then its callers are left behind the call. What a
// body gives is nobody else's.
//
// Facts are found anew whenever the choice changes: it is made optimistically (the ints are natural, where a guess of
// the profile says that they are ints at all) and mostly taken back; after some looks only that, so it ends.
#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "opt/behind_handlers.h"
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
        bool plain = false;         // a list of objects
        bool of_lists = false;      // lists come in, or are taken out
        bool of_callers = false;    // a parameter is among them
        bool numbers_only = false;  // used in a way that lists of lists have no form for
        bool compared = false;      // used in a way that lists of bools have no form for
        bool given_away = false;    // returned
        Fact item{};                // of the numbers that come in
        ValueId row = no_id;        // one of the lists that are its items, where one is known
        Fact row_item{};            // what is known of their numbers otherwise
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
        Group& made = groups[to];
        made.plain |= moved.plain;
        made.of_lists |= moved.of_lists;
        made.of_callers |= moved.of_callers;
        made.numbers_only |= moved.numbers_only;
        made.compared |= moved.compared;
        made.given_away |= moved.given_away;
        made.row_item = types::join(made.row_item, moved.row_item);
        takes(to, moved.item);
        if (moved.row != no_id) has_row(to, moved.row);
    }
    void has_row(ValueId list, ValueId row) {
        Group& made = of(list);
        made.of_lists = true;
        if (made.row == no_id)
            made.row = row;
        else
            join(made.row, row);
    }
    // What comes in under a name of this function.
    void takes_value(ValueId list, ValueId item) {
        if (!is_list(item)) return takes(list, i.fact(item));
        if (!is_made(item) || i.fact(item).nullable) return refuse(list);
        has_row(list, item);
    }
    // What a list of numbers from elsewhere holds.
    void holds(ValueId list, Fact known) {
        const Fact item = types::item_of_numbers(known);
        if (is_number_list(known.kind)) return takes(list, item);
        Group& made = of(list);
        made.of_lists = true;
        made.row_item = types::join(made.row_item, types::item_of_numbers(item));
    }
    void takes(ValueId list, Fact item) {
        Group& made = of(list);
        made.item = types::join(made.item, item);
        // An int beside a float is no number of one kind.
        made.plain |= made.item.nullable || !(made.item.is(TypeKind::Int) || made.item.is(TypeKind::Float) ||
                                              made.item.is(TypeKind::Bool) || made.item.is(TypeKind::Bottom));
    }

    // ---- what makes a list ----------------------------------------------------------------------------------

    bool makes(const Instr& instr) const {
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
    bool may_be_one(ValueId made) const {
        constexpr size_t most_looks = 12;
        return !i.plain_lists_.contains(made) && (i.looks_at_lists_ <= most_looks || i.number_lists_.contains(made));
    }
    bool is_given(const Instr& call) const {
        return i.out_.native[call.result] && i.given_lists_.contains(call.result);
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
    // What is made here is one, whether the profile was asked for it or not.
    bool is_list(ValueId value) const {
        const TypeKind kind = i.fact(value).kind;
        return kind == TypeKind::List || is_native_list(kind) || is_made(value);
    }
    bool is_made(ValueId value) const { return reached.contains(value); }

    // What may be such a list: what makes one, and where it flows to.
    void find() {
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
    void reach(ValueId value) {
        if (reached.insert(value).second) work.push_back(value);
    }
    // Another value for a list, or for what lies in it.
    void goes_on(ValueId list, ValueId as) {
        reach(as);
        join(list, as);
    }
    void follow(ValueId value, const Use& use) {
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
    void follow_row(ValueId list, ValueId row) {
        taken.insert(row);
        reach(row);
        has_row(list, row);
    }
    bool takes_row(const Instr& instr, ValueId list) const {
        return instr.op == Op::Subscript && instr.operands[0] == list && instr.operands[1] != list &&
               is_list(instr.result) && types::is_index(i.fact(instr.operands[1]).kind);
    }
    // Through the loop to the names of its items.
    void follow_iterator(ValueId list, ValueId iterator) {
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
    void follow_steps(ValueId list, ValueId step) {
        for (const Use& use : i.uses_[step])
            if (use.param == no_id && use.instr->op == Op::GuardType && is_list(use.instr->result))
                follow_row(list, use.instr->result);
    }
    // The tuple never exists: what is taken out of it is what was put in.
    bool taken_apart(const Instr& tuple) const {
        const auto size = static_cast<int64_t>(tuple.operands.size());
        return std::ranges::all_of(i.uses_[tuple.result], [&](const Use& use) {
            if (use.param != no_id) return false;
            const Instr& user = *use.instr;
            return user.op == Op::Keep ||
                   (user.op == Op::UnpackSequence && user.imm == size && i.only_items(user.result));
        });
    }
    void follow_items(const Instr& tuple, ValueId list) {
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
    bool makes_of(const Instr& instr, ValueId list) const {
        if (instr.op == Op::Call) return instr.operands.size() == 2 && instr.operands[1] == list && makes(instr);
        return (instr.op == Op::Binary || instr.op == Op::Subscript) && instr.operands[0] == list &&
               instr.operands[1] != list && makes(instr);
    }

    void look_at(ValueId value) {
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

    // ---- uses -----------------------------------------------------------------------------------------------

    bool use_allowed(const Instr& instr, ValueId list) {
        if (std::ranges::count(instr.operands, list) != 1) return false;
        switch (instr.op) {
            case Op::Keep:
            case Op::CheckLocal:
            case Op::BranchNull:
            case Op::GuardType: return true;
            case Op::Return: return give_away(list);
            default: break;
        }
        if (instr.op == Op::BuildTuple && !taken_apart(instr)) return returned_at_once(instr) && give_away(list);
        if (i.failed(instr) || after_handler(instr)) return false;
        const bool present = !i.fact(list).nullable, is_first = instr.operands[0] == list;
        switch (instr.op) {
            case Op::BuildTuple: return true;
            case Op::BuildList: return present && is_made(instr.result);
            case Op::Truth: return present;
            case Op::Binary: return makes_of(instr, list);
            case Op::Subscript: return makes_of(instr, list) || (is_first && (takes_row(instr, list) || loads(instr)));
            case Op::StoreSubscript:
                if (!types::is_index(i.fact(instr.operands[1]).kind)) return false;
                return is_first ? stores(list, instr.operands[2]) : instr.operands[2] == list && is_item(instr, list);
            case Op::ListAppend: return is_first ? stores(list, instr.operands[1]) : is_item(instr, list);
            case Op::CallMethod: return calls_method(instr, list) || appends_it(instr, list) || passes(instr, list);
            case Op::CallLoaded: return appends_it(instr, list) || passes(instr, list);
            case Op::LoadMethod: return names_append(instr) && present && only_calls(instr, list);
            case Op::MethodSelf: return only_calls(instr, list);
            case Op::Call:
                if (makes_of(instr, list)) return true;
                if (const KnownCallable callee = callee_of(instr, i.out_); sums_up(callee)) {
                    of(list).numbers_only |= callee != KnownCallable::Len;
                    of(list).compared |= callee == KnownCallable::Min || callee == KnownCallable::Max;
                    return present && instr.operands.size() == 2;
                }
                of(list).numbers_only |= chosen[instr.result];
                return (chosen[instr.result] && !steps_after_handler) || passes(instr, list);
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
               (item.is(TypeKind::Int) || item.is(TypeKind::Float) || item.is(TypeKind::Bool) || !item.known());
    }
    bool stores(ValueId list, ValueId item) {
        takes_value(list, item);
        return true;
    }
    // It becomes an item of the first operand.
    bool is_item(const Instr& instr, ValueId list) const {
        return is_made(instr.operands[0]) && is_list(instr.operands[0]) && !i.fact(list).nullable;
    }
    bool calls_method(const Instr& call, ValueId list) {
        const std::optional<MethodCall> method = method_call(call, f);
        if (!method || method->operands[0] != list || i.fact(list).nullable) return false;
        if (i.out_.methods[call.result] != nullptr) return false;
        if (*method->name == "append" && method->operands.size() == 2) return stores(list, method->operands[1]);
        of(list).numbers_only = true;
        return *method->name == "pop" && method->operands.size() == 1;
    }
    // To another list.
    bool appends_it(const Instr& call, ValueId list) {
        const std::optional<MethodCall> method = method_call(call, f);
        return method && i.out_.methods[call.result] == nullptr && *method->name == "append" &&
               method->operands.size() == 2 && method->operands[1] == list && is_made(method->operands[0]) &&
               is_list(method->operands[0]) && !i.fact(list).nullable;
    }

    // ---- native calls ---------------------------------------------------------------------------------------

    bool passes_to_itself(const Instr& call) const {
        const bool may_call = call.op == Op::Call || call.op == Op::CallMethod;
        return may_call && is_self_call(call, i.promoted_, i.out_);
    }
    // The body takes such a list, or may, as long as this is none yet.
    bool passes(const Instr& call, ValueId list) {
        if (i.fact(list).nullable) return false;
        if (passes_to_itself(call)) {
            const std::vector<ValueId> passed = self_call_arguments(call);
            const auto at = std::ranges::find(passed, list) - passed.begin();
            return is_made(f.blocks[0].params[static_cast<size_t>(at)]);
        }
        const std::optional<NativeCall> native = native_call(call, f, i.out_);
        if (!native || native->callees.size() != 1) return false;
        const auto at = std::ranges::find(native->arguments, list);
        if (at == native->arguments.end()) return false;
        const bool constructs = native->class_version != 0;
        const size_t place = static_cast<size_t>(at - native->arguments.begin()) + (constructs ? 1 : 0);
        const uint32_t body = native->callees[0];
        if (!is_native_list(i.fact(list).kind)) return i.callees_.may_take_numbers(body, place);
        if (!i.out_.native[call.result] || !is_native_list(i.callees_.parameter(body, place).kind)) return false;
        holds(list, i.callees_.parameter(body, place));
        return true;
    }
    // Whether it is a list of objects from there on or one of numbers, its holder there decides alone.
    bool give_away(ValueId list) {
        of(list).given_away = true;
        return true;
    }

    // ---- groups of groups -----------------------------------------------------------------------------------

    // What is known of a list of lists is of its items, too.
    void settle() {
        for (bool changed = true; changed;) {
            changed = false;
            for (ValueId value : reached) changed |= settle(of(value));
        }
    }
    bool settle(Group& list) {
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
               before.of_callers != rows.of_callers || before.given_away != rows.given_away ||
               !(before.item == rows.item);
    }

    // The numbers of a list, or of its items.
    Fact number_of(const Group& list) {
        if (!list.of_lists) return list.item;
        return list.row == no_id ? list.row_item : of(list.row).item;
    }
    ValueId numbers_root(ValueId value) {
        const Group& list = of(value);
        return list.of_lists && list.row != no_id ? root(list.row) : root(value);
    }
    bool is_maker(ValueId value) const {
        const InstrId def = f.value(value).def;
        return def == no_id ? i.brings_numbers(value) : makes(f.instr(def));
    }

    TypeKind kind_of(const Group& list) {
        const TypeKind number = number_of(list).kind;
        if (number == TypeKind::Int) return list.of_lists ? TypeKind::IntLists : TypeKind::Ints;
        if (number == TypeKind::Bool) return list.of_lists ? TypeKind::BoolLists : TypeKind::Bools;
        return list.of_lists ? TypeKind::FloatLists : TypeKind::Floats;
    }
    // Lists stay of the kind that they were taken for.
    void refuse_others() {
        for (ValueId value : reached) {
            const auto before = i.number_lists_.find(value);
            if (before != i.number_lists_.end() && !before->second.is(kind_of(of(value)))) refuse(value);
        }
        settle();
    }

    // By what makes one: the kinds of lists. That the numbers are natural is only taken back.
    std::map<ValueId, Fact> choose() {
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

    // A traceback may have shown the lists.
    void look_behind_handlers() {
        after = behind_handlers(f);
        steps_after_handler = std::ranges::any_of(after, [](const Instr* instr) { return instr->op == Op::IterNext; });
    }
    bool after_handler(const Instr& instr) const { return after.contains(&instr); }

    const Inferrer& i;
    const Function& f;
    const std::vector<bool> chosen;
    std::set<ValueId> reached;
    std::set<ValueId> taken;  // of those, what is taken out of a list, or of a tuple that never exists
    std::vector<ValueId> work;
    std::vector<ValueId> group;  // union-find
    std::map<ValueId, Group> groups;
    std::unordered_set<const Instr*> after;  // what runs in or behind a handler
    bool steps_after_handler = false;
};

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
