// Inlines a body's calls of itself a few levels deep, and the bodies of other functions.
#pragma once

#include <llvm/IR/Module.h>

namespace aipy::codegen {

// Functions that call themselves take copies of themselves into their call sites, as long as they stay small. The
// copies' own calls stay calls, so the meaning (depth checks, statuses) is unchanged; what is saved is calls, and the
// passes that follow see through them. Returns whether anything changed.
// Marks a body that inline_bodies may put in place of its calls.
inline constexpr char callee_attribute[] = "aipy-callee";
bool inline_recursion(llvm::Module& module);
// Puts the bodies that other functions of the module call in place of the calls, within a budget.
bool inline_bodies(llvm::Module& module);

}  // namespace aipy::codegen
