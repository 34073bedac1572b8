// Room on the C stack. Pure Python recurses as deep as the recursion limit allows, on the heap; native frames and the
// interpreter's calls lie on the C stack, which would overflow first. So where little is left, a call goes on in a
// fresh segment, and comes back when it returns.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>

namespace aipy::runtime::cpython {

// Kept free below a call for C code that does not ask: CPython's own recursion in C, extension modules.
inline constexpr size_t stack_margin = size_t{1} << 20;

// The lowest address that the current stack of this thread may use; null until asked. Read at every call, so it lies
// where no function call is needed to find it.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local char* stack_end;
void find_stack_end();

// Whether the calling thread's stack has room for that many bytes besides the margin.
inline bool stack_has(size_t bytes) {
    if (stack_end == nullptr) [[unlikely]]
        find_stack_end();
    auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    return here - reinterpret_cast<uintptr_t>(stack_end) > bytes + stack_margin;
}

using StackCall = PyObject* (*)(void* argument);

// Calls `function(argument)` in a fresh segment that has room for that many bytes besides the margin, or, where the
// system refuses so much, for as many as it gives. Null with MemoryError when there is no memory at all. `function`
// must not throw.
PyObject* call_on_new_stack(size_t bytes, StackCall function, void* argument);

}  // namespace aipy::runtime::cpython
