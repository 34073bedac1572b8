// The state of one rewrite (see rewrite.h): how each value is held, and the ops by topic.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ir/array_program.h"
#include "ir/dominators.h"
#include "opt/array_expressions.h"
#include "opt/array_reductions.h"
#include "opt/call_targets.h"
#include "opt/known_calls.h"
#include "opt/nan_identity.h"
#include "opt/promote.h"
#include "opt/request.h"

namespace aipy::opt {

// How a promoted value is available in the specialised function.
struct Held {
    enum class Form : uint8_t {
        None,
        Object,
        Unboxed,
        Constant,
        Null,
        Range,
        Tuple,
        Row,
        Slice,
        Elements,
        Element,
        Complex,
        Parts,
        Expression  // an operation on whole arrays that is computed with the one that uses it
    };
    Form form = Form::None;
    ir::TypeKind kind = ir::TypeKind::Any;
    uint32_t detail = 0;
    // Object: the object; Unboxed: the number
    ir::ValueId value = ir::no_id;
    ir::ValueId present = ir::no_id;  // Unboxed, Element: a bit, when the value may be absent
    ir::ValueId tag = ir::no_id;      // Unboxed, one of two kinds: the bit that tells them apart
    uint32_t constant = 0;            // Constant: index
    // Elements, Element: what is iterated over, together; no_id: constant ints, which the iteration knows
    std::vector<ir::ValueId> sequences;
    // Range: next or start, stop, step; Elements, Element: the index (and of enumerate the count);
    // Complex: the real and the imaginary part
    std::array<ir::ValueId, 3> range{};
    // Tuple, Slice: promoted values; Row: the promoted array and its index, or the key of a view; Parts: a tuple's
    // items, numbers of s_
    std::vector<ir::ValueId> items;
    // Objects made of an unboxed value so far, with the block (of both functions) they were made in; reused where
    // that block has always been completed.
    std::vector<std::pair<ir::BlockId, ir::ValueId>> boxes;
};

// How `len` is taken of a kind; Const when there is no typed form.
ir::Op length_op(ir::TypeKind kind);
// How an item of a list, a tuple or bytes is taken; `peek`: it is used at once.
ir::Op item_op(ir::TypeKind kind, bool peek);

class Rewriter {
  public:
    Rewriter(const Promoted& promoted, const Inference& inference, const NativeCallees& callees,
             const CompileRequest& request, CompileResult& result);
    void run();

  private:
    using Instr = ir::Instr;
    using Op = ir::Op;
    using Type = ir::Type;
    using ValueId = ir::ValueId;

    // ---- blocks and edges (rewriter.cpp) ----
    void make_blocks();
    void make_params(ir::BlockId block);
    void make_entry_values();
    void guard_entry();
    void guard_underflow();
    void guard_range_iterator(ValueId param, ValueId object);
    void guard_natural(ValueId number);
    void guard_function(ValueId function, uint32_t number);
    std::optional<int64_t> expected_step(ValueId param) const;
    void rewrite_block(ir::BlockId block);
    void box_returned(const std::vector<ir::InstrId>& instrs, size_t index);
    void rewrite_instr(const Instr& instr);
    ir::Edge map_edge(const ir::Edge& edge, size_t first_param);
    void pass_value(ValueId argument, ValueId param, std::vector<ValueId>& args);

    // ---- held values (held.cpp) ----
    Held& held(ValueId value) { return held_[value]; }
    types::Fact fact(ValueId value) const { return inference_.facts[value]; }
    ir::TypeKind kind(ValueId value) const { return inference_.facts[value].kind; }
    void hold_object(ValueId value, ValueId object);
    void hold_unboxed(ValueId value, ir::TypeKind kind, ValueId number, ValueId present = ir::no_id);
    bool is_natural(ValueId value) const;
    void hold_constant(ValueId value, uint32_t constant);
    ValueId object(ValueId value);
    ValueId nullable_object(ValueId value);
    ValueId number(ValueId value, ir::Rep rep);
    ValueId tag_of(ValueId value, ir::TypeKind target);
    void check_float(ValueId value);
    ValueId convert(ValueId number, ir::Rep from, ir::Rep to);
    ValueId box(ValueId value);
    ValueId unbox(ValueId object, ir::TypeKind kind, ir::FrameStateId state);
    ValueId unbox_instead(ValueId value, ValueId object, ir::FrameStateId state);
    ValueId passed_number(ValueId value, ir::TypeKind parameter);
    void guard_no_nan(ValueId number);
    bool completed_before(ir::BlockId block) const;
    ValueId make_tuple(const Held& held);
    ValueId make_slice(const Held& held);

