// The stress options: where a version is made to leave.
//
// stress_guards, which guards fail:
//   all               every guard
//   N                 guard number N, counted in the order of the version's frame states that guards use, then its
//                     parts' (the functions whose bodies are in its code)
//   chosen            the guard that choose_guard names; none before its first call
//   seed:S:P          each guard with probability P, drawn anew at every entry from a generator seeded with S
// stress_invalidate: one in four of the places behind foreign code where the version's assumptions are tested, drawn
// anew at every entry from a generator seeded with stress_seed. Leaving there, the version is invalidated too.
#pragma once

#include "dispatch/settings.h"
#include "dispatch/version.h"

namespace aipy::dispatch {

// Names the guard that fails in the versions of functions with stress_guards=chosen, so that one guard after another
// can fail without compiling anew.
void choose_guard(size_t number);
// Of the versions entered since the last call, with stress_guards on: how many guards the one has that has most. None
// with a higher number can have failed.
size_t take_guards_entered();
// Room for the marks of a version, or of a part of one, that is compiled with a stress option on.
void make_room_for_stress(Version& part, const ir::Function& function);
// How many guards the version and its parts have.
size_t guard_count(Version& version);
// Chooses the guards that fail in the activation that is about to begin.
void prepare_stress(Version& version, const Settings& settings);

}  // namespace aipy::dispatch
