// Elements that one iteration stores and the next one loads are handed on in a register:
//
//     for i in range(1, n):               head:  e1 = out[0]
//         out[i] = out[i - 1] + a[i]      loop:  e = phi [e1, head], [e2, latch];  e2 = e + a[i];  out[i] = e2
//
// A load right behind its store waits for it several times as long as the addition takes. This is for the proved form
// of a nest, where no index is out of bounds, so that the first element may be loaded ahead; for loops with one store,
// made in each iteration, to a contiguous array or a list of plain numbers, whose elements lie apart; and for indices
// that are the store's a step before.
#include <llvm/IR/CFG.h>

#include <algorithm>

#include "codegen/element_access.h"
#include "codegen/function_lowering.h"

namespace aipy::codegen {

// A value as another, to which a constant is added.
std::pair<ir::ValueId, int64_t> FunctionLowering::base_and_offset(ir::ValueId id) const {
    constexpr int64_t most = int64_t{1} << 32;
    int64_t offset = 0;
    for (int depth = 0; depth < 4; ++depth) {
        id = only_value(id);
        const ir::InstrId def = ir_.value(id).def;
        if (def == ir::no_id) break;
        const ir::Instr& instr = ir_.instr(def);
        if (instr.op != ir::Op::IAdd && instr.op != ir::Op::ISub && instr.op != ir::Op::RetypeI64) break;
        if (instr.op != ir::Op::RetypeI64) {
            const auto by = constant(instr.operands[1]);
            if (!by || *by < -most || *by > most) break;
            offset += instr.op == ir::Op::IAdd ? *by : -*by;
        }
        id = instr.operands[0];
    }
    return {id, offset};
}

// Whether the load's place is where the store was an iteration before.
bool FunctionLowering::follows_store(const BlockLoop& loop, const ir::Instr& load, const ir::Instr& store) const {
    if (only_value(load.operands[0]) != only_value(store.operands[0])) return false;
    const llvm::ArrayRef<ir::ValueId> loaded = indices_of(load), stored = indices_of(store);
    if (loaded.size() != stored.size() || is_of_list(load) != is_of_list(store)) return false;
    if (!is_proved_everywhere(load) || !is_proved_everywhere(store)) return false;
    bool moves = false;
    for (size_t i = 0; i < loaded.size(); ++i) {
        if (!proof_->in_bounds.contains({id_of(load), loaded[i]})) return false;
        if (!proof_->in_bounds.contains({id_of(store), stored[i]})) return false;
        const auto [from, before] = base_and_offset(loaded[i]);
        const auto [base, offset] = base_and_offset(stored[i]);
        if (from != base) return false;
        const auto counter = loop.counters.find(base);
        const int64_t step = counter != loop.counters.end() ? counter->second : 0;
        if (counter == loop.counters.end() && loop.inside[block_of(base)]) return false;
        if (offset - before != step) return false;
        moves |= step != 0;
    }
    return moves;
}

void FunctionLowering::find_carried_element(ir::BlockId header) {
    BlockPlan& plan = plans_[header];
    plan.carried.reset();
    if (!plan.counts_to_end) return;
    const BlockLoop& loop = *plan.counted;
    CarriedElement carried;
    std::vector<const ir::Instr*> loads;
    for (ir::BlockId id : order_) {
        if (!loop.inside[id]) continue;
        for (ir::InstrId instr_id : ir_.block(id).instrs) {
            const ir::Instr& instr = ir_.instr(instr_id);
            if (loads_element(instr.op) && is_outside(*proof_, instr.operands[0])) loads.push_back(&instr);
            const bool writes = ir::info(instr.op).effects == ir::EffectClass::Writes;
            if (!writes && instr.op != ir::Op::ListSet) continue;
            if (!stores_element(instr.op) || carried.store != nullptr || !always_passes(loop, {id})) return;
            carried.store = &instr;
        }
    }
    if (carried.store == nullptr || !is_outside(*proof_, carried.store->operands[0])) return;
    const ir::ArrayDetail detail = access_detail(*carried.store);
    if (!detail.c_contiguous || detail.rank == 0) return;
    for (const ir::Instr* load : loads)
        if (follows_store(loop, *load, *carried.store)) carried.loads.insert(load);
    if (carried.loads.empty()) return;
    b_.SetInsertPoint(plan.loop, plan.loop->getFirstNonPHIIt());
    carried.element = b_.CreatePHI(element_type(detail.element), 2, "carried");
    plan.carried = std::move(carried);
}

// What the load or store hands on, when it does.
FunctionLowering::CarriedElement* FunctionLowering::carried_by(const ir::Instr& access) {
    const ir::BlockId loop = counted_loop_[current_block_];
    if (proof_ == nullptr || loop == ir::no_id || !plans_[loop].carried) return nullptr;
    CarriedElement& carried = *plans_[loop].carried;
    return carried.store == &access || carried.loads.contains(&access) ? &carried : nullptr;
}

// The one that the first iteration loads; any other where there is none. With the values at the loop's head.
void FunctionLowering::load_first_element(BlockPlan& plan, Value* more) {
    const ir::Instr& load = **plan.carried->loads.begin();
    Value* address = b_.CreateSelect(more, address_at(*plan.counted, load, integer(0)), out_place());
    Value* first = tagged(b_.CreateLoad(plan.carried->element->getType(), address), access_memory(load));
    plan.carried->element->addIncoming(first, plan.head);
    BasicBlock* latch = plan.latch;
    for (BasicBlock* from : llvm::predecessors(plan.loop))
        if (from != plan.head && (latch == nullptr || from == latch))
            plan.carried->element->addIncoming(plan.carried->stored, from);
}

}  // namespace aipy::codegen
