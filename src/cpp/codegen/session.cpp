// One compilation from IR to code, and the object that lives as long as the process.
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>

#include <memory>

#include "codegen/code_memory.h"
#include "codegen/function_lowering.h"
#include "codegen/pipeline.h"
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

class Session final : public CodegenApi {
  public:
    explicit Session(const char* runtime_bitcode_path) : workshops_(runtime_bitcode_path) {}

    CompileOutput compile(const CompileInput& input) override {
        std::unique_ptr<Workshop> workshop = workshops_.take();
        CompileOutput output = compile(input, *workshop);
        workshops_.give_back(std::move(workshop));
        return output;
    }

    void release(CodeHandle* handle) override {
        if (handle != nullptr) memory_.free(std::unique_ptr<CodeHandle>(handle));
    }

  private:
    CompileOutput compile(const CompileInput& input, Workshop& workshop) {
        CompileOutput output;
        const double start = support::thread_milliseconds();
        workshop.context().setDiscardValueNames(!input.want_llvm_text);
        llvm::Module module("aipy", workshop.context());
        llvm::TargetMachine& machine = workshop.machine(input.opt_level);
        output.error = make_module(input, module, machine, workshop.inline_functions());
        const double optimised = support::thread_milliseconds();
        output.passes_ms = optimised - start;
        if (!output.error.empty()) return output;
        if (input.want_llvm_text) output.llvm_text = print_module(module);
        if (input.want_asm) output.asm_text = emit_assembler(module, machine);
        const double emitting = support::thread_milliseconds();
        emit(input, module, machine, output);
        output.codegen_ms = support::thread_milliseconds() - emitting;
        return output;
    }

    // IR to optimised LLVM IR; returns why there is none, or nothing.
    std::string make_module(const CompileInput& input, llvm::Module& module, llvm::TargetMachine& machine,
                            InlineFunctions& inline_functions) {
        ModuleContext lowering(module, input);
        lower_function(lowering);
        if (!lowering.error().empty()) return lowering.error();
        workshops_.target().describe(module, machine);
        if (std::string wrong = verify(module); !wrong.empty()) return "lowering made invalid code: " + wrong;
        return optimise(module, machine, inline_functions, input.opt_level);
    }

    void emit(const CompileInput& input, llvm::Module& module, llvm::TargetMachine& machine, CompileOutput& output) {
        auto object = emit_object(module, machine);
        if (object == nullptr) {
            output.error = "this machine's code cannot be written as an object file";
            return;
        }
        auto code =
            memory_.load(object->getMemBufferRef(), input.symbol_prefix + "entry", input.resolver, output.error);
        if (code == nullptr) return;
        output.entry = code->entry;
        output.frame_bytes = largest_frame(object->getMemBufferRef());
        output.code_bytes = code->bytes;
        output.handle = code.release();
    }

    Workshops workshops_;
    CodeMemory memory_;
};

}  // namespace

}  // namespace aipy::codegen

extern "C" __attribute__((visibility("default"))) aipy::codegen::CodegenApi* aipy_codegen_open(
    const char* runtime_bitcode_path) {
    static aipy::codegen::Session* const session = new aipy::codegen::Session(runtime_bitcode_path);
    return session;
}
