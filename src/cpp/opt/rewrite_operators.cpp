// Typed forms of operators, comparisons and truth.

#include "opt/rewriter.h"
#include "opt/words.h"
#include "support/check.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// On words, or modulo 2**64; false when the operation is neither.
bool Rewriter::rewrite_word_operator(const Instr& instr) {
    // What only the profile knows of a result says nothing of the operation.
    if (request_.generic_only || inference_.guarded[instr.result]) return false;
    const TypeKind made = kind(instr.result), left = kind(instr.operands[0]), right = kind(instr.operands[1]);
    if (made != TypeKind::Word && left != TypeKind::Word && right != TypeKind::Word) return false;
    if (made != TypeKind::Word && made != TypeKind::Int) return false;
    const std::optional<Mask> mask = mask_of(p_, inference_.known, instr);
    const bool modular = inference_.modular[instr.result];
    ValueId result;
    if (!modular && mask && mask->bits)
        result = emit(Op::IAnd, {number(mask->operand, Rep::I64), const_i64(static_cast<int64_t>(*mask->bits))});
    else
        result = word_operation(instr, modular);
    finish_number(instr, made, result);
    return true;
}

ValueId Rewriter::word_operation(const Instr& instr, bool modular) {
    const ValueId a = instr.operands[0], b = instr.operands[1];
    auto bits = [&](ValueId value) { return number(value, Rep::I64); };
    auto word = [&](ValueId value) { return modular ? bits(value) : checked_word(value); };
    switch (plain_operator(static_cast<Operator>(instr.imm))) {
        case Operator::Add: return emit(Op::WAdd, {bits(a), bits(b)});
        case Operator::Subtract: return emit(Op::WSub, {bits(a), bits(b)});
        case Operator::Multiply: return emit(Op::WMul, {bits(a), bits(b)});
        case Operator::And: return emit(Op::IAnd, {bits(a), bits(b)});
        case Operator::Or: return emit(Op::IOr, {word(a), word(b)});
        case Operator::Xor: return emit(Op::IXor, {word(a), word(b)});
        case Operator::LeftShift: return word_shift(Op::WShl, bits(a), b);
        case Operator::RightShift: return word_shift(Op::WShr, word(a), b);
        case Operator::FloorDivide: return emit(Op::WDiv, {word(a), word_divisor(b)});
        case Operator::Remainder: return emit(Op::WMod, {word(a), word_divisor(b)});
        default: AIPY_UNREACHABLE();  // inference gives no other a known result
    }
}

// An int that is not known to be a word leaves when it is none.
ValueId Rewriter::checked_word(ValueId value) {
    const ValueId integer = number(value, Rep::I64);
    if (!fact(value).is_word()) guard_natural(integer);
    return integer;
}

ValueId Rewriter::word_shift(Op op, ValueId value, ValueId count) {
    const std::optional<uint64_t> constant = constant_word(p_, inference_.known, count);
    if (constant) return *constant < 64 ? emit(op, {value, const_i64(static_cast<int64_t>(*constant))}) : const_i64(0);
    const ValueId bits = number(count, Rep::I64);
    emit(Op::GuardBit, {emit(Op::WCmp, {bits, const_i64(64)}, static_cast<int64_t>(CompareOp::Less))});
    return emit(op, {value, bits});
}

ValueId Rewriter::word_divisor(ValueId value) {
    const ValueId divisor = checked_word(value);
    if (!constant_word(p_, inference_.known, value))
        emit(Op::GuardBit, {emit(Op::ICmp, {divisor, const_i64(0)}, static_cast<int64_t>(CompareOp::NotEqual))});
    return divisor;
}

