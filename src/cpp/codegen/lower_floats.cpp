// Ops on f64: bit for bit what CPython computes, else they leave.
#include <algorithm>
#include <limits>

#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

// Comparisons with NaN are false, but for "not equal".
llvm::CmpInst::Predicate float_predicate(ir::CompareOp compare) {
    switch (compare) {
        case ir::CompareOp::Less: return llvm::CmpInst::FCMP_OLT;
        case ir::CompareOp::LessEqual: return llvm::CmpInst::FCMP_OLE;
        case ir::CompareOp::Equal: return llvm::CmpInst::FCMP_OEQ;
        case ir::CompareOp::NotEqual: return llvm::CmpInst::FCMP_UNE;
        case ir::CompareOp::Greater: return llvm::CmpInst::FCMP_OGT;
        case ir::CompareOp::GreaterEqual: return llvm::CmpInst::FCMP_OGE;
    }
    AIPY_UNREACHABLE();
}

}  // namespace

void FunctionLowering::lower_divide(const ir::Instr& instr) {
    guard(b_.CreateFCmpUNE(operand(instr, 1), number(0.0)), instr);
    define(instr, b_.CreateFDiv(operand(instr, 0), operand(instr, 1)));
}

void FunctionLowering::lower_float_divmod(const ir::Instr& instr, std::string_view function) {
    guard(b_.CreateFCmpUNE(operand(instr, 1), number(0.0)), instr);
    define(instr, call_support(function, {operand(instr, 0), operand(instr, 1)}));
}

void FunctionLowering::lower_float_pow(const ir::Instr& instr) {
    Value* power = call_support("cg_float_pow", {operand(instr, 0), operand(instr, 1)});
    guard(is_finite(power), instr);
    define(instr, power);
}

// math.sqrt raises for negative numbers; NaN is its own root.
void FunctionLowering::lower_sqrt(const ir::Instr& instr) {
    guard(b_.CreateFCmpUGE(operand(instr, 0), number(0.0)), instr);
    llvm::IRBuilder<>::FastMathFlagGuard saved(b_);
    b_.clearFastMathFlags();
    define(instr, b_.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, operand(instr, 0)));
}

// The library CPython calls, and its bits. The function is pure but for errno, which nobody reads: where CPython would
// look at it, the result is not finite.
void FunctionLowering::lower_libm(const ir::Instr& instr) {
    llvm::SmallVector<Value*, 2> arguments;
    for (size_t i = 0; i < instr.operands.size(); ++i) arguments.push_back(operand(instr, i));
    const llvm::SmallVector<llvm::Type*, 2> types(arguments.size(), module_.float64);
    const std::string& name = ir_.constants[static_cast<size_t>(instr.imm)].text;
    llvm::FunctionCallee callee = module_.callee(name, module_.float64, types);
    auto* function = llvm::cast<llvm::Function>(callee.getCallee());
    function->setDoesNotAccessMemory();
    function->addFnAttr(llvm::Attribute::WillReturn);
    Value* result = b_.CreateCall(callee, arguments);
    guard(is_finite(result), instr);
    define(instr, result);
}

void FunctionLowering::lower_float_compare(const ir::Instr& instr) {
    define(instr,
           b_.CreateFCmp(float_predicate(static_cast<ir::CompareOp>(instr.imm)), operand(instr, 0), operand(instr, 1)));
}

void FunctionLowering::lower_float_choice(const ir::Instr& instr, llvm::CmpInst::Predicate second_wins) {
    Value* first = operand(instr, 0);
    Value* second = operand(instr, 1);
    define(instr, b_.CreateSelect(b_.CreateFCmp(second_wins, second, first), second, first));
}

void FunctionLowering::lower_float_to_integer(const ir::Instr& instr) {
    define(instr, truncated(operand(instr, 0), instr));
    if (!deferred_finite_.empty() && finite_only_with(instr.operands[0], deferred_finite_.back()->operands[0], 0))
        deferred_finite_.clear();
}

// Towards zero; leaves for NaN and what does not fit.
llvm::Value* FunctionLowering::truncated(Value* value, const ir::Instr& instr) {
    Value* above = b_.CreateFCmpOGE(value, number(-0x1p63));
    Value* below = b_.CreateFCmpOLT(value, number(0x1p63));
    guard(b_.CreateAnd(above, below), instr);
    return b_.CreateFPToSI(value, module_.int64);
}

llvm::Value* FunctionLowering::is_finite(Value* value) {
    Value* magnitude = b_.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, value);
    return b_.CreateFCmpOLT(magnitude, number(std::numeric_limits<double>::infinity()));
}

