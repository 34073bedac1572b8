// One function's way from syntax tree to IR: the state that statements, expressions and exceptions share.
//
// Evaluation order, short cuts and spans are those of CPython's own compiler, because programs can tell. The methods
// are spread over files by subject; `lowering.cpp` has blocks, emission and variables.
#pragma once

#include <Python.h>

#include <vector>

#include "frontend/ast_reader.h"
#include "frontend/bailout.h"
#include "frontend/constants.h"
#include "frontend/frontend.h"
#include "frontend/independence.h"
#include "frontend/scopes.h"
#include "frontend/source.h"
#include "ir/builder.h"

namespace aipy::frontend {

using ir::BlockId;
using ir::no_id;
using ir::Op;
using ir::SourceSpan;
using ir::ValueId;

// Where taking and stepping an iterator stand in the source: at the iterable, before 3.13 at the whole of the loop or
// comprehension.
inline SourceSpan iteration_span(Node iterable, const SourceSpan& whole) {
    return PY_VERSION_HEX >= 0x030d0000 ? iterable.span() : whole;
}

class Lowering {
  public:
    // `globals` may be null: then nothing is known of what global names mean.
    Lowering(PyCodeObject* code, PyObject* globals, const Definition& definition, BuildResult& result);

    // Fills the result's function. Throws Bailout or PythonFailure.
    void run();

  private:
    using Values = std::vector<ValueId>;

    // A construct that a `return`, `break` or `continue` must get out of, innermost last.
    struct Exit {
        enum class Kind : uint8_t { ForLoop, WhileLoop, Finally, Handled, With };
        Kind kind;
        BlockId outer_handler = no_id;  // where errors go outside of it
        BlockId break_target = no_id;   // loops
        BlockId continue_target = no_id;
        ValueId iterator = no_id;     // for loops
        Node try_node = {};           // Finally: whose `finally` must run
        ValueId previous = no_id;     // Handled: what push.exc gave
        PyObject* name = nullptr;     // Handled: the name after `as`, or null
        ValueId exit_method = no_id;  // With: the manager's __exit__
        ValueId exit_self = no_id;    // With: whom it is called with; null when it stands for itself
        bool is_async = false;        // With: what it gives is awaited
        SourceSpan span = {};         // With: of the call of it
        bool is_loop() const { return kind == Kind::ForLoop || kind == Kind::WhileLoop; }
    };
    // A callable, not bound, and whom it is called with; a null there: it stands for itself.
    struct LoadedMethod {
        ValueId callable, self;
    };
    class Nesting;  // counts the depth of recursion

    // ---- lowering.cpp: blocks, emission, variables
    ValueId emit(Op op, const SourceSpan& span, Values operands = {}, int64_t imm = 0, int64_t imm2 = 0);
    BlockId new_block(bool cold = false);
    BlockId new_handler();
    // Makes `block` current, or nothing when no edge leads to it.
    void begin(BlockId block);
    // Makes a handler block current and gives the exception; no_id when nothing can raise into it.
    ValueId begin_handler(BlockId handler);
    bool reachable() const { return reachable_; }
    void reach(BlockId target);
    void jump(BlockId target, Values args = {});
    void branch(ValueId bit, BlockId if_true, BlockId if_false, Values true_args = {}, Values false_args = {});
    void branch_null(ValueId value, BlockId if_null, BlockId if_not_null);
    void raise_values(const SourceSpan& span, Values operands);
    void reraise(ValueId exception, const SourceSpan& span = {});
    void return_value(ValueId value, const SourceSpan& span);
    void set_handler(BlockId handler);

    ValueId constant(PyObject* object, const SourceSpan& span = {});
    ValueId none(const SourceSpan& span = {}) { return constant(Py_None, span); }
    ValueId null_value(const SourceSpan& span = {}) { return emit(Op::Null, span); }
    int64_t name_index(PyObject* name) { return constants_.add(scopes_.mangle(name)); }

