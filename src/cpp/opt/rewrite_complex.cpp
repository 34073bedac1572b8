// Complex numbers are held as two doubles (complex_numbers.h), and made objects where somebody takes them as such.
//
// The operations are CPython's, step by step: a product is four multiplications, a power with a constant exponent the
// products that CPython makes. Up to 3.13 a real operand becomes a complex number first; from 3.14 on it stays real,
// and a product that is not a number in both parts is computed again, which is left to CPython.
#include "opt/complex_numbers.h"
#include "opt/rewriter.h"
#include "opt/words.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

static constexpr uint64_t max_exponent = 16;

static bool is_real(Fact fact) { return types::is_python_number(fact.kind) && !fact.nullable; }

bool is_complex(Fact fact) { return fact.is(TypeKind::Complex) && !fact.nullable; }

bool has_complex_form(Operator operation, Fact left, Fact right, std::optional<uint64_t> constant,
                      bool reals_stay_real) {
    const bool numbers = (is_complex(left) || is_real(left)) && (is_complex(right) || is_real(right));
    if (!numbers || (!is_complex(left) && !is_complex(right))) return false;
    switch (plain_operator(operation)) {
        case Operator::Add:
        case Operator::Subtract:
        case Operator::Multiply: return true;
        case Operator::TrueDivide: return is_complex(left) || !reals_stay_real;
        case Operator::Power:
            return is_complex(left) && right.is(TypeKind::Int) && constant && *constant > 0 &&
                   *constant <= max_exponent;
        default: return false;
    }
}

bool compared_as_complex(CompareOp operation, Fact left, Fact right) {
    if (operation != CompareOp::Equal && operation != CompareOp::NotEqual) return false;
    return (is_complex(left) && (is_complex(right) || is_real(right))) || (is_real(left) && is_complex(right));
}

bool is_part_of_complex(std::string_view attribute) { return attribute == "real" || attribute == "imag"; }

bool is_conjugate(std::string_view method, const std::vector<Fact>& operands) {
    return method == "conjugate" && operands.size() == 1 && is_complex(operands.front());
}

// ---- holding ------------------------------------------------------------------------------------------------

void Rewriter::hold_complex(ValueId value, Parts parts, ValueId present) {
    Held made;
    made.form = Held::Form::Complex;
    made.kind = TypeKind::Complex;
    made.range = {parts.real, parts.imag, no_id};
    made.present = present;
    held_[value] = std::move(made);
}

// Of a number of any kind.
Rewriter::Parts Rewriter::complex_parts(ValueId value) {
    const Held& source = held_[value];
    if (source.form == Held::Form::Complex) return {source.range[0], source.range[1]};
    if (source.form == Held::Form::Null) return {const_f64(0), const_f64(0)};
    if (kind(value) != TypeKind::Complex) return {number(value, Rep::F64), const_f64(0)};
    return parts_of_object(object(value));
}

Rewriter::Parts Rewriter::parts_of_object(ValueId object) {
    return {emit(Op::ComplexReal, {object}), emit(Op::ComplexImag, {object})};
}

// The parts go on instead of the object: opt/nan_identity.h.
Rewriter::Parts Rewriter::parts_instead(ValueId object) {
    const Parts parts = parts_of_object(object);
    guard_no_nan(parts.real);
    guard_no_nan(parts.imag);
    return parts;
}

ValueId Rewriter::box_complex(ValueId value) {
    Held& held = held_[value];
    for (auto& [block, boxed] : held.boxes)
        if (completed_before(block)) return boxed;
    const Parts parts{held.range[0], held.range[1]};
    guard_no_nan(parts.real);
    guard_no_nan(parts.imag);
    const ValueId boxed = emit_typed(Op::BoxComplex, Type::boxed(TypeKind::Complex), {parts.real, parts.imag});
    held.boxes.push_back({promoted_block_, boxed});
    return boxed;
}

// ---- operators ----------------------------------------------------------------------------------------------

bool Rewriter::rewrite_complex_operator(const Instr& instr) {
    if (!is_complex(fact(instr.operands[0])) && !is_complex(fact(instr.operands[1]))) return false;
    if (!fact(instr.result).is(TypeKind::Complex) || inference_.guarded[instr.result]) return false;
    const bool mixed = !is_complex(fact(instr.operands[0])) || !is_complex(fact(instr.operands[1]));
    const Operator operation = plain_operator(static_cast<Operator>(instr.imm));
    if (mixed && request_.reals_stay_real && operation != Operator::Power)
        hold_complex(instr.result, mixed_operation(operation, instr));
    else
        hold_complex(instr.result, complex_operation(instr));
    return true;
}

Rewriter::Parts Rewriter::complex_operation(const Instr& instr) {
    const Parts a = complex_parts(instr.operands[0]);
    const Operator operation = plain_operator(static_cast<Operator>(instr.imm));
    if (operation == Operator::Power) return complex_power(a, *constant_word(p_, inference_.known, instr.operands[1]));
    const Parts b = complex_parts(instr.operands[1]);
    switch (operation) {
        case Operator::Add: return {emit(Op::FAdd, {a.real, b.real}), emit(Op::FAdd, {a.imag, b.imag})};
        case Operator::Subtract: return {emit(Op::FSub, {a.real, b.real}), emit(Op::FSub, {a.imag, b.imag})};
        case Operator::Multiply: return complex_product(a, b);
        default: break;
    }
    const std::vector<ValueId> operands{a.real, a.imag, b.real, b.imag};
    const Parts quotient{emit(Op::ComplexQuotient, operands, 0), emit(Op::ComplexQuotient, operands, 1)};
    guard_finite(quotient);
    return quotient;
}

