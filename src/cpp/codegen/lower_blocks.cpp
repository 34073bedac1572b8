// Blocks of iterations whose guards are tested once for all of them.
//
// A guard between an iteration's loads and its stores keeps LLVM from vectorising the loop. So an innermost loop over a
// range, of straight-line arithmetic that stores to arrays, gets a second form, for whole blocks of iterations:
//
//   head:    whether there are enough iterations, each index is in bounds at the first and the last of them, and no
//   load
//            can meet a store: → blocks, else → loop
//   blocks:  the results of `block_size` iterations, into buffers; `failed` when a guard fails
//            failed → loop, at the block's first iteration: it leaves where CPython would warn or raise
//   commit:  the stores, iteration by iteration; → blocks, or → loop, which does the rest
//
// It is exact: nothing is stored before every guard of the block has held. Loads see what they should, because what an
// iteration stores is never loaded by a later one of its block: the arrays lie apart, or store and load go the same way
// and the load is ahead, or at the same place in the same iteration before the store. Indices are linear in the
// counter, so what holds at both ends holds between them, the checks of their own arithmetic included.
#include <algorithm>
#include <ranges>

#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

constexpr int64_t block_size = 128;
constexpr int64_t least_iterations = 8;

// Ops that may run where the iteration may turn out not to happen: no trap, no foreign code, no object.
bool is_speculable(ir::Op op) {
    using ir::Op;
    switch (op) {
        case Op::ConstI64:
        case Op::ConstF64:
        case Op::ConstBit:
        case Op::RetypeI64:
        case Op::RetypeF64:
        case Op::RetypeBit:
        case Op::IAdd:
        case Op::ISub:
        case Op::IMul:
        case Op::IAddWrap:
        case Op::IAnd:
        case Op::IOr:
        case Op::IXor:
        case Op::INeg:
        case Op::IAbs:
        case Op::IMin:
        case Op::IMax:
        case Op::IInvert:
        case Op::ICmp:
        case Op::IToF:
        case Op::IToFExact:
        case Op::FAdd:
        case Op::FSub:
        case Op::FMul:
        case Op::FDiv:
        case Op::FNeg:
        case Op::FAbs:
        case Op::FMin:
        case Op::FMax:
        case Op::FSqrt:
        case Op::FRoundF32:
        case Op::FCmp:
        case Op::BNot:
        case Op::BToI:
        case Op::GuardBit:
        case Op::GuardFinite:
        case Op::GuardElement:
        case Op::ArrayDim:
        case Op::ArrayLoad:
        case Op::ArrayStore: return true;
        default: return false;
    }
}

bool is_checked_arithmetic(ir::Op op) { return op == ir::Op::IAdd || op == ir::Op::ISub || op == ir::Op::IMul; }

size_t first_index(const ir::Instr& instr) { return instr.op == ir::Op::ArrayStore ? 2 : 1; }

}  // namespace

// ---- which loops ------------------------------------------------------------------------------------------

std::optional<FunctionLowering::BlockLoop> FunctionLowering::block_loop(ir::BlockId header) const {
    const std::vector<bool> inside = blocks_of_loop(header);
    if (plans_[header].deferred_poll == nullptr || std::ranges::count(inside, true) != 2) return std::nullopt;
    BlockLoop loop{.header = header};
    for (ir::BlockId id : order_) {
        if (inside[id] && id != header) loop.body = id;
    }
    if (loop.body == ir::no_id || !ir_.block(loop.body).params.empty()) return std::nullopt;
    for (ir::BlockId id : {header, loop.body}) {
        for (ir::InstrId instr : ir_.block(id).instrs) {
            if (!take_part(loop, ir_.instr(instr))) return std::nullopt;
        }
    }
    const bool stores =
        std::ranges::any_of(loop.instrs, [](const ir::Instr* instr) { return instr->op == ir::Op::ArrayStore; });
    if (!stores || loop.counter == ir::no_id || loop.back == nullptr || !counts_up_or_down(loop)) return std::nullopt;
    const bool fitting = std::ranges::all_of(loop.instrs, [&](const ir::Instr* i) { return fits_blocks(loop, *i); });
    return fitting ? std::optional(std::move(loop)) : std::nullopt;
}

