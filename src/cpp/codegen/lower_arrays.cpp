// Elements of ndarrays. A guard has established rank, element type, alignment and byte order (Type::detail).
#include <algorithm>
#include <limits>

#include "codegen/element_access.h"
#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

ir::ArrayDetail FunctionLowering::array_detail(const ir::Instr& instr) const {
    const ir::Type& known = type(instr.operands[0]);
    const ir::Type array = known.kind == ir::TypeKind::NDArray ? known : ir::decode_type(instr.imm);
    AIPY_CHECK(array.kind == ir::TypeKind::NDArray, "the type of an array's elements is known");
    return ir::ArrayDetail::unpack(array.detail);
}

llvm::Type* FunctionLowering::element_type(ir::ElementType element) {
    const ir::ElementTraits traits = ir::traits_of(element);
    if (traits.is_float()) return traits.bits == 32 ? llvm::Type::getFloatTy(module_.context()) : module_.float64;
    return llvm::Type::getIntNTy(module_.context(), traits.bits);
}

llvm::Value* FunctionLowering::load_shape(Value* shape, size_t axis) {
    return tagged(b_.CreateLoad(module_.int64, b_.CreateConstInBoundsGEP1_64(module_.int64, shape, axis)),
                  Memory::Shape);
}

// Never negative.
llvm::Value* FunctionLowering::axis_length(ir::ValueId array, size_t axis) {
    return before_loop(array, "length", static_cast<int64_t>(axis), [&](Value* object) {
        auto* length = llvm::cast<llvm::LoadInst>(load_shape(call_support("cg_array_dims", {object}), axis));
        length->setMetadata(llvm::LLVMContext::MD_range, module_.length_range());
        return length;
    });
}

llvm::Value* FunctionLowering::axis_stride(ir::ValueId array, size_t axis) {
    return before_loop(array, "stride", static_cast<int64_t>(axis),
                       [&](Value* object) { return load_shape(call_support("cg_array_strides", {object}), axis); });
}

void FunctionLowering::lower_array_dim(const ir::Instr& instr) {
    define(instr, axis_length(instr.operands[0], static_cast<size_t>(instr.imm)));
}

// What an access names: an element of an array, or one of a list of plain numbers, which is like a contiguous array.
ir::ArrayDetail FunctionLowering::access_detail(const ir::Instr& access) const {
    if (!is_of_list(access)) return array_detail(access);
    const bool floats = access.op == ir::Op::FloatsGet || access.op == ir::Op::FloatsSet;
    const bool bools = access.op == ir::Op::BoolsGet || access.op == ir::Op::BoolsSet;
    ir::ArrayDetail detail;
    detail.element = bools ? ir::ElementType::Bool : floats ? ir::ElementType::F64 : ir::ElementType::I64;
    detail.rank = 1;
    detail.c_contiguous = true;
    detail.writeable = true;
    return detail;
}

llvm::Value* FunctionLowering::access_length(const ir::Instr& access, size_t axis) {
    const ir::ValueId container = access.operands[0];
    return is_of_list(access) ? field(container, "cg_list_length") : axis_length(container, axis);
}

llvm::Value* FunctionLowering::access_data(const ir::Instr& access) {
    return field(access.operands[0], is_of_list(access) ? "cg_list_items" : "cg_array_data");
}

Memory FunctionLowering::access_memory(const ir::Instr& access) {
    return is_of_list(access) ? Memory::NumberItem : Memory::Element;
}

// In a contiguous array strides follow from the shape; else they are read.
llvm::Value* FunctionLowering::element_address(const ir::Instr& access, ir::ArrayDetail detail) {
    Value* data = access_data(access);
    const llvm::ArrayRef<ir::ValueId> named = indices_of(access);
    const size_t rank = named.size();
    AIPY_CHECK(rank == detail.rank, "an element is named by one index for each axis");
    const bool checked = is_of_list(access) || module_.input().boundscheck;
    llvm::SmallVector<Value*, 4> indices;
    llvm::SmallVector<Value*, 4> lengths;
    for (size_t axis = 0; axis < rank; ++axis) {
        lengths.push_back(access_length(access, axis));
        indices.push_back(wrapped_index(named[axis], lengths.back(), access, checked));
    }
    if (rank == 0) return data;
    if (detail.c_contiguous) {
        Value* position = indices[0];
        for (size_t axis = 1; axis < rank; ++axis) {
            position = b_.CreateNSWAdd(b_.CreateNSWMul(position, lengths[axis]), indices[axis]);
        }
        return b_.CreateInBoundsGEP(element_type(detail.element), data, position);
    }
    Value* offset = integer(0);
    for (size_t axis = 0; axis < rank; ++axis) {
        offset = b_.CreateNSWAdd(offset, b_.CreateNSWMul(indices[axis], axis_stride(access.operands[0], axis)));
    }
    return b_.CreateInBoundsGEP(module_.byte, data, offset);
}

