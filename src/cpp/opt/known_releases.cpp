#include "opt/known_releases.h"

#include <map>
#include <vector>

#include "ir/dominators.h"

namespace aipy::opt {

using namespace ir;

void name_released_kinds(Function& function) {
    std::map<ValueId, std::vector<InstrId>> guards;  // by guarded value: those that say that its death is silent
    for (const Block& block : function.blocks)
        for (InstrId id : block.instrs) {
            const Instr& instr = function.instr(id);
            if (instr.op == Op::GuardType && !death_observable(function.value(instr.result).type.kind))
                guards[instr.operands[0]].push_back(id);
        }
    if (guards.empty()) return;
    const Dominators dominators(function);
    for (const Block& block : function.blocks)
        for (InstrId id : block.instrs) {
            Instr& release = function.instr(id);
            if (release.op != Op::Release) continue;
            const auto found = guards.find(release.operands[0]);
            if (found == guards.end()) continue;
            for (InstrId guard : found->second)
                if (dominators.dominates(guard, id)) release.operands[0] = function.instr(guard).result;
        }
}

}  // namespace aipy::opt
