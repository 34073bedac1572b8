// Changes of dicts whose bindings somebody relies on.
//
// Since 3.12 CPython tells of each change before it is made. On 3.11 nobody tells: a dict's version changes with every
// write, so whoever is about to rely on a binding looks at the versions first (look_at_dicts), and learns that
// something in a dict may have changed, but not what.
#pragma once

#include <cstdint>

#include "runtime/cpython/internal.h"

namespace aipy::runtime::cpython {

// Whether changes are told before they are made; otherwise look_at_dicts must be asked.
inline constexpr bool dicts_tell = PY_VERSION_HEX >= 0x030C0000;

enum class DictChange : uint8_t {
    Key,   // this name is bound, bound anew, or unbound
    Some,  // some names were, or all
    Gone,  // the dict dies
};
// Nothing that it does may run Python code; an exception may be set.
using DictListener = void (*)(DictChange change, PyObject* dict, PyObject* key);

// Lets the one listener know of the dict's changes from now on. False when nobody can be told of them.
bool follow_dict(PyObject* dict, DictListener listener);

// Tells of what has changed since the last look. Nothing to do since 3.12.
void look_at_dicts_slowly();
inline void look_at_dicts() {
    if constexpr (!dicts_tell) look_at_dicts_slowly();
}

}  // namespace aipy::runtime::cpython
