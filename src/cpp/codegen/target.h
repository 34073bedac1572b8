// The machine this process runs on, and machine code for it.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>

namespace aipy::codegen {

class HostTarget {
  public:
    HostTarget();

    // The machine, and what its processor can do.
    std::string identity() const { return triple_.str() + ' ' + cpu_ + ' ' + features_ + ' '; }
    // One for each compilation: target machines are not for several threads.
    std::unique_ptr<llvm::TargetMachine> make_machine(int opt_level) const;
    // States what passes and code generation go by.
    void describe(llvm::Module& module, const llvm::TargetMachine& machine) const;

  private:
    const llvm::Target* target_ = nullptr;
    llvm::Triple triple_;
    std::string cpu_;
    std::string features_;
};

// An object file in memory.
std::unique_ptr<llvm::MemoryBuffer> emit_object(llvm::Module& module, llvm::TargetMachine& machine);
// Bytes of C stack that a call of the object's hungriest function takes, without what it calls.
size_t largest_frame(llvm::MemoryBufferRef object);
// Assembler text for people; leaves the module alone.
std::string emit_assembler(const llvm::Module& module, llvm::TargetMachine& machine);

}  // namespace aipy::codegen
