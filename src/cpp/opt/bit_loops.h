// Loops that take a number's bits away, one a turn, without their turns: what `while n: n &= n - 1; count += 1` and
// `while n: n >>= 1; count += n & 1` make of `count` is told by how many bits are set, or by how long the number is.
//
// Goes in: a specialised function before its lifetimes. A loop qualifies where its header only asks whether the number
// is zero (or positive), and its one other block only takes the next bit away and adds to counters: a constant, or the
// bit itself. The block then does at once what all its turns would; what would have left within a turn leaves before
// the first one. Ends: each block is looked at once.
#pragma once

#include "ir/function.h"

namespace aipy::opt {

void count_bits_at_once(ir::Function& function);

}  // namespace aipy::opt
