#include "opt/quiet_releases.h"

#include <algorithm>

namespace aipy::opt {

using namespace ir;

void quieten_releases(Function& function, const std::vector<uint32_t>& failures, uint32_t max_failures) {
    for (const Block& block : function.blocks) {
        for (InstrId id : block.instrs) {
            const Instr& release = function.instr(id);
            if (release.op != Op::Release || release.after == no_id) continue;
            const ValueId value = release.operands[0];
            if (!death_observable(function.value(value).type.kind)) continue;
            FrameState state = function.frame_states[release.after];
            if (state.position < failures.size() && failures[state.position] >= max_failures) continue;
            state.owned.insert(std::ranges::upper_bound(state.owned, value), value);
            const FrameStateId before = function.add_frame_state(std::move(state));
            Instr& quiet = function.instr(id);
            quiet.op = Op::ReleaseQuiet;
            quiet.before = before;
            quiet.after = no_id;
        }
    }
}

}  // namespace aipy::opt
