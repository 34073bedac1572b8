// Operations on whole arrays, and chains of them in one loop (array_expressions.h).
#include <utility>

#include "opt/rewriter.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// The form in which the operation is done natively; nothing where it is left to NumPy.
std::optional<ArrayOperationForm> Rewriter::array_form(const Instr& instr) const {
    if (instr.result == no_id || inference_.guarded[instr.result] || !fact(instr.result).is(TypeKind::NDArray) ||
        request_.generic_only)
        return std::nullopt;
    return array_operation(p_, instr, inference_);
}

bool Rewriter::rewrite_array_operation(const Instr& instr) {
    const std::optional<ArrayOperationForm> form = array_form(instr);
    if (!form) return false;
    // An attribute of a module is looked up by the call itself.
    if (instr.op == Op::CallMethod) result_.assumptions.push_back({callee_fact(instr, inference_)->load});
    if (before_expression_ == no_id) before_expression_ = before_;
    if (inference_.as_parts[instr.result]) {
        held(instr.result).form = Held::Form::Expression;
        note(instr, "whole arrays, in the loop of what uses it");
        return true;
    }
    Expression made;
    append_operation(made, instr, *form);
    if (form->is_float() && form->made == form->computed) made.program.apply(ArrayOperation::Finite);
    note(instr, form->in_place ? "whole arrays in one loop, in place" : "whole arrays in one loop");
    finish_expression(instr, *form, made);
    before_expression_ = no_id;
    for (const Instr* keep : std::exchange(later_keeps_, {})) {
        Instr behind = *keep;
        behind.after = instr.after;
        rewrite_keep(behind);
    }
    return true;
}

// Into the array there is, or a new one.
void Rewriter::finish_expression(const Instr& instr, const ArrayOperationForm& form, Expression& made) {
    const int64_t program = text_constant(made.program.text());
    if (form.in_place) {
        const ValueId array = object(instr.operands[0]);
        made.operands.insert(made.operands.begin(), array);
        emit(Op::ArrayUpdate, std::move(made.operands), program);
        return hold_object(instr.result, array);
    }
    const ValueId array = emit_typed(Op::ArrayNew, form.fact().boxed(), {made.shape}, static_cast<int64_t>(form.made));
    made.operands.insert(made.operands.begin(), array);
    emit(Op::ArrayMap, std::move(made.operands), program);
    hold_object(instr.result, array);
}

// A view runs no Python code, and may be made again.
bool Rewriter::rewrite_view(const Instr& instr) {
    if (request_.generic_only || !typed_allowed(instr) || !makes_view(p_, instr, inference_)) return false;
    const ValueId view = emit(Op::ArrayView, {object(instr.operands[0]), object(instr.operands[1])});
    const Type known = fact(instr.result).boxed();
    hold_object(instr.result, emit_typed(Op::GuardType, known, {view}, encode_type(known)));
    return true;
}

void Rewriter::append_operation(Expression& made, const Instr& instr, const ArrayOperationForm& form) {
    const size_t count = operand_count(form.operation);
    for (size_t i = 0; i < count; ++i) {
        const bool is_computed = append_operand(made, instr, i, form);
        const bool hidden = form.hides_operands || (form.hides_second && i == 1);
        if (is_computed && hidden && form.is_float()) made.program.apply(ArrayOperation::Finite);
    }
    made.program.apply(form.operation);
}

// Whether the operand is the result of a float operation, which may have to be looked at.
bool Rewriter::append_operand(Expression& made, const Instr& instr, size_t index, const ArrayOperationForm& form) {
    const ValueId value = array_operands(instr)[index];
    if (!fact(value).is(TypeKind::NDArray)) {
        append_number(made, instr, index, form);
        return false;
    }
    ElementType element = ArrayDetail::unpack(fact(value).detail).element;
    bool is_computed = false;
    if (held(value).form == Held::Form::Expression) {
        const Instr& operand = p_.instr(p_.value(value).def);
        const std::optional<ArrayOperationForm> inner = array_form(operand);
        append_operation(made, operand, *inner);
        element = inner->made;
        is_computed = inner->is_float() && inner->made == inner->computed;
    } else {
        const ValueId array = object(value);
        auto rank = [&](ValueId id) { return ArrayDetail::unpack(s_.value(id).type.detail).rank; };
        if (made.shape == no_id || rank(array) > rank(made.shape)) made.shape = array;
        made.program.push(add_operand(made, array));
    }
    if (element != form.computed) made.program.cast(form.computed);
    return is_computed;
}

// As NumPy takes it: a Python int must be one of the array's, a Python number becomes a float32 beside them.
void Rewriter::append_number(Expression& made, const Instr& instr, size_t index, const ArrayOperationForm& form) {
    const ValueId value = array_operands(instr)[index];
    const ElementType array = ArrayDetail::unpack(fact(array_operands(instr)[1 - index]).detail).element;
    const bool is_int = natural_rep(kind(value)) == Rep::I64;
    if (is_int && array > ElementType::Bool && array < ElementType::F32)
        guard_element(number(value, Rep::I64), array, no_id);
    ValueId taken = number(value, form.is_float() ? Rep::F64 : Rep::I64);
    if (form.computed == ElementType::F32) taken = rounded_to_f32(taken);
    made.program.push(add_operand(made, taken));
    const ElementType held_as = form.is_float() ? ElementType::F64 : ElementType::I64;
    if (form.computed != held_as) made.program.cast(form.computed);
}

uint32_t Rewriter::add_operand(Expression& made, ValueId operand) {
    for (uint32_t i = 0; i < made.operands.size(); ++i)
        if (made.operands[i] == operand) return i;
    made.operands.push_back(operand);
    return static_cast<uint32_t>(made.operands.size() - 1);
}

uint32_t Rewriter::text_constant(const std::string& text) {
    for (uint32_t i = 0; i < s_.constants.size(); ++i)
        if (s_.constants[i].type.kind == TypeKind::Str && s_.constants[i].text == text) return i;
    Constant constant{};
    constant.type = Type::boxed(TypeKind::Str);
    constant.text = text;
    return s_.add_constant(std::move(constant));
}

}  // namespace aipy::opt
