// Room for CPython's own frames.
//
// CPython keeps the frames of a thread in chunks of 16 KB, and gives a chunk back to the system as soon as its first
// frame ends: a recursion that swings about a chunk's end maps and unmaps memory at each call. In a process of several
// threads, as one is where aipy compiles, each unmapping interrupts the other processors, which takes 50 microseconds.
#pragma once

#include <Python.h>

namespace aipy::runtime::cpython {

// Lets all frames that the calling thread makes while this lives lie in one large chunk. Lives as a call does: frames
// that were there before end after it. Where there is no memory everything stays as it was.
class FrameRoom {
  public:
    explicit FrameRoom(PyThreadState* thread);
    ~FrameRoom();
    FrameRoom(const FrameRoom&) = delete;
    FrameRoom& operator=(const FrameRoom&) = delete;

  private:
    PyThreadState* thread_;
    void* memory_ = nullptr;
};

}  // namespace aipy::runtime::cpython
