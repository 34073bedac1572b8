#include "interp/code.h"

#include <algorithm>
#include <set>

#include "interp/positions.h"
#include "ir/liveness.h"
#include "ir/ownership.h"
#include "runtime/cpython/internal.h"
#include "support/check.h"

namespace aipy::interp {

using namespace ir;

// Lays a function out, block after block in reverse post-order.
class Layout {
  public:
    Layout(Unit& unit, Code& code) : unit_(unit), f_(unit.generic), code_(code), positions_(unit.context.code) {}

    void run() {
        assign_registers();
        code_.instr_index.assign(f_.instrs.size(), 0);
        block_start_.assign(f_.blocks.size(), 0);
        std::vector<BlockId> order = reverse_post_order(f_);
        for (BlockId block : order) lay_block(block);
        for (auto& [jump, target] : unresolved_) jump->target = block_start_[target];
        find_header_temporaries(order);
    }

  private:
    // ---- registers ----

    void assign_registers() {
        code_.slot_count = static_cast<uint32_t>(f_.slots.size());
        code_.value_register.assign(f_.values.size(), 0);
        std::vector<uint32_t> constant_register(f_.constants.size(), no_id);
        uint32_t next = code_.slot_count;
        auto constant = [&](PyObject* object) {
            code_.constants.push_back(object);
            return next++;
        };
        uint32_t null = constant(nullptr);
        mark_copied_loads();
        for (const Block& block : f_.blocks)
            for (InstrId id : block.instrs) {
                const Instr& instr = f_.instr(id);
                if (instr.op == Op::Null) code_.value_register[instr.result] = null;
                if (instr.op != Op::Const) continue;
                uint32_t& made = constant_register[static_cast<size_t>(instr.imm)];
                if (made == no_id) made = constant(unit_.objects[f_.constants[static_cast<size_t>(instr.imm)].handle]);
                code_.value_register[instr.result] = made;
            }
        for (ValueId value = 0; value < f_.values.size(); ++value) {
            InstrId def = f_.value(value).def;
            Op op = def == no_id ? Op::Keep : f_.instr(def).op;
            if (op == Op::Const || op == Op::Null) continue;
            if (op == Op::LoadLocal && !copied_.contains(value))
                code_.value_register[value] = static_cast<uint32_t>(f_.instr(def).imm);
            else
                code_.value_register[value] = next++;
        }
        code_.register_count = next;
    }

    // Loads that anything retains are copies; the others are only read while their slot stays as it is.
    void mark_copied_loads() {
        for (const Block& block : f_.blocks)
            for (InstrId id : block.instrs) {
                const Instr& instr = f_.instr(id);
                if (instr.op == Op::Retain) copied_.insert(instr.operands[0]);
                for (ValueId value : instr.error_retain) copied_.insert(value);
            }
    }

    RegisterId reg(ValueId value) const { return code_.value_register[value]; }

    // ---- instructions ----

    void lay_block(BlockId id) {
        const Block& block = f_.block(id);
        block_start_[id] = static_cast<uint32_t>(code_.instructions.size());
        size_t foldable = no_id;  // the op that following releases may be folded into
        for (InstrId instr_id : block.instrs) {
            const Instr& instr = f_.instr(instr_id);
            code_.instr_index[instr_id] = static_cast<uint32_t>(code_.instructions.size());
            if (instr.op == Op::Release && foldable != no_id && fold_release(foldable, instr.operands[0])) continue;
            if (leaves_no_code(instr)) continue;
            emit(instr, instr_id, id);
            bool last_operands_free = !info(instr.op).is_terminator() && info(instr.op).has_helper();
            if (instr.op != Op::Release) foldable = last_operands_free ? code_.instructions.size() - 1 : no_id;
        }
    }

    bool leaves_no_code(const Instr& instr) const {
        if (instr.op == Op::Const || instr.op == Op::Null || instr.op == Op::Keep) return true;
        return instr.op == Op::LoadLocal && !copied_.contains(instr.result);
    }

    // A release right behind an op that has the value among its first operands; in the order in which they come.
    bool fold_release(size_t index, ValueId value) {
        Instruction& made = code_.instructions[index];
        const RegisterId* operands = made.operand_list();
        if (index + 1 != code_.instructions.size()) return false;
        for (uint16_t i = 0; i < made.operand_count && i < 8; ++i) {
            uint8_t bit = static_cast<uint8_t>(1u << i);
            if (operands[i] != reg(value)) continue;
            bool later_folded = made.release_mask >= bit;
            if (later_folded) return false;
            made.release_mask |= bit;
            return true;
        }
        return false;
    }

