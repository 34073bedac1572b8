// One small object around each pass: names it, times it, dumps what it left and verifies it.
//
//   PassReport report{.dump = true};
//   {
//       PassScope scope(report, "lifetimes", function);
//       insert_lifetimes(function);
//   }
//
// A pass that breaks a rule of the IR is named in `report.errors`; nothing is compiled from such a function.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "ir/function.h"

namespace aipy::opt {

struct PassRecord {
    std::string name;
    double milliseconds = 0;
    size_t instructions = 0;  // in blocks, after the pass
};

struct PassReport {
    bool verify = true;  // check the function after each pass
    bool dump = false;   // keep its text after each pass (option dump=passes)
    std::vector<PassRecord> passes;
    std::vector<std::string> errors;
    std::string text;

    bool failed() const { return !errors.empty(); }
    // One line for each pass: its name, time and the instructions it left.
    std::string summary() const;
};

class PassScope {
  public:
    PassScope(PassReport& report, std::string_view name, const ir::Function& function);
    ~PassScope();
    PassScope(const PassScope&) = delete;
    PassScope& operator=(const PassScope&) = delete;

  private:
    PassReport& report_;
    std::string_view name_;
    const ir::Function& function_;
    std::chrono::steady_clock::time_point start_;
};

}  // namespace aipy::opt
