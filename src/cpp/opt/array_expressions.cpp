#include "opt/array_expressions.h"

#include <algorithm>

#include "opt/array_views.h"
#include "opt/call_targets.h"
#include "opt/known_calls.h"
#include "opt/words.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

namespace {

bool is_int(ElementType element) { return traits_of(element).is_int(); }
bool is_signed(ElementType element) { return traits_of(element).is_signed(); }
unsigned bits(ElementType element) { return traits_of(element).bits; }

constexpr uint8_t most_axes = 4;

// A method called without keywords, of what is no module: of an array it is ndarray's own.
bool is_array_method(const Instr& instr, const Inference& inference) {
    return instr.op == Op::CallMethod && instr.imm2 < 0 && inference.methods[instr.result] == nullptr;
}

// An operand of such an operation: an array, or a number. Python's own numbers have no dtype: they take the other's.
struct Operand {
    ElementType element = ElementType::Other;
    uint8_t rank = 0;
    uint8_t units = 0;
    bool is_array = false;
    bool is_python = false;
};

std::optional<Operand> operand_of(Fact fact) {
    if (fact.nullable) return std::nullopt;
    switch (fact.kind) {
        case TypeKind::NDArray: {
            const ArrayDetail detail = ArrayDetail::unpack(fact.detail);
            // An operation on arrays without axes gives a scalar.
            if (detail.rank == 0 || detail.rank > most_axes || detail.element == ElementType::Other)
                return std::nullopt;
            return Operand{detail.element, detail.rank, detail.units, true, false};
        }
        case TypeKind::Int: return Operand{ElementType::I64, 0, 0, false, true};
        case TypeKind::Float: return Operand{ElementType::F64, 0, 0, false, true};
        default: break;
    }
    const std::optional<ElementType> scalar = scalar_element(fact.kind);
    if (!scalar || *scalar == ElementType::Bool) return std::nullopt;
    return Operand{*scalar, 0, 0, false, false};
}

// What NumPy computes two elements with; of pairs that it has no own rule for in some version, nothing.
std::optional<ElementType> promoted(ElementType a, ElementType b) {
    if (a == b) return a;
    if (a > b) std::swap(a, b);  // bool, ints of growing size, floats
    if (a == ElementType::Bool) return b;
    if (b == ElementType::F64) return b;
    if (b == ElementType::F32) return bits(a) <= 16 ? b : ElementType::F64;
    if (is_signed(a) == is_signed(b)) return bits(a) > bits(b) ? a : b;
    const ElementType with_sign = is_signed(a) ? a : b, without = is_signed(a) ? b : a;
    if (bits(with_sign) > bits(without)) return with_sign;
    switch (bits(without)) {
        case 8: return ElementType::I16;
        case 16: return ElementType::I32;
        case 32: return ElementType::I64;
        default: return std::nullopt;
    }
}

std::optional<ElementType> common(const Operand& a, const Operand& b) {
    if (a.is_array && b.is_array) return promoted(a.element, b.element);
    const Operand& array = a.is_array ? a : b;
    const Operand& number = a.is_array ? b : a;
    if (number.element == array.element) return array.element;
    if (number.is_python && is_float(array.element)) return array.element;
    if (number.is_python && is_float(number.element)) return ElementType::F64;
    if (number.is_python) return is_int(array.element) ? array.element : number.element;
    // Before NumPy 2 the value of a scalar counted.
    if (array.element == ElementType::F64) return array.element;
    return std::nullopt;
}

struct Pair {
    ElementType computed;
    uint8_t rank, units;
};

std::optional<Pair> pair_of(Fact left, Fact right) {
    const std::optional<Operand> a = operand_of(left), b = operand_of(right);
    if (!a || !b || (!a->is_array && !b->is_array)) return std::nullopt;
    const std::optional<ElementType> computed = common(*a, *b);
    if (!computed) return std::nullopt;
    const uint8_t rank = std::max(a->rank, b->rank);
    auto units = [&](const Operand& operand) {
        return ArrayDetail{.rank = operand.rank, .units = operand.units}.units_in(rank);
    };
    return Pair{*computed, rank, static_cast<uint8_t>(units(*a) & units(*b))};
}

std::optional<ArrayOperationForm> arithmetic(ArrayOperation operation, Pair pair) {
    if (pair.computed == ElementType::Bool) return std::nullopt;  // has its own meaning
    return ArrayOperationForm{operation, pair.computed, pair.computed, pair.rank, pair.units};
}

std::optional<ArrayOperationForm> logic(ArrayOperation operation, Pair pair) {
    if (is_float(pair.computed)) return std::nullopt;  // an error
    return ArrayOperationForm{operation, pair.computed, pair.computed, pair.rank, pair.units};
}

// Ints become doubles, whatever their size.
std::optional<ArrayOperationForm> quotient(Pair pair) {
    const ElementType computed = is_float(pair.computed) ? pair.computed : ElementType::F64;
    return ArrayOperationForm{ArrayOperation::Divide, computed, computed, pair.rank, pair.units, false, true};
}

std::optional<ArrayOperationForm> plain_form(const Function& promoted, const Instr& instr, Operator operation,
                                             const Inference& inference) {
    const Fact left = inference.facts[instr.operands[0]], right = inference.facts[instr.operands[1]];
    const std::optional<Pair> pair = pair_of(left, right);
    if (!pair) return std::nullopt;
    switch (operation) {
        case Operator::Add: return arithmetic(ArrayOperation::Add, *pair);
        case Operator::Subtract: return arithmetic(ArrayOperation::Subtract, *pair);
        case Operator::Multiply: return arithmetic(ArrayOperation::Multiply, *pair);
        case Operator::TrueDivide: return quotient(*pair);
        case Operator::And: return logic(ArrayOperation::And, *pair);
        case Operator::Or: return logic(ArrayOperation::Or, *pair);
        case Operator::Xor: return logic(ArrayOperation::Xor, *pair);
        case Operator::Power: {
            // NumPy squares floats where it is told to.
            const bool square =
                right.is(TypeKind::Int) && constant_word(promoted, inference.known, instr.operands[1]) == uint64_t{2};
            if (!square || !is_float(pair->computed)) return std::nullopt;
            return ArrayOperationForm{ArrayOperation::Square, pair->computed, pair->computed, pair->rank, pair->units};
        }
        default: return std::nullopt;
    }
}

// `a[key] += x` as a[key] = a[key] + x: of what a holds, in the view's shape.
std::optional<ArrayOperationForm> stored_back_form(const Function& promoted, const Instr& instr,
                                                   const Inference& inference) {
    const InstrId store = inference.stored_back[instr.result];
    const auto view = store == no_id ? std::nullopt : stored_view(promoted, promoted.instr(store), inference);
    if (!view || view->units != 0) return std::nullopt;
    auto form = plain_form(promoted, instr, plain_operator(static_cast<Operator>(instr.imm)), inference);
    const bool fits = form && form->made == view->element && form->rank == view->rank && form->units == 0;
    return fits ? form : std::nullopt;
}

// In place, when the other operand is such an operation itself: alone NumPy does it as fast. The result must be what
// the array holds.
std::optional<ArrayOperationForm> update_form(const Function& promoted, const Instr& instr,
                                              const Inference& inference) {
    if (const auto form = stored_back_form(promoted, instr, inference)) return form;
    const Fact left = inference.facts[instr.operands[0]];
    const InstrId made = promoted.value(instr.operands[1]).def;
    if (!left.is(TypeKind::NDArray) || made == no_id) return std::nullopt;
    const ArrayDetail detail = ArrayDetail::unpack(left.detail);
    if (!detail.c_contiguous || !detail.writeable) return std::nullopt;
    const Instr& other = promoted.instr(made);
    const bool is_plain =
        other.op != Op::Binary || plain_operator(static_cast<Operator>(other.imm)) == static_cast<Operator>(other.imm);
    if (!is_plain || !array_operation(promoted, other, inference)) return std::nullopt;
    auto form = plain_form(promoted, instr, plain_operator(static_cast<Operator>(instr.imm)), inference);
    if (!form || form->made != detail.element || form->rank != detail.rank || form->units != detail.units)
        return std::nullopt;
    form->into = instr.operands[0];
    form->reads_into = true;
    return form;
}

std::optional<ArrayOperationForm> binary_form(const Function& promoted, const Instr& instr,
                                              const Inference& inference) {
    const auto operation = static_cast<Operator>(instr.imm);
    if (plain_operator(operation) != operation) return update_form(promoted, instr, inference);
    return plain_form(promoted, instr, operation, inference);
}

std::optional<ArrayOperationForm> unary_form(Operator operation, Fact fact) {
    const std::optional<Operand> operand = operand_of(fact);
    if (!operand || !operand->is_array) return std::nullopt;
    const ElementType element = operand->element;
    if (operation == Operator::Negative && element != ElementType::Bool)
        return ArrayOperationForm{ArrayOperation::Negative, element, element, operand->rank, operand->units};
    if (operation == Operator::Invert && !is_float(element))
        return ArrayOperationForm{ArrayOperation::Invert, element, element, operand->rank, operand->units};
    return std::nullopt;
}

std::optional<ArrayOperationForm> compare_form(CompareOp compare, Fact left, Fact right) {
    const std::optional<Pair> pair = pair_of(left, right);
    if (!pair) return std::nullopt;
    ArrayOperation operation = ArrayOperation::Less;
    switch (compare) {
        case CompareOp::Less: operation = ArrayOperation::Less; break;
        case CompareOp::LessEqual: operation = ArrayOperation::LessEqual; break;
        case CompareOp::Equal: operation = ArrayOperation::Equal; break;
        case CompareOp::NotEqual: operation = ArrayOperation::NotEqual; break;
        case CompareOp::Greater: operation = ArrayOperation::Greater; break;
        case CompareOp::GreaterEqual: operation = ArrayOperation::GreaterEqual; break;
    }
    return ArrayOperationForm{operation, pair->computed, ElementType::Bool, pair->rank, pair->units, true, true};
}

// The least or greatest; a NaN comes out of it, but what is not finite may be lost.
std::optional<ArrayOperationForm> choice(ArrayOperation operation, Pair pair) {
    if (pair.computed == ElementType::Bool) return std::nullopt;
    return ArrayOperationForm{operation, pair.computed, pair.computed, pair.rank, pair.units, true, true};
}

ArrayOperationForm of_one(ArrayOperation operation, const Operand& operand, ElementType made) {
    return ArrayOperationForm{operation, operand.element, made, operand.rank, operand.units};
}

ArrayOperationForm constant_form(ArrayOperation operation, const Operand& operand) {
    ArrayOperationForm form = of_one(operation, operand, operand.element);
    form.hides_operands = true;
    return form;
}

ArrayOperationForm copy_form(const Operand& operand) {
    ArrayOperationForm form = of_one(ArrayOperation::Same, operand, operand.element);
    form.is_copy = true;
    return form;
}

// Of truths NumPy says where they differ.
std::optional<ArrayOperationForm> difference_form(const Operand& operand) {
    if (operand.element == ElementType::Bool || operand.units != 0) return std::nullopt;
    ArrayOperationForm form = of_one(ArrayOperation::Subtract, operand, operand.element);
    form.is_difference = true;
    return form;
}

std::optional<ArrayOperationForm> function_of_one(KnownCallable callee, Fact fact) {
    const std::optional<Operand> operand = operand_of(fact);
    if (!operand || !operand->is_array) return std::nullopt;
    const ElementType element = operand->element;
    const bool floats = is_float(element), truths = element == ElementType::Bool;
    auto form = [&](ArrayOperation operation, bool exists) {
        return exists ? std::optional(of_one(operation, *operand, element)) : std::nullopt;
    };
    switch (callee) {
        case KnownCallable::NumpySqrt: return form(ArrayOperation::Sqrt, floats);
        case KnownCallable::NumpySquare: return form(ArrayOperation::Square, !truths);
        case KnownCallable::Abs:
        case KnownCallable::NumpyAbsolute: return form(ArrayOperation::Absolute, floats || is_signed(element));
        case KnownCallable::NumpyFabs: return form(ArrayOperation::Absolute, floats);
        case KnownCallable::NumpyFloor: return form(ArrayOperation::Floor, floats);
        case KnownCallable::NumpyCeil: return form(ArrayOperation::Ceil, floats);
        case KnownCallable::NumpyRint: return form(ArrayOperation::Rint, floats);
        case KnownCallable::NumpyTrunc: return form(ArrayOperation::Trunc, floats);
        case KnownCallable::NumpyNegative: return form(ArrayOperation::Negative, !truths);
        case KnownCallable::NumpyLogicalNot: return form(ArrayOperation::Invert, truths);
        case KnownCallable::NumpyZerosLike: return constant_form(ArrayOperation::Zero, *operand);
        case KnownCallable::NumpyOnesLike: return constant_form(ArrayOperation::One, *operand);
        case KnownCallable::NumpyCopy: return copy_form(*operand);
        case KnownCallable::NumpyDiff: return difference_form(*operand);
        case KnownCallable::NumpyIsnan: {
            ArrayOperationForm made = of_one(ArrayOperation::IsNan, *operand, ElementType::Bool);
            made.hides_operands = true;
            return floats ? std::optional(made) : std::nullopt;
        }
        default: return std::nullopt;
    }
}

std::optional<ArrayOperationForm> function_of_two(KnownCallable callee, Fact left, Fact right) {
    const std::optional<Pair> pair = pair_of(left, right);
    if (!pair) return std::nullopt;
    const bool truths = pair->computed == ElementType::Bool;
    switch (callee) {
        case KnownCallable::NumpyMinimum: return choice(ArrayOperation::Minimum, *pair);
        case KnownCallable::NumpyMaximum: return choice(ArrayOperation::Maximum, *pair);
        case KnownCallable::NumpyAdd: return arithmetic(ArrayOperation::Add, *pair);
        case KnownCallable::NumpySubtract: return arithmetic(ArrayOperation::Subtract, *pair);
        case KnownCallable::NumpyMultiply: return arithmetic(ArrayOperation::Multiply, *pair);
        case KnownCallable::NumpyDivide: return quotient(*pair);
        case KnownCallable::NumpyLogicalAnd: return truths ? logic(ArrayOperation::And, *pair) : std::nullopt;
        case KnownCallable::NumpyLogicalOr: return truths ? logic(ArrayOperation::Or, *pair) : std::nullopt;
        default: return std::nullopt;
    }
}

// One of two where an array of truths says so. Of two numbers only Python's have one type in all versions of NumPy.
std::optional<ArrayOperationForm> where_form(Fact truth, Fact left, Fact right) {
    const std::optional<Operand> which = operand_of(truth), a = operand_of(left), b = operand_of(right);
    if (!which || !a || !b || !which->is_array || which->element != ElementType::Bool) return std::nullopt;
    std::optional<ElementType> computed;
    if (a->is_array || b->is_array)
        computed = common(*a, *b);
    else if (a->is_python && b->is_python && a->element == b->element)
        computed = a->element;
    if (!computed || *computed == ElementType::Bool) return std::nullopt;
    const uint8_t rank = std::max({which->rank, a->rank, b->rank});
    uint8_t units = 0xff;
    for (const Operand& operand : {*which, *a, *b})
        units &= ArrayDetail{.rank = operand.rank, .units = operand.units}.units_in(rank);
    return ArrayOperationForm{ArrayOperation::Where, *computed, *computed, rank, units, true, true};
}

// Between two numbers that change nothing of the type.
std::optional<ArrayOperationForm> clip_form(Fact array, Fact least, Fact greatest) {
    const std::optional<Operand> operand = operand_of(array);
    const std::optional<Pair> low = pair_of(array, least), high = pair_of(array, greatest);
    if (!operand || !operand->is_array || operand->element == ElementType::Bool || !low || !high) return std::nullopt;
    if (low->computed != operand->element || high->computed != operand->element) return std::nullopt;
    if (least.is(TypeKind::NDArray) || greatest.is(TypeKind::NDArray)) return std::nullopt;
    ArrayOperationForm form = of_one(ArrayOperation::Clip, *operand, operand->element);
    form.hides_operands = true;
    return form;
}

// Another type of elements, where no element is refused or warned of beyond what is not finite.
std::optional<ArrayOperationForm> cast_form(Fact array, const GlobalFact* type) {
    const std::optional<Operand> operand = operand_of(array);
    if (!operand || !operand->is_array || type == nullptr) return std::nullopt;
    std::optional<ElementType> made;
    if (type->callable == KnownCallable::Float) made = ElementType::F64;
    if (type->callable == KnownCallable::Int) made = ElementType::I64;
    if (type->callable >= KnownCallable::NumpyBool && type->callable <= KnownCallable::NumpyF64)
        made = scalar_element(scalar_class(type->callable));
    if (!made || *made == ElementType::Bool || (is_float(operand->element) && !is_float(*made))) return std::nullopt;
    return ArrayOperationForm{ArrayOperation::Same, *made, *made, operand->rank, operand->units};
}

// `np.add(a, b, out=c)`, and with c as the last argument: c has the elements that are made, so NumPy does not convert
// them.
std::optional<ArrayOperationForm> form_into(const Function& promoted, const Instr& instr, const Inference& inference) {
    const GlobalFact* callee = instr.op == Op::Call ? inference.known[instr.operands[0]] : nullptr;
    if (callee == nullptr || callee->callable == KnownCallable::Abs) return std::nullopt;
    if (instr.imm >= 0 && promoted.constants[static_cast<size_t>(instr.imm)].text != "('out',)") return std::nullopt;
    const std::vector<ValueId> arguments(instr.operands.begin() + 1, instr.operands.end());
    std::optional<ArrayOperationForm> form;
    if (arguments.size() == 2) form = function_of_one(callee->callable, inference.facts[arguments[0]]);
    if (arguments.size() == 3)
        form = function_of_two(callee->callable, inference.facts[arguments[0]], inference.facts[arguments[1]]);
    const Fact into = inference.facts[arguments.empty() ? instr.operands[0] : arguments.back()];
    if (!form || !into.is(TypeKind::NDArray) || into.nullable) return std::nullopt;
    const ArrayDetail detail = ArrayDetail::unpack(into.detail);
    if (!detail.c_contiguous || !detail.writeable || form->made != detail.element || form->rank != detail.rank ||
        form->units != 0 || detail.units != 0)
        return std::nullopt;
    form->into = arguments.back();
    form->reads_into = std::ranges::count(arguments, form->into) > 1;
    return form;
}

// array.copy() comes in C order.
std::optional<ArrayOperationForm> copy_of(Fact array) {
    const std::optional<Operand> operand = operand_of(array);
    return operand && operand->is_array ? std::optional(copy_form(*operand)) : std::nullopt;
}

std::optional<ArrayOperationForm> call_form(const Function& promoted, const Instr& instr, const Inference& inference) {
    std::vector<Fact> facts;
    for (ValueId operand : array_operands(instr, inference)) facts.push_back(inference.facts[operand]);
    if (is_array_method(instr, inference)) {
        if (promoted.constants[static_cast<size_t>(instr.imm)].text == "astype" && facts.size() == 2)
            return cast_form(facts[0], inference.known[instr.operands[1]]);
        if (promoted.constants[static_cast<size_t>(instr.imm)].text == "copy" && facts.size() == 1)
            return copy_of(facts[0]);
        const bool clips = promoted.constants[static_cast<size_t>(instr.imm)].text == "clip";
        return clips && facts.size() == 3 ? clip_form(facts[0], facts[1], facts[2]) : std::nullopt;
    }
    if (const auto form = form_into(promoted, instr, inference)) return form;
    const KnownCallable callee = callee_of(instr, inference);
    if (callee == KnownCallable::None) return std::nullopt;
    switch (facts.size()) {
        case 1: return function_of_one(callee, facts[0]);
        case 2: return function_of_two(callee, facts[0], facts[1]);
        case 3:
            if (callee == KnownCallable::NumpyWhere) return where_form(facts[0], facts[1], facts[2]);
            if (callee == KnownCallable::NumpyClip) return clip_form(facts[0], facts[1], facts[2]);
            return std::nullopt;
        default: return std::nullopt;
    }
}

bool is_slice(const Function& promoted, ValueId key, const Inference& inference) {
    const InstrId def = promoted.value(key).def;
    if (def == no_id || promoted.instr(def).op != Op::BuildSlice) return false;
    return std::ranges::all_of(promoted.instr(def).operands, [&](ValueId part) {
        const Fact known = inference.facts[part];
        return !known.nullable && (known.is(TypeKind::NoneType) || types::is_index(known.kind));
    });
}

}  // namespace

