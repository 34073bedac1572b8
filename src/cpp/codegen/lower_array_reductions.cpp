// array.reduce and array.fold: what becomes of all elements of an expression over arrays, or of those along an axis.
//
// A row of floats is added as NumPy adds it: eight sums side by side over blocks of up to 128 elements, and the blocks
// in pairs (runtime/array_reductions.cpp). What is computed for a block goes through a buffer that stays in the first
// cache. Along another axis than the last NumPy adds whole rows, one after the other; so does fold_layers.
//
//   sum of a row:    size = cg_pairwise_first(state, n)
//                    loop: buffer = program of `size` elements; size = cg_pairwise_next(state, cg_sum_f64(buffer,
//                    size))
//
// Integers, truths and products are taken in their order, in one loop with the program. Nothing here leaves before the
// end: what NumPy may warn of, or decide otherwise, is noted as in array.map.
#include <limits>

#include "codegen/map_loop.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

using ir::ArrayOperation;

constexpr int64_t most_in_block = 256;
// Int64 sums that a double holds whatever the order they are made in: so many ints below 2**31.
constexpr int64_t most_exact_ints = int64_t{1} << 22;
constexpr uint32_t pairwise_words = 130;  // sizeof(PairwiseSums) / 8, in runtime/array_reductions.cpp

bool names_place(ArrayOperation reduction) {
    return reduction == ArrayOperation::ArgLeast || reduction == ArrayOperation::ArgGreatest;
}

bool is_truth(ArrayOperation reduction) { return reduction == ArrayOperation::Any || reduction == ArrayOperation::All; }

bool is_sum(ArrayOperation reduction) { return reduction == ArrayOperation::Sum || reduction == ArrayOperation::Mean; }

ir::ElementType made_of(ArrayOperation reduction, ir::ElementType element) {
    if (names_place(reduction)) return ir::ElementType::I64;
    if (is_truth(reduction)) return ir::ElementType::Bool;
    return reduction == ArrayOperation::Mean && !ir::is_float(element) ? ir::ElementType::F64 : element;
}

}  // namespace

void FunctionLowering::lower_array_reduce(const ir::Instr& instr) {
    MapLoop loop = map_loop(instr);
    take_reduction(loop, static_cast<ir::ElementType>(instr.imm2));
    Value* count = product_of(loop.lengths);
    AIPY_CHECK(loop.is_flat() || loop.lengths.size() == 1, "what is reduced to one element is a row");
    loop.lengths = {count};
    guard_reducible(instr, loop, count);
    guard(b_.CreateICmpSGT(count, integer(0)), instr);
    Value* made = finished(loop, reduce_row(instr, loop), count);
    guard_all_finite(instr, loop);
    define(instr, element_to_value(made, made_of(loop.reduction, loop.element), type(instr.result).rep, instr));
}

void FunctionLowering::lower_array_fold(const ir::Instr& instr) {
    MapLoop loop = map_loop(instr, 2);
    const ir::AxisImm axis = ir::AxisImm::unpack(instr.imm2);
    take_reduction(loop, axis.element);
    Value* count = loop.lengths[axis.axis];
    Value* total = product_of(loop.lengths);
    guard_reducible(instr, loop, count);
    guard(b_.CreateICmpSGT(total, integer(0)), instr);
    MapLoop::Array& made = loop.arrays[1];
    made.data = call_support("cg_array_data", {operand(instr, 1)});
    made.element = made_of(loop.reduction, loop.element);
    made.strides.assign(loop.lengths.size(), integer(0));
    Value* stride = integer(size_of(made.element));
    for (size_t i = loop.lengths.size(); i-- > 0;) {
        if (i == axis.axis) continue;
        made.strides[i] = stride;
        stride = b_.CreateNSWMul(stride, loop.lengths[i]);
    }
    guard_made_dtype(instr, loop);
    loop.accesses = llvm::MDNode::getDistinct(module_.context(), {});
    if (size_t{axis.axis} + 1 == loop.lengths.size()) {
        fold_rows(instr, loop, 0);
    } else {
        // Where nothing lies behind the axis, NumPy takes it for a row.
        Value* behind = product_of(llvm::ArrayRef(loop.lengths).drop_front(axis.axis + 1));
        if (is_sum(loop.reduction) && is_float(loop.element)) guard(b_.CreateICmpSGT(behind, integer(1)), instr);
        fold_layers(instr, loop, axis.axis);
        finish_layers(loop, count, b_.CreateUDiv(total, count));
    }
    guard_all_finite(instr, loop);
}

