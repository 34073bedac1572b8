#include "opt/behind_handlers.h"

#include <vector>

namespace aipy::opt {

using namespace ir;

std::unordered_set<const Instr*> behind_handlers(const Function& function) {
    std::vector<bool> behind(function.blocks.size(), false);
    std::vector<BlockId> work;
    const auto visit = [&](BlockId block) {
        if (!behind[block]) work.push_back(block);
        behind[block] = true;
    };
    for (BlockId block = 0; block < function.blocks.size(); ++block)
        if (function.block(block).is_handler) visit(block);
    std::unordered_set<const Instr*> found;
    while (!work.empty()) {
        const BlockId block = work.back();
        work.pop_back();
        for (InstrId id : function.block(block).instrs) {
            const Instr& instr = function.instr(id);
            found.insert(&instr);
            for (const Edge& edge : instr.targets) visit(edge.target);
            if (instr.error.exists()) visit(instr.error.target);
        }
    }
    return found;
}

}  // namespace aipy::opt