std::vector<ValueId> array_operands(const Instr& instr, const Inference& inference) {
    const bool is_call = (instr.op == Op::Call || instr.op == Op::CallMethod) && !is_array_method(instr, inference);
    return {instr.operands.begin() + (is_call ? 1 : 0), instr.operands.end()};
}

bool makes_view(const Function& promoted, const Instr& instr, const Inference& inference) {
    if (instr.op != Op::Subscript || !inference.guarded[instr.result]) return false;
    const Fact array = inference.facts[instr.operands[0]], made = inference.facts[instr.result];
    if (!array.is(TypeKind::NDArray) || array.nullable || !made.is(TypeKind::NDArray) || made.nullable) return false;
    const ValueId key = instr.operands[1];
    if (is_slice(promoted, key, inference)) return true;
    const InstrId def = promoted.value(key).def;
    if (def == no_id || promoted.instr(def).op != Op::BuildTuple || inference.as_parts[key]) return false;
    return std::ranges::all_of(promoted.instr(def).operands, [&](ValueId part) {
        const Fact known = inference.facts[part];
        return is_slice(promoted, part, inference) ||
               ((types::is_index(known.kind) || known.is(TypeKind::NoneType)) && !known.nullable);
    });
}

uint8_t new_axes(const Function& promoted, const Instr& instr, const std::vector<Fact>& facts) {
    const InstrId def = instr.op == Op::Subscript ? promoted.value(instr.operands[1]).def : no_id;
    if (def == no_id || promoted.instr(def).op != Op::BuildTuple) return 0;
    int axis = 0;
    uint8_t units = 0;
    for (ValueId part : promoted.instr(def).operands) {
        const InstrId made = promoted.value(part).def;
        const bool is_slice = made != no_id && promoted.instr(made).op == Op::BuildSlice;
        if (facts[part].nullable || axis >= ArrayDetail::most_units) return units;
        if (facts[part].is(TypeKind::NoneType))
            units = static_cast<uint8_t>(units | 1 << axis++);
        else if (is_slice)
            ++axis;
        else if (!types::is_index(facts[part].kind))
            return units;  // takes as many axes as it likes
    }
    return units;
}

