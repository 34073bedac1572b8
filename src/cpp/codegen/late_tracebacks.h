// Which handlers get their exception's traceback entry late: not when it is raised, but when somebody may look.
//
// Most exceptions that a function catches itself die in the handler unseen. From the handler's start to the first
// instruction that may show the exception (foreign code, which may ask sys.exc_info; a use of it; raising) nobody can
// tell whether the entry is there. So it waits, as the frame state of what raised:
//
//   block4(%9: any) handler:
//     push.exc %9                  shows nothing
//     match.exc %9, #ValueError    neither
//     branch …
//   block5:                        the exception dies here, and never had an entry
//     %86: int:i64 = iadd %1, %85  leaves: the entry is made on that way
//     pop.exc %82
//   block9:
//     load.attr "args", %9         the entry is made before it
//
// A handler for which this cannot be told gets its entries at once. Ends: each block is followed once for each of
// four states a handler.
#pragma once

#include <vector>

#include "ir/dominators.h"
#include "ir/function.h"

namespace aipy::codegen {

class LateTracebacks {
  public:
    explicit LateTracebacks(const ir::Function& function);

    bool is_late(ir::BlockId handler) const { return late_[handler]; }
    // The exception that gets its entry before the instruction; no_id: none.
    ir::ValueId shown_by(ir::InstrId instr) const { return shown_[instr]; }
    // The exception that gets its entry where the instruction leaves or raises; no_id: none.
    ir::ValueId pending_at(ir::InstrId instr) const { return pending_[instr]; }

  private:
    // Where in the exception's life a block is entered.
    struct Visit {
        ir::BlockId block;
        bool popped;    // it is not the handled exception any more
        bool released;  // the handler's own reference is gone
    };
    enum class Step : uint8_t { GoesOn, Ends, Unknown };

    bool follow(ir::BlockId handler);
    bool follow_block(Visit& visit, ir::ValueId exception);
    Step step(ir::InstrId id, Visit& visit, ir::ValueId exception);
    bool shows(const ir::Instr& instr, ir::ValueId exception) const;
    bool is_class(ir::ValueId value) const;

    const ir::Function& function_;
    const ir::Dominators dominators_;
    std::vector<bool> late_;             // by block
    std::vector<ir::ValueId> shown_;     // by instruction
    std::vector<ir::ValueId> pending_;   // by instruction
    std::vector<Visit> work_;            // of the handler being followed
    std::vector<ir::InstrId> found_[2];  // likewise: instructions that show, and those that may leave or raise
};

}  // namespace aipy::codegen
