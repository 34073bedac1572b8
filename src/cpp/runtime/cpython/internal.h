// CPython's internals as the runtime uses them, the differences between versions levelled out: pending events,
// recursion, the frame stack, dict keys, instances' inline values. Everything here is read through CPython's own
// headers; no layout is written down by hand.
#pragma once

#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#ifndef Py_BUILD_CORE_MODULE
#define Py_BUILD_CORE_MODULE 1
#endif

#include <Python.h>

// Public macros that the internal headers define again as functions.
#undef _PyGC_FINALIZED
#undef _PyObject_LookupSpecial

#include <internal/pycore_ceval.h>
#include <internal/pycore_code.h>
#include <internal/pycore_dict.h>
#include <internal/pycore_frame.h>
#include <internal/pycore_interp.h>
#include <internal/pycore_long.h>
#include <internal/pycore_object.h>
#include <internal/pycore_pyerrors.h>
#include <internal/pycore_pystate.h>
#include <internal/pycore_range.h>
#if PY_VERSION_HEX >= 0x030D0000
#include <internal/pycore_intrinsics.h>
#include <internal/pycore_setobject.h>
#endif
#if PY_VERSION_HEX >= 0x030E0000
#include <internal/pycore_genobject.h>
#include <internal/pycore_interpframe.h>
#include <internal/pycore_stackref.h>
#include <internal/pycore_unicodeobject.h>
#endif

#include <cstddef>
#include <cstdint>
#include <utility>

#include "runtime/cpython/slot.h"

#if PY_VERSION_HEX < 0x030C0000 || PY_VERSION_HEX >= 0x030F0000
#error "aipy's runtime knows CPython 3.12, 3.13 and 3.14"
#endif
#ifdef Py_GIL_DISABLED
#error "aipy's runtime relies on the GIL: free-threaded builds stay with CPython"
#endif

