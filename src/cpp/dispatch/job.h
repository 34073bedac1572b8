// One compilation, from the request to the version that is installed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "codegen/api.h"
#include "dispatch/version.h"
#include "opt/request.h"

namespace aipy::dispatch {

struct Managed;

struct Job {
    // Written under the GIL only; null once the function is gone. Compiler threads do not look at it.
    Managed* managed = nullptr;
    opt::CompileRequest request;
    std::unique_ptr<Version> version;  // its address is in the code that is made
    std::string name;
    // Addresses that the code refers to; nothing is read there while compiling.
    void* context = nullptr;
    void* caches = nullptr;
    void* bytecode = nullptr;
    std::shared_ptr<const std::vector<uint32_t>> bytecode_offsets;  // by generic instruction
    bool stress = false;
    bool want_llvm = false;
    bool fastmath = false;
    bool boundscheck = true;
    int opt_level = 2;

    opt::CompileResult result;
    codegen::CompileOutput output;
    std::string error;
};

}  // namespace aipy::dispatch
