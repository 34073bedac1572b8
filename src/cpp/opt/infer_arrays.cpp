// Inference: operations on whole arrays, and which of them exist only as their parts (array_expressions.h).
#include <algorithm>

#include "opt/array_expressions.h"
#include "opt/array_reductions.h"
#include "opt/array_views.h"
#include "opt/call_targets.h"
#include "opt/inferrer.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// Of an operator that is one on whole arrays; nothing for every other.
std::optional<Fact> Inferrer::array_fact(const Instr& instr) const {
    const std::optional<ArrayOperationForm> form = array_operation(f_, instr, out_);
    if (!form) return std::nullopt;
    const bool warns = form->is_float() && !request_.ignores_underflow;
    if (array_failed(instr) || warns) return Fact::any();
    return form->into != no_id ? fact(form->into) : form->fact();
}

std::optional<Fact> Inferrer::reduction_fact(const Instr& instr) const {
    const std::optional<ArrayReductionForm> form = array_reduction(f_, instr, out_);
    if (!form) return std::nullopt;
    const bool warns = form->may_underflow() && !request_.ignores_underflow;
    return failed(instr) || warns ? Fact::any() : form->fact();
}

// What was seen of an array made by None in a key, and that it has axes of length 1 there.
Fact Inferrer::with_new_axes(const Instr& instr, Fact seen) const {
    if (!seen.is(TypeKind::NDArray)) return seen;
    ArrayDetail detail = ArrayDetail::unpack(seen.detail);
    const int axes = std::min<int>(detail.rank, ArrayDetail::most_units);
    detail.units = static_cast<uint8_t>(detail.units | (new_axes(f_, instr, out_.facts) & ((1 << axes) - 1)));
    seen.detail = detail.pack();
    return seen;
}

std::optional<Fact> Inferrer::ufunc_fact(const Instr& instr) const {
    const std::optional<ArrayUfuncForm> form = array_ufunc(f_, instr, out_);
    if (!form) return std::nullopt;
    return failed(instr) || !request_.ignores_underflow ? Fact::any() : form->fact();
}

bool Inferrer::is_ufunc(const Instr& instr) const {
    return instr.result != no_id && !out_.guarded[instr.result] && !failed(instr) && fact(instr.result).known() &&
           array_ufunc(f_, instr, out_).has_value();
}

// Whether its array may exist as its parts alone, but its result does not.
bool Inferrer::takes_expression(const Instr& instr) const {
    if (is_ufunc(instr)) return true;
    if (stores_where(instr, out_) || stores_slice(f_, instr, out_)) return !failed(instr);
    return is_reduction(instr) && !array_reduction(f_, instr, out_)->deviates;  // goes through it twice
}

bool Inferrer::is_reduction(const Instr& instr) const {
    return instr.result != no_id && !out_.guarded[instr.result] && !failed(instr) && fact(instr.result).known() &&
           array_reduction(f_, instr, out_).has_value();
}

// The operation is to stay with NumPy: what failed once is tried again with loops that look more carefully
// (Rewriter::begin_expression).
bool Inferrer::failed_carefully(const Instr& instr) const {
    return request_.generic_only || (instr.origin != no_id && instr.origin < request_.failures.size() &&
                                     request_.failures[instr.origin] >= 2 * request_.max_failures);
}

// A chain is left as one: what failed at its end is no reason to try each shorter one.
bool Inferrer::array_failed(const Instr& instr) const {
    if (failed_carefully(instr)) return true;
    const Instr* user = nullptr;
    for (const Use& use : uses_[instr.result]) {
        if (use.param == no_id && use.instr->op == Op::Keep) continue;
        if ((user != nullptr && user != use.instr) || use.param != no_id) return false;
        user = use.instr;
    }
    if (user == nullptr) return false;
    const bool is_call = user->op == Op::Call || user->op == Op::CallMethod;
    if (is_call && !array_operation(f_, *user, out_) && !array_reduction(f_, *user, out_) &&
        !array_ufunc(f_, *user, out_))
        return false;
    if (!is_call && user->op != Op::Binary && user->op != Op::Unary && user->op != Op::Compare) return false;
    return array_failed(*user);
}

