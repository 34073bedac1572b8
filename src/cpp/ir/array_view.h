// A view of an array by slices, ints and new axes, as it stands in the program of an array.map:
//
//   [1:-1,::2,3,n]      a slice, one of every other element, the fourth of an axis, a new axis of length 1
//   [#2:,#3]            operands 2 and 3, ints in registers, as the bounds
//
// Axes that are not named are there whole. Steps go forwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/type.h"

namespace aipy::ir {

struct ViewItem {
    enum class Kind : uint8_t { Slice, Index, NewAxis };
    struct Bound {
        enum class Kind : uint8_t { None, Number, Operand } kind = Kind::None;
        int64_t value = 0;
        bool operator==(const Bound&) const = default;
    };
    Kind kind = Kind::Slice;
    Bound start = {};  // or the index
    Bound stop = {};
    int64_t step = 1;
    bool operator==(const ViewItem&) const = default;
    // Whether it is `:`.
    bool is_whole() const { return *this == ViewItem{}; }
};

using ArrayView = std::vector<ViewItem>;

// Units are those of new axes; nothing where there are too many axes.
std::optional<ArrayDetail> detail_of_view(ArrayDetail whole, const ArrayView& view);

std::string view_text(const ArrayView& view);
// Nothing where the text is no view.
std::optional<ArrayView> parse_view(std::string_view text);

}  // namespace aipy::ir