static Fact fresh_array(ElementType element, uint8_t rank, uint8_t units) {
    ArrayDetail detail{element, rank, true, true, units};
    return Fact::of(TypeKind::NDArray, detail.pack());
}

Fact ArrayOperationForm::fact() const { return fresh_array(made, rank, units); }
Fact ArrayUfuncForm::fact() const { return fresh_array(element, rank, units); }

// NumPy calls the loop for the whole of a contiguous array.
static std::optional<Operand> contiguous_floats(Fact fact) {
    const std::optional<Operand> operand = operand_of(fact);
    if (!operand || !operand->is_array || !is_float(operand->element)) return std::nullopt;
    return ArrayDetail::unpack(fact.detail).c_contiguous ? operand : std::nullopt;
}

static std::optional<double> constant_number(const Function& promoted, ValueId value) {
    const InstrId def = promoted.value(value).def;
    if (def == no_id) return std::nullopt;
    const Instr& instr = promoted.instr(def);
    if (instr.op == Op::Unary && static_cast<Operator>(instr.imm) == Operator::Negative) {
        const std::optional<double> number = constant_number(promoted, instr.operands[0]);
        return number ? std::optional(-*number) : std::nullopt;
    }
    if (instr.op != Op::Const) return std::nullopt;
    const Constant& constant = promoted.constants[static_cast<size_t>(instr.imm)];
    if (constant.type.kind == TypeKind::Float) return constant.number;
    return constant.type.kind == TypeKind::Int ? std::optional(static_cast<double>(constant.integer)) : std::nullopt;
}

