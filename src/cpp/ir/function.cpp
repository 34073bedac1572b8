// Building blocks of functions: adding values, blocks and instructions, and walking them.
#include "ir/function.h"

#include <algorithm>
#include <utility>

#include "ir/uses.h"
#include "support/check.h"

namespace aipy::ir {

ValueId Function::add_value(Type type, InstrId def, BlockId block) {
    values.push_back({type, def, block});
    return static_cast<ValueId>(values.size() - 1);
}

BlockId Function::add_block() {
    blocks.emplace_back();
    return static_cast<BlockId>(blocks.size() - 1);
}

ValueId Function::add_param(BlockId block, Type type) {
    ValueId param = add_value(type, no_id, block);
    blocks[block].params.push_back(param);
    return param;
}

InstrId Function::append(BlockId block, Instr instr, Type result_type) {
    auto id = static_cast<InstrId>(instrs.size());
    if (info(instr.op).has_result()) instr.result = add_value(result_type, id, no_id);
    instrs.push_back(std::move(instr));
    blocks[block].instrs.push_back(id);
    return id;
}

uint32_t Function::add_constant(Constant constant) {
    constants.push_back(std::move(constant));
    return static_cast<uint32_t>(constants.size() - 1);
}

FrameStateId Function::add_frame_state(FrameState state) {
    frame_states.push_back(std::move(state));
    return static_cast<FrameStateId>(frame_states.size() - 1);
}

Type default_result_type(Op op) {
    switch (info(op).result()) {
        case 'i': return Type::i64();
        case 'f': return Type::f64();
        case 'b': return Type::bit();
        case '-': return Type::none();
        default: return Type::any();  // o, O, N and t
    }
}

constexpr int body_bits = 16;

std::vector<uint32_t> called_bodies(const Instr& instr) {
    if (instr.op == Op::CallNative) return {static_cast<uint32_t>(instr.imm)};
    std::vector<uint32_t> bodies;
    if (instr.op != Op::CallWhich) return bodies;
    for (auto packed = static_cast<uint64_t>(instr.imm); packed != 0; packed >>= body_bits)
        bodies.push_back(static_cast<uint32_t>(packed & ((1U << body_bits) - 1)) - 1);
    return bodies;
}

int64_t pack_bodies(const std::vector<uint32_t>& bodies) {
    AIPY_CHECK(bodies.size() <= most_bodies, "no more bodies are called by one instruction");
    uint64_t packed = 0;
    for (size_t i = 0; i < bodies.size(); ++i) packed |= (uint64_t{bodies[i]} + 1) << (body_bits * i);
    return static_cast<int64_t>(packed);
}

std::vector<ValueId> state_layout(const FrameState& state) {
    std::vector<ValueId> layout;
    auto add = [&](ValueId value) {
        if (std::find(layout.begin(), layout.end(), value) == layout.end()) layout.push_back(value);
    };
    for_each_state_value(state, add);
    for (ValueId value : state.owned) add(value);
    return layout;
}

ValueId shown_value(const FrameState& state, const StateValue& value) {
    if (value.kind == StateValue::Kind::Value) return value.index;
    if (value.kind != StateValue::Kind::Virtual) return no_id;
    const VirtualObject& object = state.virtuals[value.index];
    if (object.kind != VirtualObject::Kind::Optional && object.kind != VirtualObject::Kind::Number) return no_id;
    return shown_value(state, object.parts[0]);
}

std::vector<ValueId> slot_values(const FrameState& state) {
    std::vector<ValueId> values;
    std::vector<StateValue> open(state.slots.rbegin(), state.slots.rend());
    std::vector<bool> seen(state.virtuals.size());
    while (!open.empty()) {
        const StateValue value = open.back();
        open.pop_back();
        if (value.kind == StateValue::Kind::Value && std::ranges::find(values, value.index) == values.end())
            values.push_back(value.index);
        if (value.kind != StateValue::Kind::Virtual || seen[value.index]) continue;
        seen[value.index] = true;
        const auto& parts = state.virtuals[value.index].parts;
        open.insert(open.end(), parts.rbegin(), parts.rend());
    }
    return values;
}

const VirtualObject* running_generator(const FrameState& state) {
    const auto found = std::ranges::find_if(state.virtuals, [](const VirtualObject& object) {
        return object.kind == VirtualObject::Kind::Generator && object.place.yield == no_id;
    });
    return found == state.virtuals.end() ? nullptr : &*found;
}

std::vector<ValueId> shown_values(const Function& function) {
    std::vector<ValueId> values;
    for (const Block& block : function.blocks) {
        for (InstrId id : block.instrs) {
            const Instr& instr = function.instr(id);
            if (!info(instr.op).runs_foreign_code() || shown_state(instr) == no_id) continue;
            const std::vector<ValueId> of_state = slot_values(function.frame_states[shown_state(instr)]);
            values.insert(values.end(), of_state.begin(), of_state.end());
        }
    }
    std::ranges::sort(values);
    values.erase(std::ranges::unique(values).begin(), values.end());
    return values;
}

std::vector<BlockId> reverse_post_order(const Function& function) {
    if (function.blocks.empty()) return {};
    auto successors_of = [&](BlockId block) {
        std::vector<BlockId> successors;
        for (InstrId id : function.blocks[block].instrs) {
            for_each_edge(function.instrs[id], [&](const Edge& edge) { successors.push_back(edge.target); });
        }
        return successors;
    };
    struct Visit {
        BlockId block;
        std::vector<BlockId> successors;
    };
    std::vector<bool> seen(function.blocks.size());
    std::vector<Visit> stack;
    std::vector<BlockId> order;
    seen[0] = true;
    stack.push_back({0, successors_of(0)});
    while (!stack.empty()) {
        Visit& top = stack.back();
        if (top.successors.empty()) {
            order.push_back(top.block);
            stack.pop_back();
            continue;
        }
        // Last first, so that a branch's first successor comes first in the reversed order.
        BlockId next = top.successors.back();
        top.successors.pop_back();
        if (next >= seen.size() || seen[next]) continue;
        seen[next] = true;
        stack.push_back({next, successors_of(next)});
    }
    std::reverse(order.begin(), order.end());
    return order;
}

void replace_uses(Function& function, const std::vector<ValueId>& replacement) {
    auto rename = [&](ValueId& value) { value = replacement[value]; };
    for (Instr& instr : function.instrs) {
        for_each_direct_use(instr, rename);
        for (ValueId& value : instr.unwind) rename(value);
        for (ValueId& value : instr.error_retain) rename(value);
    }
    for (FrameState& state : function.frame_states) {
        for_each_state_value(state, rename);
        for (ValueId& value : state.owned) rename(value);
    }
}

}  // namespace aipy::ir
