// Reads tokens from one line of IR text; the first thing that is not as expected throws a ParseError.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ir/type.h"

namespace aipy::ir {

// Thrown and caught inside parse.cpp alone.
struct ParseError {
    std::string message;
};

class Cursor {
  public:
    explicit Cursor(std::string_view line) : rest_(line) { skip_space(); }

    bool at_end() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
    std::string_view rest() const { return rest_; }

    // Takes the text when it comes next; a word only as a whole.
    bool accept(std::string_view text);
    void expect(std::string_view text);
    // A run of letters, digits, '_' and '.'; possibly empty.
    std::string_view word();
    uint32_t number();  // without a sign
    int64_t integer();
    double floating();     // as printed; nan.BITS for NaN
    std::string string();  // in double quotes
    Type type();
    uint32_t numbered(std::string_view prefix);  // "%12", "block3", "s0"

    [[noreturn]] void fail(const std::string& message) const;

  private:
    void skip_space();
    char escape();

    std::string_view rest_;
};

}  // namespace aipy::ir
