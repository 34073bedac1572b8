// Inference: results of ops.
#include <algorithm>

#include "opt/call_targets.h"
#include "opt/complex_numbers.h"
#include "opt/inferrer.h"
#include "opt/known_calls.h"
#include "opt/number_methods.h"
#include "opt/quiet_lookups.h"
#include "opt/words.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

Fact Inferrer::typed_result(const Instr& instr) {
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
            if (const GlobalFact* of_class = out_.methods[instr.result])
                return of_class->binds_owner ? fact(instr.operands[0]) : Fact::null();
            return out_.instance_methods[instr.result] ? fact(instr.operands[0]) : types::fixed_result(instr.op);
        default: return types::fixed_result(instr.op);
    }
}

// What goes down ends below what it gave.
Fact Inferrer::range_fact(const Instr& call) const {
    Fact made = Fact::of(TypeKind::Range);
    if (is_reversed(call)) return made;
    made.nonneg = call.operands.size() == 2 || fact(call.operands[1]).nonneg;
    if (call.operands.size() == 4)
        made.nonneg = made.nonneg && constant_word(f_, out_.known, call.operands[3]).has_value();
    return made;
}

Fact Inferrer::not_null(Fact fact) {
    fact.nullable = false;
    return fact;
}

Fact Inferrer::value_fact(ir::Type type, int64_t integer) {
    return type.kind == TypeKind::Int && integer >= 0 ? Fact::natural() : Fact::of(type);
}

Fact Inferrer::known_fact(const Instr& instr) const {
    const GlobalFact* known = out_.known[instr.result];
    if (!known || types::is_numpy_scalar(known->type.kind)) return Fact::any();
    return value_fact(known->type, known->integer);
}

Fact Inferrer::attribute_fact(const Instr& instr) {
    const std::string& name = f_.constants[static_cast<size_t>(instr.imm)].text;
    if (is_complex(fact(instr.operands[0])) && is_part_of_complex(name) && !failed(instr))
        return Fact::of(TypeKind::Float);
    if (name == "shape" && !reached(instr)) return {};
    if (const size_t axes = shape_in_parts(instr); axes != 0) {
        out_.parts[instr.result] = std::vector<Fact>(axes, Fact::natural());
        return Fact::of(TypeKind::Tuple);
    }
    out_.parts.erase(instr.result);
    const std::optional<NativeCall> getter = native_call(instr, f_, out_);
    if (!getter) return known_fact(instr);
    return reached(instr) ? native_call_fact(instr, *getter) : Fact{};
}

bool Inferrer::reached(const Instr& instr) const {
    return std::all_of(instr.operands.begin(), instr.operands.end(), [&](ValueId operand) {
        return fact(operand).kind != TypeKind::Bottom || fact(operand).nullable;
    });
}

Fact Inferrer::binary_fact(const Instr& instr) {
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
    if (const std::optional<Fact> array = array_fact(instr)) return *array;
    if (const std::optional<Fact> computed = ufunc_fact(instr)) return *computed;
    auto typed = types::typed_binary(operation, left.kind, right.kind);
    if (!typed || failed(instr)) return Fact::any();
    if (typed->may_underflow && !request_.ignores_underflow) return Fact::any();
    Fact made = Fact::of(typed->result);
    made.nonneg = made.is(TypeKind::Int) &&
                  (types::stays_nonneg(operation, left, right) || is_square(instr) || is_natural_difference(instr));
    return made;
}

Fact Inferrer::unary_fact(const Instr& instr) const {
    if (!reached(instr)) return {};
    if (is_complex(fact(instr.operands[0])))
        return static_cast<Operator>(instr.imm) == Operator::Negative && !failed(instr) ? Fact::of(TypeKind::Complex)
                                                                                        : Fact::any();
    if (const std::optional<Fact> array = array_fact(instr)) return *array;
    auto typed = types::typed_unary(static_cast<Operator>(instr.imm), fact(instr.operands[0]).kind);
    return typed && !failed(instr) ? Fact::of(typed->result) : Fact::any();
}

Fact Inferrer::compare_fact(const Instr& instr) const {
    if (!reached(instr)) return {};
    if (types::compared_as_words(fact(instr.operands[0]), fact(instr.operands[1]), !failed(instr)))
        return Fact::of(TypeKind::Bool);
    if (compared_as_complex(static_cast<CompareOp>(instr.imm), fact(instr.operands[0]), fact(instr.operands[1])))
        return failed(instr) ? Fact::any() : Fact::of(TypeKind::Bool);
    if (const std::optional<Fact> array = array_fact(instr)) return *array;
    auto typed = types::typed_comparison(fact(instr.operands[0]).kind, fact(instr.operands[1]).kind);
    if (typed && typed->truth_only && !only_tested(instr.result)) return Fact::any();
    return typed && !failed(instr) ? Fact::of(typed->result) : Fact::any();
}

