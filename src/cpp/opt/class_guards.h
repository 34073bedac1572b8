// Removes guards of classes that hold already.
//
// A fact is a value and the version of its class; it holds behind a guard.class, on every way, until foreign code runs,
// which may change classes. Forward over the blocks in reverse post-order until nothing changes: a block starts with
// what holds at the end of all its predecessors. Ends: the sets only shrink.
#pragma once

#include "ir/function.h"

namespace aipy::opt {

void remove_known_class_guards(ir::Function& function);

}  // namespace aipy::opt