// Dtypes may carry what somebody has named them by, which the result would have, too.
void FunctionLowering::guard_made_dtype(const ir::Instr& instr, const MapLoop& loop) {
    Value* made = call_support("cg_array_dtype", {operand(instr, 1)});
    for (size_t i = loop.first; i < instr.operands.size(); ++i) {
        if (loop.arrays[i].data == nullptr || loop.arrays[i].element != loop.arrays[1].element) continue;
        guard(b_.CreateICmpEQ(call_support("cg_array_dtype", {operand(instr, i)}), made), instr);
    }
}

void FunctionLowering::take_reduction(MapLoop& loop, ir::ElementType element) {
    loop.reduction = loop.program.back().operation;
    loop.element = element;
    loop.program.pop_back();
}

// Longlong is no dtype of its own here, but it is one of the result. Of ints the mean is exact, in whatever order NumPy
// adds them, while sums of them fit a double.
void FunctionLowering::guard_reducible(const ir::Instr& instr, MapLoop& loop, Value* along) {
    const bool is_mean = loop.reduction == ArrayOperation::Mean;
    if (is_mean && loop.element != ir::ElementType::F64)
        guard(b_.CreateICmpSLT(along, integer(most_exact_ints)), instr);
    if (is_mean || names_place(loop.reduction)) return;
    for (size_t i = loop.first; i < instr.operands.size(); ++i) {
        const MapLoop::Array& array = loop.arrays[i];
        if (array.data == nullptr || is_float(array.element) || size_of(array.element) < 8) continue;
        guard(as_bit(call_support("cg_array_is_long", {operand(instr, i)})), instr);
    }
}

// ---- one row ------------------------------------------------------------------------------------------------

// Of the row that the arrays' data point to.
llvm::Value* FunctionLowering::reduce_row(const ir::Instr& instr, MapLoop& loop) {
    if (names_place(loop.reduction)) return place_of_extreme(instr, loop);
    if (is_truth(loop.reduction)) return truth_of_row(instr, loop);
    const bool order_is_free = !is_float(loop.element) || loop.reduction == ArrayOperation::Product;
    if (order_is_free) return fold_elements(instr, loop, integer(0), loop.lengths.back());
    return is_sum(loop.reduction) ? pairwise_sum(instr, loop) : extreme_of_row(instr, loop);
}

llvm::Value* FunctionLowering::pairwise_sum(const ir::Instr& instr, MapLoop& loop) {
    const bool single = loop.element == ir::ElementType::F32;
    llvm::AllocaInst* block = nullptr;
    llvm::AllocaInst* state = scratch(module_.int64, pairwise_words);
    Value* first = call_support("cg_pairwise_first", {state, loop.lengths.back()});
    BasicBlock* before = b_.GetInsertBlock();
    BasicBlock* leaf = new_block("leaf");
    BasicBlock* behind = new_block("summed");
    b_.CreateBr(leaf);
    b_.SetInsertPoint(leaf);
    llvm::PHINode* start = b_.CreatePHI(module_.int64, 2);
    llvm::PHINode* size = b_.CreatePHI(module_.int64, 2);
    Value* items = row_block(instr, loop, start, size, block);
    Value* sum = call_support(single ? "cg_sum_f32" : "cg_sum_f64", {items, size});
    Value* next = call_support("cg_pairwise_next", {state, sum, b_.getInt32(single)});
    start->addIncoming(integer(0), before);
    size->addIncoming(first, before);
    start->addIncoming(b_.CreateNSWAdd(start, size), b_.GetInsertBlock());
    size->addIncoming(next, b_.GetInsertBlock());
    b_.CreateCondBr(b_.CreateICmpEQ(next, integer(0)), behind, leaf);
    b_.SetInsertPoint(behind);
    return b_.CreateFPTrunc(call_support("cg_pairwise_total", {state}), element_type(loop.element));
}

