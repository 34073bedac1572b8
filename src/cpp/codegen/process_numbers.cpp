#include "codegen/process_numbers.h"

#include <llvm/IR/Constants.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace aipy::codegen {

namespace {

constexpr std::string_view by_value = "process_number_of.";
constexpr std::string_view by_order = "process_number.";

}  // namespace

ProcessNumbers::ProcessNumbers(const CompileInput& input) { collect(input); }

void ProcessNumbers::collect(const CompileInput& input) {
    if (input.function != nullptr) {
        for (const ir::Instr& instr : input.function->instrs) {
            if (ir::info(instr.op).imm != ir::ImmKind::Version || !fits(instr.imm)) continue;
            if (std::ranges::find(numbers_, instr.imm) == numbers_.end()) numbers_.push_back(instr.imm);
        }
    }
    for (const CompileInput& callee : input.callees) collect(callee);
}

size_t ProcessNumbers::index_of(int64_t number) const {
    return static_cast<size_t>(std::ranges::find(numbers_, number) - numbers_.begin());
}

llvm::Constant* ProcessNumbers::symbol_for(llvm::Module& module, int64_t number) {
    llvm::LLVMContext& context = module.getContext();
    llvm::Type* const int64 = llvm::Type::getInt64Ty(context);
    auto* symbol = llvm::cast<llvm::GlobalVariable>(
        module.getOrInsertGlobal(std::string(by_value) + std::to_string(number), llvm::Type::getInt8Ty(context)));
    auto bound = [&](int64_t value) { return llvm::ConstantAsMetadata::get(llvm::ConstantInt::get(int64, value)); };
    symbol->setMetadata(llvm::LLVMContext::MD_absolute_symbol,
                        llvm::MDNode::get(context, {bound(0), bound(int64_t{1} << 31)}));
    return llvm::ConstantExpr::getPtrToInt(symbol, int64);
}

void ProcessNumbers::name_symbols(llvm::Module& module) const {
    for (llvm::GlobalVariable& symbol : module.globals()) {
        llvm::StringRef name = symbol.getName();
        if (!name.consume_front(by_value)) continue;
        int64_t number = 0;
        name.getAsInteger(10, number);
        symbol.setName(std::string(by_order) + std::to_string(index_of(number)));
    }
}

void* ProcessNumbers::address(const char* name) const {
    if (!std::string_view(name).starts_with(by_order)) return nullptr;
    const size_t index = std::strtoul(name + by_order.size(), nullptr, 10);
    return reinterpret_cast<void*>(numbers_.at(index));
}

}  // namespace aipy::codegen
