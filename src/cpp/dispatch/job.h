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

// How a version comes to its code. In the background its first code is made in the quickest way there is, and better
// code replaces it once the version has proved to be worth it.
enum class Step : uint8_t {
    Quick,    // first code, at once; what comes next is Upgrade
    Full,     // first code, optimised
    Late,     // the same, made where upgrades are: quick code was there, and did not pay
    Upgrade,  // optimised code for a version that runs already
};

// Made and destroyed under the GIL.
struct Job {
    // Written under the GIL only; null once the function is gone. Compiler threads do not look at it.
    Managed* managed = nullptr;
    Step step = Step::Full;
    bool interpreter_waits = false;  // its function runs in the interpreter meanwhile, slower than CPython perhaps
    opt::CompileRequest request;
    std::shared_ptr<Version> version;  // its address is in the code that is made
    std::string name;
    // Addresses that a function's code refers to; nothing is read there while compiling.
    struct Addresses {
        void* context = nullptr;
        void* caches = nullptr;
        void* bytecode = nullptr;
        std::shared_ptr<const std::vector<uint32_t>> bytecode_offsets;  // by generic instruction
    };
    Addresses addresses;
    std::vector<Addresses> part_addresses;  // as the version's parts
    bool stress = false;
    bool want_machine_texts = false;  // LLVM IR and assembler
    bool fastmath = false;
    bool boundscheck = true;
    int opt_level = 2;

    opt::CompileResult result;
    codegen::CompileOutput output;
    double compile_ms = 0;
    std::string error;
};

}  // namespace aipy::dispatch
