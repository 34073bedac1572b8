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
#if PY_VERSION_HEX >= 0x030C0000
#include <internal/pycore_descrobject.h>
#include <internal/pycore_list.h>
#include <internal/pycore_range.h>
#include <internal/pycore_tuple.h>
#endif
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

#if PY_VERSION_HEX < 0x030B0000 || PY_VERSION_HEX >= 0x030F0000
#error "aipy's runtime knows CPython 3.11 to 3.14"
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

#if PY_VERSION_HEX >= 0x030C0000
inline int& remaining_depth(PyThreadState* thread) { return thread->py_recursion_remaining; }
inline int depth_limit(PyThreadState* thread) { return thread->py_recursion_limit; }
#else
// Calls in C count with those of Python functions.
inline int& remaining_depth(PyThreadState* thread) { return thread->recursion_remaining; }
inline int depth_limit(PyThreadState* thread) { return thread->recursion_limit; }
#endif
// Calls of Python functions that run now.
inline int depth(PyThreadState* thread) { return depth_limit(thread) - remaining_depth(thread); }

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

inline int line_of(Frame* frame) {
#if PY_VERSION_HEX >= 0x030C0000
    return PyUnstable_InterpreterFrame_GetLine(frame);
#else
    const auto offset = instruction_index(frame, frame->f_code) * static_cast<int64_t>(sizeof(CodeUnit));
    return PyCode_Addr2Line(frame->f_code, static_cast<int>(offset));
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
#elif PY_VERSION_HEX >= 0x030C0000
    frame->f_funcobj = function;
#else
    frame->f_func = reinterpret_cast<PyFunctionObject*>(function);
#endif
}

inline PyObject* function_of(Frame* frame) {
#if PY_VERSION_HEX >= 0x030E0000
    return PyStackRef_AsPyObjectBorrow(frame->f_funcobj);
#elif PY_VERSION_HEX >= 0x030C0000
    return frame->f_funcobj;
#else
    return reinterpret_cast<PyObject*>(frame->f_func);
#endif
}

// Tells aipy's frames from CPython's, which never have these values where they are kept.
enum class FrameMark : uint16_t {
    None = 0,
    Native = 0xA1F0,           // of a native call
    NativeGenerator = 0xA1F1,  // a generator's own frame, while native code runs it
};

#if PY_VERSION_HEX >= 0x030C0000
inline void set_mark(Frame* frame, FrameMark mark) { frame->return_offset = static_cast<uint16_t>(mark); }
inline FrameMark mark_of(const Frame* frame) { return static_cast<FrameMark>(frame->return_offset); }
#else
// In the upper bits of `is_entry`, of which CPython asks the frames that its own loop runs, and no others.
inline void set_mark(Frame* frame, FrameMark mark) {
    *reinterpret_cast<uint8_t*>(&frame->is_entry) = static_cast<uint8_t>(static_cast<uint16_t>(mark) & 0xff);
}
inline FrameMark mark_of(const Frame* frame) {
    const uint8_t mark = *reinterpret_cast<const uint8_t*>(&frame->is_entry);
    return mark <= 1 ? FrameMark::None : static_cast<FrameMark>(0xA100 | mark);
}
#endif

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

// ---- functions --------------------------------------------------------------------------------------------
// Of 3.11's forwarding code (dispatch/takeover.h), among co_flags; and where in its co_consts the function's own lies.
inline constexpr int forwards = 1 << 30;
inline constexpr Py_ssize_t place_of_own_code = 2;

inline bool is_forwarding(const PyCodeObject* code) {
    return PY_VERSION_HEX < 0x030C0000 && (code->co_flags & forwards) != 0;
}

// The code that the function was made of, borrowed.
inline PyCodeObject* own_code(const PyFunctionObject* function) {
    auto* code = reinterpret_cast<PyCodeObject*>(function->func_code);
    if (!is_forwarding(code)) [[likely]]
        return code;
    return reinterpret_cast<PyCodeObject*>(PyTuple_GET_ITEM(code->co_consts, place_of_own_code));
}

// The frame of whoever calls the compiled function that begins now; null when nobody does.
inline Frame* calling_frame(PyThreadState* thread) {
    Frame* frame = current_frame(thread);
    if (frame != nullptr && is_forwarding(code_of(frame))) frame = frame->previous;
    return frame;
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
#elif PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues dict_or_values = *_PyObject_DictOrValuesPointer(object);
    return _PyDictOrValues_IsValues(dict_or_values) ? _PyDictOrValues_GetValues(dict_or_values) : nullptr;
#else
    return *_PyObject_ValuesPointer(object);
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
#elif PY_VERSION_HEX >= 0x030C0000
    PyDictOrValues dict_or_values = *_PyObject_DictOrValuesPointer(object);
    return _PyDictOrValues_IsValues(dict_or_values) ? nullptr : _PyDictOrValues_GetDict(dict_or_values);
#else
    return *_PyObject_ManagedDictPointer(object);
#endif
}

