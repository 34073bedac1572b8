// One compilation from IR to code, and the object that lives as long as the process.
#include <link.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>

#include <memory>

#include "codegen/code_cache.h"
#include "codegen/code_key.h"
#include "codegen/code_memory.h"
#include "codegen/function_lowering.h"
#include "codegen/pipeline.h"
#include "codegen/process_numbers.h"
#include "codegen/target.h"
#include "codegen/workshop.h"
#include "support/clock.h"

namespace aipy::codegen {

namespace {

std::string print_module(const llvm::Module& module) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module.print(stream, nullptr);
    return text;
}

std::string verify(const llvm::Module& module) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    return llvm::verifyModule(module, &stream) ? text : std::string();
}

// Of this library, as its linker computed it from all that it holds.
std::string build_id() {
    std::string id;
    dl_iterate_phdr(
        [](dl_phdr_info* object, size_t, void* found) {
            const auto here = reinterpret_cast<ElfW(Addr)>(&build_id);
            bool is_this = false;
            std::string notes;
            for (const ElfW(Phdr) & part : llvm::ArrayRef(object->dlpi_phdr, object->dlpi_phnum)) {
                const ElfW(Addr) begin = object->dlpi_addr + part.p_vaddr;
                is_this |= part.p_type == PT_LOAD && begin <= here && here < begin + part.p_memsz;
                if (part.p_type == PT_NOTE) notes.append(reinterpret_cast<const char*>(begin), part.p_memsz);
            }
            if (is_this) *static_cast<std::string*>(found) = notes;
            return is_this ? 1 : 0;
        },
        &id);
    return id;
}

class Session final : public CodegenApi {
  public:
    Session(const char* runtime_bitcode_path, const CacheSettings& cache)
        : workshops_(runtime_bitcode_path), cache_(cache.folder, cache.most_bytes) {
        if (cache_.exists()) made_by_ = build_id() + workshops_.identity();
    }

    CompileOutput compile(const CompileInput& input) override {
        const bool may_be_kept = cache_.exists() && !input.want_llvm_text && !input.want_asm;
        const ProcessNumbers numbers(input);
        const std::string key = may_be_kept ? code_key(input, numbers, made_by_) : std::string();
        if (may_be_kept) {
            if (CompileOutput found = load_kept(input, numbers, key); found.entry != nullptr) return found;
        }
        std::unique_ptr<Workshop> workshop = workshops_.take();
        CompileOutput output = compile(input, numbers, *workshop, key);
        workshops_.give_back(std::move(workshop));
        return output;
    }

    void release(CodeHandle* handle) override {
        if (handle != nullptr) memory_.free(std::unique_ptr<CodeHandle>(handle));
    }

  private:
    CompileOutput load_kept(const CompileInput& input, const ProcessNumbers& numbers, const std::string& key) {
        CompileOutput output;
        const double start = support::thread_milliseconds();
        const CodeCache::Kept kept = cache_.find(key);
        if (kept.file != nullptr) load(input, numbers, kept.object, output);
        output.making_ms = kept.making_ms;
        output.codegen_ms = support::thread_milliseconds() - start;
        output.was_kept = true;
        return output;
    }

    // The object file is kept under `key`, if there is one.
    CompileOutput compile(const CompileInput& input, const ProcessNumbers& numbers, Workshop& workshop,
                          const std::string& key) {
        CompileOutput output;
        const double start = support::thread_milliseconds();
        workshop.context().setDiscardValueNames(!input.want_llvm_text);
        llvm::Module module("aipy", workshop.context());
        llvm::TargetMachine& machine = workshop.machine(input.opt_level);
        output.error = make_module(input, numbers, module, machine, workshop.inline_functions());
        const double optimised = support::thread_milliseconds();
        output.passes_ms = optimised - start;
        if (!output.error.empty()) return output;
        if (input.want_llvm_text) output.llvm_text = print_module(module);
        if (input.want_asm) output.asm_text = emit_assembler(module, machine);
        const double emitting = support::thread_milliseconds();
        const auto object = emit_object(module, machine);
        if (object != nullptr)
            load(input, numbers, object->getMemBufferRef(), output);
        else
            output.error = "this machine's code cannot be written as an object file";
        output.codegen_ms = support::thread_milliseconds() - emitting;
        output.making_ms = output.passes_ms + output.codegen_ms;
        if (output.error.empty() && !key.empty()) cache_.keep(key, object->getMemBufferRef(), output.making_ms);
        return output;
    }

    // IR to optimised LLVM IR; returns why there is none, or nothing.
    std::string make_module(const CompileInput& input, const ProcessNumbers& numbers, llvm::Module& module,
                            llvm::TargetMachine& machine, InlineFunctions& inline_functions) {
        ModuleContext lowering(module, input);
        lower_function(lowering);
        if (!lowering.error().empty()) return lowering.error();
        numbers.name_symbols(module);
        workshops_.target().describe(module, machine);
        if (std::string wrong = verify(module); !wrong.empty()) return "lowering made invalid code: " + wrong;
        return optimise(module, machine, inline_functions, input.opt_level);
    }

    void load(const CompileInput& input, const ProcessNumbers& numbers, llvm::MemoryBufferRef object,
              CompileOutput& output) {
        std::pair both{&numbers, &input.resolver};
        auto resolve = [](void* user, const char* name) -> void* {
            const auto& [own, others] = *static_cast<decltype(both)*>(user);
            if (void* number = own->address(name)) return number;
            return others->resolve == nullptr ? nullptr : others->resolve(others->user, name);
        };
        auto code = memory_.load(object, input.symbol_prefix + "entry", {resolve, &both}, output.error);
        if (code == nullptr) return;
        output.entry = code->entry;
        output.frame_bytes = largest_frame(object);
        output.code_bytes = code->bytes;
        output.handle = code.release();
    }

    Workshops workshops_;
    const CodeCache cache_;
    std::string made_by_;
    CodeMemory memory_;
};

}  // namespace

}  // namespace aipy::codegen

extern "C" __attribute__((visibility("default"))) aipy::codegen::CodegenApi* aipy_codegen_open(
    const char* runtime_bitcode_path, const aipy::codegen::CacheSettings* cache) {
    static auto* const session = new aipy::codegen::Session(runtime_bitcode_path, *cache);
    return session;
}
