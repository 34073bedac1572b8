// Views of arrays that exist only as what they are taken by.
//
//   %3 = subscript %0, %2        ([1:-1], a slice)      nothing is made: the loop goes over those elements of %0
//   %5 = binary add %3, %4                  becomes     array.map "0[1:-1] 1 add finite", …
//   store.subscript %0, %2, %5                          array.update ">[1:-1] 0[1:-1] 1 add finite", %0, …
//
// A view names elements, whatever is stored in them later; so it may be looked at again wherever the array has the
// shape it had, which only foreign code could change.
#pragma once

#include <optional>

#include "ir/array_view.h"
#include "ir/function.h"
#include "opt/infer.h"

namespace aipy::opt {

// What a subscript, or a store to one, takes of an array; a bound that is an operand is a promoted value here. Nothing
// for what is no view of an array whose axes are known, or may raise for another reason than an index out of bounds.
std::optional<ir::ArrayView> view_of(const ir::Function& promoted, const ir::Instr& instr, const Inference& inference);

// The view that is stored to, of a contiguous array.
std::optional<ir::ArrayDetail> stored_view(const ir::Function& promoted, const ir::Instr& store,
                                           const Inference& inference);

// Whether an array is stored into a view of a contiguous one, element by element without a conversion.
bool stores_slice(const ir::Function& promoted, const ir::Instr& instr, const Inference& inference);

}  // namespace aipy::opt
