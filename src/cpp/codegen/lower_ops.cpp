// Each op and the function that lowers it. Ops with a helper go through one general function, derived from their row.
#include "codegen/function_lowering.h"

namespace aipy::codegen {

void FunctionLowering::lower_instr(const ir::Instr& instr) {
    using ir::Op;
    switch (instr.op) {
        // ---- only in generic form, or not lowered yet
        case Op::LoadLocal:
        case Op::StoreLocal:
        case Op::ClearLocal:
        case Op::Yield:
        case Op::YieldFrom:
        case Op::ShowFrame: return refuse(instr);

        // ---- constants, references, control
        case Op::Const: return lower_const(instr);
        case Op::Null: return define(instr, llvm::ConstantPointerNull::get(module_.pointer));
        case Op::NullUnless: return lower_null_unless(instr);
        case Op::IterState: return define(instr, operand(instr, 0));
        case Op::Keep: return;
        case Op::Retain: return lower_retain(instr);
        case Op::Release: return lower_release(instr);
        case Op::ReleaseQuiet: return lower_release_quiet(instr);
        case Op::Is: return define(instr, b_.CreateICmpEQ(operand(instr, 0), operand(instr, 1)));
        case Op::Jump: return lower_jump(instr);
        case Op::Branch: return lower_branch(instr);
        case Op::BranchNull: return lower_branch_null(instr);
        case Op::Return: return lower_return(instr);
        case Op::ReturnParts: return lower_return_parts(instr);
        case Op::Suspend: return lower_suspend(instr);
        case Op::Raise:
        case Op::Reraise: return lower_raise(instr);
        case Op::Leave: return leave(instr);
        case Op::Poll: return lower_poll(instr);

        // ---- guards and representations
        case Op::GuardType: return lower_guard_type(instr);
        case Op::GuardBit: return guard(operand(instr, 0), instr);
        case Op::GuardFinite: return lower_guard_finite(instr);
        case Op::GuardElement: return lower_guard_element(instr);
        case Op::GuardUnderflow: return guard(ignores_underflow(), instr);
        case Op::UnboxI64: return lower_unbox_i64(instr);
        case Op::UnboxWord: return lower_unbox_word(instr);
        case Op::UnboxF64: return lower_unbox_f64(instr);
        case Op::ComplexReal: return define(instr, call_support("cg_complex_real", {operand(instr, 0)}));
        case Op::ComplexImag: return define(instr, call_support("cg_complex_imag", {operand(instr, 0)}));
        case Op::UnboxBit: return lower_unbox_bit(instr);
        case Op::RetypeI64:
        case Op::RetypeF64:
        case Op::RetypeBit: return define(instr, operand(instr, 0));
        case Op::BoxBit: return lower_box_bit(instr);
        case Op::BoxI64:
        case Op::BoxF64:
        case Op::BoxComplex:
        case Op::BoxEitherI64:
        case Op::BoxEitherF64:
        case Op::BoxWord:
        case Op::BoxNumpyF64:
        case Op::BoxNumpyI64:
        case Op::BoxNumpyBool:
        case Op::AttrLoad:
        case Op::ListPop:
        case Op::NumbersMake:
        case Op::NumbersRepeat:
        case Op::NumbersSlice:
        case Op::NumbersRange:
        case Op::NumbersList:
        case Op::StrItem:
        case Op::StrSlice:
        case Op::StrOfInt:
        case Op::IntOfStr:
        case Op::DictItem:
        case Op::DictGet:
        case Op::CallQuiet:
        case Op::SequenceIter:
        case Op::ArrayView:
        case Op::ArrayNew:
        case Op::ArrayNewReduced:
        case Op::ArrayUfunc:
        case Op::ArrayUfuncPair:
        case Op::ArrayUfuncNumber:
        case Op::NewInstance: return lower_or_leave(instr);
        case Op::SequenceNext: return lower_sequence_next(instr);
        case Op::IntsAppend:
        case Op::BoolsAppend:
        case Op::FloatsAppend: return lower_number_append(instr);
        case Op::ListsAppend:
        case Op::AttrStore:
        case Op::SequenceContains:
        case Op::StrContains:
        case Op::StrOrd:
        case Op::DictContains:
        case Op::DictStore:
        case Op::StoreCellQuiet:
        case Op::IsInstance: return lower_answer_or_leave(instr);

        // ---- i64
        case Op::ConstI64: return define(instr, integer(instr.imm));
        case Op::IAdd: return lower_checked(instr, llvm::Instruction::Add, llvm::Intrinsic::sadd_with_overflow);
        case Op::ISub: return lower_checked(instr, llvm::Instruction::Sub, llvm::Intrinsic::ssub_with_overflow);
        case Op::IMul: return lower_checked(instr, llvm::Instruction::Mul, llvm::Intrinsic::smul_with_overflow);
        case Op::IAddWrap: return lower_add_wrap(instr);
        case Op::IFloorDiv: return lower_integer_floordiv(instr);
        case Op::IMod: return lower_integer_mod(instr);
        case Op::ITrueDiv: return lower_integer_truediv(instr);
        case Op::IPow: return lower_integer_pow(instr);
        case Op::IShl: return lower_shift_left(instr);
        case Op::IShr: return lower_shift_right(instr);
        case Op::IAnd: return define(instr, b_.CreateAnd(operand(instr, 0), operand(instr, 1)));
        case Op::IOr: return define(instr, b_.CreateOr(operand(instr, 0), operand(instr, 1)));
        case Op::IXor: return define(instr, b_.CreateXor(operand(instr, 0), operand(instr, 1)));
        case Op::INeg: return lower_negate(instr);
        case Op::IAbs: return lower_integer_abs(instr);
        case Op::IMin:
            return define(instr, b_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, operand(instr, 0), operand(instr, 1)));
        case Op::IMax:
            return define(instr, b_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, operand(instr, 0), operand(instr, 1)));
        case Op::IBitLength:
        case Op::IBitCount: return lower_bits_of_magnitude(instr);
        case Op::IInvert: return define(instr, b_.CreateNot(operand(instr, 0)));
        case Op::ICmp: return lower_integer_compare(instr);

