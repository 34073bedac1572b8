// What the branches that lead to a block say of ints: behind `if a > b` the difference a - b is not negative, behind
// `while n` a natural n is at least 1.
//
// A block has passed a branch when that is the only way in, on the way back from the block to where several ways meet.
// Values are in SSA form, so what was compared there is still what it was.
#pragma once

#include <optional>

#include "ir/function.h"

namespace aipy::opt {

class Branches {
  public:
    explicit Branches(const ir::Function& function);

    // Calls visit(compared, holds) for the results of comparisons, and other objects, whose truth has led to the
    // block of the instruction; the closest first.
    template <typename F>
    void for_each_condition(ir::InstrId instr, F&& visit) const {
        constexpr int most_blocks = 16;
        ir::BlockId block = block_of_[instr];
        for (int i = 0; i < most_blocks && block != ir::no_id && only_way_[block].from != ir::no_id; ++i) {
            const WayIn& way = only_way_[block];
            if (way.tested != ir::no_id) visit(way.tested, way.holds);
            block = way.from;
        }
    }

  private:
    struct WayIn {
        ir::BlockId from = ir::no_id;
        ir::ValueId tested = ir::no_id;  // whose truth the branch asks for, when it is one
        bool holds = false;
    };
    void add_way(const ir::Edge& edge, WayIn way);

    std::vector<ir::BlockId> block_of_;  // by instruction
    std::vector<WayIn> only_way_;        // by block; from nowhere when there are several, or none
    std::vector<bool> entered_;
};

}  // namespace aipy::opt
