#include "support/heap_room.h"

#include <array>
#include <cstdlib>

namespace aipy::support {
namespace {

constexpr size_t block = size_t{64} << 10;  // below what malloc maps by itself
constexpr size_t blocks = 64;

}  // namespace

// The blocks become one free piece, and what is allocated behind it keeps it from being the heap's end.
void make_heap_room() {
    std::array<void*, blocks> room;
    for (void*& memory : room) memory = std::malloc(block);
    [[maybe_unused]] static thread_local void* const end = std::malloc(1);
    for (void* memory : room) std::free(memory);
}

}  // namespace aipy::support