// Elements of the row as they lie side by side: in the array, or computed into `block`, which is made where it is
// needed.
llvm::Value* FunctionLowering::row_block(const ir::Instr& instr, MapLoop& loop, Value* start, Value* size,
                                         llvm::AllocaInst*& block) {
    llvm::Type* type = element_type(loop.element);
    if (loop.program.size() == 1) {
        const MapLoop::Array& array = loop.arrays[loop.program[0].operand + loop.first];
        if (array.data != nullptr && !array.has_steps && !array.is_fixed && array.element == loop.element)
            return b_.CreateInBoundsGEP(type, array.data, start);
    }
    if (block == nullptr) block = scratch(type, most_in_block);
    loop.accesses = llvm::MDNode::getDistinct(module_.context(), {});
    llvm::Instruction* back = count_to(size, [&](Value* index) {
        loop.index = b_.CreateNSWAdd(start, index);
        loop.loaded.clear();
        Value* element = map_result(instr, loop);
        auto* store = tagged(b_.CreateStore(element, b_.CreateInBoundsGEP(type, block, index)), Memory::Element);
        store->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
    });
    mark_parallel(back, loop);
    return block;
}

// The elements behind `start` in their order, in one loop with the program.
llvm::Value* FunctionLowering::fold_elements(const ir::Instr& instr, MapLoop& loop, Value* start, Value* size) {
    llvm::Type* type = element_type(loop.element);
    llvm::AllocaInst* total = scratch(type);
    b_.CreateStore(neutral(loop), total);
    loop.accesses = llvm::MDNode::getDistinct(module_.context(), {});
    llvm::Instruction* back = count_to(size, [&](Value* index) {
        loop.index = b_.CreateNSWAdd(start, index);
        loop.loaded.clear();
        Value* element = map_result(instr, loop);
        b_.CreateStore(combine(loop, b_.CreateLoad(type, total), element), total);
    });
    mark_parallel(back, loop);
    return b_.CreateLoad(type, total);
}

// What changes nothing that it is combined with.
llvm::Constant* FunctionLowering::neutral(const MapLoop& loop) {
    llvm::Type* type = element_type(loop.element);
    switch (loop.reduction) {
        case ArrayOperation::Product:
            return is_float(loop.element) ? llvm::ConstantFP::get(type, 1.0) : llvm::ConstantInt::get(type, 1);
        case ArrayOperation::All: return llvm::ConstantInt::get(type, 1);
        case ArrayOperation::Least:
        case ArrayOperation::Greatest:
        case ArrayOperation::ArgLeast:
        case ArrayOperation::ArgGreatest: break;
        default: return llvm::Constant::getNullValue(type);
    }
    const bool least = loop.is_least();
    if (is_float(loop.element)) return llvm::ConstantFP::getInfinity(type, !least);
    const unsigned bits = type->getIntegerBitWidth();
    const bool with_sign = ir::traits_of(loop.element).is_signed();
    const llvm::APInt most = with_sign ? llvm::APInt::getSignedMaxValue(bits) : llvm::APInt::getMaxValue(bits);
    const llvm::APInt fewest = with_sign ? llvm::APInt::getSignedMinValue(bits) : llvm::APInt::getMinValue(bits);
    return llvm::ConstantInt::get(type, least ? most : fewest);
}

