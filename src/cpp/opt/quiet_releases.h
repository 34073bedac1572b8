// In the body of native calls no Python code may run: releases that may run some become such that leave instead.
//
// Runs after insert_lifetimes. A release that carries the state behind it (its `after`) can leave there, with the value
// still owned by that state, which ends it. Where that was left too often already it stays as it is, and the body is
// not native (opt/native_calls.h).
#pragma once

#include <cstdint>
#include <vector>

#include "ir/function.h"

namespace aipy::opt {

void quieten_releases(ir::Function& function, const std::vector<uint32_t>& failures, uint32_t max_failures);

// The same of the releases in bodies of generators that are parts of loops (opt/generator_loops.h). `places`: where
// each generator's instructions begin among those that `failures` counts.
void quieten_generators(ir::Function& function, const std::vector<uint32_t>& places,
                        const std::vector<uint32_t>& failures, uint32_t max_failures);

}  // namespace aipy::opt
