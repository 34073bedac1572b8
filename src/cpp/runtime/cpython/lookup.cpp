// Where a method call fails whose method is not there. A call of a method is one op here and two instructions in
// CPython: the look-up, which shows the attribute without the call's brackets, and the call. Natively compiled only:
// it has data.
#include <opcode.h>

#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace aipy::runtime::cpython {

namespace {

// The instruction that looks a method up.
#if PY_VERSION_HEX >= 0x030C0000
constexpr uint8_t look_up = LOAD_ATTR;
#else
constexpr uint8_t look_up = LOAD_METHOD;
#endif

bool lookup_failed = false;  // guarded by the GIL; set and taken while one error is on its way

}  // namespace

void note_failed_lookup() { lookup_failed = true; }

void point_at_failed_lookup(PyCodeObject* code, Frame* frame) {
    if (!std::exchange(lookup_failed, false)) return;
    PyObject* error = PyErr_GetRaisedException();
    PyObject* bytes = PyCode_GetCode(code);
    if (bytes != nullptr) {
        const auto* units = reinterpret_cast<const uint8_t*>(PyBytes_AS_STRING(bytes));
        auto at = instruction_index(frame, code);
        // Its arguments are constants and locals, so the nearest look-up before the call is its own.
        while (at > 0 && units[2 * at] != look_up) --at;
        if (units[2 * at] == look_up) set_instruction(frame, _PyCode_CODE(code) + at);
        Py_DECREF(bytes);
    }
    PyErr_SetRaisedException(error);
}

}  // namespace aipy::runtime::cpython

extern "C" PyObject* rt_lookup_error() noexcept {
    aipy::runtime::cpython::note_failed_lookup();
    return nullptr;
}

extern "C" int rt_traceback_is_due(PyObject* raised) noexcept {
    PyThreadState* thread = aipy::runtime::cpython::thread_state();
#if PY_VERSION_HEX >= 0x030C0000
    PyObject* error = thread->current_exception;
#else
    PyObject* error = thread->curexc_value;
    if (error == nullptr || !PyExceptionInstance_Check(error)) return 1;  // is not made yet
#endif
    if (aipy::runtime::cpython::lookup_failed || Py_TYPE(error)->tp_finalize != nullptr) return 1;
    return Py_REFCNT(error) > (raised == error ? 2 : 1);
}

#endif  // AIPY_RUNTIME_BITCODE
