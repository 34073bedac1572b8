#include "dispatch/generator_steps.h"

#include <algorithm>

#include "support/bit_set.h"

namespace aipy::dispatch {
namespace {

// A step of eight operations was measured to gain nothing against the interpreter, whose generators CPython's loops
// consume slower than CPython's own.
constexpr uint32_t many_operations = 24;
// How often a loop without a yield is taken to go round.
constexpr uint32_t turns = 4;

bool is_operation(ir::Op op) { return ir::info(op).has_helper() && op != ir::Op::Poll; }

// Counts the operations of the blocks that are reached from one without passing a yield.
class Step {
  public:
    explicit Step(const ir::Function& generic)
        : generic_(generic), open_(generic.blocks.size()), done_(generic.blocks.size()) {}

    void visit(ir::BlockId block) {
        loops_ |= open_.contains(block);
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
    bool is_long() const { return operations_ * (loops_ ? turns : 1) >= many_operations; }

  private:
    const ir::Function& generic_;
    support::BitSet open_, done_;  // on the way that is being followed; followed to its ends
    uint32_t operations_ = 0;
    bool loops_ = false;
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
