// What the globals, builtins and modules' attributes that a function reads are bound to now.
#pragma once

#include <vector>

#include "dispatch/managed.h"
#include "dispatch/version.h"
#include "opt/request.h"

namespace aipy::dispatch {

// A fact for each load of the generic function whose binding is known and steady. The objects are appended to
// `version.objects`, and the version is registered for each binding, whether the compiler uses the fact or not.
// `callees`: takes the functions among them whose bodies may become part of the code, GlobalFact::callee their index;
// null when none may.
std::vector<opt::GlobalFact> collect_facts(const Managed& managed, Version& version, std::vector<Managed*>* callees);

}  // namespace aipy::dispatch
