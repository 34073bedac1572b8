// The stress option `stress_guards`: which guards of a version are made to fail.
//
//   all               every guard
//   N                 guard number N, counted in the order of the version's frame states that guards use
//   seed:S:P          each guard with probability P, drawn anew at every entry from a generator seeded with S
#pragma once

#include "dispatch/settings.h"
#include "dispatch/version.h"

namespace aipy::dispatch {

// Frame states with which the version may leave, in order: its guards.
std::vector<ir::FrameStateId> guards_of(const ir::Function& function);
// Chooses the guards that fail in the activation that is about to begin.
void prepare_stress(Version& version, const Settings& settings);

}  // namespace aipy::dispatch
