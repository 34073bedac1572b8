// Blocks of iterations whose guards are tested once for all of them.
//
// A guard between an iteration's loads and its stores keeps LLVM from vectorising the loop, and so does a branch that
// may lead to a guard. So an innermost loop (block_loops.cpp) gets a second form without branches, for whole blocks of
// iterations:
//
//   head:    whether there are enough iterations, each index is in bounds at the first and the last of them, no load
//            can meet a store, and no sum can overflow: → blocks, else → loop
//   blocks:  the results of `block_size` iterations, into buffers; `failed` when a guard fails
//            failed → loop, at the block's first iteration: it leaves where CPython would warn or raise
//   commit:  the stores, iteration by iteration; → blocks, or → loop, which does the rest
//
// The size is constant and small, so LLVM keeps the buffers in registers. Where all loads lie apart from all stores and
// nothing is carried on, iterations may be run twice: then the last block is the last `block_size` iterations, some of
// which were done before, and no rest is left.
//
// What stands behind a branch is computed either way; a mask tells whether its guards count, and whether its stores are
// made. A loop in which nothing can fail needs no buffers: each iteration stores what it has computed.
//
// It is exact: nothing is stored before every guard of the block has held. Loads see what they should, because what an
// iteration stores is never loaded by a later one of its block: the arrays lie apart, or store and load go the same way
// and the load is ahead, or at the same place in the same iteration before the store. Indices are linear in the
// counters, so what holds at both ends holds between them, the checks of their own arithmetic included.
#include <llvm/ADT/STLExtras.h>

#include <algorithm>
#include <ranges>

#include "codegen/element_access.h"
#include "codegen/function_lowering.h"
#include "codegen/loop_properties.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

constexpr int64_t block_size = 16;       // of those that need buffers
constexpr int64_t least_iterations = 8;  // of the others
// With terms so small no sum that is so small at the head overflows before it comes to the head again.
constexpr int64_t largest_term = int64_t{1} << 40;
constexpr int64_t largest_sum = int64_t{1} << 61;

bool is_checked_arithmetic(ir::Op op) { return op == ir::Op::IAdd || op == ir::Op::ISub || op == ir::Op::IMul; }

// Rows are short: what is left over by wide steps costs more than they gain.
llvm::MDNode* one_vector_at_a_time(llvm::LLVMContext& context) {
    auto* one = llvm::ConstantAsMetadata::get(llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), 1));
    return loop_with(context,
                     llvm::MDNode::get(context, {llvm::MDString::get(context, "llvm.loop.interleave.count"), one}));
}

// No access between `first` and `last` depends on one of another iteration, but on loads that come before stores.
llvm::MDNode* independent_accesses(llvm::LLVMContext& context, const std::vector<llvm::BasicBlock*>& blocks) {
    llvm::MDNode* group = llvm::MDNode::getDistinct(context, {});
    for (llvm::BasicBlock* block : blocks) {
        for (llvm::Instruction& instruction : *block) {
            if (instruction.mayReadOrWriteMemory()) instruction.setMetadata(llvm::LLVMContext::MD_access_group, group);
        }
    }
    return loop_with(context,
                     llvm::MDNode::get(context, {llvm::MDString::get(context, "llvm.loop.parallel_accesses"), group}));
}

}  // namespace

// ---- the way in -------------------------------------------------------------------------------------------

// The value at the iteration of that number. `exact`, where it is given, becomes false when the arithmetic overflows;
// without, it is known not to.
llvm::Value* FunctionLowering::at_iteration(const BlockLoop& loop, ir::ValueId id, Value* iteration, Value** exact) {
    id = only_value(id);
    if (loop.counters.contains(id)) return counter_at(loop, id, iteration, exact);
    if (!loop.inside[block_of(id)]) return values_[id];
    const ir::Instr& instr = ir_.instr(ir_.value(id).def);
    if (instr.op == ir::Op::ConstI64) return integer(instr.imm);
    if (instr.op == ir::Op::ArrayDim) return axis_length(instr.operands[0], static_cast<size_t>(instr.imm));
    Value* first = at_iteration(loop, instr.operands[0], iteration, exact);
    if (instr.op == ir::Op::RetypeI64) return first;
    return linear(instr.op, first, at_iteration(loop, instr.operands[1], iteration, exact), exact);
}

// The counter that is compared stays on this side of where it stops.
llvm::Value* FunctionLowering::counter_at(const BlockLoop& loop, ir::ValueId counter, Value* iteration, Value** exact) {
    const auto& params = ir_.block(loop.header).params;
    const auto index = static_cast<size_t>(std::ranges::find(params, counter) - params.begin());
    Value* first = plans_[loop.header].head_params[index];
    if (counter == loop.counter) exact = nullptr;
    Value* way = linear(ir::Op::IMul, iteration, integer(loop.counters.at(counter)), exact);
    return linear(ir::Op::IAdd, first, way, exact);
}

