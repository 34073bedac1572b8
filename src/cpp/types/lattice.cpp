#include "types/lattice.h"

namespace aipy::types {

using ir::Op;
using ir::Operator;
using ir::Rep;
using ir::TypeKind;

Fact join(Fact a, Fact b) {
    bool nullable = a.nullable || b.nullable;
    if (a.kind == TypeKind::Bottom) return {b.kind, b.detail, nullable};
    if (b.kind == TypeKind::Bottom) return {a.kind, a.detail, nullable};
    if (a.kind == b.kind && a.detail == b.detail) return {a.kind, a.detail, nullable};
    auto int_like = [](TypeKind kind) { return kind == TypeKind::Int || kind == TypeKind::BigInt; };
    if (int_like(a.kind) && int_like(b.kind)) return {TypeKind::BigInt, 0, nullable};
    auto number = [](TypeKind kind) {
        return kind == TypeKind::Int || kind == TypeKind::Float || kind == TypeKind::Number;
    };
    if (number(a.kind) && number(b.kind)) return {TypeKind::Number, 0, nullable};
    return {TypeKind::Any, 0, nullable};
}

bool is_python_int(TypeKind kind) { return kind == TypeKind::Int || kind == TypeKind::Bool; }

bool is_python_number(TypeKind kind) { return is_python_int(kind) || kind == TypeKind::Float; }

bool is_numpy_scalar(TypeKind kind) {
    return kind == TypeKind::NumpyF64 || kind == TypeKind::NumpyI64 || kind == TypeKind::NumpyBool;
}

bool is_unboxable(TypeKind kind) { return ir::natural_rep(kind) != Rep::Object; }

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

// NumPy scalars: the same arithmetic, but where NumPy warns (a result that is not finite, a zero divisor, a
// wrapped int) typed code leaves. Only the operations whose results are bit-identical are typed.
std::optional<TypedOperator> numpy_operator(Operator op, bool floating) {
    if (floating) {
        if (op != Operator::Add && op != Operator::Subtract && op != Operator::Multiply && op != Operator::TrueDivide)
            return std::nullopt;
        TypedOperator typed = *float_operator(op);
        typed.result = TypeKind::NumpyF64;
        typed.check_finite = true;
        return typed;
    }
    switch (op) {
        case Operator::Add:
        case Operator::Subtract:
        case Operator::Multiply:
        case Operator::FloorDivide:
        case Operator::Remainder:
        case Operator::And:
        case Operator::Or:
        case Operator::Xor: {
            TypedOperator typed = *integer_operator(op);
            typed.result = TypeKind::NumpyI64;
            return typed;
        }
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<TypedOperator> typed_binary(Operator op, TypeKind left, TypeKind right) {
    op = ir::plain_operator(op);
    if (is_numpy_scalar(left) || is_numpy_scalar(right)) {
        if (left == TypeKind::NumpyBool || right == TypeKind::NumpyBool) return std::nullopt;
        auto usable = [](TypeKind kind) {
            return is_numpy_scalar(kind) || kind == TypeKind::Int || kind == TypeKind::Float;
        };
        if (!usable(left) || !usable(right)) return std::nullopt;
        auto floating = [](TypeKind kind) { return kind == TypeKind::NumpyF64 || kind == TypeKind::Float; };
        return numpy_operator(op, floating(left) || floating(right));
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
    if (op == Operator::Negative && operand == TypeKind::NumpyF64)
        return TypedOperator{Op::FNeg, Rep::F64, TypeKind::NumpyF64};
    return std::nullopt;
}

std::optional<TypedComparison> typed_comparison(TypeKind left, TypeKind right) {
    if (left == TypeKind::Str && right == TypeKind::Str) return TypedComparison{Rep::Object, false, TypeKind::Bool};
    bool numpy = is_numpy_scalar(left) || is_numpy_scalar(right);
    auto integral = [](TypeKind kind) { return is_python_int(kind) || kind == TypeKind::NumpyI64; };
    auto floating = [](TypeKind kind) {
        return kind == TypeKind::Float || kind == TypeKind::NumpyF64 || kind == TypeKind::Number;
    };
    if ((!integral(left) && !floating(left)) || (!integral(right) && !floating(right))) return std::nullopt;
    TypeKind result = numpy ? TypeKind::NumpyBool : TypeKind::Bool;
    if (integral(left) && integral(right)) return TypedComparison{Rep::I64, false, result};
    return TypedComparison{Rep::F64, !(floating(left) && floating(right)), result};
}

Fact fixed_result(Op op) {
    switch (op) {
        case Op::MethodSelf: return {TypeKind::Any, 0, true};
        case Op::Null: return Fact::null();
        case Op::Contains:
        case Op::Is:
        case Op::Truth:
        case Op::BNot:
        case Op::BoxBit:
        case Op::MatchExc: return Fact::of(TypeKind::Bool);
        case Op::BuildTuple:
        case Op::ListToTuple:
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
