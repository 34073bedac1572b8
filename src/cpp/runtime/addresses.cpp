// From a helper's name to its address. Natively compiled only: it has data.
#include <string>
#include <unordered_map>

#include "runtime/helpers.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace aipy::runtime {

namespace {

template <typename F>
void* address(F* function) {
    return reinterpret_cast<void*>(function);
}

// Never destroyed: a compiler thread may look at it while the process exits.
const std::unordered_map<std::string_view, void*>& addresses() {
    static const auto& table = *new std::unordered_map<std::string_view, void*>{
#define OP(name, text, signature, imm, imm2, effects, traits, helper) \
    AIPY_IF_HELPER(helper, {#helper, address(&helper)}, )
#include "ir/ops.def"
#undef OP
#define HELPER(result, name, ...) {#name, address(&name)},
#include "runtime/calls.def"
#undef HELPER
    };
    return table;
}

}  // namespace

void* helper_address(std::string_view name) {
    auto found = addresses().find(name);
    return found == addresses().end() ? nullptr : found->second;
}

}  // namespace aipy::runtime

#endif  // AIPY_RUNTIME_BITCODE
