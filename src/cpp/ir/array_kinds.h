// Kinds of arrays that differ only in which of their axes are known to have the length 1.
#pragma once

#include <optional>

#include "ir/type.h"

namespace aipy::ir {

// What is known of arrays of either kind, packed as both are; nothing where the kinds differ in more.
inline std::optional<uint32_t> common_detail(uint32_t a, uint32_t b) {
    ArrayDetail both = ArrayDetail::unpack(a), other = ArrayDetail::unpack(b);
    both.units = other.units = both.units & other.units;
    return both.pack() == other.pack() ? std::optional(both.pack()) : std::nullopt;
}

}  // namespace aipy::ir
