// Typed forms of calls, and what comes from the body that is called.
#include <algorithm>
#include <limits>

#include "opt/known_calls.h"
#include "opt/rewriter.h"
#include "support/check.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

void Rewriter::rewrite_call(const Instr& instr) {
    if (rewrite_array_operation(instr) || rewrite_reduction(instr) || rewrite_ufunc(instr)) return;
    if (inference_.iterations[instr.result].known()) return rewrite_iterable(instr);
    if (inference_.as_parts[instr.result] && !inference_.parts.contains(instr.result)) return rewrite_range(instr);
    if (is_self_call(instr, promoted_, inference_)) return rewrite_self_call(instr);
    if (!rewrite_known_call(instr) && !rewrite_native_call(instr)) rewrite_generic(instr);
}

bool Rewriter::rewrite_known_call(const Instr& instr) {
    const GlobalFact* callee = callee_fact(instr, inference_);
    if (callee == nullptr || !typed_allowed(instr)) return false;
    // What inference did not type stays a call.
    if (inference_.guarded[instr.result] || !fact(instr.result).known()) return false;
    const KnownCall* row = known_call(callee->callable);
    if (row == nullptr) return false;
    if (rewrite_quiet_call(instr, callee->callable)) {
        if (instr.op == Op::CallMethod) result_.assumptions.push_back({callee->load});
        return true;
    }
    auto result = [&]() -> Number {
        switch (row->form) {
            case KnownForm::Own: return known_call_result(instr, callee->callable);
            case KnownForm::Libm: return libm_call(instr, *row);
            case KnownForm::Scalar: return scalar_of(instr.operands[1], scalar_class(callee->callable));
        }
        AIPY_UNREACHABLE();
    };
    const Number made = result();
    finish_number(instr, kind(instr.result), made.value);
    held(instr.result).tag = made.tag;
    // An attribute of a module is looked up by the call itself.
    if (instr.op == Op::CallMethod) result_.assumptions.push_back({callee->load});
    return true;
}

// A number as a scalar of NumPy's. What that class does not hold leaves: NumPy wraps, warns or raises.
ValueId Rewriter::scalar_of(ValueId value, TypeKind made) {
    const ElementType element = *scalar_element(made);
    const Rep from = natural_rep(kind(value));
    if (element == ElementType::Bool) return truth_of(value);
    if (element == ElementType::F64) return number(value, Rep::F64);
    if (element == ElementType::F32) {
        // An int is rounded once, or twice where it is a Python int, unless a double holds it.
        const ValueId wide =
            from == Rep::I64 ? emit(Op::IToFExact, {number(value, Rep::I64)}) : number(value, Rep::F64);
        return rounded_to_f32(wide);
    }
    const ValueId whole = from == Rep::F64 ? emit(Op::FToI, {number(value, Rep::F64)}) : number(value, Rep::I64);
    if (element != ElementType::I64) emit(Op::GuardElement, {whole}, static_cast<int64_t>(element));
    return whole;
}

ValueId Rewriter::libm_call(const Instr& instr, const KnownCall& row) {
    std::vector<ValueId> arguments;
    for (size_t i = 1; i < instr.operands.size(); ++i) arguments.push_back(number(instr.operands[i], Rep::F64));
    return emit_libm(row.name, std::move(arguments));
}

ValueId Rewriter::emit_libm(const char* function, std::vector<ValueId> arguments) {
    const Op op = arguments.size() == 1 ? Op::FLibm : Op::FLibm2;
    return emit(op, std::move(arguments), text_constant(function));
}

