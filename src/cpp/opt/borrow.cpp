#include "opt/borrow.h"

#include <algorithm>
#include <optional>

#include "ir/ownership.h"

namespace aipy::opt {

using namespace ir;

namespace {

std::optional<Op> borrowing_form(Op op) {
    switch (op) {
        case Op::ListGet: return Op::ListPeek;
        case Op::TupleGet: return Op::TuplePeek;
        case Op::TupleItem: return Op::TupleItemPeek;
        case Op::AttrGet: return Op::AttrPeek;
        case Op::CellGet: return Op::CellPeek;
        case Op::MethodGet: return Op::MethodPeek;
        default: return std::nullopt;
    }
}

class Borrower {
  public:
    explicit Borrower(Function& function) : function_(function) {}

    void run() {
        for (Block& block : function_.blocks) {
            for (size_t at = 0; at < block.instrs.size(); ++at) {
                const Instr& load = function_.instr(block.instrs[at]);
                if (const std::optional<Op> borrowing = borrowing_form(load.op)) try_to_borrow(block, at, *borrowing);
            }
        }
    }

  private:
    void try_to_borrow(Block& block, size_t at, Op borrowing) {
        Instr& load = function_.instr(block.instrs[at]);
        const ValueId root = ReferenceRules(function_, true).root(load.operands[0]);
        for (size_t i = at + 1; i < block.instrs.size(); ++i) {
            const Instr& instr = function_.instr(block.instrs[i]);
            if (instr.op == Op::Release && instr.operands[0] == load.result) {
                load.op = borrowing;
                disown(load.result);
                for (size_t between = at + 1; between < i; ++between)
                    std::erase(function_.instr(block.instrs[between]).unwind, load.result);
                block.instrs.erase(block.instrs.begin() + static_cast<ptrdiff_t>(i));
                return;
            }
            const bool may_end = load.op == Op::MethodGet ? may_run_python(instr) : may_end_others(instr);
            if (takes_over(instr, load.result) || may_end) return;
            if (instr.op == Op::Release && instr.operands[0] == root) return;
        }
    }

    // The reference itself is passed on, or there are more of them.
    static bool takes_over(const Instr& instr, ValueId value) {
        const OpInfo& row = info(instr.op);
        if (instr.op == Op::Retain) return instr.operands[0] == value;
        for (size_t i = 0; i < instr.operands.size(); ++i)
            if (instr.operands[i] == value && row.operand(i) == 'O') return true;
        return false;
    }

    // What a class holds only foreign code can take out of it.
    bool may_run_python(const Instr& instr) const {
        if (instr.op == Op::Release) return death_observable(function_.value(instr.operands[0]).type.kind);
        return info(instr.op).runs_foreign_code();
    }

    bool may_end_others(const Instr& instr) const {
        switch (instr.op) {
            case Op::Release: return may_run_python(instr);
            case Op::Retain:
            case Op::ListAppend:
            case Op::ArrayStore:
            case Op::IntsSet:
            case Op::FloatsSet:
            case Op::BoolsSet:
            case Op::ArrayNext: return false;
            default: {
                const EffectClass effects = info(instr.op).effects;
                return effects != EffectClass::Pure && effects != EffectClass::Reads;
            }
        }
    }

    void disown(ValueId value) {
        for (FrameState& state : function_.frame_states) std::erase(state.owned, value);
    }

    Function& function_;
};

}  // namespace

void borrow_items(Function& function) { Borrower(function).run(); }

}  // namespace aipy::opt