llvm::Value* FunctionLowering::linear(ir::Op op, Value* first, Value* second, Value** exact) {
    if (exact == nullptr) {
        if (op == ir::Op::ISub) return b_.CreateNSWSub(first, second);
        return op == ir::Op::IMul ? b_.CreateNSWMul(first, second) : b_.CreateNSWAdd(first, second);
    }
    llvm::Intrinsic::ID id = llvm::Intrinsic::sadd_with_overflow;
    if (op == ir::Op::ISub) id = llvm::Intrinsic::ssub_with_overflow;
    if (op == ir::Op::IMul) id = llvm::Intrinsic::smul_with_overflow;
    Value* both = b_.CreateBinaryIntrinsic(id, first, second);
    *exact = b_.CreateAnd(*exact, b_.CreateNot(b_.CreateExtractValue(both, 1)));
    return b_.CreateExtractValue(both, 0);
}

// The element's address at that iteration.
llvm::Value* FunctionLowering::address_at(const BlockLoop& loop, const ir::Instr& access, Value* iteration) {
    std::vector<std::pair<ir::ValueId, Value*>> saved;
    for (ir::ValueId index : indices_of(access)) {
        saved.emplace_back(index, values_[index]);
        values_[index] = at_iteration(loop, index, iteration, nullptr);
    }
    Value* address = element_address(access, access_detail(access));
    for (auto& [id, value] : saved | std::views::reverse) values_[id] = value;
    return address;
}

// Goes on only where `ok` holds.
void FunctionLowering::enter_if(Value* ok, BasicBlock* otherwise) {
    BasicBlock* go_on = new_block("enter");
    expect(ok, go_on, otherwise);
    b_.SetInsertPoint(go_on);
}

// Goes on where all checks of indices hold from the first iteration to the last.
void FunctionLowering::enter_if_in_bounds(BlockFrame& frame, const ir::Instr& instr) {
    const BlockLoop& loop = frame.loop;
    Value* ok = b_.getTrue();
    const bool proved = is_proved_everywhere(instr);
    const bool fits = proved && proof_->exact.contains(id_of(instr));
    if (is_checked_arithmetic(instr.op) && !fits && degree(loop, instr.result)) {
        for (Value* end : {integer(0), frame.last}) at_iteration(loop, instr.result, end, &ok);
    }
    if (is_linear_guard(loop, instr)) {
        const ir::Instr& test = ir_.instr(ir_.value(instr.operands[0]).def);
        for (Value* end : {integer(0), frame.last}) {
            Value* a = at_iteration(loop, test.operands[0], end, &ok);
            Value* b = at_iteration(loop, test.operands[1], end, &ok);
            ok = b_.CreateAnd(ok, b_.CreateICmp(signed_predicate(static_cast<ir::CompareOp>(test.imm)), a, b));
        }
    }
    if (loads_element(instr.op) || stores_element(instr.op)) {
        for (const auto [axis, index] : llvm::enumerate(indices_of(instr))) {
            if (proved && proof_->in_bounds.contains({id_of(instr), index})) continue;
            Value* length = access_length(instr, axis);
            for (Value* end : {integer(0), frame.last}) {
                ok = b_.CreateAnd(ok, b_.CreateICmpULT(at_iteration(loop, index, end, &ok), length));
            }
        }
    }
    if (ok != b_.getTrue()) enter_if(ok, frame.refused);
}

// Whether two contiguous arrays lie apart: known without looking at single elements.
llvm::Value* FunctionLowering::lie_apart(const ir::Instr& store, const ir::Instr& load) {
    Value* ends[2][2];
    const ir::Instr* accesses[] = {&store, &load};
    for (size_t i = 0; i < 2; ++i) {
        const ir::ArrayDetail detail = access_detail(*accesses[i]);
        if (!detail.c_contiguous) return b_.getFalse();
        Value* size = integer(static_cast<int64_t>(element_type(detail.element)->getScalarSizeInBits() / 8));
        for (size_t axis = 0; axis < detail.rank; ++axis) size = b_.CreateMul(size, access_length(*accesses[i], axis));
        ends[i][0] = b_.CreatePtrToInt(access_data(*accesses[i]), module_.int64);
        ends[i][1] = b_.CreateAdd(ends[i][0], size);
    }
    return b_.CreateOr(b_.CreateICmpULE(ends[0][1], ends[1][0]), b_.CreateICmpULE(ends[1][1], ends[0][0]));
}

// Goes on where no load of the array meets the store, and notes whether they lie apart.
void FunctionLowering::enter_if_apart(BlockFrame& frame, size_t store, ir::ValueId array) {
    const BlockLoop& loop = frame.loop;
    BasicBlock* near = new_block("near");
    BasicBlock* go_on = new_block("apart");
    BasicBlock* far = nullptr;
    Value* apart = b_.getTrue();
    const ir::Instr* known = nullptr;
    for (size_t i = 0; i < loop.instrs.size(); ++i) {
        const ir::Instr& load = *loop.instrs[i];
        if (!loads_element(load.op) || load.operands[0] != array) continue;
        if (known == nullptr) {
            Value* is_far = lie_apart(*loop.instrs[store], load);
            far = b_.GetInsertBlock();
            b_.CreateCondBr(is_far, go_on, near);
            b_.SetInsertPoint(near);
        }
        known = &load;
        const Meeting meeting = never_meet(loop, *loop.instrs[store], load, i < store, frame.last);
        apart = b_.CreateAnd(apart, meeting.apart);
        enter_if(meeting.never, frame.refused);
    }
    near = b_.GetInsertBlock();
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
    llvm::PHINode* repeatable = b_.CreatePHI(module_.bit, 2, "repeatable");
    repeatable->addIncoming(b_.getTrue(), far);
    repeatable->addIncoming(apart, near);
    frame.repeatable = b_.CreateAnd(frame.repeatable, repeatable);
}

