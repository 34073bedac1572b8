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
        while (at > 0 && units[2 * at] != LOAD_ATTR) --at;
        if (units[2 * at] == LOAD_ATTR) set_instruction(frame, _PyCode_CODE(code) + at);
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
    PyObject* error = aipy::runtime::cpython::thread_state()->current_exception;
    if (aipy::runtime::cpython::lookup_failed || Py_TYPE(error)->tp_finalize != nullptr) return 1;
    return Py_REFCNT(error) > (raised == error ? 2 : 1);
}

#endif  // AIPY_RUNTIME_BITCODE
