// Threads that help with one piece of work at a time, and sleep in between.
//
// Made when first needed, never destroyed. A child of fork has none and makes its own. Work that comes while other work
// runs, or from within it, gets no helpers: whoever brings it does it alone.
#pragma once

#include <cstddef>

namespace aipy::support {

class Helpers {
  public:
    // Up to `count` threads call `work(data)` once each, at the same time as the caller goes on.
    Helpers(size_t count, void (*work)(void*), void* data);
    // Waits for those that have begun; the others do not begin any more.
    ~Helpers();
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;

  private:
    bool has_pool_;
};

// Processors that the process may use.
size_t processor_count();

}  // namespace aipy::support
