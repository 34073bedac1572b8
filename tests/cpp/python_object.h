// One embedded interpreter for a test program, and references that clean up behind a test.
#pragma once

#include <Python.h>
#include <gtest/gtest.h>

#include <utility>

namespace aipy::test_support {

class PythonEnvironment : public ::testing::Environment {
  public:
    void SetUp() override { Py_InitializeEx(0); }
};

// A new reference that the test gives up.
class Object {
  public:
    explicit Object(PyObject* object = nullptr) : object_(object) {}
    Object(Object&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Object& operator=(Object&&) = delete;
    ~Object() { Py_XDECREF(object_); }
    PyObject* get() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }

  private:
    PyObject* object_;
};

}  // namespace aipy::test_support
