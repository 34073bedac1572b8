// Inference: iterators, and what they give.
#include <algorithm>
#include <limits>

#include "opt/call_targets.h"
#include "opt/inferrer.h"
#include "opt/words.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

bool Inferrer::update_iterated(ValueId value) {
    Iteration joined = join_iterations(iterated_[value], iteration_of(value));
    if (joined == iterated_[value]) return false;
    iterated_[value] = std::move(joined);
    return true;
}

// A range, and the iterator over it, of ints that are not negative is natural, too.
Fact Inferrer::iterator_fact(const Instr& instr) const {
    if (!out_.as_parts[instr.result]) return Fact::any();
    Fact made = Fact::of(TypeKind::RangeIter);
    made.nonneg = fact(instr.operands[0]).nonneg;
    return made;
}

Fact Inferrer::next_fact(const Instr& instr) const {
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
Fact Inferrer::array_item_fact(const Instr& instr) const {
    const ValueId generic = promoted_.generic[instr.result];
    if (failed(instr) || generic == no_id || generic >= request_.feedback.size()) return Fact::any();
    const ObservedTypes& seen = request_.feedback[generic];
    if (seen.anything || seen.types.size() != 1) return Fact::any();
    const TypeKind kind = seen.types[0].kind;
    return types::is_numpy_scalar(kind) && kind != TypeKind::NumpyU64 ? Fact::of(kind) : Fact::any();
}

// What the elements of a sequence are, where that is known of all of them.
Fact Inferrer::element_of(Fact sequence) {
    if (types::is_bytes(sequence.kind)) return Fact::natural();
    if (sequence.is(TypeKind::Str)) return Fact::of(TypeKind::Str);
    if (is_native_list(sequence.kind)) return types::item_of_numbers(sequence);
    if (!sequence.is(TypeKind::NDArray)) return Fact::any();
    const std::optional<TypeKind> scalar = scalar_kind(ArrayDetail::unpack(sequence.detail).element);
    return scalar ? Fact::of(*scalar) : Fact::any();
}

Fact Inferrer::element_of(const Iteration& iterated, size_t index) {
    const ConstantInts* ints = iterated.ints[index];
    return ints != nullptr ? int_fact(*ints, 0) : element_of(iterated.sequences[index]);
}

// Of a column of constants.
Fact Inferrer::int_fact(const ConstantInts& ints, size_t column) {
    Fact made = Fact::natural();
    for (size_t i = column; i < ints.values.size(); i += std::max<size_t>(ints.width, 1))
        made.nonneg = made.nonneg && ints.values[i] >= 0;
    return made;
}

// Of what enumerate and zip give together.
Fact Inferrer::stepped_item_fact(ValueId tuple, size_t index) const {
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

Fact Inferrer::item_fact(const Instr& instr) const {
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

// Nulls, and params to which nothing else is passed, be it in a circle.
void Inferrer::find_only_null() {
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

// Iterators over sequences that nothing but their loops sees: the sequences and an index.
void Inferrer::choose_sequence_iterators() {
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

void Inferrer::choose_stepped_tuples(ValueId item) {
    for (const Use& named : uses_[item]) {
        if (named.instr->op != Op::GuardType) continue;
        for (const Use& use : uses_[named.instr->result])
            if (use.instr->op == Op::UnpackSequence) out_.as_parts[use.instr->result] = true;
    }
}

std::vector<bool> Inferrer::iterators_by_parts() const {
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
bool Inferrer::refuse_iterators() {
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
Iteration Inferrer::iteration_of(ValueId value) const {
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

Iteration Inferrer::iteration_called(const Instr& call) const {
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
bool Inferrer::iterated_at_once(const Instr& call) const {
    const Instr* loop = nullptr;
    for (const Use& use : uses_[call.result]) {
        if (use.param != no_id) return false;
        if (use.instr->op == Op::Keep) continue;
        if (use.instr->op != Op::GetIter || loop != nullptr) return false;
        loop = use.instr;
    }
    const StateValue named{StateValue::Kind::Value, call.result};
    const bool is_local = std::ranges::any_of(f_.frame_states, [&](const FrameState& state) {
        const auto has_it = [&](const std::vector<StateValue>& values) {
            return std::ranges::find(values, named) != values.end();
        };
        const auto holds_it = [&](const VirtualObject& generator) {
            const auto temporaries = static_cast<std::ptrdiff_t>(generator.place.temporaries.size());
            return std::find(generator.parts.begin(), generator.parts.end() - temporaries, named) !=
                   generator.parts.end() - temporaries;
        };
        return has_it(state.slots) || std::ranges::any_of(state.virtuals, holds_it);
    });
    if (loop == nullptr || is_local) return false;
    return std::ranges::any_of(f_.blocks, [&](const Block& block) {
        auto is_here = [&](ValueId value) {
            return std::ranges::find(block.instrs, f_.value(value).def) != block.instrs.end();
        };
        return is_here(call.result) && is_here(loop->result);
    });
}

Iteration Inferrer::iteration_over(Iteration::Kind kind, const std::vector<ValueId>& sequences) const {
    Iteration made{.kind = kind};
    for (ValueId value : sequences) {
        const Fact sequence = fact(value);
        if (sequence.kind == TypeKind::Bottom && !sequence.nullable) return {};
        if (!has_elements(sequence)) return Iteration::other();
        made.sequences.push_back(sequence);
        const ConstantInts* ints = ints_of(value);
        made.ints.push_back(ints != nullptr && (ints->width == 0 || kind == Iteration::Kind::Rows) ? ints : nullptr);
    }
    return made;
}

const ConstantInts* Inferrer::ints_of(ValueId value) const {
    const InstrId def = f_.value(value).def;
    if (def == no_id || f_.instr(def).op != Op::Const) return nullptr;
    const auto found =
        std::ranges::find(request_.tuples, static_cast<uint32_t>(f_.instr(def).imm), &ConstantInts::constant);
    return found == request_.tuples.end() ? nullptr : &*found;
}

bool Inferrer::has_elements(Fact sequence) {
    if (sequence.nullable) return false;
    if (sequence.is(TypeKind::NDArray))
        return ArrayDetail::unpack(sequence.detail).rank == 1 && element_of(sequence).known();
    return is_native_list(sequence.kind) || sequence.is(TypeKind::List) || sequence.is(TypeKind::Tuple) ||
           sequence.is(TypeKind::Str) || types::is_bytes(sequence.kind);
}

Iteration Inferrer::join_iterations(const Iteration& a, const Iteration& b) {
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

bool Inferrer::sequence_parts_stay(ValueId value, const std::vector<bool>& chosen) const {
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

bool Inferrer::steps_by_parts(const Instr& step) const {
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
bool Inferrer::only_unpacked(ValueId tuple, size_t count) const {
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
bool Inferrer::only_stepped_to(ValueId item) const {
    return std::ranges::all_of(uses_[item], [](const Use& use) {
        return use.param == no_id && (use.instr->op == Op::BranchNull || use.instr->op == Op::GuardType);
    });
}

}  // namespace aipy::opt
