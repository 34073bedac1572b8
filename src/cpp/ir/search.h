// Whether a function has an instruction of some sort. Only what stands in a block counts: passes take instructions out
// of their blocks and leave them in the table.
#pragma once

#include <algorithm>

#include "ir/function.h"

namespace aipy::ir {

template <typename Predicate>
bool has_instr(const Function& function, Predicate predicate) {
    return std::ranges::any_of(function.blocks, [&](const Block& block) {
        return std::ranges::any_of(block.instrs, [&](InstrId id) { return predicate(function.instr(id)); });
    });
}

inline bool has_op(const Function& function, Op op) {
    return has_instr(function, [op](const Instr& instr) { return instr.op == op; });
}

}  // namespace aipy::ir
