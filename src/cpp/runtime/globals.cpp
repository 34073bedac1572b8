// Global names and builtins, cached by the versions of the two dicts' keys: a value that changes costs nothing, a
// name that appears or goes away makes a new version.
#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/errors.h"
#include "runtime/helpers.h"

using namespace aipy::runtime;
using namespace aipy::runtime::cpython;

namespace aipy::runtime {

enum GlobalKind : uint32_t { GlobalUnknown, GlobalInModule, GlobalInBuiltins };

void raise_name_error(PyObject* type, const char* format, PyObject* name) {
    PyErr_Format(type, format, name);
    if (type != PyExc_NameError) return;
    PyObject* error = PyErr_GetRaisedException();
    if (PyErr_GivenExceptionMatches(error, PyExc_NameError) && PyObject_SetAttrString(error, "name", name) < 0)
        PyErr_Clear();
    PyErr_SetRaisedException(error);
}

// Fills the cache; entry 0 speaks of the module's dict, entry 1 of the builtins'.
static void remember_global(FunctionContext* context, PyObject* name, InlineCache* cache) {
    cache->used = 0;
    cache->entries[0].kind = GlobalUnknown;
    if (!PyDict_CheckExact(context->globals) || !PyDict_CheckExact(context->builtins)) return;
    PyThreadState* thread = cpython::thread_state();
    PyDictKeysObject* keys = keys_of(context->globals);
    if (!DK_IS_UNICODE(keys)) return;
    uint32_t version = keys_version(thread, keys);
    if (version == 0) return;
    int64_t index = index_of_key(keys, name);
    bool in_module = index >= 0 && unicode_value_at(keys, index) != nullptr;
    if (!in_module) {
        PyDictKeysObject* builtin_keys = keys_of(context->builtins);
        index = index_of_key(builtin_keys, name);
        uint32_t builtin_version = index < 0 ? 0 : keys_version(thread, builtin_keys);
        if (builtin_version == 0) return;
        cache->entries[1].version = builtin_version;
    }
    cache->entries[0].version = version;
    cache->entries[0].offset = index;
    cache->entries[0].kind = in_module ? GlobalInModule : GlobalInBuiltins;
    cache->used = 1;
}

static PyObject* find_in_mapping(PyObject* mapping, PyObject* name) {
    PyObject* value = PyObject_GetItem(mapping, name);
    if (value == nullptr && PyErr_ExceptionMatches(PyExc_KeyError)) PyErr_Clear();
    return value;
}

}  // namespace aipy::runtime

extern "C" {

PyObject* rt_load_global(FunctionContext* context, PyObject* name, InlineCache* cache) noexcept {
    const InlineCache::Entry& entry = cache->entries[0];
    PyDictKeysObject* keys = keys_of(context->globals);
    if (entry.kind != GlobalUnknown && keys->dk_version == entry.version) [[likely]] {
        PyObject* value = nullptr;
        if (entry.kind == GlobalInModule) {
            value = unicode_value_at(keys, entry.offset);
        } else {
            PyDictKeysObject* builtin_keys = keys_of(context->builtins);
            if (builtin_keys->dk_version == cache->entries[1].version)
                value = unicode_value_at(builtin_keys, entry.offset);
        }
        if (value != nullptr) [[likely]]
            return Py_NewRef(value);
    }
    return rt_load_global_slow(context, name, cache);
}

[[gnu::noinline]] PyObject* rt_load_global_slow(FunctionContext* context, PyObject* name, InlineCache* cache) noexcept {
    cache->misses++;
    PyObject* value = PyDict_GetItemWithError(context->globals, name);
    if (value != nullptr) {
        Py_INCREF(value);
    } else if (PyErr_Occurred()) {
        return nullptr;
    } else if (PyDict_CheckExact(context->builtins)) {
        value = Py_XNewRef(PyDict_GetItemWithError(context->builtins, name));
    } else {
        value = find_in_mapping(context->builtins, name);
    }
    if (value == nullptr) {
        if (!PyErr_Occurred()) raise_name_error(PyExc_NameError, undefined_name, name);
        return nullptr;
    }
    remember_global(context, name, cache);
    return value;
}

int rt_store_global(FunctionContext* context, PyObject* value, PyObject* name) noexcept {
    return PyDict_SetItem(context->globals, name, value);
}

int rt_delete_global(FunctionContext* context, PyObject* name) noexcept {
    if (PyDict_DelItem(context->globals, name) == 0) return 0;
    if (PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        raise_name_error(PyExc_NameError, undefined_name, name);
    }
    return -1;
}

}  // extern "C"
