// The code generator's library: loaded at the first compilation from the folder that the module lies in.
#pragma once

#include <string>

#include "codegen/api.h"

namespace aipy::dispatch {

// Loads the library at the first call. Null when it cannot be loaded, with the reason in `error`. Any thread; needs
// no GIL.
codegen::CodegenApi* load_codegen(std::string& error);
// The code generator that was loaded earlier; null when none was.
codegen::CodegenApi* loaded_codegen();

// Address of a symbol that generated code names and that does not depend on the version: exits, helpers, CPython's.
void* common_symbol(const char* name);

}  // namespace aipy::dispatch
