// What the loops over whole arrays look at where data hold NaNs and infinities: a careful program (ir/array_program.h)
// notes each operation of which NumPy would warn, and lets all others give what is not finite.
//
// NumPy warns of the flags that the processor sets: of something infinite made of what is finite (overflow, a division
// by zero), of a NaN made of what is none, and of any operation on a NaN that signals. Which of two NaNs comes out of
// an operation depends on the order of its operands, which LLVM does not keep: where two meet that differ, NumPy
// decides. To tell that by the sign alone, only NaNs without a fraction of their own are let in.
//
// All this is arithmetic on the bits, whose sign says yes: masks would cost three times as much.
#include <limits>

#include "codegen/map_loop.h"

namespace aipy::codegen {

// Of a float: its bits, and numbers that are negative where it is a NaN, and where it is not finite.
struct FunctionLowering::FloatBits {
    Value *bits, *magnitude, *is_nan, *is_not_finite;
};

namespace {

struct Layout {
    uint64_t magnitude, infinity, plain_nan;
};
Layout layout_of(bool wide) {
    if (wide) return {uint64_t{1} << 63, uint64_t{0x7FF} << 52, uint64_t{0xFFF} << 51};
    return {uint64_t{1} << 31, uint64_t{0xFF} << 23, uint64_t{0x1FF} << 22};
}

}  // namespace

FunctionLowering::FloatBits FunctionLowering::bits_of(Value* number) {
    const bool wide = number->getType() == module_.float64;
    llvm::Type* type = wide ? module_.int64 : module_.int32;
    const Layout layout = layout_of(wide);
    auto constant = [&](uint64_t value) { return llvm::ConstantInt::get(type, value); };
    Value* bits = b_.CreateBitCast(number, type);
    Value* magnitude = b_.CreateAnd(bits, constant(layout.magnitude - 1));
    return {bits, magnitude, b_.CreateAdd(magnitude, constant(layout.magnitude - layout.infinity - 1)),
            b_.CreateAdd(magnitude, constant(layout.magnitude - layout.infinity))};
}

// Something infinite or a NaN of operands that are finite, or a NaN of what is none.
void FunctionLowering::note_warning(MapLoop& loop, Value* made, Value* first, Value* second) {
    const FloatBits result = bits_of(made), a = bits_of(first), b = bits_of(second);
    auto only_in = [&](Value* there, Value* not_here, Value* nor_here) {
        return b_.CreateAnd(there, b_.CreateNot(b_.CreateOr(not_here, nor_here)));
    };
    note(loop, only_in(result.is_nan, a.is_nan, b.is_nan));
    note(loop, only_in(result.is_not_finite, a.is_not_finite, b.is_not_finite));
    if (first != second) note(loop, b_.CreateAnd(b_.CreateAnd(a.is_nan, b.is_nan), b_.CreateXor(a.bits, b.bits)));
}

void FunctionLowering::note_operation(MapLoop& loop, ir::ArrayOperation operation, Value* made, Value* first,
                                      Value* second) {
    using ir::ArrayOperation;
    switch (operation) {
        case ArrayOperation::Add:
        case ArrayOperation::Subtract:
        case ArrayOperation::Multiply:
        case ArrayOperation::Divide: return note_warning(loop, made, first, second);
        case ArrayOperation::Square:
        case ArrayOperation::Sqrt: return note_warning(loop, made, first, first);
        default: return;  // choices note what is unclear; signs, roundings and comparisons do not warn
    }
}

// A cast to floats of fewer bits.
void FunctionLowering::note_cast(MapLoop& loop, Value* made, Value* from) {
    Value* was_not_finite =
        b_.CreateICmpSLT(bits_of(from).is_not_finite,
                         llvm::ConstantInt::get(from->getType() == module_.float64 ? module_.int64 : module_.int32, 0));
    const FloatBits result = bits_of(made);
    note(loop, b_.CreateAnd(result.is_not_finite, b_.CreateNot(b_.CreateSExt(was_not_finite, result.bits->getType()))));
}

// A NaN with a fraction of its own, or one that signals, among what the program takes.
void FunctionLowering::note_odd_nan(MapLoop& loop, Value* number) {
    const bool wide = number->getType() == module_.float64;
    const Layout layout = layout_of(wide);
    const FloatBits known = bits_of(number);
    auto constant = [&](uint64_t value) { return llvm::ConstantInt::get(known.bits->getType(), value); };
    note(loop, b_.CreateAdd(known.magnitude, constant(layout.magnitude - layout.plain_nan - 1)));
    Value* is_less = b_.CreateNot(b_.CreateAdd(known.magnitude, constant(layout.magnitude - layout.plain_nan)));
    note(loop, b_.CreateAnd(known.is_nan, is_less));
}

}  // namespace aipy::codegen
