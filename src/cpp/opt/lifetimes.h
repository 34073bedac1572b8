// The late pass that makes the lifetimes of objects explicit: see lifetimes.cpp for the idea and the rules.
#pragma once

#include "ir/function.h"

namespace aipy::opt {

// Inserts retain and release, and fills Instr::unwind, Instr::error_retain and FrameState::owned. Runs last, once,
// on a function without retain and release of its own. `entry_params_borrowed`: the caller keeps the params of
// blocks[0] alive (entry at the call); otherwise they are owned (entry at a loop header). Instructions keep their
// ids; blocks are only added.
void insert_lifetimes(ir::Function& function, bool entry_params_borrowed = true);

}  // namespace aipy::opt
