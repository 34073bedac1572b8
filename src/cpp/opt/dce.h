// Removes what nobody uses: ops without effects whose result is not an operand, edge argument or part of a frame
// state. Guards stay (they stand for what later ops assume); typed arithmetic that could leave goes, since leaving
// only matters for its result. Ends: each removal shrinks the function, uses are counted once.
#pragma once

#include "ir/function.h"

namespace aipy::opt {

void remove_dead_code(ir::Function& function);

}  // namespace aipy::opt
