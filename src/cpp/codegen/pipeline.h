// Optimises a lowered module.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <string>

#include "codegen/bitcode.h"

namespace aipy::codegen {

// Takes in the runtime's inline functions, inlines them, and optimises the module's own functions.
// opt_level: 0 inlines only, 1 does not vectorise, 2 everything. Returns what went wrong, or nothing.
std::string optimise(llvm::Module& module, llvm::TargetMachine& machine, InlineFunctions& inline_functions,
                     int opt_level);

}  // namespace aipy::codegen
