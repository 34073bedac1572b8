// Owned references and failed C API calls, as the frontend uses them.
//
// Inside the frontend a failed call of the C API is the C++ exception PythonFailure, with Python's exception set, and
// a construct that is not compiled is a Bailout. Neither leaves build().
#pragma once

#include <Python.h>

#include <utility>

namespace aipy::frontend {

struct PythonFailure {};

// A reference that this object owns; may be null.
class Ref {
  public:
    Ref() = default;
    static Ref steal(PyObject* object) { return Ref(object); }
    static Ref borrow(PyObject* object) { return Ref(Py_XNewRef(object)); }
    Ref(const Ref& other) : object_(Py_XNewRef(other.object_)) {}
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() { Py_XDECREF(object_); }

    PyObject* get() const { return object_; }
    PyObject* release() { return std::exchange(object_, nullptr); }
    explicit operator bool() const { return object_ != nullptr; }

  private:
    explicit Ref(PyObject* object) : object_(object) {}
    PyObject* object_ = nullptr;
};

// A new reference that must not be null.
inline Ref require(PyObject* new_reference) {
    if (new_reference == nullptr) throw PythonFailure{};
    return Ref::steal(new_reference);
}
inline void require_success(int status) {
    if (status < 0) throw PythonFailure{};
}
// A module that is no part of a package. Not through the program's own `__import__`, which may be anything.
inline Ref imported(const char* name) {
    return require(PyImport_ImportModuleLevel(name, nullptr, nullptr, nullptr, 0));
}
inline bool equal(PyObject* left, PyObject* right) {
    int result = PyObject_RichCompareBool(left, right, Py_EQ);
    require_success(result);
    return result != 0;
}

}  // namespace aipy::frontend
