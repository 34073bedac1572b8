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
#pragma once

#include <map>
#include <numeric>
#include <set>
#include <unordered_set>
#include <vector>

#include "opt/inferrer.h"

namespace aipy::opt {

struct Inferrer::NumberLists {
    using Fact = types::Fact;
    using Instr = ir::Instr;
    using TypeKind = ir::TypeKind;
    using ValueId = ir::ValueId;

    explicit NumberLists(const Inferrer& inferrer)
        : i(inferrer), f(inferrer.f_), chosen(inferrer.iterators_by_parts()), group(f.values.size()) {
        std::iota(group.begin(), group.end(), 0);
    }

    // ---- groups ---------------------------------------------------------------------------------------------------
    struct Group {
        bool plain = false;         // a list of objects
        bool of_lists = false;      // lists come in, or are taken out
        bool of_callers = false;    // a parameter is among them
        bool numbers_only = false;  // used in a way that lists of lists have no form for
        bool compared = false;      // used in a way that lists of bools have no form for
        bool given_away = false;    // returned
        Fact item{};                // of the numbers that come in
        ValueId row = ir::no_id;    // one of the lists that are its items, where one is known
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
        if (moved.row != ir::no_id) has_row(to, moved.row);
    }
    void has_row(ValueId list, ValueId row) {
        Group& made = of(list);
        made.of_lists = true;
        if (made.row == ir::no_id)
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
        if (ir::is_number_list(known.kind)) return takes(list, item);
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

    // ---- what makes a list ----------------------------------------------------------------------------------------
    bool makes(const Instr& instr) const;
    bool may_be_one(ValueId made) const;
    bool is_given(const Instr& call) const;
    bool repeats(const Instr& instr) const;
    bool copies(const Instr& call) const;
    bool lists_range(const Instr& call) const;
    bool taken_once(ValueId value) const;
    bool ints_only(const Instr& range) const;
    bool slices(const Instr& instr) const;
    bool is_list(ValueId value) const;
    bool is_made(ValueId value) const;
    void find();
    void reach(ValueId value);
    void goes_on(ValueId list, ValueId as);
    void follow(ValueId value, const Use& use);
    void follow_row(ValueId list, ValueId row);
    bool takes_row(const Instr& instr, ValueId list) const;
    void follow_iterator(ValueId list, ValueId iterator);
    void follow_steps(ValueId list, ValueId step);
    bool taken_apart(const Instr& tuple) const;
    void follow_items(const Instr& tuple, ValueId list);
    bool makes_of(const Instr& instr, ValueId list) const;
    void look_at(ValueId value);

    // ---- uses (number_list_uses.cpp) ------------------------------------------------------------------------------
    bool use_allowed(const Instr& instr, ValueId list);
    static bool sums_up(KnownCallable callee);
    bool loads(const Instr& instr) const;
    bool stores(ValueId list, ValueId item);
    bool is_item(const Instr& instr, ValueId list) const;
    bool calls_method(const Instr& call, ValueId list);
    bool appends_it(const Instr& call, ValueId list);

    // ---- native calls (number_list_uses.cpp) ----------------------------------------------------------------------
    bool passes_to_itself(const Instr& call) const;
    bool passes(const Instr& call, ValueId list);
    bool give_away(ValueId list);

    // ---- groups of groups -----------------------------------------------------------------------------------------
    void settle();
    bool settle(Group& list);
    Fact number_of(const Group& list);
    ValueId numbers_root(ValueId value);
    bool is_maker(ValueId value) const;
    TypeKind kind_of(const Group& list);
    void refuse_others();
    std::map<ValueId, Fact> choose();

    // ---- ways out (number_list_uses.cpp) --------------------------------------------------------------------------
    bool returned_at_once(const Instr& tuple) const;
    bool names_append(const Instr& load) const;
    bool only_calls(const Instr& loaded, ValueId list);
    bool appends(const Instr& call, ValueId list);

    // ---- handlers (number_list_uses.cpp) --------------------------------------------------------------------------
    void look_behind_handlers();
    bool after_handler(const Instr& instr) const;

    const Inferrer& i;
    const ir::Function& f;
    const std::vector<bool> chosen;
    std::set<ValueId> reached;
    std::set<ValueId> taken;  // of those, what is taken out of a list, or of a tuple that never exists
    std::vector<ValueId> work;
    std::vector<ValueId> group;  // union-find
    std::map<ValueId, Group> groups;
    std::unordered_set<const Instr*> after;  // what runs in or behind a handler
    bool steps_after_handler = false;
};

}  // namespace aipy::opt
