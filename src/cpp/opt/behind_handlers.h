// What runs in or behind a handler, where a traceback may have shown the function's objects to somebody.
#pragma once

#include <unordered_set>

#include "ir/function.h"

namespace aipy::opt {

std::unordered_set<const ir::Instr*> behind_handlers(const ir::Function& function);

}  // namespace aipy::opt
