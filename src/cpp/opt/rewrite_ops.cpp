// What becomes of each op: typed where the facts allow it, else the generic op on objects.

#include "opt/rewriter.h"
#include "opt/unspecialisable.h"
#include "support/options.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// Lines of a generator whose body is part of the function are not the function's.
void Rewriter::note(const Instr& instr, std::string text) {
    const bool of_generator = request_.outer != nullptr && instr.origin != no_id &&
                              instr.origin >= request_.outer->instrs.size() &&
                              !request_.positions.contains(instr.origin);
    if (instr.span.line > 0 && !of_generator) result_.notes.push_back({instr.span.line, std::move(text)});
}

bool Rewriter::typed_allowed(const Instr& instr) const {
    return !request_.generic_only &&
           (instr.origin >= request_.failures.size() || request_.failures[instr.origin] < request_.max_failures);
}

// ---- generic -----------------------------------------------------------------------------------------------------

void Rewriter::rewrite_generic(const Instr& instr) {
    const OpInfo& row = info(instr.op);
    const bool any_object = instr.op == Op::CheckLocal || instr.op == Op::BranchNull || instr.op == Op::Is;
    if (!any_object && instr.op != Op::BuildTuple)
        for (ValueId operand : instr.operands)
            if (is_native_list(kind(operand))) throw Unspecialisable("a list of numbers has no form for an op");
    Instr made{};
    made.op = instr.op;
    made.imm = instr.imm;
    made.imm2 = instr.imm2;
    made.cache = instr.cache;
    made.span = instr.span;
    made.origin = instr.origin;
    for (size_t i = 0; i < instr.operands.size(); ++i)
        made.operands.push_back(row.operand(i) == 'b' ? number(instr.operands[i], Rep::Bit)
                                                      : object(instr.operands[i]));
    for (const Edge& edge : instr.targets) made.targets.push_back(map_edge(edge, 0));
    bool left_out = instr.op == Op::Call && support::fault_is_planted("error_edge");
    if (instr.error.exists() && !left_out) made.error = map_edge(instr.error, 1);
    if (row.needs_frame_state()) made.before = map_state(before_);
    InstrId id = s_.append(block_, std::move(made), default_result_type(instr.op));
    ValueId result = s_.instr(id).result;
    if (row.result() == 'b')
        hold_unboxed(instr.result, TypeKind::Bool, result);
    else if (result != no_id)
        hold_object(instr.result, result);
    if (before_expression_ != no_id) return;  // what runs again has no state behind it
    if (instr.after != no_id && row.needs_frame_state()) s_.instr(id).after = map_state(instr.after);
    if (result != no_id && row.result() != 'b') finish_object(instr, result, instr.after);
}

// What the profile says of a result makes it a number where it is made.
bool Rewriter::unboxed_at_once(ValueId value) const {
    const bool has_parts = kind(value) == TypeKind::Complex;
    return inference_.guarded[value] && (types::is_unboxable(kind(value)) || has_parts) &&
           !types::is_tagged(kind(value));
}

// The object is a function of that number.
void Rewriter::guard_function(ValueId function, uint32_t number) {
    const FunctionFact& known = *function_fact(Fact::of(TypeKind::Function, number), inference_);
    std::vector<ValueId> operands{function};
    for (uint32_t handle : {known.code, known.globals, known.builtins}) {
        GlobalFact object;
        object.handle = handle;
        operands.push_back(emit_typed(Op::Const, Type::any(), {}, constant_index(object)));
    }
    emit(Op::GuardFunction, std::move(operands));
}

// An object of which the profile says more: checked once, here, and unboxed where its kind has such a form.
void Rewriter::finish_object(const Instr& instr, ValueId object, FrameStateId after) {
    hold_object(instr.result, object);
    Fact known = fact(instr.result);
    if (!known.known() || known.nullable || types::is_tagged(known.kind) || after == no_id) return;
    if (!inference_.guarded[instr.result]) {
        // The op itself says what the object is.
        if (types::is_unboxable(known.kind))
            hold_unboxed(instr.result, known.kind, unbox_instead(instr.result, object, after));
        return;
    }
    FrameStateId saved = before_;
    before_ = after;
    ValueId guarded = object;
    if (!support::fault_is_planted("guard"))
        guarded = emit_typed(Op::GuardType, known.boxed(), {object}, encode_type(known.boxed()));
    if (types::is_unboxable(known.kind) || known.kind == TypeKind::Complex) {
        if (known.kind == TypeKind::Complex)
            hold_complex(instr.result, parts_instead(guarded));
        else
            hold_unboxed(instr.result, known.kind, unbox_instead(instr.result, guarded, after));
        // Where the object stays what it is, it need not be made again; lists and instances may drop what is only
        // looked at.
        InstrId def = s_.value(object).def;
        if (def == no_id ||
            (s_.instr(def).op != Op::ListPeek && s_.instr(def).op != Op::AttrPeek && s_.instr(def).op != Op::CellPeek))
            held(instr.result).boxes.push_back({promoted_block_, guarded});
    } else {
        hold_object(instr.result, guarded);
        if (known.is(TypeKind::Function)) guard_function(guarded, known.detail);
    }
    before_ = saved;
    note(instr, "seen to be " + std::string(type_kind_name(known.kind)) + ", checked once");
}

