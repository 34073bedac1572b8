// Which operations on complex numbers are computed on their parts, two doubles in registers. What is not listed here is
// CPython's, on objects. Where CPython would raise, the typed form leaves.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ir/op.h"
#include "types/lattice.h"

namespace aipy::opt {

bool is_complex(types::Fact fact);

// `constant`: the right operand when it is a constant natural. `reals_stay_real`: of opt/request.h.
bool has_complex_form(ir::Operator operation, types::Fact left, types::Fact right, std::optional<uint64_t> constant,
                      bool reals_stay_real);
bool compared_as_complex(ir::CompareOp operation, types::Fact left, types::Fact right);
// `real` and `imag`.
bool is_part_of_complex(std::string_view attribute);
bool is_conjugate(std::string_view method, const std::vector<types::Fact>& operands);

}  // namespace aipy::opt
