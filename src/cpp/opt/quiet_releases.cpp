#include "opt/quiet_releases.h"

#include <algorithm>

namespace aipy::opt {

using namespace ir;

namespace {

// `position`: that at which exits are counted; no_id: the release stays as it is.
template <typename F>
void quieten(Function& function, const std::vector<uint32_t>& failures, uint32_t max_failures, F&& position_of) {
    for (const Block& block : function.blocks) {
        for (InstrId id : block.instrs) {
            const Instr& release = function.instr(id);
            if (release.op != Op::Release || release.after == no_id) continue;
            const ValueId value = release.operands[0];
            if (!death_observable(function.value(value).type.kind)) continue;
            FrameState state = function.frame_states[release.after];
            const InstrId position = position_of(state);
            if (position == no_id || (position < failures.size() && failures[position] >= max_failures)) continue;
            state.owned.insert(std::ranges::upper_bound(state.owned, value), value);
            const FrameStateId before = function.add_frame_state(std::move(state));
            Instr& quiet = function.instr(id);
            quiet.op = Op::ReleaseQuiet;
            quiet.before = before;
            quiet.after = no_id;
        }
    }
}

}  // namespace

void quieten_releases(Function& function, const std::vector<uint32_t>& failures, uint32_t max_failures) {
    quieten(function, failures, max_failures, [](const FrameState& state) { return state.position; });
}

void quieten_generators(Function& function, const std::vector<uint32_t>& places, const std::vector<uint32_t>& failures,
                        uint32_t max_failures) {
    quieten(function, failures, max_failures, [&](const FrameState& state) {
        const VirtualObject* running = running_generator(state);
        return running == nullptr ? no_id : places[running->place.generator] + running->place.position;
    });
}

}  // namespace aipy::opt