Rewriter::Number Rewriter::known_call_result(const Instr& instr, KnownCallable callee) {
    const ValueId first = instr.operands[1];
    const Rep rep = natural_rep(kind(first));
    const auto not_equal = static_cast<int64_t>(CompareOp::NotEqual);
    auto floating = [&] { return number(first, Rep::F64); };
    auto rounded = [&](Op op) {
        return rep == Rep::F64 ? emit(Op::FToI, {emit(op, {floating()})}) : number(first, Rep::I64);
    };
    auto magnitude_is = [&](CompareOp compare) {
        ValueId magnitude = emit(Op::FAbs, {floating()});
        return emit(Op::FCmp, {magnitude, const_f64(std::numeric_limits<double>::infinity())},
                    static_cast<int64_t>(compare));
    };
    switch (callee) {
        case KnownCallable::Sum: return number_of_list(first, NumbersResult::Sum);
        case KnownCallable::Len: return emit(length_op(kind(first)), {object(first)});
        case KnownCallable::Abs:
            if (kind(first) == TypeKind::Complex) return magnitude(complex_parts(first));
            return emit(rep == Rep::F64 ? Op::FAbs : Op::IAbs, {number(first, rep)});
        case KnownCallable::Min:
            if (is_number_list(kind(first))) return number_of_list(first, NumbersResult::Least);
            return least_of(instr, CompareOp::Less);
        case KnownCallable::Max:
            if (is_number_list(kind(first))) return number_of_list(first, NumbersResult::Greatest);
            return least_of(instr, CompareOp::Greater);
        case KnownCallable::Round: return rounded(Op::FRoundEven);
        case KnownCallable::MathFloor: return rounded(Op::FFloor);
        case KnownCallable::MathCeil: return rounded(Op::FCeil);
        case KnownCallable::MathTrunc:
        case KnownCallable::Int: return rep == Rep::F64 ? emit(Op::FToI, {floating()}) : number(first, Rep::I64);
        case KnownCallable::Bool: return truth_of(first);
        case KnownCallable::Float: return floating();
        case KnownCallable::MathSqrt: return emit(Op::FSqrt, {floating()});
        case KnownCallable::MathFabs: return emit(Op::FAbs, {floating()});
        case KnownCallable::MathIsNan: {
            ValueId value = floating();
            return emit(Op::FCmp, {value, value}, not_equal);
        }
        case KnownCallable::MathIsInf: return magnitude_is(CompareOp::Equal);
        case KnownCallable::MathIsFinite: return magnitude_is(CompareOp::Less);
        default: AIPY_UNREACHABLE();  // known_call_fact gives no other a known result
    }
}

// Python's min and max of several: the first of those that none beats.
Rewriter::Number Rewriter::least_of(const Instr& instr, CompareOp beats) {
    const TypeKind made = kind(instr.result);
    const bool floats = natural_rep(made) == Rep::F64, tagged = types::is_tagged(made);
    const Op op = beats == CompareOp::Less ? (floats ? Op::FMin : Op::IMin) : (floats ? Op::FMax : Op::IMax);
    // An int that may be the result goes back to an int.
    auto operand = [&](size_t i) {
        const ValueId value = instr.operands[i];
        const bool exact = tagged && floats && natural_rep(kind(value)) != Rep::F64;
        return exact ? emit(Op::IToFExact, {number(value, Rep::I64)}) : number(value, natural_rep(made));
    };
    Number least{operand(1), tagged ? tag_of(instr.operands[1], made) : no_id};
    for (size_t i = 2; i < instr.operands.size(); ++i) {
        const ValueId other = operand(i);
        if (tagged) {
            const Op compare = floats ? Op::FCmp : Op::ICmp;
            const ValueId better = emit(compare, {other, least.value}, static_cast<int64_t>(beats));
            least.tag = emit(Op::BSelect, {better, tag_of(instr.operands[i], made), least.tag});
        }
        least.value = emit(op, {least.value, other});
    }
    // What an exit boxes it as.
    if (tagged) least.value = emit_typed(floats ? Op::RetypeF64 : Op::RetypeI64, Type::unboxed(made), {least.value});
    return least;
}

void Rewriter::rewrite_call_method(const Instr& instr) {
    if (is_self_call(instr, promoted_, inference_)) return rewrite_self_call(instr);
    if (rewrite_array_operation(instr) || rewrite_reduction(instr) || rewrite_ufunc(instr)) return;
    if (inference_.as_parts[instr.result] && !inference_.parts.contains(instr.result)) {
        result_.assumptions.push_back({callee_fact(instr, inference_)->load});
        return rewrite_range(instr);
    }
    if (!rewrite_known_call(instr) && !rewrite_native_call(instr) && !rewrite_builtin_method(instr))
        rewrite_generic(instr);
}

