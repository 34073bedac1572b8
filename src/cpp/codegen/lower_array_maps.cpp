// array.map: one loop over whole arrays in C order, or a nest of loops where one of them is a view with strides. LLVM
// vectorises the innermost: no iteration touches what another one does.
//
//   shapes equal, dtypes and strides plain?  no: leave
//   loop:  i = 0 … n    element of the result = program of element i of each array; bits of what is not finite
//   anything not finite?  leave
#include <llvm/IR/Metadata.h>

#include <algorithm>

#include "codegen/map_loop.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

llvm::CmpInst::Predicate predicate(ir::ArrayOperation operation, ir::ElementType element) {
    using ir::ArrayOperation;
    using llvm::CmpInst;
    const bool floats = is_float(element), with_sign = ir::traits_of(element).is_signed();
    auto choose = [&](CmpInst::Predicate of_floats, CmpInst::Predicate of_signed, CmpInst::Predicate of_unsigned) {
        return floats ? of_floats : with_sign ? of_signed : of_unsigned;
    };
    switch (operation) {
        case ArrayOperation::Less: return choose(CmpInst::FCMP_OLT, CmpInst::ICMP_SLT, CmpInst::ICMP_ULT);
        case ArrayOperation::LessEqual: return choose(CmpInst::FCMP_OLE, CmpInst::ICMP_SLE, CmpInst::ICMP_ULE);
        case ArrayOperation::Equal: return choose(CmpInst::FCMP_OEQ, CmpInst::ICMP_EQ, CmpInst::ICMP_EQ);
        case ArrayOperation::NotEqual: return choose(CmpInst::FCMP_UNE, CmpInst::ICMP_NE, CmpInst::ICMP_NE);
        case ArrayOperation::Greater: return choose(CmpInst::FCMP_OGT, CmpInst::ICMP_SGT, CmpInst::ICMP_UGT);
        case ArrayOperation::GreaterEqual: return choose(CmpInst::FCMP_OGE, CmpInst::ICMP_SGE, CmpInst::ICMP_UGE);
        default: AIPY_UNREACHABLE();
    }
}

}  // namespace

// What the program takes: its arrays, with their views, and the lengths of the axes that are gone through.
FunctionLowering::MapLoop FunctionLowering::arrays_of_program(const ir::Instr& instr, size_t first) {
    auto program = ir::ArrayProgram::parse(ir_.constants[static_cast<size_t>(instr.imm)].text);
    AIPY_CHECK(program.has_value(), "the program of an array.map is well formed");
    using Kind = ir::ArrayProgram::Step::Kind;
    MapLoop loop{.program = std::move(*program), .first = first, .has_axes = instr.op == ir::Op::ArrayFold};
    for (const ir::ArrayProgram::Step& step : loop.program)
        if (!step.view.empty()) loop.views[step.kind == Kind::Target ? 0 : step.operand + first] = step.view;
    if (loop.program.front().kind == Kind::Target) loop.program.erase(loop.program.begin());
    find_map_arrays(instr, loop);
    return loop;
}

FunctionLowering::MapLoop FunctionLowering::map_loop(const ir::Instr& instr, size_t first) {
    MapLoop loop = arrays_of_program(instr, first);
    loop.not_finite[0] = scratch(module_.int32);
    loop.not_finite[1] = scratch(module_.int64);
    b_.CreateStore(b_.getInt32(0), loop.not_finite[0]);
    b_.CreateStore(integer(0), loop.not_finite[1]);
    guard_map_shapes(instr, loop);
    if (loop.is_careful()) hide_numbers(instr, loop);
    return loop;
}

// Of the shape that an array.map of the same program fills, which looks whether all arrays have it.
void FunctionLowering::lower_array_new_of(const ir::Instr& instr) {
    const MapLoop loop = arrays_of_program(instr, 1);
    const auto rank = static_cast<uint32_t>(loop.lengths.size());
    llvm::AllocaInst* lengths = scratch(module_.int64, rank);
    for (uint32_t axis = 0; axis < rank; ++axis)
        b_.CreateStore(loop.lengths[axis], b_.CreateConstInBoundsGEP1_64(module_.int64, lengths, axis));
    const auto make =
        module_.callee("rt_array_new_shaped", module_.pointer, {module_.pointer, module_.int64, module_.int64});
    Value* made = b_.CreateCall(make, {lengths, integer(rank), integer(instr.imm2)});
    guard(b_.CreateIsNotNull(made), instr);
    define(instr, made);
}

