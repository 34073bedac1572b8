// Machine code that outlives the process: object files in a folder, each named by the digest of what it was made from.
//
// Code holds no address (api.h), so the same object file can be linked into any process. A file is written under
// another name and then renamed, so processes that run at the same time need not know of one another; one that is
// damaged is as good as missing. Whatever cannot be read or written is compiled, and nobody is told.
#pragma once

#include <llvm/Support/MemoryBuffer.h>

#include <memory>
#include <string>

#include "codegen/api.h"

namespace aipy::codegen {

class CodeCache {
  public:
    // No folder: nothing is found or kept. When the files take more than `most_bytes`, the oldest go.
    CodeCache(const char* folder, uint64_t most_bytes);

    bool exists() const { return !folder_.empty(); }
    struct Kept {
        std::unique_ptr<llvm::MemoryBuffer> file;  // null when there is none
        llvm::MemoryBufferRef object;              // in it
        double making_ms = 0;
    };
    Kept find(const std::string& key) const;
    void keep(const std::string& key, llvm::MemoryBufferRef object, double making_ms) const;

  private:
    void drop_oldest() const;

    std::string folder_;
    uint64_t most_bytes_;
};

}  // namespace aipy::codegen
