// What becomes of each op: typed where the facts allow it, else the generic op on objects.
#include <algorithm>
#include <limits>

#include "opt/known_calls.h"
#include "opt/rewriter.h"
#include "opt/words.h"
#include "support/check.h"
#include "support/options.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

void Rewriter::note(const Instr& instr, std::string text) {
    if (instr.span.line > 0) result_.notes.push_back({instr.span.line, std::move(text)});
}

bool Rewriter::typed_allowed(const Instr& instr) const {
    return !request_.generic_only &&
           (instr.origin >= request_.failures.size() || request_.failures[instr.origin] < request_.max_failures);
}

// ---- generic ------------------------------------------------------------------------------------------------

void Rewriter::rewrite_generic(const Instr& instr) {
    const OpInfo& row = info(instr.op);
    Instr made{};
    made.op = instr.op;
    made.imm = instr.imm;
    made.imm2 = instr.imm2;
    made.cache = instr.cache;
    made.span = instr.span;
    made.origin = instr.origin;
    for (size_t i = 0; i < instr.operands.size(); ++i)
        made.operands.push_back(row.operand(i) == 'b' ? number(instr.operands[i], Rep::Bit)
                                                      : object(instr.operands[i]));
    for (const Edge& edge : instr.targets) made.targets.push_back(map_edge(edge, 0));
    bool left_out = instr.op == Op::Call && support::fault_is_planted("error_edge");
    if (instr.error.exists() && !left_out) made.error = map_edge(instr.error, 1);
    if (row.needs_frame_state()) made.before = map_state(before_);
    InstrId id = s_.append(block_, std::move(made), default_result_type(instr.op));
    ValueId result = s_.instr(id).result;
    if (row.result() == 'b')
        hold_unboxed(instr.result, TypeKind::Bool, result);
    else if (result != no_id)
        hold_object(instr.result, result);
    if (instr.after != no_id && row.needs_frame_state()) s_.instr(id).after = map_state(instr.after);
    if (result != no_id && row.result() != 'b') finish_object(instr, result, instr.after);
}

// What the profile says of a result makes it a number where it is made.
bool Rewriter::unboxed_at_once(ValueId value) const {
    const bool has_parts = kind(value) == TypeKind::Complex;
    return inference_.guarded[value] && (types::is_unboxable(kind(value)) || has_parts) &&
           !types::is_tagged(kind(value));
}

// The object is a function of that number.
void Rewriter::guard_function(ValueId function, uint32_t number) {
    const FunctionFact& known = *function_fact(Fact::of(TypeKind::Function, number), inference_);
    std::vector<ValueId> operands{function};
    for (uint32_t handle : {known.code, known.globals, known.builtins}) {
        GlobalFact object;
        object.handle = handle;
        operands.push_back(emit_typed(Op::Const, Type::any(), {}, constant_index(object)));
    }
    emit(Op::GuardFunction, std::move(operands));
}

// An object of which the profile says more: checked once, here, and unboxed where its kind has such a form.
void Rewriter::finish_object(const Instr& instr, ValueId object, FrameStateId after) {
    hold_object(instr.result, object);
    Fact known = fact(instr.result);
    if (!known.known() || known.nullable || types::is_tagged(known.kind) || after == no_id) return;
    if (!inference_.guarded[instr.result]) {
        // The op itself says what the object is.
        if (types::is_unboxable(known.kind))
            hold_unboxed(instr.result, known.kind, unbox_instead(instr.result, object, after));
        return;
    }
    FrameStateId saved = before_;
    before_ = after;
    ValueId guarded = object;
    if (!support::fault_is_planted("guard"))
        guarded = emit_typed(Op::GuardType, known.boxed(), {object}, encode_type(known.boxed()));
    if (types::is_unboxable(known.kind) || known.kind == TypeKind::Complex) {
        if (known.kind == TypeKind::Complex)
            hold_complex(instr.result, parts_instead(guarded));
        else
            hold_unboxed(instr.result, known.kind, unbox_instead(instr.result, guarded, after));
        // Where the object stays what it is, it need not be made again; lists and instances may drop what is only
        // looked at.
        InstrId def = s_.value(object).def;
        if (def == no_id ||
            (s_.instr(def).op != Op::ListPeek && s_.instr(def).op != Op::AttrPeek && s_.instr(def).op != Op::CellPeek))
            held(instr.result).boxes.push_back({promoted_block_, guarded});
    } else {
        hold_object(instr.result, guarded);
        if (known.is(TypeKind::Function)) guard_function(guarded, known.detail);
    }
    before_ = saved;
    note(instr, "seen to be " + std::string(type_kind_name(known.kind)) + ", checked once");
}

