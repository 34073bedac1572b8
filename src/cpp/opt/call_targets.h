// What a call calls, as far as inference knows: the function itself, a function or method whose body may become part of
// the code, a method by its name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "opt/infer.h"

namespace aipy::opt {

// Whether `call` is a direct call of the function itself that the native body can take.
bool is_self_call(const ir::Instr& call, const Promoted& promoted, const Inference& inference);
// What it passes to the function itself.
std::vector<ir::ValueId> self_call_arguments(const ir::Instr& call);
// The method that a call.method calls, found in the class of its first operand; null when that is not known.
const MethodFact* method_fact(const ir::Instr& call, const Inference& inference);
// What a call or call.method calls; null when that is not known, or keywords are passed.
const GlobalFact* callee_fact(const ir::Instr& call, const Inference& inference);
KnownCallable callee_of(const ir::Instr& call, const Inference& inference);
// A call of a body that may become part of the code.
// The callees among a method's targets, each once.
std::vector<uint32_t> bodies_of(const MethodFact& method);

struct NativeCall {
    std::vector<uint32_t> callees;       // distinct; several where the class of the first argument decides
    const MethodFact* method = nullptr;  // found in the class of the first argument
    uint32_t class_version = 0;          // not 0: an __init__, whose first argument, not listed, is a new instance
    std::vector<ir::ValueId> arguments;  // no_id: the default of the same index
    std::vector<const GlobalFact*> defaults;
    uint32_t cells = 0;  // passed too: of the free variables that the function has, which is the call's first operand
};
// What is known of a function of that number; null when it is none that native code may call.
const FunctionFact* function_fact(types::Fact function, const Inference& inference);
std::optional<NativeCall> native_call(const ir::Instr& call, const ir::Function& promoted, const Inference& inference);
// A call of what a name gives for an object, without keywords, be it found before its arguments were evaluated.
struct MethodCall {
    const std::string* name;
    std::vector<ir::ValueId> operands;  // the object first
};
std::optional<MethodCall> method_call(const ir::Instr& call, const ir::Function& promoted);

}  // namespace aipy::opt