llvm::Value* FunctionLowering::combine(MapLoop& loop, Value* total, Value* element) {
    const bool floats = is_float(loop.element);
    switch (loop.reduction) {
        case ArrayOperation::Mean:
            if (!floats) return b_.CreateAdd(total, small_int(loop, element));
            [[fallthrough]];
        case ArrayOperation::Sum: return floats ? b_.CreateFAdd(total, element) : b_.CreateAdd(total, element);
        case ArrayOperation::Product: return floats ? b_.CreateFMul(total, element) : b_.CreateMul(total, element);
        case ArrayOperation::Any: return b_.CreateOr(total, element);
        case ArrayOperation::All: return b_.CreateAnd(total, element);
        case ArrayOperation::Least:
        case ArrayOperation::Greatest:
        case ArrayOperation::ArgLeast:
        case ArrayOperation::ArgGreatest: return choose_element(loop, loop.is_least(), loop.element, total, element);
        default: AIPY_UNREACHABLE();
    }
}

// Notes an int64 of which sums need not be exact.
llvm::Value* FunctionLowering::small_int(MapLoop& loop, Value* element) {
    constexpr int64_t half = int64_t{1} << 31;
    Value* is_large = b_.CreateICmpUGE(b_.CreateAdd(element, integer(half)), integer(2 * half));
    note(loop, b_.CreateSExt(is_large, module_.int64));
    return element;
}

// The least or greatest float of a row.
llvm::Value* FunctionLowering::extreme_of_row(const ir::Instr& instr, MapLoop& loop) {
    llvm::Type* type = element_type(loop.element);
    llvm::AllocaInst* best = scratch(type);
    b_.CreateStore(neutral(loop), best);
    in_blocks(loop.lengths.back(), most_in_block, [&](Value* start, Value* size) -> Value* {
        Value* own = extreme_of_block(instr, loop, start, size);
        b_.CreateStore(choose_element(loop, loop.is_least(), loop.element, b_.CreateLoad(type, best), own), best);
        return nullptr;
    });
    return b_.CreateLoad(type, best);
}

// NaN where there is one, or where it is not clear which zero NumPy takes.
llvm::Value* FunctionLowering::extreme_of_block(const ir::Instr& instr, MapLoop& loop, Value* start, Value* size) {
    if (!is_float(loop.element)) return fold_elements(instr, loop, start, size);
    const bool single = loop.element == ir::ElementType::F32;
    llvm::AllocaInst* block = nullptr;
    Value* items = row_block(instr, loop, start, size, block);
    const char* name =
        loop.is_least() ? (single ? "cg_least_f32" : "cg_least_f64") : (single ? "cg_greatest_f32" : "cg_greatest_f64");
    return b_.CreateFPTrunc(call_support(name, {items, size}), element_type(loop.element));
}

// Where the first of the least or greatest elements is: which block has one, then where in it.
llvm::Value* FunctionLowering::place_of_extreme(const ir::Instr& instr, MapLoop& loop) {
    llvm::Type* type = element_type(loop.element);
    llvm::AllocaInst* best = scratch(type);
    llvm::AllocaInst* block = scratch(module_.int64);
    b_.CreateStore(neutral(loop), best);
    b_.CreateStore(integer(0), block);
    in_blocks(loop.lengths.back(), most_in_block, [&](Value* start, Value* size) -> Value* {
        Value* own = extreme_of_block(instr, loop, start, size);
        Value* known = b_.CreateLoad(type, best);
        if (is_float(loop.element)) note(loop, b_.CreateSExt(b_.CreateFCmpUNO(own, own), module_.int64));
        const auto beats = loop.is_least() ? ArrayOperation::Less : ArrayOperation::Greater;
        Value* better = as_bit(apply_to_elements(beats, loop.element, own, known));
        b_.CreateStore(b_.CreateSelect(better, own, known), best);
        b_.CreateStore(b_.CreateSelect(better, start, b_.CreateLoad(module_.int64, block)), block);
        return nullptr;
    });
    Value* wanted = b_.CreateLoad(type, best);
    // Behind a NaN there may be none.
    Value* end = loop.lengths.back();
    BasicBlock* before = b_.GetInsertBlock();
    BasicBlock* look = new_block("look");
    BasicBlock* found = new_block("found");
    Value* first = b_.CreateLoad(module_.int64, block);
    b_.CreateBr(look);
    b_.SetInsertPoint(look);
    llvm::PHINode* place = b_.CreatePHI(module_.int64, 2);
    loop.index = place;
    loop.loaded.clear();
    Value* element = map_result(instr, loop);
    Value* next = b_.CreateNSWAdd(place, integer(1));
    Value* is_it = as_bit(apply_to_elements(ArrayOperation::Equal, loop.element, element, wanted));
    place->addIncoming(first, before);
    place->addIncoming(next, b_.GetInsertBlock());
    b_.CreateCondBr(b_.CreateOr(is_it, b_.CreateICmpEQ(next, end)), found, look);
    b_.SetInsertPoint(found);
    return place;
}

