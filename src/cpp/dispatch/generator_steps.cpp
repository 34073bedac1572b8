#include "dispatch/generator_steps.h"

#include <algorithm>
#include <vector>

#include "ir/dominators.h"
#include "support/bit_set.h"

namespace aipy::dispatch {
namespace {

// A step of eight operations was measured to gain nothing against the interpreter, whose generators CPython's loops
// consume slower than CPython's own.
constexpr uint32_t many_operations = 24;
// How often a loop within a step is taken to go round; and one that has a yield, but passes it by.
constexpr uint32_t turns = 4, turns_past_a_yield = 2;

bool is_operation(ir::Op op) { return ir::info(op).has_helper() && op != ir::Op::Poll; }

bool has_yield(const ir::Function& generic, ir::BlockId block) {
    return std::ranges::any_of(generic.block(block).instrs,
                               [&](ir::InstrId id) { return ir::is_yield(generic.instr(id).op); });
}

// Counts the operations of the blocks that are reached from one without passing a yield.
class Step {
  public:
    explicit Step(const ir::Function& generic)
        : generic_(generic), dominators_(generic), open_(generic.blocks.size()), done_(generic.blocks.size()) {}

    void visit(ir::BlockId block) {
        if (open_.contains(block)) turns_ = std::max(turns_, loop_yields(block) ? turns_past_a_yield : turns);
        if (done_.contains(block) || open_.contains(block)) return;
        open_.insert(block);
        for (ir::InstrId id : generic_.block(block).instrs) {
            const ir::Instr& instr = generic_.instr(id);
            if (ir::is_yield(instr.op)) break;
            operations_ += is_operation(instr.op) ? 1 : 0;
            for (const ir::Edge& edge : instr.targets) visit(edge.target);
        }
        open_.erase(block);
        done_.insert(block);
    }
    bool is_long() const { return operations_ * turns_ >= many_operations; }

  private:
    // Whether the loop of this header has a yield on one of its ways.
    bool loop_yields(ir::BlockId header) const {
        for (ir::BlockId block = 0; block < generic_.blocks.size(); ++block)
            if (has_yield(generic_, block) && is_in_loop(block, header)) return true;
        return false;
    }

    // Whether a way leads back to the header through blocks that are reached from it only.
    bool is_in_loop(ir::BlockId block, ir::BlockId header) const {
        support::BitSet seen(generic_.blocks.size());
        std::vector<ir::BlockId> open{block};
        while (!open.empty()) {
            const ir::BlockId at = open.back();
            open.pop_back();
            if (seen.contains(at) || !dominators_.block_dominates(header, at)) continue;
            seen.insert(at);
            for (ir::InstrId id : generic_.block(at).instrs)
                for (const ir::Edge& edge : generic_.instr(id).targets) {
                    if (edge.target == header) return true;
                    open.push_back(edge.target);
                }
        }
        return false;
    }

    const ir::Function& generic_;
    const ir::Dominators dominators_;
    support::BitSet open_, done_;  // on the way that is being followed; followed to its ends
    uint32_t operations_ = 0;
    uint32_t turns_ = 1;
};

}  // namespace

bool has_long_step(const ir::Function& generic, ir::BlockId header) {
    Step step(generic);
    step.visit(header);
    return step.is_long();
}

bool has_long_steps(const ir::Function& generic) {
    for (ir::BlockId block = 0; block < generic.blocks.size(); ++block)
        if (generic.block(block).is_loop_header && has_long_step(generic, block)) return true;
    return false;
}

}  // namespace aipy::dispatch
