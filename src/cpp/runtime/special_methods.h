// Methods that statements look up on an object's class, past the object itself.
#pragma once

#include <cstdint>

namespace aipy::runtime {

// As CPython's table of them is ordered, since it has one (3.14).
enum class SpecialMethod : int64_t { Enter, Exit, AsyncEnter, AsyncExit };

}  // namespace aipy::runtime
