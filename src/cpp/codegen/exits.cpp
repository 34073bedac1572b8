// Leaving compiled code, and errors: cold blocks that store the values of a frame state into cells and call the core.
//
// All exits of a function write to one array of cells, and exits with the same frame state share one block; only the
// reason differs, and comes as a phi. A shared block may use the state's values, because each of them is defined
// before every op that carries the state, so their definitions dominate the block too.
#include <algorithm>

#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

void FunctionLowering::guard(Value* ok, const ir::Instr& instr) {
    AIPY_CHECK(instr.before != ir::no_id, "an op that may leave carries a frame state");
    if (module_.input().stress_guards) {
        Value* flag = b_.CreateLoad(
            module_.byte, b_.CreateConstInBoundsGEP1_64(module_.byte, module_.data("aipy_stress"), instr.before));
        ok = b_.CreateAnd(ok, b_.CreateICmpEQ(flag, b_.getInt8(0)));
    }
    BasicBlock* go_on = new_block("guarded");
    BasicBlock* exit =
        deferred_finite_.empty() ? exit_to(instr.before, id_of(instr), b_.GetInsertBlock()) : exit_past_deferred(instr);
    expect(ok, go_on, exit);
    b_.SetInsertPoint(go_on);
}

// The way out of a guard that stands behind deferred ones: the first of them that fails decides.
llvm::BasicBlock* FunctionLowering::exit_past_deferred(const ir::Instr& instr) {
    llvm::IRBuilder<>::InsertPointGuard saved(b_);
    BasicBlock* first = new_block("deferred");
    b_.SetInsertPoint(first);
    for (const ir::Instr* deferred : deferred_finite_) {
        BasicBlock* next = new_block("deferred");
        BasicBlock* exit = exit_to(deferred->before, id_of(*deferred), b_.GetInsertBlock());
        b_.CreateCondBr(is_finite(operand(*deferred, 0)), next, exit);
        b_.SetInsertPoint(next);
    }
    b_.CreateBr(exit_to(instr.before, id_of(instr), b_.GetInsertBlock()));
    return first;
}

void FunctionLowering::leave(const ir::Instr& instr) {
    AIPY_CHECK(instr.before != ir::no_id, "an op that may leave carries a frame state");
    b_.CreateBr(exit_to(instr.before, id_of(instr), b_.GetInsertBlock()));
}

// After an op that may have run any code: goes on only while the version's assumptions hold.
void FunctionLowering::test_valid(const ir::Instr& instr) {
    if (instr.after == ir::no_id) return;
    Value* valid = tagged(b_.CreateLoad(module_.byte, module_.data("aipy_version")), Memory::Valid);
    Value* ok = as_bit(valid);
    if (module_.input().stress_guards) {
        Value* flag = b_.CreateLoad(
            module_.byte, b_.CreateConstInBoundsGEP1_64(module_.byte, module_.data("aipy_stress"), instr.after));
        ok = b_.CreateAnd(ok, b_.CreateICmpEQ(flag, b_.getInt8(0)));
    }
    BasicBlock* go_on = new_block("valid");
    expect(ok, go_on, exit_to(instr.after, id_of(instr), b_.GetInsertBlock()));
    b_.SetInsertPoint(go_on);
}

// The block that leaves with this state; `from` will branch to it.
llvm::BasicBlock* FunctionLowering::exit_to(ir::FrameStateId state, ir::InstrId reason, BasicBlock* from) {
    Exit& exit = exits_[state];
    if (exit.block == nullptr) {
        llvm::IRBuilder<>::InsertPointGuard saved(b_);
        exit.block = new_block("leave");
        b_.SetInsertPoint(exit.block);
        exit.reason = b_.CreatePHI(module_.int32, 1);
        store_cells(state);
        publish_depth();
        llvm::FunctionCallee callee = module_.callee("aipy_leave", module_.pointer,
                                                     {module_.pointer, module_.int32, module_.pointer, module_.int32});
        return_object(call_cold(callee, {module_.data("aipy_version"), b_.getInt32(state), cells(), exit.reason}));
    }
    exit.reason->addIncoming(b_.getInt32(reason), from);
    return exit.block;
}

void FunctionLowering::store_cells(ir::FrameStateId state, ir::ValueId except) {
    const std::vector<ir::ValueId> layout = ir::state_layout(ir_.frame_states[state]);
    cell_count_ = std::max(cell_count_, layout.size());
    for (size_t i = 0; i < layout.size(); ++i) {
        if (layout[i] == except) continue;
        Value* value = values_[layout[i]];
        AIPY_CHECK(value != nullptr, "a frame state's values are defined before the op that carries it");
        if (value->getType() == module_.bit) value = b_.CreateZExt(value, module_.int64);
        b_.CreateStore(value, b_.CreateConstInBoundsGEP1_64(module_.int64, cells(), i));
    }
}

