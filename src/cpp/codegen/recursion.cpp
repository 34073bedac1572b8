#include "codegen/recursion.h"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <set>
#include <vector>

namespace aipy::codegen {

namespace {

constexpr size_t max_levels = 3;
constexpr size_t max_instructions = 800;
constexpr size_t max_instructions_with_bodies = 2500;

std::vector<llvm::CallInst*> self_calls(llvm::Function& function, llvm::Function& callee) {
    std::vector<llvm::CallInst*> calls;
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
        auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
        if (call != nullptr && call->getCalledFunction() == &callee) calls.push_back(call);
    }
    return calls;
}

// One level: each call of `function` in it becomes the body of `pattern`, whose own calls are of `function`.
void inline_level(llvm::Function& function, llvm::Function& pattern) {
    for (llvm::CallInst* call : self_calls(function, function)) {
        call->setCalledFunction(&pattern);
        llvm::InlineFunctionInfo info;
        if (!llvm::InlineFunction(*call, info).isSuccess()) call->setCalledFunction(&function);
    }
}

bool inline_into_itself(llvm::Function& function) {
    const size_t size = function.getInstructionCount();
    size_t calls = self_calls(function, function).size();
    if (calls == 0 || size * (calls + 1) > max_instructions) return false;
    llvm::ValueToValueMapTy map;
    llvm::Function* pattern = llvm::CloneFunction(&function, map);
    const size_t calls_each = calls;
    for (size_t level = 0; level < max_levels; ++level) {
        if (function.getInstructionCount() + size * calls > max_instructions) break;
        inline_level(function, *pattern);
        calls *= calls_each;
    }
    pattern->eraseFromParent();
    return true;
}

std::vector<llvm::CallInst*> body_calls(llvm::Function& function) {
    std::vector<llvm::CallInst*> calls;
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
        auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
        llvm::Function* callee = call == nullptr ? nullptr : call->getCalledFunction();
        const bool other = callee != nullptr && callee != &function;
        if (other && callee->hasFnAttribute(callee_attribute)) calls.push_back(call);
    }
    return calls;
}

// Into what it calls first: so bodies come with all that they call. They call one another in no circle.
bool inline_bodies_into(llvm::Function& function, std::set<llvm::Function*>& done) {
    if (!done.insert(&function).second) return false;
    bool changed = false;
    const std::vector<llvm::CallInst*> calls = body_calls(function);
    for (llvm::CallInst* call : calls) changed |= inline_bodies_into(*call->getCalledFunction(), done);
    for (llvm::CallInst* call : calls) {
        const size_t size = call->getCalledFunction()->getInstructionCount();
        if (function.getInstructionCount() + size > max_instructions_with_bodies) continue;
        llvm::InlineFunctionInfo info;
        changed |= llvm::InlineFunction(*call, info).isSuccess();
    }
    return changed;
}

}  // namespace

bool inline_bodies(llvm::Module& module) {
    bool changed = false;
    std::set<llvm::Function*> done;
    for (llvm::Function& function : module) changed |= inline_bodies_into(function, done);
    for (llvm::Function& function : llvm::make_early_inc_range(module)) {
        if (function.hasInternalLinkage() && function.use_empty()) function.eraseFromParent();
    }
    return changed;
}

bool inline_recursion(llvm::Module& module) {
    std::vector<llvm::Function*> functions;
    for (llvm::Function& function : module) {
        if (!function.isDeclaration()) functions.push_back(&function);
    }
    bool changed = false;
    for (llvm::Function* function : functions) changed |= inline_into_itself(*function);
    return changed;
}

}  // namespace aipy::codegen