// Whether what the store writes is not loaded by a later iteration of its block, nor behind it in its own.
FunctionLowering::Meeting FunctionLowering::never_meet(const BlockLoop& loop, const ir::Instr& store,
                                                       const ir::Instr& load, bool loaded_before, Value* last) {
    auto address = [&](const ir::Instr& access, Value* iteration) {
        return b_.CreatePtrToInt(address_at(loop, access, iteration), module_.int64);
    };
    auto size = [&](const ir::Instr& access) {
        return static_cast<int64_t>(element_type(access_detail(access).element)->getScalarSizeInBits() / 8);
    };
    auto least = [&](Value* a, Value* b) { return b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, a, b); };
    auto most = [&](Value* a, Value* b) { return b_.CreateBinaryIntrinsic(llvm::Intrinsic::umax, a, b); };
    Value* store_first = address(store, integer(0));
    Value* store_last = address(store, last);
    Value* load_first = address(load, integer(0));
    Value* load_last = address(load, last);
    Value* store_end = b_.CreateAdd(most(store_first, store_last), integer(size(store)));
    Value* load_end = b_.CreateAdd(most(load_first, load_last), integer(size(load)));
    Value* apart = b_.CreateOr(b_.CreateICmpULE(store_end, least(load_first, load_last)),
                               b_.CreateICmpULE(load_end, least(store_first, store_last)));
    if (size(store) != size(load)) return {apart, apart};
    Value* way = b_.CreateSub(store_last, store_first);
    Value* same_way = b_.CreateICmpEQ(way, b_.CreateSub(load_last, load_first));
    Value* distance = b_.CreateSub(load_first, store_first);
    const int64_t nearest = loaded_before ? 0 : size(load);
    Value* ahead =
        b_.CreateOr(b_.CreateAnd(b_.CreateICmpSGT(way, integer(0)), b_.CreateICmpSGE(distance, integer(nearest))),
                    b_.CreateAnd(b_.CreateICmpSLT(way, integer(0)), b_.CreateICmpSLE(distance, integer(-nearest))));
    return {b_.CreateOr(apart, b_.CreateAnd(same_way, ahead)), apart};
}

// ---- code -------------------------------------------------------------------------------------------------

void FunctionLowering::add_block_loop(const BlockLoop& loop) {
    BlockPlan& plan = plans_[loop.header];
    const auto& params = ir_.block(loop.header).params;
    const std::vector<Value*> saved = values_;
    indices_known_ = true;
    for (size_t i = 0; i < params.size(); ++i) values_[params[i]] = plan.head_params[i];
    current_block_ = loop.header;
    BlockFrame frame{.loop = loop};
    frame.refused = new_block("refused");
    frame.none = plan.only_blocks ? new_block("none") : frame.refused;
    BasicBlock* enter = new_block("enter");
    plan.head->getTerminator()->setSuccessor(0, enter);
    for (llvm::PHINode* param : plan.loop_params) param->replaceIncomingBlockWith(plan.head, frame.none);
    Value* left = plan.countdown->getIncomingValueForBlock(plan.head);
    plan.countdown->replaceIncomingBlockWith(plan.head, frame.none);
    b_.SetInsertPoint(frame.none);
    b_.CreateBr(plan.loop);
    if (plan.only_blocks) {
        b_.SetInsertPoint(frame.refused);
        go_on_plainly(plan.head_params, left);
    }
    b_.SetInsertPoint(enter);
    enter_blocks(frame);
    frame.entry = b_.GetInsertBlock();
    BasicBlock* blocks = new_block("blocks");
    b_.CreateBr(blocks);
    lower_blocks(frame, blocks);
    values_ = saved;
    indices_known_ = false;
}

// Goes on only where iterations may be run in blocks.
void FunctionLowering::enter_blocks(BlockFrame& frame) {
    const BlockLoop& loop = frame.loop;
    count_iterations(frame);
    frame.repeatable = b_.getInt1(loop.repeatable);
    for (const ir::Instr* instr : loop.instrs) enter_if_in_bounds(frame, *instr);
    for (ir::ValueId sum : loop.sums) {
        enter_if(b_.CreateICmpULE(b_.CreateAdd(values_[sum], integer(largest_sum)), integer(2 * largest_sum)),
                 frame.refused);
    }
    for (size_t i = 0; i < loop.instrs.size(); ++i) {
        if (!stores_element(loop.instrs[i]->op)) continue;
        llvm::SmallVector<ir::ValueId, 4> arrays;
        for (const ir::Instr* load : loop.instrs) {
            if (!loads_element(load->op) || llvm::is_contained(arrays, load->operands[0])) continue;
            arrays.push_back(load->operands[0]);
            enter_if_apart(frame, i, load->operands[0]);
        }
    }
}

