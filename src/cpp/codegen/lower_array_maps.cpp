// array.map: one loop over whole arrays in C order, which LLVM vectorises: no iteration touches what another one does.
//
//   shapes equal, dtypes plain?  no: leave
//   loop:  i = 0 … n    element of the result = program of element i of each array; bits of what is not finite
//   anything not finite?  leave
#include <llvm/IR/Metadata.h>

#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

bool is_float(ir::ElementType element) { return element == ir::ElementType::F32 || element == ir::ElementType::F64; }

bool is_signed(ir::ElementType element) {
    using ir::ElementType;
    return element == ElementType::I8 || element == ElementType::I16 || element == ElementType::I32 ||
           element == ElementType::I64;
}

llvm::CmpInst::Predicate predicate(ir::ArrayOperation operation, ir::ElementType element) {
    using ir::ArrayOperation;
    using llvm::CmpInst;
    const bool floats = is_float(element), with_sign = is_signed(element);
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

// The state of one loop while it is made. An element is as it lies in memory; a bool is a byte.
struct FunctionLowering::MapLoop {
    std::vector<ir::ArrayProgram::Step> program;
    Value* count = nullptr;               // of elements
    std::vector<Value*> data{};           // by operand: of arrays
    Value* index = nullptr;               // of the iteration
    std::map<uint32_t, Value*> loaded{};  // by operand
    // The sign bit is set where something was not finite.
    Value* not_finite = nullptr;
    llvm::MDNode* accesses = nullptr;
};

void FunctionLowering::lower_array_map(const ir::Instr& instr) {
    auto program = ir::ArrayProgram::parse(ir_.constants[static_cast<size_t>(instr.imm)].text);
    AIPY_CHECK(program.has_value(), "the program of an array.map is well formed");
    MapLoop loop{.program = std::move(*program)};
    guard_map_shapes(instr, loop);
    lower_map_loop(instr, loop);
}

// All arrays have the destination's shape, and dtypes that are NumPy's own: there may be others of the same elements.
void FunctionLowering::guard_map_shapes(const ir::Instr& instr, MapLoop& loop) {
    const ir::ArrayDetail made = array_detail(instr);
    Value* made_dtype = call_support("cg_array_dtype", {operand(instr, 0)});
    Value* made_shape = call_support("cg_array_dims", {operand(instr, 0)});
    Value* same = b_.getTrue();
    loop.count = integer(1);
    for (size_t axis = 0; axis < made.rank; ++axis)
        loop.count = b_.CreateNSWMul(loop.count, load_shape(made_shape, axis));
    for (size_t i = 0; i < instr.operands.size(); ++i) {
        const ir::Type& known = type(instr.operands[i]);
        if (!known.is_object()) {
            loop.data.push_back(nullptr);
            continue;
        }
        AIPY_CHECK(known.kind == ir::TypeKind::NDArray, "the arrays of an array.map are known");
        const ir::ArrayDetail detail = ir::ArrayDetail::unpack(known.detail);
        AIPY_CHECK(detail.rank == made.rank && detail.c_contiguous, "the arrays of an array.map are alike");
        loop.data.push_back(call_support("cg_array_data", {operand(instr, i)}));
        if (i == 0) continue;
        Value* shape = call_support("cg_array_dims", {operand(instr, i)});
        for (size_t axis = 0; axis < made.rank; ++axis)
            same = b_.CreateAnd(same, b_.CreateICmpEQ(load_shape(shape, axis), load_shape(made_shape, axis)));
        if (detail.element != made.element) continue;
        Value* dtype = call_support("cg_array_dtype", {operand(instr, i)});
        same = b_.CreateAnd(same, b_.CreateICmpEQ(dtype, made_dtype));
    }
    guard(same, instr);
}

void FunctionLowering::lower_map_loop(const ir::Instr& instr, MapLoop& loop) {
    BasicBlock* before = b_.GetInsertBlock();
    BasicBlock* body = new_block("elements");
    BasicBlock* done = new_block("mapped");
    loop.accesses = llvm::MDNode::getDistinct(module_.context(), {});
    b_.CreateCondBr(b_.CreateICmpSGT(loop.count, integer(0)), body, done, module_.likely());
    b_.SetInsertPoint(body);
    llvm::PHINode* index = b_.CreatePHI(module_.int64, 2);
    llvm::PHINode* seen = b_.CreatePHI(module_.int64, 2);
    loop.index = index;
    loop.not_finite = seen;
    const ir::ElementType made = array_detail(instr).element;
    Value* place = b_.CreateInBoundsGEP(element_type(made), loop.data[0], index);
    auto* store = tagged(b_.CreateStore(map_result(instr, loop), place), Memory::Element);
    store->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
    Value* next = b_.CreateNSWAdd(index, integer(1));
    auto* again = b_.CreateCondBr(b_.CreateICmpSLT(next, loop.count), body, done);
    auto& context = module_.context();
    llvm::MDNode* parallel =
        llvm::MDNode::get(context, {llvm::MDString::get(context, "llvm.loop.parallel_accesses"), loop.accesses});
    llvm::MDNode* properties = llvm::MDNode::getDistinct(context, {nullptr, parallel});
    properties->replaceOperandWith(0, properties);
    again->setMetadata(llvm::LLVMContext::MD_loop, properties);
    index->addIncoming(integer(0), before);
    index->addIncoming(next, body);
    seen->addIncoming(integer(0), before);
    seen->addIncoming(loop.not_finite, body);
    b_.SetInsertPoint(done);
    llvm::PHINode* all_seen = b_.CreatePHI(module_.int64, 2);
    all_seen->addIncoming(integer(0), before);
    all_seen->addIncoming(loop.not_finite, body);
    guard(b_.CreateICmpSGE(all_seen, integer(0)), instr);
}

// The element that one iteration makes.
llvm::Value* FunctionLowering::map_result(const ir::Instr& instr, MapLoop& loop) {
    using Kind = ir::ArrayProgram::Step::Kind;
    struct Typed {
        Value* value;
        ir::ElementType element;
    };
    std::vector<Typed> stack;
    auto element_of = [&](uint32_t index) {
        const ir::Type& known = type(instr.operands[index + 1]);
        if (known.is_object()) return ir::ArrayDetail::unpack(known.detail).element;
        return known.rep == ir::Rep::F64 ? ir::ElementType::F64 : ir::ElementType::I64;
    };
    for (const ir::ArrayProgram::Step& step : loop.program) {
        if (step.kind == Kind::Operand) {
            stack.push_back({map_operand(instr, loop, step.operand), element_of(step.operand)});
        } else if (step.kind == Kind::Cast) {
            Typed& top = stack.back();
            top = {cast_element(top.value, top.element, step.element), step.element};
        } else if (step.operation == ir::ArrayOperation::Finite) {
            note_not_finite(loop, stack.back().value);
        } else {
            Typed second{};
            if (ir::operand_count(step.operation) == 2) {
                second = stack.back();
                stack.pop_back();
            }
            Typed& top = stack.back();
            const bool compares =
                step.operation >= ir::ArrayOperation::Less && step.operation <= ir::ArrayOperation::GreaterEqual;
            top = {apply_to_elements(step.operation, top.element, top.value, second.value),
                   compares ? ir::ElementType::Bool : top.element};
        }
    }
    return stack.back().value;
}

llvm::Value* FunctionLowering::map_operand(const ir::Instr& instr, MapLoop& loop, uint32_t index) {
    const ir::Type& known = type(instr.operands[index + 1]);
    if (!known.is_object()) return operand(instr, index + 1);
    Value*& element = loop.loaded[index];
    if (element == nullptr) {
        llvm::Type* type = element_type(ir::ArrayDetail::unpack(known.detail).element);
        auto* load =
            tagged(b_.CreateLoad(type, b_.CreateInBoundsGEP(type, loop.data[index + 1], loop.index)), Memory::Element);
        load->setMetadata(llvm::LLVMContext::MD_access_group, loop.accesses);
        element = load;
    }
    return element;
}

llvm::Value* FunctionLowering::cast_element(Value* element, ir::ElementType from, ir::ElementType to) {
    llvm::Type* made = element_type(to);
    if (to == ir::ElementType::Bool) AIPY_UNREACHABLE();  // nothing becomes a bool by promotion
    if (is_float(from)) return b_.CreateFPCast(element, made);
    if (is_float(to)) return is_signed(from) ? b_.CreateSIToFP(element, made) : b_.CreateUIToFP(element, made);
    return b_.CreateIntCast(element, made, is_signed(from));
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
        case ArrayOperation::Sqrt: return b_.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, first);
        case ArrayOperation::Finite: break;
    }
    AIPY_UNREACHABLE();
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
    loop.not_finite = b_.CreateOr(loop.not_finite, b_.CreateSExtOrTrunc(bits, module_.int64));
}

}  // namespace aipy::codegen
