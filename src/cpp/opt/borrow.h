// Takes no reference to an item or attribute that is only looked at where it lies.
//
// After insert_lifetimes, a load whose result is released further down in the same block becomes the op that borrows,
// and the release goes, if between the two nothing can take the item out of its container or end the container: no
// foreign code, no store to a list or an instance, no release that may end another object, and none of the container.
// A method that its class holds may be borrowed past all but foreign code. Exits take a reference of what they borrow.
// One walk over each block; what was borrowed first, others may borrow from.
#pragma once

#include "ir/function.h"

namespace aipy::opt {

void borrow_items(ir::Function& function);

}  // namespace aipy::opt
