// What became of a function, for people (explain) and in numbers (stats), as plain data.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/managed.h"

namespace aipy::dispatch {

struct VersionReport {
    std::string entry;  // "call" or "loop at line N"
    std::string types;  // "x: int, y: float"
    uint64_t exits = 0;
    uint64_t guards = 0;
    double compile_ms = 0;
    uint64_t native_bytes = 0;
    std::string state;  // "", "generic", "invalid", "dropped, still running"
};

std::vector<VersionReport> version_reports(const Managed& managed);

// Notes by line, in order of lines; at most `explain_max` for one line, each once.
std::vector<std::pair<int32_t, std::vector<std::string>>> line_notes(const Managed& managed);

// Where calls go, for people: a generator with native steps is native.
Tier shown_tier(const Managed& managed);
// The same in words.
std::string state_text(const Managed& managed);

// The function at "ir", "typed" or "llvm". Empty when there is none; compiles anew where the text was not kept.
std::string stage_text(Managed& managed, const std::string& stage);

}  // namespace aipy::dispatch
