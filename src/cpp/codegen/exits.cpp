// Leaving compiled code, and errors: cold blocks that pass the values of a frame state to the core.
//
// They go as the variable arguments of one call, so that an exit is one instruction for LLVM's passes, most of whose
// time would go into stores. Exits with the same frame state share one block; only the reason differs, and comes as a
// phi. A shared block may use the state's values, because each of them is defined before every op that carries the
// state, so their definitions dominate the block too.
#include <algorithm>

#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

void FunctionLowering::guard(Value* ok, const ir::Instr& instr) {
    AIPY_CHECK(instr.before != ir::no_id, "an op that may leave carries a frame state");
    if (block_frame_ != nullptr) {
        if (only_if_ != nullptr) ok = b_.CreateLogicalOr(b_.CreateNot(only_if_), ok);
        const auto* known = llvm::dyn_cast<llvm::ConstantInt>(ok);
        if (known != nullptr && known->isOne()) return;
        Value* fails = b_.CreateNot(ok);
        if (block_frame_->mask != nullptr) fails = b_.CreateAnd(block_frame_->mask, fails);
        block_frame_->failed = b_.CreateOr(block_frame_->failed, fails);
        return;
    }
    if (module_.input().stress_guards) {
        Value* flag = b_.CreateLoad(
            module_.byte, b_.CreateConstInBoundsGEP1_64(module_.byte, module_.data("aipy_stress"), instr.before));
        ok = b_.CreateAnd(ok, b_.CreateICmpEQ(flag, b_.getInt8(0)));
    }
    BasicBlock* go_on = new_block("guarded");
    if (only_if_ != nullptr) {
        // Whether a failure counts is asked only where there is one. What is computed in vain may be poison.
        BasicBlock* failed = new_block("failed");
        expect(b_.CreateFreeze(ok), go_on, failed);
        b_.SetInsertPoint(failed);
        ok = b_.CreateNot(only_if_);
    }
    BasicBlock* exit = with_traceback(instr, instr.before, [&] {
        return deferred_finite_.empty() ? exit_to(instr.before, id_of(instr), b_.GetInsertBlock())
                                        : exit_past_deferred(instr);
    });
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
    b_.CreateBr(
        with_traceback(instr, instr.before, [&] { return exit_to(instr.before, id_of(instr), b_.GetInsertBlock()); }));
}

// After an op that may have run any code: goes on only while the version's assumptions hold, and while arrays, whose
// shape, dtype and flags can be set, are what they were found to be, and NumPy's error state is.
void FunctionLowering::test_valid(const ir::Instr& instr) {
    if (instr.after == ir::no_id) return;
    if (module_.input().looks_at_dicts) b_.CreateCall(module_.callee("rt_look_at_dicts", module_.void_type, {}));
    Value* valid = tagged(b_.CreateLoad(module_.byte, module_.data("aipy_valid")), Memory::Valid);
    Value* ok = as_bit(valid);
    for (ir::ValueId value : ir::state_layout(ir_.frame_states[instr.after])) {
        if (type(value).kind != ir::TypeKind::NDArray || type(value).detail == 0) continue;
        Value* matches = call_support("cg_array_matches", {values_[value], integer(type(value).detail)});
        ok = b_.CreateAnd(ok, as_bit(matches));
    }
    if (may_underflow_) ok = b_.CreateAnd(ok, ignores_underflow());
    if (module_.input().stress_guards) {
        Value* flag = b_.CreateLoad(
            module_.byte, b_.CreateConstInBoundsGEP1_64(module_.byte, module_.data("aipy_stress"), instr.after));
        ok = b_.CreateAnd(ok, b_.CreateICmpEQ(flag, b_.getInt8(0)));
    }
    BasicBlock* go_on = new_block("valid");
    BasicBlock* exit =
        with_traceback(instr, instr.after, [&] { return exit_to(instr.after, id_of(instr), b_.GetInsertBlock()); });
    expect(ok, go_on, exit);
    b_.SetInsertPoint(go_on);
}

llvm::Value* FunctionLowering::ignores_underflow() {
    if (module_.underflow_is_ignored) return b_.getTrue();
    return as_bit(b_.CreateCall(module_.callee("rt_ignores_underflow", module_.int32, {})));
}

// The block that leaves with this state; `from` will branch to it.
llvm::BasicBlock* FunctionLowering::exit_to(ir::FrameStateId state, ir::InstrId reason, BasicBlock* from) {
    Exit& exit = exits_[state];
    if (exit.block == nullptr) {
        llvm::IRBuilder<>::InsertPointGuard saved(b_);
        exit.block = new_block("leave");
        b_.SetInsertPoint(exit.block);
        exit.reason = b_.CreatePHI(module_.int32, 1);
        leave_now(state, exit.reason);
    }
    exit.reason->addIncoming(b_.getInt32(reason), from);
    return exit.block;
}