    std::vector<bool> lasting_bindings() const;
    bool is_bound(uint32_t slot) const { return bound_[slot]; }
    void set_bound(uint32_t slot) { bound_[slot] = true; }
    void clear_local(uint32_t slot, const SourceSpan& span);
    // Turns the current block, just begun, into a loop's header.
    void begin_loop(const SourceSpan& span);
    ValueId load_variable(const Variable& variable, PyObject* mangled, const SourceSpan& span);
    void store_variable(const Variable& variable, PyObject* mangled, ValueId value, const SourceSpan& span);
    void delete_variable(const Variable& variable, PyObject* mangled, const SourceSpan& span);
    ValueId load_name(PyObject* name, const SourceSpan& span);
    void store_name(PyObject* name, ValueId value, const SourceSpan& span);
    void make_cells();
    void lower_comprehension_body();

    // Where jumps that are no comparison's stand in 3.11: its compiler stays at the statement, conditional expression
    // or comprehension, or at the last comparison in it that it has made a jump of.
    SourceSpan jump_span_ = {};

    // ---- statements.cpp
    void statements(const NodeList& list);
    void statement(Node node);
    void return_statement(Node node);
    void assign_statement(Node node);
    bool assign_elementwise(Node node);
    bool stores_last_first(const NodeList& targets, Node value);
    void annotated_assignment(Node node);
    void augmented_assignment(Node node);
    void augment_attribute(Node node, Node target);
    void augment_subscript(Node node, Node target);
    ValueId augmented_value(Node node, ValueId left);
    void delete_target(Node target);
    void if_statement(Node node);
    void while_statement(Node node);
    void for_statement(Node node);
    bool may_be_prange(Node call);
    ValueId checked_iterations(Node loop, Node call);
    void check_iterations(const Dependence& found, ValueId callable, ValueId range, const SourceSpan& span);
    void assert_statement(Node node);
    void raise_statement(Node node);
    void import_statement(Node node);
    void import_from_statement(Node node);
    void break_or_continue(bool is_break);
    void store(Node target, ValueId value);
    void unpack(Node target, ValueId value);

    // ---- exceptions.cpp
    void try_statement(Node node);
    void try_finally(Node node);
    void try_handlers(Node node);
    void except_clauses(Node node, ValueId exception, ValueId previous, BlockId end, BlockId outer);
    void except_body(Node clause, ValueId previous, BlockId end, BlockId outer);
    std::pair<LoadedMethod, LoadedMethod> load_enter_and_exit(ValueId manager, bool is_async, const SourceSpan& span);
    void with_statement(Node node, size_t item);
    void with_body(Node node, size_t item, ValueId entered);
    void with_handler(BlockId handler, const Exit& exit, BlockId end);
    void call_exit(const Exit& exit);
    // Code that puts back the handled exception, then raises on: what errors inside a handler run into.
    void restore_and_reraise(BlockId handler, ValueId previous, BlockId outer);
    void clear_handler_name(PyObject* name, const SourceSpan& span);
    // Leaves the constructs down to `depth`, innermost first.
    void leave_to(size_t depth, const SourceSpan& span);
    void leave_one(const Exit& exit, const SourceSpan& span);

    // ---- exception_groups.cpp
    void except_star_clauses(Node node, ValueId exception, ValueId previous, BlockId end, BlockId outer);
    ValueId except_star_clause(Node clause, ValueId rest, ValueId raised);
    void except_star_body(Node clause, ValueId matched, ValueId raised, BlockId after);
    void finish_except_star(ValueId exception, ValueId raised, ValueId previous, BlockId end, BlockId outer);

    // ---- type_parameters.cpp
    static bool has_type_parameters(Node definition);
    void generic_definition(Node node);
    Values given_defaults(Node arguments, const SourceSpan& span);
    ValueId call_generic_scope(PyObject* name, int line, Values arguments, const SourceSpan& span);
    ValueId function_of_scope(PyObject* name, int line, ValueId defaults, const SourceSpan& span);
    ValueId default_format(const SourceSpan& span);
    void type_alias(Node node);

