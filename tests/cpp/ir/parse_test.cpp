// Errors of the parser: each names the line and what was expected.
#include "ir/parse.h"

#include <gtest/gtest.h>

#include "ir/print.h"

namespace aipy::ir {
namespace {

std::string error_of(const std::string& body) {
    std::string error;
    std::optional<Function> function = parse("function \"f\" generic\nslots a\nconstant #0 str \"x\"\n" + body, error);
    EXPECT_FALSE(function) << body;
    return error;
}

TEST(Parse, ErrorsNameLineAndExpectation) {
    EXPECT_EQ(error_of("block0:\n  add"), "line 5: there is no op `add` at the end");
    EXPECT_EQ(error_of("block1:\n"), "line 4: blocks come in order at `:`");
    EXPECT_EQ(error_of("block0:\n  jump -> block7"), "line 5: block7 does not exist");
    EXPECT_EQ(error_of("block0:\n  %0: any = load.local $b"), "line 5: there is no slot `b` at the end");
    EXPECT_EQ(error_of("block0:\n  %0: thing = null"), "line 5: expected a type at `thing = null`");
    EXPECT_EQ(error_of("block0:\n  %0: any = load.global \"y\""), "line 5: there is no constant \"y\" at the end");
    EXPECT_EQ(error_of("block0:\n  %0: any = load.global \"y"), "line 5: a text without its closing quote at the end");
    EXPECT_EQ(error_of("block0:\n  %0: any = binary plus, %0, %0"), "line 5: expected a known operator at `, %0, %0`");
    EXPECT_EQ(error_of("block0:\n  jump -> block0 %1"), "line 5: did not expect more at `%1`");
    EXPECT_EQ(error_of("  poll"), "line 4: expected a block before instructions at `poll`");
    EXPECT_EQ(error_of("function \"g\" generic"), "line 4: a second function at `\"g\" generic`");
}

TEST(Parse, TextWithoutAFunctionIsAnError) {
    std::string error;
    EXPECT_FALSE(parse("; nothing here\n", error));
    EXPECT_EQ(error, "line 1: the text holds no function");
    EXPECT_FALSE(parse("block0:\n", error));
    EXPECT_EQ(error, "line 1: expected `function` at `block0:`");
}

TEST(Parse, IdsAreKeptWhenWritten) {
    std::string error;
    std::string text = "function \"f\" file \"f.py\" generic\n\nblock0:\n  7: %3: any = null ; why\n  4: return %3\n";
    std::optional<Function> function = parse(text, error);
    ASSERT_TRUE(function) << error;
    EXPECT_EQ(function->value(3).def, 7u);
    EXPECT_EQ(function->block(0).instrs, (std::vector<InstrId>{7, 4}));
    EXPECT_EQ(print(*function, {.ids = true}),
              "function \"f\" file \"f.py\" generic\n\nblock0:\n  7: %3: any = null\n  4: return %3\n");
}

TEST(Quote, EscapesWhatIsNotPrintable) { EXPECT_EQ(quote("a\"b\\\n\x01é"), "\"a\\\"b\\\\\\n\\x01é\""); }

}  // namespace
}  // namespace aipy::ir