// The array there is that takes the result of an operation on arrays; or no_id.
ValueId Inferrer::made_into(const Instr& instr) const {
    const std::optional<ArrayOperationForm> form = array_operation(f_, instr, out_);
    return form ? form->into : no_id;
}

bool Inferrer::is_array_operation(const Instr& instr) const {
    return instr.result != no_id && !out_.guarded[instr.result] && !array_failed(instr) &&
           fact(instr.result).is(TypeKind::NDArray) && array_operation(f_, instr, out_).has_value();
}

// From the end of a block: an operation is computed with the one that uses it only when that is computed at all.
void Inferrer::choose_expressions() {
    if (request_.generic_only) return;
    out_.used_again.assign(f_.values.size(), false);
    expression_ends_.clear();
    for (const Block& block : f_.blocks) {
        for (size_t at = block.instrs.size(); at-- > 0;) {
            const Instr& instr = f_.instr(block.instrs[at]);
            if (!is_array_operation(instr) || made_into(instr) != no_id) continue;
            const std::optional<size_t> last = chain_end(block, at);
            if (!last || !computed_later(block, at, *last)) continue;
            out_.as_parts[instr.result] = true;
            expression_ends_[instr.result] = *last;
        }
    }
    leave_single_updates();
    choose_views();
}

// An operation in place, alone, is left to NumPy: it goes over the array once. Into an array that is no operand so does
// the loop.
void Inferrer::leave_single_updates() {
    for (const Block& block : f_.blocks)
        for (InstrId id : block.instrs) {
            const Instr& instr = f_.instr(id);
            if (!is_array_operation(instr) || !array_operation(f_, instr, out_)->reads_into) continue;
            const bool has_parts =
                std::ranges::any_of(instr.operands, [&](ValueId operand) { return out_.as_parts[operand]; });
            if (!has_parts) out_.guarded[instr.result] = true;
        }
}

// Where the operation at `at` is computed: with all that use it. Nothing where it is used otherwise.
std::optional<size_t> Inferrer::chain_end(const Block& block, size_t at) {
    const ValueId value = f_.instr(block.instrs[at]).result;
    std::optional<size_t> end;
    size_t uses = 0;
    for (const Use& use : uses_[value]) {
        if (use.param != no_id) return std::nullopt;
        if (use.instr->op == Op::Keep) continue;
        const std::optional<size_t> own = end_of_use(block, at, *use.instr);
        if (!own || (end && *end != *own)) return std::nullopt;
        end = own;
        ++uses;
    }
    out_.used_again[value] = uses > 1;
    return end;
}

std::optional<size_t> Inferrer::end_of_use(const Block& block, size_t at, const Instr& user) const {
    const bool ends = takes_expression(user);
    if (!ends && !is_array_operation(user)) return std::nullopt;
    const ValueId value = f_.instr(block.instrs[at]).result;
    if (!ends && made_into(user) == value) return std::nullopt;
    if (user.op == Op::StoreSubscript) {
        const size_t taken = stores_where(user, out_) ? 1 : 2;
        for (size_t i = 0; i < user.operands.size(); ++i)
            if ((user.operands[i] == value) != (i == taken)) return std::nullopt;
    }
    if (!ends && out_.as_parts[user.result]) {
        const auto known = expression_ends_.find(user.result);
        return known == expression_ends_.end() ? std::nullopt : std::optional(known->second);
    }
    for (size_t i = at + 1; i < block.instrs.size(); ++i)
        if (&f_.instr(block.instrs[i]) == &user) return i;
    return std::nullopt;
}

// `a[key] += x` is a[key] = a[key] + x where nobody else has the view: what NumPy stores back then is there already.
void Inferrer::find_stored_back() {
    out_.stored_back.assign(f_.values.size(), no_id);
    if (request_.generic_only) return;
    for (InstrId id = 0; id < f_.instrs.size(); ++id) {
        const Instr& store = f_.instr(id);
        if (store.op != Op::StoreSubscript) continue;
        const InstrId made = f_.value(store.operands[2]).def;
        if (made == no_id || f_.instr(made).op != Op::Binary) continue;
        const InstrId taken = f_.value(f_.instr(made).operands[0]).def;
        if (taken == no_id || f_.instr(taken).op != Op::Subscript) continue;
        auto uses = [&](ValueId value) {
            return std::ranges::count_if(uses_[value], [](const Use& use) { return use.instr->op != Op::Keep; });
        };
        const std::vector<ValueId>& from = f_.instr(taken).operands;
        if (from[0] != store.operands[0] || from[1] != store.operands[1]) continue;
        if (uses(store.operands[2]) == 1 && uses(f_.instr(taken).result) == 1) out_.stored_back[store.operands[2]] = id;
    }
}

