// Calls of known callables (known_calls.def): which arguments have a typed form, and of what kind its result is.
#pragma once

#include <cstdint>
#include <vector>

#include "opt/request.h"
#include "types/lattice.h"

namespace aipy::opt {

// Scalar: makes a scalar of NumPy's (ir/numpy_scalars.def).
enum class KnownForm : uint8_t { Own, Libm, Scalar };

struct KnownCall {
    const char* name;
    KnownForm form;
    int arguments;  // -1: any number, checked by `known_call_fact`
};
// The callable's row; null for None and Self.
const KnownCall* known_call(KnownCallable callable);

// Between a row of form Scalar and the kind of what it makes; None for a kind that is no scalar of NumPy's.
ir::TypeKind scalar_class(KnownCallable callable);
KnownCallable call_of_scalar_class(ir::TypeKind kind);

// The result of the call, `any` when it has no typed form for these arguments.
types::Fact known_call_fact(KnownCallable callable, const std::vector<types::Fact>& arguments);

}  // namespace aipy::opt
