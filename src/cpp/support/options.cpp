#include "support/options.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "support/check.h"
#include "support/log.h"

namespace aipy::support {
namespace {

constexpr OptionRow rows[] = {
#define OPTION(name, type, default_text, limits, group, doc) \
    {#name, OptionType::type, default_text, limits, #group, doc},
#include "support/options.def"
#undef OPTION
};

std::string expected(const OptionRow& row, std::string_view what, std::string_view text) {
    return "option " + std::string(row.name) + " expects " + std::string(what) + ", not '" + std::string(text) + "'";
}

// "a|b|c" as "a, b or c", with the empty choice as "nothing".
std::string describe_choices(std::string_view limits) {
    std::vector<std::string> choices;
    for (size_t start = 0; start <= limits.size();) {
        size_t end = std::min(limits.find('|', start), limits.size());
        std::string_view choice = limits.substr(start, end - start);
        choices.emplace_back(choice.empty() ? "nothing" : choice);
        start = end + 1;
    }
    std::string text = choices[0];
    for (size_t index = 1; index < choices.size(); ++index) {
        text += (index + 1 == choices.size() ? " or " : ", ") + choices[index];
    }
    return text;
}

std::string parse(const OptionRow& row, std::string_view text, bool& value) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    for (std::string_view word : {"true", "1", "yes", "on"}) {
        if (lower == word) return value = true, "";
    }
    for (std::string_view word : {"false", "0", "no", "off"}) {
        if (lower == word) return value = false, "";
    }
    return expected(row, "true or false", text);
}

std::string parse(const OptionRow& row, std::string_view text, int64_t& value) {
    auto number = [](std::string_view digits, int64_t& out) {
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
        return error == std::errc{} && end == digits.data() + digits.size();
    };
    int64_t least = 0, most = 0, parsed = 0;
    size_t dots = row.limits.find("..");
    bool limited = number(row.limits.substr(0, dots), least) && number(row.limits.substr(dots + 2), most);
    AIPY_CHECK(limited, "an Int row has limits");
    if (!number(text, parsed) || parsed < least || parsed > most) {
        std::string range = std::to_string(least) + " to " + std::to_string(most);
        return expected(row, "a whole number from " + range, text);
    }
    value = parsed;
    return "";
}

std::string parse(const OptionRow& row, std::string_view text, std::string& value) {
    if (row.type == OptionType::Choice) {
        bool known = false;
        for (size_t start = 0; start <= row.limits.size();) {
            size_t end = std::min(row.limits.find('|', start), row.limits.size());
            known |= row.limits.substr(start, end - start) == text;
            start = end + 1;
        }
        if (!known) return expected(row, describe_choices(row.limits), text);
    }
    value = text;
    return "";
}

std::string print(bool value) { return value ? "true" : "false"; }
std::string print(int64_t value) { return std::to_string(value); }
std::string print(const std::string& value) { return value; }

const OptionRow* find_row(std::string_view name) {
    for (const OptionRow& row : rows) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

std::string environment_name(std::string_view option) {
    std::string name = "AIPY_";
    for (char c : option) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

struct ProcessOptions {
    std::mutex mutex;
    OptionSet options;

    ProcessOptions() {
        for (const std::string& error : read_environment(options)) std::fprintf(stderr, "aipy: %s\n", error.c_str());
        set_log_topics(options.log());
    }
};

// Never destroyed: background threads may ask for options while the process exits.
ProcessOptions& process() {
    static auto* instance = new ProcessOptions;
    return *instance;
}

}  // namespace

std::string_view option_type_name(OptionType type) {
    switch (type) {
        case OptionType::Bool: return "bool";
        case OptionType::Int: return "int";
        case OptionType::Text: return "text";
        case OptionType::Choice: return "choice";
    }
    AIPY_UNREACHABLE();
}

std::span<const OptionRow> option_table() { return rows; }

OptionSet::OptionSet() {
    for (const OptionRow& row : rows) {
        std::string error = set(row.name, row.default_text);
        AIPY_CHECK(error.empty(), "a default is a value that its row allows");
    }
}

std::string OptionSet::set(std::string_view name, std::string_view text) {
    const OptionRow* row = find_row(name);
#define OPTION(row_name, type, default_text, limits, group, doc) \
    if (name == #row_name) return parse(*row, text, row_name##_);
#include "support/options.def"
#undef OPTION
    return "aipy has no option '" + std::string(name) + "'; `aipy options` lists them";
}

std::string OptionSet::get(std::string_view name) const {
#define OPTION(row_name, type, default_text, limits, group, doc) \
    if (name == #row_name) return print(row_name##_);
#include "support/options.def"
#undef OPTION
    return "";
}

OptionSet process_options() {
    ProcessOptions& shared = process();
    std::lock_guard lock(shared.mutex);
    return shared.options;
}

std::string set_process_option(std::string_view name, std::string_view text) {
    ProcessOptions& shared = process();
    std::lock_guard lock(shared.mutex);
    std::string error = shared.options.set(name, text);
    set_log_topics(shared.options.log());
    return error;
}

std::vector<std::string> read_environment(OptionSet& options) {
    std::vector<std::string> errors;
    for (const OptionRow& row : rows) {
        std::string name = environment_name(row.name);
        const char* text = std::getenv(name.c_str());
        if (text == nullptr) continue;
        std::string error = options.set(row.name, text);
        if (!error.empty()) errors.push_back("the environment's " + name + " is ignored: " + error);
    }
    return errors;
}

bool list_contains(std::string_view list, std::string_view item) {
    while (!list.empty()) {
        size_t comma = std::min(list.find(','), list.size());
        std::string_view word = list.substr(0, comma);
        while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
        if (word == item) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

}  // namespace aipy::support
