#include "codegen/bitcode.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Support/xxhash.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <vector>

#include "codegen/module_context.h"
#include "support/check.h"

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
    describe_memory(function);
}

// The same function or object of another module; what is local there is copied.
llvm::Constant* counterpart(llvm::Module& module, llvm::GlobalValue& global) {
    if (auto* function = llvm::dyn_cast<llvm::Function>(&global)) {
        AIPY_CHECK(!function->hasLocalLinkage(), "inline functions call nothing that is local to the runtime");
        return llvm::cast<llvm::Constant>(
            module.getOrInsertFunction(function->getName(), function->getFunctionType(), function->getAttributes())
                .getCallee());
    }
    auto& variable = llvm::cast<llvm::GlobalVariable>(global);
    if (!variable.hasLocalLinkage()) return module.getOrInsertGlobal(variable.getName(), variable.getValueType());
    auto* copy = new llvm::GlobalVariable(module, variable.getValueType(), variable.isConstant(), variable.getLinkage(),
                                          variable.getInitializer(), variable.getName());
    copy->copyAttributesFrom(&variable);
    return copy;
}

void copy_body(llvm::Function& function, const llvm::Function& source) {
    llvm::ValueToValueMapTy copies;
    for (auto [own, other] : llvm::zip_equal(function.args(), source.args())) copies[&other] = &own;
    for (const llvm::Instruction& instruction : llvm::instructions(source)) {
        for (const llvm::Use& operand : instruction.operands()) {
            auto* global = llvm::dyn_cast<llvm::GlobalValue>(operand.get()->stripInBoundsConstantOffsets());
            if (global != nullptr && !copies.count(global))
                copies[global] = counterpart(*function.getParent(), *global);
        }
    }
    llvm::SmallVector<llvm::ReturnInst*, 4> returns;
    llvm::CloneFunctionInto(&function, &source, copies, llvm::CloneFunctionChangeType::DifferentModule, returns);
    function.setLinkage(llvm::GlobalValue::AvailableExternallyLinkage);
}

}  // namespace

RuntimeBitcode::RuntimeBitcode(const char* path) {
    if (path == nullptr) return;
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (buffer) buffer_ = std::move(*buffer);
}

std::string RuntimeBitcode::digest() const {
    if (empty()) return {};
    const llvm::XXH128_hash_t hash = llvm::xxh3_128bits(llvm::arrayRefFromStringRef(buffer_->getBuffer()));
    return std::to_string(hash.high64) + ' ' + std::to_string(hash.low64);
}

InlineFunctions::InlineFunctions(const RuntimeBitcode& bitcode, llvm::LLVMContext& context) {
    if (bitcode.empty()) return;
    auto runtime = llvm::getLazyBitcodeModule(bitcode.buffer(), context, true);
    llvm::Error error = runtime ? (*runtime)->materializeMetadata() : runtime.takeError();
    if (error)
        error_ = "runtime.bc cannot be read: " + llvm::toString(std::move(error));
    else
        runtime_ = std::move(*runtime);
}

std::string InlineFunctions::read(llvm::Function& source) {
    if (!source.isMaterializable()) return {};
    if (llvm::Error error = source.materialize())
        return "runtime.bc cannot be read: " + llvm::toString(std::move(error));
    adopt(source);
    return {};
}

std::string InlineFunctions::copy_into(llvm::Module& module) {
    if (runtime_ == nullptr) return error_;
    std::vector<llvm::Function*> wanted;
    for (llvm::Function& function : module)
        if (is_wanted(function)) wanted.push_back(&function);
    for (llvm::Function* function : wanted) {
        llvm::Function* source = runtime_->getFunction(function->getName());
        if (source == nullptr || !source->hasFnAttribute(llvm::Attribute::AlwaysInline)) continue;
        if (std::string error = read(*source); !error.empty()) return error;
        copy_body(*function, *source);
    }
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
