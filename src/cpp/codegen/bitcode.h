// runtime.bc: the runtime's small functions, copied into modules so that LLVM inlines them.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>
#include <string>

namespace aipy::codegen {

// The file. May be read from several threads.
class RuntimeBitcode {
  public:
    // A missing file leaves the object empty: there are no inline functions then, and generated code calls what it
    // would inline.
    explicit RuntimeBitcode(const char* path);

    bool empty() const { return buffer_ == nullptr; }
    std::string digest() const;
    llvm::MemoryBufferRef buffer() const { return buffer_->getMemBufferRef(); }

  private:
    std::unique_ptr<llvm::MemoryBuffer> buffer_;
};

// The functions that the runtime marks always_inline, in one context. Each is read when it is first wanted and states
// which kind of memory it touches.
class InlineFunctions {
  public:
    InlineFunctions(const RuntimeBitcode& bitcode, llvm::LLVMContext& context);

    // Gives the inline functions that `module` declares and uses their bodies. Returns what went wrong, or nothing.
    std::string copy_into(llvm::Module& module);

  private:
    std::string read(llvm::Function& source);

    std::unique_ptr<llvm::Module> runtime_;
    std::string error_;
};

// Removes the copied bodies again, once they have been inlined.
void drop_inline_functions(llvm::Module& module);

}  // namespace aipy::codegen
