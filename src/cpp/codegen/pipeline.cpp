// The passes, in order. Shorter than LLVM's own -O2, which spends most of its time on what this code never has:
// several functions to inline, aggregates, exceptions. Measured figures are in docs/architecture.md.
#include "codegen/pipeline.h"

#include <llvm/Analysis/GlobalsModRef.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/Analysis/TypeBasedAliasAnalysis.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/ADCE.h>
#include <llvm/Transforms/Scalar/ConstraintElimination.h>
#include <llvm/Transforms/Scalar/CorrelatedValuePropagation.h>
#include <llvm/Transforms/Scalar/DeadStoreElimination.h>
#include <llvm/Transforms/Scalar/DivRemPairs.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/GVN.h>
#include <llvm/Transforms/Scalar/IndVarSimplify.h>
#include <llvm/Transforms/Scalar/JumpThreading.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopIdiomRecognize.h>
#include <llvm/Transforms/Scalar/LoopPassManager.h>
#include <llvm/Transforms/Scalar/LoopRotation.h>
#include <llvm/Transforms/Scalar/LoopUnrollPass.h>
#include <llvm/Transforms/Scalar/Reassociate.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimpleLoopUnswitch.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/LCSSA.h>
#include <llvm/Transforms/Utils/LoopSimplify.h>
#include <llvm/Transforms/Vectorize/LoopVectorize.h>
#include <llvm/Transforms/Vectorize/SLPVectorizer.h>
#include <llvm/Transforms/Vectorize/VectorCombine.h>

#include "codegen/recursion.h"

namespace aipy::codegen {

namespace {

using llvm::FunctionPassManager;
using llvm::LoopPassManager;

struct Analyses {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager components;
    llvm::ModuleAnalysisManager modules;

    Analyses(llvm::PassBuilder& builder, const llvm::TargetLibraryInfoImpl& library) {
        functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
        builder.registerModuleAnalyses(modules);
        builder.registerCGSCCAnalyses(components);
        builder.registerFunctionAnalyses(functions);
        builder.registerLoopAnalyses(loops);
        builder.crossRegisterProxies(loops, functions, components, modules);
    }
};

FunctionPassManager simplification() {
    FunctionPassManager passes;
    passes.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));
    passes.addPass(llvm::EarlyCSEPass(true));
    passes.addPass(llvm::SimplifyCFGPass());
    passes.addPass(llvm::InstCombinePass());
    passes.addPass(llvm::SimplifyCFGPass());
    return passes;
}

// What an inlined body does where it leaves, its caller does behind the call: without the way back, the loop around it
// has no calls that could change what it reads.
FunctionPassManager threading() {
    FunctionPassManager passes;
    passes.addPass(llvm::JumpThreadingPass());
    passes.addPass(llvm::SimplifyCFGPass());
    return passes;
}

// Loops in the form "if (enters) do … while": what is invariant moves out, conditions that do not change split the
// loop, counters take one form, on which bounds checks are proved or made countable.
void add_loop_passes(FunctionPassManager& passes) {
    LoopPassManager rotate;
    rotate.addPass(llvm::LICMPass(llvm::LICMOptions()));
    rotate.addPass(llvm::LoopRotatePass());
    rotate.addPass(llvm::LICMPass(llvm::LICMOptions()));
    rotate.addPass(llvm::SimpleLoopUnswitchPass(false));
    passes.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(rotate), true));
    passes.addPass(llvm::SimplifyCFGPass());
    passes.addPass(llvm::InstCombinePass());
    passes.addPass(llvm::ConstraintEliminationPass());
    LoopPassManager count;
    count.addPass(llvm::LoopIdiomRecognizePass());
    count.addPass(llvm::IndVarSimplifyPass());
    count.addPass(llvm::LoopFullUnrollPass(2, true));  // where it is asked for (short_loops.cpp)
    passes.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(count), false));
}