void Rewriter::rewrite_binary(const Instr& instr) {
    if (rewrite_word_operator(instr) || rewrite_complex_operator(instr) || rewrite_array_operation(instr)) return;
    if (rewrite_ufunc(instr)) return;
    TypeKind left = kind(instr.operands[0]), right = kind(instr.operands[1]);
    auto typed = types::typed_binary(static_cast<Operator>(instr.imm), left, right);
    const bool observed = typed && typed->may_underflow && !request_.ignores_underflow;
    if (!typed || observed || !typed_allowed(instr)) {
        note(instr, "left generic: " + std::string(type_kind_name(left)) + " " +
                        std::string(operator_name(static_cast<Operator>(instr.imm))) + " " +
                        std::string(type_kind_name(right)));
        return rewrite_generic(instr);
    }
    if (typed->operands == Rep::Object) return rewrite_object_operator(instr, *typed);
    if (typed->check_floats)
        for (ValueId operand : instr.operands) check_float(operand);
    const ValueId tag = types::is_tagged(typed->result) ? either_tag(instr) : no_id;
    ValueId a = typed_operand(instr.operands[0], *typed, tag);
    ValueId b = typed_operand(instr.operands[1], *typed, tag);
    ValueId result = checked_result(emit_typed(typed->op, Type::unboxed(typed->result), {a, b}), *typed, tag);
    finish_number(instr, typed->result, result);
    held(instr.result).tag = tag;
}

// NumPy's limits, which hold only where the bit `tag` says that the result is NumPy's, if there is one.
void Rewriter::guard_element(ValueId integer, ElementType element, ValueId tag) {
    if (tag != no_id) integer = emit(Op::IAnd, {integer, emit(Op::INeg, {emit(Op::BToI, {tag})})});
    emit(Op::GuardElement, {integer}, static_cast<int64_t>(element));
}

// As NumPy takes it: a Python int must be one of the other's kind, and becomes a float32 beside one.
ValueId Rewriter::typed_operand(ValueId value, const types::TypedOperator& typed, ValueId tag) {
    const ValueId operand = number(value, typed.operands);
    if (types::is_numpy_scalar(kind(value))) return operand;
    if (typed.check_python && natural_rep(kind(value)) == Rep::I64)
        guard_element(number(value, Rep::I64), *typed.check_python, tag);
    return typed.single ? rounded_to_f32(operand) : operand;
}

// A number too large for a float32 is refused, or warned of.
ValueId Rewriter::rounded_to_f32(ValueId number) {
    const ValueId rounded = emit(Op::FRoundF32, {number});
    emit(Op::GuardFinite, {rounded});
    return rounded;
}

ValueId Rewriter::checked_result(ValueId result, const types::TypedOperator& typed, ValueId tag) {
    if (typed.check_element) guard_element(result, *typed.check_element, tag);
    if (typed.single) result = emit_typed(Op::FRoundF32, Type::unboxed(typed.result), {result});
    if (typed.check_finite) emit(Op::GuardFinite, {result});
    return result;
}

// Of a result that is NumPy's when one of the operands is.
ValueId Rewriter::either_tag(const Instr& instr) {
    ValueId tags[2];
    for (size_t i = 0; i < 2; ++i) {
        const TypeKind operand = kind(instr.operands[i]);
        tags[i] = types::is_tagged(operand) ? tag_of(instr.operands[i], operand) : no_id;
    }
    if (tags[0] != no_id && tags[1] != no_id) return emit(Op::BOr, {tags[0], tags[1]});
    return tags[0] != no_id ? tags[0] : tags[1];
}

// Two objects of known kinds: no foreign code runs, but memory may run out.
void Rewriter::rewrite_object_operator(const Instr& instr, const types::TypedOperator& typed) {
    Instr made{};
    made.op = typed.op;
    made.operands = {object(instr.operands[0]), object(instr.operands[1])};
    if (instr.error.exists()) made.error = map_edge(instr.error, 1);
    made.span = instr.span;
    made.origin = instr.origin;
    made.before = map_state(before_);
    InstrId id = s_.append(block_, std::move(made), Type::boxed(typed.result));
    hold_object(instr.result, s_.instr(id).result);
}

void Rewriter::rewrite_unary(const Instr& instr) {
    TypeKind operand = kind(instr.operands[0]);
    if (operand == TypeKind::Complex && kind(instr.result) == TypeKind::Complex) {
        const Parts parts = complex_parts(instr.operands[0]);
        return hold_complex(instr.result, {emit(Op::FNeg, {parts.real}), emit(Op::FNeg, {parts.imag})});
    }
    if (rewrite_array_operation(instr)) return;
    auto typed = types::typed_unary(static_cast<Operator>(instr.imm), operand);
    if (!typed || !typed_allowed(instr)) return rewrite_generic(instr);
    const ValueId tag = types::is_tagged(operand) ? tag_of(instr.operands[0], operand) : no_id;
    ValueId result = emit_typed(typed->op, Type::unboxed(typed->result), {number(instr.operands[0], typed->operands)});
    if (typed->check_element) guard_element(result, *typed->check_element, tag);
    finish_number(instr, typed->result, result);
    held(instr.result).tag = tag;
}