// Behind the choice of expressions: views that are only looked at in loops over whole arrays.
void Inferrer::choose_views() {
    std::vector<ValueId> keys;
    for (const Block& block : f_.blocks)
        for (size_t at = 0; at < block.instrs.size(); ++at) {
            const Instr& instr = f_.instr(block.instrs[at]);
            const bool stores = stores_slice(f_, instr, out_) && !failed(instr) && out_.as_parts[instr.operands[2]];
            if (stores) keys.push_back(instr.operands[1]);
            if (!is_looked_at(block, at)) continue;
            out_.as_parts[instr.result] = out_.looked_at[instr.result] = true;
            keys.push_back(instr.operands[1]);
        }
    for (ValueId key : keys) take_key_apart(key);
}

// Whether the subscript at `at` makes such a view. No foreign code may run before its last use.
bool Inferrer::is_looked_at(const Block& block, size_t at) const {
    const Instr& instr = f_.instr(block.instrs[at]);
    if (instr.op != Op::Subscript || failed(instr) || instr.error.exists() || out_.as_parts[instr.result]) return false;
    const Fact made = fact(instr.result);
    const std::optional<ArrayView> view = view_of(f_, instr, out_);
    if (!view || !made.is(TypeKind::NDArray) || made.nullable) return false;
    const ArrayDetail seen = ArrayDetail::unpack(made.detail);
    const ArrayDetail known = *detail_of_view(ArrayDetail::unpack(fact(instr.operands[0]).detail), *view);
    if (seen.rank != known.rank || seen.element != known.element || seen.units != known.units) return false;
    size_t left = 0, last = at;
    for (const Use& use : uses_[instr.result]) {
        if (use.param != no_id) return false;
        if (use.instr->op == Op::Keep) continue;
        if (!goes_over_view(*use.instr, instr.result)) return false;
        ++left;
    }
    for (size_t i = at + 1; i < block.instrs.size() && left > 0; ++i) {
        const Instr& user = f_.instr(block.instrs[i]);
        if (!runs_no_code(user)) return false;
        if (user.op == Op::Keep || std::ranges::count(user.operands, instr.result) == 0) continue;
        left -= static_cast<size_t>(std::ranges::count(user.operands, instr.result));
        // With what it is computed with.
        const auto end = user.result == no_id ? expression_ends_.end() : expression_ends_.find(user.result);
        last = std::max(last, end == expression_ends_.end() ? i : end->second);
    }
    if (left > 0 || last == at) return false;
    for (size_t i = at + 1; i < last; ++i)
        if (!runs_no_code(f_.instr(block.instrs[i]))) return false;
    return known_again(instr.result, block, at, last);
}

bool Inferrer::goes_over_view(const Instr& user, ValueId view) const {
    if (is_array_operation(user)) return made_into(user) != view && !array_operation(f_, user, out_)->is_difference;
    if (!is_reduction(user) || !takes_expression(user)) return false;
    const std::optional<ArrayReductionForm> form = array_reduction(f_, user, out_);
    return form->array == view && !form->axis && form->rank == 1;
}

bool Inferrer::runs_no_code(const Instr& instr) const {
    return does_nothing_else(instr) || is_array_operation(instr) || takes_expression(instr);
}

// Whether all frame states with the view stand where the array still has its shape: none behind foreign code.
bool Inferrer::known_again(ValueId view, const Block& block, size_t at, size_t last) const {
    size_t end = last + 1;
    while (end < block.instrs.size() && runs_no_code(f_.instr(block.instrs[end]))) ++end;
    for (const Block& other : f_.blocks)
        for (size_t i = 0; i < other.instrs.size(); ++i) {
            const Instr& instr = f_.instr(other.instrs[i]);
            const bool is_here = &other == &block && i >= at;
            if (!(is_here && i <= end) && state_has(instr.before, view)) return false;
            if (!(is_here && i < end) && state_has(instr.after, view)) return false;
        }
    return true;
}