void Rewriter::finish_number(const Instr& instr, TypeKind kind, ValueId number) {
    hold_unboxed(instr.result, kind, number);
}

// ---- names --------------------------------------------------------------------------------------------------

// The new name of a value on the not-null edge: present from here on, and checked if the profile says what it is.
void Rewriter::rewrite_guard(const Instr& instr) {
    Held source = held(instr.operands[0]);
    if (source.form == Held::Form::Element) return load_elements(instr, source);
    source.present = no_id;
    held(instr.result) = source;
    if (source.form == Held::Form::Object) finish_object(instr, source.value, instr.before);
}

void Rewriter::rewrite_check_local(const Instr& instr) {
    const Held& value = held(instr.operands[0]);
    if (value.form == Held::Form::Unboxed || value.form == Held::Form::Complex) {
        if (value.present != no_id) emit(Op::GuardBit, {value.present});
        return;
    }
    bool bound = value.form != Held::Form::Null && !fact(instr.operands[0]).nullable;
    if (!bound) rewrite_generic(instr);
}

void Rewriter::rewrite_global(const Instr& instr) {
    const GlobalFact* known = inference_.known[instr.result];
    if (!known) return rewrite_generic(instr);
    hold_constant(instr.result, constant_index(*known));
    result_.assumptions.push_back({known->load});
}

// ---- attributes ---------------------------------------------------------------------------------------------

const AttributeFact* Rewriter::attribute_fact(const Instr& instr) const {
    if (!typed_allowed(instr)) return nullptr;
    auto found = std::ranges::find(request_.attributes, instr.origin, &AttributeFact::site);
    return found == request_.attributes.end() ? nullptr : &*found;
}

void Rewriter::rewrite_load_attribute(const Instr& instr) {
    if (rewrite_complex_part(instr) || rewrite_native_call(instr)) return;
    const AttributeFact* place = inference_.known[instr.result] == nullptr ? attribute_fact(instr) : nullptr;
    if (place == nullptr) return rewrite_global(instr);
    if (place->place == AttributePlace::Cached) {
        finish_object(instr, look_in_cache(instr, Op::AttrLoad), instr.after);
        return note(instr, "attribute of several classes, read without Python code in between");
    }
    const ValueId owner = object(instr.operands[0]);
    emit(Op::GuardClass, {owner}, place->class_version);
    const Op op = unboxed_at_once(instr.result) ? Op::AttrPeek : Op::AttrGet;
    finish_object(instr, emit(op, {owner}, static_cast<int64_t>(place->place), place->offset), instr.after);
    note(instr, "attribute read where it lies, its class checked");
}

// An op that finds the attribute by the site's cache.
ValueId Rewriter::look_in_cache(const Instr& instr, Op op) {
    Instr made{};
    made.op = op;
    for (ValueId operand : instr.operands) made.operands.push_back(object(operand));
    made.imm = instr.imm;
    made.cache = instr.cache;
    made.span = instr.span;
    made.origin = instr.origin;
    made.before = map_state(before_);
    return s_.instr(s_.append(block_, std::move(made), default_result_type(op))).result;
}

void Rewriter::rewrite_store_attribute(const Instr& instr) {
    const AttributeFact* place = attribute_fact(instr);
    if (place == nullptr) return rewrite_generic(instr);
    if (place->place == AttributePlace::Cached) {
        look_in_cache(instr, Op::AttrStore);
        return note(instr, "attribute of several classes, written without Python code in between");
    }
    store_attribute(instr, *place);
    note(instr, "attribute written where it lies, its class checked");
}

// Where it is one, others may see that it is the same object.
bool Rewriter::used_as_object_once(ValueId value) const {
    const auto takes_number = [](Op op) {
        return op == Op::Binary || op == Op::Unary || op == Op::Compare || op == Op::Truth || op == Op::Keep;
    };
    size_t uses = 0;
    for (const Instr& instr : p_.instrs)
        if (!takes_number(instr.op)) uses += static_cast<size_t>(std::ranges::count(instr.operands, value));
    return uses == 1;
}

// A number that is no object yet is written into the one that it replaces.
// A number that nobody else has yet may take the old number's place. Where a number or a str is stored there was one
// before, most likely, whose death nobody can notice.
Rewriter::StoreForm Rewriter::store_form(ValueId stored) const {
    const Held& value = held_[stored];
    const bool is_new = value.form == Held::Form::Unboxed && value.present == no_id && value.boxes.empty() &&
                        used_as_object_once(stored);
    const bool number = value.kind == TypeKind::Float || value.kind == TypeKind::Int;
    const bool silent = fact(stored).known() && !death_observable(kind(stored)) && kind(stored) != TypeKind::NoneType;
    return {is_new && number ? value.kind : TypeKind::Any, request_.native_body || silent};
}

