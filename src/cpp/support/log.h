// Lines on standard error that tell what aipy does, by topic; chosen by the option `log`.
#pragma once

#include <cstdint>
#include <string_view>

namespace aipy::support {

// frontend: functions read, and why not. compile: what is compiled, how long. versions: made, dropped, freed.
// exits: guards that failed. policy: decisions about when to compile.
enum class LogTopic : uint8_t { Frontend, Compile, Versions, Exits, Policy };

// Whether lines of this topic are wanted: cheap enough to ask anywhere.
bool log_enabled(LogTopic topic);

// Writes one line, "aipy exits: …", formatted as by printf. Thread-safe; a line is written at once.
void log(LogTopic topic, const char* format, ...) __attribute__((format(printf, 2, 3)));

// Chooses the topics from a comma-separated list; "all" means all. Called when the option changes.
void set_log_topics(std::string_view list);

}  // namespace aipy::support
