#include "opt/pass_scope.h"

#include <cstdio>

#include "ir/print.h"
#include "ir/verify.h"

namespace aipy::opt {
namespace {

std::string format_record(const PassRecord& record) {
    char line[160];
    std::snprintf(line, sizeof line, "%-24s %8.3f ms %6zu instructions", record.name.c_str(), record.milliseconds,
                  record.instructions);
    return line;
}

size_t count_instructions(const ir::Function& function) {
    size_t count = 0;
    for (const ir::Block& block : function.blocks) count += block.instrs.size();
    return count;
}

}  // namespace

std::string PassReport::summary() const {
    std::string text;
    for (const PassRecord& record : passes) text += format_record(record) + "\n";
    return text;
}

PassScope::PassScope(PassReport& report, std::string_view name, const ir::Function& function)
    : report_(report), name_(name), function_(function), start_(std::chrono::steady_clock::now()) {}

PassScope::~PassScope() {
    std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start_;
    report_.passes.push_back({std::string(name_), elapsed.count(), count_instructions(function_)});
    if (report_.dump) {
        report_.text += "; ---- after " + format_record(report_.passes.back()) + "\n";
        report_.text += ir::print(function_, {.ids = true}) + "\n";
    }
    if (!report_.verify) return;
    for (const std::string& error : ir::verify(function_)) {
        report_.errors.push_back("after " + std::string(name_) + ": " + error);
    }
}

}  // namespace aipy::opt
