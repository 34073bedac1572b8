// One function's lines as a source of their own, so that a large file need not be parsed for a small function.
#pragma once

#include <Python.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aipy::frontend {

// A source text as lines. The text must live as long.
class SourceLines {
  public:
    explicit SourceLines(std::string_view text);

    // A text in which the outermost function around `code`, itself perhaps, has the lines and columns that it has in
    // the source, inside headers of the classes that the qualified name tells, and nothing else. A guess from
    // indentation: the caller compiles it and compares. Nothing when no function is around, or the source has what
    // makes guessing idle.
    std::optional<std::string> excerpt(PyCodeObject* code) const;
    // The import statements that start a line.
    std::string imports() const;

  private:
    std::vector<std::string_view> lines_;
    bool is_plain_;
};

}  // namespace aipy::frontend
