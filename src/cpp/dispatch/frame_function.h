// A function object for the frames of calls that left native code, which no longer know whose call they are.
#pragma once

#include <Python.h>

#include "dispatch/managed.h"

namespace aipy::dispatch {

// Frames need a function with the right code and globals; nothing else of it can be seen. Where the native code has a
// frame, it is that one's. Otherwise it is made for one exit, because a function that lives with the unit would keep
// code and globals alive for ever.
class FrameFunction {
  public:
    // Finds or makes the function; null when memory ran out, with MemoryError set.
    explicit FrameFunction(const Version& version);
    explicit FrameFunction(const Managed& managed);
    ~FrameFunction() { Py_XDECREF(function_); }
    FrameFunction(const FrameFunction&) = delete;
    FrameFunction& operator=(const FrameFunction&) = delete;
    PyObject* get() const { return function_; }

  private:
    PyObject* function_;
};

// Whether a FrameFunction is being made: the watcher of functions lets it be.
bool making_frame_function();

}  // namespace aipy::dispatch
