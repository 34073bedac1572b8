// Versions of dict keys and places in them: what CPython's own inline caches use.
#include "runtime/cpython/internal.h"

namespace aipy::runtime::cpython {

uint32_t keys_version(PyThreadState* thread, PyDictKeysObject* keys) {
    if (keys->dk_version != 0) return keys->dk_version;
    uint32_t& next = thread->interp->dict_state.next_keys_version;
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