void Rewriter::rewrite_range(const Instr& instr) {
    size_t count = instr.operands.size() - 1;
    Held made;
    made.form = Held::Form::Range;
    made.kind = TypeKind::Range;
    if (const Held& range = held(instr.operands[1]); range.form == Held::Form::Range) {
        const ValueId one = const_i64(1), first = range.range[0], stop = range.range[1];
        made.range = {emit(Op::ISub, {stop, one}), emit(Op::ISub, {first, one}), const_i64(-1)};
        emit(Op::RangeCheck, {made.range[1], made.range[2]});
        held(instr.result) = std::move(made);
        return note(instr, "range counted down in registers");
    }
    // NumPy's ints become Python's.
    auto part = [&](size_t i) {
        const ValueId integer = number(instr.operands[i], Rep::I64);
        return types::is_python_int(s_.value(integer).type.kind) ? integer
                                                                 : emit_typed(Op::RetypeI64, Type::i64(), {integer});
    };
    made.range[0] = count == 1 ? const_i64(0) : part(1);
    made.range[1] = part(count == 1 ? 1 : 2);
    made.range[2] = count == 3 ? part(3) : const_i64(1);
    emit(Op::RangeCheck, {made.range[1], made.range[2]});
    held(instr.result) = std::move(made);
    note(instr, "range counted in registers");
}

void Rewriter::rewrite_self_call(const Instr& instr) {
    const std::vector<ValueId> passed = self_call_arguments(instr);
    std::vector<ValueId> arguments;
    for (size_t i = 0; i < passed.size(); ++i) {
        const TypeKind parameter = kind(p_.block(0).params[i]);
        arguments.push_back(types::is_unboxable(parameter) ? passed_number(passed[i], parameter) : object(passed[i]));
    }
    if (const MethodFact* method = method_fact(instr, inference_)) guard_method(method->targets[0], arguments[0]);
    pass_cells(instr, static_cast<uint32_t>(p_.block(0).params.size() - passed.size()), arguments);
    call_body(instr, Op::CallSelf, s_.return_type, std::move(arguments), 0);
    note(instr, "calls itself directly, arguments and result in registers");
}

ValueId Rewriter::default_argument(const GlobalFact& value) {
    switch (value.type.kind) {
        case TypeKind::Float: return const_f64(value.number);
        case TypeKind::Int: return const_i64(value.integer);
        case TypeKind::Bool: return const_bit(value.integer != 0);
        default: return emit_typed(Op::Const, value.type, {}, constant_index(value));
    }
}

// Of the free variables of the function that is called.
void Rewriter::pass_cells(const Instr& call, uint32_t count, std::vector<ValueId>& arguments) {
    if (count == 0) return;
    const ValueId function = object(call.operands[0]);
    for (uint32_t i = 0; i < count; ++i)
        arguments.push_back(emit_typed(Op::ClosureCell, Type::boxed(TypeKind::Cell), {function}, i));
}

bool Rewriter::rewrite_native_call(const Instr& instr) {
    const std::optional<NativeCall> call = native_call(instr, p_, inference_);
    if (!call || !typed_allowed(instr)) return false;
    if (!inference_.native[instr.result]) return note_why_not_native(instr, *call), false;
    std::vector<ValueId> arguments;
    for (size_t i = 0; i < call->arguments.size(); ++i) {
        const ValueId argument = call->arguments[i];
        if (argument == no_id) {
            arguments.push_back(default_argument(*call->defaults[i]));
            continue;
        }
        const TypeKind passed = kind(argument);
        arguments.push_back(types::is_unboxable(passed) ? passed_number(argument, passed) : object(argument));
    }
    pass_cells(instr, call->cells, arguments);
    const Fact given = fact(instr.result);
    const auto parts = inference_.parts.find(instr.result);
    const bool is_number = types::is_register_value(given.kind) && !inference_.guarded[instr.result];
    const bool known = given.known() && !inference_.guarded[instr.result];
    const bool by_parts = parts != inference_.parts.end();
    const Type listed = given_list(*call);
    const Type type = by_parts                      ? Type::unboxed(parts->second.front().kind)
                      : is_number                   ? Type::unboxed(given.kind)
                      : is_native_list(listed.kind) ? listed
                      : known                       ? given.boxed()
                                                    : Type::any();
    if (call->class_version != 0) return construct(instr, *call, std::move(arguments));
    if (call->callees.size() > 1) return call_which(instr, *call, type, std::move(arguments));
    if (call->method != nullptr && instr.op != Op::CallLoaded) guard_methods(*call->method, arguments[0]);
    const GlobalFact* global = callee_fact(instr, inference_);
    if (global != nullptr && global->owner_version != 0) guard_class_attribute(*global, object(instr.operands[0]));
    call_body(instr, Op::CallNative, type, std::move(arguments), call->callees[0]);
    if (instr.op == Op::CallMethod && global != nullptr) result_.assumptions.push_back({global->load});
    note(instr, "calls native code directly, arguments and result in registers");
    return true;
}

