// Frames that outlive their call, and traceback entries.
#include <cstring>

#include "runtime/cpython/internal.h"

namespace aipy::runtime::cpython {

namespace {

#if PY_VERSION_HEX >= 0x030E0000
// The slots' references pass on; function and code get new ones.
void copy_contents(Frame* own, Frame* frame) {
    _PyFrame_Copy(frame, own);
    for (_PyStackRef* slot = own->localsplus; slot < own->stackpointer; ++slot)
        if (!PyStackRef_IsNull(*slot)) *slot = PyStackRef_FromPyObjectSteal(PyStackRef_AsPyObjectBorrow(*slot));
}
#else
void copy_contents(Frame* own, Frame* frame) {
    size_t size = offsetof(Frame, localsplus) + sizeof(PyObject*) * static_cast<size_t>(frame->stacktop);
    std::memcpy(static_cast<void*>(own), frame, size);
    Py_INCREF(code_of(own));
    Py_XINCREF(function_of(own));
}
#endif

// The frame object becomes the owner: as CPython's frames do when they end while someone still holds them.
void give_contents(PyThreadState* thread, Frame* frame, PyFrameObject* holder) {
    auto* own = reinterpret_cast<Frame*>(holder->_f_frame_data);
    copy_contents(own, frame);
    own->owner = FRAME_OWNED_BY_FRAME_OBJECT;
    own->previous = nullptr;
    own->frame_obj = nullptr;
    holder->f_frame = own;
    if (holder->f_back == nullptr) holder->f_back = PyThreadState_GetFrame(thread);
    if (!_PyObject_GC_IS_TRACKED(reinterpret_cast<PyObject*>(holder)))
        PyObject_GC_Track(reinterpret_cast<PyObject*>(holder));
}

}  // namespace

bool hand_over_frame(PyThreadState* thread, Frame* frame) {
    PyFrameObject* holder = frame->frame_obj;
    if (holder == nullptr) return false;
    frame->frame_obj = nullptr;
    bool kept = Py_REFCNT(holder) > 1;
    if (kept)
        give_contents(thread, frame, holder);
    else
        Py_CLEAR(frame->f_locals);  // the dict that 3.12 makes for f_locals
    Py_DECREF(holder);
    return kept;
}

void trace_current_frame(PyThreadState* thread) {
    PyObject* error = PyErr_GetRaisedException();
    PyFrameObject* frame = PyThreadState_GetFrame(thread);
    PyErr_SetRaisedException(error);
    if (frame == nullptr) return;
    point_at_failed_lookup(code_of(frame->f_frame), frame->f_frame);
    PyTraceBack_Here(frame);
    Py_DECREF(frame);
}

}  // namespace aipy::runtime::cpython
