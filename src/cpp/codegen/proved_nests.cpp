// Nests of loops whose checks are made once, before the outermost of them.
//
// A nest that runs no foreign code gets a second form. In front of it the ranges of counters, and of what is computed
// from them (ranges.cpp), prove that no index is out of bounds and no integer overflows:
//
//   head:    holds = 0 <= least index and most index < length and …
//            branch holds → proved, plain
//   proved:  the nest without these checks; what arrays are is read before it
//   plain:   the nest with them
//
// The two have their ways out in common. When a poll is due in the proved form, the plain form goes on in the same
// place, because arrays and lists may be others behind it; it comes by the outermost head after its own next poll.
// What a range does not prove is tested in both forms.
#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/Dominators.h>
#include <llvm/Transforms/Utils/SSAUpdater.h>

#include <algorithm>
#include <ranges>

#include "codegen/element_access.h"
#include "codegen/function_lowering.h"

namespace aipy::codegen {

namespace {

constexpr size_t most_blocks = 60;
constexpr size_t most_instrs = 500;

// Whether constants alone tell that it cannot be a range of indices, or that of a wide type.
bool says_nothing(llvm::Value* least, llvm::Value* most) {
    const auto* first = llvm::dyn_cast<llvm::ConstantInt>(least);
    const auto* last = llvm::dyn_cast<llvm::ConstantInt>(most);
    return first != nullptr && (first->isNegative() || (last != nullptr && last->getSExtValue() >= UINT16_MAX));
}

}  // namespace

// ---- which loops ------------------------------------------------------------------------------------------

// A loop whose header decides by a counter whether it goes on.
std::optional<FunctionLowering::BlockLoop> FunctionLowering::loop_with_end(ir::BlockId header) const {
    BlockLoop loop{.header = header, .inside = blocks_of_loop(header)};
    const ir::Instr& end = ir_.terminator(header);
    if (end.op != ir::Op::Branch) return std::nullopt;
    loop.more = end.operands[0];
    loop.entered = &end.targets[0];
    if (!loop.inside[end.targets[0].target] || end.targets[0].target == header || loop.inside[end.targets[1].target])
        return std::nullopt;
    for (const WayIn& way : ways_in_[header]) {
        if (!loop.inside[way.from]) continue;
        if (way.is_error) return std::nullopt;
        loop.back.push_back(way.edge);
    }
    return find_counters(loop) && find_end(loop) ? std::optional(std::move(loop)) : std::nullopt;
}

std::optional<FunctionLowering::Nest> FunctionLowering::nest_of(ir::BlockId header) const {
    Nest nest{.header = header, .inside = blocks_of_loop(header)};
    size_t instrs = 0;
    for (ir::BlockId id : order_) {
        if (!nest.inside[id]) continue;
        nest.blocks.push_back(id);
        const ir::Block& block = ir_.block(id);
        instrs += block.instrs.size();
        const bool polls = plans_[id].kind != LoopKind::None;
        if (block.is_handler || nest.blocks.size() > most_blocks || instrs > most_instrs) return std::nullopt;
        for (ir::InstrId instr : block.instrs) {
            const ir::Op op = ir_.instr(instr).op;
            if (op == ir::Op::Poll && polls) continue;
            if (!keeps_headers(ir_.instr(instr))) return std::nullopt;
        }
        if (!polls) continue;
        if (auto loop = loop_with_end(id)) nest.loops.push_back(std::move(*loop));
    }
    // Entered elsewhere than at its header, it is no nest.
    for (ir::BlockId id : nest.blocks) {
        for (const WayIn& way : ways_in_[id])
            if (id != header && !nest.inside[way.from]) return std::nullopt;
    }
    return nest.loops.empty() ? std::nullopt : std::optional(std::move(nest));
}

// ---- proofs -----------------------------------------------------------------------------------------------

void FunctionLowering::require(Proof& proof, Value* holds) { proof.holds = b_.CreateAnd(proof.holds, holds); }

void FunctionLowering::prove(Proof& proof) {
    for (ir::BlockId block : proof.nest.blocks) {
        for (ir::InstrId id : ir_.block(block).instrs) prove_instr(proof, block, ir_.instr(id));
    }
}

// Whether what is proved of it holds in each iteration, not only in those that come to it.
bool FunctionLowering::is_proved_everywhere(const ir::Instr& instr) const {
    return proof_ != nullptr && !proof_->conditional.contains(id_of(instr));
}

void FunctionLowering::prove_instr(Proof& proof, ir::BlockId block, const ir::Instr& instr) {
    auto range = [&](Proof& of, ir::ValueId value, ir::BlockId user) {
        of.narrowed = false;
        auto known = this->range(of, value, user);
        if (of.narrowed) of.conditional.insert(id_of(instr));
        return known;
    };
    auto prove_index = [&](ir::ValueId index, auto&& length) {
        const auto known = is_outside(proof, instr.operands[0]) ? range(proof, index, block) : std::nullopt;
        if (!known || says_nothing(known->least, known->most)) return;
        require(proof, known->exact);
        require(proof, b_.CreateICmpSGE(known->least, integer(0)));
        require(proof, b_.CreateICmpSLT(known->most, length()));
        proof.in_bounds.insert({id_of(instr), index});
    };
    switch (instr.op) {
        case ir::Op::IAdd:
        case ir::Op::ISub:
        case ir::Op::IMul:
            if (cannot_overflow(instr)) return;
            if (const auto known = range(proof, instr.result, block)) {
                require(proof, known->exact);
                proof.exact.insert(id_of(instr));
            }
            return;
        case ir::Op::RangeCheck: {
            const auto stop = range(proof, instr.operands[0], block);
            const auto step = constant(instr.operands[1]);
            if (!stop || !step || *step == 0) return;
            require(proof, combined(ir::Op::IAdd, *stop, point(integer(*step))).exact);
            proof.ranges.insert(id_of(instr));
            return;
        }
        case ir::Op::IToFExact:
            if (const auto known = range(proof, instr.operands[0], block)) {
                constexpr int64_t limit = int64_t{1} << 53;
                require(proof, known->exact);
                require(proof, b_.CreateICmpSGE(known->least, integer(-limit)));
                require(proof, b_.CreateICmpSLE(known->most, integer(limit)));
                proof.exact.insert(id_of(instr));
            }
            return;
        case ir::Op::ArrayLoad:
        case ir::Op::ArrayStore:
            for (const auto [axis, index] : llvm::enumerate(indices_of(instr)))
                prove_index(index, [&, axis = axis] { return axis_length(instr.operands[0], axis); });
            return;
        case ir::Op::ListGet:
        case ir::Op::ListPeek:
        case ir::Op::IntsGet:
        case ir::Op::FloatsGet:
        case ir::Op::IntsSet:
        case ir::Op::FloatsSet:
        case ir::Op::BoolsGet:
        case ir::Op::BoolsSet:
            return prove_index(instr.operands[1], [&] { return field(instr.operands[0], "cg_list_length"); });
        case ir::Op::BytesItem:
            return prove_index(instr.operands[1], [&] { return field(instr.operands[0], "cg_bytes_length"); });
        case ir::Op::ByteArrayItem:
        case ir::Op::ByteArraySet:
            return prove_index(instr.operands[1], [&] { return field(instr.operands[0], "cg_bytearray_length"); });
        case ir::Op::TupleGet:
        case ir::Op::TuplePeek:
            return prove_index(instr.operands[1], [&] { return field(instr.operands[0], "cg_tuple_length"); });
        default: return;
    }
}

// ---- code -------------------------------------------------------------------------------------------------

// Each loop belongs to the largest nest in which something can be proved. Gives the blocks of such nests.
std::vector<bool> FunctionLowering::add_proved_nests() {
    std::vector<bool> done(ir_.blocks.size(), false);
    for (ir::BlockId id : order_) {
        if (done[id] || plans_[id].kind == LoopKind::None || back_edges(id) == 0) continue;
        const auto nest = nest_of(id);
        if (!nest || !add_proved_nest(*nest)) continue;
        for (ir::BlockId block : nest->blocks) done[block] = true;
    }
    return done;
}

bool FunctionLowering::add_proved_nest(const Nest& nest) {
    BlockPlan& plain = plans_[nest.header];
    const std::vector<Value*> saved_values = values_;
    auto saved_hoisted = std::exchange(hoisted_, {});
    Proof proof{.nest = nest};
    proof.entry = new_block("prove");
    proof.holds = b_.getTrue();
    BasicBlock* otherwise = plain.head->getTerminator()->getSuccessor(0);
    b_.SetInsertPoint(proof.entry);
    llvm::Instruction* end = b_.CreateBr(otherwise);
    b_.SetInsertPoint(end);
    proof_ = &proof;
    current_block_ = nest.header;
    prove(proof);
    const bool proved = !proof.exact.empty() || !proof.in_bounds.empty();
    if (proved) {
        plain.head->getTerminator()->setSuccessor(0, proof.entry);
        if (otherwise == plain.loop) {
            for (llvm::PHINode* param : plain.loop_params) param->replaceIncomingBlockWith(plain.head, proof.entry);
            if (plain.countdown != nullptr) plain.countdown->replaceIncomingBlockWith(plain.head, proof.entry);
        }
        lower_proved(proof, saved_values);
        come_back(proof, plans_[nest.header]);
    } else {
        proof.entry->eraseFromParent();
    }
    proof_ = nullptr;
    values_ = saved_values;
    hoisted_ = std::move(saved_hoisted);
    return proved;
}

void FunctionLowering::lower_proved(Proof& proof, const std::vector<Value*>& plain_values) {
    const Nest& nest = proof.nest;
    std::vector<BlockPlan> plain_plans = plans_;
    auto saved_exits = std::exchange(exits_, decltype(exits_)());
    auto saved_unwinds = std::exchange(unwinds_, decltype(unwinds_)());
    plain_plans_ = &plain_plans;
    for (ir::BlockId id : nest.blocks) {
        BlockPlan& plan = plans_[id];
        plan.latch = nullptr;
        if (plan.counted != nullptr)
            plan.counts_to_end = !plan.ends_soon && ends_surely(*plan.counted, plan.counted->stop);
        make_blocks(id);
    }
    llvm::Instruction* end = proof.entry->getTerminator();
    b_.SetInsertPoint(end);
    const BlockPlan& first = plans_[nest.header];
    b_.CreateCondBr(proof.holds, first.head, end->getSuccessor(0), module_.likely());
    end->eraseFromParent();
    proof.proved = first.head;
    for (size_t i = 0; i < first.head_params.size(); ++i)
        first.head_params[i]->addIncoming(plain_plans[nest.header].head_params[i], proof.entry);
    std::vector<BlockLoop> block_loops;
    for (ir::BlockId id : nest.blocks) {
        find_carried_element(id);
        if (plans_[id].carried) continue;
        if (auto loop = block_loop(id)) {
            plans_[id].only_blocks =
                !has_stores(*loop) &&
                std::ranges::all_of(loop->instrs, [&](const ir::Instr* instr) { return is_proved_everywhere(*instr); });
            block_loops.push_back(std::move(*loop));
        }
    }
    for (ir::BlockId id : nest.blocks) lower_block(id);
    start_countdowns(nest.blocks);
    for (ir::BlockId id : nest.blocks) guard_bounded_sums(id);
    for (const BlockLoop& loop : block_loops) add_block_loop(loop);
    for (ir::BlockId id : nest.blocks) {
        auto add = [&](ir::ValueId value) {
            auto* made = llvm::dyn_cast_or_null<llvm::Instruction>(plain_values[value]);
            if (made == nullptr || plain_values[value] == values_[value]) return;
            auto* proved = llvm::dyn_cast<llvm::Instruction>(values_[value]);
            twins_.push_back({made, values_[value], proved != nullptr ? proved->getParent() : plans_[id].head});
        };
        std::ranges::for_each(ir_.block(id).params, add);
        for (ir::InstrId instr : ir_.block(id).instrs)
            if (ir_.instr(instr).result != ir::no_id) add(ir_.instr(instr).result);
    }
    plain_plans_ = nullptr;
    plans_ = std::move(plain_plans);
    exits_ = std::move(saved_exits);
    unwinds_ = std::move(saved_unwinds);
}

// From a loop of the proved form to the same loop of the plain one, with the values an iteration begins with. The head
// of the outermost would prove the same again: it goes on behind it, and comes there when it has counted down.
void FunctionLowering::go_on_plainly(const std::vector<llvm::PHINode*>& values, Value* countdown) {
    BlockPlan& plain = (*plain_plans_)[current_block_];
    const bool outermost = current_block_ == proof_->nest.header;
    const auto& params = outermost ? plain.loop_params : plain.head_params;
    for (size_t i = 0; i < params.size(); ++i) params[i]->addIncoming(values[i], b_.GetInsertBlock());
    if (outermost && plain.countdown != nullptr) plain.countdown->addIncoming(countdown, b_.GetInsertBlock());
    if (outermost) proof_->left_from.push_back(b_.GetInsertBlock());
    b_.CreateBr(outermost ? plain.loop : plain.head);
}

// The plain form of a nest comes by its head from time to time, though no poll is due: what was left may hold again.
void FunctionLowering::come_back(const Proof& proof, BlockPlan& plain) {
    constexpr int64_t turns = 64;
    if (plain.kind != LoopKind::Polls || plain.ends_soon || module_.is_callee()) return;
    auto* polls = llvm::cast<llvm::BranchInst>(plain.loop->getTerminator());
    b_.SetInsertPoint(plain.loop, plain.loop->getFirstNonPHIIt());
    llvm::PHINode* left = b_.CreatePHI(module_.int64, 2, "turns");
    b_.SetInsertPoint(polls);
    Value* next = b_.CreateSub(left, integer(1), "", true, true);
    polls->setCondition(b_.CreateOr(polls->getCondition(), b_.CreateICmpEQ(left, integer(0))));
    for (BasicBlock* from : llvm::predecessors(plain.loop)) {
        const bool enters = from == proof.entry || from == plain.head || llvm::is_contained(proof.left_from, from);
        left->addIncoming(enters ? integer(turns) : next, from);
    }
    if (auto* counted = llvm::dyn_cast<llvm::Instruction>(next))
        twins_.push_back({counted, integer(turns), proof.proved});  // an inner loop may have been left
}

// Behind a nest, and where its plain form is entered from the proved one, a value comes from either.
void FunctionLowering::repair_uses() {
    if (twins_.empty()) return;
    const llvm::DominatorTree dominators(*function_);
    for (const Twin& twin : twins_) {
        llvm::Instruction* made = twin.plain;
        llvm::SmallVector<llvm::Use*, 8> reached;
        for (llvm::Use& use : made->uses())
            if (!dominators.dominates(made, use)) reached.push_back(&use);
        if (reached.empty()) continue;
        llvm::SSAUpdater updater;
        updater.Initialize(made->getType(), "either");
        updater.AddAvailableValue(made->getParent(), made);
        updater.AddAvailableValue(twin.block, twin.proved);
        for (llvm::Use* use : reached) updater.RewriteUseAfterInsertions(*use);
    }
    twins_.clear();
}

}  // namespace aipy::codegen