// With the values at the loop's head.
FunctionLowering::Iterations FunctionLowering::iterations_left(const BlockLoop& loop) {
    Iterations result{nullptr, nullptr, b_.getTrue()};
    Value* first = counter_at(loop, loop.counter, integer(0), nullptr);
    Value* stop = at_iteration(loop, loop.stop, integer(0), ends_surely(loop, loop.stop) ? nullptr : &result.exact);
    const bool up = loop.step > 0;
    result.more = up ? b_.CreateICmpSLT(first, stop) : b_.CreateICmpSGT(first, stop);
    if (loop.counts_stop) result.more = b_.CreateOr(result.more, b_.CreateICmpEQ(first, stop));
    Value* way = up ? b_.CreateSub(stop, first) : b_.CreateSub(first, stop);
    if (!loop.counts_stop) way = b_.CreateSub(way, integer(1));
    const uint64_t nearer = static_cast<uint64_t>(loop.step) - static_cast<uint64_t>(loop.closing);
    const uint64_t stride = up ? nearer : 0 - nearer;
    Value* steps = b_.CreateUDiv(way, llvm::ConstantInt::get(module_.int64, stride));
    steps = b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, steps, integer(poll_interval - 1));
    result.count = b_.CreateNUWAdd(steps, integer(1));
    return result;
}

// Whether what a loop ends at can be computed at its head, without a test.
bool FunctionLowering::ends_surely(const BlockLoop& loop, ir::ValueId id) const {
    id = only_value(id);
    if (!loop.inside[block_of(id)] || loop.counters.contains(id)) return true;
    const ir::Instr& instr = ir_.instr(ir_.value(id).def);
    if (instr.op == ir::Op::ConstI64 || instr.op == ir::Op::ArrayDim) return true;
    if (instr.op != ir::Op::RetypeI64 && !(is_checked_arithmetic(instr.op) && cannot_overflow(instr))) return false;
    return std::ranges::all_of(instr.operands, [&](ir::ValueId operand) { return ends_surely(loop, operand); });
}

// A loop whose end is known at its head starts its countdown with what it has to do, and one test ends an iteration.
void FunctionLowering::start_countdowns(const std::vector<ir::BlockId>& blocks) {
    for (ir::BlockId id : blocks) {
        BlockPlan& plan = plans_[id];
        if (!plan.counts_to_end) continue;
        const BlockLoop& loop = *plan.counted;
        current_block_ = id;
        const auto& params = ir_.block(id).params;
        for (size_t i = 0; i < params.size(); ++i) values_[params[i]] = plan.head_params[i];
        b_.SetInsertPoint(plan.head->getTerminator());
        const Iterations left = iterations_left(loop);
        plan.countdown->setIncomingValueForBlock(plan.head, b_.CreateSelect(left.more, left.count, integer(0)));
        if (plan.carried) load_first_element(plan, left.more);
        for (size_t i = 0; i < params.size(); ++i) values_[params[i]] = plan.loop_params[i];
    }
}

void FunctionLowering::count_iterations(BlockFrame& frame) {
    const BlockLoop& loop = frame.loop;
    const auto [more, count, exact] = iterations_left(loop);
    frame.count = count;
    frame.last = b_.CreateSub(frame.count, integer(1));
    // Where there is no other loop, blocks do whatever there is to do.
    const bool only_blocks = plans_[loop.header].only_blocks;
    Value* enough = only_blocks ? more : b_.CreateAnd(more, b_.CreateICmpUGE(frame.count, integer(least_iterations)));
    if (exact != b_.getTrue()) enter_if(exact, frame.refused);
    enter_if(enough, frame.none);
}

void FunctionLowering::lower_blocks(BlockFrame& frame, BasicBlock* blocks) {
    const BlockLoop& loop = frame.loop;
    BlockPlan& plan = plans_[loop.header];
    const auto& params = ir_.block(loop.header).params;
    b_.SetInsertPoint(blocks);
    frame.done = b_.CreatePHI(module_.int64, 2, "done");
    for (ir::ValueId param : params) frame.passed.push_back(b_.CreatePHI(module_.type_of(type(param).rep), 2));
    BasicBlock* results = new_block("results");
    BasicBlock* tested = new_block("tested");
    BasicBlock* failed = new_block("failed");
    BasicBlock* commit = new_block("commit");
    BasicBlock* committed = new_block("committed");
    BasicBlock* done = new_block("done");
    frame.start = llvm::cast<llvm::CallInst>(
        b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, frame.done, b_.CreateSub(frame.count, integer(block_size))));
    b_.CreateBr(results);

    std::vector<Value*> last = lower_results(frame, results, blocks, tested);
    std::vector<Value*> finite;
    for (ir::ValueId value : frame.finite) finite.push_back(values_[value]);
    b_.SetInsertPoint(tested);
    Value* any_failed = frame.failed;
    for (Value* value : finite) any_failed = b_.CreateOr(any_failed, b_.CreateNot(is_finite(value)));
    for (const BlockFrame::Extreme& extreme : frame.extremes)
        any_failed = b_.CreateOr(any_failed, is_nan(frame.passed[extreme.param]));
    for (const BlockFrame::Extreme& extreme : frame.extremes)
        any_failed = b_.CreateLogicalOr(any_failed, finish_extreme(frame, extreme, last[extreme.param]));
    b_.CreateCondBr(any_failed, failed, commit, module_.unlikely());
    lower_commit(frame, commit, tested, committed);

    if (frame.buffered) {
        llvm::Instruction* enters = frame.entry->getTerminator();
        b_.SetInsertPoint(enters);
        b_.CreateCondBr(b_.CreateICmpUGE(frame.count, integer(block_size)), blocks, frame.none);
        enters->eraseFromParent();
    }
    b_.SetInsertPoint(committed);
    frame.done->addIncoming(integer(0), frame.entry);
    for (size_t i = 0; i < params.size(); ++i) frame.passed[i]->addIncoming(plan.head_params[i], frame.entry);
    Value* next = b_.CreateNSWAdd(frame.start, frame.length);
    Value* left = b_.CreateSub(frame.count, next);
    pass_linear_values(frame, b_.CreateSub(next, integer(1)), last);
    if (frame.buffered) {
        Value* whole = b_.CreateSub(frame.count, integer(block_size - 1));
        Value* stop = b_.CreateSelect(frame.repeatable, frame.count, whole);
        b_.CreateCondBr(b_.CreateICmpULT(next, stop), blocks, done);
        frame.done->addIncoming(next, committed);
        for (size_t i = 0; i < params.size(); ++i) frame.passed[i]->addIncoming(last[i], committed);
    } else {
        b_.CreateBr(done);
    }
    // Goes on iteration by iteration with the failed block, then it comes to the head again; where all went well, at
    // once.
    auto go_on = [&](BasicBlock* from, Value* iteration, Value* countdown, auto&& value_of) {
        b_.SetInsertPoint(from);
        for (size_t i = 0; i < params.size(); ++i) {
            const bool counts = loop.counters.contains(params[i]);
            Value* value = counts ? counter_at(loop, params[i], iteration, nullptr) : value_of(i);
            plan.loop_params[i]->addIncoming(value, from);
        }
        plan.countdown->addIncoming(countdown, from);
        b_.CreateBr(plan.loop);
    };
    current_block_ = loop.header;
    if (plan.only_blocks) {
        b_.SetInsertPoint(failed);
        go_on_plainly(plan.head_params, frame.length);
    } else
        go_on(failed, frame.done, frame.length, [&](size_t i) -> Value* { return frame.passed[i]; });
    go_on(done, next, left, [&](size_t i) { return last[i]; });
}

