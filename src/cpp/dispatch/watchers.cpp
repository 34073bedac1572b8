#include "dispatch/watchers.h"

#include <array>
#include <utility>

#include "dispatch/invalidation.h"
#include "dispatch/managed.h"
#include "interp/watched.h"
#include "runtime/cpython/monitoring.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

namespace aipy::dispatch {

namespace {

namespace cpython = runtime::cpython;

void set_watched(Managed& managed, bool watched) {
    managed.watched = managed.traced = watched;
    managed.at_once = nullptr;
    if (managed.unit != nullptr) watched ? interp::watch(*managed.unit) : interp::unwatch(*managed.unit);
    for (const std::shared_ptr<Version>& version : managed.versions) {
        if (watched)
            version->valid = version->current = 0;
        else
            revalidate(*version);
    }
}

// Who watches a function alone must see it run, too, where its body is part of another's code.
void end_embedding(PyThreadState* thread, const Managed& managed) {
    const std::vector<Version*> parts = managed.embedded;
    for (Version* part : parts)
        if (part->root->owner != nullptr && !cpython::is_monitored(thread, part->root->owner->code)) invalidate(*part);
}

void find_watched(PyThreadState* thread) {
    for (Managed* managed : all_managed())
        if (bool watched = cpython::is_monitored(thread, managed->code); watched != managed->watched) {
            set_watched(*managed, watched);
            if (watched) end_embedding(thread, *managed);
        }
}

// ---- the functions through which one watches --------------------------------------------------------------
// Their method rows get another C function, which calls theirs: as objects they stay what they are.

struct Noticed {
    const char* module;  // in sys; null for sys itself
    const char* name;
    PyCFunction plain = nullptr;
};

std::array noticed = {
    Noticed{nullptr, "settrace"},
    Noticed{nullptr, "setprofile"},
    Noticed{nullptr, "_settraceallthreads"},
    Noticed{nullptr, "_setprofileallthreads"},
    Noticed{"monitoring", "set_events"},
    Noticed{"monitoring", "set_local_events"},
    Noticed{"monitoring", "free_tool_id"},
    Noticed{"monitoring", "clear_tool_id"},
};

PyObject* look_behind(PyObject* result) {
    PyObject* raised = PyErr_GetRaisedException();
    find_watched(cpython::thread_state());
    PyErr_SetRaisedException(raised);
    return result;
}

template <size_t I>
PyObject* call_with_one(PyObject* self, PyObject* argument) {
    return look_behind(noticed[I].plain(self, argument));
}

using ArrayFunction = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t);

template <size_t I>
PyObject* call_with_array(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
    auto plain = reinterpret_cast<ArrayFunction>(reinterpret_cast<void (*)()>(noticed[I].plain));
    return look_behind(plain(self, arguments, count));
}

template <size_t I>
void notice(PyObject* object) {
    if (object == nullptr || !PyCFunction_CheckExact(object)) return;  // somebody has put another there
    PyMethodDef& row = *reinterpret_cast<PyCFunctionObject*>(object)->m_ml;
    if (noticed[I].plain != nullptr) return;
    if (row.ml_flags == METH_O || row.ml_flags == METH_NOARGS) {
        noticed[I].plain = std::exchange(row.ml_meth, call_with_one<I>);
    } else if (row.ml_flags == METH_FASTCALL) {
        auto with_array = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(call_with_array<I>));
        noticed[I].plain = std::exchange(row.ml_meth, with_array);
    }
}

template <size_t I>
void notice_one() {
    const auto [module, name, plain] = noticed[I];
    PyObject* found = PySys_GetObject(module == nullptr ? name : module);  // borrowed
    PyObject* object = found == nullptr || module == nullptr ? Py_XNewRef(found) : PyObject_GetAttrString(found, name);
    if (object == nullptr) PyErr_Clear();
    notice<I>(object);
    Py_XDECREF(object);
}

template <size_t... I>
void notice_all(std::index_sequence<I...>) {
    (notice_one<I>(), ...);
}

uint64_t seen_version = 0;

}  // namespace

void look_for_watchers(PyThreadState* thread) {
    const uint64_t version = cpython::monitoring_version(thread);
    if (std::exchange(seen_version, version) != version) find_watched(thread);
}

void adopt_watchers(Managed& managed) {
    if (managed.watched) set_watched(managed, true);
}

void notice_watchers() { notice_all(std::make_index_sequence<noticed.size()>()); }

}  // namespace aipy::dispatch
