// LLVM's static objects are never destroyed: the process may exit while a compiler thread works with them, and nobody
// waits for what it compiles. All registrations of destructors in this library come here.
extern "C" __attribute__((visibility("hidden"))) int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
