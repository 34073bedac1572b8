// Numbers between boxes and registers, and arithmetic whose result must be CPython's to the bit.
#include "runtime/numbers.h"

#include <cerrno>
#include <cmath>
#include <limits>

#include "ir/type.h"
#include "runtime/cpython/internal.h"
#include "runtime/helpers.h"

using namespace aipy::runtime;

extern "C" {

PyObject* rt_box_i64(int64_t value) noexcept { return aipy::runtime::cpython::make_int(value); }

PyObject* rt_box_word(int64_t value) noexcept { return PyLong_FromUnsignedLong(static_cast<uint64_t>(value)); }

PyObject* rt_box_f64(double value) noexcept { return PyFloat_FromDouble(value); }

PyObject* rt_box_complex(double real, double imag) noexcept { return PyComplex_FromDoubles(real, imag); }

double rt_complex_quotient(double a_real, double a_imag, double b_real, double b_imag, int64_t part) noexcept {
    const int saved = errno;
    errno = 0;
    const Py_complex quotient = _Py_c_quot({a_real, a_imag}, {b_real, b_imag});
    const bool raises = errno != 0;
    errno = saved;
    if (raises) return std::numeric_limits<double>::quiet_NaN();
    return part == 0 ? quotient.real : quotient.imag;
}

PyObject* rt_box_either_i64(int64_t value, int tag, int64_t kind) noexcept {
    if (tag == 0) return rt_box_i64(value);
    const aipy::ir::TaggedKind* pair = aipy::ir::as_tagged(static_cast<aipy::ir::TypeKind>(kind));
    return rt_box_numpy_i64(value, static_cast<int64_t>(pair->tagged));
}

PyObject* rt_box_either_f64(double value, int tag, int64_t kind) noexcept {
    const aipy::ir::TaggedKind* pair = aipy::ir::as_tagged(static_cast<aipy::ir::TypeKind>(kind));
    const aipy::ir::TypeKind own = tag != 0 ? pair->tagged : pair->plain;
    if (own == aipy::ir::TypeKind::Float) return rt_box_f64(value);
    return own == aipy::ir::TypeKind::Int ? PyLong_FromDouble(value)
                                          : rt_box_numpy_f64(value, static_cast<int64_t>(own));
}

int rt_try_unbox_i64(PyObject* object, int64_t* value) noexcept {
    if (!PyLong_CheckExact(object)) return 0;
    if (!cpython::is_short_int(cpython::int_tag(object))) [[unlikely]]
        return rt_try_unbox_i64_slow(object, value);
    *value = cpython::short_int_value(object);
    return 1;
}

[[gnu::noinline]] int rt_try_unbox_i64_slow(PyObject* object, int64_t* value) noexcept {
    int overflow = 0;
    long long result = PyLong_AsLongLongAndOverflow(object, &overflow);
    *value = result;
    return overflow == 0;
}

int rt_try_unbox_f64(PyObject* object, double* value) noexcept {
    if (!PyFloat_CheckExact(object)) return 0;
    *value = PyFloat_AS_DOUBLE(object);
    return 1;
}

int rt_try_unbox_bit(PyObject* object, int* value) noexcept {
    if (!PyBool_Check(object)) return 0;
    *value = object == Py_True;
    return 1;
}

int rt_i64_floordiv(int64_t a, int64_t b, int64_t* result) noexcept {
    if (b == 0 || (b == -1 && a == INT64_MIN)) return 0;
    *result = floor_quotient(a, b);
    return 1;
}

int rt_i64_mod(int64_t a, int64_t b, int64_t* result) noexcept {
    if (b == 0) return 0;
    *result = b == -1 ? 0 : floor_remainder(a, b);
    return 1;
}

// Correctly rounded only while both operands are doubles exactly; past 2^53 CPython's long division decides.
int rt_i64_truediv(int64_t a, int64_t b, double* result) noexcept {
    constexpr int64_t exact = int64_t{1} << 53;
    if (b == 0 || a > exact || a < -exact || b > exact || b < -exact) return 0;
    *result = static_cast<double>(a) / static_cast<double>(b);  // 0 / -5 is -0.0 in CPython too
    return 1;
}

// By squaring; a negative exponent gives a float, and overflow a big int: neither exists here.
int rt_i64_pow(int64_t base, int64_t exponent, int64_t* result) noexcept {
    if (exponent < 0) return 0;
    int64_t product = 1;
    while (true) {
        if ((exponent & 1) != 0 && __builtin_mul_overflow(product, base, &product)) return 0;
        exponent >>= 1;
        if (exponent == 0) break;
        if (__builtin_mul_overflow(base, base, &base)) return 0;
    }
    *result = product;
    return 1;
}

// float.__mod__: fmod, then the divisor's sign, and a zero with the divisor's sign.
int rt_f64_mod(double a, double b, double* result) noexcept {
    if (b == 0.0) return 0;
    double mod = std::fmod(a, b);
    if (mod != 0.0) {
        if ((b < 0) != (mod < 0)) mod += b;
    } else {
        mod = std::copysign(0.0, b);
    }
    *result = mod;
    return 1;
}

// float.__floordiv__: by the remainder, so that a == b * (a // b) + a % b as nearly as doubles allow.
int rt_f64_floordiv(double a, double b, double* result) noexcept {
    if (b == 0.0) return 0;
    double mod = std::fmod(a, b);
    double quotient = (a - mod) / b;
    if (mod != 0.0 && (b < 0) != (mod < 0)) quotient -= 1.0;
    if (quotient != 0.0) {
        double floored = std::floor(quotient);
        if (quotient - floored > 0.5) floored += 1.0;
        *result = floored;
    } else {
        *result = std::copysign(0.0, a / b);
    }
    return 1;
}

// Only where the result is a plain finite power; every special case of float.__pow__ is CPython's.
int rt_f64_pow(double base, double exponent, double* result) noexcept {
    if (!std::isfinite(base) || !std::isfinite(exponent)) return 0;
    if (base == 0.0) return 0;
    if (base < 0.0 && exponent != std::floor(exponent)) return 0;
    double power = std::pow(base, exponent);
    if (!std::isfinite(power) || power == 0.0) return 0;
    *result = power;
    return 1;
}

}  // extern "C"
