#include "types/lattice.h"

#include <algorithm>
#include <utility>

#include "ir/array_kinds.h"

namespace aipy::types {

using ir::ElementType;
using ir::Op;
using ir::Operator;
using ir::Rep;
using ir::TypeKind;

bool is_tagged(TypeKind kind) { return ir::as_tagged(kind) != nullptr; }

TypeKind tagged_kind(TypeKind kind) {
    const ir::TaggedKind* row = ir::as_tagged(kind);
    return row != nullptr ? row->tagged : TypeKind::Bottom;
}

Fact join(Fact a, Fact b) {
    bool nullable = a.nullable || b.nullable;
    if (a.kind == TypeKind::Bottom) return {b.kind, b.detail, nullable, b.nonneg};
    if (b.kind == TypeKind::Bottom) return {a.kind, a.detail, nullable, a.nonneg};
    if (a.kind == b.kind && a.detail == b.detail) return {a.kind, a.detail, nullable, a.nonneg && b.nonneg};
    if (a.kind == TypeKind::NDArray && b.kind == TypeKind::NDArray)
        if (const auto both = ir::common_detail(a.detail, b.detail)) return {TypeKind::NDArray, *both, nullable};
    auto word = [](Fact fact) { return fact.kind == TypeKind::Word || (fact.kind == TypeKind::Int && fact.nonneg); };
    if (word(a) && word(b)) return {TypeKind::Word, 0, nullable};
    auto int_like = [](TypeKind kind) {
        return kind == TypeKind::Int || kind == TypeKind::Word || kind == TypeKind::BigInt;
    };
    if (int_like(a.kind) && int_like(b.kind)) return {TypeKind::BigInt, 0, nullable};
    return {ir::tagged_join(a.kind, b.kind).value_or(TypeKind::Any), 0, nullable};
}

bool is_python_int(TypeKind kind) { return kind == TypeKind::Int || kind == TypeKind::Bool; }

bool is_python_number(TypeKind kind) { return is_python_int(kind) || kind == TypeKind::Float; }

bool is_numpy_scalar(TypeKind kind) { return ir::scalar_element(kind).has_value(); }

bool is_numpy_int(TypeKind kind) { return is_numpy_scalar(kind) && ir::natural_rep(kind) == Rep::I64; }

bool is_numpy_float(TypeKind kind) { return kind == TypeKind::NumpyF64 || kind == TypeKind::NumpyF32; }

bool is_index(TypeKind kind) {
    return kind == TypeKind::Int || is_numpy_int(kind) || (is_tagged(kind) && ir::natural_rep(kind) == Rep::I64);
}

bool is_bytes(TypeKind kind) { return kind == TypeKind::Bytes || kind == TypeKind::ByteArray; }

Fact item_of_numbers(Fact list) {
    if (list.is(TypeKind::FloatLists)) return Fact::of(TypeKind::Floats);
    if (list.is(TypeKind::BoolLists)) return Fact::of(TypeKind::Bools);
    if (list.is(TypeKind::Bools)) return Fact::of(TypeKind::Bool);
    if (list.is(TypeKind::IntLists)) return Fact::of(TypeKind::Ints, list.detail);
    if (list.is(TypeKind::Floats)) return Fact::of(TypeKind::Float);
    return list.detail != 0 ? Fact::natural() : Fact::of(TypeKind::Int);
}

bool is_unboxable(TypeKind kind) { return ir::natural_rep(kind) != Rep::Object; }

bool is_register_value(TypeKind kind) { return is_unboxable(kind) && !is_tagged(kind); }

bool is_machine_value(TypeKind kind) { return is_python_number(kind); }

namespace {

std::optional<TypedOperator> integer_operator(Operator op) {
    switch (op) {
        case Operator::Add: return TypedOperator{Op::IAdd, Rep::I64, TypeKind::Int};
        case Operator::Subtract: return TypedOperator{Op::ISub, Rep::I64, TypeKind::Int};
        case Operator::Multiply: return TypedOperator{Op::IMul, Rep::I64, TypeKind::Int};
        case Operator::FloorDivide: return TypedOperator{Op::IFloorDiv, Rep::I64, TypeKind::Int};
        case Operator::Remainder: return TypedOperator{Op::IMod, Rep::I64, TypeKind::Int};
        case Operator::TrueDivide: return TypedOperator{Op::ITrueDiv, Rep::I64, TypeKind::Float};
        case Operator::Power: return TypedOperator{Op::IPow, Rep::I64, TypeKind::Int};
        case Operator::LeftShift: return TypedOperator{Op::IShl, Rep::I64, TypeKind::Int};
        case Operator::RightShift: return TypedOperator{Op::IShr, Rep::I64, TypeKind::Int};
        case Operator::And: return TypedOperator{Op::IAnd, Rep::I64, TypeKind::Int};
        case Operator::Or: return TypedOperator{Op::IOr, Rep::I64, TypeKind::Int};
        case Operator::Xor: return TypedOperator{Op::IXor, Rep::I64, TypeKind::Int};
        default: return std::nullopt;
    }
}

std::optional<TypedOperator> float_operator(Operator op) {
    switch (op) {
        case Operator::Add: return TypedOperator{Op::FAdd, Rep::F64, TypeKind::Float};
        case Operator::Subtract: return TypedOperator{Op::FSub, Rep::F64, TypeKind::Float};
        case Operator::Multiply: return TypedOperator{Op::FMul, Rep::F64, TypeKind::Float};
        case Operator::TrueDivide: return TypedOperator{Op::FDiv, Rep::F64, TypeKind::Float};
        case Operator::FloorDivide: return TypedOperator{Op::FFloorDiv, Rep::F64, TypeKind::Float};
        case Operator::Remainder: return TypedOperator{Op::FMod, Rep::F64, TypeKind::Float};
        case Operator::Power: return TypedOperator{Op::FPow, Rep::F64, TypeKind::Float};
        default: return std::nullopt;
    }
}

// An int or float that meets a float gives a float either way. Otherwise it must be a float, which is checked.
std::optional<TypedOperator> number_operator(Operator op, TypeKind left, TypeKind right) {
    auto usable = [](TypeKind kind) { return kind == TypeKind::Number || is_python_number(kind); };
    if (!usable(left) || !usable(right)) return std::nullopt;
    std::optional<TypedOperator> typed = float_operator(op);
    if (typed) typed->check_floats = left != TypeKind::Float && right != TypeKind::Float;
    return typed;
}

struct IntegerClass {
    unsigned bits;
    bool is_signed;
};

IntegerClass integer_class(TypeKind kind) {
    switch (*ir::scalar_element(kind)) {
        case ElementType::I8: return {8, true};
        case ElementType::U8: return {8, false};
        case ElementType::I16: return {16, true};
        case ElementType::U16: return {16, false};
        case ElementType::I32: return {32, true};
        case ElementType::U32: return {32, false};
        case ElementType::U64: return {64, false};
        default: return {64, true};
    }
}

// What NumPy's integers of two kinds have in common: a signed one holds both; int64 and uint64 have only float64.
TypeKind common_integer(TypeKind left, TypeKind right) {
    const IntegerClass a = integer_class(left), b = integer_class(right);
    if (a.is_signed == b.is_signed) return a.bits > b.bits ? left : right;
    const TypeKind plus = a.is_signed ? left : right;
    const unsigned wanted = 2 * (a.is_signed ? b.bits : a.bits);
    if (integer_class(plus).bits >= wanted) return plus;
    if (wanted == 16) return TypeKind::NumpyI16;
    if (wanted == 32) return TypeKind::NumpyI32;
    return wanted == 64 ? TypeKind::NumpyI64 : TypeKind::NumpyF64;
}

// NumPy's promotion, where at least one kind is NumPy's: Python's numbers take part as the least of their sort.
std::optional<TypeKind> promoted(TypeKind left, TypeKind right) {
    auto usable = [](TypeKind kind) {
        return is_numpy_int(kind) || is_numpy_float(kind) || kind == TypeKind::Int || kind == TypeKind::Float;
    };
    if (!usable(left) || !usable(right)) return std::nullopt;
    if (!is_numpy_scalar(left)) std::swap(left, right);
    if (right == TypeKind::Int) return left;
    if (right == TypeKind::Float) return is_numpy_float(left) ? left : TypeKind::NumpyF64;
    if (is_numpy_int(left) && is_numpy_int(right)) return common_integer(left, right);
    if (left == right) return left;
    if (is_numpy_float(left) && is_numpy_float(right)) return TypeKind::NumpyF64;
    const TypeKind floating = is_numpy_float(left) ? left : right;
    const bool small = integer_class(is_numpy_float(left) ? right : left).bits <= 16;
    return small ? floating : TypeKind::NumpyF64;
}

// NumPy scalars: the same arithmetic, but where NumPy warns (a result that is not finite, a zero divisor, a
// wrapped int) typed code leaves. Only the operations whose results are bit-identical are typed.
std::optional<TypedOperator> numpy_operator(Operator op, TypeKind result) {
    const TypeKind operands = result;
    if (op == Operator::TrueDivide && is_numpy_int(result)) result = TypeKind::NumpyF64;
    const std::optional<TypedOperator> plain = is_numpy_int(result) ? integer_operator(op) : float_operator(op);
    if (!plain) return std::nullopt;
    TypedOperator typed = *plain;
    typed.result = result;
    switch (op) {
        case Operator::Add:
        case Operator::Subtract: break;
        case Operator::Multiply:
        case Operator::TrueDivide: typed.may_underflow = is_numpy_float(result); break;
        case Operator::FloorDivide:
        case Operator::Remainder:
        case Operator::And:
        case Operator::Or:
        case Operator::Xor:
            if (!is_numpy_int(result)) return std::nullopt;
            break;
        case Operator::Power:  // C's pow, as Python's; a float32 has its own
            if (result == TypeKind::NumpyF32) return std::nullopt;
            typed.may_underflow = result == TypeKind::NumpyF64;
            break;
        default: return std::nullopt;
    }
    typed.check_finite = is_numpy_float(result);
    if (is_numpy_int(result) && result != TypeKind::NumpyI64) typed.check_element = ir::scalar_element(result);
    if (is_numpy_int(operands) && operands != TypeKind::NumpyI64) typed.check_python = ir::scalar_element(operands);
    typed.single = result == TypeKind::NumpyF32;
    return typed;
}

// Whether a scalar is converted: then NumPy raises it to a power as an array, to 2 and 1/2 by a square and a root.
bool converts(TypeKind left, TypeKind right, TypeKind common) {
    return (is_numpy_scalar(left) && left != common) || (is_numpy_scalar(right) && right != common);
}

bool may_be_numpy(TypeKind kind) { return is_tagged(kind) && kind != TypeKind::Number; }

// The result of two operands that are each NumPy's or Python's, as the bits tell: the kind where both are NumPy's, and
// where both are Python's, if that can be. Empty where a mixture gives something else.
struct EitherResult {
    TypeKind numpy, python;
};
std::optional<EitherResult> either_result(TypeKind left, TypeKind right) {
    auto numpy_form = [](TypeKind kind) { return may_be_numpy(kind) ? tagged_kind(kind) : kind; };
    auto python_form = [](TypeKind kind) { return may_be_numpy(kind) ? ir::as_tagged(kind)->plain : kind; };
    const std::optional<TypeKind> common = promoted(numpy_form(left), numpy_form(right));
    if (!common) return std::nullopt;
    auto same = [&](TypeKind a, TypeKind b) {
        return (!is_numpy_scalar(a) && !is_numpy_scalar(b)) || promoted(a, b) == common;
    };
    if (!same(numpy_form(left), python_form(right)) || !same(python_form(left), numpy_form(right))) return std::nullopt;
    if (is_numpy_scalar(left) || is_numpy_scalar(right)) return EitherResult{*common, TypeKind::Bottom};
    const bool floats = python_form(left) == TypeKind::Float || python_form(right) == TypeKind::Float;
    return EitherResult{*common, floats ? TypeKind::Float : TypeKind::Int};
}

// One operand may be NumPy's or Python's. Met with NumPy's the result is NumPy's; with Python's it is told by the bit.
std::optional<TypedOperator> either_operator(Operator op, TypeKind left, TypeKind right) {
    const std::optional<EitherResult> result = either_result(left, right);
    if (!result) return std::nullopt;
    auto converted = [&](TypeKind kind) { return may_be_numpy(kind) && tagged_kind(kind) != result->numpy; };
    if (op == Operator::Power && (converted(left) || converted(right) || converts(left, right, result->numpy)))
        return std::nullopt;
    std::optional<TypedOperator> typed = numpy_operator(op, result->numpy);
    if (!typed || result->python == TypeKind::Bottom) return typed;
    // Python's quotient of ints is a number of its own, and its numbers are not rounded.
    if ((op == Operator::TrueDivide && is_numpy_int(result->numpy)) || typed->single) return std::nullopt;
    const std::optional<TypeKind> pair = ir::tagged_join(result->python, result->numpy);
    // An int that became a double would not be computed with as an int.
    if (!pair || (result->python == TypeKind::Int && typed->operands != Rep::I64)) return std::nullopt;
    typed->result = *pair;
    return typed;
}

}  // namespace

std::optional<TypedOperator> typed_binary(Operator op, TypeKind left, TypeKind right) {
    op = ir::plain_operator(op);
    if (may_be_numpy(left) || may_be_numpy(right)) return either_operator(op, left, right);
    if (is_numpy_scalar(left) || is_numpy_scalar(right)) {
        const std::optional<TypeKind> common = promoted(left, right);
        if (!common || (op == Operator::Power && converts(left, right, *common))) return std::nullopt;
        return numpy_operator(op, *common);
    }
    if (left == TypeKind::Str && right == TypeKind::Str && op == Operator::Add)
        return TypedOperator{Op::StrAppend, Rep::Object, TypeKind::Str};
    if (left == TypeKind::Number || right == TypeKind::Number) return number_operator(op, left, right);
    if (!is_python_number(left) || !is_python_number(right)) return std::nullopt;
    if (left == TypeKind::Float || right == TypeKind::Float) return float_operator(op);
    bool logical = op == Operator::And || op == Operator::Or || op == Operator::Xor;
    if (logical && left == TypeKind::Bool && right == TypeKind::Bool) return std::nullopt;  // gives bool
    return integer_operator(op);
}

std::optional<TypedOperator> typed_unary(Operator op, TypeKind operand) {
    if (is_python_int(operand)) {
        if (op == Operator::Negative) return TypedOperator{Op::INeg, Rep::I64, TypeKind::Int};
        if (op == Operator::Invert && operand == TypeKind::Int)
            return TypedOperator{Op::IInvert, Rep::I64, TypeKind::Int};
    }
    if (op == Operator::Negative && operand == TypeKind::Float)
        return TypedOperator{Op::FNeg, Rep::F64, TypeKind::Float};
    if (op == Operator::Negative && is_numpy_float(operand)) return TypedOperator{Op::FNeg, Rep::F64, operand};
    const TypeKind integer = may_be_numpy(operand) ? tagged_kind(operand) : operand;
    if (op == Operator::Negative && is_numpy_int(integer)) {
        TypedOperator typed{Op::INeg, Rep::I64, operand};
        if (integer != TypeKind::NumpyI64) typed.check_element = ir::scalar_element(integer);
        return typed;
    }
    return std::nullopt;
}

namespace {

bool is_integer(Fact fact) { return !fact.nullable && (fact.is(TypeKind::Int) || fact.is(TypeKind::Word)); }

Fact word_or_natural(bool natural) { return natural ? Fact::natural() : Fact::of(TypeKind::Word); }

}  // namespace

Fact word_result(Operator op, Fact left, Fact right, std::optional<uint64_t> constant, bool may_leave) {
    if (!is_integer(left) || !is_integer(right)) return Fact::any();
    const bool known = left.is_word() && constant.has_value();
    switch (ir::plain_operator(op)) {
        case Operator::And: return word_or_natural(left.nonneg || right.nonneg);
        case Operator::Or:
        case Operator::Xor:
            return may_leave || (left.is_word() && right.is_word()) ? Fact::of(TypeKind::Word) : Fact::any();
        case Operator::RightShift:
            return known || may_leave ? word_or_natural(left.nonneg || constant.value_or(0) > 0) : Fact::any();
        case Operator::FloorDivide:
            if (constant == 0 || (!known && !may_leave)) return Fact::any();
            return word_or_natural(left.nonneg || constant.value_or(1) > 1);
        case Operator::Remainder:
            if (constant == 0 || (!known && !may_leave)) return Fact::any();
            return word_or_natural(left.nonneg || right.is(TypeKind::Int));
        default: return Fact::any();
    }
}

bool stays_nonneg(Operator op, Fact left, Fact right) {
    const bool left_natural = left.nonneg || left.is(TypeKind::Bool),
               right_natural = right.nonneg || right.is(TypeKind::Bool);
    switch (ir::plain_operator(op)) {
        case Operator::And: return left_natural || right_natural;
        case Operator::RightShift:
        case Operator::LeftShift: return left_natural;
        case Operator::Remainder: return right_natural;
        case Operator::Add:
        case Operator::Multiply:
        case Operator::FloorDivide:
        case Operator::Power:
        case Operator::Or:
        case Operator::Xor: return left_natural && right_natural;
        default: return false;
    }
}

bool compared_as_words(Fact left, Fact right, bool may_leave) {
    if (!is_integer(left) || !is_integer(right)) return false;
    return (left.is(TypeKind::Word) && (right.is_word() || may_leave)) ||
           (right.is(TypeKind::Word) && (left.is_word() || may_leave));
}

std::optional<TypedComparison> typed_comparison(TypeKind left, TypeKind right) {
    if (left == TypeKind::Str && right == TypeKind::Str) return TypedComparison{Rep::Object, false, TypeKind::Bool};
    if (left == TypeKind::Word || right == TypeKind::Word) return std::nullopt;  // see compared_as_words
    bool numpy = is_numpy_scalar(left) || is_numpy_scalar(right);
    auto integral = [](TypeKind kind) { return is_python_int(kind) || ir::natural_rep(kind) == Rep::I64; };
    auto floating = [](TypeKind kind) { return ir::natural_rep(kind) == Rep::F64; };
    if ((!integral(left) && !floating(left)) || (!integral(right) && !floating(right))) return std::nullopt;
    TypedComparison typed{Rep::I64, false, numpy ? TypeKind::NumpyBool : TypeKind::Bool};
    typed.truth_only = !numpy && (may_be_numpy(left) || may_be_numpy(right));
    if (integral(left) && integral(right)) return typed;
    typed.operands = Rep::F64;
    typed.exact_conversion = !(floating(left) && floating(right));
    // Python's number is compared as a float32.
    auto single = [](TypeKind kind, TypeKind other) { return kind == TypeKind::NumpyF32 && !is_numpy_scalar(other); };
    typed.single = single(left, right) || single(right, left);
    // Of a pair, NumPy's number must be compared as Python's is: a float32 rounds to itself.
    auto unclear = [&](TypeKind kind, TypeKind other) {
        if (!may_be_numpy(kind)) return false;
        if (kind == TypeKind::FloatOrNumpyF32) return other != TypeKind::NumpyF32 && other != TypeKind::NumpyF64;
        return typed.single;
    };
    if (unclear(left, right) || unclear(right, left)) return std::nullopt;
    return typed;
}

Fact fixed_result(Op op) {
    if (ir::info(op).result() == 'N') return {TypeKind::Any, 0, true};
    switch (op) {
        case Op::Null: return Fact::null();
        case Op::Contains:
        case Op::Is:
        case Op::Truth:
        case Op::BNot:
        case Op::BoxBit:
        case Op::MatchSequence:
        case Op::MatchMapping:
        case Op::MatchExc: return Fact::of(TypeKind::Bool);
        case Op::BuildTuple:
        case Op::ListToTuple:
        case Op::SplitGroup:
        case Op::UnpackSequence:
        case Op::UnpackEx: return Fact::of(TypeKind::Tuple);
        case Op::BuildList: return Fact::of(TypeKind::List);
        case Op::BuildSet: return Fact::of(TypeKind::Set);
        case Op::BuildDict: return Fact::of(TypeKind::Dict);
        case Op::BuildSlice: return Fact::of(TypeKind::Slice);
        case Op::MakeCell: return Fact::of(TypeKind::Cell);
        case Op::MakeFunction: return Fact::of(TypeKind::Function);
        default: return Fact::any();
    }
}

}  // namespace aipy::types