void Rewriter::store_attribute(const Instr& instr, const AttributeFact& place) {
    Instr made{};
    const StoreForm form = store_form(instr.operands[1]);
    made.op = form.kind == TypeKind::Float ? Op::AttrSetF64
              : form.kind == TypeKind::Int ? Op::AttrSetI64
              : form.quiet                 ? Op::AttrSetQuiet
                                           : Op::AttrSet;
    const ValueId owner = object(instr.operands[0]);
    const ValueId stored = form.kind != TypeKind::Any ? held(instr.operands[1]).value : object(instr.operands[1]);
    emit(Op::GuardClass, {owner}, place.class_version);
    made.operands = {owner, stored};
    made.imm = static_cast<int64_t>(place.place);
    made.imm2 = place.offset;
    made.span = instr.span;
    made.origin = instr.origin;
    made.before = map_state(before_);
    if (made.op == Op::AttrSet) made.after = map_state(instr.after);
    s_.append(block_, std::move(made), Type::none());
}

void Rewriter::rewrite_load_cell(const Instr& instr) {
    if (!typed_allowed(instr)) return rewrite_generic(instr);
    const Op op = unboxed_at_once(instr.result) ? Op::CellPeek : Op::CellGet;
    finish_object(instr, emit(op, {object(instr.operands[0])}), instr.after);
}

void Rewriter::rewrite_store_cell(const Instr& instr) {
    if (!typed_allowed(instr) || !store_form(instr.operands[1]).quiet) return rewrite_generic(instr);
    emit(Op::StoreCellQuiet, {object(instr.operands[0]), object(instr.operands[1])});
}

// ---- operators ----------------------------------------------------------------------------------------------

// On words, or modulo 2**64; false when the operation is neither.
bool Rewriter::rewrite_word_operator(const Instr& instr) {
    // What only the profile knows of a result says nothing of the operation.
    if (request_.generic_only || inference_.guarded[instr.result]) return false;
    const TypeKind made = kind(instr.result), left = kind(instr.operands[0]), right = kind(instr.operands[1]);
    if (made != TypeKind::Word && left != TypeKind::Word && right != TypeKind::Word) return false;
    if (made != TypeKind::Word && made != TypeKind::Int) return false;
    const std::optional<Mask> mask = mask_of(p_, inference_.known, instr);
    const bool modular = inference_.modular[instr.result];
    ValueId result;
    if (!modular && mask && mask->bits)
        result = emit(Op::IAnd, {number(mask->operand, Rep::I64), const_i64(static_cast<int64_t>(*mask->bits))});
    else
        result = word_operation(instr, modular);
    finish_number(instr, made, result);
    return true;
}

ValueId Rewriter::word_operation(const Instr& instr, bool modular) {
    const ValueId a = instr.operands[0], b = instr.operands[1];
    auto bits = [&](ValueId value) { return number(value, Rep::I64); };
    auto word = [&](ValueId value) { return modular ? bits(value) : checked_word(value); };
    switch (plain_operator(static_cast<Operator>(instr.imm))) {
        case Operator::Add: return emit(Op::WAdd, {bits(a), bits(b)});
        case Operator::Subtract: return emit(Op::WSub, {bits(a), bits(b)});
        case Operator::Multiply: return emit(Op::WMul, {bits(a), bits(b)});
        case Operator::And: return emit(Op::IAnd, {bits(a), bits(b)});
        case Operator::Or: return emit(Op::IOr, {word(a), word(b)});
        case Operator::Xor: return emit(Op::IXor, {word(a), word(b)});
        case Operator::LeftShift: return word_shift(Op::WShl, bits(a), b);
        case Operator::RightShift: return word_shift(Op::WShr, word(a), b);
        case Operator::FloorDivide: return emit(Op::WDiv, {word(a), word_divisor(b)});
        case Operator::Remainder: return emit(Op::WMod, {word(a), word_divisor(b)});
        default: AIPY_UNREACHABLE();  // inference gives no other a known result
    }
}

// An int that is not known to be a word leaves when it is none.
ValueId Rewriter::checked_word(ValueId value) {
    const ValueId integer = number(value, Rep::I64);
    if (!fact(value).is_word()) guard_natural(integer);
    return integer;
}

ValueId Rewriter::word_shift(Op op, ValueId value, ValueId count) {
    const std::optional<uint64_t> constant = constant_word(p_, inference_.known, count);
    if (constant) return *constant < 64 ? emit(op, {value, const_i64(static_cast<int64_t>(*constant))}) : const_i64(0);
    const ValueId bits = number(count, Rep::I64);
    emit(Op::GuardBit, {emit(Op::WCmp, {bits, const_i64(64)}, static_cast<int64_t>(CompareOp::Less))});
    return emit(op, {value, bits});
}

