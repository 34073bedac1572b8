#include "opt/call_targets.h"

#include <algorithm>

namespace aipy::opt {

using namespace ir;
using types::Fact;

const GlobalFact* callee_fact(const Instr& call, const Inference& inference) {
    if (call.op == Op::Call && call.imm < 0) return inference.known[call.operands[0]];
    if (call.op == Op::CallMethod && call.imm2 < 0) return inference.methods[call.result];
    return nullptr;
}

KnownCallable callee_of(const Instr& call, const Inference& inference) {
    const GlobalFact* fact = callee_fact(call, inference);
    return fact ? fact->callable : KnownCallable::None;
}

namespace {

std::optional<NativeCall> method_target(const MethodFact& method, std::vector<ValueId> arguments) {
    NativeCall made{.callees = bodies_of(method), .method = &method, .arguments = std::move(arguments)};
    return made.callees[0] == no_id ? std::nullopt : std::optional(made);
}

// A call of a function that was loaded as a method of its first argument, which evaluating the others did not change.
std::optional<NativeCall> loaded_call(const Instr& call, const Function& promoted, const Inference& inference) {
    const InstrId load = promoted.value(call.operands[0]).def;
    if (call.imm >= 0 || load == no_id || promoted.instr(load).op != Op::LoadMethod) return std::nullopt;
    const ValueId owner = promoted.instr(load).operands[0];
    std::optional<NativeCall> made;
    if (const MethodFact* method = inference.instance_methods[call.operands[0]]) {
        made = method_target(*method, {owner});
    } else if (const GlobalFact* of_class = inference.methods[call.operands[0]]) {
        made = NativeCall{.callees = {of_class->callee}};
        if (of_class->binds_owner) made->arguments = {owner};
    }
    if (!made) return std::nullopt;
    made->arguments.insert(made->arguments.end(), call.operands.begin() + 2, call.operands.end());
    return made;
}

// What is called, where it is known to be a function of some number: a parameter, a closure, an item.
const FunctionFact* called_function(const Instr& call, const Inference& inference) {
    if (call.op != Op::Call || call.imm >= 0) return nullptr;
    return function_fact(inference.facts[call.operands[0]], inference);
}

std::optional<NativeCall> call_by_value(const Instr& call, const Inference& inference) {
    const FunctionFact* function = called_function(call, inference);
    if (function == nullptr || function->callee == no_id) return std::nullopt;
    return NativeCall{.callees = {function->callee},
                      .arguments = {call.operands.begin() + 1, call.operands.end()},
                      .cells = function->cells};
}

// Parameters filled by keywords and defaults, too.
std::optional<NativeCall> shaped_call(const Instr& call, const CallShape& shape, const Inference& inference) {
    const GlobalFact* fact = inference.known[call.operands[0]];
    if (fact == nullptr || fact->callee != shape.callee) return std::nullopt;
    NativeCall made{.callees = {fact->callee}, .cells = fact->cells};
    for (int32_t source : shape.sources) {
        made.arguments.push_back(source < 0 ? no_id : call.operands[static_cast<size_t>(source)]);
        made.defaults.push_back(source < 0 ? &shape.defaults[static_cast<size_t>(-1 - source)] : nullptr);
    }
    return made;
}

// A property's getter is called with its owner.
std::optional<NativeCall> getter_call(const Instr& load, const Inference& inference) {
    const MethodFact* getter = inference.instance_methods[load.result];
    return getter == nullptr ? std::nullopt : method_target(*getter, {load.operands[0]});
}

}  // namespace

std::vector<uint32_t> bodies_of(const MethodFact& method) {
    std::vector<uint32_t> bodies;
    for (const MethodFact::Target& target : method.targets)
        if (std::ranges::find(bodies, target.callee) == bodies.end()) bodies.push_back(target.callee);
    return bodies;
}

std::optional<NativeCall> native_call(const Instr& call, const Function& promoted, const Inference& inference) {
    if (call.op == Op::CallLoaded) return loaded_call(call, promoted, inference);
    if (call.op == Op::LoadAttr) return getter_call(call, inference);
    if (const MethodFact* method = method_fact(call, inference)) return method_target(*method, call.operands);
    if (const CallShape* shape = inference.shapes[call.result]) return shaped_call(call, *shape, inference);
    const GlobalFact* fact = callee_fact(call, inference);
    if (fact == nullptr) return call_by_value(call, inference);
    if (fact->callee == no_id) return std::nullopt;
    if (call.op != Op::Call && fact->cells != 0) return std::nullopt;
    const auto first = call.operands.begin() + (fact->binds_owner ? 0 : 1);
    return NativeCall{.callees = {fact->callee},
                      .class_version = fact->class_version,
                      .arguments = {first, call.operands.end()},
                      .cells = fact->cells};
}

const FunctionFact* function_fact(Fact function, const Inference& inference) {
    if (!function.is(TypeKind::Function) || function.detail == 0 || function.nullable) return nullptr;
    auto found = std::ranges::find(*inference.functions, function.detail, &FunctionFact::number);
    return found == inference.functions->end() ? nullptr : &*found;
}

std::optional<MethodCall> method_call(const Instr& call, const Function& promoted) {
    auto name = [&](const Instr& instr) { return &promoted.constants[static_cast<size_t>(instr.imm)].text; };
    if (call.op == Op::CallMethod && call.imm2 < 0) return MethodCall{name(call), call.operands};
    if (call.op != Op::CallLoaded || call.imm >= 0) return std::nullopt;
    const InstrId load = promoted.value(call.operands[0]).def;
    if (load == no_id || promoted.instr(load).op != Op::LoadMethod) return std::nullopt;
    MethodCall made{name(promoted.instr(load)), {promoted.instr(load).operands[0]}};
    made.operands.insert(made.operands.end(), call.operands.begin() + 2, call.operands.end());
    return made;
}

const MethodFact* method_fact(const Instr& call, const Inference& inference) {
    return call.op == Op::CallMethod && call.imm2 < 0 ? inference.instance_methods[call.result] : nullptr;
}

std::vector<ValueId> self_call_arguments(const Instr& call) {
    return {call.operands.begin() + (call.op == Op::CallMethod ? 0 : 1), call.operands.end()};
}

// By a value that is known to be a function of this code, such as its own name in the function around it.
static bool calls_own_code(const Instr& call, const Inference& inference) {
    const FunctionFact* function = called_function(call, inference);
    return function != nullptr && function->is_self;
}

// Objects are passed as they are: the body knows nothing of them but what it guards.
bool is_self_call(const Instr& call, const Promoted& promoted, const Inference& inference) {
    const Function& f = promoted.function;
    if (!inference.calls_itself) return false;
    const MethodFact* method = method_fact(call, inference);
    const bool is_self = method != nullptr
                             ? method->is_self()
                             : callee_of(call, inference) == KnownCallable::Self || calls_own_code(call, inference);
    if (!is_self) return false;
    const std::vector<ValueId> arguments = self_call_arguments(call);
    if (arguments.size() != f.parameter_count) return false;
    for (uint32_t i = 0; i < f.parameter_count; ++i) {
        Fact parameter = inference.facts[f.blocks[0].params[i]];
        Fact argument = inference.facts[arguments[i]];
        if (argument.kind == TypeKind::Bottom && !argument.nullable) continue;
        const bool object = parameter.kind == TypeKind::Any && !types::is_unboxable(argument.kind);
        const bool same = argument.kind == parameter.kind && argument.detail == parameter.detail;
        if ((!same && !object) || argument.nullable) return false;
    }
    return true;
}

}  // namespace aipy::opt
