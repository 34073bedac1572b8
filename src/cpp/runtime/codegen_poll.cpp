// Where CPython flags what a thread must look up from its work for (signals, GIL requests, pending calls): the word
// that cg_poll_pending reads. In a file of its own because 3.12 keeps it behind internal headers.
#include <patchlevel.h>

#if PY_VERSION_HEX < 0x030d0000
#define Py_BUILD_CORE 1
#include <Python.h>

#include "internal/pycore_interp.h"
#else
#include <Python.h>
#endif

extern "C" __attribute__((noinline, used, visibility("default"))) const void* cg_poll_word() {
    PyThreadState* thread = PyThreadState_Get();
#if PY_VERSION_HEX < 0x030d0000
    return &thread->interp->ceval.eval_breaker;
#else
    return &thread->eval_breaker;
#endif
}
