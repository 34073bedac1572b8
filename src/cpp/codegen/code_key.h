// What a compilation is made from, as one digest: equal digests, equal machine code.
#pragma once

#include <string>
#include <string_view>

#include "codegen/api.h"
#include "codegen/process_numbers.h"

namespace aipy::codegen {

// Hexadecimal digits. Numbers of the process count by their order alone. `made_by` names what turns the same input into
// other code: the generator, the runtime's bitcode, the processor.
std::string code_key(const CompileInput& input, const ProcessNumbers& numbers, std::string_view made_by);

}  // namespace aipy::codegen
