// Loops over generators that nobody else can see: the generator's body becomes a part of the loop.
//
// In    a generic function with
//           %g = call %f, arguments        where %f is a known generator function
//           %i = get.iter %g               and the loop is all that uses %g and %i
//           jump -> header
//         header:
//           %x = iter.next %i
//           branch.null %x -> end, body
// Out   one generic function of both: the generator's slots, constants, values, instructions and blocks behind the
//       caller's, each id moved by as much as all of its kind before it.
//         - what called the generator stores the arguments into the generator's slots and jumps to its first block;
//         - its yield is a jump to `body`, with the value yielded in the place of %x;
//         - ways back to the header go on behind the yield;
//         - its return is a jump to `end`.
//       No generator object is made. Promotion gives frame states that name it (GeneratorLoop): it is made where native
//       code ends, suspended at its yield, or standing at any other of its instructions.
//       `any(g())`, `all(g())` and `sum(g())` of ints are such loops, too, which end behind the call. What a sum is so
//       far has a slot; where native code ends, the rest is summed behind it. A generator expression's function is not
//       made, either.
// A generator has one yield, which no handler of its own surrounds, so that closing it does nothing but let its locals
// die, and the value that it is sent is None.
// Ends: one pass over the instructions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "opt/request.h"

namespace aipy::opt {

// The generic instructions of such a loop, or of a call that goes through a generator.
struct GeneratorLoopForm {
    ir::BlockId before = ir::no_id;  // ends in the call, the iterator and a jump to the header; or has both calls
    ir::BlockId header = ir::no_id;  // of a loop; likewise
    ir::InstrId call = ir::no_id, next = ir::no_id;  // what makes the generator, and what goes through it
    ir::ValueId iterator = ir::no_id;
    ir::BlockId end = ir::no_id, body = ir::no_id;
    bool is_loop() const { return header != ir::no_id; }
};

// What goes through the generator that the call makes, when nothing else sees that.
std::optional<GeneratorLoopForm> generator_loop_of(const ir::Function& generic, ir::InstrId call);

// Whether the body of a generator function may be part of a loop, as far as its code says.
bool may_be_part_of_loop(const ir::Function& generator);

// The cells that a function takes which is only made to be called here: by a generator expression. Null where anything
// else uses it, or it takes more.
std::optional<std::vector<ir::ValueId>> cells_of_generator(const ir::Function& generic, ir::InstrId call);

// The request for the function with the bodies of its generators in it; null when it has none that are not refused.
std::unique_ptr<CompileRequest> with_generators(const CompileRequest& request, const std::set<uint32_t>& refused);

// Which generators, by index, cannot be part of their loops, and by which instruction: where they run, no other frame
// shows that they do, so nothing may look, or raise.
std::map<uint32_t, const ir::Instr*> showing_generators(const ir::Function& specialised, const CompileRequest& request);

}  // namespace aipy::opt
