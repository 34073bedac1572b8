// Parallel loops at run time: parts of the iterations go to several threads, without the GIL.
//
// The parts are the same for any number of threads: a fixed number of them for a number of iterations. What they come
// to is put together in their order. Where a guard fails, the part's thread parks it. When all others are done, parked
// parts go on in the interpreter, one behind the other, with the values that they would have if all had run in order,
// so that an error is the first one in the order of iterations, and finds the locals it should; what later parts stored
// is there already, as prange allows. Then the function goes on in the interpreter behind the loop.
//
// Signals are handled between the main thread's parts; where a handler raises, no part begins any more, and those that
// run end at their next poll.
#pragma once

#include <Python.h>

#include <cstdint>

#include "interp/unit.h"

extern "C" {
// See codegen/api.h. Called with the GIL.
int32_t aipy_parallel(void* version, uint32_t header, void* part, const uint64_t* captured, uint64_t* params,
                      const uint64_t* cells, PyObject** result) noexcept;
// Called without.
void aipy_park(void* run, uint32_t frame_state, uint32_t reason, uint32_t count, ...) noexcept;
}

namespace aipy::dispatch {

// The interpreter comes to a loop's header. What becomes of a part that it runs:
enum class PartOfLoop : uint8_t { None, GoesOn, Ended };
PartOfLoop part_at_header(interp::Unit& unit, ir::BlockId header, interp::Activation& activation);

// How many threads parallel loops run on; 0 for as many as there are processors.
size_t thread_count();
void set_thread_count(size_t count);

}  // namespace aipy::dispatch
