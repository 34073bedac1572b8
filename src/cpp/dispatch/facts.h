// What the globals, builtins and modules' attributes that a function reads are bound to now, and where it
// found the attributes of instances.
#pragma once

#include <vector>

#include "dispatch/managed.h"
#include "dispatch/version.h"
#include "opt/request.h"

namespace aipy::dispatch {

// Fills in the request's facts: for each load of the generic function whose binding is known and steady, and for each
// attribute and method that was found at one place so far. The objects are appended to `version.objects`, and the
// version is registered for each binding, whether the compiler uses the fact or not. `callees`: takes the functions
// among them whose bodies may become part of the code; null when none may.
void collect_facts(const Managed& managed, Version& version, std::vector<Managed*>* callees,
                   opt::CompileRequest& request);

// The same of a generator function whose code may become part of the version's: the ids of its instructions are moved.
void collect_moved_facts(const Managed& managed, Version& version, std::vector<Managed*>& callees,
                         opt::CompileRequest& request, ir::InstrId first_instr);

}  // namespace aipy::dispatch
