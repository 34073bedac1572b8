// The way from a generic function to a specialised one, readable at once.
#include "ir/parallel_loops.h"
#include "ir/print.h"
#include "opt/bit_loops.h"
#include "opt/borrow.h"
#include "opt/call_targets.h"
#include "opt/class_guards.h"
#include "opt/dce.h"
#include "opt/generator_loops.h"
#include "opt/known_releases.h"
#include "opt/lifetimes.h"
#include "opt/native_calls.h"
#include "opt/pass_scope.h"
#include "opt/promote.h"
#include "opt/quiet_releases.h"
#include "opt/request.h"
#include "opt/rewrite.h"
#include "opt/unspecialisable.h"

namespace aipy::opt {

namespace {

// Why a function cannot be specialised from this entry; empty when it can.
std::string limit(const CompileRequest& request) {
    if (request.generic->is_generator && request.entry.at_call()) return "a generator's call only makes its object";
    if (!request.entry.at_call() && !request.generic->block(request.entry.header).params.empty())
        return "a loop header with block parameters is no entry";
    return {};
}

// Where native code ends whatever has run so far.
std::set<ir::InstrId> frame_readers(const ir::Function& generic) {
    std::set<ir::InstrId> readers;
    for (const ir::Block& block : generic.blocks)
        for (ir::InstrId id : block.instrs)
            if (generic.instr(id).op == ir::Op::ShowFrame) readers.insert(id);
    return readers;
}

void note_cuts(const ir::Function& generic, const std::set<ir::InstrId>& cuts, CompileResult& result) {
    for (ir::InstrId cut : cuts)
        result.notes.push_back(
            {generic.instr(cut).span.line, generic.instr(cut).op == ir::Op::ShowFrame
                                               ? "looks at the function's locals: the interpreter goes on from here"
                                               : "never ran so far: the interpreter runs it, and watches"});
}

void note_parallel_loops(const CompileRequest& request, CompileResult& result) {
    const auto callee = [&](size_t index) {
        return index < result.callees.size() && result.callees[index] != nullptr ? result.callees[index]->function.get()
                                                                                 : nullptr;
    };
    const ir::ParallelLoops found = ir::find_parallel_loops(*result.function, request.fastmath, callee);
    for (const ir::ParallelLoop& loop : found.loops)
        result.notes.push_back({loop.line, "its iterations run on several threads"});
    for (const auto& [line, why] : found.refused)
        result.notes.push_back({line, "its iterations run on one thread; " + why});
}

void note_generators(const CompileRequest& request, CompileResult& result) {
    for (const GeneratorLoop& loop : request.generator_loops) {
        const GeneratorFact& fact = request.generators[loop.generator];
        for (ir::InstrId load : {fact.load, fact.user_load})
            if (load != ir::no_id) result.assumptions.push_back({load});
        result.notes.push_back(
            {request.outer->instr(fact.call).span.line, "goes through no generator: its body is part of the loop"});
    }
}

LineNote why_refused(const CompileRequest& request, uint32_t generator, const ir::Instr& instr) {
    const GeneratorFact& fact = request.generators[generator];
    return {request.generic->instr(fact.call).span.line,
            "goes through an object: line " + std::to_string(instr.span.line) + " of " + fact.generic->name +
                " may run any code (" + std::string(ir::info(instr.op).text) + ")"};
}

void quieten(ir::Function& function, const CompileRequest& request) {
    std::vector<uint32_t> places;
    for (const GeneratorFact& fact : request.generators) places.push_back(fact.first_instr);
    quieten_generators(function, places, request.failures, request.max_failures);
}

void run_passes(const CompileRequest& request, NativeCallees& callees, CompileResult& result) {
    PassReport report{.verify = request.keep_texts, .dump = request.keep_texts};
    auto pass = [&report](const char* name, const ir::Function& function, auto&& run) {
        PassScope scope(report, name, function);
        run();
    };
    std::set<ir::InstrId> cuts = frame_readers(*request.generic);
    Promoted promoted;
    pass("promote", promoted.function, [&] { promoted = promote_locals(request, cuts); });
    Inference inference = infer(promoted, request, callees);
    // Each turn adds a cut.
    while (!inference.unseen.empty()) {
        cuts.insert(inference.unseen.begin(), inference.unseen.end());
        pass("promote again", promoted.function, [&] { promoted = promote_locals(request, cuts); });
        inference = infer(promoted, request, callees);
    }
    result.other_lists = inference.other_lists;
    if (!result.other_lists.empty()) throw Unspecialisable("its lists of numbers are used in other ways");
    note_cuts(*request.generic, cuts, result);
    result.function = std::make_unique<ir::Function>();
    ir::Function& function = *result.function;
    result.returns_natural = inference.returned.is(ir::TypeKind::Int) && inference.returned.nonneg;
    for (const types::Fact& part : inference.returned_parts)
        result.natural_parts.push_back(part.is(ir::TypeKind::Int) && part.nonneg);
    pass("rewrite", function, [&] { rewrite(promoted, inference, callees, request, result); });
    pass("count bits", function, [&] { count_bits_at_once(function); });
    pass("remove dead code", function, [&] { remove_dead_code(function); });
    pass("lifetimes", function, [&] { insert_lifetimes(function, request.entry.at_call()); });
    pass("borrow items", function, [&] { borrow_items(function); });
    pass("name released kinds", function, [&] { name_released_kinds(function); });
    if (request.native_body)
        pass("quieten releases", function, [&] { quieten_releases(function, request.failures, request.max_failures); });
    report.verify = true;
    if (!request.generator_loops.empty()) pass("quieten generators", function, [&] { quieten(function, request); });
    pass("remove known class guards", function, [&] { remove_known_class_guards(function); });
    result.passes_text = report.text + report.summary();
    if (report.failed()) result.error = "internal error " + report.errors.front() + "\n" + ir::print(function);
}

}  // namespace

CompileResult specialise(const CompileRequest& request) {
    NativeCallees callees(request);
    CompileResult result = specialise_with(request, callees);
    if (!result.error.empty()) return result;
    result.callees = callees.take_used(*result.function);
    if (request.parallel) note_parallel_loops(request, result);
    return result;
}

namespace {

CompileResult specialise_as_it_is(const CompileRequest& request, NativeCallees& callees) {
    CompileResult result;
    result.error = limit(request);
    if (!result.error.empty()) return result;
    try {
        run_passes(request, callees, result);
    } catch (const Unspecialisable& problem) {
        result.error = std::string("internal limit: ") + problem.what();
    }
    return result;
}

}  // namespace

// Each turn refuses a generator.
CompileResult specialise_with(const CompileRequest& request, NativeCallees& callees) {
    std::set<uint32_t> refused;
    std::vector<LineNote> reasons;
    const auto with_reasons = [&](CompileResult result) {
        result.notes.insert(result.notes.end(), reasons.begin(), reasons.end());
        return result;
    };
    while (const std::unique_ptr<CompileRequest> whole = with_generators(request, refused)) {
        CompileResult result = specialise_as_it_is(*whole, callees);
        if (!result.error.empty()) break;
        const std::map<uint32_t, const ir::Instr*> showing = showing_generators(*result.function, *whole);
        if (showing.empty()) {
            note_generators(*whole, result);
            return with_reasons(std::move(result));
        }
        for (const auto& [generator, instr] : showing) {
            refused.insert(generator);
            reasons.push_back(why_refused(request, generator, *instr));
        }
    }
    return with_reasons(specialise_as_it_is(request, callees));
}

}  // namespace aipy::opt