// LLVM does not say which of several NaNs comes out of an operation, and so turns `x * -1.0` into `-x`, which has
// another sign: of numbers that it does not know it keeps the operation.
void FunctionLowering::hide_numbers(const ir::Instr& instr, MapLoop& loop) {
    loop.numbers.assign(instr.operands.size(), nullptr);
    for (size_t i = loop.first; i < instr.operands.size(); ++i) {
        if (type(instr.operands[i]).is_object()) continue;
        Value* number = operand(instr, i);
        llvm::AllocaInst* place = scratch(number->getType());
        b_.CreateStore(number, place)->setVolatile(true);
        llvm::LoadInst* hidden = b_.CreateLoad(number->getType(), place);
        hidden->setVolatile(true);
        loop.numbers[i] = hidden;
        if (hidden->getType()->isFloatingPointTy()) note_odd_nan(loop, hidden);
    }
}

// A place in the frame of the native function.
llvm::AllocaInst* FunctionLowering::scratch(llvm::Type* type, uint32_t count) {
    llvm::IRBuilder<> start(&function_->getEntryBlock(), function_->getEntryBlock().begin());
    return start.CreateAlloca(type, count == 1 ? nullptr : b_.getInt32(count));
}

void FunctionLowering::lower_array_map(const ir::Instr& instr) {
    MapLoop loop = map_loop(instr);
    if (!is_new_array(instr.operands[0])) guard_no_overlap(instr, loop);
    lower_map_loop(instr, loop);
    guard_all_finite(instr, loop);
}

bool FunctionLowering::is_new_array(ir::ValueId array) const {
    const ir::InstrId def = ir_.value(array).def;
    if (def == ir::no_id) return false;
    return ir_.instr(def).op == ir::Op::ArrayNew || ir_.instr(def).op == ir::Op::ArrayNewOf;
}

// Nothing is stored before all that may warn was looked at: floats are computed twice, which costs less than an array
// in between.
void FunctionLowering::lower_array_update(const ir::Instr& instr) {
    MapLoop loop = map_loop(instr);
    guard_no_overlap(instr, loop);
    if (loop.looks_at_elements()) {
        MapLoop trial = loop;
        trial.stores = false;
        lower_map_loop(instr, trial);
    }
    guard_all_finite(instr, loop);
    lower_map_loop(instr, loop);
}

// Another array has none of the elements, or, where all is looked at before anything is stored, the very same in the
// same order.
void FunctionLowering::guard_no_overlap(const ir::Instr& instr, const MapLoop& loop) {
    Value* apart = b_.getTrue();
    Value* own_end = end_of(loop, 0);
    const MapLoop::Array& own = loop.arrays[0];
    for (size_t i = 1; i < loop.arrays.size(); ++i) {
        const MapLoop::Array& array = loop.arrays[i];
        if (array.data == nullptr) continue;
        if (instr.operands[i] == instr.operands[0] && loop.view_of(i) == loop.view_of(0)) continue;
        Value* fine = b_.CreateOr(b_.CreateICmpULE(end_of(loop, i), own.data), b_.CreateICmpULE(own_end, array.data));
        const bool is_alike = own.is_contiguous && array.is_contiguous && array.element == own.element;
        if (instr.op == ir::Op::ArrayUpdate && is_alike)
            fine = b_.CreateOr(fine, b_.CreateICmpEQ(array.data, own.data));
        apart = b_.CreateAnd(apart, fine);
    }
    guard(apart, instr);
}

// Behind the last byte of an array without strides that go backwards; anywhere, where it is empty.
llvm::Value* FunctionLowering::end_of(const MapLoop& loop, size_t operand) {
    const MapLoop::Array& array = loop.arrays[operand];
    Value* size = integer(size_of(array.element));
    if (array.is_contiguous)
        for (Value* length : loop.lengths) size = b_.CreateMul(size, length);
    else
        for (size_t axis = 0; axis < loop.lengths.size(); ++axis)
            size = b_.CreateAdd(size, b_.CreateMul(b_.CreateSub(loop.lengths[axis], integer(1)), array.strides[axis]));
    return b_.CreateGEP(module_.byte, array.data, size);
}