bool FunctionLowering::take_part(BlockLoop& loop, const ir::Instr& instr) const {
    switch (instr.op) {
        case ir::Op::Poll:
        case ir::Op::Keep: return true;
        case ir::Op::Branch: return instr.operands[0] == loop.more;
        case ir::Op::Jump: loop.back = &instr.targets[0]; return loop.back->target == loop.header;
        case ir::Op::RangeMore:
            if (loop.counter != ir::no_id || !constant(instr.operands[2])) return false;
            loop.more = instr.result;
            loop.counter = instr.operands[0];
            loop.stop = instr.operands[1];
            loop.step = *constant(instr.operands[2]);
            return true;
        default: loop.instrs.push_back(&instr); return is_speculable(instr.op);
    }
}

// Whether the counter is the only value that an iteration takes over from the one before. Others may be passed on, for
// the frame states, where no op uses them.
bool FunctionLowering::counts_up_or_down(const BlockLoop& loop) const {
    const auto& params = ir_.block(loop.header).params;
    bool counts = false;
    for (size_t i = 0; i < params.size(); ++i) {
        const ir::ValueId next = loop.back->args[i];
        if (params[i] == loop.counter) {
            const ir::InstrId def = ir_.value(next).def;
            counts = def != ir::no_id && ir_.instr(def).op == ir::Op::IAddWrap &&
                     ir_.instr(def).operands[0] == loop.counter && constant(ir_.instr(def).operands[1]) == loop.step;
        } else if (next != params[i]) {
            const bool used = std::ranges::any_of(loop.instrs, [&](const ir::Instr* instr) {
                return std::ranges::find(instr->operands, params[i]) != instr->operands.end();
            });
            if (used || type(params[i]).is_object()) return false;
        }
    }
    return counts && loop.step != 0 && degree(loop, loop.stop) == 0;
}

bool FunctionLowering::fits_blocks(const BlockLoop& loop, const ir::Instr& instr) const {
    if (instr.op == ir::Op::IMul && !degree(loop, instr.result))
        return is_narrow(instr.operands[0]) && is_narrow(instr.operands[1]);
    if (instr.op == ir::Op::ArrayDim) return degree(loop, instr.operands[0]) == 0;
    if (instr.op != ir::Op::ArrayLoad && instr.op != ir::Op::ArrayStore) return true;
    if (degree(loop, instr.operands[0]) != 0) return false;
    return std::all_of(instr.operands.begin() + static_cast<std::ptrdiff_t>(first_index(instr)), instr.operands.end(),
                       [&](ir::ValueId index) { return degree(loop, index).has_value(); });
}

// 0: the same in every iteration; 1: linear in the counter; empty: something else.
std::optional<int> FunctionLowering::degree(const BlockLoop& loop, ir::ValueId id) const {
    if (id == loop.counter) return 1;
    const ir::Value& value = ir_.value(id);
    const auto& params = ir_.block(loop.header).params;
    if (value.block == loop.header) {
        const auto at = static_cast<size_t>(std::ranges::find(params, id) - params.begin());
        return loop.back->args[at] == id ? std::optional(0) : std::nullopt;
    }
    const ir::BlockId block = block_of(id);
    if (block != loop.header && block != loop.body) return 0;
    const ir::Instr& instr = ir_.instr(value.def);
    auto of = [&](size_t i) { return degree(loop, instr.operands[i]); };
    switch (instr.op) {
        case ir::Op::ConstI64: return 0;
        case ir::Op::ArrayDim:
        case ir::Op::RetypeI64: return of(0);
        case ir::Op::IAdd:
        case ir::Op::ISub:
        case ir::Op::IAddWrap: return of(0) && of(1) ? std::optional(std::max(*of(0), *of(1))) : std::nullopt;
        case ir::Op::IMul:
            return of(0) && of(1) && *of(0) + *of(1) <= 1 ? std::optional(*of(0) + *of(1)) : std::nullopt;
        default: return std::nullopt;
    }
}

// Whether the integer has at most 32 bits: the products of two such are exact.
bool FunctionLowering::is_narrow(ir::ValueId id) const {
    const ir::InstrId def = ir_.value(id).def;
    if (const auto known = constant(id)) return *known >= INT32_MIN && *known <= INT32_MAX;
    if (def == ir::no_id) return false;
    const ir::Instr& instr = ir_.instr(def);
    if (instr.op == ir::Op::RetypeI64) return is_narrow(instr.operands[0]);
    if (instr.op != ir::Op::ArrayLoad) return false;
    using ir::ElementType;
    const ElementType element = array_detail(instr).element;
    return element != ElementType::I64 && element != ElementType::U64 && element != ElementType::U32;
}