// The function of two that an operator is; `**` has functions of its own for some numbers.
static KnownCallable pair_function(const Function& promoted, const Instr& instr, const Inference& inference) {
    if (instr.op == Op::Call || instr.op == Op::CallMethod) return callee_of(instr, inference);
    if (instr.op != Op::Binary) return KnownCallable::None;
    switch (static_cast<Operator>(instr.imm)) {
        case Operator::Remainder: return KnownCallable::NumpyRemainder;
        case Operator::FloorDivide: return KnownCallable::NumpyFloorDivide;
        case Operator::Power: {
            if (inference.facts[instr.operands[1]].is(TypeKind::NDArray)) return KnownCallable::NumpyPower;
            const std::optional<double> exponent = constant_number(promoted, instr.operands[1]);
            const bool is_own =
                exponent && *exponent != -1 && *exponent != 0 && *exponent != 0.5 && *exponent != 1 && *exponent != 2;
            return is_own ? KnownCallable::NumpyPower : KnownCallable::None;
        }
        default: return KnownCallable::None;
    }
}

// Two arrays of one shape, or one and a number that becomes one of its elements.
static std::optional<ArrayUfuncForm> pair_form(int64_t row, ValueId first, ValueId second, const Inference& inference) {
    const Fact left = inference.facts[first], right = inference.facts[second];
    const bool is_number_first = !left.is(TypeKind::NDArray);
    const std::optional<Operand> array = contiguous_floats(is_number_first ? right : left);
    const std::optional<Operand> other = operand_of(is_number_first ? left : right);
    if (!array || !other || common(*array, *other) != array->element) return std::nullopt;
    if (other->is_array) {
        const std::optional<Operand> floats = contiguous_floats(right);
        if (!floats || floats->element != array->element || floats->rank != array->rank ||
            floats->units != array->units)
            return std::nullopt;
    }
    return ArrayUfuncForm{row,          is_number_first ? second : first, array->element, array->rank,
                          array->units, is_number_first ? first : second, is_number_first};
}