void FunctionLowering::find_map_arrays(const ir::Instr& instr, MapLoop& loop) {
    const bool is_filled = instr.op == ir::Op::ArrayMap || instr.op == ir::Op::ArrayUpdate;
    uint8_t rank = 0;
    for (size_t i = 0; i < instr.operands.size(); ++i) {
        const ir::Type& known = type(instr.operands[i]);
        MapLoop::Array& array = loop.arrays.emplace_back();
        if (!known.is_object() || (i > 0 && i < loop.first)) continue;
        AIPY_CHECK(known.kind == ir::TypeKind::NDArray, "the arrays of an array.map are known");
        array.detail = ir::ArrayDetail::unpack(known.detail);
        array.element = array.detail.element;
        array.data = call_support("cg_array_data", {operand(instr, i)});
        array.is_view = !array.detail.c_contiguous;
        array.has_steps = array.is_view && array.detail.rank == 1;
        if (i == 0 && !is_filled) continue;  // has the shape, or its dtype
        look_at_array(instr, loop, i);
        rank = std::max(rank, array.detail.rank);
    }
    for (size_t i = is_filled ? 0 : loop.first; i < instr.operands.size(); ++i)
        loop.arrays[i].is_contiguous = loop.arrays[i].data == nullptr ||
                                       (loop.arrays[i].detail.c_contiguous && loop.arrays[i].detail.rank == rank);
    find_stretched(instr, loop, rank);
    for (size_t axis = 0; axis < rank; ++axis) loop.lengths.push_back(length_along(instr, loop, axis, rank));
    if (loop.is_flat() && !loop.has_axes) return;
    for (size_t i = loop.first; i < instr.operands.size(); ++i) {
        MapLoop::Array& array = loop.arrays[i];
        if (array.data == nullptr) continue;
        const size_t missing = rank - array.detail.rank;
        for (size_t axis = 0; axis < rank; ++axis) {
            const bool is_same = axis < missing || (array.stretched >> axis & 1) != 0;
            array.strides.push_back(is_same ? integer(0) : array.own_strides[axis - missing]);
        }
    }
    std::vector<Value*>& own = loop.arrays[0].strides;
    if (!loop.view_of(0).empty()) {
        own = loop.arrays[0].own_strides;
        return;
    }
    own.assign(rank, integer(size_of(loop.arrays[0].element)));
    for (size_t axis = rank - 1; axis > 0; --axis) own[axis - 1] = b_.CreateNSWMul(own[axis], loop.lengths[axis]);
}

// Its lengths and strides, or those of the view of it that the program names.
void FunctionLowering::look_at_array(const ir::Instr& instr, MapLoop& loop, size_t i) {
    MapLoop::Array& array = loop.arrays[i];
    Value* lengths = call_support("cg_array_dims", {operand(instr, i)});
    Value* strides = call_support("cg_array_strides", {operand(instr, i)});
    const ir::ArrayView& view = loop.view_of(i);
    size_t axis = 0;
    for (const ir::ViewItem& item : view) {
        if (item.kind == ir::ViewItem::Kind::NewAxis) {
            array.lengths.push_back(integer(1));
            array.own_strides.push_back(integer(0));
            continue;
        }
        take_item(instr, loop, array, item, load_shape(lengths, axis), load_shape(strides, axis));
        ++axis;
    }
    const uint8_t rank = array.detail.rank;
    for (; axis < rank; ++axis) {
        array.lengths.push_back(load_shape(lengths, axis));
        array.own_strides.push_back(load_shape(strides, axis));
    }
    if (view.empty()) return;
    array.has_steps = has_steps(array.detail, view);
    const std::optional<ir::ArrayDetail> detail = ir::detail_of_view(array.detail, view);
    AIPY_CHECK(detail.has_value(), "a program's view is one of the array");
    array.detail = *detail;
}

// Whether the elements of a row of the view do not lie side by side, or are not known to.
bool FunctionLowering::has_steps(ir::ArrayDetail whole, const ir::ArrayView& view) {
    size_t axes = 0, kept = 0;
    for (const ir::ViewItem& item : view) {
        axes += item.kind != ir::ViewItem::Kind::NewAxis;
        kept += item.kind == ir::ViewItem::Kind::Slice;
    }
    const bool names_last = axes == whole.rank;
    const size_t rank = kept + (whole.rank - axes);
    if (!whole.c_contiguous && rank == 1) return true;
    if (!names_last) return false;
    const ir::ViewItem& last = view.back();
    if (last.kind == ir::ViewItem::Kind::NewAxis) return false;  // there is one element along it
    return last.kind == ir::ViewItem::Kind::Index || last.step != 1;
}

