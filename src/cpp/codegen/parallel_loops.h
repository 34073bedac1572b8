// The parts of a function's parallel loops, lowered before the function itself.
#pragma once

#include <vector>

#include "codegen/function_lowering.h"

namespace aipy::codegen {

std::vector<ParallelCode> lower_loop_parts(ModuleContext& module, const LateTracebacks& tracebacks);

}  // namespace aipy::codegen
