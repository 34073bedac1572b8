#include "frontend/bailout.h"

#include <iterator>

namespace aipy::frontend {
namespace {

struct Row {
    std::string_view name;
    std::string_view text;
};

constexpr Row rows[] = {
#define BAILOUT(enumerator, name, text) {name, text},
#include "frontend/bailout.def"
#undef BAILOUT
};

}  // namespace

std::string_view bailout_name(BailoutReason reason) { return rows[static_cast<size_t>(reason)].name; }

std::string_view bailout_text(BailoutReason reason) { return rows[static_cast<size_t>(reason)].text; }

}  // namespace aipy::frontend
