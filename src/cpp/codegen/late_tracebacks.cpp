#include "codegen/late_tracebacks.h"

#include <algorithm>
#include <array>
#include <utility>

namespace aipy::codegen {

using ir::no_id;
using ir::Op;

LateTracebacks::LateTracebacks(const ir::Function& function)
    : function_(function),
      dominators_(function),
      late_(function.blocks.size(), false),
      shown_(function.instrs.size(), no_id),
      pending_(function.instrs.size(), no_id) {
    for (ir::BlockId id = 0; id < function.blocks.size(); ++id) {
        const ir::Block& block = function.block(id);
        if (!block.is_handler || block.instrs.empty() || !follow(id)) continue;
        late_[id] = true;
        for (ir::InstrId instr : found_[0]) shown_[instr] = block.params[0];
        for (ir::InstrId instr : found_[1]) pending_[instr] = block.params[0];
    }
}

// Fills `found_`; false when something does not fit.
bool LateTracebacks::follow(ir::BlockId handler) {
    for (std::vector<ir::InstrId>& found : found_) found.clear();
    std::vector<std::array<bool, 4>> seen(function_.blocks.size());
    ir::ValueId exception = function_.block(handler).params[0];
    work_ = {{handler, false, false}};
    while (!work_.empty()) {
        Visit visit = work_.back();
        work_.pop_back();
        bool& done = seen[visit.block][visit.popped + 2 * visit.released];
        if (std::exchange(done, true)) continue;
        if (!dominators_.block_dominates(handler, visit.block)) return false;
        if (!follow_block(visit, exception)) return false;
    }
    return true;
}

bool LateTracebacks::follow_block(Visit& visit, ir::ValueId exception) {
    for (ir::InstrId id : function_.block(visit.block).instrs) {
        Step result = step(id, visit, exception);
        if (result != Step::GoesOn) return result == Step::Ends;
        for (const ir::Edge& edge : function_.instr(id).targets) {
            if (std::ranges::find(edge.args, exception) != edge.args.end()) return false;
            work_.push_back({edge.target, visit.popped, visit.released});
        }
    }
    return true;
}

LateTracebacks::Step LateTracebacks::step(ir::InstrId id, Visit& visit, ir::ValueId exception) {
    const ir::Instr& instr = function_.instr(id);
    const bool returns = instr.op == Op::Return || instr.op == Op::ReturnParts;
    if (shown_[id] != no_id || pending_[id] != no_id || returns) return Step::Unknown;
    if (shows(instr, exception)) {
        if (instr.before == no_id) return Step::Unknown;
        found_[0].push_back(id);
        return Step::Ends;
    }
    if (instr.op == Op::PopExc) visit.popped = true;
    if (instr.op == Op::Release && instr.operands[0] == exception) visit.released = true;
    if (visit.popped && visit.released) return Step::Ends;
    bool harmless =
        instr.op == Op::PushExc || instr.op == Op::MatchExc || instr.op == Op::Keep || instr.op == Op::Release;
    bool used = std::ranges::find(instr.operands, exception) != instr.operands.end();
    if (used && !harmless) return Step::Unknown;
    found_[1].push_back(id);
    return Step::GoesOn;
}

bool LateTracebacks::shows(const ir::Instr& instr, ir::ValueId exception) const {
    switch (instr.op) {
        case Op::PushExc:
        case Op::PopExc:
        case Op::Keep: return false;
        case Op::MatchExc: return !is_class(instr.operands[1]);
        case Op::Release: {
            ir::ValueId value = instr.operands[0];
            ir::InstrId def = function_.value(value).def;
            bool previous =
                def != no_id && function_.instr(def).op == Op::PushExc;  // which lives on as the handled one
            return value != exception && !previous && ir::death_observable(function_.value(value).type.kind);
        }
        case Op::Raise:
        case Op::Reraise: return true;
        case Op::CallNative:
        case Op::CallWhich: return true;  // what it calls may leave
        default: return ir::info(instr.op).runs_foreign_code();
    }
}

bool LateTracebacks::is_class(ir::ValueId value) const {
    ir::InstrId def = function_.value(value).def;
    return def != no_id && function_.instr(def).op == Op::Const &&
           function_.value(value).type.kind == ir::TypeKind::TypeObject;
}

}  // namespace aipy::codegen
