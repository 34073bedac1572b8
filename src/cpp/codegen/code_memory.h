// Puts an object file into memory where it can run, and takes it away again.
//
// JITLink alone, without ORC's session: each code has its own link and its own symbol strings, so that nothing of it
// is left when it is freed. Pages are written first and made executable after, never both at once.
#pragma once

#include <llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>
#include <string>

#include "codegen/api.h"

namespace aipy::codegen {

struct CodeHandle {
    llvm::jitlink::JITLinkMemoryManager::FinalizedAlloc memory;
    void* entry = nullptr;
    size_t bytes = 0;
};

class CodeMemory {
  public:
    CodeMemory();

    // Links the object against what `resolver` answers. Null, and why in `error`, when that fails.
    std::unique_ptr<CodeHandle> load(llvm::MemoryBufferRef object, const std::string& entry_name,
                                     const SymbolResolver& resolver, std::string& error);
    void free(std::unique_ptr<CodeHandle> code);

  private:
    std::unique_ptr<llvm::jitlink::JITLinkMemoryManager> manager_;
};

}  // namespace aipy::codegen
