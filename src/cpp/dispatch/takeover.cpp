// Since 3.12; 3.11's way is in forwarding.cpp.
#include "dispatch/takeover.h"

#include <utility>

#include "runtime/cpython/internal.h"

#if PY_VERSION_HEX >= 0x030C0000

namespace aipy::dispatch {
namespace {

vectorcallfunc cpython_entry = nullptr;
FunctionListener told;

// CPython calls functions of known version without looking at their entry, and gives each new function its code's
// version; without one, call sites take the entry. Restored when the code is given back.
void forbid_inlined_calls(Managed& managed) {
    if (managed.code->co_version != 0) managed.saved_code_version = std::exchange(managed.code->co_version, 0);
}

int function_event(PyFunction_WatchEvent event, PyFunctionObject* function, PyObject* new_value) {
    PyObject* raised = PyErr_GetRaisedException();
    switch (event) {
        case PyFunction_EVENT_CREATE: told.created(function); break;
        case PyFunction_EVENT_MODIFY_CODE: told.code_changes(function); break;
        case PyFunction_EVENT_MODIFY_DEFAULTS:
        case PyFunction_EVENT_MODIFY_KWDEFAULTS: told.defaults_change(function); break;
        case PyFunction_EVENT_DESTROY: told.dies(function); break;
    }
    static_cast<void>(new_value);
    PyErr_SetRaisedException(raised);
    return 0;
}

}  // namespace

bool is_taken_over(const PyFunctionObject* function) { return function->vectorcall == enter; }

void take_over(PyFunctionObject* function, Managed* managed) {
    if (cpython_entry == nullptr) cpython_entry = function->vectorcall;
    if (managed != nullptr) forbid_inlined_calls(*managed);
    PyFunction_SetVectorcall(function, enter);
}

void end_takeover(PyFunctionObject* function, Managed* managed) {
    function->vectorcall = cpython_entry;
    if (managed == nullptr || managed->saved_code_version == 0) return;
    function->func_version = managed->saved_code_version;
    if (managed->tier == Tier::CPython) managed->code->co_version = managed->saved_code_version;
}

PyObject* call_cpython(PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    return cpython_entry(callable, args, nargsf, kwnames);
}

void listen_to_functions(const FunctionListener& listener) {
    told = listener;
    if (PyFunction_AddWatcher(function_event) < 0) PyErr_Clear();
}

}  // namespace aipy::dispatch

#endif
