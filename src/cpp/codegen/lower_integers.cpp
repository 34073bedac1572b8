// Ops on i64 and ranges: Python's meaning where the result fits, else they leave.
#include <algorithm>
#include <bit>
#include <limits>

#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

llvm::CmpInst::Predicate signed_predicate(ir::CompareOp compare) {
    switch (compare) {
        case ir::CompareOp::Less: return llvm::CmpInst::ICMP_SLT;
        case ir::CompareOp::LessEqual: return llvm::CmpInst::ICMP_SLE;
        case ir::CompareOp::Equal: return llvm::CmpInst::ICMP_EQ;
        case ir::CompareOp::NotEqual: return llvm::CmpInst::ICMP_NE;
        case ir::CompareOp::Greater: return llvm::CmpInst::ICMP_SGT;
        case ir::CompareOp::GreaterEqual: return llvm::CmpInst::ICMP_SGE;
    }
    AIPY_UNREACHABLE();
}

namespace {

// k when the value is the constant 2**k.
std::optional<unsigned> power_of_two(llvm::Value* value) {
    auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value);
    if (constant == nullptr || !constant->getValue().isStrictlyPositive()) return std::nullopt;
    const int32_t log = constant->getValue().exactLogBase2();
    return log < 0 ? std::nullopt : std::optional<unsigned>(static_cast<unsigned>(log));
}

// How far a product with a constant stays from the ends of an i64.
constexpr int64_t product_margin = int64_t{1} << 40;

}  // namespace

// Known from what the operands are; forced failures of guards need a guard all the same.
bool FunctionLowering::cannot_overflow(const ir::Instr& instr) const {
    if (module_.input().stress_guards) return false;
    if (proof_ != nullptr && proof_->exact.contains(id_of(instr))) return true;
    if (cannot_overflow_[id_of(instr)] || magnitude(instr.result, 0)) return true;
    const std::optional<int64_t> added = magnitude(instr.operands[1], 0);
    if (instr.op != ir::Op::IMul && has_margin(instr.operands[0]) && added && *added <= product_margin) return true;
    return instr.op == ir::Op::ISub && lower_bound(instr.operands[0]) >= -1 && is_natural(instr.operands[1]);
}

// The operand that is a constant above 1.
std::optional<size_t> FunctionLowering::constant_factor(const ir::Instr& instr) const {
    for (size_t i : {size_t{0}, size_t{1}})
        if (constant(instr.operands[i]) > 1) return i;
    return std::nullopt;
}

// The other factor is tested beside the multiplication, which then takes no longer than C++'s. So near the ends of an
// i64 that something small cannot be added any more, it leaves.
void FunctionLowering::multiply_by_constant(const ir::Instr& instr, size_t index) {
    const int64_t factor = *constant(instr.operands[index]);
    const int64_t most = (std::numeric_limits<int64_t>::max() - product_margin) / factor;
    Value* other = operand(instr, 1 - index);
    Value* fits = is_natural(instr.operands[1 - index])
                      ? b_.CreateICmpULE(other, integer(most))
                      : b_.CreateICmpULE(b_.CreateAdd(other, integer(most)), integer(2 * most));
    guard(fits, instr);
    define(instr, b_.CreateNSWMul(other, integer(factor)));
}

bool FunctionLowering::has_margin(ir::ValueId id) const {
    const ir::InstrId def = ir_.value(id).def;
    if (def == ir::no_id || ir_.instr(def).op != ir::Op::IMul) return false;
    return !cannot_overflow(ir_.instr(def)) && constant_factor(ir_.instr(def)).has_value();
}

void FunctionLowering::lower_checked(const ir::Instr& instr, llvm::Instruction::BinaryOps operation,
                                     llvm::Intrinsic::ID checked) {
    if (cannot_overflow(instr)) {
        Value* result = b_.CreateBinOp(operation, operand(instr, 0), operand(instr, 1));
        if (auto* made = llvm::dyn_cast<llvm::Instruction>(result)) made->setHasNoSignedWrap();
        return define(instr, result);
    }
    if (instr.op == ir::Op::IMul && !module_.input().stress_guards)
        if (const auto index = constant_factor(instr)) return multiply_by_constant(instr, *index);
    Value* both = b_.CreateBinaryIntrinsic(checked, operand(instr, 0), operand(instr, 1));
    Value* result = b_.CreateExtractValue(both, 0);
    guard(b_.CreateNot(b_.CreateExtractValue(both, 1)), instr);
    define(instr, result);
}

