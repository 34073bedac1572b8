// A local's place in a frame, which CPython reads and writes as the interpreter does: f_locals shows it, assignments
// to f_locals change it, a frame object takes it over when the call has ended.
#pragma once

#include <Python.h>

#include <cstdint>

namespace aipy::runtime::cpython {

#if PY_VERSION_HEX >= 0x030E0000
// The lowest bit of CPython's word says that it holds no reference of its own: it marks null, and, where CPython has
// written it, immortal objects. Here all references are held, so that only null is marked.
class FrameSlot {
  public:
    static constexpr uintptr_t mark = 1;

    FrameSlot() = default;
    FrameSlot(PyObject* object) { *this = object; }
    operator PyObject*() const { return reinterpret_cast<PyObject*>(bits_ & ~mark); }
    FrameSlot& operator=(PyObject* object) {
        bits_ = reinterpret_cast<uintptr_t>(object) | static_cast<uintptr_t>(object == nullptr);
        return *this;
    }

  private:
    uintptr_t bits_;
};
#else
using FrameSlot = PyObject*;
#endif
static_assert(sizeof(FrameSlot) == sizeof(PyObject*));

}  // namespace aipy::runtime::cpython
