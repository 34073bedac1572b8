// Ops with a helper, derived from their row; raises; calls of the function's own body.
#include <algorithm>

#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

void FunctionLowering::lower_helper(const ir::Instr& instr) { finish_helper(instr, call_helper(instr)); }

// Parameters: context, operands (an `*` as pointer and count), immediates, cache (the rules are in ops.def).
llvm::Value* FunctionLowering::call_helper(const ir::Instr& instr) {
    const ir::OpInfo& row = ir::info(instr.op);
    llvm::SmallVector<Value*, 8> arguments;
    if (row.takes_context()) arguments.push_back(module_.data("aipy_context"));
    append_operands(instr, arguments);
    if (row.imm != ir::ImmKind::None) arguments.push_back(immediate(row.imm, instr.imm | dying_operands(instr)));
    if (row.imm2 != ir::ImmKind::None) arguments.push_back(immediate(row.imm2, instr.imm2));
    if (row.cached()) {
        AIPY_CHECK(instr.cache != ir::no_id, "an op with an inline cache names it");
        arguments.push_back(call_support("cg_cache", {module_.data("aipy_caches"), integer(instr.cache)}));
    }
    llvm::SmallVector<llvm::Type*, 8> types;
    for (Value* argument : arguments) types.push_back(argument->getType());
    const char result = row.result();
    llvm::Type* type = result == '-' ? module_.int32 : module_.type_of_letter(result);
    if (row.runs_foreign_code()) publish_depth();
    if (row.runs_foreign_code()) publish_position(instr);
    return b_.CreateCall(module_.callee(row.helper, type, types), arguments);
}

// What a binary operator is told: which operands are no locals and are released right behind it.
int64_t FunctionLowering::dying_operands(const ir::Instr& instr) const {
    if (instr.op != ir::Op::Binary) return 0;
    auto is_local = [&](ir::FrameStateId state, ir::ValueId value) {
        if (state == ir::no_id) return false;
        const std::vector<ir::ValueId> locals = ir::slot_values(ir_.frame_states[state]);
        return std::ranges::find(locals, value) != locals.end();
    };
    auto dies = [&](ir::ValueId value) {
        const ir::TypeKind kind = type(value).kind;
        if (kind != ir::TypeKind::Any && kind != ir::TypeKind::NDArray) return false;
        if (is_local(instr.before, value) || is_local(instr.after, value)) return false;
        const std::vector<ir::InstrId>& block = ir_.block(block_of(instr.result)).instrs;
        for (auto at = std::ranges::find(block, id_of(instr)) + 1; at != block.end(); ++at) {
            const ir::Instr& next = ir_.instr(*at);
            if (next.op == ir::Op::Release && next.operands[0] == value) return true;
            if (next.op != ir::Op::Release && next.op != ir::Op::Keep) return false;
        }
        return false;
    };
    return (dies(instr.operands[0]) ? ir::left_dies : 0) | (dies(instr.operands[1]) ? ir::right_dies : 0);
}

void FunctionLowering::append_operands(const ir::Instr& instr, llvm::SmallVectorImpl<Value*>& arguments) {
    const ir::OpInfo& row = ir::info(instr.op);
    const size_t fixed = row.fixed_operands();
    for (size_t i = 0; i < fixed; ++i) {
        Value* value = operand(instr, i);
        arguments.push_back(row.operand(i) == 'b' ? b_.CreateZExt(value, module_.int32) : value);
    }
    if (!row.is_variadic()) return;
    arguments.push_back(operand_array(instr, fixed));
    arguments.push_back(integer(static_cast<int64_t>(instr.operands.size() - fixed)));
}

// The variadic operands, in an array on the stack with one free cell before it, so that callees may be called with
// PY_VECTORCALL_ARGUMENTS_OFFSET.
llvm::Value* FunctionLowering::operand_array(const ir::Instr& instr, size_t first) {
    llvm::BasicBlock& start = function_->getEntryBlock();
    const auto count = static_cast<int64_t>(instr.operands.size() - first);
    llvm::IRBuilder<> at_start(&start, start.begin());
    Value* room = at_start.CreateAlloca(module_.pointer, integer(count + 1), "operands");
    Value* array = b_.CreateConstInBoundsGEP1_64(module_.pointer, room, 1);
    for (int64_t i = 0; i < count; ++i) {
        b_.CreateStore(operand(instr, first + static_cast<size_t>(i)),
                       b_.CreateConstInBoundsGEP1_64(module_.pointer, array, static_cast<uint64_t>(i)));
    }
    return array;
}

