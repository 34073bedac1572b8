#include "codegen/bitcode.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Linker/IRMover.h>

#include <vector>

#include "codegen/module_context.h"

namespace aipy::codegen {

namespace {

bool is_wanted(const llvm::Function& function) {
    return function.isDeclaration() && !function.isIntrinsic() && !function.use_empty();
}

// Memory is described by the row of codegen_support.def, not by C++'s types: reference counts would be unions, which
// overlap everything, and elements of arrays would not be told from numbers.
void describe_memory(llvm::Function& function) {
    const Support* row = find_support(std::string_view(function.getName().data(), function.getName().size()));
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
        if (!instruction.mayReadOrWriteMemory()) continue;
        instruction.setMetadata(llvm::LLVMContext::MD_tbaa_struct, nullptr);
        const bool access = llvm::isa<llvm::LoadInst, llvm::StoreInst>(instruction);
        instruction.setMetadata(llvm::LLVMContext::MD_tbaa, access && row != nullptr
                                                                ? make_alias_tag(function.getContext(), row->memory)
                                                                : nullptr);
        const bool is_length =
            row != nullptr && row->name.ends_with("_length") && instruction.getType()->isIntegerTy(64);
        if (is_length && llvm::isa<llvm::LoadInst>(instruction)) {
            instruction.setMetadata(llvm::LLVMContext::MD_range, make_length_range(function.getContext()));
        }
    }
}

// What was said of the baseline CPU and of the compiler's environment does not hold here.
void adopt(llvm::Function& function) {
    for (const char* attribute : {"target-cpu", "target-features", "tune-cpu", "min-legal-vector-width",
                                  "stack-protector-buffer-size", "frame-pointer", "no-trapping-math"}) {
        function.removeFnAttr(attribute);
    }
    function.removeFnAttr(llvm::Attribute::UWTable);
    function.setLinkage(llvm::GlobalValue::AvailableExternallyLinkage);
    describe_memory(function);
}

}  // namespace

RuntimeBitcode::RuntimeBitcode(const char* path) {
    if (path == nullptr) return;
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (buffer) buffer_ = std::move(*buffer);
}

std::string RuntimeBitcode::take_inline_functions(llvm::Module& module) const {
    if (buffer_ == nullptr) return {};
    auto runtime = llvm::getLazyBitcodeModule(buffer_->getMemBufferRef(), module.getContext(), true);
    if (!runtime) return "runtime.bc cannot be read: " + llvm::toString(runtime.takeError());
    std::vector<llvm::GlobalValue*> taken;
    std::vector<std::string> names;
    for (llvm::Function& function : module) {
        if (!is_wanted(function)) continue;
        llvm::Function* source = (*runtime)->getFunction(function.getName());
        if (source == nullptr || source->isDeclaration() || !source->hasFnAttribute(llvm::Attribute::AlwaysInline)) {
            continue;
        }
        taken.push_back(source);
        names.push_back(function.getName().str());
    }
    if (taken.empty()) return {};
    (*runtime)->setTargetTriple(module.getTargetTriple());
    (*runtime)->setDataLayout(module.getDataLayout());
    if (llvm::Error error = llvm::IRMover(module).move(std::move(*runtime), taken, nullptr, false)) {
        return "runtime.bc cannot be linked: " + llvm::toString(std::move(error));
    }
    for (const std::string& name : names) adopt(*module.getFunction(name));
    return {};
}

void drop_inline_functions(llvm::Module& module) {
    for (llvm::Function& function : llvm::make_early_inc_range(module)) {
        if (function.hasAvailableExternallyLinkage()) {
            function.deleteBody();
            function.setLinkage(llvm::GlobalValue::ExternalLinkage);
        }
        if (function.isDeclaration() && function.use_empty()) function.eraseFromParent();
    }
}

}  // namespace aipy::codegen