// What follows from the counters is computed behind the block: in it, LLVM would make a vector of what all iterations
// pass on, for the sake of the last.
void FunctionLowering::pass_linear_values(const BlockFrame& frame, Value* iteration, std::vector<Value*>& last) {
    const std::vector<BlockFrame::Way>& ways = frame.ways.at(frame.loop.header);
    if (ways.size() != 1) return;
    for (size_t i = 0; i < last.size(); ++i) {
        const ir::ValueId passed = ways.front().edge->args[i];
        if (degree(frame.loop, passed) == 1) last[i] = at_iteration(frame.loop, passed, iteration, nullptr);
    }
}

// All but the stores, which go to buffers, unless nothing can fail. Gives what the last iteration passes on.
std::vector<llvm::Value*> FunctionLowering::lower_results(BlockFrame& frame, BasicBlock* results, BasicBlock* from,
                                                          BasicBlock* tested) {
    const BlockLoop& loop = frame.loop;
    const auto& params = ir_.block(loop.header).params;
    b_.SetInsertPoint(results);
    frame.place = b_.CreatePHI(module_.int64, 2, "place");
    llvm::PHINode* failed = b_.CreatePHI(module_.bit, 2, "failed");
    frame.failed = failed;
    std::vector<llvm::PHINode*> carried;
    for (ir::ValueId param : params) carried.push_back(b_.CreatePHI(module_.type_of(type(param).rep), 2));
    frame.iteration = b_.CreateNSWAdd(frame.start, frame.place);
    for (size_t i = 0; i < params.size(); ++i) {
        const bool counts = loop.counters.contains(params[i]);
        if (counts) values_[params[i]] = counter_at(loop, params[i], frame.iteration, nullptr);
        if (!counts && !loop.unchanging.contains(params[i])) values_[params[i]] = carried[i];
    }
    block_frame_ = &frame;
    std::vector<Value*> last = lower_iteration(frame);
    block_frame_ = nullptr;
    for (size_t i = 0; i < params.size(); ++i) take_extreme(frame, i, carried[i], last);
    AIPY_CHECK(b_.GetInsertBlock() == results, "what is computed ahead has no branches");
    const bool direct = frame.failed == failed && frame.finite.empty();
    frame.buffered = !direct && !frame.stores.empty();
    frame.length = frame.buffered ? integer(block_size) : frame.count;
    if (!frame.buffered) frame.start->setArgOperand(1, integer(0));
    llvm::MDNode* property = one_vector_at_a_time(module_.context());
    if (direct) {
        BasicBlock* made_before = &function_->back();
        store_directly(frame);
        std::vector<BasicBlock*> accessing{results};
        for (BasicBlock& block : llvm::make_range(std::next(made_before->getIterator()), function_->end())) {
            accessing.push_back(&block);
        }
        property = frame.stores.size() < 2 ? independent_accesses(module_.context(), accessing) : nullptr;
        frame.failed = b_.getFalse();
    } else {
        store_to_buffers(frame);
    }
    if (plans_[loop.header].written_out && !frame.buffered) property = written_out_loop(module_.context());
    Value* next = b_.CreateNSWAdd(frame.place, integer(1));
    BasicBlock* latch = b_.GetInsertBlock();
    auto* branch = b_.CreateCondBr(b_.CreateICmpULT(next, frame.length), results, tested);
    if (property != nullptr) branch->setMetadata(llvm::LLVMContext::MD_loop, property);
    frame.place->addIncoming(integer(0), from);
    frame.place->addIncoming(next, latch);
    failed->addIncoming(b_.getFalse(), from);
    failed->addIncoming(frame.failed, latch);
    for (size_t i = 0; i < params.size(); ++i) {
        carried[i]->addIncoming(frame.passed[i], from);
        carried[i]->addIncoming(last[i], latch);
    }
    if (direct) frame.stores.clear();
    return last;
}

