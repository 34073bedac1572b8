#include "opt/branches.h"

namespace aipy::opt {

using namespace ir;

namespace {

// The object whose truth a bit is.
ValueId tested_by(const Function& function, const Instr& branch) {
    const InstrId def = function.value(branch.operands[0]).def;
    return def != no_id && function.instr(def).op == Op::Truth ? function.instr(def).operands[0] : no_id;
}

}  // namespace

Branches::Branches(const Function& function)
    : block_of_(function.instrs.size(), no_id), only_way_(function.blocks.size()), entered_(function.blocks.size()) {
    entered_[0] = true;
    for (BlockId block = 0; block < function.blocks.size(); ++block) {
        for (InstrId id : function.block(block).instrs) {
            const Instr& instr = function.instr(id);
            block_of_[id] = block;
            const ValueId tested = instr.op == Op::Branch ? tested_by(function, instr) : no_id;
            for (size_t i = 0; i < instr.targets.size(); ++i) add_way(instr.targets[i], {block, tested, i == 0});
            if (instr.error.exists()) add_way(instr.error, {});
        }
    }
}

void Branches::add_way(const Edge& edge, WayIn way) {
    only_way_[edge.target] = entered_[edge.target] ? WayIn{} : way;
    entered_[edge.target] = true;
}

}  // namespace aipy::opt