void Rewriter::note_why_not_native(const Instr& instr, const NativeCall& call) {
    for (uint32_t callee : call.callees) {
        const std::string reason = callees_.why_not(callee);
        if (!reason.empty()) return note(instr, "left a call of Python's: " + reason);
    }
}

bool Rewriter::call_which(const Instr& instr, const NativeCall& call, Type type, std::vector<ValueId> arguments) {
    const std::vector<ValueId> which = which_body(instr, call, arguments[0]);
    arguments.insert(arguments.begin(), which.begin(), which.end());
    call_body(instr, Op::CallWhich, type, std::move(arguments), pack_bodies(call.callees));
    note(instr, "calls native code directly, by the object's class");
    return true;
}

// The instance is the call's result; what its __init__ gives is None, and forgotten.
bool Rewriter::construct(const Instr& instr, const NativeCall& call, std::vector<ValueId> arguments) {
    const ValueId made = emit(Op::NewInstance, {object(instr.operands[0])}, call.class_version);
    arguments.insert(arguments.begin(), made);
    call_body(instr, Op::CallNative, Type::boxed(TypeKind::NoneType), std::move(arguments), call.callees[0], made);
    note(instr, "made without a call of its class, __init__ is native code called directly");
    return true;
}

// The class is as it was when the method was found there, and the instance has nothing that hides it.
void Rewriter::guard_method(const MethodFact::Target& target, ValueId owner) {
    emit(Op::GuardClass, {owner}, target.class_version);
    if (target.keys_version != 0) emit(Op::GuardKeys, {owner}, target.keys_version);
}

void Rewriter::guard_methods(const MethodFact& method, ValueId owner) {
    if (method.has_one_class())
        guard_method(method.targets[0], owner);
    else
        classes_of(method, bodies_of(method), owner);
}

// What call.which takes first. A method that was loaded before the arguments was chosen there.
std::vector<ValueId> Rewriter::which_body(const Instr& instr, const NativeCall& call, ValueId owner) {
    std::vector<ValueId> which = instr.op == Op::CallLoaded ? which_bodies_.at(instr.operands[0])
                                                            : classes_of(*call.method, call.callees, owner);
    which.pop_back();  // the last is what is left
    return which;
}

// Whether the owner's class is one in which that callee was found, by callee; leaves where it is none of the method's.
std::vector<ValueId> Rewriter::classes_of(const MethodFact& method, const std::vector<uint32_t>& callees,
                                          ValueId owner) {
    std::vector<ValueId> found(callees.size(), no_id);
    ValueId any = no_id;
    auto either = [&](ValueId a, ValueId b) { return a == no_id ? b : emit(Op::BOr, {a, b}); };
    for (const MethodFact::Target& target : method.targets) {
        ValueId is = emit(Op::ClassIs, {owner}, target.class_version);
        if (target.keys_version != 0) is = emit(Op::KeysAre, {owner, is}, target.keys_version);
        const auto callee = static_cast<size_t>(std::ranges::find(callees, target.callee) - callees.begin());
        found[callee] = either(found[callee], is);
        any = either(any, is);
    }
    emit(Op::GuardBit, {any});
    return found;
}

void Rewriter::rewrite_load_method(const Instr& instr) {
    const ValueId owner = object(instr.operands[0]);
    if (const GlobalFact* of_class = inference_.methods[instr.result]) {
        guard_class_attribute(*of_class, owner);
        return hold_object(instr.result, emit_typed(Op::ConstCounted, Type::any(), {}, constant_index(*of_class)));
    }
    const MethodFact* method = inference_.instance_methods[instr.result];
    if (method == nullptr) return rewrite_generic(instr);
    if (!method->has_one_class()) {
        which_bodies_[instr.result] = classes_of(*method, bodies_of(*method), owner);
        return hold_object(instr.result, look_in_cache(instr, Op::MethodFind));
    }
    guard_method(method->targets[0], owner);
    Instr made{};
    made.op = Op::MethodGet;
    made.operands = {owner};
    made.cache = instr.cache;
    made.span = instr.span;
    made.origin = instr.origin;
    InstrId id = s_.append(block_, std::move(made), Type::any());
    hold_object(instr.result, s_.instr(id).result);
}