void Rewriter::finish_number(const Instr& instr, TypeKind kind, ValueId number) {
    hold_unboxed(instr.result, kind, number);
}

// ---- names -------------------------------------------------------------------------------------------------------

// The new name of a value on the not-null edge: present from here on, and checked if the profile says what it is.
void Rewriter::rewrite_guard(const Instr& instr) {
    Held source = held(instr.operands[0]);
    if (source.form == Held::Form::Element) return load_elements(instr, source);
    source.present = no_id;
    held(instr.result) = source;
    if (source.form == Held::Form::Object) finish_object(instr, source.value, instr.before);
}

void Rewriter::rewrite_check_local(const Instr& instr) {
    const Held& value = held(instr.operands[0]);
    if (value.form == Held::Form::Unboxed || value.form == Held::Form::Complex) {
        if (value.present != no_id) emit(Op::GuardBit, {value.present});
        return;
    }
    bool bound = value.form != Held::Form::Null && !fact(instr.operands[0]).nullable;
    if (!bound) rewrite_generic(instr);
}

void Rewriter::rewrite_global(const Instr& instr) {
    const GlobalFact* known = inference_.known[instr.result];
    if (!known) return rewrite_generic(instr);
    hold_constant(instr.result, constant_index(*known));
    result_.assumptions.push_back({known->load});
}

// ---- lifetimes, control ------------------------------------------------------------------------------------------

void Rewriter::rewrite_keep(const Instr& instr) {
    if (before_expression_ != no_id) return later_keeps_.push_back(&instr);
    const Held& value = held(instr.operands[0]);
    keep_object(instr, value);
    if (value.form == Held::Form::Tuple)
        for (ValueId item : value.items) keep_object(instr, held(item));
}

void Rewriter::keep_object(const Instr& instr, const Held& value) {
    if (value.form == Held::Form::Object && death_observable(value.kind)) keep_value(instr, value.value);
    if (value.form != Held::Form::Elements) return;
    for (ValueId sequence : value.sequences)
        if (sequence != no_id && death_observable(s_.value(sequence).type.kind)) keep_value(instr, sequence);
}

void Rewriter::keep_value(const Instr& instr, ValueId value) {
    Instr made{};
    made.op = Op::Keep;
    made.operands = {value};
    made.span = instr.span;
    if (instr.after != no_id) made.after = map_state(instr.after);
    s_.append(block_, std::move(made), Type::none());
}

void Rewriter::rewrite_branch_null(const Instr& instr) {
    const Held& value = held(instr.operands[0]);
    bool object = value.form == Held::Form::Object;
    if (object && fact(instr.operands[0]).nullable) return rewrite_generic(instr);
    ValueId present = value.present;
    bool null = value.form == Held::Form::Null;
    Instr made{};
    made.span = instr.span;
    made.origin = instr.origin;
    if (present != no_id) {
        made.op = Op::Branch;
        made.operands = {present};
        made.targets = {map_edge(instr.targets[1], 0), map_edge(instr.targets[0], 0)};
    } else {
        made.op = Op::Jump;
        made.targets = {map_edge(instr.targets[null ? 0 : 1], 0)};
    }
    s_.append(block_, std::move(made), Type::none());
}

void Rewriter::rewrite_suspend(const Instr& instr) {
    Instr made{};
    made.op = Op::Suspend;
    for (ValueId operand : instr.operands) made.operands.push_back(nullable_object(operand));
    made.imm = instr.imm;
    made.span = instr.span;
    made.origin = instr.origin;
    s_.append(block_, std::move(made), Type::none());
}

// Of the tuple that the returned value is made as (Inference::returned_parts).
void Rewriter::return_parts(const Instr& instr) {
    const Instr& built = p_.instr(p_.value(instr.operands[0]).def);
    Instr made{};
    made.op = Op::ReturnParts;
    for (size_t i = 0; i < built.operands.size(); ++i)
        made.operands.push_back(number(built.operands[i], s_.returned_parts[i].rep));
    made.span = instr.span;
    made.origin = instr.origin;
    s_.append(block_, std::move(made), Type::none());
}

void Rewriter::rewrite_return(const Instr& instr) {
    if (!s_.returned_parts.empty()) return return_parts(instr);
    Rep rep = s_.return_type.rep;
    ValueId value = returns_objects_of(instr.operands[0]) ? list_of_objects(instr.operands[0])
                    : rep == Rep::Object                  ? object(instr.operands[0])
                                                          : number(instr.operands[0], rep);
    Instr made{};
    made.op = Op::Return;
    made.operands = {value};
    made.span = instr.span;
    made.origin = instr.origin;
    s_.append(block_, std::move(made), Type::none());
}

}  // namespace aipy::opt