// Whether somebody is told of changes to the dict.
inline bool is_watched(PyObject* dict) {
#if PY_VERSION_HEX >= 0x030E0000
    constexpr uint64_t watchers = (1 << DICT_MAX_WATCHERS) - 1;
    return (reinterpret_cast<PyDictObject*>(dict)->_ma_watcher_tag & watchers) != 0;
#elif PY_VERSION_HEX < 0x030C0000
    // Any may be one whose changes are looked for behind foreign code only (dict_watch.h).
    static_cast<void>(dict);
    return true;
#else
    constexpr uint64_t watchers = (1 << DICT_MAX_WATCHERS) - 1;
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

// ---- types ------------------------------------------------------------------------------------------------
// Whether the type has a version, which it is given if it has none.
inline bool has_version(PyTypeObject* type) {
#if PY_VERSION_HEX >= 0x030C0000
    return PyUnstable_Type_AssignVersionTag(type) != 0;
#else
    // A look-up gives it one.
    if ((type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG) == 0) _PyType_Lookup(type, &_Py_ID(__class__));
    return (type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG) != 0;
#endif
}

// The function that reads a property, borrowed; null when there is none.
inline PyObject* getter_of(PyObject* property) {
#if PY_VERSION_HEX >= 0x030C0000
    return reinterpret_cast<propertyobject*>(property)->prop_get;
#else
    // No header tells where it is; the member `fget` does.
    const PyMemberDef* fget = PyProperty_Type.tp_members;
    return *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(property) + fget->offset);
#endif
}

// ---- iterators --------------------------------------------------------------------------------------------
#if PY_VERSION_HEX >= 0x030C0000
using ListIterator = _PyListIterObject;
using TupleIterator = _PyTupleIterObject;
using RangeIterator = _PyRangeIterObject;
#else
// As in Objects/listobject.c, tupleobject.c, and rangeobject.c; in no header before 3.12.
struct ListIterator {
    PyObject ob_base;
    Py_ssize_t it_index;
    PyListObject* it_seq;
};
struct TupleIterator {
    PyObject ob_base;
    Py_ssize_t it_index;
    PyTupleObject* it_seq;
};
struct RangeIterator {
    PyObject ob_base;
    long index;
    long first;
    long step;
    long count;
};
#endif

// What a range iterator has before it: the next value, and how many there are.
inline int64_t next_of_range(const RangeIterator* range) {
#if PY_VERSION_HEX >= 0x030C0000
    return range->start;
#else
    const auto step = static_cast<uint64_t>(range->step);
    return static_cast<int64_t>(static_cast<uint64_t>(range->first) + static_cast<uint64_t>(range->index) * step);
#endif
}

inline int64_t left_in_range(const RangeIterator* range) {
#if PY_VERSION_HEX >= 0x030C0000
    return range->len;
#else
    return range->count - range->index;
#endif
}

// Behind its next value; there is one.
inline void advance_range(RangeIterator* range) {
#if PY_VERSION_HEX >= 0x030C0000
    range->start += range->step;
    --range->len;
#else
    ++range->index;
#endif
}

// Of an iterator over a range of machine integers: what it gives is not negative, and grows.
inline bool counts_up_from_natural(PyObject* iterator) {
    const auto* range = reinterpret_cast<const RangeIterator*>(iterator);
    return next_of_range(range) >= 0 && range->step > 0;
}

// ---- ints -------------------------------------------------------------------------------------------------
// The tag says how many digits there are, and the sign.
#if PY_VERSION_HEX >= 0x030C0000
inline constexpr int sign_bits = 3;

inline uintptr_t int_tag(PyObject* object) { return reinterpret_cast<PyLongObject*>(object)->long_value.lv_tag; }
inline void set_int_tag(PyLongObject* number, size_t digits, bool is_negative) {  // not of 0
    number->long_value.lv_tag = (digits << sign_bits) | (is_negative ? 2U : 0U);
}
inline size_t int_digits(uintptr_t tag) { return tag >> sign_bits; }
inline int64_t int_sign(uintptr_t tag) { return 1 - static_cast<int64_t>(tag & 3); }
inline bool is_negative_int(uintptr_t tag) { return (tag & 2) != 0; }
inline bool is_short_int(uintptr_t tag) { return tag < (uintptr_t{3} << sign_bits); }
inline uint32_t* int_digit_array(PyObject* object) {
    return reinterpret_cast<PyLongObject*>(object)->long_value.ob_digit;
}
#else
inline uintptr_t int_tag(PyObject* object) { return static_cast<uintptr_t>(Py_SIZE(object)); }
inline void set_int_tag(PyLongObject* number, size_t digits, bool is_negative) {  // not of 0
    Py_SET_SIZE(number, is_negative ? -static_cast<Py_ssize_t>(digits) : static_cast<Py_ssize_t>(digits));
}
inline size_t int_digits(uintptr_t tag) {
    const auto size = static_cast<intptr_t>(tag);
    return static_cast<size_t>(size < 0 ? -size : size);
}
inline int64_t int_sign(uintptr_t tag) {
    const auto size = static_cast<intptr_t>(tag);
    return size < 0 ? -1 : size > 0;
}
inline bool is_negative_int(uintptr_t tag) { return static_cast<intptr_t>(tag) < 0; }
inline bool is_short_int(uintptr_t tag) { return tag + 2 <= 4; }
inline uint32_t* int_digit_array(PyObject* object) { return reinterpret_cast<PyLongObject*>(object)->ob_digit; }
#endif

