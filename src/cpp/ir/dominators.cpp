#include "ir/dominators.h"

#include <algorithm>

namespace aipy::ir {

Dominators::Dominators(const Function& function) : function_(function) {
    cut_into_segments();
    find_dominators(number_segments());
}

void Dominators::cut_into_segments() {
    block_segment_.resize(function_.blocks.size());
    instr_segment_.assign(function_.instrs.size(), no_id);
    instr_position_.assign(function_.instrs.size(), 0);
    instr_block_.assign(function_.instrs.size(), no_id);
    std::vector<std::pair<uint32_t, BlockId>> edges;  // segment to block, until all blocks have segments
    for (BlockId block = 0; block < function_.blocks.size(); ++block) {
        auto segment = static_cast<uint32_t>(segments_.size());
        block_segment_[block] = segment;
        segments_.push_back({block, {}});
        uint32_t position = 0;
        for (InstrId id : function_.block(block).instrs) {
            const Instr& instr = function_.instr(id);
            if (instr.error.exists()) {
                edges.emplace_back(segment, instr.error.target);
                segments_.push_back({block, {}});
                segments_[segment].successors.push_back(segment + 1);
                ++segment;
            }
            instr_segment_[id] = segment;
            instr_position_[id] = position++;
            instr_block_[id] = block;
            for (const Edge& edge : instr.targets) edges.emplace_back(segment, edge.target);
        }
    }
    for (auto [segment, block] : edges) segments_[segment].successors.push_back(block_segment_[block]);
}

std::vector<uint32_t> Dominators::number_segments() {
    std::vector<uint32_t> order;
    if (segments_.empty()) return order;
    std::vector<bool> seen(segments_.size());
    std::vector<std::pair<uint32_t, size_t>> stack{{0, 0}};  // segment, next successor to visit
    seen[0] = true;
    while (!stack.empty()) {
        auto& [segment, next] = stack.back();
        const std::vector<uint32_t>& successors = segments_[segment].successors;
        if (next == successors.size()) {
            order.push_back(segment);
            stack.pop_back();
            continue;
        }
        uint32_t successor = successors[next++];
        if (!seen[successor]) {
            seen[successor] = true;
            stack.emplace_back(successor, 0);
        }
    }
    std::reverse(order.begin(), order.end());
    for (uint32_t index = 0; index < order.size(); ++index) segments_[order[index]].order = index;
    return order;
}

void Dominators::find_dominators(const std::vector<uint32_t>& order) {
    if (order.empty()) return;
    std::vector<std::vector<uint32_t>> predecessors(segments_.size());
    for (uint32_t segment : order) {
        for (uint32_t successor : segments_[segment].successors) predecessors[successor].push_back(segment);
    }
    auto intersect = [&](uint32_t a, uint32_t b) {
        while (a != b) {
            uint32_t& later = segments_[a].order > segments_[b].order ? a : b;
            later = segments_[later].dominator;
        }
        return a;
    };
    segments_[order[0]].dominator = order[0];
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t index = 1; index < order.size(); ++index) {
            uint32_t dominator = no_id;
            for (uint32_t predecessor : predecessors[order[index]]) {
                if (segments_[predecessor].dominator == no_id) continue;
                dominator = dominator == no_id ? predecessor : intersect(dominator, predecessor);
            }
            if (segments_[order[index]].dominator == dominator) continue;
            segments_[order[index]].dominator = dominator;
            changed = true;
        }
    }
}

bool Dominators::segment_dominates(uint32_t a, uint32_t b) const {
    if (!reachable(a) || !reachable(b)) return false;
    while (segments_[b].order > segments_[a].order) b = segments_[b].dominator;
    return a == b;
}

bool Dominators::dominates(InstrId a, InstrId b) const {
    uint32_t segment_a = instr_segment_[a], segment_b = instr_segment_[b];
    if (segment_a == no_id || segment_b == no_id) return false;
    if (instr_block_[a] == instr_block_[b]) return instr_position_[a] < instr_position_[b];
    return segment_dominates(segment_a, segment_b);
}

bool Dominators::defined_at(ValueId value, InstrId user) const {
    const Value& definition = function_.value(value);
    if (definition.def != no_id) return dominates(definition.def, user);
    if (definition.block == no_id || instr_block_[user] == no_id) return false;
    return block_dominates(definition.block, instr_block_[user]);
}

BlockId Dominators::immediate_dominator(BlockId block) const {
    uint32_t segment = block_segment_[block];
    if (!reachable(segment) || block == 0) return no_id;
    return segments_[segments_[segment].dominator].block;
}

}  // namespace aipy::ir
