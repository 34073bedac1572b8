// Declarations of every runtime helper, derived from the instruction table and calls.def, and the table that finds
// a helper's address by its name.
//
// All helpers are extern "C" and noexcept: no C++ exception crosses compiled code. These files are compiled twice,
// natively and to bitcode from which compiled code inlines: fast paths are small functions, slow paths are separate
// ones with external linkage, and no helper has data of its own except in natively compiled units. The word before
// an array of variadic operands is free: callees may write to it.
#pragma once

#include <Python.h>

#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "ir/op.h"
#include "runtime/abi.h"

namespace aipy::runtime {

namespace detail {

template <char Letter>
constexpr auto operand_type() {
    if constexpr (Letter == '*' || Letter == 'V')
        return std::type_identity<std::tuple<PyObject* const*, int64_t>>{};
    else if constexpr (Letter == 'i')
        return std::type_identity<std::tuple<int64_t>>{};
    else if constexpr (Letter == 'f')
        return std::type_identity<std::tuple<double>>{};
    else if constexpr (Letter == 'b')
        return std::type_identity<std::tuple<int>>{};
    else
        return std::type_identity<std::tuple<PyObject*>>{};
}

template <char Letter>
constexpr auto result_type() {
    if constexpr (Letter == 'i')
        return std::type_identity<int64_t>{};
    else if constexpr (Letter == 'f')
        return std::type_identity<double>{};
    else if constexpr (Letter == 'b' || Letter == '-')
        return std::type_identity<int>{};
    else
        return std::type_identity<PyObject*>{};
}

template <ir::ImmKind Kind>
constexpr auto immediate_type() {
    if constexpr (Kind == ir::ImmKind::None)
        return std::type_identity<std::tuple<>>{};
    else if constexpr (Kind == ir::ImmKind::Constant || Kind == ir::ImmKind::Name)
        return std::type_identity<std::tuple<PyObject*>>{};
    else
        return std::type_identity<std::tuple<int64_t>>{};
}

template <typename... Tuples>
using Concatenated = decltype(std::tuple_cat(std::declval<Tuples>()...));

template <ir::Op O, size_t... I>
constexpr auto operands_type(std::index_sequence<I...>) {
    return std::type_identity<
        Concatenated<std::tuple<>, typename decltype(operand_type<ir::info(O).operands()[I]>())::type...>>{};
}

template <typename Result, typename Parameters>
struct FunctionOf;
template <typename Result, typename... Parameters>
struct FunctionOf<Result, std::tuple<Parameters...>> {
    using type = Result(Parameters...) noexcept;
};

template <ir::Op O>
struct HelperTypeOf {
    static constexpr const ir::OpInfo& row = ir::info(O);
    using Operands = typename decltype(operands_type<O>(std::make_index_sequence<row.operands().size()>()))::type;
    using Parameters = Concatenated<std::conditional_t<row.takes_context(), std::tuple<FunctionContext*>, std::tuple<>>,
                                    Operands, typename decltype(immediate_type<row.imm>())::type,
                                    typename decltype(immediate_type<row.imm2>())::type,
                                    std::conditional_t<row.cached(), std::tuple<InlineCache*>, std::tuple<>>>;
    using type = typename FunctionOf<typename decltype(result_type<row.result()>())::type, Parameters>::type;
};

}  // namespace detail

// The C++ function type of an op's helper, as the header of ops.def says.
template <ir::Op O>
using HelperType = typename detail::HelperTypeOf<O>::type;

// Address of the helper of that name ("rt_…"); null when there is none.
void* helper_address(std::string_view name);

}  // namespace aipy::runtime

// AIPY_IF_HELPER(helper, tokens) gives the tokens, or nothing when the row's helper is rt_none.
#define AIPY_PROBE_rt_none ~, 1
#define AIPY_SECOND(first, second, ...) second
#define AIPY_IS_NONE(...) AIPY_SECOND(__VA_ARGS__, 0, 0)
#define AIPY_SELECT_0(...) __VA_ARGS__
#define AIPY_SELECT_1(...)
#define AIPY_SELECT(is_none) AIPY_SELECT_EXPANDED(is_none)
#define AIPY_SELECT_EXPANDED(is_none) AIPY_SELECT_##is_none
#define AIPY_IF_HELPER(helper, ...) AIPY_SELECT(AIPY_IS_NONE(AIPY_PROBE_##helper))(__VA_ARGS__)

extern "C" {
#define OP(name, text, signature, imm, imm2, effects, traits, helper) \
    AIPY_IF_HELPER(helper, ::aipy::runtime::HelperType<::aipy::ir::Op::name> helper;)
#include "ir/ops.def"
#undef OP

#define HELPER(result, name, ...) result name(__VA_ARGS__) noexcept;
#include "runtime/calls.def"
#undef HELPER
}
