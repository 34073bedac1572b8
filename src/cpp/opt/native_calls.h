// Calls of other compiled functions whose bodies become part of the caller's code (call.native).
//
// A callee is specialised for the kinds of the arguments of the first call that asks (and anew where a word comes in
// the place of an int, ints that are not negative have to be words, an int may be negative after all, or objects of
// another kind come), and is taken when what it does on its usual ways needs no Python: its code runs no foreign op but
// polls, and those leave, and calls of itself. A guard that fails in it finishes that call in the interpreter
// (docs/decisions/0003), so no frame state of the caller knows of it. What always ends in a raise is not compiled:
// there the callee leaves (see Promoted).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "opt/request.h"
#include "types/lattice.h"

namespace aipy::opt {

class NativeCallees {
  public:
    explicit NativeCallees(const CompileRequest& request) : request_(&request), callees_(request.callees.size()) {}

    // What a call with such arguments gives; nothing when it cannot be native. Lists among them that are no lists of
    // numbers yet may become such, unless that is `settled`.
    std::optional<types::Fact> result(uint32_t callee, const std::vector<types::Fact>& arguments, bool settled);
    // Whether a list of numbers may be passed there, and what the body takes that was made last.
    bool may_take_numbers(uint32_t callee, size_t parameter) const;
    types::Fact parameter(uint32_t callee, size_t parameter) const;
    ir::Type returned_type(uint32_t callee) const { return body(callee).return_type; }
    // For people: why it gave nothing; empty where the arguments do not fit.
    std::string why_not(uint32_t callee) const;
    // Whether the body that `result` spoke of returns the items of a tuple, and what they are.
    bool returns_parts(uint32_t callee) const { return !body(callee).returned_parts.empty(); }
    std::vector<types::Fact> returned_parts(uint32_t callee) const;
    // Whether that body looks at NumPy's error state, or one that it calls.
    bool may_underflow(uint32_t callee) const;
    // Goes up when a callee is made anew: other calls of it, and of those that call it, may not fit any more.
    uint32_t generation() const { return generation_; }
    // The callees that `function` calls, and those that they call, by index in the request; the others stay empty.
    std::vector<std::unique_ptr<CompileResult>> take_used(const ir::Function& function);

  private:
    struct Callee {
        bool tried = false;
        bool in_progress = false;               // being made: what it calls may not call it
        bool stale = false;                     // what it calls was made anew
        std::vector<ir::Type> types;            // of the arguments, boxed
        std::vector<bool> naturals;             // by argument: all calls so far pass ints that are not negative
        std::vector<bool> no_numbers;           // by argument: lists of objects, whatever comes
        std::unique_ptr<CompileResult> result;  // null: it cannot be native
        std::string reason;                     // why not
    };
    const ir::Function& body(uint32_t callee) const { return *callees_[callee].result->function; }
    void specialise(uint32_t index);
    void make_anew(uint32_t index);
    void mark_callers(uint32_t index);
    void name_passed_functions(CompileRequest& request) const;
    std::optional<FunctionFact> find_function(uint32_t number) const;
    bool widen(Callee& callee, const std::vector<types::Fact>& arguments);
    static bool fit_lists(Callee& callee, const std::vector<types::Fact>& arguments, bool settled);

    const CompileRequest* request_;
    std::vector<Callee> callees_;
    uint32_t generation_ = 0;
};

}  // namespace aipy::opt