ValueId Rewriter::word_divisor(ValueId value) {
    const ValueId divisor = checked_word(value);
    if (!constant_word(p_, inference_.known, value))
        emit(Op::GuardBit, {emit(Op::ICmp, {divisor, const_i64(0)}, static_cast<int64_t>(CompareOp::NotEqual))});
    return divisor;
}

void Rewriter::rewrite_binary(const Instr& instr) {
    if (rewrite_word_operator(instr) || rewrite_complex_operator(instr)) return;
    TypeKind left = kind(instr.operands[0]), right = kind(instr.operands[1]);
    auto typed = types::typed_binary(static_cast<Operator>(instr.imm), left, right);
    const bool observed = typed && typed->may_underflow && !request_.ignores_underflow;
    if (!typed || observed || !typed_allowed(instr)) {
        note(instr, "left generic: " + std::string(type_kind_name(left)) + " " +
                        std::string(operator_name(static_cast<Operator>(instr.imm))) + " " +
                        std::string(type_kind_name(right)));
        return rewrite_generic(instr);
    }
    if (typed->operands == Rep::Object) return rewrite_object_operator(instr, *typed);
    if (typed->check_floats)
        for (ValueId operand : instr.operands) check_float(operand);
    const ValueId tag = types::is_tagged(typed->result) ? either_tag(instr) : no_id;
    ValueId a = typed_operand(instr.operands[0], *typed, tag);
    ValueId b = typed_operand(instr.operands[1], *typed, tag);
    ValueId result = checked_result(emit_typed(typed->op, Type::unboxed(typed->result), {a, b}), *typed, tag);
    finish_number(instr, typed->result, result);
    held(instr.result).tag = tag;
}

// NumPy's limits, which hold only where the bit `tag` says that the result is NumPy's, if there is one.
void Rewriter::guard_element(ValueId integer, ElementType element, ValueId tag) {
    if (tag != no_id) integer = emit(Op::IAnd, {integer, emit(Op::INeg, {emit(Op::BToI, {tag})})});
    emit(Op::GuardElement, {integer}, static_cast<int64_t>(element));
}

// As NumPy takes it: a Python int must be one of the other's kind, and becomes a float32 beside one.
ValueId Rewriter::typed_operand(ValueId value, const types::TypedOperator& typed, ValueId tag) {
    const ValueId operand = number(value, typed.operands);
    if (types::is_numpy_scalar(kind(value))) return operand;
    if (typed.check_python && natural_rep(kind(value)) == Rep::I64)
        guard_element(number(value, Rep::I64), *typed.check_python, tag);
    return typed.single ? rounded_to_f32(operand) : operand;
}

// A number too large for a float32 is refused, or warned of.
ValueId Rewriter::rounded_to_f32(ValueId number) {
    const ValueId rounded = emit(Op::FRoundF32, {number});
    emit(Op::GuardFinite, {rounded});
    return rounded;
}

ValueId Rewriter::checked_result(ValueId result, const types::TypedOperator& typed, ValueId tag) {
    if (typed.check_element) guard_element(result, *typed.check_element, tag);
    if (typed.single) result = emit_typed(Op::FRoundF32, Type::unboxed(typed.result), {result});
    if (typed.check_finite) emit(Op::GuardFinite, {result});
    return result;
}

// Of a result that is NumPy's when one of the operands is.
ValueId Rewriter::either_tag(const Instr& instr) {
    ValueId tags[2];
    for (size_t i = 0; i < 2; ++i) {
        const TypeKind operand = kind(instr.operands[i]);
        tags[i] = types::is_tagged(operand) ? tag_of(instr.operands[i], operand) : no_id;
    }
    if (tags[0] != no_id && tags[1] != no_id) return emit(Op::BOr, {tags[0], tags[1]});
    return tags[0] != no_id ? tags[0] : tags[1];
}

// Two objects of known kinds: no foreign code runs, but memory may run out.
void Rewriter::rewrite_object_operator(const Instr& instr, const types::TypedOperator& typed) {
    Instr made{};
    made.op = typed.op;
    made.operands = {object(instr.operands[0]), object(instr.operands[1])};
    if (instr.error.exists()) made.error = map_edge(instr.error, 1);
    made.span = instr.span;
    made.origin = instr.origin;
    made.before = map_state(before_);
    InstrId id = s_.append(block_, std::move(made), Type::boxed(typed.result));
    hold_object(instr.result, s_.instr(id).result);
}