// One axis of the array by a slice, which takes what there is, or by an index that is in bounds.
void FunctionLowering::take_item(const ir::Instr& instr, const MapLoop& loop, MapArray& array, const ir::ViewItem& item,
                                 Value* length, Value* stride) {
    using Bound = ir::ViewItem::Bound;
    auto counted = [&](const Bound& bound) -> Value* {  // from the start of the axis
        const bool is_number = bound.kind == Bound::Kind::Number;
        Value* place = is_number ? integer(bound.value) : operand(instr, static_cast<size_t>(bound.value) + loop.first);
        Value* from_end = b_.CreateAdd(place, length);
        return b_.CreateSelect(b_.CreateICmpSLT(place, integer(0)), from_end, place);
    };
    auto clamped = [&](const Bound& bound, Value* otherwise) -> Value* {
        if (bound.kind == Bound::Kind::None) return otherwise;
        Value* place = b_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, counted(bound), length);
        return b_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, place, integer(0));
    };
    const bool is_index = item.kind == ir::ViewItem::Kind::Index;
    Value* start = is_index ? counted(item.start) : clamped(item.start, integer(0));
    array.data = b_.CreateGEP(module_.byte, array.data, b_.CreateMul(start, stride));
    if (is_index) return;
    Value* stop = clamped(item.stop, length);
    Value* count = b_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, b_.CreateSub(stop, start), integer(0));
    if (item.step != 1) count = b_.CreateUDiv(b_.CreateAdd(count, integer(item.step - 1)), integer(item.step));
    array.lengths.push_back(count);
    array.own_strides.push_back(item.step == 1 ? stride : b_.CreateMul(stride, integer(item.step)));
}

// Which arrays have the length 1 along an axis where others have more. The elements of a row that is all of its array
// may lie apart.
void FunctionLowering::find_stretched(const ir::Instr& instr, MapLoop& loop, uint8_t rank) {
    auto units = [&](size_t i) { return loop.arrays[i].detail.units_in(rank); };
    uint8_t common = (1 << ir::ArrayDetail::most_units) - 1;
    for (size_t i = loop.first; i < instr.operands.size(); ++i)
        if (loop.arrays[i].data != nullptr) common &= units(i);
    for (size_t i = loop.first; i < instr.operands.size(); ++i) {
        MapLoop::Array& array = loop.arrays[i];
        if (array.data == nullptr) continue;
        array.stretched = units(i) & ~common;
        array.is_fixed = (array.stretched >> (rank - 1) & 1) != 0;
        const int before_last = (1 << (rank - 1)) - 1;
        array.has_steps |= array.is_view && (units(i) & before_last) == before_last;
        array.is_contiguous &= array.stretched == 0;
    }
}

// Of an array that is not stretched there.
llvm::Value* FunctionLowering::length_along(const ir::Instr& instr, const MapLoop& loop, size_t axis, uint8_t rank) {
    for (size_t i = loop.first; i < instr.operands.size(); ++i) {
        const MapLoop::Array& array = loop.arrays[i];
        if (array.data == nullptr || (array.stretched >> axis & 1) != 0) continue;
        const size_t missing = rank - array.detail.rank;
        if (axis >= missing) return array.lengths[axis - missing];
    }
    AIPY_UNREACHABLE();
}

// All arrays have the destination's last lengths, and dtypes that are NumPy's own: there may be others of the same
// elements.
void FunctionLowering::guard_map_shapes(const ir::Instr& instr, MapLoop& loop) {
    Value* made_dtype = call_support("cg_array_dtype", {operand(instr, 0)});
    Value* same = b_.getTrue();
    const bool made_before =
        (instr.op == ir::Op::ArrayMap || instr.op == ir::Op::ArrayUpdate) && !is_new_array(instr.operands[0]);
    for (size_t i = made_before ? 0 : loop.first; i < instr.operands.size(); ++i) {
        const MapLoop::Array& array = loop.arrays[i];
        if (array.data == nullptr) continue;
        const size_t missing = loop.lengths.size() - array.detail.rank;
        for (size_t axis = missing; axis < loop.lengths.size(); ++axis)
            if ((array.stretched >> axis & 1) == 0)
                same = b_.CreateAnd(same, b_.CreateICmpEQ(array.lengths[axis - missing], loop.lengths[axis]));
        if (array.is_view) same = b_.CreateAnd(same, has_plain_strides(loop, i, missing));
        if (array.element != loop.arrays[0].element) continue;
        Value* dtype = call_support("cg_array_dtype", {operand(instr, i)});
        same = b_.CreateAnd(same, b_.CreateICmpEQ(dtype, made_dtype));
    }
    guard(same, instr);
}

