#include "opt/known_calls.h"

#include <algorithm>

namespace aipy::opt {

using namespace ir;
using types::Fact;

namespace {

constexpr KnownCall rows[] = {
#define KNOWN_CALL(enumerator, module, name, form, arguments) {name, KnownForm::form, arguments},
#include "opt/known_calls.def"
#undef KNOWN_CALL
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) {name, KnownForm::Scalar, 1},
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
#define NUMPY_UFUNC(enumerator, name, number) {name, KnownForm::Own, 1},
#include "ir/numpy_ufuncs.def"
#undef NUMPY_UFUNC
#define NUMPY_PAIR_UFUNC(enumerator, name) {name, KnownForm::Own, 2},
#include "ir/numpy_pair_ufuncs.def"
#undef NUMPY_PAIR_UFUNC
};
constexpr TypeKind scalar_kinds[] = {
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) TypeKind::kind,
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
};
constexpr size_t first_row = static_cast<size_t>(KnownCallable::Self) + 1;

bool has_length(Fact of) {
    if (of.kind == TypeKind::NDArray) return ArrayDetail::unpack(of.detail).rank > 0;
    return is_native_list(of.kind) || of.kind == TypeKind::List || of.kind == TypeKind::Tuple ||
           of.kind == TypeKind::Str || of.kind == TypeKind::Dict || types::is_bytes(of.kind);
}

// A number that `float` and the functions of `math` take as a double.
bool is_real(Fact of) {
    return types::is_python_number(of.kind) || types::is_numpy_int(of.kind) || types::is_numpy_float(of.kind) ||
           (types::is_tagged(of.kind) && of.kind != TypeKind::Number);
}

bool is_python_real(Fact of) { return types::is_python_number(of.kind); }

// int or float, whose result keeps its type.
bool is_ordered(Fact of) { return is_real(of) && of.kind != TypeKind::Bool && !types::is_tagged(of.kind); }

// What one of several ordered numbers is, whichever it is.
TypeKind choice_of(const std::vector<Fact>& arguments) {
    Fact made;
    for (const Fact& argument : arguments) {
        if (!is_ordered(argument) && !types::is_tagged(argument.kind)) return TypeKind::Any;
        made = types::join(made, Fact::of(argument.kind));
    }
    return is_ordered(made) || types::is_tagged(made.kind) ? made.kind : TypeKind::Any;
}

// Each value but the least int64 has an absolute value of its kind.
bool has_magnitude(Fact of) {
    return is_ordered(of) && (!types::is_numpy_int(of.kind) || of.kind == TypeKind::NumpyI64);
}

Fact given(bool condition, TypeKind result) { return condition ? Fact::of(result) : Fact::any(); }

Fact given_int(bool condition, TypeKind result, bool natural) {
    Fact made = given(condition, result);
    made.nonneg = made.is(TypeKind::Int) && natural;
    return made;
}

Fact own_fact(KnownCallable callable, const std::vector<Fact>& arguments) {
    const Fact first = arguments.front();
    const bool int_or_float = first.is(TypeKind::Int) || first.is(TypeKind::Float);
    switch (callable) {
        case KnownCallable::Len: return given_int(has_length(first), TypeKind::Int, true);
        case KnownCallable::Sum:
            if (first.is(TypeKind::Bools)) return Fact::natural();
            return is_number_list(first.kind) ? types::item_of_numbers(first) : Fact::any();
        case KnownCallable::Complex:
            return given(arguments.size() <= 2 && std::ranges::all_of(arguments, is_python_real), TypeKind::Complex);
        case KnownCallable::Abs:
            if (first.is(TypeKind::Complex)) return Fact::of(TypeKind::Float);
            return given_int(has_magnitude(first), first.kind, true);
        case KnownCallable::Min:
        case KnownCallable::Max: {
            if (arguments.size() == 1) return is_number_list(first.kind) ? types::item_of_numbers(first) : Fact::any();
            auto natural = [](Fact argument) { return argument.nonneg; };
            const bool result_natural = callable == KnownCallable::Max ? std::ranges::any_of(arguments, natural)
                                                                       : std::ranges::all_of(arguments, natural);
            return given_int(true, choice_of(arguments), result_natural);
        }
        case KnownCallable::Round:
        case KnownCallable::MathFloor:
        case KnownCallable::MathCeil:
        case KnownCallable::MathTrunc: return given(int_or_float, TypeKind::Int);
        case KnownCallable::Int: return given(is_real(first) || first.is(TypeKind::Str), TypeKind::Int);
        case KnownCallable::Str: return given(first.is(TypeKind::Int), TypeKind::Str);
        case KnownCallable::Ord: return given_int(first.is(TypeKind::Str), TypeKind::Int, true);
        case KnownCallable::IsInstance: return Fact::of(TypeKind::Bool);
        case KnownCallable::Bool:
        case KnownCallable::MathIsNan:
        case KnownCallable::MathIsInf:
        case KnownCallable::MathIsFinite: return given(is_real(first), TypeKind::Bool);
        case KnownCallable::Float:
        case KnownCallable::MathSqrt:
        case KnownCallable::MathFabs: return given(is_real(first), TypeKind::Float);
        default: return Fact::any();  // range is typed by its uses; the rest has no form of its own
    }
}

}  // namespace

const KnownCall* known_call(KnownCallable callable) {
    const auto index = static_cast<size_t>(callable);
    return index < first_row ? nullptr : &rows[index - first_row];
}

TypeKind scalar_class(KnownCallable callable) {
    return scalar_kinds[static_cast<size_t>(callable) - static_cast<size_t>(KnownCallable::NumpyBool)];
}

KnownCallable call_of_scalar_class(TypeKind kind) {
    const auto* found = std::ranges::find(scalar_kinds, kind);
    if (found == std::end(scalar_kinds)) return KnownCallable::None;
    return static_cast<KnownCallable>(static_cast<size_t>(KnownCallable::NumpyBool) +
                                      static_cast<size_t>(found - std::begin(scalar_kinds)));
}

Fact known_call_fact(KnownCallable callable, const std::vector<Fact>& arguments) {
    const KnownCall* row = known_call(callable);
    if (row == nullptr || arguments.empty()) return Fact::any();
    if (row->arguments >= 0 && arguments.size() != static_cast<size_t>(row->arguments)) return Fact::any();
    if (std::ranges::any_of(arguments, [](Fact fact) { return fact.nullable; })) return Fact::any();
    if (row->form == KnownForm::Scalar) return given(is_real(arguments.front()), scalar_class(callable));
    if (row->form == KnownForm::Libm) return given(std::ranges::all_of(arguments, is_real), TypeKind::Float);
    return own_fact(callable, arguments);
}

}  // namespace aipy::opt
