// Room in the heap of a thread that allocates much and frees it again, time after time.
//
// glibc gives the end of a heap back as soon as some of it is free and takes it anew page by page: a compilation of a
// few milliseconds makes a hundred system calls and page faults so, and each page that is given back interrupts the
// other threads of the process.
#pragma once

namespace aipy::support {

// Free memory for the calling thread's allocations that is not given back while the process lives. For threads that
// live as long.
void make_heap_room();

}  // namespace aipy::support
