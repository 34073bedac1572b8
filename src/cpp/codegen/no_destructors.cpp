// Nothing of this library is destroyed when the process ends: a compiler thread may still be at work in LLVM then, and
// nobody waits for it. Destructors of LLVM's many global objects would be registered here.
extern "C" __attribute__((visibility("hidden"))) int __cxa_atexit(void (*)(void*), void*, void*) noexcept { return 0; }
