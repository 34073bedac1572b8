#include "codegen/code_memory.h"

#include <dlfcn.h>
#include <llvm/ExecutionEngine/JITLink/JITLink.h>
#include <llvm/ExecutionEngine/Orc/SymbolStringPool.h>
#include <llvm/Support/Process.h>

namespace aipy::codegen {

namespace {

namespace jitlink = llvm::jitlink;
namespace orc = llvm::orc;

// One link, from start to end in the calling thread.
class Link final : public jitlink::JITLinkContext {
  public:
    Link(jitlink::JITLinkMemoryManager& manager, const std::string& entry_name, const SymbolResolver& resolver,
         CodeHandle& code, std::string& error)
        : JITLinkContext(nullptr),
          manager_(manager),
          entry_name_(entry_name),
          resolver_(resolver),
          code_(code),
          error_(error) {}

    jitlink::JITLinkMemoryManager& getMemoryManager() override { return manager_; }

    void notifyFailed(llvm::Error error) override { error_ = llvm::toString(std::move(error)); }

    void lookup(const LookupMap& symbols, std::unique_ptr<jitlink::JITLinkAsyncLookupContinuation> go_on) override {
        jitlink::AsyncLookupResult found;
        for (const auto& [name, flags] : symbols) {
            void* address = resolve((*name).str());
            if (address == nullptr) {
                go_on->run(llvm::createStringError("symbol not found: " + *name));
                return;
            }
            found[name] = {orc::ExecutorAddr::fromPtr(address), llvm::JITSymbolFlags::Exported};
        }
        go_on->run(std::move(found));
    }

    llvm::Error notifyResolved(jitlink::LinkGraph& graph) override {
        for (jitlink::Symbol* symbol : graph.defined_symbols()) {
            if (symbol->hasName() && *symbol->getName() == entry_name_)
                code_.entry = symbol->getAddress().toPtr<void*>();
        }
        const uint64_t page = llvm::sys::Process::getPageSizeEstimate();
        for (jitlink::Section& section : graph.sections()) {
            jitlink::SectionRange range(section);
            if (!range.empty()) code_.bytes += llvm::alignTo(range.getSize(), page);
        }
        return llvm::Error::success();
    }

    void notifyFinalized(jitlink::JITLinkMemoryManager::FinalizedAlloc memory) override {
        code_.memory = std::move(memory);
    }

    // Everything is kept: the entry is a symbol nobody inside refers to.
    jitlink::LinkGraphPassFunction getMarkLivePass(const llvm::Triple&) const override {
        return [](jitlink::LinkGraph& graph) { return jitlink::markAllSymbolsLive(graph); };
    }

  private:
    void* resolve(const std::string& name) const {
        if (resolver_.resolve != nullptr) {
            if (void* address = resolver_.resolve(resolver_.user, name.c_str())) return address;
        }
        return dlsym(RTLD_DEFAULT, name.c_str());
    }

    jitlink::JITLinkMemoryManager& manager_;
    const std::string& entry_name_;
    const SymbolResolver& resolver_;
    CodeHandle& code_;
    std::string& error_;
};

}  // namespace

CodeMemory::CodeMemory()
    : manager_(std::make_unique<jitlink::InProcessMemoryManager>(llvm::sys::Process::getPageSizeEstimate())) {}

std::unique_ptr<CodeHandle> CodeMemory::load(llvm::MemoryBufferRef object, const std::string& entry_name,
                                             const SymbolResolver& resolver, std::string& error) {
    auto names = std::make_shared<orc::SymbolStringPool>();  // outlives the graph, which names its symbols from it
    auto graph = jitlink::createLinkGraphFromObject(object, names);
    if (!graph) {
        error = llvm::toString(graph.takeError());
        return nullptr;
    }
    auto code = std::make_unique<CodeHandle>();
    jitlink::link(std::move(*graph), std::make_unique<Link>(*manager_, entry_name, resolver, *code, error));
    if (error.empty() && code->entry == nullptr) error = "the code has no entry";
    if (error.empty()) return code;
    if (code->memory) free(std::move(code));
    return nullptr;
}

void CodeMemory::free(std::unique_ptr<CodeHandle> code) {
    // Unmapping pages that were mapped cannot fail.
    llvm::cantFail(manager_->deallocate(std::move(code->memory)));
}

}  // namespace aipy::codegen