// NumPy makes a result in C order then: the axes come in the order of their strides, and none goes backwards. Elements
// of a row lie side by side, unless they are known not to.
llvm::Value* FunctionLowering::has_plain_strides(MapLoop& loop, size_t operand, size_t missing) {
    const MapLoop::Array& array = loop.arrays[operand];
    const std::vector<Value*>& strides = array.strides;
    const bool lies_apart = array.is_fixed || array.has_steps;
    const uint8_t units = array.detail.units_in(static_cast<uint8_t>(strides.size()));
    Value* plain = lies_apart ? b_.getTrue() : b_.CreateICmpEQ(strides.back(), integer(size_of(array.element)));
    Value* before = nullptr;
    for (size_t axis = missing; axis < strides.size(); ++axis) {
        if ((units >> axis & 1) != 0) continue;  // NumPy looks at no stride of it
        Value* falls = b_.CreateICmpSGT(before != nullptr ? before : strides[axis],
                                        before != nullptr ? strides[axis] : integer(0));
        plain = b_.CreateAnd(plain, falls);
        before = strides[axis];
    }
    return plain;
}

void FunctionLowering::lower_map_loop(const ir::Instr& instr, MapLoop& loop) {
    Value* count = product_of(loop.lengths);
    if (loop.is_flat()) loop.lengths = {count};
    BasicBlock* rows = new_block("rows");
    BasicBlock* done = new_block("mapped");
    loop.accesses = llvm::MDNode::getDistinct(module_.context(), {});
    b_.CreateCondBr(b_.CreateICmpSGT(count, integer(0)), rows, done, module_.likely());
    b_.SetInsertPoint(rows);
    if (const MapLoop::Array* copied = copied_array(instr, loop))
        b_.CreateMemCpy(loop.arrays[0].data, llvm::MaybeAlign(), copied->data, llvm::MaybeAlign(),
                        b_.CreateNSWMul(count, integer(size_of(copied->element))));
    else
        lower_map_axis(instr, loop, 0);
    b_.CreateBr(done);
    b_.SetInsertPoint(done);
}

// The array whose elements are stored as they lie; null where it is more than that.
const FunctionLowering::MapArray* FunctionLowering::copied_array(const ir::Instr& instr, const MapLoop& loop) const {
    using Kind = ir::ArrayProgram::Step::Kind;
    if (!loop.stores || !loop.is_flat() || loop.program[0].kind != Kind::Operand || loop.program.size() > 2)
        return nullptr;
    const bool keeps = loop.program.size() == 1 || (loop.program[1].kind == Kind::Operation &&
                                                    loop.program[1].operation == ir::ArrayOperation::Same);
    const MapLoop::Array& array = loop.arrays[loop.program[0].operand + loop.first];
    const bool is_alike = array.data != nullptr && array.element == loop.arrays[0].element && !array.is_fixed;
    return keeps && is_alike && instr.operands.size() == 2 ? &array : nullptr;
}

llvm::Value* FunctionLowering::product_of(llvm::ArrayRef<Value*> lengths) {
    Value* count = integer(1);
    for (Value* length : lengths) count = b_.CreateNSWMul(count, length);
    return count;
}

void FunctionLowering::guard_all_finite(const ir::Instr& instr, const MapLoop& loop) {
    Value* of_floats = b_.CreateICmpSGE(b_.CreateLoad(module_.int32, loop.not_finite[0]), b_.getInt32(0));
    Value* of_doubles = b_.CreateICmpSGE(b_.CreateLoad(module_.int64, loop.not_finite[1]), integer(0));
    guard(b_.CreateAnd(of_floats, of_doubles), instr);
}

