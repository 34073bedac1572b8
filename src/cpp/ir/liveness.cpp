#include "ir/liveness.h"

#include <numeric>
#include <utility>

namespace aipy::ir {
namespace {

std::vector<ValueId> identity(size_t count) {
    std::vector<ValueId> values(count);
    std::iota(values.begin(), values.end(), 0);
    return values;
}

}  // namespace

Liveness::Liveness(const Function& function) : Liveness(function, identity(function.values.size())) {}

Liveness::Liveness(const Function& function, std::vector<ValueId> representative)
    : function_(function), representative_(std::move(representative)) {
    live_in_.assign(function_.blocks.size(), support::BitSet(function_.values.size()));
    solve();
}

support::BitSet Liveness::live_out(BlockId block) const {
    support::BitSet live(function_.values.size());
    if (function_.block(block).instrs.empty()) return live;
    for (const Edge& edge : function_.terminator(block).targets) live.unite(live_in_[edge.target]);
    return live;
}

void Liveness::step_back(const Instr& instr, support::BitSet& live) const {
    if (instr.result != no_id) live.erase(instr.result);
    if (instr.error.exists()) live.unite(live_in_[instr.error.target]);
    for_each_use(function_, instr, [&](ValueId value) {
        if (representative_[value] != no_id) live.insert(representative_[value]);
    });
}

void Liveness::solve() {
    std::vector<BlockId> order = reverse_post_order(function_);
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t index = order.size(); index-- > 0;) {
            BlockId block = order[index];
            support::BitSet live = live_out(block);
            const std::vector<InstrId>& instrs = function_.block(block).instrs;
            for (size_t position = instrs.size(); position-- > 0;) step_back(function_.instr(instrs[position]), live);
            for (ValueId param : function_.block(block).params) live.erase(param);
            changed |= live_in_[block].unite(live);
        }
    }
}

}  // namespace aipy::ir
