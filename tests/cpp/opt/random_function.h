// Random well-formed functions from a seed, for testing passes that must be right on every shape of control flow:
// loops, critical edges, dead blocks, handlers entered from many places, values used anywhere they are defined.
#pragma once

#include <random>

#include "ir/function.h"

namespace aipy::opt {

class RandomFunction {
  public:
    RandomFunction(uint32_t seed, bool specialised);
    ir::Function take() { return std::move(function_); }

  private:
    uint32_t below(uint32_t count) { return std::uniform_int_distribution<uint32_t>(0, count - 1)(random_); }
    bool chance(int percent) { return below(100) < static_cast<uint32_t>(percent); }

    void make_blocks();
    void fill_block(ir::BlockId block);
    void append(ir::BlockId block, ir::Op op, size_t operands);
    void end_block(ir::BlockId block);
    ir::Edge edge_to(ir::BlockId block, size_t first_param);
    // Second step: everything starts out using %0; now each use becomes a value that is defined there.
    void choose_uses();
    void add_states();

    std::mt19937 random_;
    ir::Function function_;
    ir::BlockId first_handler_ = 0;
};

}  // namespace aipy::opt
