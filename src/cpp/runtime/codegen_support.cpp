// The functions of codegen_support.def. Those that are Inline are always_inline, which is how the code generator
// recognises in runtime.bc what it may take; natively compiled they serve when the bitcode is missing.
#include "runtime/cpython/internal.h"

#include <numpy/arrayobject.h>
#include <numpy/arrayscalars.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "ir/type.h"
#include "runtime/abi.h"

#define AIPY_INLINE __attribute__((always_inline, used, visibility("default")))
#define AIPY_CALL __attribute__((noinline, used, visibility("default")))

using aipy::ir::ArrayDetail;
using aipy::ir::ElementType;
using aipy::ir::NumbersResult;
using aipy::runtime::InlineCache;

namespace {

template <typename T>
[[gnu::always_inline]] inline T numpy_value(PyObject* object, int64_t wanted) {
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric)     \
    if (static_cast<aipy::ir::TypeKind>(wanted) == aipy::ir::TypeKind::kind) \
        return static_cast<T>(PyArrayScalar_VAL(object, c_name));
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
    return {};
}

}  // namespace

extern "C" {

// ---- references -------------------------------------------------------------------------------------------

AIPY_INLINE void cg_retain(PyObject* object) { Py_INCREF(object); }
AIPY_INLINE void cg_retain_nullable(PyObject* object) { Py_XINCREF(object); }

AIPY_INLINE PyObject* cg_counted(PyObject* object) { return aipy::runtime::cpython::counted(object); }

// Py_DECREF, with the disposal left to the caller, who must test the version's assumptions after it.
AIPY_INLINE int cg_drop(PyObject* object) {
    if (_Py_IsImmortal(object)) return 0;
    return --object->ob_refcnt == 0;
}
AIPY_INLINE int cg_drop_nullable(PyObject* object) {
    if (object == nullptr || _Py_IsImmortal(object)) return 0;
    return --object->ob_refcnt == 0;
}

AIPY_INLINE PyTypeObject* cg_type(PyObject* object) { return object->ob_type; }
AIPY_INLINE int64_t cg_type_version(PyObject* object) { return object->ob_type->tp_version_tag; }
AIPY_INLINE int64_t cg_own_version(PyObject* object) { return reinterpret_cast<PyTypeObject*>(object)->tp_version_tag; }
AIPY_INLINE int cg_is_only(PyObject* object) { return object->ob_refcnt == 1; }

// ---- instances --------------------------------------------------------------------------------------------

AIPY_INLINE double* cg_float_place(PyObject* object) { return &reinterpret_cast<PyFloatObject*>(object)->ob_fval; }
AIPY_INLINE PyObject** cg_own_values(PyObject* object) {
    PyDictValues* values = aipy::runtime::cpython::inline_values(object);
    return values == nullptr ? nullptr : values->values;
}
AIPY_INLINE PyObject** cg_unshared_values(PyObject* object) {
    return aipy::runtime::cpython::managed_dict(object) == nullptr ? cg_own_values(object) : nullptr;
}
AIPY_INLINE int64_t cg_keys_version(PyObject* object) {
    using namespace aipy::runtime::cpython;
    return inline_values(object) == nullptr ? 0 : shared_keys(object->ob_type)->dk_version;
}
AIPY_INLINE PyObject* cg_cached_object(InlineCache* cache) { return cache->entries[0].object; }

// ---- functions --------------------------------------------------------------------------------------------

AIPY_INLINE int cg_is_function(PyObject* object, PyObject* code, PyObject* globals, PyObject* builtins) {
    const auto* function = reinterpret_cast<const PyFunctionObject*>(object);
    return reinterpret_cast<PyObject*>(aipy::runtime::cpython::own_code(function)) == code &&
           function->func_globals == globals && function->func_builtins == builtins;
}
AIPY_INLINE PyObject* cg_closure_cell(PyObject* function, int64_t index) {
    const auto* cells = reinterpret_cast<PyTupleObject*>(reinterpret_cast<PyFunctionObject*>(function)->func_closure);
    return cells->ob_item[index];
}

AIPY_INLINE PyObject** cg_cell_place(PyObject* cell) { return &reinterpret_cast<PyCellObject*>(cell)->ob_ref; }

// ---- numbers ----------------------------------------------------------------------------------------------

AIPY_INLINE int cg_is_compact(PyObject* object) {
    return PyUnstable_Long_IsCompact(reinterpret_cast<PyLongObject*>(object));
}
AIPY_INLINE int64_t cg_compact_value(PyObject* object) { return aipy::runtime::cpython::one_digit_value(object); }
AIPY_INLINE int cg_is_short(PyObject* object) {
    return aipy::runtime::cpython::is_short_int(aipy::runtime::cpython::int_tag(object)) ? 1 : 0;
}
AIPY_INLINE int64_t cg_short_value(PyObject* object) { return aipy::runtime::cpython::short_int_value(object); }
AIPY_INLINE int cg_overwrite_int(PyObject* object, int64_t value) {
    return aipy::runtime::cpython::overwrite_int(object, value) ? 1 : 0;
}
// An exact int in [0, 2**64).
AIPY_CALL int cg_word_value(PyObject* object, int64_t* value) {
    *value = static_cast<int64_t>(PyLong_AsUnsignedLong(object));
    if (*value != -1 || PyErr_Occurred() == nullptr) return 1;
    PyErr_Clear();
    return 0;
}
AIPY_CALL int cg_wide_value(PyObject* object, int64_t* value) {
    using namespace aipy::runtime::cpython;
    if (is_short_int(int_tag(object))) [[likely]] {
        *value = short_int_value(object);
        return 1;
    }
    int overflow = 0;
    *value = PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow == 0;
}

AIPY_INLINE double cg_float_value(PyObject* object) { return PyFloat_AS_DOUBLE(object); }
AIPY_INLINE double cg_complex_real(PyObject* object) { return reinterpret_cast<PyComplexObject*>(object)->cval.real; }
AIPY_INLINE double cg_complex_imag(PyObject* object) { return reinterpret_cast<PyComplexObject*>(object)->cval.imag; }
AIPY_INLINE double cg_numpy_f64_value(PyObject* object, int64_t kind) { return numpy_value<double>(object, kind); }
AIPY_INLINE int64_t cg_numpy_i64_value(PyObject* object, int64_t kind) { return numpy_value<int64_t>(object, kind); }
AIPY_INLINE int cg_numpy_bool_value(PyObject* object) { return PyArrayScalar_VAL(object, Bool) != 0; }

// CPython's float_rem.
AIPY_INLINE double cg_float_mod(double dividend, double divisor) {
    double mod = std::fmod(dividend, divisor);
    if (mod == 0.0) return std::copysign(0.0, divisor);
    return (divisor < 0) != (mod < 0) ? mod + divisor : mod;
}

// CPython's _float_div_mod, without the remainder.
AIPY_INLINE double cg_float_floordiv(double dividend, double divisor) {
    double mod = std::fmod(dividend, divisor);
    double div = (dividend - mod) / divisor;
    if (mod != 0.0 && (divisor < 0) != (mod < 0)) div -= 1.0;
    if (div == 0.0) return std::copysign(0.0, dividend / divisor);
    double floored = __builtin_floor(div);
    return div - floored > 0.5 ? floored + 1.0 : floored;
}

// CPython's float_pow calls C's pow only after its special cases; all of them, and every error (whose result is not
// finite), are told by NaN.
AIPY_CALL double cg_float_pow(double base, double exponent) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (!std::isfinite(base) || !std::isfinite(exponent) || (base == 0.0 && exponent < 0.0)) return unknown;
    bool negate = false;
    if (base < 0.0) {
        if (exponent != std::floor(exponent)) return unknown;
        base = -base;
        negate = std::fmod(std::fabs(exponent), 2.0) == 1.0;
    }
    double power = base == 1.0 ? 1.0 : std::pow(base, exponent);
    if (!std::isfinite(power)) return unknown;
    return negate ? -power : power;
}