// No further than it takes, unless something on the way has to be looked at.
llvm::Value* FunctionLowering::truth_of_row(const ir::Instr& instr, MapLoop& loop) {
    llvm::AllocaInst* truth = scratch(module_.byte);
    const bool any = loop.reduction == ArrayOperation::Any;
    b_.CreateStore(neutral(loop), truth);
    const bool looks_at_all = loop.looks_at_elements();
    in_blocks(loop.lengths.back(), 8 * most_in_block, [&](Value* start, Value* size) -> Value* {
        Value* own = fold_elements(instr, loop, start, size);
        Value* known = combine(loop, b_.CreateLoad(module_.byte, truth), own);
        b_.CreateStore(known, truth);
        return looks_at_all ? nullptr : b_.CreateICmpEQ(known, b_.getInt8(any ? 1 : 0));
    });
    return b_.CreateLoad(module_.byte, truth);
}

// Runs the body with where each block begins and its size; it gives a condition to end early, or null. There is one at
// least.
void FunctionLowering::in_blocks(Value* count, int64_t most, const std::function<Value*(Value*, Value*)>& body) {
    BasicBlock* before = b_.GetInsertBlock();
    BasicBlock* block = new_block("block");
    BasicBlock* behind = new_block("blocks");
    b_.CreateBr(block);
    b_.SetInsertPoint(block);
    llvm::PHINode* start = b_.CreatePHI(module_.int64, 2);
    Value* left = b_.CreateNSWSub(count, start);
    Value* size = b_.CreateSelect(b_.CreateICmpSLT(left, integer(most)), left, integer(most));
    Value* ends = body(start, size);
    Value* next = b_.CreateNSWAdd(start, size);
    Value* at_end = b_.CreateICmpSGE(next, count);
    start->addIncoming(integer(0), before);
    start->addIncoming(next, b_.GetInsertBlock());
    b_.CreateCondBr(ends == nullptr ? at_end : b_.CreateOr(at_end, ends), behind, block);
    b_.SetInsertPoint(behind);
}

// What a sum or product of elements becomes; notes what NumPy may warn of. A sum of nothing but negative zeros is one
// or the other, by NumPy's version.
llvm::Value* FunctionLowering::finished(MapLoop& loop, Value* total, Value* count) {
    const bool floats = is_float(loop.element);
    if (floats && (is_sum(loop.reduction) || loop.reduction == ArrayOperation::Product)) note_not_finite(loop, total);
    if (floats && is_sum(loop.reduction)) {
        const bool single = loop.element == ir::ElementType::F32;
        llvm::Type* bits = single ? module_.int32 : module_.int64;
        llvm::Constant* zero = llvm::ConstantInt::get(bits, llvm::APInt::getSignMask(bits->getIntegerBitWidth()));
        Value* is_it = b_.CreateICmpEQ(b_.CreateBitCast(total, bits), zero);
        note(loop, b_.CreateSExt(is_it, bits));
    }
    if (loop.reduction != ArrayOperation::Mean) return total;
    Value* wide = floats ? b_.CreateFPExt(total, module_.float64) : b_.CreateSIToFP(total, module_.float64);
    Value* mean = b_.CreateFDiv(wide, b_.CreateSIToFP(count, module_.float64));
    return floats ? b_.CreateFPTrunc(mean, element_type(loop.element)) : mean;
}

