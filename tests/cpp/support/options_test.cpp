#include "support/options.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "support/log.h"

namespace aipy::support {
namespace {

TEST(Options, DefaultsAreTheTables) {
    OptionSet options;
    EXPECT_EQ(options.mode(), "auto");
    EXPECT_FALSE(options.fastmath());
    EXPECT_TRUE(options.boundscheck());
    EXPECT_EQ(options.max_versions(), 4);
    EXPECT_EQ(options.stress_guards(), "");
    for (const OptionRow& row : option_table()) EXPECT_EQ(options.get(row.name), row.default_text) << row.name;
}

TEST(Options, EveryRowIsDocumentedAndGrouped) {
    for (const OptionRow& row : option_table()) {
        EXPECT_FALSE(row.doc.empty()) << row.name;
        EXPECT_NE(row.doc.back(), '.') << row.name;
        EXPECT_TRUE(list_contains("flag,policy,budget,stress,dump", row.group)) << row.name;
    }
}

TEST(Options, TextThatIsUnderstoodRoundTrips) {
    OptionSet options;
    EXPECT_EQ(options.set("mode", "always"), "");
    EXPECT_EQ(options.set("fastmath", "Yes"), "");
    EXPECT_EQ(options.set("background", "0"), "");
    EXPECT_EQ(options.set("loop_threshold", "7"), "");
    EXPECT_EQ(options.set("stress_guards", "seed:1:0.5"), "");
    EXPECT_EQ(options.mode(), "always");
    EXPECT_TRUE(options.fastmath());
    EXPECT_FALSE(options.background());
    EXPECT_EQ(options.loop_threshold(), 7);
    EXPECT_EQ(options.get("fastmath"), "true");
    EXPECT_EQ(options.get("stress_guards"), "seed:1:0.5");
}

TEST(Options, ErrorsSayWhatWasExpectedAndChangeNothing) {
    OptionSet options, untouched;
    EXPECT_EQ(options.set("mode", "never"), "option mode expects auto, always or off, not 'never'");
    EXPECT_EQ(options.set("fastmath", "maybe"), "option fastmath expects true or false, not 'maybe'");
    EXPECT_EQ(options.set("opt_level", "4"), "option opt_level expects a whole number from 0 to 3, not '4'");
    EXPECT_EQ(options.set("opt_level", "2x"), "option opt_level expects a whole number from 0 to 3, not '2x'");
    EXPECT_EQ(options.set("opt_level", ""), "option opt_level expects a whole number from 0 to 3, not ''");
    EXPECT_EQ(options.set("speed", "1"), "aipy has no option 'speed'; `aipy options` lists them");
    EXPECT_EQ(options, untouched);
}

TEST(Options, TheEnvironmentIsReadAndItsErrorsNamed) {
    setenv("AIPY_MAX_EXITS", "9", 1);
    setenv("AIPY_TIER", "fast", 1);
    OptionSet options;
    std::vector<std::string> errors = read_environment(options);
    unsetenv("AIPY_MAX_EXITS");
    unsetenv("AIPY_TIER");
    EXPECT_EQ(options.max_exits(), 9);
    EXPECT_EQ(options.tier(), "auto");
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0],
              "the environment's AIPY_TIER is ignored: option tier expects auto, interpreter or native, not 'fast'");
}

TEST(Options, TheProcessSetIsCopied) {
    OptionSet before = process_options();
    EXPECT_EQ(set_process_option("explain_max", "3"), "");
    EXPECT_EQ(process_options().explain_max(), 3);
    EXPECT_NE(before.explain_max(), 3);
    set_process_option("explain_max", before.get("explain_max"));
}

TEST(Options, ListsAreSeparatedByCommas) {
    EXPECT_TRUE(list_contains("ir, typed ,llvm", "typed"));
    EXPECT_TRUE(list_contains("ir", "ir"));
    EXPECT_FALSE(list_contains("typed", "type"));
    EXPECT_FALSE(list_contains("", "ir"));
}

TEST(Log, OnlyChosenTopicsAreWritten) {
    set_log_topics("exits,policy");
    EXPECT_TRUE(log_enabled(LogTopic::Exits));
    EXPECT_FALSE(log_enabled(LogTopic::Compile));
    testing::internal::CaptureStderr();
    log(LogTopic::Exits, "guard %d of %s", 3, "f");
    log(LogTopic::Compile, "nobody asked");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "aipy exits: guard 3 of f\n");
    set_log_topics("all");
    EXPECT_TRUE(log_enabled(LogTopic::Compile));
    set_log_topics("");
}

}  // namespace
}  // namespace aipy::support