    // ---- complex numbers (rewrite_complex.cpp) ----
    struct Parts {
        ValueId real, imag;
    };
    void hold_complex(ValueId value, Parts parts, ValueId present = ir::no_id);
    Parts complex_parts(ValueId value);
    Parts parts_of_object(ValueId object);
    Parts parts_instead(ValueId object);
    ValueId box_complex(ValueId value);
    bool rewrite_complex_operator(const Instr& instr);
    bool rewrite_complex_compare(const Instr& instr);
    Parts complex_product(Parts a, Parts b);
    Parts complex_power(Parts base, uint64_t exponent);
    Parts complex_operation(const Instr& instr);
    Parts mixed_operation(ir::Operator operation, const Instr& instr);
    void guard_finite(Parts parts);
    bool rewrite_complex_part(const Instr& instr);
    bool rewrite_conjugate(const Instr& instr, const MethodCall& call);
    bool rewrite_number_method(const Instr& instr, const MethodCall& call);
    std::vector<types::Fact> facts_of(const MethodCall& call) const;  // of its operands
    ValueId is_any_not_zero(Parts parts);
    ValueId magnitude(Parts parts);

    // ---- operations on whole arrays (rewrite_arrays.cpp) ----
    struct Expression {
        ir::ArrayProgram program;
        std::vector<ValueId> operands = {};
        std::vector<ir::ArrayView> views = {};  // of the operands, by index; empty: all of it
        ValueId shape = ir::no_id;              // an array that has as many axes as the result, by itself or by a view
        uint8_t rank = 0;
        std::map<ValueId, uint32_t> kept = {};  // operations that are used again: by promoted value, their numbers
    };
    void begin_expression();
    Expression new_expression() const;
    bool rewrite_array_operation(const Instr& instr);
    bool rewrite_view(const Instr& instr);
    void rewrite_view_parts(const Instr& instr);
    void guard_indices(const Instr& instr);
    bool rewrite_store_slice(const Instr& instr);
    ir::ArrayView taken_view(Expression& made, const Instr& instr);
    bool has_views(const Expression& made) const;
    std::optional<ir::ArrayDetail> detail_in(const Expression& made, size_t operand) const;
    bool rewrite_store_where(const Instr& instr);
    void finish_expression(const Instr& instr, const ArrayOperationForm& form, Expression& made, bool is_alone);
    std::optional<ArrayOperationForm> array_form(const Instr& instr) const;
    void append_operation(Expression& made, const Instr& instr, const ArrayOperationForm& form);
    bool append_operand(Expression& made, const Instr& instr, size_t index, const ArrayOperationForm& form);
    bool append_array(Expression& made, ValueId value);
    void append_source(Expression& made, ValueId array, const ir::ArrayView& view);
    void append_difference(Expression& made, const Instr& instr);
    bool append_expression(Expression& made, ValueId value);
    bool is_flat(const Expression& made) const;
    std::vector<ValueId> shape_of(const Expression& made) const;
    uint8_t common_units(const Expression& made) const;
    ir::ArrayDetail detail_of(ValueId array) const { return ir::ArrayDetail::unpack(s_.value(array).type.detail); }
    ValueId make_array(Expression& made, types::Fact fact);
    void end_expression(const Instr& instr);
    std::optional<ArrayReductionForm> reduction_form(const Instr& instr) const;
    bool rewrite_reduction(const Instr& instr);
    std::optional<ArrayUfuncForm> ufunc_form(const Instr& instr) const;
    bool rewrite_ufunc(const Instr& instr);
    ValueId whole_array(ValueId value);
    void finish_reduction(const Instr& instr, const ArrayReductionForm& form, Expression& made);
    ValueId reduce(const ArrayReductionForm& form, const Expression& made);
    ValueId fold(const ArrayReductionForm& form, Expression made);
    ValueId degrees_of_freedom(const ArrayReductionForm& form, ValueId array);
    void finish_deviations(const Instr& instr, const ArrayReductionForm& form, const Expression& made);
    ValueId mean_of_squares(const ArrayReductionForm& form, const Expression& made);
    void append_number(Expression& made, const Instr& instr, size_t index, const ArrayOperationForm& form);
    static uint32_t add_operand(Expression& made, ValueId operand, const ir::ArrayView& view = {});
    uint32_t text_constant(const std::string& text);

