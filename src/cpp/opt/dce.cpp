#include "opt/dce.h"

#include <string_view>
#include <vector>

namespace aipy::opt {

using namespace ir;

namespace {

// Calls `visit(value)` for every value the instruction uses, its frame states included.
template <typename F>
void for_each_use(const Function& function, const Instr& instr, F&& visit) {
    for (ValueId operand : instr.operands) visit(operand);
    for_each_edge(instr, [&](const Edge& edge) {
        for (ValueId arg : edge.args) visit(arg);
    });
    for (FrameStateId state : {instr.before, instr.after})
        if (state != no_id)
            for (ValueId value : state_layout(function.frame_states[state])) visit(value);
}

// Makes an object of numbers: it leaves for want of memory only.
bool is_box(const OpInfo& row) {
    return row.has_helper() && row.operands().find_first_not_of("ifb") == std::string_view::npos;
}

// What leaves where CPython would raise must run, even if nobody uses its result.
bool removable(const Instr& instr) {
    const OpInfo& row = info(instr.op);
    bool computes_only = row.effects == EffectClass::Pure || row.effects == EffectClass::Reads;
    bool converts = instr.op == Op::UnboxI64 || instr.op == Op::UnboxWord || is_box(row);
    return row.has_result() && computes_only && !row.raises() && (!row.leaves() || converts);
}

}  // namespace

void remove_dead_code(Function& function) {
    std::vector<uint32_t> uses(function.values.size(), 0);
    for (const Block& block : function.blocks)
        for (InstrId id : block.instrs)
            for_each_use(function, function.instr(id), [&](ValueId value) { ++uses[value]; });
    std::vector<bool> dead(function.instrs.size(), false);
    std::vector<InstrId> work;
    auto consider = [&](InstrId id) {
        const Instr& instr = function.instr(id);
        if (dead[id] || !removable(instr) || uses[instr.result] != 0) return;
        dead[id] = true;
        work.push_back(id);
    };
    for (const Block& block : function.blocks)
        for (InstrId id : block.instrs) consider(id);
    while (!work.empty()) {
        InstrId id = work.back();
        work.pop_back();
        for_each_use(function, function.instr(id), [&](ValueId value) {
            if (--uses[value] == 0 && function.value(value).def != no_id) consider(function.value(value).def);
        });
    }
    for (Block& block : function.blocks) std::erase_if(block.instrs, [&](InstrId id) { return dead[id]; });
}

}  // namespace aipy::opt
