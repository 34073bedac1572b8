// Text and facts of types; every table is derived from types.def.
#include "ir/type.h"

#include <array>
#include <charconv>

namespace aipy::ir {
namespace {

struct KindRow {
    std::string_view text;
    Rep rep;
    bool observable;
};

constexpr KindRow kind_rows[] = {
#define TYPE(name, text, rep, observable) {text, Rep::rep, observable},
#include "ir/types.def"
#undef TYPE
};

struct ScalarRow {
    TypeKind kind;
    ElementType element;
    ElementTraits traits;
};

constexpr ScalarRow scalar_rows[] = {
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) \
    {TypeKind::kind, ElementType::element, {bits, ElementTraits::Numeric::numeric}},
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
};

constexpr TaggedKind tagged_rows[] = {
#define TAGGED_KIND(kind, plain, tagged) {TypeKind::kind, TypeKind::plain, TypeKind::tagged},
#include "ir/tagged_kinds.def"
#undef TAGGED_KIND
};

constexpr std::string_view element_names[] = {"bool", "i8",  "u8",  "i16", "u16", "i32",
                                              "u32",  "i64", "u64", "f32", "f64", "other"};

constexpr const KindRow& row(TypeKind kind) { return kind_rows[static_cast<size_t>(kind)]; }

std::string_view rep_suffix(Rep rep) {
    switch (rep) {
        case Rep::None: return ":void";
        case Rep::Object: return "";
        case Rep::I64: return ":i64";
        case Rep::F64: return ":f64";
        case Rep::Bit: return ":bit";
    }
    return "";
}

std::optional<Rep> parse_rep_suffix(std::string_view text) {
    for (Rep rep : {Rep::None, Rep::Object, Rep::I64, Rep::F64, Rep::Bit}) {
        if (text == rep_suffix(rep)) return rep;
    }
    return std::nullopt;
}

std::optional<TypeKind> parse_kind(std::string_view text) {
    for (size_t kind = 0; kind < std::size(kind_rows); ++kind) {
        if (kind_rows[kind].text == text) return static_cast<TypeKind>(kind);
    }
    return std::nullopt;
}

// "f64,2,cw1": element, rank, then c when contiguous in C order, w when writeable, and each axis of the length 1.
std::string print_array_detail(ArrayDetail array) {
    std::string text{element_type_name(array.element)};
    text += "," + std::to_string(array.rank) + ",";
    if (array.c_contiguous) text += "c";
    if (array.writeable) text += "w";
    for (int axis = 0; axis < ArrayDetail::most_units; ++axis)
        if ((array.units >> axis & 1) != 0) text += static_cast<char>('0' + axis);
    return text;
}

std::optional<uint32_t> parse_number(std::string_view text) {
    uint32_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<uint32_t> parse_array_detail(std::string_view text) {
    size_t first = text.find(','), second = text.rfind(',');
    if (first == std::string_view::npos || first == second) return std::nullopt;
    ArrayDetail array;
    std::string_view element = text.substr(0, first), flags = text.substr(second + 1);
    std::optional<uint32_t> rank = parse_number(text.substr(first + 1, second - first - 1));
    size_t index = 0;
    while (index < std::size(element_names) && element_names[index] != element) ++index;
    if (!rank || *rank > 255 || index == std::size(element_names)) return std::nullopt;
    if (flags.find_first_not_of("cw0123") != std::string_view::npos) return std::nullopt;
    array.element = static_cast<ElementType>(index);
    array.rank = static_cast<uint8_t>(*rank);
    array.c_contiguous = flags.find('c') != std::string_view::npos;
    array.writeable = flags.find('w') != std::string_view::npos;
    for (int axis = 0; axis < ArrayDetail::most_units; ++axis)
        if (flags.find(static_cast<char>('0' + axis)) != std::string_view::npos)
            array.units = static_cast<uint8_t>(array.units | 1 << axis);
    return array.pack();
}

}  // namespace

Type Type::unboxed(TypeKind kind) { return {kind, natural_rep(kind), 0}; }

std::string_view type_kind_name(TypeKind kind) { return row(kind).text; }
std::string_view element_type_name(ElementType element) { return element_names[static_cast<size_t>(element)]; }
Rep natural_rep(TypeKind kind) { return row(kind).rep; }

std::optional<TypeKind> scalar_kind(ElementType element) {
    for (const ScalarRow& scalar : scalar_rows)
        if (scalar.element == element) return scalar.kind;
    return std::nullopt;
}

std::optional<ElementType> scalar_element(TypeKind kind) {
    for (const ScalarRow& scalar : scalar_rows)
        if (scalar.kind == kind) return scalar.element;
    return std::nullopt;
}

ElementTraits traits_of(ElementType element) {
    for (const ScalarRow& scalar : scalar_rows)
        if (scalar.element == element) return scalar.traits;
    return {};
}

const TaggedKind* as_tagged(TypeKind kind) {
    for (const TaggedKind& row : tagged_rows)
        if (row.kind == kind) return &row;
    return nullptr;
}

std::optional<TypeKind> tagged_join(TypeKind a, TypeKind b) {
    for (const TaggedKind& row : tagged_rows) {
        auto takes = [&](TypeKind kind) { return kind == row.kind || kind == row.plain || kind == row.tagged; };
        if (takes(a) && takes(b)) return row.kind;
    }
    return std::nullopt;
}

bool death_observable(TypeKind kind) { return row(kind).observable; }

std::string print_type(Type type) {
    std::string text{type_kind_name(type.kind)};
    if (type.detail != 0) {
        ArrayDetail array = ArrayDetail::unpack(type.detail);
        bool is_array = type.kind == TypeKind::NDArray && array.pack() == type.detail;
        text += "<" + (is_array ? print_array_detail(array) : std::to_string(type.detail)) + ">";
    }
    return text.append(rep_suffix(type.rep));
}

std::optional<Type> parse_type(std::string_view text) {
    Type type;
    if (size_t colon = text.rfind(':'); colon != std::string_view::npos) {
        std::optional<Rep> rep = parse_rep_suffix(text.substr(colon));
        if (!rep) return std::nullopt;
        type.rep = *rep;
        text = text.substr(0, colon);
    }
    if (size_t open = text.find('<'); open != std::string_view::npos) {
        if (text.back() != '>') return std::nullopt;
        std::string_view inside = text.substr(open + 1, text.size() - open - 2);
        text = text.substr(0, open);
        std::optional<uint32_t> detail =
            text == row(TypeKind::NDArray).text ? parse_array_detail(inside) : std::nullopt;
        if (!detail) detail = parse_number(inside);
        if (!detail) return std::nullopt;
        type.detail = *detail;
    }
    std::optional<TypeKind> kind = parse_kind(text);
    if (!kind) return std::nullopt;
    type.kind = *kind;
    return type;
}

}  // namespace aipy::ir