    // ---- emitting (held.cpp) ----
    ValueId emit(Op op, std::vector<ValueId> operands = {}, int64_t imm = 0, int64_t imm2 = 0);
    ValueId emit_typed(Op op, ir::Type type, std::vector<ValueId> operands, int64_t imm = 0, int64_t imm2 = 0);
    ValueId const_i64(int64_t value);
    ValueId const_bit(bool value);
    ValueId const_f64(double value);
    uint32_t constant_index(const GlobalFact& fact);
    ir::FrameStateId map_state(ir::FrameStateId promoted_state);
    ir::StateValue map_state_value(ir::StateValue value, const ir::FrameState& from, ir::FrameState& state);
    ir::StateValue state_of(ValueId value, ir::FrameState& state);

    // ---- ops (rewrite_ops.cpp) ----
    void rewrite_generic(const Instr& instr);
    void rewrite_guard(const Instr& instr);
    void rewrite_check_local(const Instr& instr);
    void rewrite_global(const Instr& instr);
    const AttributeFact* attribute_fact(const Instr& instr) const;
    void rewrite_load_attribute(const Instr& instr);
    void hold_shape(const Instr& instr);
    void rewrite_store_attribute(const Instr& instr);
    ValueId look_in_cache(const Instr& instr, Op op);
    bool used_as_object_once(ValueId value) const;
    // How a value is stored in place of another: as a new Float or Int, or (Any) as an object; and whether the old
    // one's death may be taken to run no Python code.
    struct StoreForm {
        ir::TypeKind kind;
        bool quiet;
    };
    StoreForm store_form(ValueId stored) const;
    // The ops of one kind of place, one for each form.
    struct StoreOps {
        Op f64, i64, quiet, any;
    };
    struct Store {
        Op op;
        ValueId value;
    };
    Store store_of(ValueId stored, const StoreOps& ops);
    // Only a store of any object runs foreign code, and has a state behind it.
    void append_store(const Instr& instr, Op op, std::vector<ValueId> operands, int64_t imm = 0, int64_t imm2 = 0);
    void store_attribute(const Instr& instr, const AttributeFact& place);
    void rewrite_load_cell(const Instr& instr);
    void rewrite_store_cell(const Instr& instr);
    void rewrite_binary(const Instr& instr);
    bool rewrite_word_operator(const ir::Instr& instr);
    ir::ValueId word_operation(const ir::Instr& instr, bool modular);
    ir::ValueId checked_word(ir::ValueId value);
    ir::ValueId word_shift(ir::Op op, ir::ValueId value, ir::ValueId count);
    ir::ValueId word_divisor(ir::ValueId value);
    void rewrite_object_operator(const ir::Instr& instr, const types::TypedOperator& typed);
    ValueId either_tag(const Instr& instr);
    ValueId typed_operand(ValueId value, const types::TypedOperator& typed, ValueId tag);
    ValueId checked_result(ValueId result, const types::TypedOperator& typed, ValueId tag);
    void guard_element(ValueId integer, ir::ElementType element, ValueId tag);
    ValueId rounded_to_f32(ValueId number);
    bool may_underflow() const;
    bool rewrite_byte_store(const Instr& instr);
    void rewrite_unary(const Instr& instr);
    void rewrite_compare(const Instr& instr);
    void rewrite_truth(const Instr& instr);
    void rewrite_is(const Instr& instr);
    void rewrite_call(const Instr& instr);
    void rewrite_call_method(const Instr& instr);
    bool rewrite_append(const Instr& instr, const MethodCall& call);
    // ---- look-ups that run no Python code (rewrite_quiet.cpp) ----
    bool rewrite_quiet_subscript(const Instr& instr);
    bool rewrite_quiet_store(const Instr& instr);
    void rewrite_contains(const Instr& instr);
    void rewrite_object_iterator(const Instr& instr);
    void rewrite_object_next(const Instr& instr);
    bool steps_through_sequence(const Instr& step) const;
    bool rewrite_builtin_method(const Instr& instr);
    bool rewrite_quiet_method(const Instr& instr, const MethodCall& call);
    bool rewrite_quiet_call(const Instr& instr, KnownCallable callee);
    void finish_quiet(const Instr& instr, Op op, types::Fact made, std::vector<ValueId> operands, int64_t imm = 0);
    void finish_answer(const Instr& instr, ValueId answer);
    uint32_t none_constant();

