// Checks that a function keeps the rules of the IR, as every pass must leave it.
//
// Invariants (of blocks that can be reached from the entry; others are ignored)
//   Blocks     every block ends in its only terminator; the entry has no predecessors and is no handler.
//   Edges      go to existing blocks and pass one value of the same representation for each parameter; error edges,
//              only on rows that raise, go to handlers, whose first parameter is the exception (an object) and is
//              not passed; other edges never go to handlers. jump has 1 target, branch and branch.null 2.
//   Values     are defined once: by the instruction or block that they name as such; every use comes after the
//              definition on all ways to it.
//   Operands   are as many, and of the representations, as the row's signature says; so is the result.
//   Immediates name existing slots and constants (Name: of kind str; Constant also -1, "none"), operators,
//              comparisons and types.
//   Generic    form: no typed op other than box.bit, no frame states; cached rows have a cache in range.
//   Specialised form: no slot ops; rows that need a frame state have the one before them, and foreign ones the one
//              after them too, unless they end the block (release and pop.exc need neither).
//   States     values in them are defined; `after` may name the result; constants and virtuals exist, and no
//              virtual contains itself.
//   Lifetimes  `unwind`, `error_retain` and `owned` name defined objects; error_retain names args of the error edge.
//              (That the counts come out right is checked by ownership.h.)
#pragma once

#include <string>
#include <vector>

#include "ir/function.h"

namespace aipy::ir {

// One sentence for each broken rule, with the block and the instruction's text; empty when all hold.
std::vector<std::string> verify(const Function& function);

}  // namespace aipy::ir
