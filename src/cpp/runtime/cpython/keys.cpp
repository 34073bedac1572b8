// Versions of dict keys and places in them: what CPython's own inline caches use.
#include "runtime/cpython/internal.h"

namespace aipy::runtime::cpython {

#if PY_VERSION_HEX >= 0x030C0000
static bool may_number(PyThreadState*, PyDictKeysObject*) { return true; }
static uint32_t& next_version(PyThreadState* thread) { return thread->interp->dict_state.next_keys_version; }
#else
// 3.11 counts up in a place of its own; the upper half of the numbers is free. Not for the builtins, of which its
// instructions remember 16 bits: those have a version as soon as its own code has looked one up.
static bool may_number(PyThreadState* thread, PyDictKeysObject* keys) {
    return keys != keys_of(thread->interp->builtins);
}
static uint32_t& next_version(PyThreadState*) { return next_own_keys_version; }
#endif

uint32_t keys_version(PyThreadState* thread, PyDictKeysObject* keys) {
    if (keys->dk_version != 0) return keys->dk_version;
    if (!may_number(thread, keys)) return 0;
    uint32_t& next = next_version(thread);
    if (next == 0) return 0;
    keys->dk_version = next++;
    return keys->dk_version;
}

int64_t index_of_key(PyDictKeysObject* keys, PyObject* name) {
    if (keys == nullptr || !DK_IS_UNICODE(keys)) return -1;
    PyDictUnicodeEntry* entries = DK_UNICODE_ENTRIES(keys);
    for (Py_ssize_t index = 0; index < keys->dk_nentries; ++index)
        if (entries[index].me_key == name) return index;
    return -1;
}

}  // namespace aipy::runtime::cpython