llvm::Value* FunctionLowering::rounded_to_f32(Value* value) {
    return b_.CreateFPExt(b_.CreateFPTrunc(value, llvm::Type::getFloatTy(module_.context())), module_.float64);
}

// A sum, difference or product is finite only when both operands are, and what becomes an integer is finite. So of a
// chain of guards on such results only the last is tested, and where it fails (or another guard in between), the chain
// is tested in order (exits.cpp).
void FunctionLowering::lower_guard_finite(const ir::Instr& instr) {
    if (block_frame_ != nullptr) {
        if (is_implied_ahead(instr)) return;
        if (is_implied_by_last(instr.operands[0])) return block_frame_->finite.push_back(instr.operands[0]);
        return guard(is_finite(operand(instr, 0)), instr);
    }
    if (!module_.input().stress_guards && is_implied_later(instr)) {
        deferred_finite_.push_back(&instr);
        return;
    }
    guard(is_finite(operand(instr, 0)), instr);
    deferred_finite_.clear();
}

// Whether a later guard of the block implies this one, with nothing in between that could not be done again.
bool FunctionLowering::is_implied_later(const ir::Instr& guard) const {
    const auto& instrs = ir_.block(current_block_).instrs;
    auto next = std::ranges::find(instrs, id_of(guard));
    for (++next; next != instrs.end(); ++next) {
        const ir::Instr& later = ir_.instr(*next);
        const ir::OpInfo& row = ir::info(later.op);
        if (later.op == ir::Op::GuardFinite) return finite_only_with(later.operands[0], guard.operands[0], 0);
        if (later.op == ir::Op::FToI && finite_only_with(later.operands[0], guard.operands[0], 0)) return true;
        const bool repeatable = row.effects == ir::EffectClass::Pure || row.effects == ir::EffectClass::Reads;
        if (!repeatable || row.raises() || row.result() == 'O' || row.result() == 'N') return false;
    }
    return false;
}

// Whether another guard of the block implies this one, where they are all tested together.
bool FunctionLowering::is_implied_ahead(const ir::Instr& guard) const {
    return std::ranges::any_of(ir_.block(current_block_).instrs, [&](ir::InstrId id) {
        const ir::Instr& other = ir_.instr(id);
        return other.op == ir::Op::GuardFinite && other.operands[0] != guard.operands[0] &&
               finite_only_with(other.operands[0], guard.operands[0], 0);
    });
}

// Whether the value of each iteration of a block is finite if that of the last is: it is computed from the one before.
bool FunctionLowering::is_implied_by_last(ir::ValueId value) const {
    const BlockLoop& loop = block_frame_->loop;
    if (block_frame_->mask != nullptr) return false;
    const auto& params = ir_.block(loop.header).params;
    for (size_t i = 0; i < params.size(); ++i) {
        const bool passed = std::ranges::all_of(
            loop.back, [&](const ir::Edge* edge) { return only_value(edge->args[i]) == only_value(value); });
        if (passed && finite_only_with(value, params[i], 0)) return true;
    }
    return false;
}

// Whether `result` is finite only when `part` is.
bool FunctionLowering::finite_only_with(ir::ValueId result, ir::ValueId part, int depth) const {
    constexpr int max_depth = 4;
    if (result == part) return true;
    const ir::InstrId def = ir_.value(result).def;
    if (def == ir::no_id || depth == max_depth) return false;
    const ir::Instr& instr = ir_.instr(def);
    switch (instr.op) {
        case ir::Op::FAdd:
        case ir::Op::FSub:
        case ir::Op::FMul:
            return finite_only_with(instr.operands[0], part, depth + 1) ||
                   finite_only_with(instr.operands[1], part, depth + 1);
        case ir::Op::FDiv:  // whatever it is divided by
        case ir::Op::FNeg:
        case ir::Op::FRoundF32:
        case ir::Op::FAbs: return finite_only_with(instr.operands[0], part, depth + 1);
        default: return false;
    }
}

void FunctionLowering::lower_complex_quotient(const ir::Instr& instr) {
    llvm::Type* number = module_.float64;
    const auto quotient =
        module_.callee("rt_complex_quotient", number, {number, number, number, number, module_.int64});
    define(instr, b_.CreateCall(quotient, {operand(instr, 0), operand(instr, 1), operand(instr, 2), operand(instr, 3),
                                           integer(instr.imm)}));
}

}  // namespace aipy::codegen
