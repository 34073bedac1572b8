// Loops over prange in a specialised function: which of them can run in parts, without the GIL, and what becomes of the
// values that they carry from one iteration to the next.
//
// A part is some iterations in a row. It begins with the values that the loop was entered with, but for those that are
// summed up, which begin with what changes nothing; behind the last part the values are put together in the parts'
// order, so that the bits do not depend on how many threads there were. Code generator and dispatcher both ask here, of
// the same function, and so agree.
//
// What a loop may do: numbers in registers, elements of arrays, items of tuples, calls of functions that compute a
// number. It leaves by its end only; where a guard fails, its part ends there, and the interpreter goes on with the
// part (dispatch/parallel.h).
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ir/function.h"

namespace aipy::ir {

struct ParallelLoop {
    // What becomes of a parameter of the header.
    enum class Carried : uint8_t {
        Counter,  // the next number of the range
        Stop,     // its end
        Same,     // does not change
        Last,     // each iteration sets it: the last one counts
        Set,      // some iterations may set it: the last one that did counts
        Sum,
        Product,
        Least,
        Greatest,
        And,
        Or,
        Xor
    };
    struct Param {
        Carried carried = Carried::Same;
        uint32_t set_with = no_id;  // of Set: the index of the bit that tells whether it is bound at all; or no_id
        std::set<ValueId> chain{};  // of what is put together: all values that are such a part at some point
    };

    BlockId header = no_id;
    InstrId poll = no_id;       // the header's: its state is where the loop stands between two iterations
    std::vector<bool> inside;   // by block: the loop
    std::vector<bool> leaving;  // by block: only leaves
    std::vector<Param> params;  // of the header
    uint32_t counter = 0, stop = 0, step = 0;  // indices of the range's parts among them
    int32_t line = 0;

    bool is_reduction(size_t param) const { return params[param].carried >= Carried::Sum; }
};

struct ParallelLoops {
    struct Refused {
        int32_t line;
        std::string why;
    };
    std::vector<ParallelLoop> loops;  // none inside another
    std::vector<Refused> refused;
};

// The body that call.native calls, by index; null where there is none.
using Callees = std::function<const Function*(size_t)>;

// `reorder_floats`: sums of floats may be put together from parts.
ParallelLoops find_parallel_loops(const Function& function, bool reorder_floats, const Callees& callees);

// A function of its own that runs a part of the loop. Its entry takes what the loop uses from outside (`captured`, in
// order), then a value for each parameter of the header; it ends in a return.parts of these parameters.
Function make_part(const Function& function, const ParallelLoop& loop, std::vector<ValueId>& captured);

// What make_part captures.
std::vector<ValueId> captured_values(const Function& function, const ParallelLoop& loop);

}  // namespace aipy::ir