// ---- the way in -------------------------------------------------------------------------------------------

// The value at the iteration where the counter is `counter`. `exact`, where it is given, becomes false when the
// arithmetic overflows; without, it is known not to.
llvm::Value* FunctionLowering::at_counter(const BlockLoop& loop, ir::ValueId id, Value* counter, Value** exact) {
    if (id == loop.counter) return counter;
    const ir::BlockId block = block_of(id);
    const bool inside = block == loop.header || block == loop.body;
    if (!inside || ir_.value(id).def == ir::no_id) return values_[id];
    const ir::Instr& instr = ir_.instr(ir_.value(id).def);
    if (instr.op == ir::Op::ConstI64) return integer(instr.imm);
    if (instr.op == ir::Op::ArrayDim) return axis_length(instr.operands[0], static_cast<size_t>(instr.imm));
    Value* first = at_counter(loop, instr.operands[0], counter, exact);
    if (instr.op == ir::Op::RetypeI64) return first;
    return linear(instr.op, first, at_counter(loop, instr.operands[1], counter, exact), exact);
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
llvm::Value* FunctionLowering::address_at(const BlockLoop& loop, const ir::Instr& access, Value* counter) {
    std::vector<std::pair<ir::ValueId, Value*>> saved;
    for (size_t i = first_index(access); i < access.operands.size(); ++i) {
        saved.emplace_back(access.operands[i], values_[access.operands[i]]);
        values_[access.operands[i]] = at_counter(loop, access.operands[i], counter, nullptr);
    }
    Value* address = element_address(access, first_index(access), array_detail(access));
    for (auto& [id, value] : saved | std::views::reverse) values_[id] = value;
    return address;
}

// Goes on only where `ok` holds.
void FunctionLowering::enter_if(BlockFrame& frame, Value* ok) {
    BasicBlock* go_on = new_block("enter");
    expect(ok, go_on, frame.refused);
    b_.SetInsertPoint(go_on);
}

// Goes on where all checks of indices hold from the one iteration to the other.
void FunctionLowering::enter_if_in_bounds(const BlockLoop& loop, BlockFrame& frame, const ir::Instr& instr) {
    Value* ok = b_.getTrue();
    if (is_checked_arithmetic(instr.op) && degree(loop, instr.result)) {
        for (Value* end : {frame.first, frame.last}) at_counter(loop, instr.result, end, &ok);
    }
    if (instr.op == ir::Op::ArrayLoad || instr.op == ir::Op::ArrayStore) {
        for (size_t i = first_index(instr); i < instr.operands.size(); ++i) {
            Value* length = axis_length(instr.operands[0], i - first_index(instr));
            for (Value* end : {frame.first, frame.last}) {
                ok = b_.CreateAnd(ok, b_.CreateICmpULT(at_counter(loop, instr.operands[i], end, &ok), length));
            }
        }
    }
    if (ok != b_.getTrue()) enter_if(frame, ok);
}

// Whether two contiguous arrays lie apart: known without looking at single elements.
llvm::Value* FunctionLowering::lie_apart(const ir::Instr& store, const ir::Instr& load) {
    Value* ends[2][2];
    const ir::Instr* accesses[] = {&store, &load};
    for (size_t i = 0; i < 2; ++i) {
        const ir::ArrayDetail detail = array_detail(*accesses[i]);
        const ir::ValueId array = accesses[i]->operands[0];
        if (!detail.c_contiguous) return b_.getFalse();
        Value* size = integer(static_cast<int64_t>(element_type(detail.element)->getScalarSizeInBits() / 8));
        for (size_t axis = 0; axis < detail.rank; ++axis) size = b_.CreateMul(size, axis_length(array, axis));
        ends[i][0] = b_.CreatePtrToInt(field(array, "cg_array_data"), module_.int64);
        ends[i][1] = b_.CreateAdd(ends[i][0], size);
    }
    return b_.CreateOr(b_.CreateICmpULE(ends[0][1], ends[1][0]), b_.CreateICmpULE(ends[1][1], ends[0][0]));
}

// Goes on where no load of the array meets the store.
void FunctionLowering::enter_if_apart(const BlockLoop& loop, BlockFrame& frame, size_t store, ir::ValueId array) {
    BasicBlock* near = new_block("near");
    BasicBlock* go_on = new_block("apart");
    const ir::Instr* known = nullptr;
    for (size_t i = 0; i < loop.instrs.size(); ++i) {
        const ir::Instr& load = *loop.instrs[i];
        if (load.op != ir::Op::ArrayLoad || load.operands[0] != array) continue;
        if (known == nullptr) {
            b_.CreateCondBr(lie_apart(*loop.instrs[store], load), go_on, near);
            b_.SetInsertPoint(near);
        }
        known = &load;
        enter_if(frame, never_meet(loop, *loop.instrs[store], load, i < store, {frame.first, frame.last}));
    }
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
}

// Whether what the store writes is not loaded by a later iteration of its block, nor behind it in its own.
llvm::Value* FunctionLowering::never_meet(const BlockLoop& loop, const ir::Instr& store, const ir::Instr& load,
                                          bool loaded_before, std::pair<Value*, Value*> ends) {
    auto address = [&](const ir::Instr& access, Value* counter) {
        return b_.CreatePtrToInt(address_at(loop, access, counter), module_.int64);
    };
    auto size = [&](const ir::Instr& access) {
        return static_cast<int64_t>(element_type(array_detail(access).element)->getScalarSizeInBits() / 8);
    };
    auto least = [&](Value* a, Value* b) { return b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, a, b); };
    auto most = [&](Value* a, Value* b) { return b_.CreateBinaryIntrinsic(llvm::Intrinsic::umax, a, b); };
    Value* store_first = address(store, ends.first);
    Value* store_last = address(store, ends.second);
    Value* load_first = address(load, ends.first);
    Value* load_last = address(load, ends.second);
    Value* store_end = b_.CreateAdd(most(store_first, store_last), integer(size(store)));
    Value* load_end = b_.CreateAdd(most(load_first, load_last), integer(size(load)));
    Value* apart = b_.CreateOr(b_.CreateICmpULE(store_end, least(load_first, load_last)),
                               b_.CreateICmpULE(load_end, least(store_first, store_last)));
    if (size(store) != size(load)) return apart;
    Value* way = b_.CreateSub(store_last, store_first);
    Value* same_way = b_.CreateICmpEQ(way, b_.CreateSub(load_last, load_first));
    Value* distance = b_.CreateSub(load_first, store_first);
    const int64_t nearest = loaded_before ? 0 : size(load);
    Value* ahead =
        b_.CreateOr(b_.CreateAnd(b_.CreateICmpSGT(way, integer(0)), b_.CreateICmpSGE(distance, integer(nearest))),
                    b_.CreateAnd(b_.CreateICmpSLT(way, integer(0)), b_.CreateICmpSLE(distance, integer(-nearest))));
    return b_.CreateOr(apart, b_.CreateAnd(same_way, ahead));
}