// A method that was found in the class is called with the owner.
void Rewriter::rewrite_method_self(const Instr& instr) {
    const GlobalFact* of_class = inference_.methods[instr.result];
    if (of_class != nullptr && !of_class->binds_owner) {
        held(instr.result).form = Held::Form::Null;
        return;
    }
    if (of_class == nullptr && inference_.instance_methods[instr.result] == nullptr) return rewrite_generic(instr);
    held(instr.result) = held(instr.operands[0]);
}

void Rewriter::call_body(const Instr& instr, Op op, Type result, std::vector<ValueId> arguments, int64_t imm,
                         ValueId instead) {
    Instr made{};
    made.op = op;
    made.imm = imm;
    made.operands = std::move(arguments);
    if (instr.error.exists()) made.error = map_edge(instr.error, 1);
    made.span = instr.span;
    made.origin = instr.origin;
    made.before = map_state(before_);
    InstrId id = s_.append(block_, std::move(made), result);
    if (auto parts = inference_.parts.find(instr.result); parts != inference_.parts.end())
        return hold_parts(instr, id, parts->second);
    const ValueId given = instead != no_id ? instead : s_.instr(id).result;
    if (result.is_object())
        hold_object(instr.result, given);
    else
        hold_unboxed(instr.result, result.kind, given);
    s_.instr(id).after = map_state(instr.after);
    if (is_native_list(result.kind) && !is_native_list(kind(instr.result))) return take_given_list(instr, given);
    if (result.is_object()) finish_object(instr, given, instr.after);
}

// What a body gives that gives lists of numbers.
Type Rewriter::given_list(const NativeCall& call) const {
    return call.callees.size() == 1 ? callees_.returned_type(call.callees[0]) : Type::any();
}

// The call's own result is the first item. Where the call ends in the interpreter there is a tuple instead, which takes
// that value's place in the state behind it.
void Rewriter::hold_parts(const Instr& instr, InstrId call, const std::vector<Fact>& parts) {
    const ValueId first = s_.instr(call).result;
    hold_object(instr.result, first);
    s_.instr(call).after = map_state(instr.after);
    Held made{.form = Held::Form::Parts, .kind = TypeKind::Tuple};
    for (size_t i = 0; i < parts.size(); ++i) {
        const Type type = Type::unboxed(parts[i].kind);
        made.items.push_back(i == 0 ? first : emit_typed(Op::CallPart, type, {first}, static_cast<int64_t>(i)));
        s_.values[made.items.back()].natural = parts[i].nonneg && parts[i].is(TypeKind::Int);
    }
    held(instr.result) = made;
    if (inference_.as_parts[instr.result]) return;
    const FrameStateId saved = before_;
    before_ = instr.after;
    std::vector<ValueId> items;
    for (ValueId number : made.items) items.push_back(boxed_number(number));
    hold_object(instr.result, emit_typed(Op::BuildTuple, Type::boxed(TypeKind::Tuple), std::move(items)));
    before_ = saved;
}

ValueId Rewriter::boxed_number(ValueId number) {
    const TypeKind kind = s_.value(number).type.kind;
    const bool numpy = types::is_numpy_scalar(kind);
    Op op = Op::BoxI64;
    switch (natural_rep(kind)) {
        case Rep::I64: op = numpy ? Op::BoxNumpyI64 : kind == TypeKind::Word ? Op::BoxWord : Op::BoxI64; break;
        case Rep::F64: op = numpy ? Op::BoxNumpyF64 : Op::BoxF64; break;
        case Rep::Bit: op = numpy ? Op::BoxNumpyBool : Op::BoxBit; break;
        case Rep::Object:
        case Rep::None: AIPY_UNREACHABLE();
    }
    const bool names_kind = numpy && op != Op::BoxNumpyBool;
    return emit_typed(op, Type::boxed(kind), {number}, names_kind ? static_cast<int64_t>(kind) : 0);
}

}  // namespace aipy::opt
