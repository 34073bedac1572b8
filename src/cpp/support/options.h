// Options as typed values: the table options.def, sets of values, and the process-wide set.
//
// The process-wide set starts from the table's defaults and the environment (AIPY_<NAME>). Each compiled function
// has a copy with its own changes, so that a set never changes under a compilation.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aipy::support {

enum class OptionType : uint8_t { Bool, Int, Text, Choice };
std::string_view option_type_name(OptionType type);  // "bool", "int", "text", "choice"

struct OptionRow {
    std::string_view name;
    OptionType type;
    std::string_view default_text;
    std::string_view limits;  // "least..most" or "one|other"
    std::string_view group;
    std::string_view doc;
};

// The rows in the table's order.
std::span<const OptionRow> option_table();

namespace option_value {
using Bool = bool;
using Int = int64_t;
using Text = std::string;
using Choice = std::string;
}  // namespace option_value

class OptionSet {
  public:
    OptionSet();  // the table's defaults

    // One getter for each row: options.fastmath(), options.max_versions(), options.mode() …
#define OPTION(name, type, default_text, limits, group, doc) \
    const option_value::type& name() const { return name##_; }
#include "support/options.def"
#undef OPTION

    // Sets an option from text. Returns "" or, leaving the set as it was, a sentence that says what was expected.
    std::string set(std::string_view name, std::string_view text);
    // The option's value as text that `set` accepts; "" when there is no such option.
    std::string get(std::string_view name) const;

    bool operator==(const OptionSet&) const = default;

  private:
#define OPTION(name, type, default_text, limits, group, doc) option_value::type name##_{};
#include "support/options.def"
#undef OPTION
};

// A copy of the process-wide options. Thread-safe.
OptionSet process_options();
// Changes the process-wide options; functions compiled from now on see it. Returns as OptionSet::set.
std::string set_process_option(std::string_view name, std::string_view text);
// Reads the environment into a set; returns a sentence for each variable that was not understood.
std::vector<std::string> read_environment(OptionSet& options);

// Whether the tests planted this fault (option plant_fault): one of their builds must fail with it.
#ifdef AIPY_TEST_BUILD
inline bool fault_is_planted(std::string_view fault) { return process_options().plant_fault() == fault; }
#else
constexpr bool fault_is_planted(std::string_view) { return false; }
#endif

// Whether `item` is in a comma-separated list, such as the value of `dump` or `log`.
bool list_contains(std::string_view list, std::string_view item);

}  // namespace aipy::support
