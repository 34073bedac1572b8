// Polls and the loops around them (see "Polls" in function_lowering.h).
#include <algorithm>

#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

// ---- which loops ------------------------------------------------------------------------------------------

bool FunctionLowering::starts_with_poll(const ir::Block& block) const {
    for (ir::InstrId id : block.instrs) {
        if (ir_.instr(id).op == ir::Op::Poll) return true;
        if (ir_.instr(id).op != ir::Op::Keep) return false;
    }
    return false;
}

bool FunctionLowering::is_back_edge(ir::BlockId from, ir::BlockId to) const {
    return (part_ != FunctionPart::Body || from != 0) && plans_[from].order >= plans_[to].order;
}

std::vector<bool> FunctionLowering::blocks_of_loop(ir::BlockId header) const {
    std::vector<bool> inside(ir_.blocks.size(), false);
    std::vector<ir::BlockId> work;
    auto enter = [&](ir::BlockId id) {
        if (!inside[id]) work.push_back(id);
        inside[id] = true;
    };
    inside[header] = true;
    for (const WayIn& way : ways_in_[header])
        if (is_back_edge(way.from, header)) enter(way.from);
    while (!work.empty()) {
        const ir::BlockId id = work.back();
        work.pop_back();
        for (const WayIn& way : ways_in_[id]) enter(way.from);
    }
    return inside;
}

// Whether the op runs no foreign code and calls nothing that changes an object's header.
bool FunctionLowering::keeps_headers(const ir::Instr& instr) const {
    if (instr.op == ir::Op::ParallelLoop) return part_ != FunctionPart::Whole;  // others run while it runs
    const std::vector<uint32_t> bodies = ir::called_bodies(instr);
    if (!bodies.empty())
        return std::ranges::none_of(bodies, [&](uint32_t body) { return module_.body_facts[body].changes_headers; });
    const ir::OpInfo& row = ir::info(instr.op);
    return !row.runs_foreign_code() && !(row.effects == ir::EffectClass::Writes && row.has_helper());
}

// Whether the loop is innermost, runs no foreign code besides its poll, and calls nothing that changes an object's
// header: then each iteration is short, and what is read of headers stays as it is.
bool FunctionLowering::counts_polls(ir::BlockId header, const std::vector<bool>& inside) const {
    return std::ranges::all_of(order_, [&](ir::BlockId id) {
        return !inside[id] || std::ranges::all_of(ir_.block(id).instrs, [&](ir::InstrId instr) {
            const ir::Op op = ir_.instr(instr).op;
            if (op == ir::Op::Poll) return id == header;
            if (op == ir::Op::ArrayUpdate || op == ir::Op::ArrayReduce) return false;  // may take long
            if (op == ir::Op::ArrayNewOf) return false;                                // makes an object
            return keeps_headers(ir_.instr(instr));
        });
    });
}

// The header's poll, when what follows it may be done again and ends in a branch out of the loop; else null.
const ir::Instr* FunctionLowering::deferrable_poll(ir::BlockId header, const std::vector<bool>& inside) const {
    const ir::Instr* poll = nullptr;
    for (ir::InstrId id : ir_.block(header).instrs) {
        const ir::Instr& instr = ir_.instr(id);
        const ir::OpInfo& row = ir::info(instr.op);
        if (instr.op == ir::Op::Poll && poll == nullptr) {
            poll = &instr;
        } else if (instr.op == ir::Op::Branch) {
            return inside[instr.targets[0].target] != inside[instr.targets[1].target] ? poll : nullptr;
        } else if (row.raises() || (row.effects != ir::EffectClass::Pure && row.effects != ir::EffectClass::Reads)) {
            return nullptr;
        } else if (row.result() == 'O' || row.result() == 'N') {
            return nullptr;
        }
    }
    return nullptr;
}

// ---- code -------------------------------------------------------------------------------------------------

llvm::Value* FunctionLowering::poll_pending() {
    if (module_.gives_up) return b_.getFalse();
    llvm::LoadInst* flags = b_.CreateLoad(module_.byte, poll_flags_);
    flags->setAtomic(llvm::AtomicOrdering::Monotonic);
    flags->setAlignment(llvm::Align(1));
    return as_bit(flags);
}

// A callee, and a generator whose body is part of a loop, has no frame that a handler could see: the interpreter polls.
bool FunctionLowering::leaves_at(const ir::Instr& poll) const {
    return module_.is_callee() || ir::running_generator(ir_.frame_states[poll.before]) != nullptr;
}

void FunctionLowering::lower_poll(const ir::Instr& instr) {
    BlockPlan& plan = plans_[current_block_];
    if (&instr == plan.deferred_poll) return count_down(plan);
    if (b_.GetInsertBlock() == plan.loop) {
        if (!plan.ends_soon) return lower_header_poll(instr, plan);
        if (plan.countdown != nullptr) count_down(plan);
        return;
    }
    BasicBlock* pending = new_block("pending");
    BasicBlock* go_on = new_block("polled");
    b_.CreateCondBr(poll_pending(), pending, go_on, module_.unlikely());
    b_.SetInsertPoint(pending);
    if (part_ == FunctionPart::Loop) {
        end_part();
    } else if (leaves_at(instr)) {
        leave(instr);
    } else {
        finish_helper(instr, call_helper(instr));
        b_.CreateBr(go_on);
    }
    b_.SetInsertPoint(go_on);
}

