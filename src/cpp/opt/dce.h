// Removes what nobody uses: ops without effects whose result is not an operand, edge argument or part of a frame
// state. What can leave stays: a guard stands for what later ops assume, and where typed arithmetic leaves the generic
// op may raise. Only unboxing goes, which leaves for the sake of its result alone. Ends: each removal shrinks the
// function, uses are counted once.
#pragma once

#include "ir/function.h"

namespace aipy::opt {

void remove_dead_code(ir::Function& function);

}  // namespace aipy::opt
