// What is released behind a guard that said of what kind it is, is released as that kind.
//
// Runs after insert_lifetimes and borrow_items, which know references by the value that owns them. A release of an int
// or str cannot run Python code, so nothing needs to be looked at behind it, and a body that has no other release is
// a native one (opt/native_calls.h).
#pragma once

#include "ir/function.h"

namespace aipy::opt {

void name_released_kinds(ir::Function& function);

}  // namespace aipy::opt
