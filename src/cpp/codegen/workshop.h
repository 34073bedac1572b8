// What compilations share, one at a time: a context, target machines, and the bodies of inline functions. To make them
// anew takes longer than to compile a small function.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/Target/TargetMachine.h>

#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "codegen/bitcode.h"
#include "codegen/target.h"

namespace aipy::codegen {

class Workshop {
  public:
    Workshop(const HostTarget& target, const RuntimeBitcode& runtime);

    llvm::LLVMContext& context() { return context_; }
    InlineFunctions& inline_functions() { return inline_functions_; }
    llvm::TargetMachine& machine(int opt_level);

    // A context keeps every type, constant and piece of metadata that was ever made in it.
    bool is_worn_out() { return ++uses_ >= lifetime; }

  private:
    static constexpr unsigned lifetime = 100;

    const HostTarget& target_;
    llvm::LLVMContext context_;
    InlineFunctions inline_functions_;
    std::array<std::unique_ptr<llvm::TargetMachine>, 2> machines_;  // quick, optimising
    unsigned uses_ = 0;
};

// Those that nobody uses at the moment. May be asked from several threads.
class Workshops {
  public:
    explicit Workshops(const char* runtime_bitcode_path) : runtime_(runtime_bitcode_path) {}

    std::unique_ptr<Workshop> take();
    void give_back(std::unique_ptr<Workshop> workshop);

    const HostTarget& target() const { return target_; }
    // What the code depends on that is made here.
    std::string identity() const { return target_.identity() + runtime_.digest(); }

  private:
    const HostTarget target_;
    const RuntimeBitcode runtime_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Workshop>> free_;
};

}  // namespace aipy::codegen
