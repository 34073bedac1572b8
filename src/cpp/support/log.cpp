#include "support/log.h"

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <iterator>

#include "support/options.h"

namespace aipy::support {
namespace {

constexpr std::string_view topic_names[] = {"frontend", "compile", "versions", "exits", "policy"};
static_assert(std::size(topic_names) == static_cast<size_t>(LogTopic::Policy) + 1);

std::atomic<uint32_t> enabled_topics{0};

}  // namespace

bool log_enabled(LogTopic topic) {
    return (enabled_topics.load(std::memory_order_relaxed) >> static_cast<uint32_t>(topic)) & 1;
}

void log(LogTopic topic, const char* format, ...) {
    if (!log_enabled(topic)) return;
    char line[1024];
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    std::fprintf(stderr, "aipy %s: %s\n", topic_names[static_cast<size_t>(topic)].data(), line);
}

void set_log_topics(std::string_view list) {
    uint32_t topics = 0;
    for (uint32_t topic = 0; topic < std::size(topic_names); ++topic) {
        if (list_contains(list, "all") || list_contains(list, topic_names[topic])) topics |= 1U << topic;
    }
    enabled_topics.store(topics, std::memory_order_relaxed);
}

}  // namespace aipy::support
