// The parts of a function's parallel loops, lowered before the function itself.
#pragma once

#include <vector>

#include "codegen/function_lowering.h"

namespace aipy::codegen {

// The LLVM function of a callee's body, and its code (lower_function.cpp).
llvm::Function* make_callee(ModuleContext& callee, const char* name);
void lower_body(ModuleContext& callee, llvm::Function* body);

std::vector<ParallelCode> lower_loop_parts(ModuleContext& module, const LateTracebacks& tracebacks);

}  // namespace aipy::codegen
