// The values an instruction uses, wherever it names them; one place, so that no pass forgets one.
#pragma once

#include "ir/function.h"

namespace aipy::ir {

// Calls visit(id) for each value a frame state needs in slots, temporaries and virtuals (not `owned`, which says
// who releases, and is filled last). `State` is FrameState or const FrameState; ids come by reference.
template <typename State, typename F>
void for_each_state_value(State& state, F&& visit) {
    auto visit_one = [&](auto& value) {
        if (value.kind == StateValue::Kind::Value) visit(value.index);
    };
    for (auto& value : state.slots) visit_one(value);
    for (auto& temporary : state.temporaries) visit_one(temporary.value);
    for (auto& object : state.virtuals) {
        for (auto& part : object.parts) visit_one(part);
    }
}

// Operands and the args of all edges, the error edge's included.
template <typename Instruction, typename F>
void for_each_direct_use(Instruction& instr, F&& visit) {
    for (auto& operand : instr.operands) visit(operand);
    for_each_edge(instr, [&](auto& edge) {
        for (auto& arg : edge.args) visit(arg);
    });
}

// Direct uses, and what the instruction's frame states need. The result, which `after` may name, is not among them.
template <typename F>
void for_each_use(const Function& function, const Instr& instr, F&& visit) {
    for_each_direct_use(instr, visit);
    for (FrameStateId state : {instr.before, instr.after}) {
        if (state == no_id) continue;
        for_each_state_value(function.frame_states[state], [&](ValueId value) {
            if (value != instr.result) visit(value);
        });
    }
}

// Renames every use of every value v to replacement[v]; replacement must be its own fixpoint.
void replace_uses(Function& function, const std::vector<ValueId>& replacement);

}  // namespace aipy::ir
