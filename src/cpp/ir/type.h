// Types of IR values: what is known of the Python value, and how it sits in a register.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aipy::ir {

// How a value is held: a PyObject pointer, or unboxed. `None` is "no value" (an op without a result).
enum class Rep : uint8_t { None, Object, I64, F64, Bit };

enum class TypeKind : uint8_t {
#define TYPE(name, text, rep, observable) name,
#include "ir/types.def"
#undef TYPE
};

// Element types that array loads and stores handle natively.
enum class ElementType : uint8_t { Bool, I8, U8, I16, U16, I32, U32, I64, U64, F32, F64, Other };

// What elements of a type are (numpy_scalars.def).
struct ElementTraits {
    enum class Numeric : uint8_t { Truth, Signed, Unsigned, Float };
    unsigned bits = 0;  // 0: Other
    Numeric numeric = Numeric::Truth;

    int64_t size() const { return bits / 8; }
    bool is_float() const { return numeric == Numeric::Float; }
    bool is_signed() const { return numeric == Numeric::Signed; }  // of ints
    bool is_int() const { return numeric == Numeric::Signed || numeric == Numeric::Unsigned; }
};
ElementTraits traits_of(ElementType element);
inline bool is_float(ElementType element) { return traits_of(element).is_float(); }

// What the type of an ndarray says beyond its class; packed into Type::detail.
struct ArrayDetail {
    ElementType element = ElementType::Other;
    uint8_t rank = 0;
    bool c_contiguous = false;
    bool writeable = false;
    uint8_t units = 0;  // a bit for each of the first axes that is known to have the length 1

    static constexpr int most_units = 4;

    uint32_t pack() const {
        return static_cast<uint32_t>(element) | (uint32_t{rank} << 8) | (uint32_t{c_contiguous} << 16) |
               (uint32_t{writeable} << 17) | (uint32_t{units} << 18);
    }
    static ArrayDetail unpack(uint32_t detail) {
        return {static_cast<ElementType>(detail & 0xff), static_cast<uint8_t>((detail >> 8) & 0xff),
                ((detail >> 16) & 1) != 0, ((detail >> 17) & 1) != 0, static_cast<uint8_t>((detail >> 18) & 0xf)};
    }
    // The units as axes of an array that has more of them: those before its own are units, too.
    uint8_t units_in(uint8_t axes) const {
        const int missing = axes - rank;
        return static_cast<uint8_t>((units << missing) | ((1 << missing) - 1));
    }
};

struct Type {
    TypeKind kind = TypeKind::Any;
    Rep rep = Rep::Object;
    uint32_t detail = 0;

    bool operator==(const Type&) const = default;

    static Type boxed(TypeKind kind, uint32_t detail = 0) { return {kind, Rep::Object, detail}; }
    static Type unboxed(TypeKind kind);
    static Type any() { return {}; }
    static Type none() { return {TypeKind::Bottom, Rep::None, 0}; }
    static Type i64() { return {TypeKind::Int, Rep::I64, 0}; }
    static Type f64() { return {TypeKind::Float, Rep::F64, 0}; }
    static Type bit() { return {TypeKind::Bool, Rep::Bit, 0}; }

    bool is_object() const { return rep == Rep::Object; }
    Type as_boxed() const { return {kind, Rep::Object, detail}; }
};

std::string_view type_kind_name(TypeKind kind);
std::string_view element_type_name(ElementType element);

// The representation that a specialised value of this kind has (Object when there is no unboxed form).
Rep natural_rep(TypeKind kind);

// The scalars of arrays with these elements, and back; empty when there is no such kind.
std::optional<TypeKind> scalar_kind(ElementType element);
std::optional<ElementType> scalar_element(TypeKind kind);

// What a kind with a bit beside it stands for (tagged_kinds.def); null for any other kind.
struct TaggedKind {
    TypeKind kind, plain, tagged;
};
const TaggedKind* as_tagged(TypeKind kind);
// The kind that stands for one of the two, each a kind of such a pair or the pair itself; empty where there is none.
std::optional<TypeKind> tagged_join(TypeKind a, TypeKind b);

// Whether a program can notice when an object of this kind is freed (see types.def).
bool death_observable(TypeKind kind);

// Is a list of plain numbers, of which only native code knows.
constexpr bool is_number_list(TypeKind kind) {
    return kind == TypeKind::Ints || kind == TypeKind::Floats || kind == TypeKind::Bools;
}
// Is a list of such lists.
constexpr bool is_list_of_lists(TypeKind kind) {
    return kind == TypeKind::IntLists || kind == TypeKind::FloatLists || kind == TypeKind::BoolLists;
}
// Is either.
constexpr bool is_native_list(TypeKind kind) { return is_number_list(kind) || is_list_of_lists(kind); }

// What may be found of all numbers of such a list.
enum class NumbersResult : uint8_t { Sum, Least, Greatest };

// Text as printed in IR: the kind, "<detail>" where there is one, and ":i64" and so on when unboxed.
std::string print_type(Type type);
std::optional<Type> parse_type(std::string_view text);

// A Type packed into one integer, for immediates, and back.
inline int64_t encode_type(Type type) {
    return static_cast<int64_t>(type.kind) | (static_cast<int64_t>(type.rep) << 8) |
           (static_cast<int64_t>(type.detail) << 16);
}
inline Type decode_type(int64_t bits) {
    return {static_cast<TypeKind>(bits & 0xff), static_cast<Rep>((bits >> 8) & 0xff),
            static_cast<uint32_t>(bits >> 16)};
}

}  // namespace aipy::ir
