// Reads the textual form of IR (print.h). For tests and for people; compiled code never passes through text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ir/function.h"

namespace aipy::ir {

// One function. Everything after `;` on a line is a comment; empty lines mean nothing. Values keep their numbers;
// instructions are numbered in the order of the text unless their ids are written. On failure returns nothing and
// sets `error` to "line 3: …". The result is well formed as text; whether it keeps the rules, verify.h says.
std::optional<Function> parse(std::string_view text, std::string& error);

}  // namespace aipy::ir
