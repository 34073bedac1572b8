// The inference of infer.h at work: one fixpoint, then the choice of the objects that exist only as their parts.
//
// By topic: infer.cpp (set-up, fixpoint, entry values, feedback), infer_results.cpp (what an op gives), infer_words.cpp
// (ints of which the low 64 bits suffice, ints that are not negative), infer_iterations.cpp (what loops go through),
// infer_parts.cpp (ranges, tuples and rows as their parts), infer_arrays.cpp (operations on whole arrays, and those
// that exist only as their parts), infer_numbers.cpp (lists of plain numbers), infer_uses.cpp (what a value is used
// for).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "opt/branches.h"
#include "opt/call_targets.h"
#include "opt/infer.h"

namespace aipy::opt {

class Inferrer {
  public:
    Inferrer(const Promoted& promoted, const CompileRequest& request, NativeCallees& callees)
        : promoted_(promoted),
          f_(promoted.function),
          request_(request),
          callees_(callees),
          branches_(promoted.function) {}

    Inference run();

    // Whether typed code can store such a value into such an array.
    static bool storable(types::Fact container, types::Fact value);

  private:
    struct Use {
        const ir::Instr* instr;
        ir::ValueId param = ir::no_id;  // passed to this block param, or an operand
    };

    // ---- set-up, and the fixpoint (infer.cpp) ----

    void list_uses();
    void list_args(const ir::Instr& instr, const ir::Edge& edge, size_t shift);
    void find_known_globals();
    void find_instance_methods();
    bool failed(const ir::Instr& instr) const;
    bool self_calls_possible() const;
    bool any_self_call() const;
    void fixpoint();
    void iterate();
    bool visit_block(ir::BlockId id);
    bool note_returned_parts(ir::ValueId value);
    bool returns_parts() const;
    bool update(ir::ValueId value, types::Fact fact);
    types::Fact fact(ir::ValueId value) const { return out_.facts[value]; }
    types::Fact param_fact(ir::BlockId block, size_t index);
    types::Fact entry_fact(ir::ValueId param);
    bool is_natural_entry(uint32_t index) const;
    types::Fact result_fact(const ir::Instr& instr);
    types::Fact with_feedback(const ir::Instr& instr, types::Fact made);

    // ---- results of ops (infer_results.cpp) ----

    types::Fact typed_result(const ir::Instr& instr);
    types::Fact range_fact(const ir::Instr& call) const;
    static types::Fact not_null(types::Fact fact);
    static types::Fact value_fact(ir::Type type, int64_t integer);
    static types::Fact constant_fact(const ir::Constant& constant) {
        return value_fact(constant.type, constant.integer);
    }
    types::Fact known_fact(const ir::Instr& instr) const;
    types::Fact attribute_fact(const ir::Instr& instr);
    bool reached(const ir::Instr& instr) const;
    types::Fact binary_fact(const ir::Instr& instr);
    types::Fact unary_fact(const ir::Instr& instr) const;
    types::Fact compare_fact(const ir::Instr& instr) const;
    types::Fact call_fact(const ir::Instr& instr);
    types::Fact native_call_fact(const ir::Instr& instr, const NativeCall& call);
    std::optional<types::Fact> result_of_any(const std::vector<uint32_t>& callees,
                                             const std::vector<types::Fact>& arguments);
    std::vector<types::Fact> facts_of(const std::vector<ir::ValueId>& values) const;
    types::Fact subscript_fact(const ir::Instr& instr) const;
    types::Fact array_element(types::Fact container, ir::ValueId index) const;
    size_t index_count(ir::ValueId index) const;

    // ---- words and naturals (infer_words.cpp) ----

    bool block_wrong_ranges();
    bool refuse_modular();
    bool widen_entries();
    void want_word(ir::ValueId value);
    static bool is_square(const ir::Instr& instr);
    bool is_natural_difference(const ir::Instr& instr) const;
    static ir::CompareOp said_of(const ir::Instr& compare, bool holds, bool is_first);
    static bool says_not_less(const ir::Instr& compare, bool holds, ir::ValueId a, ir::ValueId b);
    uint64_t least_said(const ir::Instr& compare, bool holds, ir::ValueId value) const;
    types::Fact word_fact(const ir::Instr& instr);
    bool has_low_bits(ir::ValueId value) const;
    types::Fact modular_fact(const ir::Instr& instr) const;
    types::Fact masked_fact(const ir::Instr& instr);

