#include "dispatch/settings.h"

#include <utility>

namespace aipy::dispatch {
namespace {

Mode mode_of(const std::string& text) {
    return text == "always" ? Mode::Always : text == "off" ? Mode::Off : Mode::Auto;
}

TierChoice tier_of(const std::string& text) {
    return text == "interpreter" ? TierChoice::Interpreter : text == "native" ? TierChoice::Native : TierChoice::Auto;
}

}  // namespace

Settings::Settings(support::OptionSet set)
    : options(std::move(set)),
      mode(mode_of(options.mode())),
      tier(tier_of(options.tier())),
      background(options.background() && mode != Mode::Always && tier != TierChoice::Native),
      stress(!options.stress_guards().empty() || options.stress_invalidate()),
      call_threshold(static_cast<uint32_t>(options.call_threshold())),
      sample_calls(static_cast<uint32_t>(options.sample_calls())),
      loop_threshold(options.loop_threshold()),
      max_versions(static_cast<uint32_t>(options.max_versions())),
      max_exits(static_cast<uint32_t>(options.max_exits())) {}

Settings settings_from(const std::map<std::string, std::string>& changes, std::string& error) {
    support::OptionSet options = support::process_options();
    for (const auto& [name, text] : changes)
        if (std::string problem = options.set(name, text); !problem.empty() && error.empty()) error = problem;
    return Settings(std::move(options));
}

}  // namespace aipy::dispatch