void FunctionLowering::count_down(BlockPlan& plan) {
    plan.next_countdown = b_.CreateSub(plan.countdown, integer(1), "", true, true);
    if (plan.latch != nullptr) plan.countdown->addIncoming(plan.next_countdown, plan.latch);
}

// A variable that is false when the function begins.
llvm::AllocaInst* FunctionLowering::flag_at_start(const char* name) {
    BasicBlock& entry = b_.GetInsertBlock()->getParent()->getEntryBlock();
    llvm::IRBuilder<> start(&entry, entry.getFirstInsertionPt());
    llvm::AllocaInst* flag = start.CreateAlloca(start.getInt1Ty(), nullptr, name);
    start.CreateStore(start.getFalse(), flag);
    return flag;
}

void FunctionLowering::lower_header_poll(const ir::Instr& instr, BlockPlan& plan) {
    BasicBlock* look = new_block("look");
    BasicBlock* go_on = new_block("polled");
    if (plan.countdown != nullptr) {
        count_down(plan);
        b_.CreateCondBr(b_.CreateICmpEQ(plan.countdown, integer(0)), look, go_on, module_.unlikely());
    } else {
        // What was called may have asked for another poll: that is the next iteration's.
        plan.polled = flag_at_start("polled");
        Value* polled = b_.CreateLoad(b_.getInt1Ty(), plan.polled);
        b_.CreateStore(b_.getFalse(), plan.polled);
        b_.CreateCondBr(b_.CreateAnd(poll_pending(), b_.CreateNot(polled)), look, go_on, module_.unlikely());
    }
    b_.SetInsertPoint(look);
    poll_and_restart(instr, plan);
    b_.SetInsertPoint(go_on);
}

// Polls when it is due, and goes on at the head with the values the iteration began with. In the proved form of a nest
// it goes on in the plain one then, which polls.
void FunctionLowering::poll_and_restart(const ir::Instr& instr, BlockPlan& plan) {
    auto restart = [&] {
        for (size_t i = 0; i < plan.head_params.size(); ++i) {
            plan.head_params[i]->addIncoming(plan.loop_params[i], b_.GetInsertBlock());
        }
    };
    if (plan.countdown != nullptr) {
        BasicBlock* pending = new_block("pending");
        restart();
        b_.CreateCondBr(poll_pending(), pending, plan.head, module_.unlikely());
        b_.SetInsertPoint(pending);
    }
    if (part_ == FunctionPart::Loop) return end_part();
    if (proof_ != nullptr) return go_on_plainly(plan.loop_params, integer(0));
    if (leaves_at(instr)) return leave(instr);
    finish_helper(instr, call_helper(instr));
    restart();
    if (plan.polled != nullptr) b_.CreateStore(b_.getTrue(), plan.polled);
    b_.CreateBr(plan.head);
}

// Of a loop in which nobody polls. Where all iterations run in blocks, none is left here.
void FunctionLowering::lower_short_branch(const ir::Instr& instr, const BlockPlan& plan, size_t staying) {
    BasicBlock* body = new_block("body");
    BasicBlock* done = new_block("done");
    Value* holds = plan.only_blocks ? b_.getInt1(staying != 0) : operand(instr, 0);
    b_.CreateCondBr(holds, staying == 0 ? body : done, staying == 0 ? done : body);
    b_.SetInsertPoint(body);
    follow(instr.targets[staying]);
    b_.SetInsertPoint(done);
    follow(instr.targets[1 - staying]);
}

void FunctionLowering::lower_counted_branch(const ir::Instr& instr, BlockPlan& plan) {
    const std::vector<bool> inside = blocks_of_loop(current_block_);
    const size_t staying = inside[instr.targets[0].target] ? 0 : 1;
    if (plan.ends_soon) return lower_short_branch(instr, plan, staying);
    BasicBlock* body = new_block("body");
    BasicBlock* out = new_block("out");
    BasicBlock* look = new_block("look");
    BasicBlock* done = new_block("done");
    Value* stays = staying == 0 ? operand(instr, 0) : b_.CreateNot(operand(instr, 0));
    Value* goes_on = plan.only_blocks ? b_.getFalse() : b_.CreateICmpNE(plan.countdown, integer(0));
    if (plan.counted != nullptr) {
        // One way out, as LLVM's vectoriser wants it.
        b_.CreateCondBr(plan.counts_to_end ? goes_on : b_.CreateAnd(stays, goes_on), body, out);
        b_.SetInsertPoint(out);
        b_.CreateCondBr(stays, look, done);
    } else {
        b_.CreateCondBr(stays, out, done);
        b_.SetInsertPoint(out);
        b_.CreateCondBr(goes_on, body, look, module_.likely());
    }
    b_.SetInsertPoint(body);
    follow(instr.targets[staying]);
    b_.SetInsertPoint(look);
    poll_and_restart(*plan.deferred_poll, plan);
    b_.SetInsertPoint(done);
    follow(instr.targets[1 - staying]);
}

}  // namespace aipy::codegen