    // ---- ranges, tuples and rows that exist only as their parts (infer_parts.cpp) ----

    void choose_ranges();
    bool entry_range(ir::ValueId value) const;
    bool is_reversed(const ir::Instr& call) const { return callee_of(call, out_) == KnownCallable::Reversed; }
    bool reversed_range_call(const ir::Instr& instr) const;
    bool range_call(const ir::Instr& instr) const;
    bool range_parts_stay(ir::ValueId value) const;
    bool is_range_value(ir::ValueId value) const;
    bool sources_are_parts(ir::ValueId value) const;
    void choose_tuples();
    void choose_returned_tuples();
    size_t shape_in_parts(const ir::Instr& instr) const;
    bool takes_apart(ir::ValueId tuple, size_t count, const Use& use) const;
    std::optional<size_t> constant_place(ir::ValueId index, size_t count) const;
    bool item_of_shape(const ir::Instr& subscript) const;
    bool tuple_use_by_parts(const ir::Instr& built, const Use& use) const;
    void choose_rows();
    bool is_row(const ir::Instr& instr) const;
    bool names_elements(ir::ValueId row, const ir::Block& block, size_t at) const;
    bool names_element(const ir::Instr& instr, ir::ValueId row) const;
    bool stays_native(const ir::Instr& instr, ir::ValueId row) const;

    // ---- operations on whole arrays (infer_arrays.cpp) ----

    std::optional<types::Fact> array_fact(const ir::Instr& instr) const;
    std::optional<types::Fact> reduction_fact(const ir::Instr& instr) const;
    bool is_reduction(const ir::Instr& instr) const;
    types::Fact with_new_axes(const ir::Instr& instr, types::Fact seen) const;
    std::optional<types::Fact> ufunc_fact(const ir::Instr& instr) const;
    bool is_ufunc(const ir::Instr& instr) const;
    bool takes_expression(const ir::Instr& instr) const;
    void choose_expressions();
    void find_stored_back();
    void choose_views();
    bool is_looked_at(const ir::Block& block, size_t at) const;
    bool goes_over_view(const ir::Instr& user, ir::ValueId view) const;
    bool runs_no_code(const ir::Instr& instr) const;
    bool known_again(ir::ValueId view, const ir::Block& block, size_t at, size_t last) const;
    void take_key_apart(ir::ValueId key);
    bool takes_key(const Use& use) const;
    bool state_has(ir::FrameStateId state, ir::ValueId value) const;
    bool is_array_operation(const ir::Instr& instr) const;
    bool array_failed(const ir::Instr& instr) const;
    bool failed_carefully(const ir::Instr& instr) const;
    ir::ValueId made_into(const ir::Instr& instr) const;
    void leave_single_updates();
    bool computed_later(const ir::Block& block, size_t at, size_t last) const;
    std::optional<size_t> chain_end(const ir::Block& block, size_t at);
    std::optional<size_t> end_of_use(const ir::Block& block, size_t at, const ir::Instr& user) const;
    bool does_nothing_else(const ir::Instr& instr) const;

    // ---- lists that hold plain numbers (infer_numbers.cpp) ----

    struct NumberLists;
    bool choose_number_lists();
    std::optional<types::Fact> number_list(ir::ValueId value) const;
    bool brings_numbers(ir::ValueId entry) const;
    types::Fact given_list(const ir::Instr& call, types::Fact given);
    types::Fact with_returned(types::Fact returned) const;
    void compare_entry_lists();

    // ---- iterators, and what they give (infer_iterations.cpp) ----