Fact Inferrer::call_fact(const Instr& instr) {
    if (out_.as_parts[instr.result]) return range_fact(instr);
    if (is_self_call(instr, promoted_, out_)) {
        if (!out_.returned_parts.empty()) out_.parts[instr.result] = out_.returned_parts;
        return out_.returned;
    }
    if (failed(instr)) return Fact::any();
    if (!reached(instr)) return {};
    if (const std::optional<Fact> array = array_fact(instr)) return *array;
    if (const std::optional<Fact> reduced = reduction_fact(instr)) return *reduced;
    if (const std::optional<Fact> computed = ufunc_fact(instr)) return *computed;
    if (const std::optional<NativeCall> call = native_call(instr, f_, out_)) return native_call_fact(instr, *call);
    const std::optional<MethodCall> call = method_call(instr, f_);
    if (call && out_.methods[instr.result] == nullptr) {
        if (is_native_list(fact(call->operands[0]).kind))
            return *call->name == "pop" ? types::item_of_numbers(fact(call->operands[0]))
                                        : Fact::of(TypeKind::NoneType);
        if (is_conjugate(*call->name, facts_of(call->operands))) return Fact::of(TypeKind::Complex);
        if (const auto method = number_method(*call->name, facts_of(call->operands))) return result_of(*method);
        const std::optional<QuietMethod> method = quiet_method(*call->name, facts_of(call->operands));
        return method ? method->result : Fact::any();
    }
    if (instr.op == Op::CallLoaded) return Fact::any();
    return known_call_fact(callee_of(instr, out_), facts_of({instr.operands.begin() + 1, instr.operands.end()}));
}

Fact Inferrer::native_call_fact(const Instr& instr, const NativeCall& call) {
    std::vector<Fact> arguments;
    for (size_t i = 0; i < call.arguments.size(); ++i)
        arguments.push_back(call.arguments[i] != no_id ? fact(call.arguments[i])
                                                       : value_fact(call.defaults[i]->type, call.defaults[i]->integer));
    const bool constructs = call.class_version != 0;
    if (constructs) arguments.insert(arguments.begin(), Fact::any());
    arguments.resize(arguments.size() + call.cells, Fact::of(TypeKind::Cell));
    const std::optional<Fact> made = result_of_any(call.callees, arguments);
    out_.native[instr.result] = made && (!constructs || made->is(TypeKind::NoneType));
    out_.parts.erase(instr.result);
    if (made && callees_.returns_parts(call.callees[0]))
        out_.parts[instr.result] = callees_.returned_parts(call.callees[0]);
    return constructs ? Fact::any() : given_list(instr, made.value_or(Fact::any()));
}

// What a call of one of the bodies gives; nothing where it cannot be native. Where they give values of several kinds it
// is an object.
std::optional<Fact> Inferrer::result_of_any(const std::vector<uint32_t>& callees, const std::vector<Fact>& arguments) {
    const auto is_list = [](Fact fact) { return fact.is(TypeKind::List); };
    const auto has_numbers = [](Fact fact) { return is_native_list(fact.kind); };
    passes_lists_ |= std::ranges::any_of(arguments, is_list);
    if (callees.size() > 1 && std::ranges::any_of(arguments, has_numbers)) return std::nullopt;
    std::optional<Fact> given;
    for (uint32_t callee : callees) {
        const std::optional<Fact> made = callees_.result(callee, arguments, lists_settled_);
        if (!made || (callees.size() > 1 && callees_.returns_parts(callee))) return std::nullopt;
        if (callees.size() > 1 && is_native_list(made->kind)) return std::nullopt;
        if (!given)
            given = made;
        else if (given->boxed() != made->boxed())
            given = Fact::any();
        else
            given->nonneg &= made->nonneg;
    }
    return given;
}

std::vector<Fact> Inferrer::facts_of(const std::vector<ValueId>& values) const {
    std::vector<Fact> facts;
    for (ValueId value : values) facts.push_back(fact(value));
    return facts;
}

Fact Inferrer::subscript_fact(const Instr& instr) const {
    if (!reached(instr)) return {};
    Fact container = fact(instr.operands[0]);
    if (item_of_shape(instr)) return Fact::natural();
    if (failed(instr)) return Fact::any();
    if (container.is(TypeKind::Str) && quiet_subscript(container, fact(instr.operands[1])))
        return Fact::of(TypeKind::Str);
    if (is_native_list(container.kind) && types::is_index(fact(instr.operands[1]).kind))
        return types::item_of_numbers(container);
    if (types::is_bytes(container.kind) && types::is_index(fact(instr.operands[1]).kind)) return Fact::natural();
    if (container.kind != TypeKind::NDArray) return Fact::any();
    return array_element(container, instr.operands[1]);
}

Fact Inferrer::array_element(Fact container, ValueId index) const {
    ArrayDetail detail = ArrayDetail::unpack(container.detail);
    if (index_count(index) != detail.rank) return Fact::any();
    const std::optional<TypeKind> scalar = scalar_kind(detail.element);
    return scalar ? Fact::of(*scalar) : Fact::any();
}

// How many integers an index consists of; 0 when it is something else.
size_t Inferrer::index_count(ValueId index) const {
    auto integral = [&](ValueId value) { return types::is_index(fact(value).kind); };
    if (integral(index)) return 1;
    InstrId def = f_.value(index).def;
    if (def == no_id || f_.instr(def).op != Op::BuildTuple) return 0;
    const std::vector<ValueId>& parts = f_.instr(def).operands;
    return std::all_of(parts.begin(), parts.end(), integral) ? parts.size() : 0;
}

}  // namespace aipy::opt
