// Natively compiled only: it is for whole programs.
#include "runtime/cpython/frame_room.h"

#ifndef AIPY_RUNTIME_BITCODE

#include <sys/mman.h>

#include <cstddef>

namespace aipy::runtime::cpython {
namespace {

// Of address space; memory only for what is touched. Deeper recursions go on in CPython's chunks.
constexpr size_t size = size_t{4} << 20;

}  // namespace

FrameRoom::FrameRoom(PyThreadState* thread) : thread_(thread) {
    void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) return;
    memory_ = mapped;
    _PyStackChunk* before = thread->datastack_chunk;
    if (before != nullptr) before->top = static_cast<size_t>(thread->datastack_top - before->data);
    auto* chunk = static_cast<_PyStackChunk*>(mapped);
    chunk->previous = before;
    chunk->size = size;
    chunk->top = 0;
    thread->datastack_chunk = chunk;
    thread->datastack_limit = reinterpret_cast<PyObject**>(static_cast<char*>(mapped) + size);
    // A chunk whose first place no frame has is not given back by CPython.
    thread->datastack_top = chunk->data + 1;
}

FrameRoom::~FrameRoom() {
    if (memory_ == nullptr) return;
    _PyStackChunk* before = static_cast<_PyStackChunk*>(memory_)->previous;
    thread_->datastack_chunk = before;
    thread_->datastack_top = before == nullptr ? nullptr : before->data + before->top;
    thread_->datastack_limit =
        before == nullptr ? nullptr : reinterpret_cast<PyObject**>(reinterpret_cast<char*>(before) + before->size);
    munmap(memory_, size);
}

}  // namespace aipy::runtime::cpython

#endif  // AIPY_RUNTIME_BITCODE
