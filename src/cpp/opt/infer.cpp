#include "opt/infer.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "ir/compare.h"
#include "opt/branches.h"
#include "opt/complex_numbers.h"
#include "opt/known_calls.h"
#include "opt/quiet_lookups.h"
#include "opt/words.h"
#include "support/check.h"

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

// A call of a function that was loaded as a method of its first argument, which evaluating the others did not change.
std::optional<NativeCall> loaded_call(const Instr& call, const Function& promoted, const Inference& inference) {
    const InstrId load = promoted.value(call.operands[0]).def;
    if (call.imm >= 0 || load == no_id || promoted.instr(load).op != Op::LoadMethod) return std::nullopt;
    const MethodFact* method = inference.instance_methods[call.operands[0]];
    if (method == nullptr || method->callee == no_id) return std::nullopt;
    NativeCall made{method->callee, method, 0, {promoted.instr(load).operands[0]}};
    made.arguments.insert(made.arguments.end(), call.operands.begin() + 2, call.operands.end());
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
    return NativeCall{.callee = function->callee,
                      .arguments = {call.operands.begin() + 1, call.operands.end()},
                      .cells = function->cells};
}

// Parameters filled by keywords and defaults, too.
std::optional<NativeCall> shaped_call(const Instr& call, const CallShape& shape, const Inference& inference) {
    const GlobalFact* fact = inference.known[call.operands[0]];
    if (fact == nullptr || fact->callee != shape.callee) return std::nullopt;
    NativeCall made{.callee = fact->callee, .cells = fact->cells};
    for (int32_t source : shape.sources) {
        made.arguments.push_back(source < 0 ? no_id : call.operands[static_cast<size_t>(source)]);
        made.defaults.push_back(source < 0 ? &shape.defaults[static_cast<size_t>(-1 - source)] : nullptr);
    }
    return made;
}

// A property's getter is called with its owner.
std::optional<NativeCall> getter_call(const Instr& load, const Inference& inference) {
    const MethodFact* getter = inference.instance_methods[load.result];
    if (getter == nullptr) return std::nullopt;
    return NativeCall{getter->callee, getter, 0, {load.operands[0]}};
}

}  // namespace

