// Promotes local slots to SSA values, from one entry point.
//
// In    the generic form: locals in slots, temporaries as values.
// Out   a function without slot ops, generic ops otherwise, where
//         - each local is an SSA value; blocks take params where values meet (and nowhere else);
//         - rebinding a local leaves `keep` of the old value: the local held it until there (lifetimes);
//         - every instruction has the frame states before and after it, in terms of the promoted values;
//         - iter.next is followed by iter.state, the iterator after the step, so that an iterator that is later held
//           as its parts has a state that is a value;
//         - on the not-null edge of branch.null the value has a new name (a guard.type to `any`), where what is
//           known of the element can be attached;
//         - a yield is suspend, which ends the native code; a generator's errors have no handlers here;
//         - in a native body, a block that ends in a raise is one `leave`;
//         - an op of `cuts` is a `leave`, and what lies behind it is not there.
// Entry blocks[0] takes the entry values as the contract of opt/request.h says.
// Ends: one pass over the blocks reachable from the entry, then params are removed until none is trivial; each
// removal shrinks the function.
#pragma once

#include <set>
#include <vector>

#include "ir/function.h"
#include "opt/request.h"

namespace aipy::opt {

struct Promoted {
    ir::Function function;
    // For each promoted value: the generic value it stands for, whose feedback is its own; no_id for others.
    std::vector<ir::ValueId> generic;
    // For each promoted value made by the entry: its index among the entry values; no_id for others.
    std::vector<uint32_t> entry_index;
    ir::ValueId resolve(ir::ValueId value) const;  // follows removed params
    std::vector<ir::ValueId> replaced;             // union-find over removed params
};

// `cuts`: generic instructions at which native code ends.
Promoted promote_locals(const CompileRequest& request, const std::set<ir::InstrId>& cuts);

}  // namespace aipy::opt