// ---- code -------------------------------------------------------------------------------------------------

void FunctionLowering::add_block_loop(const BlockLoop& loop) {
    BlockPlan& plan = plans_[loop.header];
    const auto& params = ir_.block(loop.header).params;
    const std::vector<Value*> saved = values_;
    indices_known_ = true;
    for (size_t i = 0; i < params.size(); ++i) values_[params[i]] = plan.head_params[i];
    current_block_ = loop.body;
    BlockFrame frame;
    frame.first = values_[loop.counter];
    frame.refused = new_block("refused");
    BasicBlock* enter = new_block("enter");
    plan.head->getTerminator()->setSuccessor(0, enter);
    for (llvm::PHINode* param : plan.loop_params) param->replaceIncomingBlockWith(plan.head, frame.refused);
    plan.countdown->replaceIncomingBlockWith(plan.head, frame.refused);
    b_.SetInsertPoint(frame.refused);
    b_.CreateBr(plan.loop);
    b_.SetInsertPoint(enter);
    enter_blocks(loop, frame);
    frame.entry = b_.GetInsertBlock();
    BasicBlock* blocks = new_block("blocks");
    b_.CreateBr(blocks);
    lower_blocks(loop, frame, blocks);
    values_ = saved;
    indices_known_ = false;
}