Rewriter::Parts Rewriter::complex_product(Parts a, Parts b) {
    const Parts product{
        emit(Op::FSub, {emit(Op::FMul, {a.real, b.real}), emit(Op::FMul, {a.imag, b.imag})}),
        emit(Op::FAdd, {emit(Op::FMul, {a.real, b.imag}), emit(Op::FMul, {a.imag, b.real})}),
    };
    if (request_.reals_stay_real) {
        const auto equal = static_cast<int64_t>(CompareOp::Equal);
        const ValueId real = emit(Op::FCmp, {product.real, product.real}, equal);
        const ValueId imag = emit(Op::FCmp, {product.imag, product.imag}, equal);
        emit(Op::GuardBit, {emit(Op::BOr, {real, imag})});
    }
    return product;
}

// The powers whose exponents are powers of two, multiplied where the exponent has that bit. Infinity is an error.
Rewriter::Parts Rewriter::complex_power(Parts base, uint64_t exponent) {
    Parts result{const_f64(1), const_f64(0)};
    for (uint64_t bit = 1; bit <= exponent; bit <<= 1) {
        if (bit > 1) base = complex_product(base, base);
        if ((exponent & bit) != 0) result = complex_product(result, base);
    }
    guard_finite(result);
    return result;
}

void Rewriter::guard_finite(Parts parts) {
    emit(Op::GuardFinite, {parts.real});
    emit(Op::GuardFinite, {parts.imag});
}

// One operand is real and stays so.
Rewriter::Parts Rewriter::mixed_operation(Operator operation, const Instr& instr) {
    const bool real_first = !is_complex(fact(instr.operands[0]));
    const Parts z = complex_parts(instr.operands[real_first ? 1 : 0]);
    const ValueId x = number(instr.operands[real_first ? 0 : 1], Rep::F64);
    switch (operation) {
        case Operator::Add: return {emit(Op::FAdd, {z.real, x}), z.imag};
        case Operator::Subtract:
            if (real_first) return {emit(Op::FSub, {x, z.real}), emit(Op::FNeg, {z.imag})};
            return {emit(Op::FSub, {z.real, x}), z.imag};
        case Operator::Multiply: return {emit(Op::FMul, {z.real, x}), emit(Op::FMul, {z.imag, x})};
        default: return {emit(Op::FDiv, {z.real, x}), emit(Op::FDiv, {z.imag, x})};
    }
}

// An int is compared exactly.
bool Rewriter::rewrite_complex_compare(const Instr& instr) {
    const auto operation = static_cast<CompareOp>(instr.imm);
    if (!compared_as_complex(operation, fact(instr.operands[0]), fact(instr.operands[1])) || !typed_allowed(instr))
        return false;
    auto parts = [&](ValueId value) -> Parts {
        const bool exact = !is_complex(fact(value)) && natural_rep(kind(value)) != Rep::F64;
        if (exact) return {emit(Op::IToFExact, {number(value, Rep::I64)}), const_f64(0)};
        return complex_parts(value);
    };
    const Parts a = parts(instr.operands[0]), b = parts(instr.operands[1]);
    const auto equal = static_cast<int64_t>(CompareOp::Equal);
    const ValueId real = emit(Op::FCmp, {a.real, b.real}, equal), imag = emit(Op::FCmp, {a.imag, b.imag}, equal);
    const ValueId same = emit(Op::BSelect, {real, imag, const_bit(false)});
    hold_unboxed(instr.result, TypeKind::Bool, operation == CompareOp::Equal ? same : emit(Op::BNot, {same}));
    return true;
}

ValueId Rewriter::is_any_not_zero(Parts parts) {
    const auto not_equal = static_cast<int64_t>(CompareOp::NotEqual);
    const ValueId zero = const_f64(0);
    const ValueId real = emit(Op::FCmp, {parts.real, zero}, not_equal);
    return emit(Op::BOr, {real, emit(Op::FCmp, {parts.imag, zero}, not_equal)});
}

// ---- parts, magnitude, conjugate ----------------------------------------------------------------------------

bool Rewriter::rewrite_complex_part(const Instr& instr) {
    const std::string& name = p_.constants[static_cast<size_t>(instr.imm)].text;
    if (!is_complex(fact(instr.operands[0])) || !is_part_of_complex(name) || !typed_allowed(instr)) return false;
    const Parts parts = complex_parts(instr.operands[0]);
    finish_number(instr, TypeKind::Float, name == "real" ? parts.real : parts.imag);
    return true;
}

ValueId Rewriter::magnitude(Parts parts) { return emit_libm("hypot", {parts.real, parts.imag}); }

bool Rewriter::rewrite_conjugate(const Instr& instr, const MethodCall& call) {
    if (!is_conjugate(*call.name, facts_of(call)) || inference_.guarded[instr.result]) return false;
    const Parts parts = complex_parts(call.operands.front());
    hold_complex(instr.result, {parts.real, emit(Op::FNeg, {parts.imag})});
    return true;
}

}  // namespace aipy::opt
