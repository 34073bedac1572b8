// Integers of which only the low 64 bits matter, because a mask is all that is done with them:
//
//   %2 = binary multiply %0, #6364136223846793005      may be of any size, but is needed modulo 2**64 only
//   %3 = binary and %2, #0xFFFFFFFFFFFFFFFF            an int in [0, 2**64)
//
// Sums, differences, products, logic and shifts to the left are exact modulo 2**64, so such a chain is
// computed in registers without a test. A value in the middle of a chain has no object: where a frame state needs it,
// the interpreter computes it anew from the chain's ends (VirtualObject::Kind::Operation).
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "opt/request.h"

namespace aipy::opt {

// What is known to be in globals, by value; null: nothing.
using KnownValues = std::vector<const GlobalFact*>;

// An operation that keeps only some bits of an operand: &, % of a power of two up to 2**64. Without `bits` the mask is
// not known, and cuts the operand, the result of an operation, only if it is a word.
struct Mask {
    ir::ValueId operand;
    ir::ValueId constant;
    std::optional<uint64_t> bits;
};
std::optional<Mask> mask_of(const ir::Function& function, const KnownValues& known, const ir::Instr& instr);

// The value when it is a constant in [0, 2**64).
std::optional<uint64_t> constant_word(const ir::Function& function, const KnownValues& known, ir::ValueId value);

// By value: whether it is needed modulo 2**64 only. Those in `refused` are not. Ends: each round takes one away.
std::vector<bool> find_modular(const ir::Function& function, const KnownValues& known,
                               const std::set<ir::ValueId>& refused);

}  // namespace aipy::opt