void FunctionLowering::leave_now(ir::FrameStateId state, Value* reason) {
    if (part_ == FunctionPart::Loop) return park(state, reason);
    if (module_.gives_up) return give_up();
    publish_depth();
    publish_call_site();
    return_object(call_exit("aipy_leave", module_.pointer, state, {reason}));
}

// Calls one of the core's exits with the frame state's values; `extra`, where there is one, comes before them. The
// value `absent` is not there and its cell means nothing.
llvm::Value* FunctionLowering::call_exit(std::string_view name, llvm::Type* result, ir::FrameStateId state,
                                         llvm::ArrayRef<Value*> extra, ir::ValueId absent) {
    llvm::SmallVector<Value*, 16> arguments{module_.data("aipy_version"), b_.getInt32(state)};
    llvm::SmallVector<llvm::Type*, 4> fixed{module_.pointer, module_.int32};
    for (Value* value : extra) {
        arguments.push_back(value);
        fixed.push_back(value->getType());
    }
    for (ir::ValueId id : ir::state_layout(ir_.frame_states[state]))
        arguments.push_back(id == absent ? integer(0) : cell(values_[id]));
    return call_cold(module_.variadic_callee(name, result, fixed), arguments);
}

// A value as the 8 bytes that an exit takes.
llvm::Value* FunctionLowering::cell(Value* value) {
    AIPY_CHECK(value != nullptr, "a frame state's values are defined before the op that carries it");
    if (value->getType() == module_.bit) return b_.CreateZExt(value, module_.int64);
    if (value->getType() == module_.float64) return b_.CreateBitCast(value, module_.int64);
    return value;
}

// Where a helper puts an integer that is read at once.
llvm::Value* FunctionLowering::out_place() {
    if (out_place_ == nullptr) {
        llvm::IRBuilder<> start(&function_->getEntryBlock(), function_->getEntryBlock().begin());
        out_place_ = start.CreateAlloca(module_.int64, nullptr, "out");
    }
    return out_place_;
}

// A call of the function's own body gave an object where a number was expected: goes on in the interpreter with it.
void FunctionLowering::leave_boxed(const ir::Instr& instr, Value* object) {
    publish_depth();
    return_object(call_exit("aipy_leave_boxed", module_.pointer, instr.after, {object}, instr.result));
}

// ---- errors -----------------------------------------------------------------------------------------------

// Where control goes when the op has raised: to its handler, or out of the function.
llvm::BasicBlock* FunctionLowering::error_block(const ir::Instr& instr) {
    AIPY_CHECK(instr.before != ir::no_id, "an op that may raise carries a frame state");
    if (!instr.error.exists()) return with_traceback(instr, instr.before, [&] { return unwind_block(instr.before); });
    llvm::IRBuilder<>::InsertPointGuard saved(b_);
    BasicBlock* block = new_block("raised");
    b_.SetInsertPoint(block);
    if (ir::ValueId handled = tracebacks_.pending_at(id_of(instr)); handled != ir::no_id)
        add_late_traceback(handled, instr.before);
    if (instr.op == ir::Op::Reraise)  // which has this function in its traceback already
        no_late_traceback(instr.error.target);
    else if (tracebacks_.is_late(instr.error.target))
        add_traceback_if_due(instr);
    else
        call_exit("aipy_traceback", module_.void_type, instr.before);
    publish_depth();
    for (ir::ValueId value : instr.error_retain) {
        call_support(may_be_null(value) ? "cg_retain_nullable" : "cg_retain", {values_[value]});
    }
    for (ir::ValueId value : instr.unwind) release(value);
    Value* exception = call_cold(module_.callee("rt_take_exception", module_.pointer, {}), {});
    follow(instr.error, exception);
    return block;
}

// ---- entries that wait (late_tracebacks.h) ----------------------------------------------------------------

llvm::Value* FunctionLowering::late_traceback() {
    if (late_traceback_ == nullptr) {
        llvm::IRBuilder<> start(&function_->getEntryBlock(), function_->getEntryBlock().begin());
        late_traceback_ = start.CreateAlloca(module_.int32, nullptr, "late_traceback");
    }
    return late_traceback_;
}

void FunctionLowering::no_late_traceback(ir::BlockId handler) {
    if (tracebacks_.is_late(handler)) b_.CreateStore(b_.getInt32(ir::no_id), late_traceback());
}

