#include "codegen/target.h"

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/DataExtractor.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <algorithm>

#include "support/check.h"

namespace aipy::codegen {

HostTarget::HostTarget() : triple_(llvm::sys::getProcessTriple()), cpu_(llvm::sys::getHostCPUName()) {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    std::string error;
    target_ = llvm::TargetRegistry::lookupTarget(triple_, error);
    AIPY_CHECK(target_ != nullptr, "LLVM is built with the machine's own target");
    for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
        if (!features_.empty()) features_ += ',';
        features_ += (feature.second ? '+' : '-') + feature.first().str();
    }
}

std::unique_ptr<llvm::TargetMachine> HostTarget::make_machine(int opt_level) const {
    llvm::TargetOptions options;
    options.AllowFPOpFusion = llvm::FPOpFusion::Strict;  // a*b + c is rounded twice, as in CPython
    options.ExceptionModel = llvm::ExceptionHandling::None;
    options.EmitStackSizeSection = true;
    const auto level = opt_level == 0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Default;
    return std::unique_ptr<llvm::TargetMachine>(target_->createTargetMachine(
        triple_, cpu_, features_, options, llvm::Reloc::PIC_, llvm::CodeModel::Small, level, true));
}

void HostTarget::describe(llvm::Module& module, const llvm::TargetMachine& machine) const {
    module.setTargetTriple(triple_);
    module.setDataLayout(machine.createDataLayout());
    module.setPICLevel(llvm::PICLevel::BigPIC);
    // CPU and features are the machine's own: stated again for each function they would be parsed again.
    for (llvm::Function& function : module) {
        if (!function.isDeclaration()) function.addFnAttr("no-trapping-math", "true");
    }
}

std::unique_ptr<llvm::MemoryBuffer> emit_object(llvm::Module& module, llvm::TargetMachine& machine) {
    llvm::SmallVector<char, 0> object;
    llvm::raw_svector_ostream stream(object);
    llvm::legacy::PassManager passes;
    llvm::MCContext* context = nullptr;
    if (machine.addPassesToEmitMC(passes, context, stream)) return nullptr;
    passes.run(module);
    return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(object), "aipy", false);
}

// The section has, for each function, an address that is not filled in yet and the frame's size in LEB128.
size_t largest_frame(llvm::MemoryBufferRef object) {
    llvm::Expected<std::unique_ptr<llvm::object::ObjectFile>> file = llvm::object::ObjectFile::createObjectFile(object);
    if (!file) {
        llvm::consumeError(file.takeError());
        return 0;
    }
    size_t largest = 0;
    for (const llvm::object::SectionRef& section : (*file)->sections()) {
        if (llvm::cantFail(section.getName()) != ".stack_sizes") continue;
        llvm::DataExtractor data(llvm::cantFail(section.getContents()), true, sizeof(void*));
        for (uint64_t offset = 0; data.isValidOffsetForAddress(offset);) {
            data.getAddress(&offset);
            largest = std::max<size_t>(largest, data.getULEB128(&offset));
        }
    }
    return largest;
}

std::string emit_assembler(const llvm::Module& module, llvm::TargetMachine& machine) {
    llvm::SmallString<0> text;
    llvm::raw_svector_ostream stream(text);
    std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
    llvm::legacy::PassManager passes;
    if (machine.addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile)) return {};
    passes.run(*copy);
    return std::string(text);
}

}  // namespace aipy::codegen