// A key that only names views, and so its slices.
void Inferrer::take_key_apart(ValueId key) {
    auto only_names = [&](ValueId value) {
        return std::ranges::all_of(uses_[value], [&](const Use& use) { return takes_key(use); });
    };
    const InstrId def = f_.value(key).def;
    if (def == no_id || f_.instr(def).error.exists() || !only_names(key)) return;
    const Op op = f_.instr(def).op;
    if (op == Op::BuildTuple || op == Op::BuildSlice) out_.as_parts[key] = true;
    if (op != Op::BuildTuple) return;
    for (ValueId part : f_.instr(def).operands) {
        const InstrId made = f_.value(part).def;
        if (made == no_id || f_.instr(made).op != Op::BuildSlice || f_.instr(made).error.exists()) continue;
        const bool is_only_here = std::ranges::all_of(uses_[part], [&](const Use& use) {
            return use.param == no_id && (use.instr->op == Op::Keep || use.instr == &f_.instr(def));
        });
        out_.as_parts[part] = is_only_here;
    }
}

bool Inferrer::takes_key(const Use& use) const {
    if (use.param != no_id) return false;
    const Instr& instr = *use.instr;
    if (instr.op == Op::Keep) return true;
    if (instr.op == Op::Subscript) return out_.looked_at[instr.result];
    return instr.op == Op::StoreSubscript && stores_slice(f_, instr, out_) && !failed(instr) &&
           out_.as_parts[instr.operands[2]];
}

bool Inferrer::state_has(FrameStateId state, ValueId value) const {
    if (state == no_id) return false;
    const FrameState& known = f_.frame_states[state];
    auto is_it = [&](const StateValue& v) { return v.kind == StateValue::Kind::Value && v.index == value; };
    const auto has_it = [&](const VirtualObject& generator) { return std::ranges::any_of(generator.parts, is_it); };
    return std::ranges::any_of(known.slots, is_it) || std::ranges::any_of(known.virtuals, has_it) ||
           std::ranges::any_of(known.temporaries, is_it, &FrameState::Temporary::value);
}

// Whether all that runs between `at` and `last` may run again, and no frame state but theirs has the value.
bool Inferrer::computed_later(const Block& block, size_t at, size_t last) const {
    const std::vector<InstrId>& instrs = block.instrs;
    for (size_t i = at + 1; i < last; ++i)
        if (!does_nothing_else(f_.instr(instrs[i]))) return false;
    const ValueId value = f_.instr(instrs[at]).result;
    for (const Block& other : f_.blocks)
        for (size_t i = 0; i < other.instrs.size(); ++i) {
            const bool inside = &other == &block && i >= at && i <= last;
            const Instr& instr = f_.instr(other.instrs[i]);
            if (!inside && (state_has(instr.before, value) || state_has(instr.after, value))) return false;
        }
    return true;
}

// Beside its result, which is computed from what cannot have changed when it runs again.
bool Inferrer::does_nothing_else(const Instr& instr) const {
    if (is_array_operation(instr)) return made_into(instr) == no_id;
    if (is_reduction(instr) || is_ufunc(instr)) return true;
    switch (instr.op) {
        case Op::Const:
        case Op::Null:
        case Op::Keep: return true;
        case Op::CheckLocal: return fact(instr.operands[0]).known() && !fact(instr.operands[0]).nullable;
        case Op::LoadGlobal:
        case Op::LoadAttr: return out_.known[instr.result] != nullptr;
        case Op::BuildSlice:
        case Op::BuildTuple: return !instr.error.exists();
        case Op::CallMethod:
            if (out_.methods[instr.result] == nullptr) return false;
            [[fallthrough]];
        case Op::Call:
            if (callee_of(instr, out_) == KnownCallable::None || out_.native[instr.result]) return false;
            [[fallthrough]];
        case Op::Binary:
        case Op::Unary:
        case Op::Compare:
        case Op::Subscript:
            if (makes_view(f_, instr, out_)) return !failed(instr);
            return types::is_unboxable(fact(instr.result).kind) && !out_.guarded[instr.result] && !failed(instr);
        default: return false;
    }
}

}  // namespace aipy::opt
