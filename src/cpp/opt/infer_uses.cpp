// Inference: what values are used for, and what never ran.
#include <algorithm>

#include "opt/call_targets.h"
#include "opt/complex_numbers.h"
#include "opt/inferrer.h"
#include "opt/quiet_lookups.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

bool Inferrer::worth_a_guard(ir::Type type) const {
    const FunctionFact* function = function_fact(Fact::of(type), out_);
    return worth_a_guard(type.kind) || (function != nullptr && !function->is_passed);
}

bool Inferrer::worth_a_guard(TypeKind kind) {
    return (types::is_unboxable(kind) && !types::is_tagged(kind)) || kind == TypeKind::List ||
           kind == TypeKind::Tuple || kind == TypeKind::NDArray || kind == TypeKind::Str || kind == TypeKind::Dict ||
           kind == TypeKind::Complex || types::is_bytes(kind);
}

bool Inferrer::has_typed_use(ValueId value) const {
    return std::ranges::any_of(uses_[value],
                               [&](const Use& use) { return use.param != no_id || is_typed_use(use, value); });
}

bool Inferrer::is_typed_use(const Use& use, ValueId value) const {
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
            if (use.instr->op == Op::Call && is_known_callable(use.instr->operands[0])) return true;
            return callee_of(*use.instr, out_) != KnownCallable::None || native_call(*use.instr, f_, out_);
        default: return false;
    }
}

// Whatever keywords it is called with.
bool Inferrer::is_known_callable(ValueId callee) const {
    const GlobalFact* known = out_.known[callee];
    return known != nullptr && known->callable != KnownCallable::None;
}

// Nothing but its truth is used.
bool Inferrer::only_tested(ValueId value) const {
    return std::ranges::all_of(uses_[value], [](const Use& use) {
        return use.param == no_id && (use.instr->op == Op::Truth || use.instr->op == Op::Keep);
    });
}

// Facts are not known yet: what the op or the profile says about an argument of range.
bool Inferrer::argument_may_be_int(ValueId value) const {
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

bool Inferrer::storable(Fact container, Fact value) {
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
bool Inferrer::storable_as_float(ElementType element, TypeKind kind) {
    const TypeKind own = types::is_tagged(kind) ? types::tagged_kind(kind) : kind;
    const bool wide = own == TypeKind::NumpyI64 || own == TypeKind::NumpyU64;
    return types::is_unboxable(kind) && kind != TypeKind::Number && !(wide && element == ElementType::F32);
}

// A body of native calls may leave anywhere, and may run no foreign code at all. But where it left, what it calls does
// not find its callers' locals: a call that never ran (of a debugger, a logger) stays a reason against the body.
bool Inferrer::may_end_where_unseen() const {
    return request_.native_body && std::ranges::none_of(f_.instrs, [&](const Instr& instr) {
               const bool calls = instr.op == Op::Call || instr.op == Op::CallMethod || instr.op == Op::CallLoaded ||
                                  instr.op == Op::CallEx;
               return calls && never_ran(instr) && !out_.native[instr.result];
           });
}

bool Inferrer::never_ran(const Instr& instr) const {
    const ValueId generic = promoted_.generic[instr.result];
    return generic != no_id && generic < request_.feedback.size() && !request_.feedback[generic].seen();
}

void Inferrer::find_unseen() {
    if (request_.generic_only || !request_.watched) return;
    ends_where_unseen_ = may_end_where_unseen();
    for (const Block& block : f_.blocks)
        for (InstrId id : block.instrs)
            if (is_unseen(f_.instr(id))) out_.unseen.push_back(f_.instr(id).origin);
}

// Where no frame of it shows, no code may run.
bool Inferrer::is_of_generator(const Instr& instr) const {
    return request_.outer != nullptr && instr.origin >= request_.outer->instrs.size();
}

// It was cut before, and still nothing is known.
bool Inferrer::left_often(const Instr& instr) const {
    return instr.origin < request_.leaves.size() && request_.leaves[instr.origin] >= request_.max_failures;
}

bool Inferrer::is_unseen(const Instr& instr) const {
    if (instr.result == no_id || !info(instr.op).runs_foreign_code() || failed(instr) || left_often(instr))
        return false;
    if (types::fixed_result(instr.op).nullable) return false;  // null is not seen either
    if (!never_ran(instr)) return false;
    return fact(instr.result).kind == TypeKind::Any && out_.known[instr.result] == nullptr &&
           (ends_where_unseen_ || is_of_generator(instr) || reaches_typed_use(instr.result));
}

bool Inferrer::reaches_typed_use(ValueId value) const {
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

bool Inferrer::only_items(ValueId value) const {
    return std::all_of(uses_[value].begin(), uses_[value].end(), [](const Use& use) {
        return use.param == no_id && (use.instr->op == Op::TupleItem || use.instr->op == Op::Keep);
    });
}

}  // namespace aipy::opt