// One iteration without a branch. Gives what it passes on.
std::vector<llvm::Value*> FunctionLowering::lower_iteration(BlockFrame& frame) {
    const BlockLoop& loop = frame.loop;
    for (ir::BlockId id : loop.blocks) {
        current_block_ = id;
        frame.mask = nullptr;
        if (id != loop.header) enter_masked(frame, id);
        for (ir::InstrId instr_id : ir_.block(id).instrs) {
            const ir::Instr& instr = ir_.instr(instr_id);
            if (ir::info(instr.op).is_terminator()) {
                follow_masked(frame, instr);
            } else if (instr.result == loop.more) {
                define(instr, b_.getTrue());
            } else if (instr.op != ir::Op::Poll && instr.op != ir::Op::Keep) {
                lower_speculated(loop, instr);
            }
        }
    }
    frame.mask = nullptr;
    std::vector<Value*> last;
    for (size_t i = 0; i < ir_.block(loop.header).params.size(); ++i) {
        last.push_back(chosen(frame.ways.at(loop.header), i));
    }
    return last;
}

// A greatest float so far in the form that LLVM vectorises, in which no NaN comes and either zero may be the result.
void FunctionLowering::take_extreme(BlockFrame& frame, size_t param, llvm::PHINode* before, std::vector<Value*>& last) {
    auto* select = llvm::dyn_cast<llvm::SelectInst>(last[param]);
    if (select == nullptr || !select->getType()->isDoubleTy() || !select->use_empty()) return;
    auto* test = llvm::dyn_cast<llvm::FCmpInst>(select->getCondition());
    if (test == nullptr || llvm::count(last, select) != 1 || !before->hasNUses(2)) return;
    if (select->getFalseValue() != before || (test->getOperand(0) != before && test->getOperand(1) != before)) return;
    Value* next = select->getTrueValue();
    auto replaces = test->getPredicate();
    if (test->getOperand(0) == before) replaces = test->getSwappedPredicate();
    if (test->getOperand(test->getOperand(0) == before ? 1 : 0) != next) return;
    if (replaces != llvm::CmpInst::FCMP_OGT && replaces != llvm::CmpInst::FCMP_OLT) return;
    frame.failed = b_.CreateOr(frame.failed, is_nan(next));
    llvm::FastMathFlags flags;
    flags.setNoNaNs();
    flags.setNoSignedZeros();
    const bool greatest = replaces == llvm::CmpInst::FCMP_OGT;
    last[param] = b_.CreateBinaryIntrinsic(greatest ? llvm::Intrinsic::maxnum : llvm::Intrinsic::minnum, next, before,
                                           llvm::FMFSource(flags));
    frame.extremes.push_back({param, replaces});
}

// What was greatest before the block still is, bit for bit, where nothing was greater. Which of the zeros came first is
// not known: gives whether that would have to be.
llvm::Value* FunctionLowering::finish_extreme(BlockFrame& frame, const BlockFrame::Extreme& extreme, Value*& result) {
    Value* before = frame.passed[extreme.param];
    Value* replaced = b_.CreateFCmp(extreme.replaces, result, before);
    Value* zero = b_.CreateAnd(replaced, b_.CreateFCmpOEQ(result, number(0.0)));
    result = b_.CreateSelect(replaced, result, before);
    return zero;
}

// The mask of a block and the values of its parameters.
void FunctionLowering::enter_masked(BlockFrame& frame, ir::BlockId id) {
    const std::vector<BlockFrame::Way>& ways = frame.ways.at(id);
    const auto& params = ir_.block(id).params;
    for (size_t i = 0; i < params.size(); ++i) values_[params[i]] = chosen(ways, i);
    if (always_passes(frame.loop, {id})) return;
    for (const BlockFrame::Way& way : ways) {
        frame.mask = frame.mask == nullptr ? way.mask : b_.CreateOr(frame.mask, way.mask);
    }
}

void FunctionLowering::follow_masked(BlockFrame& frame, const ir::Instr& instr) {
    auto pass = [&](const ir::Edge& edge, Value* mask) { frame.ways[edge.target].push_back({&edge, mask}); };
    if (&instr.targets[0] == frame.loop.entered) return pass(instr.targets[0], nullptr);
    if (instr.op == ir::Op::Jump) return pass(instr.targets[0], frame.mask);
    Value* holds = operand(instr, 0);
    Value* fails = b_.CreateNot(holds);
    pass(instr.targets[0], frame.mask == nullptr ? holds : b_.CreateAnd(frame.mask, holds));
    pass(instr.targets[1], frame.mask == nullptr ? fails : b_.CreateAnd(frame.mask, fails));
}