        // ---- words
        case Op::WAdd: return define(instr, b_.CreateAdd(operand(instr, 0), operand(instr, 1)));
        case Op::WSub: return define(instr, b_.CreateSub(operand(instr, 0), operand(instr, 1)));
        case Op::WMul: return define(instr, b_.CreateMul(operand(instr, 0), operand(instr, 1)));
        case Op::WShl: return define(instr, b_.CreateShl(operand(instr, 0), operand(instr, 1)));
        case Op::WShr: return define(instr, b_.CreateLShr(operand(instr, 0), operand(instr, 1)));
        case Op::WDiv: return define(instr, b_.CreateUDiv(operand(instr, 0), operand(instr, 1)));
        case Op::WMod: return define(instr, b_.CreateURem(operand(instr, 0), operand(instr, 1)));
        case Op::WCmp: return lower_word_compare(instr);

        case Op::IToF: return define(instr, b_.CreateSIToFP(operand(instr, 0), module_.float64));
        case Op::IToFExact: return lower_to_float_exact(instr);

        // ---- f64
        case Op::ConstF64: return define(instr, number(llvm::bit_cast<double>(instr.imm)));
        case Op::FAdd: return define(instr, b_.CreateFAdd(operand(instr, 0), operand(instr, 1)));
        case Op::FSub: return define(instr, b_.CreateFSub(operand(instr, 0), operand(instr, 1)));
        case Op::FMul: return define(instr, b_.CreateFMul(operand(instr, 0), operand(instr, 1)));
        case Op::FDiv: return lower_divide(instr);
        case Op::FFloorDiv: return lower_float_divmod(instr, "cg_float_floordiv");
        case Op::FMod: return lower_float_divmod(instr, "cg_float_mod");
        case Op::FPow: return lower_float_pow(instr);
        case Op::FNeg: return define(instr, b_.CreateFNeg(operand(instr, 0)));
        case Op::FAbs: return define(instr, b_.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, operand(instr, 0)));
        case Op::FMin: return lower_float_choice(instr, llvm::CmpInst::FCMP_OLT);
        case Op::FMax: return lower_float_choice(instr, llvm::CmpInst::FCMP_OGT);
        case Op::FRoundF32: return define(instr, rounded_to_f32(operand(instr, 0)));
        case Op::FSqrt: return lower_sqrt(instr);
        case Op::FFloor: return define(instr, b_.CreateUnaryIntrinsic(llvm::Intrinsic::floor, operand(instr, 0)));
        case Op::FCeil: return define(instr, b_.CreateUnaryIntrinsic(llvm::Intrinsic::ceil, operand(instr, 0)));
        case Op::FRoundEven:
            return define(instr, b_.CreateUnaryIntrinsic(llvm::Intrinsic::roundeven, operand(instr, 0)));
        case Op::ComplexQuotient: return lower_complex_quotient(instr);
        case Op::FLibm:
        case Op::FLibm2: return lower_libm(instr);
        case Op::FCmp: return lower_float_compare(instr);
        case Op::FToI: return lower_float_to_integer(instr);

        // ---- bits
        case Op::ConstBit: return define(instr, b_.getInt1(instr.imm != 0));
        case Op::BNot: return define(instr, b_.CreateNot(operand(instr, 0)));
        case Op::BSelect:
            return define(instr, b_.CreateSelect(operand(instr, 0), operand(instr, 1), operand(instr, 2)));
        case Op::BOr: return define(instr, b_.CreateOr(operand(instr, 0), operand(instr, 1)));
        case Op::BToI: return define(instr, b_.CreateZExt(operand(instr, 0), module_.int64));

        // ---- ranges and containers
        case Op::ParallelLoop: return;
        case Op::RangeCheck: return lower_range_check(instr);
        case Op::RangeMore: return lower_range_more(instr);
        case Op::RangeStart: return lower_range_part(instr, 0);
        case Op::RangeStop: return lower_range_part(instr, 1);
        case Op::RangeStep: return lower_range_part(instr, 2);
        case Op::ListLength: return define(instr, call_support("cg_list_length", {operand(instr, 0)}));
        case Op::BytesLength: return define(instr, call_support("cg_bytes_length", {operand(instr, 0)}));
        case Op::ByteArrayLength: return define(instr, call_support("cg_bytearray_length", {operand(instr, 0)}));
        case Op::BytesItem:
        case Op::ByteArrayItem: return lower_byte_item(instr);
        case Op::ByteArraySet: return lower_byte_set(instr);
        case Op::ListGet: return define_owned(instr, list_item(instr));
        case Op::ListPeek: return define(instr, list_item(instr));
        case Op::ListSetF64: return overwrite_number(instr, item_place(instr), ir::Rep::F64);
        case Op::ListSetI64: return overwrite_number(instr, item_place(instr), ir::Rep::I64);
        case Op::ListSet:
        case Op::ListSetQuiet: return lower_list_set(instr);
        case Op::IntsGet:
        case Op::BoolsGet:
        case Op::FloatsGet: return lower_element_load(instr);
        case Op::IntsResult:
        case Op::FloatsResult: return lower_numbers_result(instr);
        case Op::IntsSet:
        case Op::BoolsSet:
        case Op::FloatsSet: return lower_number_set(instr);
        case Op::TupleLength: return define(instr, call_support("cg_tuple_length", {operand(instr, 0)}));
        case Op::TupleGet: return define_owned(instr, tuple_item(instr));
        case Op::TuplePeek: return define(instr, tuple_item(instr));
        case Op::TupleItem: return define_owned(instr, unpacked_item(instr));
        case Op::TupleItemPeek: return define(instr, unpacked_item(instr));
        case Op::StrLength: return define(instr, call_support("cg_str_length", {operand(instr, 0)}));
        case Op::DictLength: return define(instr, call_support("cg_dict_length", {operand(instr, 0)}));
        case Op::ArrayLoad: return lower_element_load(instr);
        case Op::ArrayStore: return lower_array_store(instr);
        case Op::ArrayDim: return lower_array_dim(instr);
        case Op::ArrayNewOf: return lower_array_new_of(instr);
        case Op::ArrayMap: return lower_array_map(instr);
        case Op::ArrayUpdate: return lower_array_update(instr);
        case Op::ArrayReduce: return lower_array_reduce(instr);
        case Op::ArrayFold: return lower_array_fold(instr);
        case Op::ArrayNext: return lower_array_next(instr);
        case Op::ArrayItem: return lower_array_item(instr);
        case Op::GuardClass: return lower_guard_class(instr);
        case Op::GuardKeys: return lower_guard_keys(instr);
        case Op::GuardOwnClass: return lower_guard_own_class(instr);
        case Op::ConstCounted: return define_owned(instr, constant_object(static_cast<uint32_t>(instr.imm)));
        case Op::ClassIs: return define(instr, class_is(instr));
        case Op::KeysAre: return lower_keys_are(instr);
        case Op::GuardFunction: return lower_guard_function(instr);
        case Op::ClosureCell:
            return define(instr, call_support("cg_closure_cell", {operand(instr, 0), integer(instr.imm)}));
        case Op::CellGet: return define_owned(instr, cell_content(instr));
        case Op::CellPeek: return define(instr, cell_content(instr));
        case Op::MethodGet: return define_owned(instr, found_method(instr));
        case Op::MethodFind: return lower_helper(instr);
        case Op::MethodPeek: return define(instr, found_method(instr));
        case Op::AttrGet: return define_owned(instr, attribute(instr));
        case Op::AttrPeek: return define(instr, attribute(instr));
        case Op::AttrSet:
        case Op::AttrSetQuiet: return lower_attr_set(instr);
        case Op::AttrSetF64:
            return overwrite_number(instr, attribute_address(instr, "cg_unshared_values"), ir::Rep::F64);
        case Op::AttrSetI64:
            return overwrite_number(instr, attribute_address(instr, "cg_unshared_values"), ir::Rep::I64);
        case Op::CallSelf: return lower_call_self(instr);
        case Op::CallNative: return lower_call_native(instr);
        case Op::CallWhich: return lower_call_which(instr);
        case Op::CallPart: return lower_call_part(instr);

        // ---- ops whose helper is their meaning
        case Op::CheckLocal:
        case Op::MakeCell:
        case Op::LoadCell:
        case Op::StoreCell:
        case Op::DeleteCell:
        case Op::LoadGlobal:
        case Op::StoreGlobal:
        case Op::DeleteGlobal:
        case Op::LoadAttr:
        case Op::StoreAttr:
        case Op::DeleteAttr:
        case Op::Subscript:
        case Op::StoreSubscript:
        case Op::DeleteSubscript:
        case Op::Binary:
        case Op::Unary:
        case Op::Compare:
        case Op::Contains:
        case Op::Truth:
        case Op::Call:
        case Op::CallMethod:
        case Op::LoadMethod:
        case Op::MethodSelf:
        case Op::LoadSpecial:
        case Op::LoadSuper:
        case Op::CallEnter:
        case Op::CallExit:
        case Op::CallLoaded:
        case Op::CallEx:
        case Op::MakeFunction:
        case Op::ImportName:
        case Op::ImportFrom:
        case Op::BuildTuple:
        case Op::BuildList:
        case Op::BuildSet:
        case Op::BuildDict:
        case Op::BuildString:
        case Op::BuildSlice:
        case Op::FormatValue:
        case Op::ListAppend:
        case Op::ListExtend:
        case Op::ListToTuple:
        case Op::SetAdd:
        case Op::SetUpdate:
        case Op::DictSetItem:
        case Op::DictUpdate:
        case Op::DictMerge:
        case Op::UnpackSequence:
        case Op::UnpackEx:
        case Op::Length:
        case Op::MatchSequence:
        case Op::MatchMapping:
        case Op::MatchKeys:
        case Op::MatchClass:
        case Op::GetIter:
        case Op::CheckIterations:
        case Op::IterNext:
        case Op::GetYieldFromIter:
        case Op::GetAwaitable:
        case Op::GetAIter:
        case Op::GetANext:
        case Op::Send:
        case Op::SendResult:
        case Op::StopValue:
        case Op::PushExc:
        case Op::PopExc:
        case Op::MatchExc:
        case Op::SplitGroup:
        case Op::JoinGroups:
        case Op::StrAppend:
        case Op::StrCompare:
        case Op::BoolsSum:
        case Op::NumbersShrink: return lower_helper(instr);
    }
}

