// Natively compiled only: it has data.
#include "runtime/cpython/stack.h"

#include "runtime/cpython/internal.h"

#ifndef AIPY_RUNTIME_BITCODE

#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace aipy::runtime::cpython {

constinit thread_local char* stack_end = nullptr;

namespace {

constexpr size_t smallest_segment = size_t{64} << 20;  // address space; memory only for what is touched
constexpr size_t guard_size = size_t{64} << 10;

// With unknown bounds nothing is ever low, as without this file.
char* end_of_thread_stack() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return reinterpret_cast<char*>(1);
    void* address = nullptr;
    size_t size = 0;
    pthread_attr_getstack(&attributes, &address, &size);
    pthread_attr_destroy(&attributes);
    return static_cast<char*>(address) + guard_size;
}

struct Segment {
    char* start = nullptr;
    size_t size = 0;
};

// One segment that has been given back waits for the next call that needs one, so that recursion to and fro over the
// border costs no system call.
struct SpareSegment {
    Segment segment;
    ~SpareSegment() {
        if (segment.start != nullptr) munmap(segment.start, segment.size);
    }
};
thread_local SpareSegment spare;

void* map(size_t size) {
    return mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
}

Segment take_segment(size_t bytes) {
    size_t size = std::max(smallest_segment, (bytes + stack_margin + 2 * guard_size + 0xffff) & ~size_t{0xffff});
    if (spare.segment.size >= size) return std::exchange(spare.segment, {});
    void* made = map(size);
    // What was asked for is a bound that few calls come near.
    for (; made == MAP_FAILED && size > smallest_segment; made = map(size)) size = std::max(size / 2, smallest_segment);
    if (made == MAP_FAILED) return {};
    mprotect(made, guard_size, PROT_NONE);
    return {static_cast<char*>(made), size};
}

void give_segment(Segment segment) {
    if (spare.segment.size >= segment.size) {
        munmap(segment.start, segment.size);
        return;
    }
    if (spare.segment.start != nullptr) munmap(spare.segment.start, spare.segment.size);
    spare.segment = segment;
}

struct Transfer {
    StackCall function;
    void* argument;
    PyObject* result;
};

void run_transfer(void* transfer) {
    auto* call = static_cast<Transfer*>(transfer);
    call->result = call->function(call->argument);
}

#if PY_VERSION_HEX >= 0x030E0000
// CPython compares the stack pointer with its thread's bounds, which are the segment's for as long as this lives.
class StackBounds {
  public:
    explicit StackBounds(Segment segment)
        : thread_(reinterpret_cast<_PyThreadStateImpl*>(PyThreadState_GetUnchecked())),
          top_(thread_->c_stack_top),
          soft_limit_(thread_->c_stack_soft_limit),
          hard_limit_(thread_->c_stack_hard_limit) {
        auto start = reinterpret_cast<uintptr_t>(segment.start);
        thread_->c_stack_top = start + segment.size;
        thread_->c_stack_hard_limit = start + guard_size + _PyOS_STACK_MARGIN_BYTES;
        thread_->c_stack_soft_limit = thread_->c_stack_hard_limit + _PyOS_STACK_MARGIN_BYTES;
    }
    ~StackBounds() {
        thread_->c_stack_top = top_;
        thread_->c_stack_soft_limit = soft_limit_;
        thread_->c_stack_hard_limit = hard_limit_;
    }
    StackBounds(const StackBounds&) = delete;
    StackBounds& operator=(const StackBounds&) = delete;

  private:
    _PyThreadStateImpl* thread_;
    uintptr_t top_, soft_limit_, hard_limit_;
};
#else
struct StackBounds {
    explicit StackBounds(Segment) {}
};
#endif

#if defined(__x86_64__)
// Moves the stack pointer, calls, and moves it back: nothing unwinds through here.
void switch_and_call(Segment segment, Transfer* transfer) {
    char* top = segment.start + segment.size;
    auto* function = run_transfer;
    void* argument = transfer;
    asm volatile(
        "movq %%rsp, %%rbx\n\t"
        "movq %[top], %%rsp\n\t"
        "callq *%[function]\n\t"
        "movq %%rbx, %%rsp"
        : [function] "+r"(function), "+D"(argument)
        : [top] "r"(top)
        : "rbx", "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
          "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory");
}
#else
void start_transfer(unsigned high, unsigned low) {
    run_transfer(reinterpret_cast<void*>((static_cast<uintptr_t>(high) << 32) | low));
}

void switch_and_call(Segment segment, Transfer* transfer) {
    ucontext_t here, there;
    getcontext(&there);
    there.uc_stack.ss_sp = segment.start;
    there.uc_stack.ss_size = segment.size;
    there.uc_link = &here;
    auto address = reinterpret_cast<uintptr_t>(transfer);
    makecontext(&there, reinterpret_cast<void (*)()>(start_transfer), 2, static_cast<unsigned>(address >> 32),
                static_cast<unsigned>(address));
    swapcontext(&here, &there);
}
#endif

}  // namespace

void find_stack_end() { stack_end = end_of_thread_stack(); }

PyObject* call_on_new_stack(size_t bytes, StackCall function, void* argument) {
    Segment segment = take_segment(bytes);
    if (segment.start == nullptr) return PyErr_NoMemory();
    char* old_end = std::exchange(stack_end, segment.start + guard_size);
    Transfer transfer{function, argument, nullptr};
    {
        StackBounds bounds(segment);
        switch_and_call(segment, &transfer);
    }
    stack_end = old_end;
    give_segment(segment);
    return transfer.result;
}

}  // namespace aipy::runtime::cpython

#endif  // AIPY_RUNTIME_BITCODE
