#include "dispatch/codegen_library.h"

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "dispatch/exits.h"
#include "dispatch/parallel.h"
#include "runtime/helpers.h"
#include "runtime/numpy/arrays.h"
#include "support/options.h"

// Only addresses are taken: what these take and return is said in runtime/codegen_support.def.
extern "C" {
#define SUPPORT(name, signature, how, memory) void name();
#include "runtime/codegen_support.def"
#undef SUPPORT
}

namespace aipy::dispatch {
namespace {

std::atomic<codegen::CodegenApi*> loaded{nullptr};

struct NamedAddress {
    const char* name;
    void* address;
};

const NamedAddress own_symbols[] = {
    {"aipy_leave", reinterpret_cast<void*>(aipy_leave)},
    {"aipy_leave_boxed", reinterpret_cast<void*>(aipy_leave_boxed)},
    {"aipy_unwind", reinterpret_cast<void*>(aipy_unwind)},
    {"aipy_parallel", reinterpret_cast<void*>(aipy_parallel)},
    {"aipy_park", reinterpret_cast<void*>(aipy_park)},
    {"aipy_suspend", reinterpret_cast<void*>(aipy_suspend)},
    {"aipy_traceback", reinterpret_cast<void*>(aipy_traceback)},
    {"aipy_late_traceback", reinterpret_cast<void*>(aipy_late_traceback)},
#define SUPPORT(name, signature, how, memory) {#name, reinterpret_cast<void*>(&name)},
#include "runtime/codegen_support.def"
#undef SUPPORT
};

// The folder of the shared object that holds this code.
std::filesystem::path module_folder() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<void*>(&module_folder), &info) == 0 || info.dli_fname == nullptr) return {};
    return std::filesystem::absolute(info.dli_fname).parent_path();
}

using OpenFunction = decltype(&aipy_codegen_open);

// The folder that the option `cache` names; empty where code is not kept.
std::string cache_folder(const std::string& named) {
    if (named == "off") return {};
    if (named != "auto") return named;
    auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::filesystem::path(value == nullptr ? "" : value);
    };
    // As the XDG base directory specification has it: a relative path counts as none.
    if (const auto caches = variable("XDG_CACHE_HOME"); caches.is_absolute()) return caches / "aipy";
    if (const auto home = variable("HOME"); home.is_absolute()) return home / ".cache" / "aipy";
    return {};
}

codegen::CodegenApi* load(std::string& error) {
    std::filesystem::path folder = module_folder();
    void* library = dlopen((folder / "libaipy_codegen.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    void* open = library == nullptr ? nullptr : dlsym(library, "aipy_codegen_open");
    if (open == nullptr) {
        const char* problem = dlerror();
        error = std::string("the code generator cannot be loaded: ") + (problem == nullptr ? "unknown" : problem);
        return nullptr;
    }
    std::string bitcode = folder / "runtime.bc";
    const support::OptionSet options = support::process_options();
    const std::string kept_in = cache_folder(options.cache());
    const codegen::CacheSettings cache{kept_in.c_str(), static_cast<uint64_t>(options.cache_mb()) << 20};
    return reinterpret_cast<OpenFunction>(open)(std::filesystem::exists(bitcode) ? bitcode.c_str() : nullptr, &cache);
}

}  // namespace

codegen::CodegenApi* load_codegen(std::string& error) {
    if (codegen::CodegenApi* api = loaded.load(std::memory_order_acquire)) return api;
    static std::mutex mutex;
    static std::string first_error;
    std::lock_guard lock(mutex);
    if (loaded.load(std::memory_order_acquire) == nullptr && first_error.empty())
        loaded.store(load(first_error), std::memory_order_release);
    error = first_error;
    return loaded.load(std::memory_order_acquire);
}

codegen::CodegenApi* loaded_codegen() { return loaded.load(std::memory_order_acquire); }

void* common_symbol(const char* name) {
    for (const NamedAddress& symbol : own_symbols)
        if (std::strcmp(symbol.name, name) == 0) return symbol.address;
    if (void* helper = runtime::helper_address(name)) return helper;
    return runtime::numpy::type_address(name);
}

}  // namespace aipy::dispatch
