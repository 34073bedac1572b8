// The textual form of IR. What is printed here, parse.h reads, and it prints identically again.
//
//   function "clip" file "clip.py" generic      or specialised; then generator, lifo, parameters N, caches N, returns T
//   slots x, low, total cell                    in localsplus order; `cell` and `free` say the kind
//   constant #0 int 0                           index, type, value; `handle N` where it is not the index; a text
//
//   block0(%0: any):                            then cold, handler, loop before the colon
//     %1: any = load.local $x @2:7-2:8          immediates first, then operands; the source span last
//     %2: bool:bit = truth %1 error block3(%1) unwind(%1) retain(%1) cache 0 before s0 after s1 origin 7
//     branch %2 -> block1(%1), block2
//
//   state s0 at 12 slots(%1, #0, unbound, v0) temporaries(%4=%1) virtuals(range(%1, %2, #0)) owned(%1)
//
// Immediates by kind: slot `$name` (or `$3`), constant `#3` or `none`, name `"text"` (or `#3`), integers, operator
// and comparison names, types. A const.f64's is its number. An instruction may be preceded by its id, `12: `.
#pragma once

#include <string>

#include "ir/function.h"

namespace aipy::ir {

struct PrintOptions {
    bool ids = false;  // each instruction's id before it, to which frame states of other functions refer
    bool spans = true;
};

std::string print(const Function& function, PrintOptions options = {});
std::string print_instr(const Function& function, InstrId id, PrintOptions options = {});
std::string print_frame_state(const Function& function, FrameStateId id);

// A text in double quotes, with what is not printable escaped.
std::string quote(std::string_view text);

}  // namespace aipy::ir