// How many iterations are run in blocks; goes on only where they may be.
void FunctionLowering::enter_blocks(const BlockLoop& loop, BlockFrame& frame) {
    Value* stop = values_[loop.stop];
    const bool up = loop.step > 0;
    Value* more = up ? b_.CreateICmpSLT(frame.first, stop) : b_.CreateICmpSGT(frame.first, stop);
    Value* way = up ? b_.CreateSub(stop, frame.first) : b_.CreateSub(frame.first, stop);
    const uint64_t stride = up ? static_cast<uint64_t>(loop.step) : 0 - static_cast<uint64_t>(loop.step);
    Value* count = b_.CreateUDiv(way, llvm::ConstantInt::get(module_.int64, stride));
    frame.count = b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, count, integer(poll_interval));
    Value* iterations = b_.CreateSub(frame.count, integer(1));
    frame.last = b_.CreateAdd(frame.first, b_.CreateMul(iterations, integer(loop.step)));
    enter_if(frame, b_.CreateAnd(more, b_.CreateICmpUGE(frame.count, integer(least_iterations))));
    for (const ir::Instr* instr : loop.instrs) enter_if_in_bounds(loop, frame, *instr);
    for (size_t i = 0; i < loop.instrs.size(); ++i) {
        if (loop.instrs[i]->op != ir::Op::ArrayStore) continue;
        llvm::SmallVector<ir::ValueId, 4> arrays;
        for (const ir::Instr* load : loop.instrs) {
            if (load->op != ir::Op::ArrayLoad || llvm::is_contained(arrays, load->operands[0])) continue;
            arrays.push_back(load->operands[0]);
            enter_if_apart(loop, frame, i, load->operands[0]);
        }
    }
}

llvm::Value* FunctionLowering::counter_at(const BlockLoop& loop, const BlockFrame& frame, Value* iteration) {
    return b_.CreateNSWAdd(frame.first, b_.CreateNSWMul(iteration, integer(loop.step)));
}

void FunctionLowering::lower_blocks(const BlockLoop& loop, BlockFrame& frame, BasicBlock* blocks) {
    BlockPlan& plan = plans_[loop.header];
    const auto& params = ir_.block(loop.header).params;
    b_.SetInsertPoint(blocks);
    frame.start = b_.CreatePHI(module_.int64, 2, "start");
    std::vector<llvm::PHINode*> passed;
    for (ir::ValueId param : params) passed.push_back(b_.CreatePHI(module_.type_of(type(param).rep), 2));
    BasicBlock* results = new_block("results");
    BasicBlock* tested = new_block("tested");
    BasicBlock* failed = new_block("failed");
    BasicBlock* commit = new_block("commit");
    BasicBlock* committed = new_block("committed");
    BasicBlock* done = new_block("done");
    frame.length =
        b_.CreateBinaryIntrinsic(llvm::Intrinsic::umin, b_.CreateNUWSub(frame.count, frame.start), integer(block_size));
    b_.CreateBr(results);

    std::vector<Value*> last = lower_results(loop, frame, results, blocks, tested);
    b_.SetInsertPoint(tested);
    b_.CreateCondBr(frame.failed, failed, commit, module_.unlikely());
    lower_commit(loop, frame, commit, tested, committed);

    b_.SetInsertPoint(committed);
    Value* next = b_.CreateNSWAdd(frame.start, frame.length);
    b_.CreateCondBr(b_.CreateICmpULT(next, frame.count), blocks, done);
    frame.start->addIncoming(integer(0), frame.entry);
    frame.start->addIncoming(next, committed);
    for (size_t i = 0; i < params.size(); ++i) {
        passed[i]->addIncoming(plan.head_params[i], frame.entry);
        passed[i]->addIncoming(last[i], committed);
    }
    // Goes on iteration by iteration with the failed block, then it comes to the head again; where all went well, at
    // once.
    auto go_on = [&](BasicBlock* from, Value* iteration, Value* countdown, auto&& value_of) {
        b_.SetInsertPoint(from);
        Value* at = counter_at(loop, frame, iteration);
        for (size_t i = 0; i < params.size(); ++i)
            plan.loop_params[i]->addIncoming(params[i] == loop.counter ? at : value_of(i), from);
        plan.countdown->addIncoming(countdown, from);
        b_.CreateBr(plan.loop);
    };
    go_on(failed, frame.start, frame.length, [&](size_t i) -> Value* { return passed[i]; });
    go_on(done, frame.count, integer(0), [&](size_t i) { return last[i]; });
}