    // ---- patterns.cpp
    struct Capture;
    struct PatternContext;
    void match_statement(Node node);
    void match_case(Node node, ValueId subject, bool needed, BlockId next);
    void match_guard(Node node, BlockId next);
    void pattern(Node node, ValueId subject, PatternContext& context);
    void capture_pattern(Node node, ValueId subject, PatternContext& context);
    void value_pattern(Node node, ValueId subject, PatternContext& context);
    void or_pattern(Node node, ValueId subject, PatternContext& context);
    void sequence_pattern(Node node, ValueId subject, PatternContext& context);
    void require_length(ValueId subject, size_t length, ir::CompareOp comparison, const SourceSpan& span,
                        PatternContext& context);
    void match_all_items(const NodeList& items, size_t star, ValueId subject, const SourceSpan& span,
                         PatternContext& context);
    void match_around_star(const NodeList& items, size_t star, ValueId subject, const SourceSpan& span,
                           PatternContext& context);
    void match_parts(const std::vector<Node>& patterns, ValueId parts, const SourceSpan& span, PatternContext& context);
    void mapping_pattern(Node node, ValueId subject, PatternContext& context);
    ValueId mapping_rest(size_t key_count, ValueId subject, ValueId keys, const SourceSpan& span);
    void class_pattern(Node node, ValueId subject, PatternContext& context);
    void require_match(ValueId bit, const SourceSpan& span, PatternContext& context);
    void require_present(ValueId parts, const SourceSpan& span, PatternContext& context);
    void fail_match(const SourceSpan& span, PatternContext& context);

    // ---- expressions.cpp
    ValueId expression(Node node);
    ValueId dispatch_expression(Node node, const SourceSpan& span);
    ValueId bool_expression(Node node, const SourceSpan& span);
    ValueId binary_expression(Node node, const SourceSpan& span);
    ValueId unary_expression(Node node, const SourceSpan& span);
    ValueId conditional_expression(Node node);
    ValueId compare_expression(Node node, const SourceSpan& span);
    // One comparison, as a bit where the operator gives one.
    struct Compared {
        ValueId value;
        bool is_bit;
    };
    Compared compare_pair(Node operation, ValueId left, ValueId right, const SourceSpan& span);
    ValueId compare_operand(Node operation, Node operand);
    ValueId as_object(const Compared& compared, const SourceSpan& span);
    ValueId as_bit(const Compared& compared, const SourceSpan& span);
    ValueId attribute_owner(Node attribute);
    ValueId attribute_expression(Node node);
    ValueId subscript_key(Node subscript);
    ValueId subscript_expression(Node node, const SourceSpan& span);
    ValueId slice_expression(Node node, const SourceSpan& span);
    ValueId yield_expression(Node node, const SourceSpan& span);
    ValueId yield_value(ValueId value, const SourceSpan& span);

    // ---- delegation.cpp: yield from, await, async for and async with
    ValueId yield_from_expression(Node node, const SourceSpan& span);
    // Which call's result is awaited (rt_get_awaitable): it is named when it cannot be.
    enum class Awaited : int64_t { Expression, Enter, Exit };
    ValueId await(ValueId object, const SourceSpan& span, Awaited awaited = Awaited::Expression);
    // Yields what the iterator yields until it ends, and gives what it returns.
    ValueId delegate(ValueId iterator, const SourceSpan& span);
    // The next item of an iterator; behind its last one the code goes on at `end`.
    ValueId next_item(ValueId iterator, const SourceSpan& span, BlockId end);
    ValueId next_async_item(ValueId iterator, const SourceSpan& span, const SourceSpan& end_span, BlockId end);
    ValueId named_expression(Node node);
    // Branches on the truth of an expression, with CPython's short cuts.
    void condition(Node node, BlockId if_true, BlockId if_false);
    void compare_condition(Node node, BlockId if_true, BlockId if_false);
    void bool_condition(Node node, BlockId if_true, BlockId if_false);

    // ---- displays.cpp: tuples, lists, sets, dicts, f-strings
    // `first`: items before those, already evaluated.
    ValueId tuple_expression(const NodeList& items, const SourceSpan& span, Values first = {});
    ValueId list_expression(const NodeList& items, const SourceSpan& span, Values first = {});
    ValueId set_expression(const NodeList& items, const SourceSpan& span);
    ValueId dict_expression(Node node, const SourceSpan& span);
    ValueId joined_string(Node node, const SourceSpan& span);
    ValueId template_string(Node node, const SourceSpan& span);
    ValueId interpolation(Node node);
    static int64_t conversion_of(Node node);
    ValueId formatted_value(Node node, const SourceSpan& span);
    // `"…%s…" % (a, b)`, which CPython compiles as an f-string; no_id when it is not of that kind.
    ValueId percent_format(Node node, const SourceSpan& span);

