// What a loop says of itself to LLVM's passes: metadata at its back edge.
#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Metadata.h>

namespace aipy::codegen {

inline llvm::MDNode* loop_with(llvm::LLVMContext& context, llvm::ArrayRef<llvm::MDNode*> properties) {
    llvm::SmallVector<llvm::Metadata*, 4> operands{nullptr};
    operands.append(properties.begin(), properties.end());
    llvm::MDNode* loop = llvm::MDNode::getDistinct(context, operands);
    loop->replaceOperandWith(0, loop);
    return loop;
}

// A property that is only a name.
inline llvm::MDNode* loop_property(llvm::LLVMContext& context, const char* name) {
    return llvm::MDNode::get(context, {llvm::MDString::get(context, name)});
}

// A loop that LLVM is to write out, if it finds how many iterations it has.
inline llvm::MDNode* written_out_loop(llvm::LLVMContext& context) {
    return loop_with(context, loop_property(context, "llvm.loop.unroll.full"));
}

}  // namespace aipy::codegen