FunctionPassManager optimisation() {
    FunctionPassManager passes;
    add_loop_passes(passes);
    passes.addPass(llvm::GVNPass());
    passes.addPass(llvm::CorrelatedValuePropagationPass());
    passes.addPass(llvm::SimplifyCFGPass());
    passes.addPass(llvm::InstCombinePass());
    LoopPassManager again;
    again.addPass(llvm::LICMPass(llvm::LICMOptions()));
    again.addPass(llvm::IndVarSimplifyPass());
    passes.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(again), true));
    passes.addPass(llvm::DSEPass());
    passes.addPass(llvm::ADCEPass());
    return passes;
}

FunctionPassManager vectorisation() {
    FunctionPassManager passes;
    passes.addPass(llvm::LoopVectorizePass());
    passes.addPass(llvm::SLPVectorizerPass());
    passes.addPass(llvm::VectorCombinePass());
    return passes;
}

FunctionPassManager finish() {
    FunctionPassManager passes;
    passes.addPass(llvm::InstCombinePass());
    passes.addPass(llvm::LoopUnrollPass(llvm::LoopUnrollOptions(2)));
    passes.addPass(llvm::SROAPass(llvm::SROAOptions::PreserveCFG));  // buffers of blocks that were unrolled
    passes.addPass(llvm::InstCombinePass());
    LoopPassManager hoist;
    hoist.addPass(llvm::LICMPass(llvm::LICMOptions()));
    passes.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(hoist), true));
    passes.addPass(llvm::DivRemPairsPass());
    passes.addPass(llvm::SimplifyCFGPass(llvm::SimplifyCFGOptions()
                                             .convertSwitchRangeToICmp(true)
                                             .forwardSwitchCondToPhi(true)
                                             .hoistCommonInsts(true)
                                             .sinkCommonInsts(true)));
    return passes;
}

// libm is called as it is: CPython computed nothing at compile time, so neither may LLVM.
void keep_library_calls(llvm::Module& module) {
    for (llvm::Function& function : module) {
        for (llvm::Instruction& instruction : llvm::instructions(function)) {
            auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
            if (call == nullptr || call->getCalledFunction() == nullptr) continue;
            if (!call->getCalledFunction()->isIntrinsic()) call->addFnAttr(llvm::Attribute::NoBuiltin);
        }
    }
}

void run_on_definitions(llvm::Module& module, FunctionPassManager passes, Analyses& analyses) {
    for (llvm::Function& function : module) {
        if (!function.isDeclaration())
            analyses.functions.invalidate(function, passes.run(function, analyses.functions));
    }
}

}  // namespace

std::string optimise(llvm::Module& module, llvm::TargetMachine& machine, InlineFunctions& inline_functions,
                     int opt_level) {
    if (std::string error = inline_functions.copy_into(module); !error.empty()) return error;
    keep_library_calls(module);

    llvm::TargetLibraryInfoImpl library(module.getTargetTriple());
    library.disableAllFunctions();
    llvm::PipelineTuningOptions tuning;
    llvm::PassBuilder builder(&machine, tuning);
    Analyses analyses(builder, library);

    llvm::ModulePassManager inline_helpers;
    inline_helpers.addPass(llvm::AlwaysInlinerPass(false));
    inline_helpers.run(module, analyses.modules);
    drop_inline_functions(module);
    analyses.modules.clear();
    analyses.functions.clear();

    if (opt_level > 0) {
        run_on_definitions(module, simplification(), analyses);
        const bool inlined_bodies = inline_bodies(module);
        if (inline_recursion(module) || inlined_bodies) {
            analyses.functions.clear();  // it works behind their back
            run_on_definitions(module, simplification(), analyses);
            run_on_definitions(module, threading(), analyses);
        }
        run_on_definitions(module, optimisation(), analyses);
        if (opt_level > 1) run_on_definitions(module, vectorisation(), analyses);
        run_on_definitions(module, finish(), analyses);
    }
    return {};
}

}  // namespace aipy::codegen
