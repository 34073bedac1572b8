// Thrown inside specialisation where a function turns out to have a shape that the passes do not handle. It never
// leaves `specialise`: the function stays with the interpreter or CPython, and explain names the reason.
#pragma once

#include <stdexcept>

namespace aipy::opt {

struct Unspecialisable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace aipy::opt
