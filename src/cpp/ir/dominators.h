// What is always executed before what, error edges included.
//
// An error edge leaves in the middle of a block, so "block A dominates block B" does not yet say that all of A has
// run. Blocks are therefore cut into segments, before each instruction that has an error edge, which makes the
// answers exact for single instructions. Algorithm: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm".
#pragma once

#include "ir/function.h"

namespace aipy::ir {

class Dominators {
  public:
    // Valid until the function's blocks or edges change.
    explicit Dominators(const Function& function);

    bool is_reachable(BlockId block) const { return reachable(block_segment_[block]); }
    // Whether the start of `a` is passed on every way to the start of `b` (a block dominates itself).
    bool block_dominates(BlockId a, BlockId b) const { return segment_dominates(block_segment_[a], block_segment_[b]); }
    // Whether instruction `a` has always completed, without an error, before `b` starts.
    bool dominates(InstrId a, InstrId b) const;
    // Whether `value` is defined whenever `user` starts to run.
    bool defined_at(ValueId value, InstrId user) const;
    // The closest block, other than itself, that dominates `block`; no_id for the entry.
    BlockId immediate_dominator(BlockId block) const;
    // The block that holds an instruction; no_id when it is in none.
    BlockId block_of(InstrId instr) const { return instr_block_[instr]; }

  private:
    struct Segment {
        BlockId block;
        std::vector<uint32_t> successors;
        uint32_t order = no_id;  // in reverse post-order; no_id when unreachable
        uint32_t dominator = no_id;
    };

    bool reachable(uint32_t segment) const { return segments_[segment].order != no_id; }
    bool segment_dominates(uint32_t a, uint32_t b) const;
    void cut_into_segments();
    std::vector<uint32_t> number_segments();
    void find_dominators(const std::vector<uint32_t>& order);

    const Function& function_;
    std::vector<Segment> segments_;
    std::vector<uint32_t> block_segment_;  // first segment of each block
    std::vector<uint32_t> instr_segment_;
    std::vector<uint32_t> instr_position_;  // within its block
    std::vector<BlockId> instr_block_;
};

}  // namespace aipy::ir
