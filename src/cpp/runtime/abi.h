// What compiled code, the interpreter and the runtime helpers agree on: contexts, inline caches, native results.
// Object layouts come from CPython's own headers; nothing here is written down twice.
#pragma once

#include <Python.h>

#include <cstdint>

namespace aipy::runtime {

// One site's memory, shared by the interpreter and every native version of the function. A cache is only a hint:
// each helper checks what it reads from it (type versions, dict versions) and fills it again after a miss.
struct alignas(64) InlineCache {
    struct Entry {
        PyTypeObject* type = nullptr;  // not owned: compared, and trusted only with its version
        uint32_t version = 0;          // of the type, or of the dict's keys
        uint32_t kind = 0;             // meaning belongs to the helper that owns the site
        union {
            PyObject* object;  // not owned
            int64_t offset;
            void* pointer;
        };
    };
    Entry entries[4];
    uint32_t used = 0;                // entries filled
    uint32_t misses = 0;              // past the entries: the helper goes by type version only
    uint32_t second_version[4] = {};  // of an entry whose kind needs two (a class and its instances' keys)
    uint32_t unbound = 0;             // of load.method: what it has just found is called with the owner
};

// What belongs to a function's code and globals, not to one call.
struct FunctionContext {
    PyObject* globals = nullptr;   // dict, owned
    PyObject* builtins = nullptr;  // owned
    PyCodeObject* code = nullptr;  // owned
    PyObject** objects = nullptr;  // constants by handle, owned
    InlineCache* caches = nullptr;
    bool parallel = false;  // the option: loops over aipy.prange are not merely loops
};

// How a native body ends.
enum class NativeStatus : int64_t {
    Ok = 0,     // value has the function's return representation
    Error = 1,  // exception set, traceback entry of this frame made
    Boxed = 2,  // value is a new PyObject* that does not fit the representation
};

}  // namespace aipy::runtime

// Entry of a native version: values are the boxed params of blocks[0]; the caller's thread state. Returns a new
// reference, or null with the exception set and this frame's traceback entry made.
using AipyEntry = PyObject* (*)(PyObject* const* values, PyThreadState* thread);
