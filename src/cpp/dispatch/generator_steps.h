// Whether native code pays for a generator.
//
// To go on natively, a generator hands all its locals over as objects, and takes them back as objects at the next
// yield; CPython's own loops step its own generators without a call. So in mode auto a generator becomes native only
// where enough happens between two yields.
#pragma once

#include "ir/function.h"

namespace aipy::dispatch {

// Many operations lie on the ways from `header` to the next yields.
bool has_long_step(const ir::Function& generic, ir::BlockId header);
// The same for any of the function's entry points.
bool has_long_steps(const ir::Function& generic);

}  // namespace aipy::dispatch