void Rewriter::rewrite_unary(const Instr& instr) {
    TypeKind operand = kind(instr.operands[0]);
    if (operand == TypeKind::Complex && kind(instr.result) == TypeKind::Complex) {
        const Parts parts = complex_parts(instr.operands[0]);
        return hold_complex(instr.result, {emit(Op::FNeg, {parts.real}), emit(Op::FNeg, {parts.imag})});
    }
    auto typed = types::typed_unary(static_cast<Operator>(instr.imm), operand);
    if (!typed || !typed_allowed(instr)) return rewrite_generic(instr);
    const ValueId tag = types::is_tagged(operand) ? tag_of(instr.operands[0], operand) : no_id;
    ValueId result = emit_typed(typed->op, Type::unboxed(typed->result), {number(instr.operands[0], typed->operands)});
    if (typed->check_element) guard_element(result, *typed->check_element, tag);
    finish_number(instr, typed->result, result);
    held(instr.result).tag = tag;
}

void Rewriter::rewrite_compare(const Instr& instr) {
    if (rewrite_complex_compare(instr)) return;
    TypeKind left = kind(instr.operands[0]), right = kind(instr.operands[1]);
    if (!request_.generic_only &&
        types::compared_as_words(fact(instr.operands[0]), fact(instr.operands[1]), typed_allowed(instr))) {
        ValueId a = checked_word(instr.operands[0]), b = checked_word(instr.operands[1]);
        return finish_number(instr, TypeKind::Bool, emit(Op::WCmp, {a, b}, instr.imm));
    }
    auto typed = types::typed_comparison(left, right);
    const bool unclear =
        typed && typed->truth_only && (inference_.guarded[instr.result] || !fact(instr.result).known());
    if (!typed || unclear || !typed_allowed(instr)) return rewrite_generic(instr);
    if (typed->operands == Rep::Object) {
        ValueId bit = emit(Op::StrCompare, {object(instr.operands[0]), object(instr.operands[1])}, instr.imm);
        return finish_number(instr, typed->result, bit);
    }
    auto operand = [&](size_t i) {
        TypeKind from = kind(instr.operands[i]);
        bool integral = natural_rep(from) != Rep::F64;
        if (typed->single && !types::is_numpy_scalar(from)) return rounded_to_f32(number(instr.operands[i], Rep::F64));
        if (!typed->exact_conversion || !integral) return number(instr.operands[i], typed->operands);
        return emit(Op::IToFExact, {number(instr.operands[i], Rep::I64)});
    };
    ValueId a = operand(0), b = operand(1);
    Op op = typed->operands == Rep::I64 ? Op::ICmp : Op::FCmp;
    ValueId result = emit_typed(op, Type::unboxed(typed->result), {a, b}, instr.imm);
    finish_number(instr, typed->result, result);
}

void Rewriter::rewrite_truth(const Instr& instr) {
    ValueId operand = instr.operands[0];
    TypeKind of = kind(operand);
    ValueId bit = no_id;
    if (types::is_unboxable(of)) {
        bit = truth_of(operand);
    } else if (of == TypeKind::Complex && !fact(operand).nullable) {
        bit = is_any_not_zero(complex_parts(operand));
    } else if (of == TypeKind::NoneType) {
        bit = const_bit(false);
    } else if (of != TypeKind::NDArray && length_op(of) != Op::Const) {
        bit = emit(Op::ICmp, {emit(length_op(of), {object(operand)}), const_i64(0)},
                   static_cast<int64_t>(CompareOp::NotEqual));
    } else {
        return rewrite_generic(instr);
    }
    hold_unboxed(instr.result, TypeKind::Bool, bit);
}

// Of a value that is held unboxed.
ValueId Rewriter::truth_of(ValueId value) {
    const auto not_equal = static_cast<int64_t>(CompareOp::NotEqual);
    const Rep rep = natural_rep(kind(value));
    const ValueId held = number(value, rep);
    if (rep == Rep::I64) return emit(Op::ICmp, {held, const_i64(0)}, not_equal);
    if (rep == Rep::F64) return emit(Op::FCmp, {held, const_f64(0)}, not_equal);
    return held;
}

void Rewriter::rewrite_is(const Instr& instr) {
    TypeKind a = kind(instr.operands[0]), b = kind(instr.operands[1]);
    auto never_none = [&](size_t i) {
        Fact known = fact(instr.operands[i]);
        return known.known() && known.kind != TypeKind::NoneType && !known.nullable;
    };
    bool differ = (a == TypeKind::NoneType && never_none(1)) || (b == TypeKind::NoneType && never_none(0));
    if (!differ) return rewrite_generic(instr);
    hold_unboxed(instr.result, TypeKind::Bool, const_bit(false));
}

// ---- calls --------------------------------------------------------------------------------------------------