std::optional<NativeCall> native_call(const Instr& call, const Function& promoted, const Inference& inference) {
    if (call.op == Op::CallLoaded) return loaded_call(call, promoted, inference);
    if (call.op == Op::LoadAttr) return getter_call(call, inference);
    if (const MethodFact* method = method_fact(call, inference)) {
        if (method->callee == no_id) return std::nullopt;
        return NativeCall{method->callee, method, 0, call.operands};
    }
    if (const CallShape* shape = inference.shapes[call.result]) return shaped_call(call, *shape, inference);
    const GlobalFact* fact = callee_fact(call, inference);
    if (fact == nullptr) return call_by_value(call, inference);
    if (fact->callee == no_id) return std::nullopt;
    if (call.op != Op::Call && fact->cells != 0) return std::nullopt;
    return NativeCall{.callee = fact->callee,
                      .class_version = fact->class_version,
                      .arguments = {call.operands.begin() + 1, call.operands.end()},
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
                             ? method->is_self
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

namespace {

class Inferrer {
  public:
    Inferrer(const Promoted& promoted, const CompileRequest& request, NativeCallees& callees)
        : promoted_(promoted),
          f_(promoted.function),
          request_(request),
          callees_(callees),
          branches_(promoted.function) {}

    Inference run() {
        out_.functions = &request_.functions;
        list_uses();
        find_known_globals();
        self_calls_possible_ = self_calls_possible();
        names_itself_ = std::ranges::any_of(
            f_.instrs, [&](const Instr& instr) { return callee_of(instr, out_) == KnownCallable::Self; });
        names_itself_ |= std::ranges::any_of(request_.functions, &FunctionFact::is_self);
        out_.calls_itself = self_calls_possible_;
        fixpoint();
        if (out_.calls_itself && !returns_parts() &&
            (!types::is_machine_value(out_.returned.kind) || out_.returned.nullable)) {
            out_.calls_itself = false;
            fixpoint();
        }
        if (!returns_parts()) out_.returned_parts.clear();
        out_.calls_itself = out_.calls_itself && any_self_call();
        choose_sequence_iterators();
        choose_tuples();
        choose_returned_tuples();
        choose_rows();
        find_unseen();
        return std::move(out_);
    }

  private:
    struct Use {
        const Instr* instr;
        ValueId param = no_id;  // passed to this block param, or an operand
    };

    // ---- set-up ----

    void list_uses() {
        uses_.resize(f_.values.size());
        incoming_.resize(f_.values.size());
        for (const Block& block : f_.blocks)
            for (InstrId id : block.instrs) {
                const Instr& instr = f_.instr(id);
                for (ValueId operand : instr.operands) uses_[operand].push_back({&instr, no_id});
                for (const Edge& edge : instr.targets) list_args(instr, edge, 0);
                if (instr.error.exists()) list_args(instr, instr.error, 1);
            }
    }

    void list_args(const Instr& instr, const Edge& edge, size_t shift) {
        const std::vector<ValueId>& params = f_.block(edge.target).params;
        for (size_t i = 0; i < edge.args.size(); ++i) {
            uses_[edge.args[i]].push_back({&instr, params[i + shift]});
            incoming_[params[i + shift]].push_back(edge.args[i]);
        }
    }

    void find_known_globals() {
        out_.known.assign(f_.values.size(), nullptr);
        out_.methods.assign(f_.values.size(), nullptr);
        out_.shapes.assign(f_.values.size(), nullptr);
        out_.instance_methods.assign(f_.values.size(), nullptr);
        if (request_.generic_only) return;
        for (const Instr& instr : f_.instrs) {
            bool load = instr.op == Op::LoadGlobal || instr.op == Op::LoadAttr;
            if (!load && instr.op != Op::CallMethod) continue;
            for (const GlobalFact& fact : request_.globals)
                if (fact.load == instr.origin && !failed(instr))
                    (load ? out_.known : out_.methods)[instr.result] = &fact;
        }
        for (const Instr& instr : f_.instrs) {
            if (instr.op != Op::Call || failed(instr)) continue;
            auto shape = std::ranges::find(request_.shapes, instr.origin, &CallShape::site);
            if (shape != request_.shapes.end()) out_.shapes[instr.result] = &*shape;
        }
        find_instance_methods();
    }

    void find_instance_methods() {
        for (const Block& block : f_.blocks) {
            const MethodFact* loaded = nullptr;
            for (InstrId id : block.instrs) {
                const Instr& instr = f_.instr(id);
                if (instr.op == Op::MethodSelf) out_.instance_methods[instr.result] = std::exchange(loaded, nullptr);
                if (instr.op != Op::CallMethod && instr.op != Op::LoadMethod && instr.op != Op::LoadAttr) continue;
                auto found = std::ranges::find(request_.methods, instr.origin, &MethodFact::site);
                if (found == request_.methods.end() || failed(instr)) continue;
                if (out_.methods[instr.result] != nullptr || out_.known[instr.result] != nullptr) continue;
                out_.instance_methods[instr.result] = &*found;
                if (instr.op == Op::LoadMethod) loaded = &*found;
            }
        }
    }

    // The op is to stay generic: its typed form was left too often.
    bool failed(const Instr& instr) const {
        if (request_.generic_only) return true;
        return instr.origin != no_id && instr.origin < request_.failures.size() &&
               request_.failures[instr.origin] >= request_.max_failures;
    }

    bool self_calls_possible() const {
        if (!request_.entry.at_call() || request_.generic_only) return false;
        for (const Slot& slot : f_.slots)
            if (slot.kind == Slot::Kind::Cell) return false;
        for (uint32_t i = 0; i < f_.parameter_count; ++i) {
            TypeKind kind = i < request_.entry_types.size() ? request_.entry_types[i].kind : TypeKind::Any;
            if (!types::is_machine_value(kind) && worth_a_guard(kind)) return false;
        }
        return !f_.blocks[0].params.empty();
    }

    bool any_self_call() const {
        return std::any_of(f_.instrs.begin(), f_.instrs.end(),
                           [&](const Instr& instr) { return is_self_call(instr, promoted_, out_); });
    }

    // ---- the fixpoint ----

    // A range whose arguments turn out not to be ints is an object after all: then everything is found anew.
    void fixpoint() {
        do iterate();
        while (block_wrong_ranges() || widen_entries() || refuse_modular() || refuse_iterators());
    }

    bool block_wrong_ranges() {
        size_t before = blocked_.size();
        for (const Instr& instr : f_.instrs) {
            if (instr.op != Op::Call || !out_.as_parts[instr.result] || is_reversed(instr)) continue;
            for (size_t i = 1; i < instr.operands.size(); ++i) {
                Fact argument = fact(instr.operands[i]);
                bool integral = types::is_python_int(argument.kind) || types::is_index(argument.kind) ||
                                argument.kind == TypeKind::Bottom;
                if (!integral || argument.nullable) blocked_.insert(instr.result);
            }
        }
        return blocked_.size() != before;
    }

    // What turned out to be an object after all, or an operand of one.
    bool refuse_modular() {
        size_t before = not_modular_.size();
        for (const Instr& instr : f_.instrs) {
            if (instr.op != Op::Binary || fact(instr.result).kind == TypeKind::Bottom) continue;
            const bool typed = fact(instr.result).known() && !out_.guarded[instr.result];
            if (typed) continue;
            if (out_.modular[instr.result]) not_modular_.insert(instr.result);
            // Its mask has no form on words.
            const std::optional<Mask> mask = mask_of(f_, out_.known, instr);
            if (mask && out_.modular[mask->operand]) not_modular_.insert(mask->operand);
        }
        return not_modular_.size() != before;
    }

    // Ints that are brought along and meet words are taken for words themselves; a native call decides what it brings.
    bool widen_entries() {
        if (request_.native_body || out_.calls_itself) return false;
        size_t before = words_.size();
        for (ValueId param : wanted_words_) {
            uint32_t index = promoted_.entry_index[param];
            if (index >= request_.entry_types.size()) continue;
            TypeKind kind = request_.entry_types[index].kind;
            if (kind == TypeKind::Int || kind == TypeKind::BigInt) words_.insert(param);
        }
        return words_.size() != before;
    }

    void want_word(ValueId value) {
        if (fact(value).kind != TypeKind::Int && fact(value).kind != TypeKind::BigInt) return;
        if (!visited_.insert(value).second) return;
        if (f_.value(value).block == 0) wanted_words_.insert(value);
        if (f_.value(value).block == no_id) return;
        for (ValueId arg : incoming_[value]) want_word(arg);
    }

    void iterate() {
        out_.modular.assign(f_.values.size(), false);
        if (!request_.generic_only) out_.modular = find_modular(f_, out_.known, not_modular_);
        wanted_words_.clear();
        visited_.clear();
        out_.facts.assign(f_.values.size(), Fact{});
        out_.guarded.assign(f_.values.size(), false);
        out_.as_parts.assign(f_.values.size(), false);
        out_.native.assign(f_.values.size(), false);
        out_.returned = Fact{};
        iterated_.assign(f_.values.size(), Iteration{});
        out_.returned_parts.clear();
        out_.parts.clear();
        returns_one_tuple_ = request_.native_body;
        choose_ranges();
        std::vector<BlockId> order = reverse_post_order(f_);
        for (bool changed = true; changed;) {
            changed = false;
            for (BlockId id : order) changed |= visit_block(id);
            changed |= std::exchange(generation_, callees_.generation()) != callees_.generation();
        }
    }

    bool visit_block(BlockId id) {
        bool changed = false;
        const Block& block = f_.block(id);
        for (size_t i = 0; i < block.params.size(); ++i) {
            changed |= update_iterated(block.params[i]);
            changed |= update(block.params[i], param_fact(id, i));
        }
        for (InstrId instr_id : block.instrs) {
            const Instr& instr = f_.instr(instr_id);
            if (instr.result != no_id) {
                changed |= update_iterated(instr.result);
                changed |= update(instr.result, result_fact(instr));
            }
            if (instr.op == Op::Return) {
                Fact joined = types::join(out_.returned, fact(instr.operands[0]));
                changed |= !(joined == out_.returned);
                out_.returned = joined;
                changed |= note_returned_parts(instr.operands[0]);
            }
        }
        return changed;
    }

    // The tuple is made to be returned, of as many items as all others.
    bool note_returned_parts(ValueId value) {
        constexpr size_t most_parts = 8;
        const InstrId def = f_.value(value).def;
        const bool made_here = def != no_id && f_.instr(def).op == Op::BuildTuple;
        const size_t count = made_here ? f_.instr(def).operands.size() : 0;
        const bool first = out_.returned_parts.empty();
        if (count < 2 || count > most_parts || (!first && count != out_.returned_parts.size()))
            returns_one_tuple_ = false;
        if (!returns_one_tuple_) return false;
        out_.returned_parts.resize(count);
        bool changed = first;
        for (size_t i = 0; i < count; ++i) {
            const Fact joined = types::join(out_.returned_parts[i], fact(f_.instr(def).operands[i]));
            changed |= !(joined == out_.returned_parts[i]);
            out_.returned_parts[i] = joined;
        }
        return changed;
    }

    bool returns_parts() const {
        auto is_number = [](Fact part) { return types::is_register_value(part.kind) && !part.nullable; };
        return returns_one_tuple_ && !out_.returned_parts.empty() &&
               std::ranges::all_of(out_.returned_parts, is_number);
    }

    bool update(ValueId value, Fact fact) {
        Fact joined = types::join(out_.facts[value], fact);
        if (joined == out_.facts[value]) return false;
        out_.facts[value] = joined;
        return true;
    }

    bool update_iterated(ValueId value) {
        Iteration joined = join_iterations(iterated_[value], iteration_of(value));
        if (joined == iterated_[value]) return false;
        iterated_[value] = std::move(joined);
        return true;
    }

    Fact fact(ValueId value) const { return out_.facts[value]; }

    Fact param_fact(BlockId block, size_t index) {
        ValueId param = f_.block(block).params[index];
        if (block == 0) return entry_fact(param);
        if (f_.block(block).is_handler && index == 0) return Fact::any();
        Fact joined{};
        bool any_word = false;
        for (ValueId arg : incoming_[param]) {
            joined = types::join(joined, fact(arg));
            any_word |= fact(arg).kind == TypeKind::Word;
        }
        if (any_word && joined.kind == TypeKind::BigInt)
            for (ValueId arg : incoming_[param]) want_word(arg);
        return joined;
    }

    Fact entry_fact(ValueId param) {
        uint32_t index = promoted_.entry_index[param];
        bool at_call = request_.entry.at_call();
        bool is_slot = at_call || index < f_.slots.size();
        Fact unknown = Fact::any();
        unknown.nullable = !at_call && is_slot;
        if (request_.generic_only || index >= request_.entry_types.size()) return unknown;
        ir::Type type = request_.entry_types[index];
        if (type.kind == TypeKind::Null) {
            out_.guarded[param] = true;
            return Fact::null();
        }
        if (words_.contains(param)) type = ir::Type::boxed(TypeKind::Word);
        if (type.kind == TypeKind::RangeIter && !out_.as_parts[param]) return unknown;
        const bool passed = request_.native_body && function_fact(Fact::of(type), out_) != nullptr;
        if (!worth_a_guard(type) && !passed && type.kind != TypeKind::RangeIter) return unknown;
        out_.guarded[param] = true;
        Fact made = Fact::of(type);
        made.nonneg = is_natural_entry(index) && (made.is(TypeKind::Int) || made.is(TypeKind::RangeIter));
        return made;
    }

    // What the function passes to itself is not known here.
    bool is_natural_entry(uint32_t index) const {
        return index < request_.entry_naturals.size() && request_.entry_naturals[index] && !names_itself_;
    }

    bool worth_a_guard(ir::Type type) const {
        const FunctionFact* function = function_fact(Fact::of(type), out_);
        return worth_a_guard(type.kind) || (function != nullptr && !function->is_passed);
    }

    static bool worth_a_guard(TypeKind kind) {
        return (types::is_unboxable(kind) && !types::is_tagged(kind)) || kind == TypeKind::List ||
               kind == TypeKind::Tuple || kind == TypeKind::NDArray || kind == TypeKind::Str ||
               kind == TypeKind::Dict || kind == TypeKind::Complex || types::is_bytes(kind);
    }

    Fact result_fact(const Instr& instr) {
        Fact made = typed_result(instr);
        const bool open = made.is(TypeKind::Any) || made == Fact::of(TypeKind::Function);
        return open && !made.nullable ? with_feedback(instr, made) : made;
    }

    // What the profile saw, where the op itself cannot tell and somebody can use it.
    Fact with_feedback(const Instr& instr, Fact made) {
        ValueId generic = promoted_.generic[instr.result];
        if (request_.generic_only || generic == no_id || generic >= request_.feedback.size()) return made;
        const ObservedTypes& seen = request_.feedback[generic];
        if (seen.anything || seen.types.size() != 1) return made;
        if (!worth_a_guard(seen.types[0]) || !has_typed_use(instr.result)) return made;
        if (failed(instr) && instr.op == Op::GuardType) return made;
        out_.guarded[instr.result] = true;
        return Fact::of(seen.types[0]);
    }

    bool has_typed_use(ValueId value) const {
        return std::ranges::any_of(uses_[value],
                                   [&](const Use& use) { return use.param != no_id || is_typed_use(use, value); });
    }

    bool is_typed_use(const Use& use, ValueId value) const {
        switch (use.instr->op) {
            case Op::Binary:
            case Op::Unary:
            case Op::Compare:
            case Op::Truth:
            case Op::Subscript:
            case Op::StoreSubscript:
            case Op::Contains:
            case Op::GuardType:
            case Op::Return:
            case Op::GetIter:
            case Op::UnpackSequence: return true;
            case Op::BuildTuple: return true;
            case Op::LoadAttr: return is_part_of_complex(f_.constants[static_cast<size_t>(use.instr->imm)].text);
            case Op::LoadMethod: return names_quiet_method(f_.constants[static_cast<size_t>(use.instr->imm)].text);
            case Op::CallMethod:
                if (use.instr->operands[0] == value) return true;
                [[fallthrough]];
            case Op::CallLoaded:
                if (const auto call = method_call(*use.instr, f_); call && names_quiet_method(*call->name)) return true;
                [[fallthrough]];
            case Op::Call:
                if (use.instr->op == Op::Call && use.instr->operands[0] == value) return true;
                return callee_of(*use.instr, out_) != KnownCallable::None || native_call(*use.instr, f_, out_);
            default: return false;
        }
    }

    Fact typed_result(const Instr& instr) {
        switch (instr.op) {
            case Op::Const: return constant_fact(f_.constants[static_cast<size_t>(instr.imm)]);
            case Op::LoadGlobal: return known_fact(instr);
            case Op::LoadAttr: return attribute_fact(instr);
            case Op::Binary: return binary_fact(instr);
            case Op::Unary: return unary_fact(instr);
            case Op::Compare: return compare_fact(instr);
            case Op::Call:
            case Op::CallLoaded:
            case Op::CallMethod: return call_fact(instr);
            case Op::Subscript: return subscript_fact(instr);
            case Op::GetIter: return iterator_fact(instr);
            case Op::IterState: return fact(instr.operands[0]);
            case Op::IterNext: return next_fact(instr);
            case Op::TupleItem: return item_fact(instr);
            case Op::GuardType: return not_null(fact(instr.operands[0]));
            case Op::MethodSelf:
                return out_.instance_methods[instr.result] ? fact(instr.operands[0]) : types::fixed_result(instr.op);
            default: return types::fixed_result(instr.op);
        }
    }

    // A range, and the iterator over it, of ints that are not negative is natural, too.
    Fact iterator_fact(const Instr& instr) const {
        if (!out_.as_parts[instr.result]) return Fact::any();
        Fact made = Fact::of(TypeKind::RangeIter);
        made.nonneg = fact(instr.operands[0]).nonneg;
        return made;
    }

    // What goes down ends below what it gave.
    Fact range_fact(const Instr& call) const {
        Fact made = Fact::of(TypeKind::Range);
        if (is_reversed(call)) return made;
        made.nonneg = call.operands.size() == 2 || fact(call.operands[1]).nonneg;
        if (call.operands.size() == 4)
            made.nonneg = made.nonneg && constant_word(f_, out_.known, call.operands[3]).has_value();
        return made;
    }

    static Fact not_null(Fact fact) {
        fact.nullable = false;
        return fact;
    }

    static Fact value_fact(ir::Type type, int64_t integer) {
        return type.kind == TypeKind::Int && integer >= 0 ? Fact::natural() : Fact::of(type);
    }

    static Fact constant_fact(const Constant& constant) { return value_fact(constant.type, constant.integer); }

    Fact known_fact(const Instr& instr) const {
        const GlobalFact* known = out_.known[instr.result];
        if (!known || types::is_numpy_scalar(known->type.kind)) return Fact::any();
        return value_fact(known->type, known->integer);
    }

    Fact attribute_fact(const Instr& instr) {
        const std::string& name = f_.constants[static_cast<size_t>(instr.imm)].text;
        if (is_complex(fact(instr.operands[0])) && is_part_of_complex(name) && !failed(instr))
            return Fact::of(TypeKind::Float);
        const std::optional<NativeCall> getter = native_call(instr, f_, out_);
        if (!getter) return known_fact(instr);
        return reached(instr) ? native_call_fact(instr, *getter) : Fact{};
    }

    bool reached(const Instr& instr) const {
        return std::all_of(instr.operands.begin(), instr.operands.end(), [&](ValueId operand) {
            return fact(operand).kind != TypeKind::Bottom || fact(operand).nullable;
        });
    }

    Fact binary_fact(const Instr& instr) {
        Fact left = fact(instr.operands[0]), right = fact(instr.operands[1]);
        if (!reached(instr)) return {};
        if (Fact word = word_fact(instr); word.known()) return word;
        auto operation = static_cast<Operator>(instr.imm);
        if (is_complex(left) || is_complex(right)) {
            const std::optional<uint64_t> constant = constant_word(f_, out_.known, instr.operands[1]);
            const bool by_parts =
                !failed(instr) && has_complex_form(operation, left, right, constant, request_.reals_stay_real);
            return by_parts ? Fact::of(TypeKind::Complex) : Fact::any();
        }
        auto typed = types::typed_binary(operation, left.kind, right.kind);
        if (!typed || failed(instr)) return Fact::any();
        if (typed->may_underflow && !request_.ignores_underflow) return Fact::any();
        Fact made = Fact::of(typed->result);
        made.nonneg = made.is(TypeKind::Int) &&
                      (types::stays_nonneg(operation, left, right) || is_square(instr) || is_natural_difference(instr));
        return made;
    }

    static bool is_square(const Instr& instr) {
        return ir::plain_operator(static_cast<Operator>(instr.imm)) == Operator::Multiply &&
               instr.operands[0] == instr.operands[1];
    }

    // By what the branches say that lead to it: `a` is not less than `b`, or than the constant that `b` is.
    bool is_natural_difference(const Instr& instr) const {
        const ValueId a = instr.operands[0], b = instr.operands[1];
        if (ir::plain_operator(static_cast<Operator>(instr.imm)) != Operator::Subtract) return false;
        if (!fact(a).is(TypeKind::Int) || !fact(b).is(TypeKind::Int)) return false;
        const std::optional<uint64_t> taken = constant_word(f_, out_.known, b);
        uint64_t least = 0;
        bool not_less = a == b || (taken == 0 && fact(a).nonneg);
        branches_.for_each_condition(f_.value(instr.result).def, [&](ValueId tested, bool holds) {
            if (tested == a && holds && fact(a).nonneg) least = std::max<uint64_t>(least, 1);
            const InstrId def = f_.value(tested).def;
            if (def == no_id || f_.instr(def).op != Op::Compare) return;
            not_less |= says_not_less(f_.instr(def), holds, a, b);
            least = std::max(least, least_said(f_.instr(def), holds, a));
        });
        return not_less || (taken && *taken <= least);
    }

    // What a comparison that came out so says of its operand `value`, as its first one.
    static CompareOp said_of(const Instr& compare, bool holds, bool is_first) {
        const auto said = static_cast<CompareOp>(compare.imm);
        const CompareOp held = holds ? said : negated(said);
        return is_first ? held : mirrored(held);
    }

    static bool says_not_less(const Instr& compare, bool holds, ValueId a, ValueId b) {
        const std::vector<ValueId>& operands = compare.operands;
        const bool in_order = operands[0] == a && operands[1] == b;
        if (!in_order && !(operands[0] == b && operands[1] == a)) return false;
        const CompareOp said = said_of(compare, holds, in_order);
        return said == CompareOp::Greater || said == CompareOp::GreaterEqual || said == CompareOp::Equal;
    }

    // The least that the int may be by its comparison with a constant; 0: it says nothing.
    uint64_t least_said(const Instr& compare, bool holds, ValueId value) const {
        const bool is_first = compare.operands[0] == value;
        if (!is_first && compare.operands[1] != value) return 0;
        const std::optional<uint64_t> with = constant_word(f_, out_.known, compare.operands[is_first ? 1 : 0]);
        if (!with || *with > std::numeric_limits<int64_t>::max()) return 0;
        switch (said_of(compare, holds, is_first)) {
            case CompareOp::Greater: return *with + 1;
            case CompareOp::GreaterEqual:
            case CompareOp::Equal: return *with;
            case CompareOp::NotEqual: return *with == 0 && fact(value).nonneg ? 1 : 0;
            case CompareOp::Less:
            case CompareOp::LessEqual: return 0;
        }
        AIPY_UNREACHABLE();
    }

    // Of an operation on words, or on the low 64 bits of ints; unknown when it is neither.
    Fact word_fact(const Instr& instr) {
        if (request_.generic_only) return Fact::any();
        if (out_.modular[instr.result]) return modular_fact(instr);
        if (Fact masked = masked_fact(instr); masked.known()) return masked;
        const ValueId a = instr.operands[0], b = instr.operands[1];
        if (out_.modular[a] || out_.modular[b]) return Fact::any();  // cut by no mask after all
        Fact left = fact(a), right = fact(b);
        if (left.kind != TypeKind::Word && right.kind != TypeKind::Word) return Fact::any();
        if (left.kind == TypeKind::Word) want_word(b);
        if (right.kind == TypeKind::Word) want_word(a);
        return types::word_result(static_cast<Operator>(instr.imm), left, right, constant_word(f_, out_.known, b),
                                  !failed(instr));
    }

    bool has_low_bits(ValueId value) const {
        return !fact(value).nullable && (types::is_python_int(fact(value).kind) || fact(value).kind == TypeKind::Word);
    }

    Fact modular_fact(const Instr& instr) const {
        const bool usable = has_low_bits(instr.operands[0]) && has_low_bits(instr.operands[1]);
        return usable ? Fact::of(TypeKind::Word) : Fact::any();
    }

    // Of what a mask leaves of a word; ints have their own form for that.
    Fact masked_fact(const Instr& instr) {
        const std::optional<Mask> mask = mask_of(f_, out_.known, instr);
        if (!mask || !has_low_bits(mask->operand)) return Fact::any();
        const Fact by = fact(mask->constant);
        if (!mask->bits) {
            if (!out_.modular[mask->operand]) return Fact::any();
            want_word(mask->constant);
            return !by.is_word() ? Fact::any() : by.nonneg ? Fact::natural() : Fact::of(TypeKind::Word);
        }
        if (fact(mask->operand).kind != TypeKind::Word && by.kind == TypeKind::Int) return Fact::any();
        return *mask->bits >> 63 != 0 ? Fact::of(TypeKind::Word) : Fact::natural();
    }

    Fact unary_fact(const Instr& instr) const {
        if (!reached(instr)) return {};
        if (is_complex(fact(instr.operands[0])))
            return static_cast<Operator>(instr.imm) == Operator::Negative && !failed(instr)
                       ? Fact::of(TypeKind::Complex)
                       : Fact::any();
        auto typed = types::typed_unary(static_cast<Operator>(instr.imm), fact(instr.operands[0]).kind);
        return typed && !failed(instr) ? Fact::of(typed->result) : Fact::any();
    }

    // Nothing but its truth is used.
    bool only_tested(ValueId value) const {
        return std::ranges::all_of(uses_[value], [](const Use& use) {
            return use.param == no_id && (use.instr->op == Op::Truth || use.instr->op == Op::Keep);
        });
    }

    Fact compare_fact(const Instr& instr) const {
        if (!reached(instr)) return {};
        if (types::compared_as_words(fact(instr.operands[0]), fact(instr.operands[1]), !failed(instr)))
            return Fact::of(TypeKind::Bool);
        if (compared_as_complex(static_cast<CompareOp>(instr.imm), fact(instr.operands[0]), fact(instr.operands[1])))
            return failed(instr) ? Fact::any() : Fact::of(TypeKind::Bool);
        auto typed = types::typed_comparison(fact(instr.operands[0]).kind, fact(instr.operands[1]).kind);
        if (typed && typed->truth_only && !only_tested(instr.result)) return Fact::any();
        return typed && !failed(instr) ? Fact::of(typed->result) : Fact::any();
    }

    Fact call_fact(const Instr& instr) {
        if (out_.as_parts[instr.result]) return range_fact(instr);
        if (is_self_call(instr, promoted_, out_)) {
            if (!out_.returned_parts.empty()) out_.parts[instr.result] = out_.returned_parts;
            return out_.returned;
        }
        if (failed(instr)) return Fact::any();
        if (!reached(instr)) return {};
        if (const std::optional<NativeCall> call = native_call(instr, f_, out_)) return native_call_fact(instr, *call);
        const std::optional<MethodCall> call = method_call(instr, f_);
        if (call && out_.methods[instr.result] == nullptr) {
            if (is_conjugate(*call->name, facts_of(call->operands))) return Fact::of(TypeKind::Complex);
            const std::optional<QuietMethod> method = quiet_method(*call->name, facts_of(call->operands));
            return method ? method->result : Fact::any();
        }
        if (instr.op == Op::CallLoaded) return Fact::any();
        return known_call_fact(callee_of(instr, out_), facts_of({instr.operands.begin() + 1, instr.operands.end()}));
    }

    Fact native_call_fact(const Instr& instr, const NativeCall& call) {
        std::vector<Fact> arguments;
        for (size_t i = 0; i < call.arguments.size(); ++i)
            arguments.push_back(call.arguments[i] != no_id
                                    ? fact(call.arguments[i])
                                    : value_fact(call.defaults[i]->type, call.defaults[i]->integer));
        const bool constructs = call.class_version != 0;
        if (constructs) arguments.insert(arguments.begin(), Fact::any());
        arguments.resize(arguments.size() + call.cells, Fact::of(TypeKind::Cell));
        const std::optional<Fact> made = callees_.result(call.callee, arguments);
        out_.native[instr.result] = made && (!constructs || made->is(TypeKind::NoneType));
        out_.parts.erase(instr.result);
        if (made && callees_.returns_parts(call.callee))
            out_.parts[instr.result] = callees_.returned_parts(call.callee);
        return constructs ? Fact::any() : made.value_or(Fact::any());
    }

    std::vector<Fact> facts_of(const std::vector<ValueId>& values) const {
        std::vector<Fact> facts;
        for (ValueId value : values) facts.push_back(fact(value));
        return facts;
    }

    Fact subscript_fact(const Instr& instr) const {
        if (!reached(instr)) return {};
        Fact container = fact(instr.operands[0]);
        if (failed(instr)) return Fact::any();
        if (container.is(TypeKind::Str) && quiet_subscript(container, fact(instr.operands[1])))
            return Fact::of(TypeKind::Str);
        if (types::is_bytes(container.kind) && types::is_index(fact(instr.operands[1]).kind)) return Fact::natural();
        if (container.kind != TypeKind::NDArray) return Fact::any();
        return array_element(container, instr.operands[1]);
    }

    Fact array_element(Fact container, ValueId index) const {
        ArrayDetail detail = ArrayDetail::unpack(container.detail);
        if (index_count(index) != detail.rank) return Fact::any();
        const std::optional<TypeKind> scalar = scalar_kind(detail.element);
        return scalar ? Fact::of(*scalar) : Fact::any();
    }

    // How many integers an index consists of; 0 when it is something else.
    size_t index_count(ValueId index) const {
        auto integral = [&](ValueId value) { return types::is_index(fact(value).kind); };
        if (integral(index)) return 1;
        InstrId def = f_.value(index).def;
        if (def == no_id || f_.instr(def).op != Op::BuildTuple) return 0;
        const std::vector<ValueId>& parts = f_.instr(def).operands;
        return std::all_of(parts.begin(), parts.end(), integral) ? parts.size() : 0;
    }

    Fact next_fact(const Instr& instr) const {
        const bool of_range = out_.as_parts[instr.operands[0]];
        const Iteration& iterated = iterated_[instr.operands[0]];
        const bool of_array = iterated.known() && iterated.is_single() && is_array(iterated);
        Fact made = of_range                        ? Fact::of(TypeKind::Int)
                    : of_array || !iterated.known() ? array_item_fact(instr)
                    : iterated.is_single()          ? element_of(iterated, 0)
                                                    : Fact::any();
        if (of_range) made.nonneg = fact(instr.operands[0]).nonneg;
        made.nullable = true;
        return made;
    }

    // Where scalars of NumPy's came, an array is taken to be what is iterated over. A uint64 may be too large for a
    // register, which is known only behind the step.
    Fact array_item_fact(const Instr& instr) const {
        const ValueId generic = promoted_.generic[instr.result];
        if (failed(instr) || generic == no_id || generic >= request_.feedback.size()) return Fact::any();
        const ObservedTypes& seen = request_.feedback[generic];
        if (seen.anything || seen.types.size() != 1) return Fact::any();
        const TypeKind kind = seen.types[0].kind;
        return types::is_numpy_scalar(kind) && kind != TypeKind::NumpyU64 ? Fact::of(kind) : Fact::any();
    }

    // What the elements of a sequence are, where that is known of all of them.
    static Fact element_of(Fact sequence) {
        if (types::is_bytes(sequence.kind)) return Fact::natural();
        if (sequence.is(TypeKind::Str)) return Fact::of(TypeKind::Str);
        if (!sequence.is(TypeKind::NDArray)) return Fact::any();
        const std::optional<TypeKind> scalar = scalar_kind(ArrayDetail::unpack(sequence.detail).element);
        return scalar ? Fact::of(*scalar) : Fact::any();
    }

    static Fact element_of(const Iteration& iterated, size_t index) {
        const ConstantInts* ints = iterated.ints[index];
        return ints != nullptr ? int_fact(*ints, 0) : element_of(iterated.sequences[index]);
    }

    // Of a column of constants.
    static Fact int_fact(const ConstantInts& ints, size_t column) {
        Fact made = Fact::natural();
        for (size_t i = column; i < ints.values.size(); i += std::max<size_t>(ints.width, 1))
            made.nonneg = made.nonneg && ints.values[i] >= 0;
        return made;
    }

    static bool is_array(const Iteration& iterated) { return iterated.sequences[0].is(TypeKind::NDArray); }

    // Of what enumerate and zip give together.
    Fact stepped_item_fact(ValueId tuple, size_t index) const {
        const InstrId named = f_.value(tuple).def;
        if (named == no_id || f_.instr(named).op != Op::GuardType) return Fact::any();
        const InstrId step = f_.value(f_.instr(named).operands[0]).def;
        if (step == no_id || f_.instr(step).op != Op::IterNext) return Fact::any();
        const Iteration& iterated = iterated_[f_.instr(step).operands[0]];
        if (!iterated.known() || iterated.is_single() || index >= iterated.item_count()) return Fact::any();
        if (iterated.kind == Iteration::Kind::Rows) return int_fact(*iterated.ints[0], index);
        if (iterated.counts()) return index == 0 ? Fact::natural() : element_of(iterated, 0);
        return element_of(iterated, index);
    }

    Fact item_fact(const Instr& instr) const {
        ValueId tuple = instr.operands[0];
        InstrId def = f_.value(tuple).def;
        if (def != no_id && f_.instr(def).op == Op::UnpackSequence) {
            tuple = f_.instr(def).operands[0];
            if (auto parts = out_.parts.find(tuple); parts != out_.parts.end()) {
                const bool fits = static_cast<int64_t>(parts->second.size()) == f_.instr(def).imm;
                return fits ? parts->second[static_cast<size_t>(instr.imm)] : Fact::any();
            }
            InstrId built = f_.value(tuple).def;
            if (built == no_id || f_.instr(built).op != Op::BuildTuple)
                return stepped_item_fact(tuple, static_cast<size_t>(instr.imm));
            if (static_cast<int64_t>(f_.instr(built).operands.size()) != f_.instr(def).imm) return Fact::any();
            return fact(f_.instr(built).operands[static_cast<size_t>(instr.imm)]);
        }
        return Fact::any();
    }

    // ---- objects held as their parts ----

    // Optimistic: every range call, its iterators and the params they flow through, until a use says no.
    void choose_ranges() {
        if (request_.generic_only) return;
        for (const Block& block : f_.blocks)
            for (InstrId id : block.instrs) {
                const Instr& instr = f_.instr(id);
                if (instr.op == Op::Call) out_.as_parts[instr.result] = range_call(instr);
                if (instr.op == Op::GetIter || instr.op == Op::IterState) out_.as_parts[instr.result] = true;
            }
        find_only_null();
        for (ValueId v = 0; v < f_.values.size(); ++v)
            if (f_.value(v).block != no_id) out_.as_parts[v] = f_.value(v).block != 0 ? !only_null_[v] : entry_range(v);
        for (bool changed = true; changed;) {
            changed = false;
            for (ValueId v = 0; v < f_.values.size(); ++v)
                if (out_.as_parts[v] && !range_parts_stay(v)) {
                    out_.as_parts[v] = false;
                    changed = true;
                }
        }
    }

    // Nulls, and params to which nothing else is passed, be it in a circle.
    void find_only_null() {
        only_null_.assign(f_.values.size(), false);
        for (ValueId v = 0; v < f_.values.size(); ++v) {
            InstrId def = f_.value(v).def;
            bool param = f_.value(v).block != no_id && f_.value(v).block != 0 && !incoming_[v].empty();
            only_null_[v] = param || (def != no_id && f_.instr(def).op == Op::Null);
        }
        for (bool changed = true; changed;) {
            changed = false;
            for (ValueId v = 0; v < f_.values.size(); ++v) {
                const std::vector<ValueId>& args = incoming_[v];
                bool stays = std::all_of(args.begin(), args.end(), [&](ValueId arg) { return only_null_[arg]; });
                changed |= only_null_[v] && !stays;
                only_null_[v] = only_null_[v] && stays;
            }
        }
    }

    // A range iterator among the temporaries of a loop's entry; the entry's types name only those nobody else holds.
    bool entry_range(ValueId value) const {
        uint32_t index = promoted_.entry_index[value];
        return promoted_.generic[value] != no_id && index < request_.entry_types.size() &&
               request_.entry_types[index].kind == TypeKind::RangeIter;
    }

    bool is_reversed(const Instr& call) const { return callee_of(call, out_) == KnownCallable::Reversed; }

    // reversed(range(start, stop)), gone through by the loop that begins behind it, is a range of its own.
    bool reversed_range_call(const Instr& instr) const {
        if (instr.operands.size() != 2 || failed(instr) || !iterated_at_once(instr)) return false;
        const InstrId range = f_.value(instr.operands[1]).def;
        return range != no_id && f_.instr(range).op == Op::Call && f_.instr(range).operands.size() <= 3 &&
               !is_reversed(f_.instr(range)) && range_call(f_.instr(range));
    }

    bool range_call(const Instr& instr) const {
        if (is_reversed(instr)) return reversed_range_call(instr);
        if (callee_of(instr, out_) != KnownCallable::Range || failed(instr) || blocked_.contains(instr.result))
            return false;
        size_t count = instr.operands.size() - 1;
        if (count < 1 || count > 3) return false;
        for (size_t i = 1; i < instr.operands.size(); ++i)
            if (!argument_may_be_int(instr.operands[i])) return false;
        return true;
    }

    // Facts are not known yet: what the op or the profile says about an argument of range.
    bool argument_may_be_int(ValueId value) const {
        InstrId def = f_.value(value).def;
        if (def == no_id) {
            uint32_t index = promoted_.entry_index[value];
            if (index == no_id || index >= request_.entry_types.size()) return true;
            return types::is_index(request_.entry_types[index].kind);
        }
        const Instr& instr = f_.instr(def);
        if (instr.op == Op::Const) return f_.constants[static_cast<size_t>(instr.imm)].type.kind == TypeKind::Int;
        ValueId generic = promoted_.generic[value];
        if (generic == no_id || generic >= request_.feedback.size()) return true;
        const ObservedTypes& seen = request_.feedback[generic];
        auto is_int = [](const Type& type) { return types::is_index(type.kind); };
        return !seen.anything && std::ranges::all_of(seen.types, is_int);
    }

    bool range_parts_stay(ValueId value) const {
        for (const Use& use : uses_[value]) {
            if (use.param != no_id) {
                if (!out_.as_parts[use.param]) return false;
                continue;
            }
            Op op = use.instr->op;
            if (op == Op::Keep) continue;
            if (op == Op::Call && is_reversed(*use.instr) && is_range_value(value) && out_.as_parts[use.instr->result])
                continue;
            bool iterator = op == Op::IterNext || op == Op::IterState;
            if (op == Op::IterState && !out_.as_parts[use.instr->result]) return false;
            if (op == Op::GetIter && !out_.as_parts[use.instr->result]) return false;
            if (!iterator && op != Op::GetIter) return false;
            if (iterator == is_range_value(value)) return false;
        }
        return sources_are_parts(value);
    }

    bool is_range_value(ValueId value) const {
        InstrId def = f_.value(value).def;
        return def != no_id && f_.instr(def).op == Op::Call;
    }

    bool sources_are_parts(ValueId value) const {
        InstrId def = f_.value(value).def;
        if (def == no_id) {
            if (f_.value(value).block == 0) return true;
            const std::vector<ValueId>& args = incoming_[value];
            return !args.empty() && std::all_of(args.begin(), args.end(), [&](ValueId arg) {
                return only_null_[arg] || (out_.as_parts[arg] && !is_range_value(arg));
            });
        }
        const Instr& instr = f_.instr(def);
        if (instr.op == Op::GetIter) return out_.as_parts[instr.operands[0]] && is_range_value(instr.operands[0]);
        if (instr.op == Op::IterState) return out_.as_parts[instr.operands[0]];
        return instr.op == Op::Call && (!is_reversed(instr) || out_.as_parts[instr.operands[1]]);
    }

    // After the fixpoint: tuples that are only taken apart, or index an array by integers.
    void choose_tuples() {
        if (request_.generic_only) return;
        for (const Block& block : f_.blocks)
            for (InstrId id : block.instrs) {
                const Instr& instr = f_.instr(id);
                if (instr.op != Op::BuildTuple) continue;
                bool parts = std::all_of(uses_[instr.result].begin(), uses_[instr.result].end(),
                                         [&](const Use& use) { return tuple_use_by_parts(instr, use); });
                out_.as_parts[instr.result] = parts;
                if (!parts) continue;
                for (const Use& use : uses_[instr.result])
                    if (use.instr->op == Op::UnpackSequence) out_.as_parts[use.instr->result] = true;
            }
    }

    // What native calls return in parts stays so where it is only taken apart.
    void choose_returned_tuples() {
        for (const auto& [call, parts] : out_.parts) {
            auto takes_apart = [&, count = static_cast<int64_t>(parts.size())](const Use& use) {
                if (use.param != no_id) return false;
                return use.instr->op == Op::Keep || (use.instr->op == Op::UnpackSequence && use.instr->imm == count &&
                                                     only_items(use.instr->result));
            };
            out_.as_parts[call] = std::ranges::all_of(uses_[call], takes_apart);
            if (!out_.as_parts[call]) continue;
            for (const Use& use : uses_[call])
                if (use.instr->op == Op::UnpackSequence) out_.as_parts[use.instr->result] = true;
        }
    }

    bool tuple_use_by_parts(const Instr& built, const Use& use) const {
        if (use.param != no_id) return false;
        const Instr& instr = *use.instr;
        switch (instr.op) {
            case Op::Keep: return true;
            case Op::Return: return !out_.returned_parts.empty();
            case Op::UnpackSequence:
                return instr.imm == static_cast<int64_t>(built.operands.size()) && only_items(instr.result);
            case Op::Subscript:
            case Op::StoreSubscript: {
                Fact container = fact(instr.operands[0]);
                bool index = instr.operands[1] == built.result && instr.operands[0] != built.result;
                if (instr.op == Op::StoreSubscript && instr.operands[2] == built.result) return false;
                return index && container.kind == TypeKind::NDArray && !failed(instr) &&
                       types::is_numpy_scalar(array_element(container, built.result).kind) &&
                       (instr.op == Op::Subscript || array_store_possible(container, instr.operands[2]));
            }
            default: return false;
        }
    }

    // Iterators over sequences that nothing but their loops sees: the sequences and an index.
    void choose_sequence_iterators() {
        out_.iterations.assign(f_.values.size(), Iteration{});
        if (request_.generic_only) return;
        const std::vector<bool> chosen = iterators_by_parts();
        for (ValueId v = 0; v < f_.values.size(); ++v) {
            if (!chosen[v]) continue;
            out_.as_parts[v] = true;
            out_.iterations[v] = iterated_[v];
            out_.facts[v] = iterated_[v].sequences[0];
            out_.guarded[v] = false;
            if (iterated_[v].is_single()) continue;
            for (const Use& use : uses_[v])
                if (use.param == no_id && use.instr->op == Op::IterNext) choose_stepped_tuples(use.instr->result);
        }
    }

    void choose_stepped_tuples(ValueId item) {
        for (const Use& named : uses_[item]) {
            if (named.instr->op != Op::GuardType) continue;
            for (const Use& use : uses_[named.instr->result])
                if (use.instr->op == Op::UnpackSequence) out_.as_parts[use.instr->result] = true;
        }
    }

    std::vector<bool> iterators_by_parts() const {
        std::vector<bool> chosen(f_.values.size(), false);
        for (ValueId v = 0; v < f_.values.size(); ++v) chosen[v] = iterated_[v].known();
        for (bool changed = true; changed;) {
            changed = false;
            for (ValueId v = 0; v < f_.values.size(); ++v) {
                if (!chosen[v] || sequence_parts_stay(v, chosen)) continue;
                chosen[v] = false;
                changed = true;
            }
        }
        return chosen;
    }

    // What the items were taken for rests on the iterator's being its parts.
    bool refuse_iterators() {
        if (request_.generic_only) return false;
        const size_t before = refused_.size() + no_rows_.size();
        const std::vector<bool> chosen = iterators_by_parts();
        for (const Instr& instr : f_.instrs)
            if ((instr.op == Op::GetIter || instr.op == Op::Call) && iterated_[instr.result].known() &&
                !chosen[instr.result])
                (iterated_[instr.result].kind == Iteration::Kind::Rows ? no_rows_ : refused_).insert(instr.result);
        return refused_.size() + no_rows_.size() != before;
    }

    // What the value may iterate over, by what is known so far of where it comes from.
    Iteration iteration_of(ValueId value) const {
        const InstrId def = f_.value(value).def;
        if (def == no_id) {
            if (f_.value(value).block == 0) return Iteration::other();
            Iteration joined;
            for (ValueId arg : incoming_[value]) joined = join_iterations(joined, iterated_[arg]);
            return joined;
        }
        const Instr& instr = f_.instr(def);
        if (instr.op == Op::IterState) return iterated_[instr.operands[0]];
        if (request_.generic_only || failed(instr) || refused_.contains(value)) return Iteration::other();
        if (instr.op == Op::Call) return iteration_called(instr);
        if (instr.op != Op::GetIter) return Iteration::other();
        const Iteration& called = iterated_[instr.operands[0]];
        if (called.kind == Iteration::Kind::Enumerate || called.kind == Iteration::Kind::Zip) return called;
        const ConstantInts* ints = ints_of(instr.operands[0]);
        const bool rows = ints != nullptr && ints->width != 0 && !no_rows_.contains(value);
        return iteration_over(rows ? Iteration::Kind::Rows : Iteration::Kind::Sequence, {instr.operands[0]});
    }

    Iteration iteration_called(const Instr& call) const {
        const KnownCallable callee = callee_of(call, out_);
        if ((callee != KnownCallable::Zip && callee != KnownCallable::Enumerate) || !iterated_at_once(call))
            return Iteration::other();
        const std::vector<ValueId> arguments(call.operands.begin() + 1, call.operands.end());
        constexpr size_t most = 4;
        if (callee == KnownCallable::Zip && !arguments.empty() && arguments.size() <= most)
            return iteration_over(Iteration::Kind::Zip, arguments);
        if (callee == KnownCallable::Zip || arguments.empty() || arguments.size() > 2) return Iteration::other();
        std::optional<uint64_t> start = 0;
        if (arguments.size() == 2) start = constant_word(f_, out_.known, arguments[1]);
        if (!start || *start > std::numeric_limits<uint32_t>::max()) return Iteration::other();
        Iteration made = iteration_over(Iteration::Kind::Enumerate, {arguments[0]});
        if (made.known()) made.start = static_cast<int64_t>(*start);
        return made;
    }

    // By one loop, which begins behind the call: what has a name is gone through only once, whoever does it.
    bool iterated_at_once(const Instr& call) const {
        const Instr* loop = nullptr;
        for (const Use& use : uses_[call.result]) {
            if (use.param != no_id) return false;
            if (use.instr->op == Op::Keep) continue;
            if (use.instr->op != Op::GetIter || loop != nullptr) return false;
            loop = use.instr;
        }
        const StateValue named{StateValue::Kind::Value, call.result};
        const bool is_local = std::ranges::any_of(f_.frame_states, [&](const FrameState& state) {
            return std::ranges::find(state.slots, named) != state.slots.end();
        });
        if (loop == nullptr || is_local) return false;
        return std::ranges::any_of(f_.blocks, [&](const Block& block) {
            auto is_here = [&](ValueId value) {
                return std::ranges::find(block.instrs, f_.value(value).def) != block.instrs.end();
            };
            return is_here(call.result) && is_here(loop->result);
        });
    }

    Iteration iteration_over(Iteration::Kind kind, const std::vector<ValueId>& sequences) const {
        Iteration made{.kind = kind};
        for (ValueId value : sequences) {
            const Fact sequence = fact(value);
            if (sequence.kind == TypeKind::Bottom && !sequence.nullable) return {};
            if (!has_elements(sequence)) return Iteration::other();
            made.sequences.push_back(sequence);
            const ConstantInts* ints = ints_of(value);
            made.ints.push_back(ints != nullptr && (ints->width == 0 || kind == Iteration::Kind::Rows) ? ints
                                                                                                       : nullptr);
        }
        return made;
    }

    const ConstantInts* ints_of(ValueId value) const {
        const InstrId def = f_.value(value).def;
        if (def == no_id || f_.instr(def).op != Op::Const) return nullptr;
        const auto found =
            std::ranges::find(request_.tuples, static_cast<uint32_t>(f_.instr(def).imm), &ConstantInts::constant);
        return found == request_.tuples.end() ? nullptr : &*found;
    }

    static bool has_elements(Fact sequence) {
        if (sequence.nullable) return false;
        if (sequence.is(TypeKind::NDArray))
            return ArrayDetail::unpack(sequence.detail).rank == 1 && element_of(sequence).known();
        return sequence.is(TypeKind::List) || sequence.is(TypeKind::Tuple) || sequence.is(TypeKind::Str) ||
               types::is_bytes(sequence.kind);
    }

    static Iteration join_iterations(const Iteration& a, const Iteration& b) {
        if (a.kind == Iteration::Kind::Unreached) return b;
        if (b.kind == Iteration::Kind::Unreached || a == b) return a;
        if (a.kind != b.kind || a.ints != b.ints || a.start != b.start || a.sequences.size() != b.sequences.size())
            return Iteration::other();
        Iteration joined = a;
        for (size_t i = 0; i < a.sequences.size(); ++i) {
            joined.sequences[i] = types::join(a.sequences[i], b.sequences[i]);
            if (!has_elements(joined.sequences[i])) return Iteration::other();
        }
        return joined;
    }

    bool sequence_parts_stay(ValueId value, const std::vector<bool>& chosen) const {
        const bool used_by_parts = std::ranges::all_of(uses_[value], [&](const Use& use) {
            if (use.param != no_id) return static_cast<bool>(chosen[use.param]);
            const Instr& instr = *use.instr;
            if (instr.op == Op::IterState || instr.op == Op::GetIter) return static_cast<bool>(chosen[instr.result]);
            return instr.op == Op::IterNext ? steps_by_parts(instr) : instr.op == Op::Keep;
        });
        if (!used_by_parts) return false;
        const InstrId def = f_.value(value).def;
        if (def == no_id)
            return std::ranges::all_of(incoming_[value], [&](ValueId arg) { return static_cast<bool>(chosen[arg]); });
        const Instr& made = f_.instr(def);
        if (made.op == Op::Call || (made.op == Op::GetIter && !iterated_[made.operands[0]].known())) return true;
        return chosen[made.operands[0]];
    }

    bool steps_by_parts(const Instr& step) const {
        const Iteration& iterated = iterated_[step.operands[0]];
        if (!only_stepped_to(step.result)) return false;
        if (!iterated.is_single())
            return std::ranges::all_of(uses_[step.result], [&](const Use& use) {
                return use.instr->op != Op::GuardType || only_unpacked(use.instr->result, iterated.item_count());
            });
        return !is_array(iterated) || fact(step.result).kind == element_of(iterated.sequences[0]).kind;
    }

    // Once, into its items, each of which has one name. enumerate and zip hold what they gave last until they give the
    // next: nobody may notice that it dies earlier.
    bool only_unpacked(ValueId tuple, size_t count) const {
        const Instr* unpacked = nullptr;
        for (const Use& use : uses_[tuple]) {
            if (use.param != no_id) return false;
            if (use.instr->op == Op::Keep) continue;
            if (use.instr->op != Op::UnpackSequence || unpacked != nullptr) return false;
            unpacked = use.instr;
        }
        if (unpacked == nullptr || unpacked->imm != static_cast<int64_t>(count) || !only_items(unpacked->result))
            return false;
        std::set<int64_t> items;
        for (const Use& use : uses_[unpacked->result])
            if (use.instr->op == Op::TupleItem &&
                (!items.insert(use.instr->imm).second || death_observable(fact(use.instr->result).kind)))
                return false;
        return items.size() == count;
    }

    // An item that is used where it is known to be there only.
    bool only_stepped_to(ValueId item) const {
        return std::ranges::all_of(uses_[item], [](const Use& use) {
            return use.param == no_id && (use.instr->op == Op::BranchNull || use.instr->op == Op::GuardType);
        });
    }

    // Rows of arrays that are there only to name an element: a[i][j]. Nothing that runs in between could change the
    // array.
    void choose_rows() {
        if (request_.generic_only) return;
        for (const Block& block : f_.blocks)
            for (size_t i = 0; i < block.instrs.size(); ++i) {
                const Instr& instr = f_.instr(block.instrs[i]);
                if (instr.op == Op::Subscript && is_row(instr) && names_elements(instr.result, block, i))
                    out_.as_parts[instr.result] = true;
            }
    }

    bool is_row(const Instr& instr) const {
        const Fact container = fact(instr.operands[0]), row = fact(instr.result);
        if (container.kind != TypeKind::NDArray || row.kind != TypeKind::NDArray || row.nullable || failed(instr))
            return false;
        const ArrayDetail whole = ArrayDetail::unpack(container.detail), part = ArrayDetail::unpack(row.detail);
        const TypeKind index = fact(instr.operands[1]).kind;
        return types::is_index(index) && whole.rank >= 2 && part.rank + 1 == whole.rank &&
               part.element == whole.element && (!part.writeable || whole.writeable);
    }

    // Whether each use of the row made at `at` names an element of it, in its own block, with native code in between.
    bool names_elements(ValueId row, const Block& block, size_t at) const {
        size_t left = uses_[row].size();
        for (size_t i = at + 1; i < block.instrs.size() && left > 0; ++i) {
            const Instr& instr = f_.instr(block.instrs[i]);
            const auto times = static_cast<size_t>(std::ranges::count(instr.operands, row));
            if (times > 0 && !(instr.op == Op::Keep || names_element(instr, row))) return false;
            left -= times;
            if (left > 0 && !stays_native(instr, row)) return false;
        }
        return left == 0;
    }

    bool names_element(const Instr& instr, ValueId row) const {
        if (instr.op != Op::Subscript && instr.op != Op::StoreSubscript) return false;
        if (std::ranges::count(instr.operands, row) != 1 || instr.operands[0] != row || failed(instr)) return false;
        if (!types::is_numpy_scalar(array_element(fact(row), instr.operands[1]).kind)) return false;
        return instr.op == Op::Subscript ? !out_.guarded[instr.result]
                                         : array_store_possible(fact(row), instr.operands[2]);
    }

    bool stays_native(const Instr& instr, ValueId row) const {
        if (instr.op == Op::Keep) {
            const Fact kept = fact(instr.operands[0]);
            return instr.operands[0] == row || out_.as_parts[instr.operands[0]] || !death_observable(kept.kind);
        }
        if (!info(instr.op).runs_foreign_code() || names_element(instr, row)) return true;
        if (instr.result == no_id) return false;
        return out_.known[instr.result] != nullptr || out_.as_parts[instr.result] ||
               (types::is_unboxable(fact(instr.result).kind) && !out_.guarded[instr.result]);
    }

  public:
    static bool storable(Fact container, Fact value) {
        ArrayDetail detail = ArrayDetail::unpack(container.detail);
        if (!detail.writeable || value.kind == TypeKind::Word) return false;
        switch (detail.element) {
            case ElementType::Bool: return value.kind == TypeKind::Bool || value.kind == TypeKind::NumpyBool;
            case ElementType::F32:
            case ElementType::F64: return storable_as_float(detail.element, value.kind);
            case ElementType::Other: return false;
            default: return natural_rep(value.kind) == Rep::I64 || natural_rep(value.kind) == Rep::Bit;
        }
    }

    // An int64 becomes a float32 in one rounding.
    static bool storable_as_float(ElementType element, TypeKind kind) {
        const TypeKind own = types::is_tagged(kind) ? types::tagged_kind(kind) : kind;
        const bool wide = own == TypeKind::NumpyI64 || own == TypeKind::NumpyU64;
        return types::is_unboxable(kind) && kind != TypeKind::Number && !(wide && element == ElementType::F32);
    }

  private:
    // ---- what never ran ----

    void find_unseen() {
        if (request_.generic_only || !request_.watched) return;
        for (const Block& block : f_.blocks)
            for (InstrId id : block.instrs)
                if (is_unseen(f_.instr(id))) out_.unseen.push_back(f_.instr(id).origin);
    }

    // It was cut before, and still nothing is known.
    bool left_often(const Instr& instr) const {
        return instr.origin < request_.leaves.size() && request_.leaves[instr.origin] >= request_.max_failures;
    }

    bool is_unseen(const Instr& instr) const {
        if (instr.result == no_id || !info(instr.op).runs_foreign_code() || failed(instr) || left_often(instr))
            return false;
        if (types::fixed_result(instr.op).nullable) return false;  // null is not seen either
        const ValueId generic = promoted_.generic[instr.result];
        if (generic == no_id || generic >= request_.feedback.size() || request_.feedback[generic].seen()) return false;
        return fact(instr.result).kind == TypeKind::Any && out_.known[instr.result] == nullptr &&
               reaches_typed_use(instr.result);
    }

    bool reaches_typed_use(ValueId value) const {
        std::set<ValueId> found{value};
        for (std::vector<ValueId> work{value}; !work.empty();) {
            const ValueId next = work.back();
            work.pop_back();
            for (const Use& use : uses_[next]) {
                if (use.param == no_id && is_typed_use(use, next)) return true;
                if (use.param != no_id && found.insert(use.param).second) work.push_back(use.param);
            }
        }
        return false;
    }

    bool array_store_possible(Fact container, ValueId value) const { return storable(container, fact(value)); }

    bool only_items(ValueId value) const {
        return std::all_of(uses_[value].begin(), uses_[value].end(), [](const Use& use) {
            return use.param == no_id && (use.instr->op == Op::TupleItem || use.instr->op == Op::Keep);
        });
    }

    const Promoted& promoted_;
    const Function& f_;
    const CompileRequest& request_;
    NativeCallees& callees_;
    const Branches branches_;
    Inference out_;
    std::vector<std::vector<Use>> uses_;
    std::vector<std::vector<ValueId>> incoming_;
    std::vector<bool> only_null_;
    std::vector<Iteration> iterated_;  // by value
    bool self_calls_possible_ = false;
    bool names_itself_ = false;
    bool returns_one_tuple_ = false;  // as far as looked, of one length
    uint32_t generation_ = 0;         // of the callees, at the last look
    std::set<ValueId> blocked_;
    std::set<ValueId> not_modular_;
    std::set<ValueId> no_rows_;       // iterators over constant rows that are not taken apart
    std::set<ValueId> refused_;       // iterators that stay objects
    std::set<ValueId> words_;         // entry values taken for words
    std::set<ValueId> wanted_words_;  // those that should be
    std::set<ValueId> visited_;       // by want_word
};

}  // namespace

bool array_storable(Fact container, Fact value) { return Inferrer::storable(container, value); }

Inference infer(const Promoted& promoted, const CompileRequest& request, NativeCallees& callees) {
    return Inferrer(promoted, request, callees).run();
}

}  // namespace aipy::opt
