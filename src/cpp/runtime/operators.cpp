// Operators: exact ints and floats here, everything else by CPython's own protocol.
#include "ir/op.h"
#include "runtime/helpers.h"
#include "runtime/numbers.h"

using namespace aipy::runtime;
using aipy::ir::left_dies, aipy::ir::right_dies, aipy::ir::operator_mask;
using aipy::ir::Operator;

namespace aipy::runtime {

// Null without an exception when the operation is not one for short ints.
static inline PyObject* short_int_binary(int64_t a, int64_t b, Operator op) {
    int64_t result = 0;
    switch (op) {
        case Operator::Add:
        case Operator::InplaceAdd: result = a + b; break;
        case Operator::Subtract:
        case Operator::InplaceSubtract: result = a - b; break;
        case Operator::Multiply:
        case Operator::InplaceMultiply:
            if (__builtin_mul_overflow(a, b, &result)) return nullptr;
            break;
        case Operator::FloorDivide:
        case Operator::InplaceFloorDivide:
            if (b == 0) return nullptr;
            result = floor_quotient(a, b);
            break;
        case Operator::Remainder:
        case Operator::InplaceRemainder:
            if (b == 0) return nullptr;
            result = floor_remainder(a, b);
            break;
        case Operator::TrueDivide:
        case Operator::InplaceTrueDivide: {
            double quotient = 0;
            return rt_i64_truediv(a, b, &quotient) != 0 ? PyFloat_FromDouble(quotient) : nullptr;
        }
        case Operator::LeftShift:
        case Operator::InplaceLeftShift:
            if (b < 0 || b > 62 || ((a << b) >> b) != a) return nullptr;
            result = a << b;
            break;
        case Operator::RightShift:
        case Operator::InplaceRightShift:
            if (b < 0) return nullptr;
            result = a >> (b > 63 ? 63 : b);
            break;
        case Operator::And:
        case Operator::InplaceAnd: result = a & b; break;
        case Operator::Or:
        case Operator::InplaceOr: result = a | b; break;
        case Operator::Xor:
        case Operator::InplaceXor: result = a ^ b; break;
        case Operator::MatrixMultiply:
        case Operator::InplaceMatrixMultiply:
        case Operator::Power:
        case Operator::InplacePower:
        case Operator::Negative:
        case Operator::Positive:
        case Operator::Invert: return nullptr;
    }
    return rt_box_i64(result);
}

static inline bool float_binary(double a, double b, Operator op, double* result) {
    switch (op) {
        case Operator::Add:
        case Operator::InplaceAdd: *result = a + b; return true;
        case Operator::Subtract:
        case Operator::InplaceSubtract: *result = a - b; return true;
        case Operator::Multiply:
        case Operator::InplaceMultiply: *result = a * b; return true;
        case Operator::TrueDivide:
        case Operator::InplaceTrueDivide: *result = a / b; return b != 0.0;
        case Operator::FloorDivide:
        case Operator::InplaceFloorDivide: return rt_f64_floordiv(a, b, result) != 0;
        case Operator::Remainder:
        case Operator::InplaceRemainder: return rt_f64_mod(a, b, result) != 0;
        case Operator::Power:
        case Operator::InplacePower: return rt_f64_pow(a, b, result) != 0;
        case Operator::MatrixMultiply:
        case Operator::InplaceMatrixMultiply:
        case Operator::LeftShift:
        case Operator::InplaceLeftShift:
        case Operator::RightShift:
        case Operator::InplaceRightShift:
        case Operator::And:
        case Operator::InplaceAnd:
        case Operator::Or:
        case Operator::InplaceOr:
        case Operator::Xor:
        case Operator::InplaceXor:
        case Operator::Negative:
        case Operator::Positive:
        case Operator::Invert: return false;
    }
    return false;
}

// A short int beside a float: exact as a double only up to 2^53, and then CPython computes the same.
static inline bool mixed_operands(PyObject* a, PyObject* b, double* x, double* y) {
    constexpr int64_t exact = int64_t{1} << 53;
    PyObject* number = PyFloat_CheckExact(a) ? b : a;
    if (!is_short_exact_int(number)) return false;
    if (!PyFloat_CheckExact(a) && !PyFloat_CheckExact(b)) return false;
    int64_t value = cpython::short_int_value(number);
    if (value > exact || value < -exact) return false;
    *x = number == a ? static_cast<double>(value) : PyFloat_AS_DOUBLE(a);
    *y = number == b ? static_cast<double>(value) : PyFloat_AS_DOUBLE(b);
    return true;
}

}  // namespace aipy::runtime