void FunctionLowering::lower_add_wrap(const ir::Instr& instr) {
    define(instr, b_.CreateAdd(operand(instr, 0), operand(instr, 1), "", false, range_cannot_wrap(instr)));
}

// next + step of a range iterator: range.check has tested that stop + step stays within 64 bits, and the sum is used
// only where range.more has found next before stop.
bool FunctionLowering::range_cannot_wrap(const ir::Instr& add) const {
    const auto test = range_tests_.find(add.operands[0]);
    if (test == range_tests_.end()) return false;
    const ir::ValueId step = ir_.instr(test->second).operands[2], added = add.operands[1];
    return step == added || (constant(step) && constant(step) == constant(added));
}

// ---- division ---------------------------------------------------------------------------------------------

// Leaves for a zero divisor, and for -2**63 / -1, whose quotient does not fit.
void FunctionLowering::guard_divisible(const ir::Instr& instr, Value* dividend, Value* divisor) {
    Value* zero = b_.CreateICmpEQ(divisor, integer(0));
    if (is_natural(instr.operands[1])) return guard(b_.CreateNot(zero), instr);
    Value* overflow =
        b_.CreateAnd(b_.CreateICmpEQ(divisor, integer(-1)), b_.CreateICmpEQ(dividend, integer(INT64_MIN)));
    guard(b_.CreateNot(b_.CreateOr(zero, overflow)), instr);
}

bool FunctionLowering::divides_by_power_of_two(const ir::Instr& instr) const {
    const std::optional<int64_t> divisor = constant(instr.operands[1]);
    return divisor && *divisor > 0 && std::has_single_bit(static_cast<uint64_t>(*divisor));
}

// Rounding towards zero and down are the same.
bool FunctionLowering::divides_naturals(const ir::Instr& instr) const {
    return is_natural(instr.operands[0]) && is_natural(instr.operands[1]);
}

void FunctionLowering::lower_integer_floordiv(const ir::Instr& instr) {
    Value* dividend = operand(instr, 0);
    Value* divisor = operand(instr, 1);
    const auto shift = power_of_two(divisor);
    if (!shift || module_.input().stress_guards) guard_divisible(instr, dividend, divisor);
    if (shift) return define(instr, b_.CreateAShr(dividend, integer(*shift)));
    if (divides_naturals(instr)) return define(instr, b_.CreateUDiv(dividend, divisor));
    Value* quotient = b_.CreateSDiv(dividend, divisor);
    Value* remainder = b_.CreateSub(dividend, b_.CreateMul(quotient, divisor));
    // Rounded towards zero; Python rounds down, which differs when the remainder's sign is not the divisor's.
    Value* opposite = b_.CreateICmpSLT(b_.CreateXor(remainder, divisor), integer(0));
    Value* down = b_.CreateAnd(b_.CreateICmpNE(remainder, integer(0)), opposite);
    define(instr, b_.CreateSub(quotient, b_.CreateZExt(down, module_.int64)));
}

void FunctionLowering::lower_integer_mod(const ir::Instr& instr) {
    Value* dividend = operand(instr, 0);
    Value* divisor = operand(instr, 1);
    const auto shift = power_of_two(divisor);
    if (!shift || module_.input().stress_guards) guard_divisible(instr, dividend, divisor);
    if (shift) {
        return define(instr, b_.CreateAnd(dividend, integer(static_cast<int64_t>((uint64_t{1} << *shift) - 1))));
    }
    const bool tries =
        !llvm::isa<llvm::ConstantInt>(divisor) && adds_no_product(instr.operands[0]) && !is_also_divided(instr);
    define(instr, tries ? near_remainder(instr, dividend, divisor) : remainder_of(instr, dividend, divisor));
}

// Whether it is a sum or difference, but not of products, which lie anywhere.
bool FunctionLowering::adds_no_product(ir::ValueId id) const {
    auto made_by = [&](ir::ValueId value) -> const ir::Instr* {
        const ir::InstrId def = ir_.value(only_value(value)).def;
        return def == ir::no_id ? nullptr : &ir_.instr(def);
    };
    const ir::Instr* made = made_by(id);
    while (made != nullptr && made->op == ir::Op::RetypeI64) made = made_by(made->operands[0]);
    if (made == nullptr || (made->op != ir::Op::IAdd && made->op != ir::Op::ISub)) return false;
    return std::ranges::none_of(made->operands, [&](ir::ValueId operand) {
        const ir::Instr* part = made_by(operand);
        return part != nullptr && part->op == ir::Op::IMul;
    });
}

