// What a name was bound to when somebody began to rely on it, where changes are found by looking (3.11): whether it is
// still that very object. An address alone does not tell, because another object may have come to lie there; the
// object itself is kept where nobody can see when it dies, and otherwise a weak reference to it.
#pragma once

#include <Python.h>

#include <utility>

namespace aipy::dispatch {

class KeptValue {
  public:
    KeptValue() = default;
    ~KeptValue() { Py_XDECREF(keeper_); }
    KeptValue(KeptValue&& other) noexcept
        : value_(other.value_), keeper_(std::exchange(other.keeper_, nullptr)), known_(other.known_) {}
    KeptValue& operator=(KeptValue&& other) noexcept {
        std::swap(value_, other.value_);
        std::swap(keeper_, other.keeper_);
        std::swap(known_, other.known_);
        return *this;
    }
    KeptValue(const KeptValue&) = delete;
    KeptValue& operator=(const KeptValue&) = delete;

    // Of a value, or null where the name is not bound. False when it cannot be told whether it is still there.
    bool keep(PyObject* value) {
        *this = KeptValue();
        if (value != nullptr) {
            const bool plain = PyLong_CheckExact(value) || PyFloat_CheckExact(value) || PyUnicode_CheckExact(value) ||
                               PyBytes_CheckExact(value) || PyBool_Check(value) || value == Py_None;
            keeper_ = plain ? Py_NewRef(value) : PyWeakref_NewRef(value, nullptr);
            if (keeper_ == nullptr) {
                PyErr_Clear();
                return false;
            }
        }
        value_ = value;
        known_ = true;
        return true;
    }
    bool is_known() const { return known_; }
    PyObject* get() const { return value_; }
    bool is(PyObject* value) const {
        if (!known_ || value != value_) return false;
        return value == nullptr || !PyWeakref_Check(keeper_) || PyWeakref_GET_OBJECT(keeper_) == value;
    }

  private:
    PyObject* value_ = nullptr;   // compared only
    PyObject* keeper_ = nullptr;  // owned: the value, or a weak reference
    bool known_ = false;
};

}  // namespace aipy::dispatch