// Of an exact int of one digit, or of 0, whose digit is 0. The sign is not multiplied with, because loops wait for
// this.
inline int64_t one_digit_value(PyObject* object) {
    const auto magnitude = static_cast<int64_t>(int_digit_array(object)[0]);
    return is_negative_int(int_tag(object)) ? -magnitude : magnitude;
}

// Of an exact int of at most two digits (60 bits), as is_short_int says.
inline int64_t short_int_value(PyObject* object) {
    uintptr_t tag = int_tag(object);
    const uint32_t* digits = int_digit_array(object);
    int64_t magnitude = digits[0];
    if (int_digits(tag) == 2) magnitude |= static_cast<int64_t>(digits[1]) << PyLong_SHIFT;
    return is_negative_int(tag) ? -magnitude : magnitude;
}

// Of small ints there is one object each.
inline bool is_shared_int(int64_t value) { return value >= -_PY_NSMALLNEGINTS && value < _PY_NSMALLPOSINTS; }

// A new reference to an object that lives as long as the process; since 3.12 nobody counts those.
inline PyObject* counted(PyObject* immortal) {
#if PY_VERSION_HEX < 0x030C0000
    Py_INCREF(immortal);
#endif
    return immortal;
}

inline PyObject* make_bool(bool value) { return counted(value ? Py_True : Py_False); }

// A new reference to an int; null with MemoryError. As PyLong_FromLongLong, which takes half as long again for the
// ints of one digit.
inline PyObject* make_int(int64_t value) {
#if PY_VERSION_HEX < 0x030E0000  // later ones keep freed ints in a list of their own
    constexpr int64_t one_digit = int64_t{1} << PyLong_SHIFT;
    if (is_shared_int(value))
        return counted(reinterpret_cast<PyObject*>(&_PyLong_SMALL_INTS[_PY_NSMALLNEGINTS + value]));
    if (value > -one_digit && value < one_digit) {
        auto* number = static_cast<PyLongObject*>(PyObject_Malloc(sizeof(PyLongObject)));
        if (number == nullptr) return PyErr_NoMemory();
        Py_SET_TYPE(number, &PyLong_Type);
        set_int_tag(number, 1, value < 0);
        int_digit_array(reinterpret_cast<PyObject*>(number))[0] = static_cast<uint32_t>(value < 0 ? -value : value);
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
    set_int_tag(reinterpret_cast<PyLongObject*>(object), 1, value < 0);
    return true;
}

// ---- exception groups -------------------------------------------------------------------------------------
// 3.11 does not export what its interpreter calls: it is asked by way of an instruction (of_311.cpp).
PyObject* join_groups_by_bytecode(PyObject* exception, PyObject* raised);

// What an `except*` raises, of the exception that came in and a list of what was raised or left; None for nothing.
inline PyObject* join_groups(PyObject* exception, PyObject* raised) {
#if PY_VERSION_HEX >= 0x030D0000
    const intrinsic_func2_info& prepare = _PyIntrinsics_BinaryFunctions[INTRINSIC_PREP_RERAISE_STAR];
    return prepare.func(PyThreadState_Get(), exception, raised);
#elif PY_VERSION_HEX >= 0x030C0000
    return _PyExc_PrepReraiseStar(exception, raised);
#else
    return join_groups_by_bytecode(exception, raised);
#endif
}

// ---- texts of errors --------------------------------------------------------------------------------------
inline constexpr const char* not_awaitable = PY_VERSION_HEX >= 0x030E0000
                                                 ? "'%.100s' object can't be awaited"
                                                 : "object %.100s can't be used in 'await' expression";

// ---- functions that need more than a header (frame.cpp, keys.cpp, code_extra.cpp) --------------------------
#if PY_VERSION_HEX < 0x030C0000
extern uint32_t next_own_keys_version;  // of_311.cpp
#endif
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
