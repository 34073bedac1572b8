// Loads and stores of elements that lie side by side, or in steps: of arrays, and of lists of plain numbers.
#pragma once

#include <llvm/ADT/ArrayRef.h>

#include "ir/function.h"

namespace aipy::codegen {

inline bool loads_element(ir::Op op) {
    return op == ir::Op::ArrayLoad || op == ir::Op::IntsGet || op == ir::Op::FloatsGet || op == ir::Op::BoolsGet;
}
inline bool stores_element(ir::Op op) {
    return op == ir::Op::ArrayStore || op == ir::Op::IntsSet || op == ir::Op::FloatsSet || op == ir::Op::BoolsSet;
}
inline bool is_of_list(const ir::Instr& access) {
    return access.op != ir::Op::ArrayLoad && access.op != ir::Op::ArrayStore;
}

// One for each axis.
inline llvm::ArrayRef<ir::ValueId> indices_of(const ir::Instr& access) {
    const llvm::ArrayRef<ir::ValueId> operands = access.operands;
    if (is_of_list(access)) return operands.slice(1, 1);
    return operands.drop_front(access.op == ir::Op::ArrayStore ? 2 : 1);
}

}  // namespace aipy::codegen