llvm::Value* FunctionLowering::immediate(ir::ImmKind kind, int64_t value) {
    if (kind == ir::ImmKind::Version) return module_.process_number(value);
    if (kind != ir::ImmKind::Constant && kind != ir::ImmKind::Name) return integer(value);
    if (value < 0) return llvm::ConstantPointerNull::get(module_.pointer);
    return constant_object(static_cast<uint32_t>(value));
}

// Errors, the result, and, after foreign code, the assumptions.
void FunctionLowering::finish_helper(const ir::Instr& instr, Value* result) {
    const ir::OpInfo& row = ir::info(instr.op);
    const bool is_object = result->getType()->isPointerTy();
    if (row.raises() && row.result() == 'N') {
        raise_if_null_and_error(instr, result);
    } else if (row.raises()) {
        raise_if(is_object ? is_null(result) : b_.CreateICmpSLT(result, llvm::ConstantInt::get(result->getType(), 0)),
                 instr);
    }
    if (row.has_result()) define(instr, row.result() == 'b' ? as_bit(result) : result);
    // Nothing may come between load.method and its method.self, behind which the assumptions are tested.
    const bool self_follows =
        instr.op == ir::Op::LoadMethod || instr.op == ir::Op::LoadSpecial || instr.op == ir::Op::LoadSuper;
    if (row.runs_foreign_code() && !self_follows) test_valid(instr);
}

void FunctionLowering::lower_raise(const ir::Instr& instr) {
    call_helper(instr);
    b_.CreateBr(error_block(instr));
}

// Null is an answer, or an error.
void FunctionLowering::raise_if_null_and_error(const ir::Instr& instr, Value* result) {
    BasicBlock* absent = new_block("absent");
    BasicBlock* go_on = new_block("answered");
    expect(b_.CreateIsNotNull(result), go_on, absent);
    b_.SetInsertPoint(absent);
    Value* error = b_.CreateCall(module_.callee("PyErr_Occurred", module_.pointer, {}));
    b_.CreateCondBr(is_null(error), go_on, error_block(instr), module_.likely());
    b_.SetInsertPoint(go_on);
}

// ---- calls of the own body --------------------------------------------------------------------------------

void FunctionLowering::lower_call_self(const ir::Instr& instr) {
    AIPY_CHECK(body_ != nullptr && part_ == FunctionPart::Body, "call.self is in the body");
    BasicBlock* too_deep = new_block("too_deep");
    BasicBlock* call_block = new_block("call");
    b_.CreateCondBr(b_.CreateICmpSLE(depth_, integer(1)), too_deep, call_block, module_.unlikely());
    b_.SetInsertPoint(too_deep);
    call_cold(module_.callee("rt_recursion_error", module_.int32, {}), {});
    BasicBlock* raised = error_block(instr);
    b_.CreateBr(raised);

    b_.SetInsertPoint(call_block);
    llvm::SmallVector<Value*, 8> arguments{b_.CreateNSWSub(depth_, integer(1))};
    if (call_site_ != nullptr) arguments.push_back(call_site_);
    for (ir::ValueId value : instr.operands) arguments.push_back(values_[value]);
    llvm::CallInst* call = b_.CreateCall(body_, arguments);
    call->setCallingConv(body_->getCallingConv());
    finish_body_call(instr, call, nullptr, ir_.return_type.rep);
    // Without foreign ops of its own the body can only have run foreign code in an exit, which is not ok.
    if (runs_foreign_code()) test_valid(instr);
}

void FunctionLowering::finish_body_call(const ir::Instr& instr, llvm::CallInst* call, Value* depth, ir::Rep rep) {
    body_calls_[instr.result] = call;
    define(instr, given_by_body(instr, call, depth, rep));
}

// What a body gave: the number itself, nothing (it raised), or an object, with which this function leaves. `depth`: to
// be restored where the body did not end in native code.
llvm::Value* FunctionLowering::given_by_body(const ir::Instr& instr, llvm::CallInst* call, Value* depth, ir::Rep rep) {
    Value* word = b_.CreateExtractValue(call, 0);
    Value* status = b_.CreateExtractValue(call, 1);
    BasicBlock* ok = new_block("ok");
    BasicBlock* other = new_block("other");
    BasicBlock* object = new_block("boxed");
    expect(b_.CreateICmpEQ(status, integer(0)), ok, other);
    b_.SetInsertPoint(other);
    if (part_ == FunctionPart::Loop || module_.gives_up) {
        leave(instr);
        b_.SetInsertPoint(object);
        b_.CreateUnreachable();
    } else {
        finish_other_result(instr, word, status, depth, rep, object);
    }
    b_.SetInsertPoint(ok);
    if (rep == ir::Rep::Bit) return as_bit(word);
    return rep == ir::Rep::Object ? b_.CreateIntToPtr(word, module_.pointer) : word;
}