// Whether the quotient is computed, too: the processor gives both at once.
bool FunctionLowering::is_also_divided(const ir::Instr& remainder) const {
    return std::ranges::any_of(ir_.instrs, [&](const ir::Instr& instr) {
        return instr.op == ir::Op::IFloorDiv && only_value(instr.operands[0]) == only_value(remainder.operands[0]) &&
               only_value(instr.operands[1]) == only_value(remainder.operands[1]);
    });
}

llvm::Value* FunctionLowering::remainder_of(const ir::Instr& instr, Value* dividend, Value* divisor) {
    if (divides_naturals(instr)) return b_.CreateURem(dividend, divisor);
    Value* remainder = b_.CreateSRem(dividend, divisor);
    Value* opposite = b_.CreateICmpSLT(b_.CreateXor(remainder, divisor), integer(0));
    Value* adjust = b_.CreateAnd(b_.CreateICmpNE(remainder, integer(0)), opposite);
    return b_.CreateSelect(adjust, b_.CreateAdd(remainder, divisor), remainder);
}

// What lies at most one divisor beside [0, divisor), as neighbours on a torus do, places in a ring, and sums of
// remainders, needs no division, which takes ten times as long as this.
llvm::Value* FunctionLowering::near_remainder(const ir::Instr& instr, Value* dividend, Value* divisor) {
    Value* near = dividend;
    if (!is_natural(instr.operands[0]))
        near = b_.CreateAdd(near, b_.CreateAnd(b_.CreateAShr(dividend, integer(63)), divisor));
    Value* less = b_.CreateSub(near, divisor);
    near = b_.CreateSelect(b_.CreateICmpULT(near, divisor), near, less);
    Value* is_near = b_.CreateICmpULT(near, divisor);
    if (!is_natural(instr.operands[1])) is_near = b_.CreateAnd(is_near, b_.CreateICmpSGT(divisor, integer(0)));
    BasicBlock* from = b_.GetInsertBlock();
    BasicBlock* far = new_block("far");
    BasicBlock* go_on = new_block("remainder");
    b_.CreateCondBr(is_near, go_on, far);
    b_.SetInsertPoint(far);
    Value* divided = remainder_of(instr, dividend, divisor);
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
    llvm::PHINode* result = b_.CreatePHI(module_.int64, 2);
    result->addIncoming(near, from);
    result->addIncoming(divided, far);
    return result;
}

// Whether the integer is a double exactly, going by size: |value| <= 2**53.
llvm::Value* FunctionLowering::exact_in_double(ir::ValueId id) {
    constexpr int64_t limit = int64_t{1} << 53;
    Value* value = values_[id];
    if (is_natural(id)) return b_.CreateICmpULE(value, integer(limit));
    return b_.CreateICmpULE(b_.CreateAdd(value, integer(limit)), integer(2 * limit));
}

// One rounding, as in CPython, when both operands are doubles exactly.
void FunctionLowering::lower_integer_truediv(const ir::Instr& instr) {
    Value* dividend = operand(instr, 0);
    Value* divisor = operand(instr, 1);
    Value* exact = b_.CreateAnd(exact_in_double(instr.operands[0]), exact_in_double(instr.operands[1]));
    guard(b_.CreateAnd(exact, b_.CreateICmpNE(divisor, integer(0))), instr);
    llvm::IRBuilder<>::FastMathFlagGuard saved(b_);
    b_.clearFastMathFlags();
    define(instr, b_.CreateFDiv(b_.CreateSIToFP(dividend, module_.float64), b_.CreateSIToFP(divisor, module_.float64)));
}

void FunctionLowering::lower_integer_pow(const ir::Instr& instr) {
    Value* base = operand(instr, 0);
    auto* exponent = llvm::dyn_cast<llvm::ConstantInt>(operand(instr, 1));
    if (exponent != nullptr && exponent->equalsInt(2)) {
        Value* both = b_.CreateBinaryIntrinsic(llvm::Intrinsic::smul_with_overflow, base, base);
        guard(b_.CreateNot(b_.CreateExtractValue(both, 1)), instr);
        return define(instr, b_.CreateExtractValue(both, 0));
    }
    Value* fits = as_bit(call_support("cg_int_pow", {base, operand(instr, 1), out_place()}));
    guard(fits, instr);
    define(instr, b_.CreateLoad(module_.int64, out_place()));
}

