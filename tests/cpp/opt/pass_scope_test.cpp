#include "opt/pass_scope.h"

#include <gtest/gtest.h>

#include "ir/builder.h"

namespace aipy::opt {
namespace {

ir::Function small_function() {
    ir::Function function;
    function.name = "small";
    ir::Builder builder(function, function.add_block());
    builder.return_value(builder.emit(ir::Op::Null));
    return function;
}

TEST(PassScope, NamesTimesAndCounts) {
    ir::Function function = small_function();
    PassReport report;
    {
        PassScope scope(report, "nothing", function);
    }
    ASSERT_EQ(report.passes.size(), 1u);
    EXPECT_EQ(report.passes[0].name, "nothing");
    EXPECT_EQ(report.passes[0].instructions, 2u);
    EXPECT_GE(report.passes[0].milliseconds, 0);
    EXPECT_FALSE(report.failed());
    EXPECT_TRUE(report.text.empty());
    EXPECT_NE(report.summary().find("nothing"), std::string::npos);
}

TEST(PassScope, KeepsTheTextWhenAskedTo) {
    ir::Function function = small_function();
    PassReport report;
    report.dump = true;
    {
        PassScope scope(report, "nothing", function);
    }
    EXPECT_NE(report.text.find("; ---- after nothing"), std::string::npos);
    EXPECT_NE(report.text.find("0: %0: any = null"), std::string::npos);
}

TEST(PassScope, NamesThePassThatBrokeARule) {
    ir::Function function = small_function();
    PassReport report;
    {
        PassScope scope(report, "vandal", function);
        function.block(0).instrs.pop_back();
    }
    ASSERT_TRUE(report.failed());
    EXPECT_NE(report.errors[0].find("after vandal: small: block0"), std::string::npos) << report.errors[0];
}

}  // namespace
}  // namespace aipy::opt