    // ---- lists of plain numbers (rewrite_numbers.cpp) ----
    bool rewrite_number_list(const Instr& instr);
    void build_numbers(const Instr& instr);
    void slice_numbers(const Instr& instr);
    void store_number(ValueId list, ValueId index, ValueId stored);
    void append_number(ValueId list, ValueId item);
    bool loads_of_numbers(ValueId method) const;
    uint32_t list_method(const Instr& load);
    bool rewrite_number_method(const Instr& instr);
    ValueId pop_number(ValueId list);
    ValueId item_number(ValueId item, ir::TypeKind list);
    ValueId number_of_list(ValueId list, ir::NumbersResult result);
    bool returns_objects_of(ValueId list) const;
    bool is_slice(ValueId index) const;
    void take_given_list(const Instr& call, ValueId list);
    Type given_list(const NativeCall& call) const;
    ValueId list_of_objects(ValueId value);

    void rewrite_range(const Instr& instr);
    void rewrite_self_call(const Instr& instr);
    bool rewrite_native_call(const Instr& instr);
    ValueId default_argument(const GlobalFact& value);
    void pass_cells(const Instr& call, uint32_t count, std::vector<ValueId>& arguments);
    void guard_class_attribute(const GlobalFact& found, ValueId owner);
    void rewrite_class_value(const Instr& instr, const GlobalFact& found);
    void note_why_not_native(const Instr& instr, const NativeCall& call);
    bool call_which(const Instr& instr, const NativeCall& call, Type type, std::vector<ValueId> arguments);
    std::vector<ValueId> which_body(const Instr& instr, const NativeCall& call, ValueId owner);
    std::vector<ValueId> classes_of(const MethodFact& method, const std::vector<uint32_t>& callees, ValueId owner);
    void guard_method(const MethodFact::Target& target, ValueId owner);
    void guard_methods(const MethodFact& method, ValueId owner);
    void rewrite_load_method(const Instr& instr);
    void rewrite_method_self(const Instr& instr);
    bool construct(const Instr& instr, const NativeCall& call, std::vector<ValueId> arguments);
    // `instead`: the value that the call gives the program, where it is not the body's.
    void hold_parts(const Instr& instr, ir::InstrId call, const std::vector<types::Fact>& parts);
    ValueId boxed_number(ValueId number);
    void return_parts(const Instr& instr);
    void call_body(const Instr& instr, Op op, Type result, std::vector<ValueId> arguments, int64_t imm,
                   ValueId instead = ir::no_id);
    void rewrite_get_iter(const Instr& instr);
    void rewrite_iter_next(const Instr& instr);
    bool is_prange_loop(const Instr& next) const;
    void rewrite_array_next(const ir::Instr& instr);
    void rewrite_element_next(const ir::Instr& instr);
    void rewrite_iterable(const Instr& instr);
    void load_elements(const Instr& named, const Held& element);
    void load_element(const Instr& instr, types::Fact sequence, std::vector<ValueId> place, ir::FrameStateId state);
    ValueId constant_int(const ConstantInts& ints, size_t column, ValueId row);
    const Instr* item_of(ValueId tuple, size_t index) const;
    static ir::StateValue state_of_sequence(const Held& held, const Iteration& iteration, size_t index);
    ir::StateValue state_of_elements(ValueId value, ir::FrameState& state);
    uint32_t natural_constant(int64_t value);
    ir::StateValue state_of_element(ValueId value, ir::FrameState& state);
    static ir::StateValue add_virtual(ir::VirtualObject object, ir::FrameState& state);
    void rewrite_iter_state(const Instr& instr);
    void rewrite_subscript(const Instr& instr);
    void rewrite_store_subscript(const Instr& instr);
    void rewrite_shape_item(const Instr& instr);
    void rewrite_build(const Instr& instr, Held::Form form, ir::TypeKind kind);
    void rewrite_unpack(const Instr& instr);
    void rewrite_tuple_item(const Instr& instr);
    void rewrite_keep(const Instr& instr);
    void keep_object(const Instr& instr, const Held& value);
    void keep_value(const Instr& instr, ValueId value);
    void rewrite_branch_null(const Instr& instr);
    void rewrite_return(const Instr& instr);
    void rewrite_suspend(const Instr& instr);
    bool rewrite_known_call(const Instr& instr);
    ValueId scalar_of(ValueId value, ir::TypeKind made);
    ValueId libm_call(const Instr& instr, const KnownCall& row);
    ValueId emit_libm(const char* function, std::vector<ValueId> arguments);
    // A number, and the bit beside it where it has one.
    struct Number {
        Number(ValueId number, ValueId bit = ir::no_id) : value(number), tag(bit) {}
        ValueId value, tag;
    };
    Number known_call_result(const Instr& instr, KnownCallable callee);
    Number least_of(const Instr& instr, ir::CompareOp beats);
    ValueId truth_of(ValueId value);
    bool unboxed_at_once(ValueId value) const;
    void finish_object(const Instr& instr, ValueId object, ir::FrameStateId after);
    std::vector<ValueId> index_numbers(ValueId index);
    types::Fact array_of(ValueId container);
    std::vector<ValueId> array_and(ValueId container, std::vector<ValueId> rest, ValueId index);
    void rewrite_row(const Instr& instr);
    bool typed_allowed(const Instr& instr) const;
    void finish_number(const Instr& instr, ir::TypeKind kind, ValueId number);