void Rewriter::rewrite_call(const Instr& instr) {
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
    Constant name{};
    name.type = Type::boxed(TypeKind::Str);
    name.text = function;
    const Op op = arguments.size() == 1 ? Op::FLibm : Op::FLibm2;
    return emit(op, std::move(arguments), s_.add_constant(std::move(name)));
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
        case KnownCallable::Len: return emit(length_op(kind(first)), {object(first)});
        case KnownCallable::Abs:
            if (kind(first) == TypeKind::Complex) return magnitude(complex_parts(first));
            return emit(rep == Rep::F64 ? Op::FAbs : Op::IAbs, {number(first, rep)});
        case KnownCallable::Min: return least_of(instr, CompareOp::Less);
        case KnownCallable::Max: return least_of(instr, CompareOp::Greater);
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
    if (const MethodFact* method = method_fact(instr, inference_)) guard_method(*method, arguments[0]);
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
    if (!call || !inference_.native[instr.result] || !typed_allowed(instr)) return false;
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
    const Type type = by_parts    ? Type::unboxed(parts->second.front().kind)
                      : is_number ? Type::unboxed(given.kind)
                      : known     ? given.boxed()
                                  : Type::any();
    if (call->method != nullptr && instr.op != Op::CallLoaded) guard_method(*call->method, arguments[0]);
    if (call->class_version != 0) return construct(instr, *call, std::move(arguments));
    call_body(instr, Op::CallNative, type, std::move(arguments), call->callee);
    const GlobalFact* global = callee_fact(instr, inference_);
    if (instr.op == Op::CallMethod && global != nullptr) result_.assumptions.push_back({global->load});
    note(instr, "calls native code directly, arguments and result in registers");
    return true;
}

// The instance is the call's result; what its __init__ gives is None, and forgotten.
bool Rewriter::construct(const Instr& instr, const NativeCall& call, std::vector<ValueId> arguments) {
    const ValueId made = emit(Op::NewInstance, {object(instr.operands[0])}, call.class_version);
    arguments.insert(arguments.begin(), made);
    call_body(instr, Op::CallNative, Type::boxed(TypeKind::NoneType), std::move(arguments), call.callee, made);
    note(instr, "made without a call of its class, __init__ is native code called directly");
    return true;
}

// The class is as it was when the method was found there, and the instance has nothing that hides it.
void Rewriter::guard_method(const MethodFact& method, ValueId owner) {
    emit(Op::GuardClass, {owner}, method.class_version);
    if (method.keys_version != 0) emit(Op::GuardKeys, {owner}, method.keys_version);
}