std::optional<ArrayUfuncForm> array_ufunc(const Function& promoted, const Instr& instr, const Inference& inference) {
    const KnownCallable callee = pair_function(promoted, instr, inference);
    const std::vector<ValueId> operands = array_operands(instr, inference);
    if (callee >= KnownCallable::NumpyPower && operands.size() == 2)
        return pair_form(static_cast<int64_t>(callee) - static_cast<int64_t>(KnownCallable::NumpyPower), operands[0],
                         operands[1], inference);
    if (callee < KnownCallable::NumpyExp || callee >= KnownCallable::NumpyPower || instr.operands.size() != 2)
        return std::nullopt;
    const std::optional<Operand> operand = contiguous_floats(inference.facts[instr.operands[1]]);
    if (!operand) return std::nullopt;
    return ArrayUfuncForm{static_cast<int64_t>(callee) - static_cast<int64_t>(KnownCallable::NumpyExp),
                          instr.operands[1], operand->element, operand->rank, operand->units};
}

bool stores_where(const Instr& instr, const Inference& inference) {
    if (instr.op != Op::StoreSubscript) return false;
    const Fact into = inference.facts[instr.operands[0]], value = inference.facts[instr.operands[2]];
    const std::optional<Operand> array = operand_of(into), truth = operand_of(inference.facts[instr.operands[1]]);
    if (!array || !truth || !array->is_array || !truth->is_array || truth->element != ElementType::Bool) return false;
    const ArrayDetail detail = ArrayDetail::unpack(into.detail);
    if (!detail.c_contiguous || !detail.writeable || array->rank != truth->rank) return false;
    if (array->units != 0 || truth->units != 0 || array->element == ElementType::Bool || value.nullable) return false;
    if (value.kind == TypeKind::Int) return true;
    return value.kind == TypeKind::Float ? is_float(array->element) : scalar_element(value.kind) == array->element;
}

std::optional<ArrayOperationForm> array_operation(const Function& promoted, const Instr& instr,
                                                  const Inference& inference) {
    switch (instr.op) {
        case Op::Binary: return binary_form(promoted, instr, inference);
        case Op::Unary: return unary_form(static_cast<Operator>(instr.imm), inference.facts[instr.operands[0]]);
        case Op::Compare:
            return compare_form(static_cast<CompareOp>(instr.imm), inference.facts[instr.operands[0]],
                                inference.facts[instr.operands[1]]);
        case Op::Call:
        case Op::CallMethod: return call_form(promoted, instr, inference);
        default: return std::nullopt;
    }
}

}  // namespace aipy::opt