// ---- loads ------------------------------------------------------------------------------------------------

// Of an array, or of a list of plain numbers.
void FunctionLowering::lower_element_load(const ir::Instr& instr) {
    const ir::ArrayDetail detail = access_detail(instr);
    if (const auto* carried = carried_by(instr))
        return define(instr, element_to_value(carried->element, detail.element, type(instr.result).rep, instr));
    Value* address = element_address(instr, detail);
    if (detail.rank == 0 && module_.input().stress_guards) guard(b_.getTrue(), instr);
    Value* element = tagged(b_.CreateLoad(element_type(detail.element), address), access_memory(instr));
    define(instr, element_to_value(element, detail.element, type(instr.result).rep, instr));
}

llvm::Value* FunctionLowering::element_to_value(Value* element, ir::ElementType type, ir::Rep rep,
                                                const ir::Instr& instr) {
    const ir::ElementTraits traits = ir::traits_of(type);
    AIPY_CHECK(rep != ir::Rep::Object && rep != ir::Rep::None, "elements are loaded unboxed");
    if (type == ir::ElementType::Bool && rep == ir::Rep::Bit) return as_bit(element);
    if (traits.is_float()) {
        Value* wide = traits.bits == 32 ? b_.CreateFPExt(element, module_.float64) : element;
        return rep == ir::Rep::F64 ? wide : truncated(wide, instr);
    }
    if (rep == ir::Rep::F64) {
        return traits.is_signed() ? b_.CreateSIToFP(element, module_.float64)
                                  : b_.CreateUIToFP(element, module_.float64);
    }
    if (type == ir::ElementType::U64) guard(b_.CreateICmpSGE(element, integer(0)), instr);
    return traits.is_signed() ? b_.CreateSExt(element, module_.int64) : b_.CreateZExt(element, module_.int64);
}

// ---- iteration ----------------------------------------------------------------------------------------------

void FunctionLowering::lower_array_next(const ir::Instr& instr) {
    Value* iterator = operand(instr, 0);
    const auto check = module_.callee("rt_is_array_iterator", module_.int32, {module_.pointer, module_.int64});
    guard(as_bit(b_.CreateCall(check, {iterator, integer(instr.imm)})), instr);
    const auto step = module_.callee("rt_array_iterator_next", module_.pointer, {module_.pointer});
    define(instr, b_.CreatePtrToInt(b_.CreateCall(step, {iterator}), module_.int64));
}

void FunctionLowering::lower_array_item(const ir::Instr& instr) {
    const auto element = static_cast<ir::ElementType>(instr.imm);
    Value* address = operand(instr, 0);
    BasicBlock* from = b_.GetInsertBlock();
    BasicBlock* there = new_block("there");
    BasicBlock* go_on = new_block("item");
    b_.CreateCondBr(b_.CreateICmpNE(address, integer(0)), there, go_on, module_.likely());
    b_.SetInsertPoint(there);
    Value* place = b_.CreateIntToPtr(address, module_.pointer);
    Value* loaded = tagged(b_.CreateLoad(element_type(element), place), Memory::Element);
    Value* item = element_to_value(loaded, element, type(instr.result).rep, instr);
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
    llvm::PHINode* result = b_.CreatePHI(item->getType(), 2);
    result->addIncoming(llvm::Constant::getNullValue(item->getType()), from);
    result->addIncoming(item, there);
    define(instr, result);
}

// ---- stores -----------------------------------------------------------------------------------------------

void FunctionLowering::lower_array_store(const ir::Instr& instr) {
    const ir::ArrayDetail detail = array_detail(instr);
    if (block_frame_ != nullptr) return hold_back_store(instr, stored_element(instr, detail.element));
    Value* address = element_address(instr, detail);
    Value* element = stored_element(instr, detail.element);
    if (detail.rank == 0 && module_.input().stress_guards) guard(b_.getTrue(), instr);
    if (auto* carried = carried_by(instr)) carried->stored = element;
    tagged(b_.CreateStore(element, address), Memory::Element);
}

