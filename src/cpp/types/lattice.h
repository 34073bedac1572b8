// Facts: what inference knows of a value. A flat lattice over kinds, with "may be absent" and constants beside it.
//
//      Any (may be absent or not)
//      Int  Float  Bool  Str  List …        BigInt stands above Int (an exact int of any size), Number above Int
//      Bottom                               and Float (either, told apart by a bit); so do FloatOrNumpy, …; and Word,
//                                           an int in [0, 2**64), above ints that are not negative, below BigInt
//
// Joins only go up and every chain is at most six long, so a fixpoint over facts ends.
#pragma once

#include <cstdint>
#include <optional>

#include "ir/function.h"
#include "ir/op.h"
#include "ir/type.h"

namespace aipy::types {

struct Fact {
    ir::TypeKind kind = ir::TypeKind::Bottom;
    uint32_t detail = 0;
    bool nullable = false;  // may be the absent object
    bool nonneg = false;    // of an Int: is not negative

    bool operator==(const Fact&) const = default;
    bool known() const { return kind != ir::TypeKind::Bottom && kind != ir::TypeKind::Any; }
    bool is(ir::TypeKind other) const { return kind == other; }

    static Fact of(ir::TypeKind kind, uint32_t detail = 0) { return {kind, detail, false}; }
    static Fact of(ir::Type type) { return {type.kind, type.detail, false}; }
    static Fact any() { return {ir::TypeKind::Any, 0, false}; }
    static Fact null() { return {ir::TypeKind::Bottom, 0, true}; }
    static Fact natural() { return {ir::TypeKind::Int, 0, false, true}; }
    // Is an int in [0, 2**64).
    bool is_word() const { return !nullable && (kind == ir::TypeKind::Word || (kind == ir::TypeKind::Int && nonneg)); }
    ir::Type boxed() const { return ir::Type::boxed(kind, detail); }
};

Fact join(Fact a, Fact b);

// Kinds that behave as an int, a float, in arithmetic of exact Python numbers.
bool is_python_int(ir::TypeKind kind);     // Int, Bool
bool is_python_number(ir::TypeKind kind);  // Int, Bool, Float
bool is_numpy_scalar(ir::TypeKind kind);
bool is_numpy_int(ir::TypeKind kind);
bool is_numpy_float(ir::TypeKind kind);
// Is one of two kinds, told apart by a bit; and which of the two the bit stands for.
bool is_tagged(ir::TypeKind kind);
ir::TypeKind tagged_kind(ir::TypeKind kind);
// Is an int, Python's or NumPy's: what an index and a bound of a range may be.
bool is_index(ir::TypeKind kind);
// Bytes, which may be looked at one by one.
bool is_bytes(ir::TypeKind kind);
// An item of a list of plain numbers, or of a list of such lists (ir::is_native_list).
Fact item_of_numbers(Fact list);
// Has an unboxed form.
bool is_unboxable(ir::TypeKind kind);
// Is one machine value in a register.
bool is_register_value(ir::TypeKind kind);
// Is one machine value, which any object of the kind fits: what native calls pass and return.
bool is_machine_value(ir::TypeKind kind);

// The typed form of an operator on two kinds: the op, the representation both operands are brought to, and the
// kind of the result. Empty: there is none and the operator stays generic.
struct TypedOperator {
    ir::Op op;
    ir::Rep operands;
    ir::TypeKind result;
    bool check_floats = false;  // operands that are ints or floats must turn out to be floats
    bool check_finite = false;  // NumPy warns when the result is not finite: leave instead
    // NumPy warns when the result is no such integer; it refuses Python's ints that are not.
    std::optional<ir::ElementType> check_element = std::nullopt;
    std::optional<ir::ElementType> check_python = std::nullopt;
    bool single = false;         // float32: the result is rounded to it, and what Python's operand is
    bool may_underflow = false;  // of NumPy's floats: it may be told to look
};
std::optional<TypedOperator> typed_binary(ir::Operator op, ir::TypeKind left, ir::TypeKind right);
std::optional<TypedOperator> typed_unary(ir::Operator op, ir::TypeKind operand);

// The result of an operator on two ints, one of them at least a kind Word; `constant`: the right operand when it is a
// constant that is a word. Where the form `may_leave`, an Int is tested to be a word, a divisor not to be zero, a
// number of bits to be below 64. Any: there is no form on words.
Fact word_result(ir::Operator op, Fact left, Fact right, std::optional<uint64_t> constant, bool may_leave);
// Whether an operator's result, where it fits an i64, is not negative.
bool stays_nonneg(ir::Operator op, Fact left, Fact right);
// Two ints, one of them at least a kind Word, the other a word or tested to be one.
bool compared_as_words(Fact left, Fact right, bool may_leave);

// How two kinds are compared: on which representation, and the kind of the result (Bool or NumpyBool).
struct TypedComparison {
    ir::Rep operands;
    bool exact_conversion;  // an int meets a float: only ints a double holds exactly may be converted
    ir::TypeKind result;
    bool single = false;      // Python's number is rounded to a float32
    bool truth_only = false;  // whose bool it is, is not known: only its truth may be used
};
std::optional<TypedComparison> typed_comparison(ir::TypeKind left, ir::TypeKind right);

// Result kind of an op whatever its operands are (build.list gives a list); Any when it depends.
Fact fixed_result(ir::Op op);

}  // namespace aipy::types