AIPY_CALL int cg_int_pow(int64_t base, int64_t exponent, int64_t* result) {
    if (exponent < 0) return 0;
    int64_t power = 1;
    for (;;) {
        if ((exponent & 1) != 0 && __builtin_mul_overflow(power, base, &power)) return 0;
        exponent >>= 1;
        if (exponent == 0) break;
        if (__builtin_mul_overflow(base, base, &base)) return 0;
    }
    *result = power;
    return 1;
}

// ---- containers -------------------------------------------------------------------------------------------

AIPY_INLINE int64_t cg_str_length(PyObject* object) { return PyUnicode_GET_LENGTH(object); }
AIPY_INLINE int64_t cg_bytes_length(PyObject* object) { return PyBytes_GET_SIZE(object); }
AIPY_INLINE char* cg_bytes_items(PyObject* object) { return reinterpret_cast<PyBytesObject*>(object)->ob_sval; }
AIPY_INLINE int64_t cg_bytearray_length(PyObject* object) { return PyByteArray_GET_SIZE(object); }
AIPY_INLINE char* cg_bytearray_items(PyObject* object) {
    return reinterpret_cast<PyByteArrayObject*>(object)->ob_start;
}
AIPY_INLINE int64_t cg_dict_length(PyObject* object) { return reinterpret_cast<PyDictObject*>(object)->ma_used; }
AIPY_INLINE int64_t cg_list_length(PyObject* object) { return Py_SIZE(object); }
AIPY_INLINE PyObject** cg_list_items(PyObject* object) { return reinterpret_cast<PyListObject*>(object)->ob_item; }

