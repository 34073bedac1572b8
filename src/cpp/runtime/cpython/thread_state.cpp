// Finds CPython's variable by what it does: among the thread-local words of CPython's library it is the one that holds
// the thread's state, and null while the thread has none. No thread-local variable of a library that was loaded while
// the program ran lies at a fixed distance; that shows in a second thread.
#include "runtime/cpython/thread_state.h"

#if defined(__x86_64__) && defined(__linux__) && !defined(AIPY_RUNTIME_BITCODE)

#include <link.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace aipy::runtime::cpython {

constinit ptrdiff_t thread_state_offset = 0;

namespace {

struct ThreadLocals {
    uintptr_t of_library = 0;  // where an address in the library is
    char* start = nullptr;     // the calling thread's
    size_t size = 0;
};

int look_at_library(dl_phdr_info* library, size_t, void* argument) {
    auto& found = *static_cast<ThreadLocals*>(argument);
    size_t size = 0;
    bool wanted = false;
    for (size_t i = 0; i < library->dlpi_phnum; ++i) {
        const ElfW(Phdr) & part = library->dlpi_phdr[i];
        if (part.p_type == PT_TLS) size = part.p_memsz;
        if (part.p_type == PT_LOAD) wanted |= found.of_library - (library->dlpi_addr + part.p_vaddr) < part.p_memsz;
    }
    if (!wanted) return 0;
    found.start = static_cast<char*>(library->dlpi_tls_data);
    found.size = found.start == nullptr ? 0 : size;
    return 1;
}

ThreadLocals cpython_thread_locals() {
    ThreadLocals result{.of_library = reinterpret_cast<uintptr_t>(&PyThreadState_Get)};
    dl_iterate_phdr(look_at_library, &result);
    return result;
}

char* thread_pointer() {
    char* pointer = nullptr;
    asm("movq %%fs:0, %0" : "=r"(pointer));
    return pointer;
}

ptrdiff_t distance_of_thread_locals() { return cpython_thread_locals().start - thread_pointer(); }

}  // namespace

void find_thread_state() {
    const ThreadLocals locals = cpython_thread_locals();
    std::vector<PyThreadState* volatile*> candidates;
    for (size_t place = 0; place + sizeof(void*) <= locals.size; place += sizeof(void*))
        candidates.push_back(reinterpret_cast<PyThreadState* volatile*>(locals.start + place));
    auto keep_those_with = [&](PyThreadState* value) {
        std::erase_if(candidates, [&](auto* candidate) { return *candidate != value; });
    };
    PyThreadState* own = ask_for_thread_state();
    keep_those_with(own);
    PyThreadState_Swap(nullptr);
    keep_those_with(nullptr);
    PyThreadState_Swap(own);
    keep_those_with(own);
    if (candidates.size() != 1) return;
    const ptrdiff_t here = locals.start - thread_pointer();
    ptrdiff_t elsewhere = 0;
    std::thread([&] { elsewhere = distance_of_thread_locals(); }).join();
    if (here != elsewhere) return;
    thread_state_offset = reinterpret_cast<char*>(const_cast<PyThreadState**>(candidates.front())) - thread_pointer();
}

}  // namespace aipy::runtime::cpython

#elif !defined(AIPY_RUNTIME_BITCODE)

void aipy::runtime::cpython::find_thread_state() {}

#endif