namespace aipy::runtime::cpython {

// Whether an operator takes a real number beside a complex one as it is.
inline constexpr bool reals_stay_real = PY_VERSION_HEX >= 0x030E0000;

inline constexpr bool is_313 = PY_VERSION_HEX >= 0x030D0000;

using Frame = _PyInterpreterFrame;
using CodeUnit = _Py_CODEUNIT;

// ---- pending events and recursion -------------------------------------------------------------------------
// The low byte of the eval breaker holds all the events that a poll handles.
inline const uint8_t* pending_flags(PyThreadState* thread) {
#if PY_VERSION_HEX >= 0x030D0000
    return reinterpret_cast<const uint8_t*>(&thread->eval_breaker);
#else
    return reinterpret_cast<const uint8_t*>(&thread->interp->ceval.eval_breaker);
#endif
}

inline int& remaining_depth(PyThreadState* thread) { return thread->py_recursion_remaining; }
// Calls of Python functions that run now.
inline int depth(PyThreadState* thread) { return thread->py_recursion_limit - thread->py_recursion_remaining; }

// ---- frames -----------------------------------------------------------------------------------------------
inline Frame*& current_frame(PyThreadState* thread) {
#if PY_VERSION_HEX >= 0x030D0000
    return thread->current_frame;
#else
    return thread->cframe->current_frame;
#endif
}

inline void set_instruction(Frame* frame, CodeUnit* unit) {
#if PY_VERSION_HEX >= 0x030D0000
    frame->instr_ptr = unit;
#else
    frame->prev_instr = unit;
#endif
}

inline CodeUnit* instruction_of(Frame* frame) {
#if PY_VERSION_HEX >= 0x030D0000
    return frame->instr_ptr;
#else
    return frame->prev_instr;
#endif
}

inline PyCodeObject* code_of(Frame* frame) {
#if PY_VERSION_HEX >= 0x030E0000
    return reinterpret_cast<PyCodeObject*>(PyStackRef_AsPyObjectBorrow(frame->f_executable));
#elif PY_VERSION_HEX >= 0x030D0000
    return reinterpret_cast<PyCodeObject*>(frame->f_executable);
#else
    return frame->f_code;
#endif
}

inline int64_t instruction_index(Frame* frame, PyCodeObject* code) {
#if PY_VERSION_HEX >= 0x030D0000
    return frame->instr_ptr - _PyCode_CODE(code);
#else
    return frame->prev_instr - _PyCode_CODE(code);
#endif
}

// Code and function of a frame that only borrows them.
inline void set_code(Frame* frame, PyCodeObject* code) {
#if PY_VERSION_HEX >= 0x030E0000
    frame->f_executable = PyStackRef_FromPyObjectBorrow(reinterpret_cast<PyObject*>(code));
#elif PY_VERSION_HEX >= 0x030D0000
    frame->f_executable = reinterpret_cast<PyObject*>(code);
#else
    frame->f_code = code;
#endif
}

inline void set_function(Frame* frame, PyObject* function) {
#if PY_VERSION_HEX >= 0x030E0000
    frame->f_funcobj = PyStackRef_FromPyObjectBorrow(function);
#else
    frame->f_funcobj = function;
#endif
}

inline PyObject* function_of(Frame* frame) {
#if PY_VERSION_HEX >= 0x030E0000
    return PyStackRef_AsPyObjectBorrow(frame->f_funcobj);
#else
    return frame->f_funcobj;
#endif
}

// How many slots hold what CPython may look at.
inline void set_slot_count(Frame* frame, uint32_t count) {
#if PY_VERSION_HEX >= 0x030E0000
    frame->stackpointer = frame->localsplus + count;
    frame->visited = 0;
#else
    frame->stacktop = static_cast<int>(count);
#endif
}

// Makes the object (owned) stand for the frame, whatever it stood for before.
inline void give_frame_object(Frame* frame, PyFrameObject* object) {
    frame->f_locals = std::exchange(object->f_frame->f_locals, nullptr);
    frame->frame_obj = object;
    object->f_frame = frame;
}

// Room behind the frame's slots, where its maker left some.
inline void* behind_slots(Frame* frame) {
#if PY_VERSION_HEX >= 0x030E0000
    return frame->stackpointer;
#else
    return frame->localsplus + frame->stacktop;
#endif
}

// ---- dicts ------------------------------------------------------------------------------------------------
inline PyDictKeysObject* keys_of(PyObject* dict) { return reinterpret_cast<PyDictObject*>(dict)->ma_keys; }

// The value at a place found earlier, valid while the keys' version is the same; null when deleted.
inline PyObject* unicode_value_at(PyDictKeysObject* keys, int64_t index) {
    return DK_UNICODE_ENTRIES(keys)[index].me_value;
}

// ---- instances --------------------------------------------------------------------------------------------
// The values kept inside an instance without a dict of its own; null when a dict has taken over.
inline PyDictValues* inline_values(PyObject* object) {
#if PY_VERSION_HEX >= 0x030D0000
    PyDictValues* values = _PyObject_InlineValues(object);
    return values->valid ? values : nullptr;
#else
    PyDictOrValues dict_or_values = *_PyObject_DictOrValuesPointer(object);
    return _PyDictOrValues_IsValues(dict_or_values) ? _PyDictOrValues_GetValues(dict_or_values) : nullptr;
#endif
}

inline bool has_inline_values(PyTypeObject* type) {
#if PY_VERSION_HEX >= 0x030D0000
    return (type->tp_flags & Py_TPFLAGS_INLINE_VALUES) != 0;
#else
    return (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0;
#endif
}

// The instance's own dict, borrowed; null when there is none yet.
inline PyObject* managed_dict(PyObject* object) {
#if PY_VERSION_HEX >= 0x030D0000
    return reinterpret_cast<PyObject*>(_PyObject_ManagedDictPointer(object)->dict);
#else
    PyDictOrValues dict_or_values = *_PyObject_DictOrValuesPointer(object);
    return _PyDictOrValues_IsValues(dict_or_values) ? nullptr : _PyDictOrValues_GetDict(dict_or_values);
#endif
}

// Whether somebody is told of changes to the dict.
inline bool is_watched(PyObject* dict) {
    constexpr uint64_t watchers = (1 << DICT_MAX_WATCHERS) - 1;
#if PY_VERSION_HEX >= 0x030E0000
    return (reinterpret_cast<PyDictObject*>(dict)->_ma_watcher_tag & watchers) != 0;
#else
    // clang-format off: it takes the macros for expressions
    _Py_COMP_DIAG_PUSH
    _Py_COMP_DIAG_IGNORE_DEPR_DECLS
    return (reinterpret_cast<PyDictObject*>(dict)->ma_version_tag & watchers) != 0;
    _Py_COMP_DIAG_POP
    // clang-format on
#endif
}

inline PyDictKeysObject* shared_keys(PyTypeObject* type) {
    return reinterpret_cast<PyHeapTypeObject*>(type)->ht_cached_keys;
}

// ---- ints -------------------------------------------------------------------------------------------------
inline constexpr int sign_bits = 3;

inline uintptr_t int_tag(PyObject* object) { return reinterpret_cast<PyLongObject*>(object)->long_value.lv_tag; }
inline size_t int_digits(uintptr_t tag) { return tag >> sign_bits; }
inline int64_t int_sign(uintptr_t tag) { return 1 - static_cast<int64_t>(tag & 3); }
inline uint32_t* int_digit_array(PyObject* object) {
    return reinterpret_cast<PyLongObject*>(object)->long_value.ob_digit;
}

// Of an iterator over a range of machine integers: what it gives is not negative, and grows.
inline bool counts_up_from_natural(PyObject* iterator) {
    const auto* range = reinterpret_cast<const _PyRangeIterObject*>(iterator);
    return range->start >= 0 && range->step > 0;
}

// Whether an exact int has at most two digits (60 bits).
inline bool is_short_int(uintptr_t tag) { return tag < (uintptr_t{3} << sign_bits); }

inline int64_t short_int_value(PyObject* object) {
    uintptr_t tag = int_tag(object);
    const uint32_t* digits = int_digit_array(object);
    int64_t magnitude = digits[0];
    if (int_digits(tag) == 2) magnitude |= static_cast<int64_t>(digits[1]) << PyLong_SHIFT;
    return int_sign(tag) * magnitude;
}

// Of small ints there is one object each.
inline bool is_shared_int(int64_t value) { return value >= -_PY_NSMALLNEGINTS && value < _PY_NSMALLPOSINTS; }

// A new reference to an int; null with MemoryError. As PyLong_FromLongLong, which takes half as long again for the
// ints of one digit.
inline PyObject* make_int(int64_t value) {
#if PY_VERSION_HEX < 0x030E0000  // later ones keep freed ints in a list of their own
    constexpr int64_t one_digit = int64_t{1} << PyLong_SHIFT;
    if (is_shared_int(value)) return reinterpret_cast<PyObject*>(&_PyLong_SMALL_INTS[_PY_NSMALLNEGINTS + value]);
    if (value > -one_digit && value < one_digit) {
        auto* number = static_cast<PyLongObject*>(PyObject_Malloc(sizeof(PyLongObject)));
        if (number == nullptr) return PyErr_NoMemory();
        number->ob_base.ob_type = &PyLong_Type;
        number->long_value.lv_tag = (uintptr_t{1} << sign_bits) | (value < 0 ? 2U : 0U);
        number->long_value.ob_digit[0] = static_cast<uint32_t>(value < 0 ? -value : value);
        _Py_NewReference(reinterpret_cast<PyObject*>(number));
        return reinterpret_cast<PyObject*>(number);
    }
#endif
    return PyLong_FromLongLong(value);
}

// Makes an int object that nobody else has another int, where both have one digit; small ints are shared, and refused.
inline bool overwrite_int(PyObject* object, int64_t value) {
    if (int_digits(int_tag(object)) > 1 || is_shared_int(value)) return false;
    const uint64_t magnitude = value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    if (magnitude >> PyLong_SHIFT != 0) return false;
    int_digit_array(object)[0] = static_cast<uint32_t>(magnitude);
    reinterpret_cast<PyLongObject*>(object)->long_value.lv_tag = (uintptr_t{1} << sign_bits) | (value < 0 ? 2U : 0U);
    return true;
}

// ---- exception groups -------------------------------------------------------------------------------------
// What an `except*` raises, of the exception that came in and a list of what was raised or left; None for nothing.
inline PyObject* join_groups(PyObject* exception, PyObject* raised) {
#if PY_VERSION_HEX >= 0x030D0000
    const intrinsic_func2_info& prepare = _PyIntrinsics_BinaryFunctions[INTRINSIC_PREP_RERAISE_STAR];
    return prepare.func(PyThreadState_Get(), exception, raised);
#else
    return _PyExc_PrepReraiseStar(exception, raised);
#endif
}

// ---- texts of errors --------------------------------------------------------------------------------------
inline constexpr const char* not_awaitable = PY_VERSION_HEX >= 0x030E0000
                                                 ? "'%.100s' object can't be awaited"
                                                 : "object %.100s can't be used in 'await' expression";

// ---- functions that need more than a header (frame.cpp, keys.cpp, code_extra.cpp) --------------------------
// The version of a dict's keys, given to them if they have none; 0 when versions have run out.
uint32_t keys_version(PyThreadState* thread, PyDictKeysObject* keys);

// Place of `name` among unicode keys, -1 when it is not there or the keys are of another kind.
int64_t index_of_key(PyDictKeysObject* keys, PyObject* name);
// -1 with an exception set.
int set_code_extra(PyCodeObject* code, Py_ssize_t index, void* extra);

// A frame that ends: when its frame object is still held by someone, that object takes over the frame's contents,
// slots included, and true is returned. The frame must be unlinked already.
bool hand_over_frame(PyThreadState* thread, Frame* frame);

// A method call's look-up has just failed: the next traceback entry shows the look-up, not the call (lookup.cpp).
void note_failed_lookup();
void point_at_failed_lookup(PyCodeObject* code, Frame* frame);

// Adds a traceback entry for the frame that is current.
void trace_current_frame(PyThreadState* thread);

}  // namespace aipy::runtime::cpython
