// Dicts whose keys are all exact strs, looked into without CPython's calls: a look-up of a str there compares hashes
// and characters, and runs no code. How the keys lie is the same in all versions from 3.11 on.
#pragma once

#include <cstring>

#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"

namespace aipy::runtime::cpython {

inline bool has_only_str_keys(PyObject* dict) {
    return reinterpret_cast<PyDictObject*>(dict)->ma_keys->dk_kind != DICT_KEYS_GENERAL;
}

// Where the dict's key with that hash value is in the table of entries; negative: nowhere yet, or it was removed.
inline int64_t entry_at(const PyDictKeysObject* keys, size_t place) {
    const auto* indices = reinterpret_cast<const char*>(keys->dk_indices);
    switch (keys->dk_log2_index_bytes - keys->dk_log2_size) {
        case 0: return reinterpret_cast<const int8_t*>(indices)[place];
        case 1: return reinterpret_cast<const int16_t*>(indices)[place];
        case 2: return reinterpret_cast<const int32_t*>(indices)[place];
        default: return reinterpret_cast<const int64_t*>(indices)[place];
    }
}

// Of any two strs.
inline bool same_text(PyObject* a, PyObject* b) {
    const Py_ssize_t length = PyUnicode_GET_LENGTH(a);
    const auto kind = PyUnicode_KIND(a);
    if (length != PyUnicode_GET_LENGTH(b) || kind != PyUnicode_KIND(b)) return false;
    return std::memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b), static_cast<size_t>(length) * kind) == 0;
}

// The place of the value of a str; null when the dict has none. For dicts with a table of their own.
inline PyObject** place_of_str(PyObject* dict, PyObject* text) {
    PyDictKeysObject* keys = reinterpret_cast<PyDictObject*>(dict)->ma_keys;
    const Py_hash_t kept = reinterpret_cast<PyASCIIObject*>(text)->hash;
    const Py_hash_t hash = kept != -1 ? kept : PyUnicode_Type.tp_hash(text);
    PyDictUnicodeEntry* entries = DK_UNICODE_ENTRIES(keys);
    constexpr int perturb_shift = 5;  // as in Objects/dictobject.c
    const size_t mask = (size_t{1} << keys->dk_log2_size) - 1;
    auto perturb = static_cast<size_t>(hash);
    for (size_t place = perturb & mask;; place = (place * 5 + (perturb >>= perturb_shift) + 1) & mask) {
        const int64_t entry = entry_at(keys, place);
        if (entry == DKIX_EMPTY) return nullptr;
        if (entry < 0) continue;
        PyObject* key = entries[entry].me_key;
        if (key == text || (reinterpret_cast<PyASCIIObject*>(key)->hash == hash && same_text(key, text)))
            return &entries[entry].me_value;
    }
}

// For who asks whether a dict is as it was (ma_version_tag, before 3.14).
inline void count_change(PyObject* dict) {
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030E0000
    constexpr uint64_t flags = DICT_VERSION_INCREMENT - 1;
    uint64_t& number = thread_state()->interp->dict_state.global_version;
    // clang-format off: it takes the macros for expressions
    _Py_COMP_DIAG_PUSH
    _Py_COMP_DIAG_IGNORE_DEPR_DECLS
    uint64_t& tag = reinterpret_cast<PyDictObject*>(dict)->ma_version_tag;
    _Py_COMP_DIAG_POP
        // clang-format on
        tag = (number += DICT_VERSION_INCREMENT) | (tag & flags);
#else
    static_cast<void>(dict);
#endif
}

// Whether a value may be put into the dict without the collector being told: before 3.14 it does not know of dicts
// that never held anything it knows.
inline bool may_hold(PyObject* dict, PyObject* value) {
    return PY_VERSION_HEX >= 0x030E0000 || _PyObject_GC_IS_TRACKED(dict) || !PyType_IS_GC(Py_TYPE(value));
}

}  // namespace aipy::runtime::cpython
