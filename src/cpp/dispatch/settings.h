// How one function is to be treated: the options it was attached with, and what the entry reads of them often.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "support/options.h"

namespace aipy::dispatch {

enum class Mode : uint8_t { Auto, Always, Off };
enum class TierChoice : uint8_t { Auto, Interpreter, Native };

struct Settings {
    explicit Settings(support::OptionSet options);

    support::OptionSet options;
    Mode mode;
    TierChoice tier;
    bool background;  // compilations go to the background threads
    bool stress;      // some stress option is on: native code asks where it is to leave
    uint32_t call_threshold;
    uint32_t sample_calls;
    int64_t loop_threshold;
    uint32_t max_versions;
    uint32_t max_exits;
};

// The process's options with the function's own changes. A name or value that is not allowed gives a sentence in
// `error` and leaves the rest as it was.
Settings settings_from(const std::map<std::string, std::string>& changes, std::string& error);

}  // namespace aipy::dispatch