AIPY_INLINE int64_t cg_list_room(PyObject* object) { return reinterpret_cast<PyListObject*>(object)->allocated; }
AIPY_INLINE void cg_list_grown(PyObject* object) { Py_SET_SIZE(object, Py_SIZE(object) + 1); }

// The first of equal ones, as min and max: a NaN stays only in front.
extern "C++" template <class Number>
static Number extreme_of(const Number* items, int64_t size, NumbersResult wanted) {
    Number made = items[0];
    if (wanted == NumbersResult::Least)
        for (int64_t i = 1; i < size; ++i) made = items[i] < made ? items[i] : made;
    else
        for (int64_t i = 1; i < size; ++i) made = items[i] > made ? items[i] : made;
    return made;
}

static int sum_of(const int64_t* items, int64_t size, int64_t* result) {
    *result = 0;
    for (int64_t i = 0; i < size; ++i)
        if (__builtin_add_overflow(*result, items[i], result)) return 0;
    return 1;
}

AIPY_CALL int cg_ints_result(PyObject* list, int64_t wanted, int64_t* result) {
    const int64_t size = Py_SIZE(list);
    const auto* items = reinterpret_cast<const int64_t*>(reinterpret_cast<PyListObject*>(list)->ob_item);
    const auto kind = static_cast<NumbersResult>(wanted);
    if (kind == NumbersResult::Sum) return sum_of(items, size, result);
    if (size == 0) return 0;
    *result = extreme_of(items, size, kind);
    return 1;
}

// A sum is CPython's: since 3.12 Neumaier's, which begins with the first item behind the int 0.
static double sum_of(const double* items, int64_t size) {
    if (PY_VERSION_HEX < 0x030C0000) {
        double plain = 0.0;
        for (int64_t i = 0; i < size; ++i) plain += items[i];
        return plain;
    }
    double sum = 0.0 + items[0], lost = 0.0;
    for (int64_t i = 1; i < size; ++i) {
        const double item = items[i], next = sum + item;
        lost += std::fabs(sum) >= std::fabs(item) ? (sum - next) + item : (item - next) + sum;
        sum = next;
    }
    return lost != 0.0 && std::isfinite(lost) ? sum + lost : sum;
}

AIPY_CALL int cg_floats_result(PyObject* list, int64_t wanted, double* result) {
    const int64_t size = Py_SIZE(list);
    if (size == 0) return 0;
    const auto* items = reinterpret_cast<const double*>(reinterpret_cast<PyListObject*>(list)->ob_item);
    const auto kind = static_cast<NumbersResult>(wanted);
    *result = kind == NumbersResult::Sum ? sum_of(items, size) : extreme_of(items, size, kind);
    return 1;
}

AIPY_INLINE int64_t cg_tuple_length(PyObject* object) { return PyTuple_GET_SIZE(object); }
AIPY_INLINE PyObject** cg_tuple_items(PyObject* object) { return reinterpret_cast<PyTupleObject*>(object)->ob_item; }

