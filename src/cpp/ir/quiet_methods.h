// What call.quiet calls besides the rows of quiet_methods.def.
#pragma once

#include <cstdint>

namespace aipy::ir {

// text[start:stop:step], where no slice object is needed; the parts may be None.
inline constexpr int64_t quiet_str_slice = -1;

}  // namespace aipy::ir
