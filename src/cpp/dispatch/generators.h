// Which generators' bodies may become part of the loops that go through them, and the objects made of those where
// native code ends (opt/generator_loops.h).
#pragma once

#include <vector>

#include "dispatch/managed.h"
#include "dispatch/version.h"
#include "opt/request.h"

namespace aipy::dispatch {

// Adds the generator functions that loops of the function call, with their facts; `callees` takes the functions that
// they call natively. Comes behind collect_facts.
void collect_generators(const Managed& managed, Version& version, std::vector<Managed*>& callees,
                        opt::CompileRequest& request);

}  // namespace aipy::dispatch