// ---- along an axis ------------------------------------------------------------------------------------------

// The last axis: each row gives an element.
void FunctionLowering::fold_rows(const ir::Instr& instr, MapLoop& loop, size_t axis) {
    if (axis + 1 < loop.lengths.size()) {
        count_to(loop.lengths[axis],
                 [&](Value* index) { in_row(loop, axis, index, [&] { fold_rows(instr, loop, axis + 1); }); });
        return;
    }
    Value* made = finished(loop, reduce_row(instr, loop), loop.lengths.back());
    tagged(b_.CreateStore(made, loop.arrays[1].data), Memory::Element);
}

// Another axis: what it has first is stored, the rest is combined with that.
void FunctionLowering::fold_layers(const ir::Instr& instr, MapLoop& loop, size_t along) {
    MapLoop layer = loop;
    layer.lengths[along] = integer(1);
    lower_layer_axis(instr, layer, 0, false);
    layer.lengths[along] = b_.CreateNSWSub(loop.lengths[along], integer(1));
    BasicBlock* others = new_block("layers");
    BasicBlock* done = new_block("folded");
    b_.CreateCondBr(b_.CreateICmpSGT(layer.lengths[along], integer(0)), others, done);
    b_.SetInsertPoint(others);
    in_row(layer, along, integer(1), [&] { lower_layer_axis(instr, layer, 0, true); });
    b_.CreateBr(done);
    b_.SetInsertPoint(done);
}

void FunctionLowering::lower_layer_axis(const ir::Instr& instr, MapLoop& loop, size_t axis, bool adds) {
    const bool is_last = axis + 1 == loop.lengths.size();
    llvm::Instruction* again = count_to(loop.lengths[axis], [&](Value* index) {
        if (!is_last) return in_row(loop, axis, index, [&] { lower_layer_axis(instr, loop, axis + 1, adds); });
        loop.index = index;
        loop.loaded.clear();
        Value* element = map_result(instr, loop);
        const ir::ElementType made = loop.arrays[1].element;
        Value* place = map_address(loop, 1);
        if (adds) {
            auto* known = tagged(b_.CreateLoad(element_type(made), place), Memory::Element);
            known->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
            const bool whole = made != loop.element;  // the mean of ints
            element = whole ? b_.CreateFAdd(known, b_.CreateSIToFP(small_int(loop, element), module_.float64))
                            : combine(loop, known, element);
        } else if (made != loop.element) {
            element = b_.CreateSIToFP(small_int(loop, element), module_.float64);
        }
        auto* store = tagged(b_.CreateStore(element, place), Memory::Element);
        store->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
    });
    if (is_last) mark_parallel(again, loop);
}

// Once more over what was made: looked at, and divided.
void FunctionLowering::finish_layers(MapLoop& loop, Value* count, Value* made) {
    const bool looks = is_sum(loop.reduction) || loop.reduction == ArrayOperation::Product;
    const ir::ElementType element = loop.arrays[1].element;
    if (!looks || !is_float(element)) return;
    loop.accesses = llvm::MDNode::getDistinct(module_.context(), {});
    llvm::Type* type = element_type(element);
    MapLoop summed = loop;
    summed.element = element;
    llvm::Instruction* back = count_to(made, [&](Value* index) {
        Value* place = b_.CreateInBoundsGEP(type, loop.arrays[1].data, index);
        auto* total = tagged(b_.CreateLoad(type, place), Memory::Element);
        total->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
        Value* element_made = finished(summed, total, count);
        if (element_made == total) return;
        auto* store = tagged(b_.CreateStore(element_made, place), Memory::Element);
        store->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
    });
    mark_parallel(back, loop);
}

}  // namespace aipy::codegen
