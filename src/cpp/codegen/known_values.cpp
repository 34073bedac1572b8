// What the lowering knows of integers without LLVM's help: LLVM loses sight of where a counter starts, because the head
// of a loop that polls is entered again with any value.
#include <algorithm>
#include <limits>
#include <optional>

#include "codegen/function_lowering.h"

namespace aipy::codegen {

namespace {

constexpr int max_depth = 6;

std::optional<int64_t> exact_sum(std::optional<int64_t> a, std::optional<int64_t> b) {
    int64_t sum = 0;
    if (!a || !b || __builtin_add_overflow(*a, *b, &sum)) return std::nullopt;
    return sum;
}

std::optional<int64_t> exact_difference(std::optional<int64_t> a, std::optional<int64_t> b) {
    int64_t difference = 0;
    if (!a || !b || __builtin_sub_overflow(*a, *b, &difference)) return std::nullopt;
    return difference;
}

}  // namespace

std::optional<int64_t> FunctionLowering::constant(ir::ValueId id) const {
    const ir::InstrId def = ir_.value(only_value(id)).def;
    if (def == ir::no_id || ir_.instr(def).op != ir::Op::ConstI64) return std::nullopt;
    return ir_.instr(def).imm;
}

bool FunctionLowering::is_natural(ir::ValueId id) const { return lower_bound(id) >= 0; }

// A value that the i64 is never below, wherever it is defined. Recursion ends at `depth`, and at loops.
std::optional<int64_t> FunctionLowering::lower_bound(ir::ValueId id, int depth) const {
    const std::optional<int64_t> derived = depth > max_depth ? std::nullopt : derived_lower_bound(id, depth);
    return ir_.value(id).natural ? std::max(derived, std::optional<int64_t>(0)) : derived;
}

std::optional<int64_t> FunctionLowering::derived_lower_bound(ir::ValueId id, int depth) const {
    const ir::Value& value = ir_.value(id);
    if (value.def == ir::no_id) return counter_lower_bound(id, depth);
    const ir::Instr& instr = ir_.instr(value.def);
    auto bound = [&](size_t index) { return lower_bound(instr.operands[index], depth + 1); };
    auto zero_if = [](bool known) { return known ? std::optional<int64_t>(0) : std::nullopt; };
    switch (instr.op) {
        case ir::Op::ConstI64: return instr.imm;
        case ir::Op::RetypeI64: return bound(0);
        case ir::Op::ListLength:
        case ir::Op::TupleLength:
        case ir::Op::BytesLength:
        case ir::Op::ByteArrayLength:
        case ir::Op::BytesItem:
        case ir::Op::ByteArrayItem:
        case ir::Op::StrLength:
        case ir::Op::DictLength:
        case ir::Op::ArrayDim:
        case ir::Op::IBitLength:
        case ir::Op::IBitCount:
        case ir::Op::BToI: return 0;
        case ir::Op::IAdd: return exact_sum(bound(0), bound(1));  // a sum that does not fit leaves
        case ir::Op::ISub: return exact_difference(bound(0), constant(instr.operands[1]));
        case ir::Op::IMin: return std::min(bound(0), bound(1));  // nothing is less than any value
        case ir::Op::IMax: return std::max(bound(0), bound(1));
        case ir::Op::IMul:
        case ir::Op::IFloorDiv: return zero_if(bound(0) >= 0 && bound(1) >= 0);
        case ir::Op::IAnd: return zero_if(bound(0) >= 0 || bound(1) >= 0);
        case ir::Op::IShr: return zero_if(bound(0) >= 0);
        case ir::Op::IMod: return zero_if(bound(1) >= 0);  // not 0, and the result has its sign
        default: return std::nullopt;
    }
}

// Of a parameter to which only bounded values are passed, and its own successors in a range that goes up.
std::optional<int64_t> FunctionLowering::counter_lower_bound(ir::ValueId id, int depth) const {
    const ir::Value& value = ir_.value(id);
    if (value.block == 0 || (part_ == FunctionPart::Body && value.block == 1)) return std::nullopt;
    auto goes_up = [&](ir::ValueId arg) {
        const ir::InstrId def = ir_.value(arg).def;
        if (def == ir::no_id || ir_.instr(def).op != ir::Op::IAddWrap) return false;
        const ir::Instr& add = ir_.instr(def);
        return add.operands[0] == id && range_cannot_wrap(add) && constant(add.operands[1]) > 0;
    };
    std::optional<int64_t> least = std::numeric_limits<int64_t>::max();
    for_each_entering_arg(id, [&](ir::ValueId arg) {
        if (least && arg != id && !goes_up(arg)) least = std::min(least, lower_bound(arg, depth + 1));
    });
    return least;
}

// The value that a parameter always has, when all edges pass it or the parameter itself.
ir::ValueId FunctionLowering::only_value(ir::ValueId id) const {
    const ir::Value& value = ir_.value(id);
    if (value.def != ir::no_id || value.block == 0 || (part_ == FunctionPart::Body && value.block == 1)) return id;
    ir::ValueId only = ir::no_id;
    for_each_entering_arg(id, [&](ir::ValueId arg) {
        if (arg != id) only = only == ir::no_id || only == arg ? arg : id;
    });
    return only == ir::no_id ? id : only;
}

}  // namespace aipy::codegen
