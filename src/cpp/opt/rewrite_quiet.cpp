// Look-ups that run no Python code take the place of generic ones (quiet_lookups.h).
#include <algorithm>
#include <cmath>

#include "ir/quiet_methods.h"
#include "opt/number_methods.h"
#include "opt/quiet_lookups.h"
#include "opt/rewriter.h"
#include "support/check.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

static bool is_sequence(Fact fact) {
    return (fact.kind == TypeKind::List || fact.kind == TypeKind::Tuple) && !fact.nullable;
}

// What the op itself says of its result, or what the profile says, checked behind it.
void Rewriter::finish_quiet(const Instr& instr, Op op, Fact made, std::vector<ValueId> operands, int64_t imm) {
    const Type type = made.known() ? Type::boxed(made.kind) : Type::any();
    finish_object(instr, emit_typed(op, type, std::move(operands), imm), instr.after);
}

void Rewriter::finish_answer(const Instr& instr, ValueId answer) {
    finish_number(instr, TypeKind::Bool,
                  emit(Op::ICmp, {answer, const_i64(0)}, static_cast<int64_t>(CompareOp::NotEqual)));
}

bool Rewriter::rewrite_quiet_subscript(const Instr& instr) {
    const std::optional<Op> op = quiet_subscript(fact(instr.operands[0]), fact(instr.operands[1]));
    if (!op || !typed_allowed(instr)) return false;
    const ValueId container = object(instr.operands[0]);
    if (const InstrId built = p_.value(instr.operands[1]).def;
        *op == Op::StrSlice && built != no_id && p_.instr(built).op == Op::BuildSlice &&
        kind(p_.instr(built).operands[2]) == TypeKind::NoneType) {
        std::vector<ValueId> operands{container};
        for (ValueId part : p_.instr(built).operands) operands.push_back(object(part));
        finish_quiet(instr, Op::CallQuiet, Fact::of(TypeKind::Str), std::move(operands), quiet_str_slice);
        return true;
    }
    const ValueId index = *op == Op::StrItem ? number(instr.operands[1], Rep::I64) : object(instr.operands[1]);
    finish_quiet(instr, *op, *op == Op::DictItem ? Fact::any() : Fact::of(TypeKind::Str), {container, index});
    return true;
}

bool Rewriter::rewrite_quiet_store(const Instr& instr) {
    const std::optional<Op> op = quiet_subscript(fact(instr.operands[0]), fact(instr.operands[1]));
    if (op != Op::DictItem || !typed_allowed(instr)) return false;
    const ValueId dict = object(instr.operands[0]), key = object(instr.operands[1]), value = object(instr.operands[2]);
    emit(Op::DictStore, {dict, key, value});
    return true;
}

void Rewriter::rewrite_contains(const Instr& instr) {
    const std::optional<Op> op = quiet_contains(fact(instr.operands[0]), fact(instr.operands[1]));
    if (!op || !typed_allowed(instr)) return rewrite_generic(instr);
    finish_answer(instr, emit(*op, {object(instr.operands[0]), object(instr.operands[1])}));
}

// ---- iteration over lists and tuples --------------------------------------------------------------------------

void Rewriter::rewrite_object_iterator(const Instr& instr) {
    if (!is_sequence(fact(instr.operands[0])) || !typed_allowed(instr)) return rewrite_generic(instr);
    finish_quiet(instr, Op::SequenceIter, Fact::any(), {object(instr.operands[0])});
}

void Rewriter::rewrite_object_next(const Instr& instr) {
    if (!steps_through_sequence(instr) || !typed_allowed(instr)) return rewrite_generic(instr);
    hold_object(instr.result, emit(Op::SequenceNext, {object(instr.operands[0])}));
}

// By what the loop's iterator is made of, here, or as far as the profile tells where a running loop brings it.
bool Rewriter::steps_through_sequence(const Instr& step) const {
    const Function& generic = *request_.generic;
    if (step.origin == no_id) return false;
    const InstrId iterator = generic.value(generic.instr(step.origin).operands[0]).def;
    if (iterator == no_id || generic.instr(iterator).op != Op::GetIter) return false;
    const auto made = std::ranges::find_if(p_.instrs, [&](const Instr& instr) {
        return instr.op == Op::GetIter && instr.origin == iterator && instr.result != no_id;
    });
    if (made != p_.instrs.end() && is_sequence(fact(made->operands[0]))) return true;
    const ValueId container = generic.instr(iterator).operands[0];
    if (container >= request_.feedback.size()) return false;
    const ObservedTypes& seen = request_.feedback[container];
    return !seen.anything && !seen.types.empty() &&
           std::ranges::all_of(seen.types, [](Type type) { return is_sequence(Fact::of(type)); });
}

