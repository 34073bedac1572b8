// Which floats must not be NaN while they are held unboxed.
//
// A number in a register has no object: where it is needed as one, an object is made anew, and nobody can tell, for
// equal numbers are interchangeable but for `is` (a stated limit). NaN is the exception: `in`, `==` of containers and
// keys of dicts find a NaN by its object only. So native code ends where a NaN that may be seen as an object is
// unboxed, and before the first object is made of a computed NaN that is seen as an object more than once:
//
//   %3 = subscript %0, %1          Observed: returned below; a NaN here leaves, the interpreter has its object
//   %4 = binary multiply %3, %3    Once: whoever gets it gets a new object in CPython too
//   %5 = call %append, %4
//   return %3
//
// What is computed from a number does not observe it. Ends: marks only go up, Never < Once < Often.
#pragma once

#include <cstdint>
#include <vector>

#include "opt/infer.h"
#include "opt/promote.h"

namespace aipy::opt {

enum class Observed : uint8_t { Never, Once, Often };

// By promoted value; of values that are no floats nothing is said.
std::vector<Observed> observed_floats(const Promoted& promoted, const Inference& inference);

}  // namespace aipy::opt