// The loop over one axis, with those over the axes behind it inside. No axis is empty.
void FunctionLowering::lower_map_axis(const ir::Instr& instr, MapLoop& loop, size_t axis) {
    const bool is_last = axis + 1 == loop.lengths.size();
    llvm::Instruction* again = count_to(loop.lengths[axis], [&](Value* index) {
        if (!is_last) return in_row(loop, axis, index, [&] { lower_map_axis(instr, loop, axis + 1); });
        loop.index = index;
        lower_map_element(instr, loop);
    });
    if (is_last) mark_parallel(again, loop);
}

// A loop that runs at least once, over 0 … length; gives the branch that goes back.
llvm::Instruction* FunctionLowering::count_to(Value* length, const std::function<void(Value*)>& body) {
    BasicBlock* before = b_.GetInsertBlock();
    BasicBlock* again = new_block("elements");
    BasicBlock* behind = new_block("row");
    b_.CreateBr(again);
    b_.SetInsertPoint(again);
    llvm::PHINode* index = b_.CreatePHI(module_.int64, 2);
    body(index);
    Value* next = b_.CreateNSWAdd(index, integer(1));
    llvm::Instruction* back = b_.CreateCondBr(b_.CreateICmpSLT(next, length), again, behind);
    index->addIncoming(integer(0), before);
    index->addIncoming(next, back->getParent());
    b_.SetInsertPoint(behind);
    return back;
}

// With the arrays' data at that index of an axis.
void FunctionLowering::in_row(MapLoop& loop, size_t axis, Value* index, const std::function<void()>& body) {
    const std::vector<MapLoop::Array> whole = loop.arrays;
    for (MapLoop::Array& array : loop.arrays)
        if (array.data != nullptr && !array.strides.empty())
            array.data = b_.CreateInBoundsGEP(module_.byte, array.data, b_.CreateNSWMul(index, array.strides[axis]));
    body();
    loop.arrays = whole;
}

void FunctionLowering::lower_map_element(const ir::Instr& instr, MapLoop& loop) {
    loop.loaded.clear();
    Value* element = map_result(instr, loop);
    if (!loop.stores) return;
    auto* store = tagged(b_.CreateStore(element, map_address(loop, 0)), Memory::Element);
    store->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
}

// No iteration touches what another one does.
void FunctionLowering::mark_parallel(llvm::Instruction* back_edge, const MapLoop& loop) {
    auto& context = module_.context();
    llvm::MDNode* parallel =
        llvm::MDNode::get(context, {llvm::MDString::get(context, "llvm.loop.parallel_accesses"), loop.accesses});
    llvm::MDNode* properties = llvm::MDNode::getDistinct(context, {nullptr, parallel});
    properties->replaceOperandWith(0, properties);
    back_edge->setMetadata(llvm::LLVMContext::MD_loop, properties);
}

// The element that one iteration makes.
llvm::Value* FunctionLowering::map_result(const ir::Instr& instr, MapLoop& loop) {
    using Kind = ir::ArrayProgram::Step::Kind;
    struct Typed {
        Value* value;
        ir::ElementType element;
    };
    std::vector<Typed> stack, kept;
    auto element_of = [&](uint32_t index) {
        const ir::Type& known = type(instr.operands[index + loop.first]);
        if (known.is_object()) return ir::ArrayDetail::unpack(known.detail).element;
        return known.rep == ir::Rep::F64 ? ir::ElementType::F64 : ir::ElementType::I64;
    };
    for (const ir::ArrayProgram::Step& step : loop.program) {
        if (step.kind == Kind::Operand) {
            stack.push_back({map_operand(instr, loop, step.operand), element_of(step.operand)});
        } else if (step.kind == Kind::Cast) {
            Typed& top = stack.back();
            const Typed before = top;
            top = {cast_element(top.value, top.element, step.element), step.element};
            if (step.is_careful && is_float(before.element) && is_float(top.element))
                note_cast(loop, top.value, before.value);
        } else if (step.kind == Kind::Keep) {
            kept.push_back(stack.back());
        } else if (step.kind == Kind::Recall) {
            stack.push_back(kept[step.operand]);
        } else if (step.operation == ir::ArrayOperation::Finite) {
            note_not_finite(loop, stack.back().value);
        } else if (ir::operand_count(step.operation) == 3) {
            const Typed third = stack.back(), second = stack[stack.size() - 2];
            stack.resize(stack.size() - 2);
            Typed& top = stack.back();
            if (step.operation == ir::ArrayOperation::Where) {
                top = {b_.CreateSelect(as_bit(top.value), second.value, third.value), second.element};
            } else {
                top.value = choose_element(loop, false, top.element, top.value, second.value);
                top.value = choose_element(loop, true, top.element, top.value, third.value);
            }
        } else {
            Typed second{};
            if (ir::operand_count(step.operation) == 2) {
                second = stack.back();
                stack.pop_back();
            }
            Typed& top = stack.back();
            const bool compares =
                step.operation == ir::ArrayOperation::IsNan ||
                (step.operation >= ir::ArrayOperation::Less && step.operation <= ir::ArrayOperation::GreaterEqual);
            const bool least = step.operation == ir::ArrayOperation::Minimum;
            Value* first = top.value;
            top.value = least || step.operation == ir::ArrayOperation::Maximum
                            ? choose_element(loop, least, top.element, top.value, second.value)
                            : apply_to_elements(step.operation, top.element, top.value, second.value);
            if (step.is_careful && is_float(top.element))
                note_operation(loop, step.operation, top.value, first, second.value);
            if (compares) top.element = ir::ElementType::Bool;
        }
    }
    return stack.back().value;
}