    // ---- calls.cpp
    ValueId call_expression(Node node, const SourceSpan& span);
    ValueId method_call(Node node, Node function, const SourceSpan& span);
    bool is_module(Node owner);
    ValueId method_self(ValueId callable, ValueId owner, const SourceSpan& span);
    LoadedMethod loaded_callee(Node attribute);
    LoadedMethod load_from_super(Node attribute);
    LoadedMethod load_callee(Op load, ValueId owner, int64_t imm, const SourceSpan& span);
    ValueId loaded_call(Node node, Node function, const SourceSpan& span);
    ValueId plain_call(ValueId callable, Node node, const SourceSpan& span);
    // Whether there is a `*` or `**` among them.
    static bool is_spread(const NodeList& arguments, const NodeList& keywords);
    // `first`: arguments before those, already evaluated.
    ValueId spread_call(ValueId callable, const NodeList& arguments, const NodeList& keywords, const SourceSpan& span,
                        Values first = {});
    ValueId spread_keywords(ValueId callable, const NodeList& keywords, const SourceSpan& span);
    int64_t keyword_names(const NodeList& keywords);
    Values call_arguments(Node node);
    bool has_no_effect(Node node);
    // Whether the call is `super()` where this function's own `__class__` and first argument are what it means.
    bool is_plain_super(Node node);
    Variable class_cell();
    ValueId super_call(Node node, const SourceSpan& span);
    struct PlainSuper;
    PlainSuper begin_super(Node node, const SourceSpan& span);
    std::pair<ValueId, ValueId> operands_of_super(const SourceSpan& span);
    bool reads_frame_by_name(Node node, Node function);

    // ---- functions.cpp: what makes functions, and comprehensions
    void function_statement(Node node);
    void class_statement(Node node);
    ValueId lambda_expression(Node node, const SourceSpan& span);
    static bool iterates_itself(PyCodeObject* generator);
    ValueId generator_expression(Node node, const SourceSpan& span);
    ValueId make_function(Node node, const SourceSpan& span, ValueId defaults, ValueId keyword_defaults,
                          ValueId annotations);
    ValueId make_function_of(PyCodeObject* code, const SourceSpan& span, ValueId defaults, ValueId keyword_defaults,
                             ValueId annotations);
    ValueId closure_of(PyCodeObject* code, const SourceSpan& span);
    ValueId positional_defaults(Node arguments, const SourceSpan& span);
    ValueId keyword_only_defaults(Node arguments, const SourceSpan& span);
    ValueId annotations_of(Node node, const SourceSpan& span);
    ValueId lazy_annotations(Node node, const SourceSpan& span);
    PyObject* future_annotations(const std::vector<std::pair<PyObject*, Node>>& annotated);
    ValueId comprehension(Node node, const SourceSpan& span);
    // The iterator of a comprehension's `for` or `async for`.
    ValueId iterator_of(Node generator, ValueId iterable, const SourceSpan& whole);
    struct ComprehensionLoop;
    void comprehension_loops(const ComprehensionLoop& loop, size_t depth, ValueId iterator);
    void comprehension_element(const ComprehensionLoop& loop);
    Values save_comprehension_variables(const ComprehensionScope& scope, const SourceSpan& span);
    void restore_comprehension_variables(const ComprehensionScope& scope, const Values& saved, const SourceSpan& span);

    PyCodeObject* code_;
    PyObject* globals_;
    const Definition& definition_;
    BuildResult& result_;
    ir::Function& function_;
    Scopes scopes_;
    Constants constants_;
    ir::Builder builder_;
    bool reachable_ = true;
    BlockId handler_ = no_id;
    std::vector<Exit> exits_;
    // Slots that are surely bound at the current point, and at the start of each block. Loop headers and handlers
    // assume it of no slot that the function unbinds somewhere; the others, once bound, stay bound, so that a header
    // need not wait for its back edge.
    std::vector<bool> bound_;
    struct Entry {
        std::vector<bool> bound;
        bool reached = false;
    };
    std::vector<Entry> entries_;
    int depth_ = 0;
};

// Counts how deep the lowering recurses; throws a Bailout before the stack is at risk.
class Lowering::Nesting {
  public:
    explicit Nesting(Lowering& lowering, Node node) : lowering_(lowering) {
        if (++lowering_.depth_ > 1500) throw Bailout{BailoutReason::TooLarge, node.line()};
    }
    ~Nesting() { --lowering_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

  private:
    Lowering& lowering_;
};

}  // namespace aipy::frontend
