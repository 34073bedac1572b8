// Natively compiled only: it has data.
#include "runtime/cpython/dict_watch.h"

#include "runtime/helpers.h"

#ifndef AIPY_RUNTIME_BITCODE

#include <algorithm>
#include <vector>

namespace aipy::runtime::cpython {

namespace {

DictListener told = nullptr;

}  // namespace

#if PY_VERSION_HEX >= 0x030C0000

static int dict_event(PyDict_WatchEvent event, PyObject* dict, PyObject* key, PyObject*) {
    switch (event) {
        case PyDict_EVENT_ADDED:
        case PyDict_EVENT_MODIFIED:
        case PyDict_EVENT_DELETED: told(DictChange::Key, dict, key); break;
        case PyDict_EVENT_CLONED:
        case PyDict_EVENT_CLEARED: told(DictChange::Some, dict, nullptr); break;
        case PyDict_EVENT_DEALLOCATED: told(DictChange::Gone, dict, nullptr); break;
    }
    return 0;
}

// The process's one dict watcher; -1 when CPython's few places are taken.
static int watcher() {
    static int id = [] {
        int added = PyDict_AddWatcher(dict_event);
        if (added < 0) PyErr_Clear();
        return added;
    }();
    return id;
}

bool follow_dict(PyObject* dict, DictListener listener) {
    told = listener;
    if (watcher() < 0) return false;
    if (PyDict_Watch(watcher(), dict) == 0) return true;
    PyErr_Clear();
    return false;
}

void look_at_dicts_slowly() {}

#else

namespace {

struct Followed {
    PyObject* dict;
    uint64_t version;
};
std::vector<Followed> followed;

uint64_t version_of(PyObject* dict) { return reinterpret_cast<PyDictObject*>(dict)->ma_version_tag; }

// ---- the end of a dict ------------------------------------------------------------------------------------
destructor plain_dealloc = nullptr;
// One bit for the addresses of the dicts that are followed: most that die are none of them.
uint64_t some_addresses = 0;
uint64_t bit_of(PyObject* dict) { return uint64_t{1} << (reinterpret_cast<uintptr_t>(dict) >> 4 & 63); }

[[gnu::noinline]] void end_following(PyObject* dict) {
    if (std::erase_if(followed, [=](const Followed& one) { return one.dict == dict; }) > 0)
        told(DictChange::Gone, dict, nullptr);
}

// As CPython's own, whose depth in nested containers is bounded by its trashcan, which asks who deallocates.
void dealloc(PyObject* dict) {
    PyObject_GC_UnTrack(dict);
    Py_TRASHCAN_BEGIN(dict, dealloc) if ((some_addresses & bit_of(dict)) != 0) [[unlikely]] end_following(dict);
    plain_dealloc(dict);
    Py_TRASHCAN_END
}

}  // namespace

bool follow_dict(PyObject* dict, DictListener listener) {
    told = listener;
    if (plain_dealloc == nullptr) plain_dealloc = std::exchange(PyDict_Type.tp_dealloc, dealloc);
    some_addresses |= bit_of(dict);
    followed.push_back({dict, version_of(dict)});
    return true;
}

void look_at_dicts_slowly() {
    for (size_t i = 0; i < followed.size(); ++i) {
        Followed& one = followed[i];
        if (one.version == version_of(one.dict)) [[likely]]
            continue;
        one.version = version_of(one.dict);
        told(DictChange::Some, one.dict, nullptr);
    }
}

#endif

}  // namespace aipy::runtime::cpython

extern "C" void rt_look_at_dicts() noexcept { aipy::runtime::cpython::look_at_dicts_slowly(); }

#endif  // AIPY_RUNTIME_BITCODE