llvm::Value* FunctionLowering::map_operand(const ir::Instr& instr, MapLoop& loop, uint32_t index) {
    const ir::Type& known = type(instr.operands[index + loop.first]);
    if (!known.is_object())
        return loop.numbers.empty() ? operand(instr, index + loop.first) : loop.numbers[index + loop.first];
    Value*& element = loop.loaded[index];
    if (element == nullptr) {
        llvm::Type* type = element_type(loop.arrays[index + loop.first].element);
        auto* load = tagged(b_.CreateLoad(type, map_address(loop, index + loop.first)), Memory::Element);
        load->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
        element = load;
        if (loop.is_careful() && type->isFloatingPointTy()) note_odd_nan(loop, element);
    }
    return element;
}

// Where the element of the present iteration lies.
llvm::Value* FunctionLowering::map_address(MapLoop& loop, size_t operand) {
    const MapLoop::Array& array = loop.arrays[operand];
    if (array.is_fixed) return array.data;
    if (!array.has_steps) return b_.CreateInBoundsGEP(element_type(array.element), array.data, loop.index);
    return b_.CreateInBoundsGEP(module_.byte, array.data, b_.CreateNSWMul(loop.index, array.strides.back()));
}

llvm::Value* FunctionLowering::cast_element(Value* element, ir::ElementType from, ir::ElementType to) {
    llvm::Type* made = element_type(to);
    if (to == ir::ElementType::Bool) AIPY_UNREACHABLE();  // nothing becomes a bool by promotion
    if (is_float(from)) return b_.CreateFPCast(element, made);
    if (is_float(to))
        return ir::traits_of(from).is_signed() ? b_.CreateSIToFP(element, made) : b_.CreateUIToFP(element, made);
    return b_.CreateIntCast(element, made, ir::traits_of(from).is_signed());
}