void Rewriter::rewrite_compare(const Instr& instr) {
    if (rewrite_complex_compare(instr) || rewrite_array_operation(instr)) return;
    TypeKind left = kind(instr.operands[0]), right = kind(instr.operands[1]);
    if (!request_.generic_only &&
        types::compared_as_words(fact(instr.operands[0]), fact(instr.operands[1]), typed_allowed(instr))) {
        ValueId a = checked_word(instr.operands[0]), b = checked_word(instr.operands[1]);
        return finish_number(instr, TypeKind::Bool, emit(Op::WCmp, {a, b}, instr.imm));
    }
    auto typed = types::typed_comparison(left, right);
    const bool unclear =
        typed && typed->truth_only && (inference_.guarded[instr.result] || !fact(instr.result).known());
    if (!typed || unclear || !typed_allowed(instr)) return rewrite_generic(instr);
    if (typed->operands == Rep::Object) {
        ValueId bit = emit(Op::StrCompare, {object(instr.operands[0]), object(instr.operands[1])}, instr.imm);
        return finish_number(instr, typed->result, bit);
    }
    auto operand = [&](size_t i) {
        TypeKind from = kind(instr.operands[i]);
        bool integral = natural_rep(from) != Rep::F64;
        if (typed->single && !types::is_numpy_scalar(from)) return rounded_to_f32(number(instr.operands[i], Rep::F64));
        if (!typed->exact_conversion || !integral) return number(instr.operands[i], typed->operands);
        return emit(Op::IToFExact, {number(instr.operands[i], Rep::I64)});
    };
    ValueId a = operand(0), b = operand(1);
    Op op = typed->operands == Rep::I64 ? Op::ICmp : Op::FCmp;
    ValueId result = emit_typed(op, Type::unboxed(typed->result), {a, b}, instr.imm);
    finish_number(instr, typed->result, result);
}

void Rewriter::rewrite_truth(const Instr& instr) {
    ValueId operand = instr.operands[0];
    TypeKind of = kind(operand);
    ValueId bit = no_id;
    if (types::is_unboxable(of)) {
        bit = truth_of(operand);
    } else if (of == TypeKind::Complex && !fact(operand).nullable) {
        bit = is_any_not_zero(complex_parts(operand));
    } else if (of == TypeKind::NoneType) {
        bit = const_bit(false);
    } else if (of != TypeKind::NDArray && length_op(of) != Op::Const) {
        bit = emit(Op::ICmp, {emit(length_op(of), {object(operand)}), const_i64(0)},
                   static_cast<int64_t>(CompareOp::NotEqual));
    } else {
        return rewrite_generic(instr);
    }
    hold_unboxed(instr.result, TypeKind::Bool, bit);
}

// Of a value that is held unboxed.
ValueId Rewriter::truth_of(ValueId value) {
    const auto not_equal = static_cast<int64_t>(CompareOp::NotEqual);
    const Rep rep = natural_rep(kind(value));
    const ValueId held = number(value, rep);
    if (rep == Rep::I64) return emit(Op::ICmp, {held, const_i64(0)}, not_equal);
    if (rep == Rep::F64) return emit(Op::FCmp, {held, const_f64(0)}, not_equal);
    return held;
}

void Rewriter::rewrite_is(const Instr& instr) {
    TypeKind a = kind(instr.operands[0]), b = kind(instr.operands[1]);
    auto never_none = [&](size_t i) {
        Fact known = fact(instr.operands[i]);
        return known.known() && known.kind != TypeKind::NoneType && !known.nullable;
    };
    bool differ = (a == TypeKind::NoneType && never_none(1)) || (b == TypeKind::NoneType && never_none(0));
    if (!differ) return rewrite_generic(instr);
    hold_unboxed(instr.result, TypeKind::Bool, const_bit(false));
}

}  // namespace aipy::opt
