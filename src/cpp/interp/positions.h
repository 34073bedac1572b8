// From source spans to CPython's bytecode: the code unit whose position is an op's span, so that frames and
// tracebacks of interpreted and compiled code show the lines and carets that CPython shows.
#pragma once

#include <Python.h>

#include <map>
#include <tuple>

#include "ir/function.h"

namespace aipy::interp {

class Positions {
  public:
    // Reads the code's location table once (format: CPython's Objects/locations.md).
    explicit Positions(PyCodeObject* code);

    // Index of a code unit with that span; failing that, of one that starts on its line; failing that, the first one.
    int unit_of(const ir::SourceSpan& span) const;

    // By line, the first code unit that starts there.
    const std::map<int, int>& by_line() const { return by_line_; }

  private:
    std::map<std::tuple<int, int, int, int>, int> exact_;
    std::map<int, int> by_line_;
    int first_ = 0;
};

}  // namespace aipy::interp
