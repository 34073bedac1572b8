// Numbers that mean something in one process only: versions of classes and of their keys (ImmKind::Version).
//
// In the code each is the address of a symbol, an immediate operand that is filled in when the code is linked. So the
// code is the same in each process, and can be kept (code_cache.h). The symbols are counted in the order in which the
// IR names the numbers.
#pragma once

#include <llvm/IR/Module.h>

#include <optional>
#include <string>
#include <vector>

#include "codegen/api.h"

namespace aipy::codegen {

class ProcessNumbers {
  public:
    explicit ProcessNumbers(const CompileInput& input);

    // Whether it can be an immediate operand; any other is part of the code.
    static bool fits(int64_t number) { return number > 0 && number <= INT32_MAX; }
    // The value of the symbol for `number`, while the module is built.
    static llvm::Constant* symbol_for(llvm::Module& module, int64_t number);

    // Gives the symbols their names by order.
    void name_symbols(llvm::Module& module) const;
    // What a symbol's name stands for; null for any other name.
    void* address(const char* name) const;
    size_t index_of(int64_t number) const;

  private:
    void collect(const CompileInput& input);

    std::vector<int64_t> numbers_;
};

}  // namespace aipy::codegen
