// The instruction table (ops.def) as data: what can be derived from a row is derived here, at compile time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ir/type.h"

namespace aipy::ir {

enum class Op : uint16_t {
#define OP(name, text, signature, imm, imm2, effects, traits, helper) name,
#include "ir/ops.def"
#undef OP
};

enum class ImmKind : uint8_t { None, Slot, Constant, Name, Integer, Operator, Compare, TypeOf, Version };

// Operators of `binary` and `unary`; the in-place ones follow in the same order.
enum class Operator : uint8_t {
    Add,
    Subtract,
    Multiply,
    MatrixMultiply,
    TrueDivide,
    FloorDivide,
    Remainder,
    Power,
    LeftShift,
    RightShift,
    And,
    Or,
    Xor,
    InplaceAdd,
    InplaceSubtract,
    InplaceMultiply,
    InplaceMatrixMultiply,
    InplaceTrueDivide,
    InplaceFloorDivide,
    InplaceRemainder,
    InplacePower,
    InplaceLeftShift,
    InplaceRightShift,
    InplaceAnd,
    InplaceOr,
    InplaceXor,
    Negative,
    Positive,
    Invert,
};
// What rt_binary may be told besides: that nobody sees an operand after the operation.
inline constexpr int64_t operator_mask = 0xff, left_dies = 0x100, right_dies = 0x200;
std::string_view operator_name(Operator op);
std::optional<Operator> parse_operator(std::string_view text);
// The operator without its in-place part.
Operator plain_operator(Operator op);

// Values equal CPython's Py_LT … Py_GE.
// Where an instance keeps an attribute: among the values that lie in it, by index, or in a slot, by its offset.
// Cached: where the inline cache says, in one of several ways.
enum class AttributePlace : uint8_t { Inline, Slot, Cached };

enum class CompareOp : uint8_t { Less, LessEqual, Equal, NotEqual, Greater, GreaterEqual };
std::string_view compare_name(CompareOp op);
std::optional<CompareOp> parse_compare(std::string_view text);

// What an op may do besides computing its result. Passes ask, they never list ops.
enum class EffectClass : uint8_t { Pure, Reads, Writes, Local, Foreign, Control };

namespace trait {
inline constexpr uint8_t None = 0, Raises = 1, Leaves = 2, Context = 4, Cached = 8;
}

struct OpInfo {
    std::string_view text;
    std::string_view signature;
    std::string_view helper;  // "rt_none" when the executors implement the op themselves
    ImmKind imm;
    ImmKind imm2;
    EffectClass effects;
    uint8_t traits;

    constexpr std::string_view operands() const { return signature.substr(0, signature.find('>')); }
    constexpr char result() const { return signature.back(); }
    constexpr bool has_result() const { return result() != '-'; }
    constexpr bool raises() const { return (traits & trait::Raises) != 0; }
    constexpr bool leaves() const { return (traits & trait::Leaves) != 0; }
    constexpr bool takes_context() const { return (traits & trait::Context) != 0; }
    constexpr bool cached() const { return (traits & trait::Cached) != 0; }
    constexpr bool has_helper() const { return helper != "rt_none"; }
    constexpr bool is_terminator() const { return effects == EffectClass::Control; }
    // May run any Python code; after it, assumptions must be tested again.
    constexpr bool runs_foreign_code() const { return effects == EffectClass::Foreign; }
    constexpr bool is_pure() const { return effects == EffectClass::Pure && !raises() && !leaves(); }
    // Needs a frame state: it may leave, or something may look at the locals while or after it runs.
    constexpr bool needs_frame_state() const { return leaves() || raises() || effects == EffectClass::Foreign; }
    // The letter of operand `index`, following '*', 'V' and 'S' for as long as they go.
    constexpr char operand(size_t index) const {
        std::string_view letters = operands();
        if (index < fixed_operands()) return letters[index];
        if (!is_variadic()) return '-';
        return letters.back() == '*' ? 'o' : letters.back() == 'V' ? 'v' : 'O';
    }
    constexpr bool is_variadic() const {
        std::string_view letters = operands();
        return !letters.empty() && (letters.back() == '*' || letters.back() == 'V' || letters.back() == 'S');
    }
    // Operands before the variadic part.
    constexpr size_t fixed_operands() const { return operands().size() - (is_variadic() ? 1 : 0); }
};

inline constexpr OpInfo op_table[] = {
#define OP(name, text, signature, imm, imm2, effects, traits, helper)                  \
    {text, signature, #helper, ImmKind::imm, ImmKind::imm2, EffectClass::effects, [] { \
         using namespace trait;                                                        \
         return static_cast<uint8_t>(traits);                                          \
     }()},
#include "ir/ops.def"
#undef OP
};
inline constexpr size_t op_count = std::size(op_table);

constexpr const OpInfo& info(Op op) { return op_table[static_cast<size_t>(op)]; }
// Suspends the generator, coroutine or asynchronous generator.
constexpr bool is_yield(Op op) { return op == Op::Yield || op == Op::YieldFrom; }
std::optional<Op> parse_op(std::string_view text);

}  // namespace aipy::ir