llvm::Value* FunctionLowering::stored_element(const ir::Instr& store, ir::ElementType element) {
    const ir::ValueId value = store.operands[1];
    const bool fits = !module_.input().stress_guards && always_fits(value, element);
    if (fits && type(value).rep == ir::Rep::F64) return b_.CreateFPTrunc(values_[value], element_type(element));
    if (fits && type(value).rep == ir::Rep::I64) return b_.CreateTrunc(values_[value], element_type(element));
    if (fits) return b_.CreateZExt(values_[value], element_type(element));
    return value_to_element(values_[value], type(value).rep, element, store);
}

// Whether the store needs no test: where a value comes from tells that it is one of these elements.
bool FunctionLowering::always_fits(ir::ValueId value, ir::ElementType element) const {
    const ir::ElementTraits traits = ir::traits_of(element);
    const ir::Rep rep = type(value).rep;
    if (traits.is_float()) return traits.bits == 32 && rep == ir::Rep::F64 && is_float32(value);
    if (rep == ir::Rep::Bit) return true;
    if (element == ir::ElementType::Bool || rep != ir::Rep::I64 || traits.bits == 64) return false;
    const std::optional<Interval> known = interval(value), wanted = element_interval(element);
    return known && known->least >= wanted->least && known->most <= wanted->most;
}

// Whether the double is the value of a float.
bool FunctionLowering::is_float32(ir::ValueId value) const {
    const ir::InstrId def = ir_.value(only_value(value)).def;
    if (def == ir::no_id) return false;
    const ir::Instr& instr = ir_.instr(def);
    switch (instr.op) {
        case ir::Op::RetypeF64:
        case ir::Op::FNeg:
        case ir::Op::FAbs: return is_float32(instr.operands[0]);
        case ir::Op::ArrayLoad: return array_detail(instr).element == ir::ElementType::F32;
        case ir::Op::FRoundF32: return true;
        default: return false;
    }
}

// As NumPy converts a Python number; what it warns of or refuses leaves, and NumPy does it.
llvm::Value* FunctionLowering::value_to_element(Value* value, ir::Rep rep, ir::ElementType type,
                                                const ir::Instr& instr) {
    const ir::ElementTraits traits = ir::traits_of(type);
    if (rep == ir::Rep::Bit) {
        value = b_.CreateZExt(value, module_.int64);
        rep = ir::Rep::I64;
    }
    if (type == ir::ElementType::Bool) {
        Value* truth = rep == ir::Rep::F64 ? b_.CreateFCmpUNE(value, number(0.0)) : as_bit(value);
        return b_.CreateZExt(truth, module_.byte);
    }
    if (traits.is_float()) {
        Value* wide = rep == ir::Rep::F64 ? value : b_.CreateSIToFP(value, module_.float64);
        return traits.bits == 64 ? wide : float_to_f32(wide, instr);
    }
    if (rep == ir::Rep::F64) value = truncated(value, instr);
    return integer_to_element(value, type, instr);
}

llvm::Value* FunctionLowering::integer_to_element(Value* value, ir::ElementType type, const ir::Instr& instr) {
    guard(fits_element(value, type), instr);
    return b_.CreateTrunc(value, element_type(type));
}

llvm::Value* FunctionLowering::fits_element(Value* value, ir::ElementType type) {
    const ir::ElementTraits traits = ir::traits_of(type);
    if (traits.bits == 64) return traits.is_signed() ? b_.getTrue() : b_.CreateICmpSGE(value, integer(0));
    Value* narrow = b_.CreateTrunc(value, element_type(type));
    Value* back = traits.is_signed() ? b_.CreateSExt(narrow, module_.int64) : b_.CreateZExt(narrow, module_.int64);
    return b_.CreateICmpEQ(back, value);
}

void FunctionLowering::lower_guard_element(const ir::Instr& instr) {
    const auto element = static_cast<ir::ElementType>(instr.imm);
    if (!module_.input().stress_guards && always_fits(instr.operands[0], element)) return;
    guard(fits_element(operand(instr, 0), element), instr);
}

// Infinite only when it was before: NumPy warns of overflow.
llvm::Value* FunctionLowering::float_to_f32(Value* value, const ir::Instr& instr) {
    Value* narrow = b_.CreateFPTrunc(value, llvm::Type::getFloatTy(module_.context()));
    Value* overflowed =
        b_.CreateAnd(is_finite(value), b_.CreateNot(is_finite(b_.CreateFPExt(narrow, module_.float64))));
    guard(b_.CreateNot(overflowed), instr);
    return narrow;
}

}  // namespace aipy::codegen
