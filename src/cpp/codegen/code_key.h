// What a compilation is made from, as one digest: equal digests, equal machine code.
#pragma once

#include <string>
#include <string_view>

#include "codegen/api.h"

namespace aipy::codegen {

// Hexadecimal digits. `made_by` names what turns the same input into other code: the generator, the runtime's bitcode,
// the processor.
std::string code_key(const CompileInput& input, std::string_view made_by);

}  // namespace aipy::codegen