extern "C" {

PyObject* rt_binary(PyObject* a, PyObject* b, int64_t op, InlineCache*) noexcept {
    auto code = static_cast<Operator>(op & operator_mask);
    if (both_short_ints(a, b)) {
        PyObject* result = short_int_binary(cpython::short_int_value(a), cpython::short_int_value(b), code);
        if (result != nullptr) [[likely]]
            return result;
    } else {
        double x = 0, y = 0, result = 0;
        bool floats = both_floats(a, b);
        if (floats) x = PyFloat_AS_DOUBLE(a), y = PyFloat_AS_DOUBLE(b);
        if ((floats || mixed_operands(a, b, &x, &y)) && float_binary(x, y, code, &result))
            return PyFloat_FromDouble(result);
    }
    return rt_binary_slow(a, b, op);
}

[[gnu::noinline]] PyObject* rt_binary_slow(PyObject* a, PyObject* b, int64_t op) noexcept {
    if ((op & (left_dies | right_dies)) != 0) {
        int64_t tried = 0;
        PyObject* made = rt_reuse_array(a, b, op, &tried);
        if (tried != 0) return made;
    }
    switch (static_cast<Operator>(op & operator_mask)) {
        case Operator::Add: return PyNumber_Add(a, b);
        case Operator::Subtract: return PyNumber_Subtract(a, b);
        case Operator::Multiply: return PyNumber_Multiply(a, b);
        case Operator::MatrixMultiply: return PyNumber_MatrixMultiply(a, b);
        case Operator::TrueDivide: return PyNumber_TrueDivide(a, b);
        case Operator::FloorDivide: return PyNumber_FloorDivide(a, b);
        case Operator::Remainder: return PyNumber_Remainder(a, b);
        case Operator::Power: return PyNumber_Power(a, b, Py_None);
        case Operator::LeftShift: return PyNumber_Lshift(a, b);
        case Operator::RightShift: return PyNumber_Rshift(a, b);
        case Operator::And: return PyNumber_And(a, b);
        case Operator::Or: return PyNumber_Or(a, b);
        case Operator::Xor: return PyNumber_Xor(a, b);
        case Operator::InplaceAdd: return PyNumber_InPlaceAdd(a, b);
        case Operator::InplaceSubtract: return PyNumber_InPlaceSubtract(a, b);
        case Operator::InplaceMultiply: return PyNumber_InPlaceMultiply(a, b);
        case Operator::InplaceMatrixMultiply: return PyNumber_InPlaceMatrixMultiply(a, b);
        case Operator::InplaceTrueDivide: return PyNumber_InPlaceTrueDivide(a, b);
        case Operator::InplaceFloorDivide: return PyNumber_InPlaceFloorDivide(a, b);
        case Operator::InplaceRemainder: return PyNumber_InPlaceRemainder(a, b);
        case Operator::InplacePower: return PyNumber_InPlacePower(a, b, Py_None);
        case Operator::InplaceLeftShift: return PyNumber_InPlaceLshift(a, b);
        case Operator::InplaceRightShift: return PyNumber_InPlaceRshift(a, b);
        case Operator::InplaceAnd: return PyNumber_InPlaceAnd(a, b);
        case Operator::InplaceOr: return PyNumber_InPlaceOr(a, b);
        case Operator::InplaceXor: return PyNumber_InPlaceXor(a, b);
        case Operator::Negative:
        case Operator::Positive:
        case Operator::Invert: break;
    }
    PyErr_SetString(PyExc_SystemError, "aipy: a unary operator with two operands");
    return nullptr;
}

PyObject* rt_unary(PyObject* value, int64_t op) noexcept {
    auto code = static_cast<Operator>(op);
    if (code == Operator::Negative) return PyNumber_Negative(value);
    if (code == Operator::Positive) return PyNumber_Positive(value);
    return PyNumber_Invert(value);
}

PyObject* rt_compare(PyObject* a, PyObject* b, int64_t op, InlineCache*) noexcept {
    if (both_short_ints(a, b))
        return cpython::make_bool(compare_values(cpython::short_int_value(a), cpython::short_int_value(b), op));
    if (both_floats(a, b)) return cpython::make_bool(compare_values(PyFloat_AS_DOUBLE(a), PyFloat_AS_DOUBLE(b), op));
    if (PyUnicode_CheckExact(a) && PyUnicode_CheckExact(b)) return cpython::make_bool(rt_str_compare(a, b, op) != 0);
    return rt_compare_slow(a, b, op);
}

[[gnu::noinline]] PyObject* rt_compare_slow(PyObject* a, PyObject* b, int64_t op) noexcept {
    return PyObject_RichCompare(a, b, static_cast<int>(op));
}

int rt_contains(PyObject* container, PyObject* item) noexcept { return PySequence_Contains(container, item); }

int rt_truth(PyObject* value) noexcept {
    if (PyBool_Check(value)) return value == Py_True;
    return rt_truth_slow(value);
}

[[gnu::noinline]] int rt_truth_slow(PyObject* value) noexcept { return PyObject_IsTrue(value); }

}  // extern "C"