// What is passed on the way that was taken.
llvm::Value* FunctionLowering::chosen(const std::vector<BlockFrame::Way>& ways, size_t index) {
    Value* value = values_[ways.front().edge->args[index]];
    for (const BlockFrame::Way& way : ways | std::views::drop(1)) {
        Value* other = values_[way.edge->args[index]];
        if (other == value) continue;
        value = way.mask == nullptr ? other : b_.CreateSelect(way.mask, other, value);
    }
    return value;
}

// Whether each iteration comes through one of these blocks.
bool FunctionLowering::always_passes(const BlockLoop& loop, const std::vector<ir::BlockId>& blocks) const {
    return !leads_to(loop, loop.entered->target, {loop.header}, blocks);
}

// Whether an iteration that is in one block may come to others, without those to be avoided.
bool FunctionLowering::leads_to(const BlockLoop& loop, ir::BlockId from, const std::vector<ir::BlockId>& to,
                                const std::vector<ir::BlockId>& avoided) const {
    std::set<ir::BlockId> seen;
    for (std::vector<ir::BlockId> work{from}; !work.empty();) {
        const ir::BlockId id = work.back();
        work.pop_back();
        if (llvm::is_contained(avoided, id)) continue;
        if (llvm::is_contained(to, id)) return true;
        if (id == loop.header || !seen.insert(id).second) continue;
        for (const ir::Edge& edge : ir_.instr(ir_.block(id).instrs.back()).targets) work.push_back(edge.target);
    }
    return false;
}

// ---- ops --------------------------------------------------------------------------------------------------

void FunctionLowering::lower_speculated(const BlockLoop& loop, const ir::Instr& instr) {
    if (is_linear_guard(loop, instr) || (instr.op == ir::Op::ICmp && lower_narrow(instr))) return;
    if (!is_checked_arithmetic(instr.op)) return lower_instr(instr);
    if (loop.sum_values.contains(instr.result)) return add_term(instr, loop.sum_values.contains(instr.operands[0]));
    if (degree(loop, instr.result)) {
        return define(instr, linear(instr.op, operand(instr, 0), operand(instr, 1), nullptr));
    }
    if (lower_narrow(instr) || lower_as_element(instr)) return;
    if (interval(instr.result)) {
        return define(instr, linear(instr.op, operand(instr, 0), operand(instr, 1), nullptr));
    }
    define(instr, sum_or_difference(instr, operand(instr, 0), operand(instr, 1)));
}

// The sum was small at the head, and so is each term.
void FunctionLowering::add_term(const ir::Instr& instr, bool first_is_sum) {
    const size_t term = first_is_sum ? 1 : 0;
    const std::optional<Interval> known = interval(instr.operands[term]);
    if (!known || !known->fits(40)) {
        Value* shifted = b_.CreateAdd(operand(instr, term), integer(largest_term));
        guard(b_.CreateICmpULE(shifted, integer(2 * largest_term)), instr);
    }
    define(instr, instr.op == ir::Op::ISub ? b_.CreateSub(operand(instr, 0), operand(instr, 1))
                                           : b_.CreateAdd(operand(instr, 0), operand(instr, 1)));
}

// In as few bits as hold the operands and the result, so that a vector has more lanes.
bool FunctionLowering::lower_narrow(const ir::Instr& instr) {
    const auto first = interval(instr.operands[0]), second = interval(instr.operands[1]);
    const bool compares = instr.op == ir::Op::ICmp;
    const auto result = compares ? first : interval(instr.result);
    if (!first || !second || !result) return false;
    for (unsigned bits : {16U, 32U}) {
        if (!first->fits(bits) || !second->fits(bits) || !result->fits(bits)) continue;
        llvm::Type* narrow = llvm::Type::getIntNTy(module_.context(), bits);
        Value* a = b_.CreateTrunc(operand(instr, 0), narrow);
        Value* b = b_.CreateTrunc(operand(instr, 1), narrow);
        if (compares) {
            define(instr, b_.CreateICmp(signed_predicate(static_cast<ir::CompareOp>(instr.imm)), a, b));
        } else {
            define(instr, b_.CreateSExt(linear(instr.op, a, b, nullptr), module_.int64));
        }
        return true;
    }
    return false;
}

// NumPy's signed integers in their own width: that the result is one of them, which is tested next, is tested here.
bool FunctionLowering::lower_as_element(const ir::Instr& instr) {
    const std::optional<ir::ElementType> element = ir::scalar_element(type(instr.result).kind);
    const std::optional<Interval> range = element ? element_interval(*element) : std::nullopt;
    if (!range || range->least == 0) return false;
    const unsigned bits = element_type(*element)->getIntegerBitWidth();
    const auto first = interval(instr.operands[0]), second = interval(instr.operands[1]);
    const std::optional<int64_t> factor = constant(instr.operands[1]);
    if (!first || !second || !first->fits(bits) || !second->fits(bits)) return false;
    if (instr.op == ir::Op::IMul && !(factor > 0)) return false;
    Value* a = b_.CreateTrunc(operand(instr, 0), element_type(*element));
    Value* b = b_.CreateTrunc(operand(instr, 1), element_type(*element));
    auto number = [&](int64_t value) { return llvm::ConstantInt::getSigned(a->getType(), value); };
    Value* result = nullptr;
    if (instr.op == ir::Op::IMul) {
        result = b_.CreateMul(a, b);
        guard(b_.CreateAnd(b_.CreateICmpSGE(a, number(range->least / *factor)),
                           b_.CreateICmpSLE(a, number(range->most / *factor))),
              instr);
    } else {
        result = sum_or_difference(instr, a, b);
    }
    block_frame_->elements.insert(instr.result);
    define(instr, b_.CreateSExt(result, module_.int64));
    return true;
}

