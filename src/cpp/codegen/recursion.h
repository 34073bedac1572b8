// Inlines a body's calls of itself a few levels deep.
#pragma once

#include <llvm/IR/Module.h>

namespace aipy::codegen {

// Functions that call themselves take copies of themselves into their call sites, as long as they stay small. The
// copies' own calls stay calls, so the meaning (depth checks, statuses) is unchanged; what is saved is calls, and the
// passes that follow see through them. Returns whether anything changed.
bool inline_recursion(llvm::Module& module);

}  // namespace aipy::codegen