void Rewriter::rewrite_load_method(const Instr& instr) {
    const MethodFact* method = inference_.instance_methods[instr.result];
    if (method == nullptr) return rewrite_generic(instr);
    const ValueId owner = object(instr.operands[0]);
    guard_method(*method, owner);
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
    if (inference_.instance_methods[instr.result] == nullptr) return rewrite_generic(instr);
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
    if (result.is_object()) finish_object(instr, given, instr.after);
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

// ---- containers ---------------------------------------------------------------------------------------------

std::vector<ValueId> Rewriter::index_numbers(ValueId index) {
    const Held& value = held(index);
    if (value.form != Held::Form::Tuple) return {number(index, Rep::I64)};
    std::vector<ValueId> numbers;
    for (ValueId item : std::vector<ValueId>(value.items)) numbers.push_back(number(item, Rep::I64));
    return numbers;
}

// The array that a container is, or is a row of.
Fact Rewriter::array_of(ValueId container) {
    const Held& value = held(container);
    return fact(value.form == Held::Form::Row ? value.items[0] : container);
}

// The operands of an access to one element.
std::vector<ValueId> Rewriter::array_and(ValueId container, std::vector<ValueId> rest, ValueId index) {
    const Held value = held(container);
    const bool row = value.form == Held::Form::Row;
    std::vector<ValueId> operands{object(row ? value.items[0] : container)};
    operands.insert(operands.end(), rest.begin(), rest.end());
    if (row) operands.push_back(number(value.items[1], Rep::I64));
    for (ValueId number : index_numbers(index)) operands.push_back(number);
    return operands;
}

// No object: the element that is named next is one of the whole array. An index out of bounds is an error already here.
void Rewriter::rewrite_row(const Instr& instr) {
    const ValueId index = number(instr.operands[1], Rep::I64);
    const ValueId length = emit(Op::ArrayDim, {object(instr.operands[0])}, 0);
    const ValueId least = emit(Op::ISub, {const_i64(0), length});
    emit(Op::GuardBit, {emit(Op::ICmp, {index, length}, static_cast<int64_t>(CompareOp::Less))});
    emit(Op::GuardBit, {emit(Op::ICmp, {index, least}, static_cast<int64_t>(CompareOp::GreaterEqual))});
    Held made;
    made.form = Held::Form::Row;
    made.kind = TypeKind::NDArray;
    made.items = instr.operands;
    held(instr.result) = std::move(made);
}

void Rewriter::rewrite_subscript(const Instr& instr) {
    if (inference_.as_parts[instr.result]) return rewrite_row(instr);
    const TypeKind container = kind(instr.operands[0]);
    const bool integral = types::is_index(kind(instr.operands[1]));
    bool tuple = held(instr.operands[1]).form == Held::Form::Tuple;
    if (container == TypeKind::NDArray && (integral || tuple) && typed_allowed(instr) &&
        types::is_numpy_scalar(kind(instr.result)) && !inference_.guarded[instr.result]) {
        std::vector<ValueId> operands = array_and(instr.operands[0], {}, instr.operands[1]);
        Type type = Type::unboxed(kind(instr.result));
        ValueId loaded =
            emit_typed(Op::ArrayLoad, type, std::move(operands), encode_type(array_of(instr.operands[0]).boxed()));
        return finish_number(instr, type.kind, loaded);
    }
    if (rewrite_quiet_subscript(instr)) return;
    if (types::is_bytes(container) && integral && typed_allowed(instr)) {
        const ValueId bytes = object(instr.operands[0]);
        return finish_number(instr, TypeKind::Int,
                             emit(item_op(container, true), {bytes, number(instr.operands[1], Rep::I64)}));
    }
    bool sequence = container == TypeKind::List || container == TypeKind::Tuple;
    if (!sequence || !integral || !typed_allowed(instr)) return rewrite_generic(instr);
    const Op op = item_op(container, unboxed_at_once(instr.result));
    ValueId got = emit(op, {object(instr.operands[0]), number(instr.operands[1], Rep::I64)});
    finish_object(instr, got, instr.after);
}

void Rewriter::rewrite_store_subscript(const Instr& instr) {
    Fact container = fact(instr.operands[0]);
    const bool integral = types::is_index(kind(instr.operands[1]));
    bool tuple = held(instr.operands[1]).form == Held::Form::Tuple;
    if (container.kind == TypeKind::NDArray && typed_allowed(instr) &&
        array_storable(container, fact(instr.operands[2])) &&
        (tuple || (integral && ArrayDetail::unpack(container.detail).rank == 1))) {
        const TypeKind scalar = *scalar_kind(ArrayDetail::unpack(container.detail).element);
        const ValueId stored = number(instr.operands[2], natural_rep(scalar));
        std::vector<ValueId> operands = array_and(instr.operands[0], {stored}, instr.operands[1]);
        emit_typed(Op::ArrayStore, Type::none(), std::move(operands), encode_type(array_of(instr.operands[0]).boxed()));
        return;
    }
    if (rewrite_quiet_store(instr) || rewrite_byte_store(instr)) return;
    if (container.kind != TypeKind::List || !integral || !typed_allowed(instr)) return rewrite_generic(instr);
    Instr made{};
    const StoreForm form = store_form(instr.operands[2]);
    made.op = form.kind == TypeKind::Float ? Op::ListSetF64
              : form.kind == TypeKind::Int ? Op::ListSetI64
              : form.quiet                 ? Op::ListSetQuiet
                                           : Op::ListSet;
    const ValueId list = object(instr.operands[0]), index_number = number(instr.operands[1], Rep::I64);
    const ValueId stored = form.kind != TypeKind::Any ? held(instr.operands[2]).value : object(instr.operands[2]);
    made.operands = {list, index_number, stored};
    made.span = instr.span;
    made.origin = instr.origin;
    made.before = map_state(before_);
    if (made.op == Op::ListSet) made.after = map_state(instr.after);
    s_.append(block_, std::move(made), Type::none());
}

// What is no byte leaves: it is refused.
bool Rewriter::rewrite_byte_store(const Instr& instr) {
    const TypeKind stored = kind(instr.operands[2]);
    const bool byte = types::is_index(stored) || stored == TypeKind::Bool;
    if (kind(instr.operands[0]) != TypeKind::ByteArray || !types::is_index(kind(instr.operands[1])) || !byte ||
        !typed_allowed(instr))
        return false;
    const ValueId value = number(instr.operands[2], Rep::I64);
    emit(Op::GuardElement, {value}, static_cast<int64_t>(ElementType::U8));
    emit(Op::ByteArraySet, {object(instr.operands[0]), number(instr.operands[1], Rep::I64), value});
    return true;
}

void Rewriter::rewrite_build_tuple(const Instr& instr) {
    if (!inference_.as_parts[instr.result]) return rewrite_generic(instr);
    Held made;
    made.form = Held::Form::Tuple;
    made.kind = TypeKind::Tuple;
    made.items = instr.operands;
    held(instr.result) = std::move(made);
}

void Rewriter::rewrite_unpack(const Instr& instr) {
    if (inference_.as_parts[instr.result]) {
        held(instr.result) = held(instr.operands[0]);
    } else if (kind(instr.operands[0]) == TypeKind::Tuple && typed_allowed(instr)) {
        const ValueId tuple = object(instr.operands[0]);
        const ValueId length = emit(Op::TupleLength, {tuple});
        emit(Op::GuardBit, {emit(Op::ICmp, {length, const_i64(instr.imm)}, static_cast<int64_t>(CompareOp::Equal))});
        hold_object(instr.result, tuple);
    } else {
        rewrite_generic(instr);
    }
}

void Rewriter::rewrite_tuple_item(const Instr& instr) {
    const Held& tuple = held(instr.operands[0]);
    if (tuple.form == Held::Form::Parts) {
        const ValueId part = tuple.items[static_cast<size_t>(instr.imm)];
        return hold_unboxed(instr.result, s_.value(part).type.kind, part);
    }
    if (tuple.form == Held::Form::Tuple) {
        held(instr.result) = held(tuple.items[static_cast<size_t>(instr.imm)]);
        return;
    }
    ValueId item = emit(Op::TupleItem, {object(instr.operands[0])}, instr.imm);
    finish_object(instr, item, instr.after);
}

// ---- lifetimes, control -------------------------------------------------------------------------------------

void Rewriter::rewrite_keep(const Instr& instr) {
    const Held& value = held(instr.operands[0]);
    keep_object(instr, value);
    if (value.form == Held::Form::Tuple)
        for (ValueId item : value.items) keep_object(instr, held(item));
}

void Rewriter::keep_object(const Instr& instr, const Held& value) {
    if (value.form == Held::Form::Object && death_observable(value.kind)) keep_value(instr, value.value);
    if (value.form != Held::Form::Elements) return;
    for (ValueId sequence : value.sequences)
        if (death_observable(s_.value(sequence).type.kind)) keep_value(instr, sequence);
}

void Rewriter::keep_value(const Instr& instr, ValueId value) {
    Instr made{};
    made.op = Op::Keep;
    made.operands = {value};
    made.span = instr.span;
    if (instr.after != no_id) made.after = map_state(instr.after);
    s_.append(block_, std::move(made), Type::none());
}

void Rewriter::rewrite_branch_null(const Instr& instr) {
    const Held& value = held(instr.operands[0]);
    bool object = value.form == Held::Form::Object;
    if (object && fact(instr.operands[0]).nullable) return rewrite_generic(instr);
    ValueId present = value.present;
    bool null = value.form == Held::Form::Null;
    Instr made{};
    made.span = instr.span;
    made.origin = instr.origin;
    if (present != no_id) {
        made.op = Op::Branch;
        made.operands = {present};
        made.targets = {map_edge(instr.targets[1], 0), map_edge(instr.targets[0], 0)};
    } else {
        made.op = Op::Jump;
        made.targets = {map_edge(instr.targets[null ? 0 : 1], 0)};
    }
    s_.append(block_, std::move(made), Type::none());
}

void Rewriter::rewrite_suspend(const Instr& instr) {
    Instr made{};
    made.op = Op::Suspend;
    for (ValueId operand : instr.operands) made.operands.push_back(nullable_object(operand));
    made.imm = instr.imm;
    made.span = instr.span;
    made.origin = instr.origin;
    s_.append(block_, std::move(made), Type::none());
}

// Of the tuple that the returned value is made as (Inference::returned_parts).
void Rewriter::return_parts(const Instr& instr) {
    const Instr& built = p_.instr(p_.value(instr.operands[0]).def);
    Instr made{};
    made.op = Op::ReturnParts;
    for (size_t i = 0; i < built.operands.size(); ++i)
        made.operands.push_back(number(built.operands[i], s_.returned_parts[i].rep));
    made.span = instr.span;
    made.origin = instr.origin;
    s_.append(block_, std::move(made), Type::none());
}

void Rewriter::rewrite_return(const Instr& instr) {
    if (!s_.returned_parts.empty()) return return_parts(instr);
    Rep rep = s_.return_type.rep;
    ValueId value = rep == Rep::Object ? object(instr.operands[0]) : number(instr.operands[0], rep);
    Instr made{};
    made.op = Op::Return;
    made.operands = {value};
    made.span = instr.span;
    made.origin = instr.origin;
    s_.append(block_, std::move(made), Type::none());
}

}  // namespace aipy::opt