// Overflow in a form that LLVM vectorises.
llvm::Value* FunctionLowering::sum_or_difference(const ir::Instr& instr, Value* first, Value* second) {
    AIPY_CHECK(instr.op != ir::Op::IMul, "a product that may overflow does not fit into blocks");
    Value* result = instr.op == ir::Op::IAdd ? b_.CreateAdd(first, second) : b_.CreateSub(first, second);
    Value* falls = instr.op == ir::Op::IAdd ? b_.CreateICmpSLT(result, first) : b_.CreateICmpSGT(result, first);
    Value* should_fall = b_.CreateICmpSLT(second, llvm::Constant::getNullValue(second->getType()));
    guard(b_.CreateICmpEQ(falls, should_fall), instr);
    return result;
}

// ---- stores -----------------------------------------------------------------------------------------------

// Stores to one place on different ways are one store. It may take the place of the first where none in between is made
// in the same iteration.
void FunctionLowering::hold_back_store(const ir::Instr& store, Value* element) {
    BlockFrame& frame = *block_frame_;
    for (BlockFrame::Store& known : frame.stores | std::views::reverse) {
        if (is_same_place(*known.instr, store)) {
            known.element = frame.mask == nullptr ? element : b_.CreateSelect(frame.mask, element, known.element);
            known.blocks.push_back(current_block_);
            const bool always = known.mask == nullptr || always_passes(frame.loop, known.blocks);
            known.mask = always || frame.mask == nullptr ? nullptr : b_.CreateOr(known.mask, frame.mask);
            return;
        }
        if (std::ranges::any_of(known.blocks,
                                [&](ir::BlockId from) { return leads_to(frame.loop, from, {current_block_}, {}); }))
            break;
    }
    frame.stores.push_back({&store, element, frame.mask, {current_block_}});
}

bool FunctionLowering::is_same_place(const ir::Instr& a, const ir::Instr& b) const {
    const auto same = [&](ir::ValueId first, ir::ValueId second) { return only_value(first) == only_value(second); };
    return a.op == b.op && same(a.operands[0], b.operands[0]) && llvm::equal(indices_of(a), indices_of(b), same);
}

void FunctionLowering::store_directly(BlockFrame& frame) {
    for (const BlockFrame::Store& store : frame.stores) {
        store_if(store.mask, [&] {
            tagged(b_.CreateStore(store.element, address_at(frame.loop, *store.instr, frame.iteration)),
                   access_memory(*store.instr));
        });
    }
}

void FunctionLowering::store_to_buffers(BlockFrame& frame) {
    llvm::IRBuilder<> start(&function_->getEntryBlock(), function_->getEntryBlock().begin());
    auto buffered = [&](Value* value) {
        auto* type = llvm::ArrayType::get(value->getType(), block_size);
        Value* buffer = start.CreateAlloca(type, nullptr, "buffer");
        b_.CreateStore(value, b_.CreateInBoundsGEP(type, buffer, {integer(0), frame.place}));
        return buffer;
    };
    for (BlockFrame::Store& store : frame.stores) {
        store.elements = buffered(store.element);
        if (store.mask != nullptr) store.masks = buffered(b_.CreateZExt(store.mask, module_.byte));
    }
}

// Stores where the mask holds.
void FunctionLowering::store_if(Value* mask, const std::function<void()>& store) {
    if (mask == nullptr) return store();
    BasicBlock* stores = new_block("stores");
    BasicBlock* go_on = new_block("stored");
    b_.CreateCondBr(mask, stores, go_on);
    b_.SetInsertPoint(stores);
    store();
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
}

void FunctionLowering::lower_commit(BlockFrame& frame, BasicBlock* commit, BasicBlock* from, BasicBlock* committed) {
    b_.SetInsertPoint(commit);
    if (frame.stores.empty()) {
        b_.CreateBr(committed);
        return;
    }
    llvm::PHINode* place = b_.CreatePHI(module_.int64, 2, "place");
    Value* iteration = b_.CreateNSWAdd(frame.start, place);
    auto buffered = [&](Value* buffer, llvm::Type* element) {
        auto* type = llvm::ArrayType::get(element, block_size);
        return b_.CreateLoad(element, b_.CreateInBoundsGEP(type, buffer, {integer(0), place}));
    };
    for (const BlockFrame::Store& store : frame.stores) {
        Value* mask = store.mask == nullptr ? nullptr : as_bit(buffered(store.masks, module_.byte));
        store_if(mask, [&] {
            Value* element = buffered(store.elements, store.element->getType());
            tagged(b_.CreateStore(element, address_at(frame.loop, *store.instr, iteration)),
                   access_memory(*store.instr));
        });
    }
    Value* next = b_.CreateNSWAdd(place, integer(1));
    BasicBlock* latch = b_.GetInsertBlock();
    b_.CreateCondBr(b_.CreateICmpULT(next, frame.length), commit, committed);
    place->addIncoming(integer(0), from);
    place->addIncoming(next, latch);
}

}  // namespace aipy::codegen
