// The way from a generic function to a specialised one, readable at once.
#include "ir/print.h"
#include "ir/verify.h"
#include "opt/dce.h"
#include "opt/infer.h"
#include "opt/lifetimes.h"
#include "opt/native_calls.h"
#include "opt/promote.h"
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

std::string verified(const ir::Function& function, const char* pass) {
    std::vector<std::string> errors = ir::verify(function);
    if (errors.empty()) return {};
    return std::string("internal error after ") + pass + ": " + errors.front() + "\n" + ir::print(function);
}

void run_passes(const CompileRequest& request, CompileResult& result) {
    Promoted promoted = promote_locals(request);
    NativeCallees callees(request);
    Inference inference = infer(promoted, request, callees);
    result.function = std::make_unique<ir::Function>();
    rewrite(promoted, inference, request, result);
    remove_dead_code(*result.function);
    insert_lifetimes(*result.function, request.entry.at_call());
    result.callees = callees.take_used(*result.function);
    result.error = verified(*result.function, "specialisation");
}

}  // namespace

CompileResult specialise(const CompileRequest& request) {
    CompileResult result;
    result.error = limit(request);
    if (!result.error.empty()) return result;
    try {
        run_passes(request, result);
    } catch (const Unspecialisable& problem) {
        result.error = std::string("internal limit: ") + problem.what();
    }
    return result;
}

}  // namespace aipy::opt