    void note(const Instr& instr, std::string text);

    const Promoted& promoted_;
    const ir::Function& p_;
    const Inference& inference_;
    const NativeCallees& callees_;
    const CompileRequest& request_;
    CompileResult& result_;
    ir::Function& s_;
    ir::Dominators dominators_;
    const std::vector<Observed> observed_;
    std::vector<Held> held_;
    std::vector<ir::BlockId> block_map_;  // promoted block → specialised block
    ir::BlockId block_ = 0;               // being filled, in s_
    ir::BlockId promoted_block_ = 0;
    ir::FrameStateId before_ = ir::no_id;  // the promoted state before the current instruction
    // Of operations on whole arrays that are computed by one to come: the state before the first of them, and what was
    // to be kept since.
    ir::FrameStateId before_expression_ = ir::no_id;
    bool careful_ = false;  // its programs are
    std::vector<const Instr*> later_keeps_;
    size_t open_expressions_ = 0;  // such operations
    std::set<ValueId> appended_;   // those of them that have come
    const Instr* current_ = nullptr;
    std::map<ValueId, uint32_t> state_ranges_;  // promoted range → virtual of the state being mapped
    std::map<ValueId, std::vector<ValueId>>
        which_bodies_;                             // of a load.method: the bits that call.which takes, and the last
    std::map<uint32_t, uint32_t> fact_constants_;  // handle of a global's object → constant index
    ValueId returned_list_ = ir::no_id;            // of objects, made of one of numbers for the return that comes
    bool own_body_ = false;                        // blocks[1] is the body of native calls
};

}  // namespace aipy::opt