// ---- shifts, signs, comparisons ---------------------------------------------------------------------------

void FunctionLowering::lower_shift_left(const ir::Instr& instr) {
    Value* value = operand(instr, 0);
    Value* count = operand(instr, 1);
    Value* in_range = b_.CreateICmpULT(count, integer(64));
    Value* safe_count = b_.CreateAnd(count, integer(63));
    Value* shifted = b_.CreateShl(value, safe_count);
    guard(b_.CreateAnd(in_range, b_.CreateICmpEQ(b_.CreateAShr(shifted, safe_count), value)), instr);
    define(instr, shifted);
}

void FunctionLowering::lower_shift_right(const ir::Instr& instr) {
    Value* count = operand(instr, 1);
    guard(b_.CreateICmpULT(count, integer(64)), instr);
    define(instr, b_.CreateAShr(operand(instr, 0), count));
}

void FunctionLowering::lower_negate(const ir::Instr& instr) {
    guard(b_.CreateICmpNE(operand(instr, 0), integer(INT64_MIN)), instr);
    define(instr, b_.CreateNSWNeg(operand(instr, 0)));
}

void FunctionLowering::lower_integer_abs(const ir::Instr& instr) {
    guard(b_.CreateICmpNE(operand(instr, 0), integer(INT64_MIN)), instr);
    define(instr, b_.CreateBinaryIntrinsic(llvm::Intrinsic::abs, operand(instr, 0), b_.getTrue()));
}

// The least int64's magnitude is 2**63 without sign; a word is its own.
void FunctionLowering::lower_bits_of_magnitude(const ir::Instr& instr) {
    Value* value = operand(instr, 0);
    const bool has_sign = ir_.value(instr.operands[0]).type.kind != ir::TypeKind::Word;
    if (has_sign && !is_natural(instr.operands[0]))
        value = b_.CreateBinaryIntrinsic(llvm::Intrinsic::abs, value, b_.getFalse());
    if (instr.op == ir::Op::IBitCount) return define(instr, b_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, value));
    Value* leading = b_.CreateBinaryIntrinsic(llvm::Intrinsic::ctlz, value, b_.getFalse());
    define(instr, b_.CreateSub(integer(64), leading, "", true, true));
}

void FunctionLowering::lower_integer_compare(const ir::Instr& instr) {
    define(instr, b_.CreateICmp(signed_predicate(static_cast<ir::CompareOp>(instr.imm)), operand(instr, 0),
                                operand(instr, 1)));
}

void FunctionLowering::lower_word_compare(const ir::Instr& instr) {
    llvm::CmpInst::Predicate predicate = signed_predicate(static_cast<ir::CompareOp>(instr.imm));
    define(instr, b_.CreateICmp(llvm::ICmpInst::getUnsignedPredicate(predicate), operand(instr, 0), operand(instr, 1)));
}

void FunctionLowering::lower_to_float_exact(const ir::Instr& instr) {
    const bool proved = proof_ != nullptr && proof_->exact.contains(id_of(instr));
    if (!proved) guard(exact_in_double(instr.operands[0]), instr);
    define(instr, b_.CreateSIToFP(operand(instr, 0), module_.float64));
}

// ---- ranges -----------------------------------------------------------------------------------------------

void FunctionLowering::lower_range_check(const ir::Instr& instr) {
    if (proof_ != nullptr && proof_->ranges.contains(id_of(instr))) return;
    Value* step = operand(instr, 1);
    Value* both = b_.CreateBinaryIntrinsic(llvm::Intrinsic::sadd_with_overflow, operand(instr, 0), step);
    Value* wraps = b_.CreateExtractValue(both, 1);
    guard(b_.CreateNot(b_.CreateOr(b_.CreateICmpEQ(step, integer(0)), wraps)), instr);
}

void FunctionLowering::lower_range_more(const ir::Instr& instr) {
    Value* next = operand(instr, 0);
    Value* stop = operand(instr, 1);
    Value* up = b_.CreateICmpSGT(operand(instr, 2), integer(0));
    define(instr, b_.CreateSelect(up, b_.CreateICmpSLT(next, stop), b_.CreateICmpSGT(next, stop)));
}

void FunctionLowering::lower_range_part(const ir::Instr& instr, int64_t part) {
    Value* fits = as_bit(call_support("cg_range_part", {operand(instr, 0), integer(part), out_place()}));
    guard(fits, instr);
    define(instr, b_.CreateLoad(module_.int64, out_place()));
}

}  // namespace aipy::codegen
