// Data at code objects. CPython calls every free function whose index is below the number of entries that a code object
// has, with null where nothing was set, and makes as many entries as there are indices so far. A free function of
// somebody else may be gone at exit, when the last code objects die; without aipy nobody would have called it.
#include "runtime/cpython/internal.h"

namespace aipy::runtime::cpython {

namespace {

// As in Objects/codeobject.c; in no header.
struct CodeExtra {
    Py_ssize_t size;
    void* entries[1];
};

}  // namespace

int set_code_extra(PyCodeObject* code, Py_ssize_t index, void* extra) {
    if (PyUnstable_Code_SetExtra(reinterpret_cast<PyObject*>(code), index, extra) < 0) return -1;
    auto* made = static_cast<CodeExtra*>(code->co_extra);
    while (made->size > index + 1 && made->entries[made->size - 1] == nullptr) --made->size;
    return 0;
}

}  // namespace aipy::runtime::cpython