// The body raised, or gave an object.
void FunctionLowering::finish_other_result(const ir::Instr& instr, Value* word, Value* status, Value* depth,
                                           ir::Rep rep, BasicBlock* object) {
    if (depth != nullptr) call_cold(module_.callee("rt_set_depth", module_.void_type, {module_.int64}), {depth});
    b_.CreateCondBr(b_.CreateICmpEQ(status, integer(1)), error_block(instr), object);
    b_.SetInsertPoint(object);
    Value* bits = rep == ir::Rep::F64 ? b_.CreateBitCast(word, module_.int64) : word;
    leave_boxed(instr, b_.CreateIntToPtr(bits, module_.pointer));
}

// The items of a tuple stand behind the status, but for the first.
void FunctionLowering::lower_call_part(const ir::Instr& instr) {
    Value* part = b_.CreateExtractValue(body_calls_[instr.operands[0]], static_cast<unsigned>(instr.imm) + 1);
    define(instr, type(instr.result).rep == ir::Rep::Bit ? as_bit(part) : part);
}

// ---- calls of other functions' bodies ---------------------------------------------------------------------

// Leaves where CPython would raise RecursionError. The callee has no frame: where it leaves, it says in this
// function's frame from where it was called.
void FunctionLowering::lower_call_native(const ir::Instr& instr) {
    Value* depth = depth_for_call(instr);
    const auto body = static_cast<size_t>(instr.imm);
    finish_body_call(instr, call_body(instr, body, depth, instr.operands), depth, type(instr.result).rep);
}

llvm::Value* FunctionLowering::depth_for_call(const ir::Instr& instr) {
    Value* depth = depth_ != nullptr ? depth_ : call_support("cg_depth", {depth_thread_});
    guard(b_.CreateICmpSGT(depth, integer(1)), instr);
    return depth;
}

llvm::CallInst* FunctionLowering::call_body(const ir::Instr& instr, size_t index, Value* depth,
                                            llvm::ArrayRef<ir::ValueId> operands) {
    llvm::Function* body = module_.bodies[index];
    AIPY_CHECK(body != nullptr, "every callee that is called has a body");
    // A callee has no frame: what it calls stands where it was called from itself.
    Value* site = call_site_ != nullptr ? call_site_ : position_unit(instr);
    llvm::SmallVector<Value*, 8> arguments{b_.CreateNSWSub(depth, integer(1)), site};
    for (ir::ValueId value : operands) arguments.push_back(values_[value]);
    llvm::CallInst* call = b_.CreateCall(body, arguments);
    call->setCallingConv(body->getCallingConv());
    return call;
}

// One body after the other is asked for, and what was called gives the result.
void FunctionLowering::lower_call_which(const ir::Instr& instr) {
    const std::vector<uint32_t> bodies = ir::called_bodies(instr);
    const size_t bits = bodies.size() - 1;
    const llvm::ArrayRef<ir::ValueId> operands = llvm::ArrayRef(instr.operands).drop_front(bits);
    const ir::Rep wanted = type(instr.result).rep;
    Value* depth = depth_for_call(instr);
    BasicBlock* join = new_block("called");
    llvm::SmallVector<std::pair<Value*, BasicBlock*>, 4> results;
    for (size_t i = 0; i < bodies.size(); ++i) {
        BasicBlock* next = i < bits ? new_block("which") : nullptr;
        if (next != nullptr) {
            BasicBlock* this_one = new_block("call");
            b_.CreateCondBr(operand(instr, i), this_one, next);
            b_.SetInsertPoint(this_one);
        }
        const ir::Rep given = module_.body_facts[bodies[i]].result;
        Value* result = given_by_body(instr, call_body(instr, bodies[i], depth, operands), depth, given);
        if (given != wanted) {
            AIPY_CHECK(wanted == ir::Rep::Object, "bodies that give other numbers than one another give objects");
            result = boxed(result, given);
            raise_if(is_null(result), instr);
        }
        results.emplace_back(result, b_.GetInsertBlock());
        b_.CreateBr(join);
        if (next != nullptr) b_.SetInsertPoint(next);
    }
    b_.SetInsertPoint(join);
    llvm::PHINode* result = b_.CreatePHI(module_.type_of(wanted), static_cast<unsigned>(results.size()));
    for (const auto& [value, block] : results) result->addIncoming(value, block);
    define(instr, result);
}

}  // namespace aipy::codegen