    bool update_iterated(ir::ValueId value);
    types::Fact iterator_fact(const ir::Instr& instr) const;
    types::Fact next_fact(const ir::Instr& instr) const;
    types::Fact array_item_fact(const ir::Instr& instr) const;
    static types::Fact element_of(types::Fact sequence);
    static types::Fact element_of(const Iteration& iterated, size_t index);
    static types::Fact int_fact(const ConstantInts& ints, size_t column);
    static bool is_array(const Iteration& iterated) { return iterated.sequences[0].is(ir::TypeKind::NDArray); }
    types::Fact stepped_item_fact(ir::ValueId tuple, size_t index) const;
    types::Fact item_fact(const ir::Instr& instr) const;
    void find_only_null();
    void choose_sequence_iterators();
    void choose_stepped_tuples(ir::ValueId item);
    std::vector<bool> iterators_by_parts() const;
    bool refuse_iterators();
    Iteration iteration_of(ir::ValueId value) const;
    Iteration iteration_called(const ir::Instr& call) const;
    bool iterated_at_once(const ir::Instr& call) const;
    Iteration iteration_over(Iteration::Kind kind, const std::vector<ir::ValueId>& sequences) const;
    const ConstantInts* ints_of(ir::ValueId value) const;
    static bool has_elements(types::Fact sequence);
    static Iteration join_iterations(const Iteration& a, const Iteration& b);
    bool sequence_parts_stay(ir::ValueId value, const std::vector<bool>& chosen) const;
    bool steps_by_parts(const ir::Instr& step) const;
    bool only_unpacked(ir::ValueId tuple, size_t count) const;
    bool only_stepped_to(ir::ValueId item) const;

    // ---- what values are used for, and what never ran (infer_uses.cpp) ----

    bool worth_a_guard(ir::Type type) const;
    static bool worth_a_guard(ir::TypeKind kind);
    bool has_typed_use(ir::ValueId value) const;
    bool is_typed_use(const Use& use, ir::ValueId value) const;
    bool is_known_callable(ir::ValueId callee) const;
    bool only_tested(ir::ValueId value) const;
    bool argument_may_be_int(ir::ValueId value) const;
    static bool storable_as_float(ir::ElementType element, ir::TypeKind kind);
    void find_unseen();
    bool is_of_generator(const ir::Instr& instr) const;
    bool left_often(const ir::Instr& instr) const;
    bool is_unseen(const ir::Instr& instr) const;
    bool never_ran(const ir::Instr& instr) const;
    bool may_end_where_unseen() const;
    bool ends_where_unseen_ = false;
    bool reaches_typed_use(ir::ValueId value) const;
    bool array_store_possible(types::Fact container, ir::ValueId value) const {
        return storable(container, fact(value));
    }
    bool only_items(ir::ValueId value) const;

    const Promoted& promoted_;
    const ir::Function& f_;
    const CompileRequest& request_;
    NativeCallees& callees_;
    const Branches branches_;
    Inference out_;
    std::vector<std::vector<Use>> uses_;
    std::vector<std::vector<ir::ValueId>> incoming_;
    std::vector<bool> only_null_;
    std::vector<Iteration> iterated_;  // by value
    bool self_calls_possible_ = false;
    bool names_itself_ = false;
    bool returns_one_tuple_ = false;                 // as far as looked, of one length
    uint32_t generation_ = 0;                        // of the callees, at the last look
    std::map<ir::ValueId, size_t> expression_ends_;  // where operations are computed later, in their block
    std::set<ir::ValueId> blocked_;
    std::set<ir::ValueId> not_modular_;
    std::set<ir::ValueId> no_rows_;                    // iterators over constant rows that are not taken apart
    std::set<ir::ValueId> refused_;                    // iterators that stay objects
    std::map<ir::ValueId, types::Fact> number_lists_;  // by what makes one: the kind of list
    std::set<ir::ValueId> plain_lists_;                // those that are lists of objects after all
    std::map<ir::ValueId, types::Fact> given_lists_;   // by native call: the list of numbers that its body gives
    bool lists_settled_ = false;                       // the last look changed nothing of the choice
    bool passes_lists_ = false;                        // lists that may become such are passed to native bodies
    size_t looks_at_lists_ = 0;
    std::set<ir::ValueId> words_;         // entry values taken for words
    std::set<ir::ValueId> wanted_words_;  // those that should be
    std::set<ir::ValueId> visited_;       // by want_word
};

}  // namespace aipy::opt
