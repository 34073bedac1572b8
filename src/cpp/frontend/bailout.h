// Why a function stays with CPython: rows of bailout.def as data, and how the frontend's parts stop with one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace aipy::frontend {

enum class BailoutReason : uint8_t {
#define BAILOUT(name, text, advice) name,
#include "frontend/bailout.def"
#undef BAILOUT
};

// The row's name, as in statistics ("" for None).
std::string_view bailout_name(BailoutReason reason);
// What a user is told.
std::string_view bailout_text(BailoutReason reason);

// Thrown inside the frontend; build() turns it into a result.
struct Bailout {
    BailoutReason reason;
    int line = 0;             // of the construct; 0 when it is about the whole function
    std::string detail = {};  // the construct or the name, where one can be given
};

}  // namespace aipy::frontend
