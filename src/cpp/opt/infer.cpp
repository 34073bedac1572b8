#include <algorithm>

#include "opt/call_targets.h"
#include "opt/inferrer.h"
#include "opt/words.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

Inference Inferrer::run() {
    out_.functions = &request_.functions;
    list_uses();
    find_known_globals();
    find_stored_back();
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
    compare_entry_lists();
    if (!returns_parts()) out_.returned_parts.clear();
    out_.calls_itself = out_.calls_itself && any_self_call();
    choose_sequence_iterators();
    choose_tuples();
    choose_returned_tuples();
    choose_rows();
    choose_expressions();
    find_unseen();
    return std::move(out_);
}

void Inferrer::list_uses() {
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

void Inferrer::list_args(const Instr& instr, const Edge& edge, size_t shift) {
    const std::vector<ValueId>& params = f_.block(edge.target).params;
    for (size_t i = 0; i < edge.args.size(); ++i) {
        uses_[edge.args[i]].push_back({&instr, params[i + shift]});
        incoming_[params[i + shift]].push_back(edge.args[i]);
    }
}

void Inferrer::find_known_globals() {
    out_.known.assign(f_.values.size(), nullptr);
    out_.methods.assign(f_.values.size(), nullptr);
    out_.shapes.assign(f_.values.size(), nullptr);
    out_.instance_methods.assign(f_.values.size(), nullptr);
    if (request_.generic_only) return;
    for (const Instr& instr : f_.instrs) {
        bool load = instr.op == Op::LoadGlobal || instr.op == Op::LoadAttr;
        if (!load && instr.op != Op::CallMethod && instr.op != Op::LoadMethod) continue;
        for (const GlobalFact& fact : request_.globals)
            if (fact.load == instr.origin && !failed(instr)) (load ? out_.known : out_.methods)[instr.result] = &fact;
    }
    for (const Instr& instr : f_.instrs) {
        if (instr.op != Op::Call || failed(instr)) continue;
        auto shape = std::ranges::find(request_.shapes, instr.origin, &CallShape::site);
        if (shape != request_.shapes.end()) out_.shapes[instr.result] = &*shape;
    }
    find_instance_methods();
}

void Inferrer::find_instance_methods() {
    for (const Block& block : f_.blocks) {
        const MethodFact* loaded = nullptr;
        const GlobalFact* of_class = nullptr;
        for (InstrId id : block.instrs) {
            const Instr& instr = f_.instr(id);
            if (instr.op == Op::MethodSelf) {
                out_.instance_methods[instr.result] = std::exchange(loaded, nullptr);
                out_.methods[instr.result] = std::exchange(of_class, nullptr);
            }
            if (instr.op == Op::LoadMethod) of_class = out_.methods[instr.result];
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
bool Inferrer::failed(const Instr& instr) const {
    if (request_.generic_only) return true;
    return instr.origin != no_id && instr.origin < request_.failures.size() &&
           request_.failures[instr.origin] >= request_.max_failures;
}

bool Inferrer::self_calls_possible() const {
    if (!request_.entry.at_call() || request_.generic_only) return false;
    for (const Slot& slot : f_.slots)
        if (slot.kind == Slot::Kind::Cell) return false;
    for (uint32_t i = 0; i < f_.parameter_count; ++i) {
        TypeKind kind = i < request_.entry_types.size() ? request_.entry_types[i].kind : TypeKind::Any;
        if (!types::is_machine_value(kind) && worth_a_guard(kind)) return false;
    }
    return !f_.blocks[0].params.empty();
}

bool Inferrer::any_self_call() const {
    return std::any_of(f_.instrs.begin(), f_.instrs.end(),
                       [&](const Instr& instr) { return is_self_call(instr, promoted_, out_); });
}

// A range whose arguments turn out not to be ints is an object after all: then everything is found anew.
void Inferrer::fixpoint() {
    do iterate();
    while (block_wrong_ranges() || widen_entries() || refuse_modular() || refuse_iterators() || choose_number_lists());
}

void Inferrer::iterate() {
    out_.modular.assign(f_.values.size(), false);
    if (!request_.generic_only) out_.modular = find_modular(f_, out_.known, not_modular_);
    wanted_words_.clear();
    visited_.clear();
    out_.facts.assign(f_.values.size(), Fact{});
    out_.guarded.assign(f_.values.size(), false);
    out_.as_parts.assign(f_.values.size(), false);
    out_.looked_at.assign(f_.values.size(), false);
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

bool Inferrer::visit_block(BlockId id) {
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
            const Fact joined = with_returned(fact(instr.operands[0]));
            changed |= !(joined == out_.returned);
            out_.returned = joined;
            changed |= note_returned_parts(instr.operands[0]);
        }
    }
    return changed;
}

// The tuple is made to be returned, of as many items as all others.
bool Inferrer::note_returned_parts(ValueId value) {
    constexpr size_t most_parts = 8;
    const InstrId def = f_.value(value).def;
    const bool made_here = def != no_id && f_.instr(def).op == Op::BuildTuple;
    const size_t count = made_here ? f_.instr(def).operands.size() : 0;
    const bool first = out_.returned_parts.empty();
    if (count < 2 || count > most_parts || (!first && count != out_.returned_parts.size())) returns_one_tuple_ = false;
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

bool Inferrer::returns_parts() const {
    auto is_number = [](Fact part) { return types::is_register_value(part.kind) && !part.nullable; };
    return returns_one_tuple_ && !out_.returned_parts.empty() && std::ranges::all_of(out_.returned_parts, is_number);
}

bool Inferrer::update(ValueId value, Fact fact) {
    Fact joined = types::join(out_.facts[value], fact);
    if (joined == out_.facts[value]) return false;
    out_.facts[value] = joined;
    return true;
}

Fact Inferrer::param_fact(BlockId block, size_t index) {
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

Fact Inferrer::entry_fact(ValueId param) {
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
    if (brings_numbers(param)) {
        out_.guarded[param] = number_list(param).has_value();
        return number_list(param).value_or(Fact::of(TypeKind::List));
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
bool Inferrer::is_natural_entry(uint32_t index) const {
    return index < request_.entry_naturals.size() && request_.entry_naturals[index] && !names_itself_;
}

Fact Inferrer::result_fact(const Instr& instr) {
    const std::optional<Fact> numbers = number_list(instr.result);
    if (numbers && !given_lists_.contains(instr.result)) return *numbers;
    Fact made = typed_result(instr);
    const bool open = made.is(TypeKind::Any) || made == Fact::of(TypeKind::Function);
    return open && !made.nullable ? with_feedback(instr, made) : made;
}

// What the profile saw, where the op itself cannot tell and somebody can use it.
Fact Inferrer::with_feedback(const Instr& instr, Fact made) {
    ValueId generic = promoted_.generic[instr.result];
    if (request_.generic_only || generic == no_id || generic >= request_.feedback.size()) return made;
    const ObservedTypes& seen = request_.feedback[generic];
    if (seen.anything || seen.types.size() != 1) return made;
    if (!worth_a_guard(seen.types[0]) || !has_typed_use(instr.result)) return made;
    if (failed(instr) && instr.op == Op::GuardType) return made;
    out_.guarded[instr.result] = true;
    return with_new_axes(instr, Fact::of(seen.types[0]));
}

bool array_storable(Fact container, Fact value) { return Inferrer::storable(container, value); }

Inference infer(const Promoted& promoted, const CompileRequest& request, NativeCallees& callees) {
    return Inferrer(promoted, request, callees).run();
}

}  // namespace aipy::opt