llvm::Value* FunctionLowering::apply_to_elements(ir::ArrayOperation operation, ir::ElementType element, Value* first,
                                                 Value* second) {
    using ir::ArrayOperation;
    const bool floats = is_float(element);
    switch (operation) {
        case ArrayOperation::Add: return floats ? b_.CreateFAdd(first, second) : b_.CreateAdd(first, second);
        case ArrayOperation::Subtract: return floats ? b_.CreateFSub(first, second) : b_.CreateSub(first, second);
        case ArrayOperation::Multiply: return floats ? b_.CreateFMul(first, second) : b_.CreateMul(first, second);
        case ArrayOperation::Square: return floats ? b_.CreateFMul(first, first) : b_.CreateMul(first, first);
        case ArrayOperation::Divide: return b_.CreateFDiv(first, second);
        case ArrayOperation::And: return b_.CreateAnd(first, second);
        case ArrayOperation::Or: return b_.CreateOr(first, second);
        case ArrayOperation::Xor: return b_.CreateXor(first, second);
        case ArrayOperation::Less:
        case ArrayOperation::LessEqual:
        case ArrayOperation::Equal:
        case ArrayOperation::NotEqual:
        case ArrayOperation::Greater:
        case ArrayOperation::GreaterEqual: {
            Value* holds = floats ? b_.CreateFCmp(predicate(operation, element), first, second)
                                  : b_.CreateICmp(predicate(operation, element), first, second);
            return b_.CreateZExt(holds, module_.byte);
        }
        case ArrayOperation::Negative: return floats ? b_.CreateFNeg(first) : b_.CreateNeg(first);
        case ArrayOperation::Invert:
            return element == ir::ElementType::Bool ? b_.CreateXor(first, b_.getInt8(1)) : b_.CreateNot(first);
        case ArrayOperation::Absolute:
            if (floats) return b_.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, first);
            return b_.CreateBinaryIntrinsic(llvm::Intrinsic::abs, first, b_.getFalse());
        case ArrayOperation::Same: return first;
        case ArrayOperation::Zero: return llvm::Constant::getNullValue(first->getType());
        case ArrayOperation::One:
            return floats ? llvm::ConstantFP::get(first->getType(), 1.0) : llvm::ConstantInt::get(first->getType(), 1);
        case ArrayOperation::IsNan: return b_.CreateZExt(b_.CreateFCmpUNO(first, first), module_.byte);
        case ArrayOperation::Floor: return b_.CreateUnaryIntrinsic(llvm::Intrinsic::floor, first);
        case ArrayOperation::Ceil: return b_.CreateUnaryIntrinsic(llvm::Intrinsic::ceil, first);
        case ArrayOperation::Rint: return b_.CreateUnaryIntrinsic(llvm::Intrinsic::roundeven, first);
        case ArrayOperation::Trunc: return b_.CreateUnaryIntrinsic(llvm::Intrinsic::trunc, first);
        case ArrayOperation::Sqrt: return b_.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, first);
        case ArrayOperation::Minimum:
        case ArrayOperation::Maximum:
        case ArrayOperation::Where:
        case ArrayOperation::Clip:
        case ArrayOperation::Finite:
        case ArrayOperation::Sum:
        case ArrayOperation::Mean:
        case ArrayOperation::Product:
        case ArrayOperation::Least:
        case ArrayOperation::Greatest:
        case ArrayOperation::Any:
        case ArrayOperation::All:
        case ArrayOperation::ArgLeast:
        case ArrayOperation::ArgGreatest: break;
    }
    AIPY_UNREACHABLE();
}

// Of two zeros, and of NaN, NumPy's loops give one or the other: such a pair is left to them.
llvm::Value* FunctionLowering::choose_element(MapLoop& loop, bool least, ir::ElementType element, Value* first,
                                              Value* second) {
    const auto operation = least ? ir::ArrayOperation::Less : ir::ArrayOperation::Greater;
    if (!is_float(element))
        return b_.CreateSelect(b_.CreateICmp(predicate(operation, element), first, second), first, second);
    llvm::Type* bits = element == ir::ElementType::F64 ? module_.int64 : module_.int32;
    Value* differ = b_.CreateICmpNE(b_.CreateBitCast(first, bits), b_.CreateBitCast(second, bits));
    Value* unclear = b_.CreateAnd(b_.CreateFCmpUEQ(first, second), differ);
    Value* is_nan = b_.CreateFCmpUNO(first, second);
    note(loop, b_.CreateSExt(b_.CreateOr(unclear, is_nan), bits));
    return b_.CreateSelect(b_.CreateFCmp(predicate(operation, element), first, second), first, second);
}

void FunctionLowering::note(MapLoop& loop, Value* sign) {
    llvm::AllocaInst* seen = loop.not_finite[sign->getType() == module_.int64 ? 1 : 0];
    b_.CreateStore(b_.CreateOr(b_.CreateLoad(sign->getType(), seen), sign), seen);
}

// The exponent is all ones: one more carries into the sign.
void FunctionLowering::note_not_finite(MapLoop& loop, Value* element) {
    const bool wide = element->getType() == module_.float64;
    llvm::Type* bits_type = wide ? module_.int64 : module_.int32;
    const int64_t magnitude = wide ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int32_t>::max();
    const int64_t least_exponent = int64_t{1} << (wide ? 52 : 23);
    Value* bits = b_.CreateBitCast(element, bits_type);
    bits = b_.CreateAnd(bits, llvm::ConstantInt::get(bits_type, static_cast<uint64_t>(magnitude)));
    bits = b_.CreateAdd(bits, llvm::ConstantInt::get(bits_type, static_cast<uint64_t>(least_exponent)));
    note(loop, bits);
}

}  // namespace aipy::codegen
