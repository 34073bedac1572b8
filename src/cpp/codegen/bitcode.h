// runtime.bc: the runtime's small functions, taken into a module so that LLVM inlines them.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>
#include <string>

namespace aipy::codegen {

class RuntimeBitcode {
  public:
    // A missing file leaves the object empty: nothing is taken then, and generated code calls what it would inline.
    explicit RuntimeBitcode(const char* path);

    // Copies into `module` the bodies of the functions it declares that the runtime marks always_inline, and states
    // which kind of memory each of them touches. Opens the bitcode lazily: only these bodies are read. May be called
    // from several threads. Returns what went wrong, or nothing.
    std::string take_inline_functions(llvm::Module& module) const;

  private:
    std::unique_ptr<llvm::MemoryBuffer> buffer_;
};

// Removes the taken bodies again, once they have been inlined.
void drop_inline_functions(llvm::Module& module);

}  // namespace aipy::codegen