    void emit(const Instr& instr, InstrId id, BlockId block) {
        Instruction made;
        made.op = instr.op;
        made.origin = id;
        made.block = block;
        if (instr.result != no_id) {
            made.result = reg(instr.result);
            bool profiled = info(instr.op).runs_foreign_code() && info(instr.op).result() != 'b';
            if (profiled) made.observed = &unit_.profile.values[instr.result];
        }
        set_operands(made, instr);
        const OpInfo& row = info(instr.op);
        set_immediate(made.imm, row.imm, instr.imm);
        set_immediate(made.imm2, row.imm2, instr.imm2);
        if (instr.cache != no_id) made.cache = &unit_.caches[instr.cache];
        made.unit = _PyCode_CODE(unit_.context.code) + positions_.unit_of(instr.span);
        for (size_t i = 0; i < instr.targets.size(); ++i) made.targets[i] = jump(instr.targets[i], 0);
        if (row.raises()) made.error = error_path(instr);
        code_.instructions.push_back(made);
    }

    void set_operands(Instruction& made, const Instr& instr) {
        made.operand_count = static_cast<uint16_t>(instr.operands.size());
        RegisterId* list = made.operands.few;
        if (instr.operands.size() > 4) {
            code_.operand_lists.push_back(std::make_unique<RegisterId[]>(instr.operands.size()));
            list = code_.operand_lists.back().get();
            made.operands.many = list;
        }
        for (size_t i = 0; i < instr.operands.size(); ++i) list[i] = reg(instr.operands[i]);
    }

    template <typename Immediate>
    void set_immediate(Immediate& made, ImmKind kind, int64_t value) {
        bool object = kind == ImmKind::Constant || kind == ImmKind::Name;
        if (!object) made.integer = value;
        else made.object = value < 0 ? nullptr : unit_.objects[f_.constants[static_cast<size_t>(value)].handle];
    }

    const Jump* jump(const Edge& edge, size_t first_param) {
        code_.jumps.push_back(std::make_unique<Jump>());
        fill_jump(*code_.jumps.back(), edge, first_param);
        return code_.jumps.back().get();
    }

    void fill_jump(Jump& made, const Edge& edge, size_t first_param) {
        const std::vector<ValueId>& params = f_.block(edge.target).params;
        for (size_t i = 0; i < edge.args.size(); ++i)
            if (reg(edge.args[i]) != reg(params[i + first_param]))
                made.moves.push_back({reg(edge.args[i]), reg(params[i + first_param])});
        unresolved_.push_back({&made, edge.target});
    }

    const ErrorPath* error_path(const Instr& instr) {
        code_.errors.push_back(std::make_unique<ErrorPath>());
        ErrorPath& made = *code_.errors.back();
        for (ValueId value : instr.error_retain) made.retain.push_back(reg(value));
        for (ValueId value : instr.unwind) made.unwind.push_back(reg(value));
        if (instr.error.exists()) {
            made.handled = true;
            made.exception = reg(f_.block(instr.error.target).params[0]);
            fill_jump(made.jump, instr.error, 1);
        }
        return &made;
    }

    // ---- what lives at loop headers ----

    void find_header_temporaries(const std::vector<BlockId>& order) {
        code_.header_temporaries.resize(f_.blocks.size());
        Liveness liveness(f_);
        for (BlockId block : order) {
            if (!f_.block(block).is_loop_header) continue;
            std::vector<ValueId>& made = code_.header_temporaries[block];
            const support::BitSet& live = liveness.live_in(block);
            for (ValueId value = 0; value < f_.values.size(); ++value)
                if (live.contains(value) && reg(value) >= code_.slot_count + code_.constants.size()) made.push_back(value);
            for (ValueId param : f_.block(block).params) made.push_back(param);
            std::sort(made.begin(), made.end());
        }
    }

    Unit& unit_;
    const Function& f_;
    Code& code_;
    Positions positions_;
    std::set<ValueId> copied_;
    std::vector<uint32_t> block_start_;
    std::vector<std::pair<Jump*, BlockId>> unresolved_;
};

Code::Code(Unit& unit) : generic(unit.generic) { Layout(unit, *this).run(); }

const std::vector<ValueId>& Code::held_before(InstrId position) {
    auto [at, made] = held.try_emplace(position);
    if (made) at->second = Ownership(generic).held_before(position);
    return at->second;
}

}  // namespace aipy::interp
