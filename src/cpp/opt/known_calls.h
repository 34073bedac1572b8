// Calls of known callables (known_calls.def): which arguments have a typed form, and of what kind its result is.
#pragma once

#include <cstdint>
#include <vector>

#include "opt/request.h"
#include "types/lattice.h"

namespace aipy::opt {

enum class KnownForm : uint8_t { Own, Libm };

struct KnownCall {
    const char* name;
    KnownForm form;
    int arguments;  // -1: any number, checked by `known_call_fact`
};
// The callable's row; null for None and Self.
const KnownCall* known_call(KnownCallable callable);

// The result of the call, `any` when it has no typed form for these arguments.
types::Fact known_call_fact(KnownCallable callable, const std::vector<types::Fact>& arguments);

}  // namespace aipy::opt