// At once where others hold the exception, or it would see its own end; else it is noted what raised.
void FunctionLowering::add_traceback_if_due(const ir::Instr& instr) {
    BasicBlock* due = new_block("due");
    BasicBlock* wait = new_block("wait");
    BasicBlock* go_on = new_block("noted");
    const bool has_operand = instr.op == ir::Op::Raise && !instr.operands.empty();
    Value* raised = has_operand ? operand(instr, 0) : llvm::ConstantPointerNull::get(module_.pointer);
    Value* is_due = call_cold(module_.callee("rt_traceback_is_due", module_.int32, {module_.pointer}), {raised});
    b_.CreateCondBr(as_bit(is_due), due, wait);
    b_.SetInsertPoint(due);
    call_exit("aipy_traceback", module_.void_type, instr.before);
    no_late_traceback(instr.error.target);
    b_.CreateBr(go_on);
    b_.SetInsertPoint(wait);
    b_.CreateStore(b_.getInt32(instr.before), late_traceback());
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
}

// Makes the entry of the exception being handled if it still waits. `state`: the locals as they are now.
void FunctionLowering::add_late_traceback(ir::ValueId exception, ir::FrameStateId state) {
    BasicBlock* waits = new_block("waits");
    BasicBlock* go_on = new_block("traced");
    Value* raised_at = b_.CreateLoad(module_.int32, late_traceback());
    b_.CreateCondBr(b_.CreateICmpNE(raised_at, b_.getInt32(ir::no_id)), waits, go_on);
    b_.SetInsertPoint(waits);
    b_.CreateStore(b_.getInt32(ir::no_id), late_traceback());
    call_exit("aipy_late_traceback", module_.void_type, state, {raised_at, values_[exception]});
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
}

llvm::BasicBlock* FunctionLowering::unwind_block(ir::FrameStateId state) {
    BasicBlock*& block = unwinds_[state];
    if (block != nullptr) return block;
    llvm::IRBuilder<>::InsertPointGuard saved(b_);
    block = new_block("unwind");
    b_.SetInsertPoint(block);
    publish_depth();
    Value* result = call_exit("aipy_unwind", module_.pointer, state);
    return_object(ir_.is_generator ? result : llvm::ConstantPointerNull::get(module_.pointer));
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
    call_support("cg_set_position", {thread_, position_unit(instr)});
    if (cells_ != nullptr) show_locals(ir::shown_state(instr));
}

// The locals, for whoever looks at them in the frame: the frame state's id, then a cell for each value of the function.
// What is written on every way to here stays.
void FunctionLowering::show_locals(ir::FrameStateId state) {
    b_.CreateStore(integer(state), cells_);
    if (state == ir::no_id) return;
    for (ir::ValueId value : ir::slot_values(ir_.frame_states[state])) {
        if (shown_[current_block_].contains(value)) continue;
        const auto place = std::ranges::lower_bound(cell_values_, value) - cell_values_.begin() + 1;
        b_.CreateStore(cell(values_[value]),
                       b_.CreateConstInBoundsGEP1_64(module_.int64, cells_, static_cast<uint64_t>(place)));
        just_shown_.emplace_back(b_.GetInsertBlock(), value);
    }
}

// Behind an instruction: of what it has written, what was on the only way through it.
void FunctionLowering::keep_shown() {
    for (const auto& [where, value] : just_shown_) {
        const BasicBlock* block = b_.GetInsertBlock();
        while (block != nullptr && block != where) block = block->getSinglePredecessor();
        if (block != nullptr) shown_[current_block_].insert(value);
    }
    just_shown_.clear();
}

// What is written at the block's begin, whichever way it is entered.
void FunctionLowering::find_shown_before(ir::BlockId id) {
    std::set<ir::ValueId>& shown = shown_[id];
    bool first = true;
    for (const WayIn& way : ways_in_[id]) {
        if (way.is_error || plans_[way.from].order >= plans_[id].order) return shown.clear();
        const std::set<ir::ValueId>& before = shown_[way.from];
        if (std::exchange(first, false))
            shown = before;
        else
            std::erase_if(shown, [&](ir::ValueId value) { return !before.contains(value); });
    }
}

// The instruction in CPython's bytecode; null when no frame is kept.
llvm::Value* FunctionLowering::position_unit(const ir::Instr& instr) {
    if (module_.input().bytecode_offsets == nullptr) return llvm::ConstantPointerNull::get(module_.pointer);
    const uint32_t offset = (*module_.input().bytecode_offsets)[ir_.frame_states[instr.before].position];
    return b_.CreateConstInBoundsGEP1_64(module_.byte, module_.data("aipy_bytecode"), offset);
}

// Of a callee that is about to leave: its caller's frame shows the call.
void FunctionLowering::publish_call_site() {
    if (call_site_ == nullptr || module_.input().bytecode_offsets == nullptr) return;
    call_support("cg_set_position",
                 {b_.CreateCall(module_.callee("rt_thread_state", module_.pointer, {})), call_site_});
}

// The remaining depth, which a body keeps in a register, where the code it is about to run looks for it.
void FunctionLowering::publish_depth() {
    if (part_ != FunctionPart::Body) return;
    b_.CreateCall(module_.callee("rt_set_depth", module_.void_type, {module_.int64}), {depth_});
}

}  // namespace aipy::codegen