// What is left of a range iterator: 0 the next value, 1 where it stops (next + count * step), 2 the step.
AIPY_CALL int cg_range_part(PyObject* iterator, int64_t part, int64_t* value) {
    using namespace aipy::runtime::cpython;
    const auto* range = reinterpret_cast<const RangeIterator*>(iterator);
    switch (part) {
        case 0: *value = next_of_range(range); return 1;
        case 2: *value = range->step; return 1;
        default:
            return !__builtin_mul_overflow(left_in_range(range), static_cast<int64_t>(range->step), value) &&
                   !__builtin_add_overflow(*value, next_of_range(range), value);
    }
}

// ---- arrays -----------------------------------------------------------------------------------------------

// NumPy has several type numbers of one size; as elements they are the same.
static inline __attribute__((always_inline)) bool same_element(int type_number, ElementType element) {
    switch (element) {
        case ElementType::Bool: return type_number == NPY_BOOL;
        case ElementType::I8: return type_number == NPY_BYTE;
        case ElementType::U8: return type_number == NPY_UBYTE;
        case ElementType::I16: return type_number == NPY_SHORT;
        case ElementType::U16: return type_number == NPY_USHORT;
        case ElementType::I32: return type_number == NPY_INT;
        case ElementType::U32: return type_number == NPY_UINT;
        case ElementType::I64: return type_number == NPY_LONG || type_number == NPY_LONGLONG;
        case ElementType::U64: return type_number == NPY_ULONG || type_number == NPY_ULONGLONG;
        case ElementType::F32: return type_number == NPY_FLOAT;
        case ElementType::F64: return type_number == NPY_DOUBLE;
        case ElementType::Other: return false;
    }
    return false;
}

AIPY_INLINE int cg_array_matches(PyObject* object, int64_t packed) {
    const ArrayDetail detail = ArrayDetail::unpack(static_cast<uint32_t>(packed));
    const auto* array = reinterpret_cast<const PyArrayObject_fields*>(object);
    int flags = NPY_ARRAY_ALIGNED;
    if (detail.c_contiguous) flags |= NPY_ARRAY_C_CONTIGUOUS;
    if (detail.writeable) flags |= NPY_ARRAY_WRITEABLE;
    if (array->nd != detail.rank) return 0;
    for (int axis = 0; axis < ArrayDetail::most_units; ++axis)
        if ((detail.units >> axis & 1) != 0 && array->dimensions[axis] != 1) return 0;
    return (array->flags & flags) == flags && array->descr->byteorder != NPY_OPPBYTE &&
           same_element(array->descr->type_num, detail.element);
}
AIPY_INLINE void* cg_array_dtype(PyObject* object) { return reinterpret_cast<PyArrayObject_fields*>(object)->descr; }
AIPY_INLINE char* cg_array_data(PyObject* object) { return reinterpret_cast<PyArrayObject_fields*>(object)->data; }
AIPY_INLINE int64_t* cg_array_dims(PyObject* object) {
    return reinterpret_cast<int64_t*>(reinterpret_cast<PyArrayObject_fields*>(object)->dimensions);
}
AIPY_INLINE int64_t* cg_array_strides(PyObject* object) {
    return reinterpret_cast<int64_t*>(reinterpret_cast<PyArrayObject_fields*>(object)->strides);
}

AIPY_INLINE int cg_array_is_long(PyObject* object) {
    const int number = reinterpret_cast<PyArrayObject_fields*>(object)->descr->type_num;
    return number != NPY_LONGLONG && number != NPY_ULONGLONG;
}

AIPY_INLINE void cg_set_position(PyThreadState* thread, aipy::runtime::cpython::CodeUnit* unit) {
    aipy::runtime::cpython::set_instruction(aipy::runtime::cpython::current_frame(thread), unit);
}

AIPY_INLINE void cg_show_locals(PyThreadState* thread, void* cells) {
    *static_cast<void**>(aipy::runtime::cpython::behind_slots(aipy::runtime::cpython::current_frame(thread))) = cells;
}

AIPY_INLINE PyObject* cg_take_slot(aipy::runtime::cpython::FrameSlot* slot) {
    PyObject* object = *slot;
    *slot = nullptr;
    return object;
}

AIPY_INLINE int64_t cg_depth(PyThreadState* thread) { return aipy::runtime::cpython::remaining_depth(thread); }

AIPY_INLINE InlineCache* cg_cache(InlineCache* caches, int64_t index) { return caches + index; }

}  // extern "C"
