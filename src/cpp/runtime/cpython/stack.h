// Room on the C stack. Pure Python recurses as deep as the recursion limit allows, on the heap; native frames and the
// interpreter's calls lie on the C stack, which would overflow first. So where little is left, a call goes on in a
// fresh segment, and comes back when it returns.
#pragma once

#include <Python.h>

#include <cstddef>

namespace aipy::runtime::cpython {

// Kept free below a call for C code that does not ask: CPython's own recursion in C, extension modules.
inline constexpr size_t stack_margin = size_t{1} << 20;

// Whether the calling thread's stack has room for that many bytes besides the margin.
bool stack_has(size_t bytes);

using StackCall = PyObject* (*)(void* argument);

// Calls `function(argument)` in a fresh segment that has room for that many bytes besides the margin, or, where the
// system refuses so much, for as many as it gives. Null with MemoryError when there is no memory at all. `function`
// must not throw.
PyObject* call_on_new_stack(size_t bytes, StackCall function, void* argument);

}  // namespace aipy::runtime::cpython