// Rows are short: what is left over by wide steps costs more than they gain.
llvm::MDNode* FunctionLowering::one_vector_at_a_time() {
    llvm::LLVMContext& context = module_.context();
    auto* count = llvm::ConstantAsMetadata::get(b_.getInt32(1));
    llvm::MDNode* hint =
        llvm::MDNode::get(context, {llvm::MDString::get(context, "llvm.loop.interleave.count"), count});
    llvm::MDNode* loop = llvm::MDNode::getDistinct(context, {nullptr, hint});
    loop->replaceOperandWith(0, loop);
    return loop;
}

// All but the stores, which go to buffers. Gives what the last iteration passes on.
std::vector<llvm::Value*> FunctionLowering::lower_results(const BlockLoop& loop, BlockFrame& frame, BasicBlock* results,
                                                          BasicBlock* from, BasicBlock* tested) {
    b_.SetInsertPoint(results);
    frame.place = b_.CreatePHI(module_.int64, 2, "place");
    llvm::PHINode* failed = b_.CreatePHI(module_.bit, 2, "failed");
    frame.failed = failed;
    values_[loop.counter] = counter_at(loop, frame, b_.CreateNSWAdd(frame.start, frame.place));
    block_frame_ = &frame;
    for (const ir::Instr* instr : loop.instrs) lower_speculated(loop, *instr);
    block_frame_ = nullptr;
    Value* next = b_.CreateNSWAdd(frame.place, integer(1));
    AIPY_CHECK(b_.GetInsertBlock() == results, "what is computed ahead has no branches");
    auto* latch = b_.CreateCondBr(b_.CreateICmpULT(next, frame.length), results, tested);
    latch->setMetadata(llvm::LLVMContext::MD_loop, one_vector_at_a_time());
    frame.place->addIncoming(integer(0), from);
    frame.place->addIncoming(next, results);
    failed->addIncoming(b_.getFalse(), from);
    failed->addIncoming(frame.failed, results);
    std::vector<Value*> last;
    for (ir::ValueId arg : loop.back->args) last.push_back(values_[arg]);
    return last;
}

void FunctionLowering::lower_speculated(const BlockLoop& loop, const ir::Instr& instr) {
    if (!is_checked_arithmetic(instr.op)) return lower_instr(instr);
    Value* first = operand(instr, 0);
    Value* second = operand(instr, 1);
    Value* result = linear(instr.op, first, second, nullptr);
    if (degree(loop, instr.result) || instr.op == ir::Op::IMul) return define(instr, result);
    // Overflow in a form that LLVM vectorises.
    result = instr.op == ir::Op::IAdd ? b_.CreateAdd(first, second) : b_.CreateSub(first, second);
    Value* other = instr.op == ir::Op::IAdd ? b_.CreateXor(second, result) : b_.CreateXor(first, second);
    guard(b_.CreateICmpSGE(b_.CreateAnd(b_.CreateXor(first, result), other), integer(0)), instr);
    define(instr, result);
}

void FunctionLowering::buffer_store(const ir::Instr& store, Value* element) {
    llvm::IRBuilder<> start(&function_->getEntryBlock(), function_->getEntryBlock().begin());
    auto* type = llvm::ArrayType::get(element->getType(), block_size);
    Value* buffer = start.CreateAlloca(type, nullptr, "buffer");
    b_.CreateStore(element, b_.CreateInBoundsGEP(type, buffer, {integer(0), block_frame_->place}));
    block_frame_->buffers.push_back({&store, buffer, type});
}

void FunctionLowering::lower_commit(const BlockLoop& loop, const BlockFrame& frame, BasicBlock* commit,
                                    BasicBlock* from, BasicBlock* committed) {
    b_.SetInsertPoint(commit);
    llvm::PHINode* place = b_.CreatePHI(module_.int64, 2, "place");
    Value* counter = counter_at(loop, frame, b_.CreateNSWAdd(frame.start, place));
    for (const BlockFrame::Buffer& buffer : frame.buffers) {
        Value* element = b_.CreateLoad(buffer.type->getElementType(),
                                       b_.CreateInBoundsGEP(buffer.type, buffer.memory, {integer(0), place}));
        tagged(b_.CreateStore(element, address_at(loop, *buffer.store, counter)), Memory::Element);
    }
    Value* next = b_.CreateNSWAdd(place, integer(1));
    b_.CreateCondBr(b_.CreateICmpULT(next, frame.length), commit, committed);
    place->addIncoming(integer(0), from);
    place->addIncoming(next, commit);
}

}  // namespace aipy::codegen
