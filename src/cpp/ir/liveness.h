// Which values are still needed at the start and end of each block: backwards dataflow to a fixpoint.
//
// A value is needed by operands, by args of edges, and by frame states (they must be able to name it). A block
// parameter is not live into its own block. What a handler needs is live at every instruction whose error goes there.
// With `representative`, uses of a value count as uses of another, or (no_id) not at all: so a borrowed reference
// keeps alive the value it is borrowed from.
#pragma once

#include <vector>

#include "ir/function.h"
#include "ir/uses.h"
#include "support/bit_set.h"

namespace aipy::ir {

class Liveness {
  public:
    // Every value represents itself. Valid until the function changes.
    explicit Liveness(const Function& function);
    Liveness(const Function& function, std::vector<ValueId> representative);

    const support::BitSet& live_in(BlockId block) const { return live_in_[block]; }
    ValueId representative(ValueId value) const { return representative_[value]; }

    // Live just before the terminator's edges are taken: what any target, but not the terminator itself, needs.
    support::BitSet live_out(BlockId block) const;
    // Turns what is live just after `instr` into what is live just before it.
    void step_back(const Instr& instr, support::BitSet& live) const;

  private:
    void solve();

    const Function& function_;
    std::vector<ValueId> representative_;
    std::vector<support::BitSet> live_in_;
};

}  // namespace aipy::ir