void FunctionLowering::refuse(const ir::Instr& instr) {
    module_.fail(std::string(ir::info(instr.op).text) + " has no native form");
    if (instr.result != ir::no_id) {
        define(instr, llvm::PoisonValue::get(module_.type_of(type(instr.result).rep)));
    }
}

llvm::Value* FunctionLowering::call_support(std::string_view name, llvm::ArrayRef<Value*> arguments) {
    return b_.CreateCall(module_.support(name), arguments);
}

llvm::Value* FunctionLowering::call_cold(llvm::FunctionCallee callee, llvm::ArrayRef<Value*> arguments) {
    llvm::CallInst* call = b_.CreateCall(callee, arguments);
    call->addFnAttr(llvm::Attribute::Cold);
    return call;
}

llvm::LoadInst* FunctionLowering::tagged(llvm::LoadInst* load, Memory memory) {
    load->setMetadata(llvm::LLVMContext::MD_tbaa, module_.alias_tag(memory));
    return load;
}

llvm::StoreInst* FunctionLowering::tagged(llvm::StoreInst* store, Memory memory) {
    store->setMetadata(llvm::LLVMContext::MD_tbaa, module_.alias_tag(memory));
    return store;
}

void FunctionLowering::expect(Value* condition, BasicBlock* usual, BasicBlock* seldom) {
    b_.CreateCondBr(condition, usual, seldom, module_.likely());
}

}  // namespace aipy::codegen