bool Rewriter::rewrite_builtin_method(const Instr& instr) {
    const std::optional<MethodCall> call = method_call(instr, p_);
    if (!call || !typed_allowed(instr)) return false;
    if (!fact(call->operands[0]).nullable && kind(call->operands[0]) == TypeKind::List) {
        if (*call->name == "append" && call->operands.size() == 2) return rewrite_append(instr, *call);
        if (*call->name == "pop" && call->operands.size() == 1) {
            finish_object(instr, emit(Op::ListPop, {object(call->operands[0])}), instr.after);
            return true;
        }
    }
    return rewrite_conjugate(instr, *call) || rewrite_number_method(instr, *call) || rewrite_quiet_method(instr, *call);
}

std::vector<Fact> Rewriter::facts_of(const MethodCall& call) const {
    std::vector<Fact> facts;
    for (ValueId operand : call.operands) facts.push_back(fact(operand));
    return facts;
}

bool Rewriter::rewrite_number_method(const Instr& instr, const MethodCall& call) {
    const std::optional<NumberMethod> method = number_method(*call.name, facts_of(call));
    if (!method || inference_.guarded[instr.result]) return false;
    const ValueId value = call.operands.front();
    auto compare = [&](Op op, CompareOp how, ValueId a, ValueId b) {
        return emit(op, {a, b}, static_cast<int64_t>(how));
    };
    auto result = [&] {
        switch (*method) {
            case NumberMethod::BitLength: return emit(Op::IBitLength, {number(value, Rep::I64)});
            case NumberMethod::BitCount: return emit(Op::IBitCount, {number(value, Rep::I64)});
            case NumberMethod::IsInteger: {
                const ValueId real = number(value, Rep::F64);
                const ValueId finite = compare(Op::FCmp, CompareOp::Less, emit(Op::FAbs, {real}), const_f64(HUGE_VAL));
                const ValueId whole = compare(Op::FCmp, CompareOp::Equal, emit(Op::FFloor, {real}), real);
                return emit(Op::BSelect, {finite, whole, const_bit(false)});
            }
        }
        AIPY_UNREACHABLE();
    };
    finish_number(instr, result_of(*method).kind, result());
    note(instr, "method of a number, in registers");
    return true;
}

bool Rewriter::rewrite_append(const Instr& instr, const MethodCall& call) {
    Instr made{};
    made.op = Op::ListAppend;
    made.operands = {object(call.operands[0]), object(call.operands[1])};
    if (instr.error.exists()) made.error = map_edge(instr.error, 1);
    made.span = instr.span;
    made.origin = instr.origin;
    made.before = map_state(before_);
    InstrId id = s_.append(block_, std::move(made), Type::none());
    hold_constant(instr.result, none_constant());
    s_.instr(id).after = map_state(instr.after);
    return true;
}

bool Rewriter::rewrite_quiet_method(const Instr& instr, const MethodCall& call) {
    const std::optional<QuietMethod> method = quiet_method(*call.name, facts_of(call));
    if (!method) return false;
    std::vector<ValueId> operands;
    for (ValueId operand : call.operands) operands.push_back(object(operand));
    if (method->op == Op::DictGet && operands.size() == 2)
        operands.push_back(emit_typed(Op::Const, Type::boxed(TypeKind::NoneType), {}, none_constant()));
    finish_quiet(instr, method->op, method->result, std::move(operands), method->row);
    note(instr, "method of a builtin class, called without Python code in between");
    return true;
}

// Known calls of objects; the others are numbers' (known_call_result).
bool Rewriter::rewrite_quiet_call(const Instr& instr, KnownCallable callee) {
    const ValueId first = instr.operands[1];
    switch (callee) {
        case KnownCallable::IsInstance:
            finish_answer(instr, emit(Op::IsInstance, {object(first), object(instr.operands[2])}));
            return true;
        case KnownCallable::Complex: {
            const ValueId real = number(first, Rep::F64);
            hold_complex(instr.result,
                         {real, instr.operands.size() > 2 ? number(instr.operands[2], Rep::F64) : const_f64(0)});
            return true;
        }
        case KnownCallable::Ord: finish_number(instr, TypeKind::Int, emit(Op::StrOrd, {object(first)})); return true;
        case KnownCallable::Str:
            finish_quiet(instr, Op::StrOfInt, Fact::of(TypeKind::Str), {object(first)});
            return true;
        case KnownCallable::Int:
            if (kind(first) != TypeKind::Str) return false;
            finish_quiet(instr, Op::IntOfStr, Fact::of(TypeKind::Int), {object(first)});
            return true;
        default: return false;
    }
}

uint32_t Rewriter::none_constant() {
    auto none = std::ranges::find_if(s_.constants,
                                     [](const Constant& constant) { return constant.type.kind == TypeKind::NoneType; });
    if (none == s_.constants.end()) {
        Constant made{};
        made.type = Type::boxed(TypeKind::NoneType);
        made.handle = no_id;
        return s_.add_constant(std::move(made));
    }
    return static_cast<uint32_t>(none - s_.constants.begin());
}

}  // namespace aipy::opt