// Made in the entry block; its size is known when all is lowered (finish_cells).
llvm::Value* FunctionLowering::cells() {
    if (cells_ == nullptr) {
        llvm::IRBuilder<> start(&function_->getEntryBlock(), function_->getEntryBlock().begin());
        cells_ = start.CreateAlloca(module_.int64, integer(1), "cells");
    }
    cell_count_ = std::max<size_t>(cell_count_, 1);
    return cells_;
}

void FunctionLowering::finish_cells() {
    if (cells_ != nullptr) cells_->setOperand(0, integer(static_cast<int64_t>(cell_count_)));
}

// A call of the function's own body gave an object where a number was expected: goes on in the interpreter with it.
void FunctionLowering::leave_boxed(const ir::Instr& instr, Value* object) {
    store_cells(instr.after, instr.result);
    publish_depth();
    llvm::FunctionCallee callee = module_.callee("aipy_leave_boxed", module_.pointer,
                                                 {module_.pointer, module_.int32, module_.pointer, module_.pointer});
    return_object(call_cold(callee, {module_.data("aipy_version"), b_.getInt32(instr.after), cells(), object}));
}

// ---- errors -----------------------------------------------------------------------------------------------

// Where control goes when the op has raised: to its handler, or out of the function.
llvm::BasicBlock* FunctionLowering::error_block(const ir::Instr& instr) {
    AIPY_CHECK(instr.before != ir::no_id, "an op that may raise carries a frame state");
    if (!instr.error.exists()) return unwind_block(instr.before);
    llvm::IRBuilder<>::InsertPointGuard saved(b_);
    BasicBlock* block = new_block("raised");
    b_.SetInsertPoint(block);
    if (instr.op != ir::Op::Reraise) {  // which has this function in its traceback already
        store_cells(instr.before);
        llvm::FunctionCallee callee =
            module_.callee("aipy_traceback", module_.void_type, {module_.pointer, module_.int32, module_.pointer});
        call_cold(callee, {module_.data("aipy_version"), b_.getInt32(instr.before), cells()});
    }
    publish_depth();
    for (ir::ValueId value : instr.error_retain) {
        call_support(may_be_null(value) ? "cg_retain_nullable" : "cg_retain", {values_[value]});
    }
    for (ir::ValueId value : instr.unwind) release(value);
    Value* exception = call_cold(module_.callee("rt_take_exception", module_.pointer, {}), {});
    follow(instr.error, exception);
    return block;
}

llvm::BasicBlock* FunctionLowering::unwind_block(ir::FrameStateId state) {
    BasicBlock*& block = unwinds_[state];
    if (block != nullptr) return block;
    llvm::IRBuilder<>::InsertPointGuard saved(b_);
    block = new_block("unwind");
    b_.SetInsertPoint(block);
    store_cells(state);
    publish_depth();
    llvm::FunctionCallee callee =
        module_.callee("aipy_unwind", module_.void_type, {module_.pointer, module_.int32, module_.pointer});
    call_cold(callee, {module_.data("aipy_version"), b_.getInt32(state), cells()});
    return_object(llvm::ConstantPointerNull::get(module_.pointer));
    return block;
}

void FunctionLowering::raise_if(Value* failed, const ir::Instr& instr) {
    BasicBlock* go_on = new_block("fine");
    b_.CreateCondBr(failed, error_block(instr), go_on, module_.unlikely());
    b_.SetInsertPoint(go_on);
}

// The instruction that is about to run foreign code, in the activation's frame: who looks at it sees the right line.
void FunctionLowering::publish_position(const ir::Instr& instr) {
    if (thread_ == nullptr || instr.before == ir::no_id) return;
    const uint32_t offset = (*module_.input().bytecode_offsets)[ir_.frame_states[instr.before].position];
    Value* unit = b_.CreateConstInBoundsGEP1_64(module_.byte, module_.data("aipy_bytecode"), offset);
    call_support("cg_set_position", {thread_, unit});
}

// The remaining depth, which a body keeps in a register, where the code it is about to run looks for it.
void FunctionLowering::publish_depth() {
    if (part_ != FunctionPart::Body) return;
    b_.CreateCall(module_.callee("rt_set_depth", module_.void_type, {module_.int64}), {depth_});
}

}  // namespace aipy::codegen
