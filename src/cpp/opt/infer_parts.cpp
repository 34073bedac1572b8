// Inference: ranges, tuples and rows that exist only as their parts.
#include <algorithm>

#include "opt/call_targets.h"
#include "opt/inferrer.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// Optimistic: every range call, its iterators and the params they flow through, until a use says no.
void Inferrer::choose_ranges() {
    if (request_.generic_only) return;
    for (const Block& block : f_.blocks)
        for (InstrId id : block.instrs) {
            const Instr& instr = f_.instr(id);
            if (instr.op == Op::Call || instr.op == Op::CallMethod) out_.as_parts[instr.result] = range_call(instr);
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

// A range iterator among the temporaries of a loop's entry; the entry's types name only those nobody else holds.
bool Inferrer::entry_range(ValueId value) const {
    uint32_t index = promoted_.entry_index[value];
    return promoted_.generic[value] != no_id && index < request_.entry_types.size() &&
           request_.entry_types[index].kind == TypeKind::RangeIter;
}

// reversed(range(start, stop)), gone through by the loop that begins behind it, is a range of its own.
bool Inferrer::reversed_range_call(const Instr& instr) const {
    if (instr.operands.size() != 2 || failed(instr) || !iterated_at_once(instr)) return false;
    const InstrId range = f_.value(instr.operands[1]).def;
    return range != no_id && f_.instr(range).op == Op::Call && f_.instr(range).operands.size() <= 3 &&
           !is_reversed(f_.instr(range)) && range_call(f_.instr(range));
}

bool Inferrer::range_call(const Instr& instr) const {
    if (is_reversed(instr)) return reversed_range_call(instr);
    const KnownCallable callee = callee_of(instr, out_);
    if (callee != KnownCallable::Range && callee != KnownCallable::Prange) return false;
    if (failed(instr) || blocked_.contains(instr.result)) return false;
    size_t count = instr.operands.size() - 1;
    if (count < 1 || count > 3) return false;
    for (size_t i = 1; i < instr.operands.size(); ++i)
        if (!argument_may_be_int(instr.operands[i])) return false;
    return true;
}

bool Inferrer::range_parts_stay(ValueId value) const {
    for (const Use& use : uses_[value]) {
        if (use.param != no_id) {
            if (!out_.as_parts[use.param]) return false;
            continue;
        }
        Op op = use.instr->op;
        if (op == Op::Keep) continue;
        if (op == Op::Call && is_reversed(*use.instr) && is_range_value(value) && out_.as_parts[use.instr->result])
            continue;
        if (op == Op::Call && number_lists_.contains(use.instr->result) && is_range_value(value)) continue;
        bool iterator = op == Op::IterNext || op == Op::IterState;
        if (op == Op::IterState && !out_.as_parts[use.instr->result]) return false;
        if (op == Op::GetIter && !out_.as_parts[use.instr->result]) return false;
        if (!iterator && op != Op::GetIter) return false;
        if (iterator == is_range_value(value)) return false;
    }
    return sources_are_parts(value);
}

bool Inferrer::is_range_value(ValueId value) const {
    InstrId def = f_.value(value).def;
    return def != no_id && (f_.instr(def).op == Op::Call || f_.instr(def).op == Op::CallMethod);
}

bool Inferrer::sources_are_parts(ValueId value) const {
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
    if (instr.op == Op::CallMethod) return true;
    return instr.op == Op::Call && (!is_reversed(instr) || out_.as_parts[instr.operands[1]]);
}

// After the fixpoint: tuples that are only taken apart, or index an array by integers.
void Inferrer::choose_tuples() {
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

// What native calls return in parts stays so where it is only taken apart; so do shapes of arrays.
void Inferrer::choose_returned_tuples() {
    for (const auto& [tuple, parts] : out_.parts) {
        out_.as_parts[tuple] = std::ranges::all_of(
            uses_[tuple], [&, count = parts.size()](const Use& use) { return takes_apart(tuple, count, use); });
        if (!out_.as_parts[tuple]) continue;
        for (const Use& use : uses_[tuple])
            if (use.instr->op == Op::UnpackSequence) out_.as_parts[use.instr->result] = true;
    }
}

bool Inferrer::takes_apart(ValueId tuple, size_t count, const Use& use) const {
    if (use.param != no_id) return false;
    const Instr& instr = *use.instr;
    if (instr.op == Op::UnpackSequence) return instr.imm == static_cast<int64_t>(count) && only_items(instr.result);
    const bool is_shape = f_.instr(f_.value(tuple).def).op == Op::LoadAttr;
    if (instr.op == Op::Subscript && is_shape)
        return instr.operands[0] == tuple && constant_place(instr.operands[1], count).has_value();
    return instr.op == Op::Keep;
}

// How many ints `a.shape` of an array consists of, where it is only taken apart into them; else 0.
size_t Inferrer::shape_in_parts(const Instr& instr) const {
    if (instr.op != Op::LoadAttr || request_.generic_only || failed(instr)) return 0;
    const Fact array = fact(instr.operands[0]);
    if (f_.constants[static_cast<size_t>(instr.imm)].text != "shape" || !array.is(TypeKind::NDArray)) return 0;
    const size_t axes = array.nullable || array.detail == 0 ? 0 : ArrayDetail::unpack(array.detail).rank;
    const bool in_parts =
        std::ranges::all_of(uses_[instr.result], [&](const Use& use) { return takes_apart(instr.result, axes, use); });
    return in_parts ? axes : 0;
}

// The item that a constant int names, of so many.
std::optional<size_t> Inferrer::constant_place(ValueId index, size_t count) const {
    const InstrId def = f_.value(index).def;
    if (def == no_id || f_.instr(def).op != Op::Const) return std::nullopt;
    const Constant& constant = f_.constants[static_cast<size_t>(f_.instr(def).imm)];
    const auto length = static_cast<int64_t>(count);
    if (constant.type.kind != TypeKind::Int || constant.integer < -length || constant.integer >= length)
        return std::nullopt;
    return static_cast<size_t>(constant.integer < 0 ? constant.integer + length : constant.integer);
}

bool Inferrer::item_of_shape(const Instr& subscript) const {
    const InstrId def = f_.value(subscript.operands[0]).def;
    return def != no_id && f_.instr(def).op == Op::LoadAttr && out_.parts.contains(subscript.operands[0]);
}

bool Inferrer::tuple_use_by_parts(const Instr& built, const Use& use) const {
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

// Rows of arrays that are there only to name an element: a[i][j]. Nothing that runs in between could change the
// array.
void Inferrer::choose_rows() {
    if (request_.generic_only) return;
    for (const Block& block : f_.blocks)
        for (size_t i = 0; i < block.instrs.size(); ++i) {
            const Instr& instr = f_.instr(block.instrs[i]);
            if (instr.op == Op::Subscript && is_row(instr) && names_elements(instr.result, block, i))
                out_.as_parts[instr.result] = true;
        }
}

bool Inferrer::is_row(const Instr& instr) const {
    const Fact container = fact(instr.operands[0]), row = fact(instr.result);
    if (container.kind != TypeKind::NDArray || row.kind != TypeKind::NDArray || row.nullable || failed(instr))
        return false;
    const ArrayDetail whole = ArrayDetail::unpack(container.detail), part = ArrayDetail::unpack(row.detail);
    const TypeKind index = fact(instr.operands[1]).kind;
    return types::is_index(index) && whole.rank >= 2 && part.rank + 1 == whole.rank && part.element == whole.element &&
           (!part.writeable || whole.writeable);
}

// Whether each use of the row made at `at` names an element of it, in its own block, with native code in between.
bool Inferrer::names_elements(ValueId row, const Block& block, size_t at) const {
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

bool Inferrer::names_element(const Instr& instr, ValueId row) const {
    if (instr.op != Op::Subscript && instr.op != Op::StoreSubscript) return false;
    if (std::ranges::count(instr.operands, row) != 1 || instr.operands[0] != row || failed(instr)) return false;
    if (!types::is_numpy_scalar(array_element(fact(row), instr.operands[1]).kind)) return false;
    return instr.op == Op::Subscript ? !out_.guarded[instr.result] : array_store_possible(fact(row), instr.operands[2]);
}

bool Inferrer::stays_native(const Instr& instr, ValueId row) const {
    if (instr.op == Op::Keep) {
        const Fact kept = fact(instr.operands[0]);
        return instr.operands[0] == row || out_.as_parts[instr.operands[0]] || !death_observable(kept.kind);
    }
    if (!info(instr.op).runs_foreign_code() || names_element(instr, row)) return true;
    if (instr.result == no_id) return false;
    return out_.known[instr.result] != nullptr || out_.as_parts[instr.result] ||
           (types::is_unboxable(fact(instr.result).kind) && !out_.guarded[instr.result]);
}

}  // namespace aipy::opt
