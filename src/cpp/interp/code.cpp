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
        count_uses();
        assign_registers();
        // Instructions are pointed to while others are still made.
        code_.instructions.reserve(f_.instrs.size() + 1);
        code_.instr_index.assign(f_.instrs.size(), 0);
        block_start_.assign(f_.blocks.size(), 0);
        std::vector<BlockId> order = reverse_post_order(f_);
        for (BlockId block : order) lay_block(block);
        for (auto& [jump, target] : unresolved_) jump->target = code_.instructions.data() + block_start_[target];
        for (auto& [index, target] : skipped_stores_) fuse_first_store(index, target);
        for (Instruction& made : code_.instructions) fuse_poll(made);
        find_header_temporaries(order);
    }

  private:
    void count_uses() {
        uses_.assign(f_.values.size(), 0);
        predecessors_.assign(f_.blocks.size(), 0);
        for (const Block& block : f_.blocks)
            for (InstrId id : block.instrs) {
                for_each_direct_use(f_.instr(id), [&](ValueId value) { ++uses_[value]; });
                for_each_edge(f_.instr(id), [&](const Edge& edge) { ++predecessors_[edge.target]; });
            }
    }

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
        std::vector<size_t> made_by(block.instrs.size());
        for (size_t i = 0; i < block.instrs.size(); ++i) {
            const Instr& instr = f_.instr(block.instrs[i]);
            made_by[i] = code_.instructions.size();
            code_.instr_index[block.instrs[i]] = static_cast<uint32_t>(made_by[i]);
            note_empty_lines(block.instrs[i], made_by[i]);
            if (!leaves_no_code(instr)) emit(instr, block.instrs[i], id);
        }
        for (size_t i = 0; i < block.instrs.size(); ++i)
            if (!leaves_no_code(f_.instr(block.instrs[i]))) fuse(block, i, code_.instructions[made_by[i]]);
    }

    void note_empty_lines(InstrId id, size_t index) {
        auto found = f_.empty_lines.find(id);
        if (found == f_.empty_lines.end()) return;
        std::vector<int>& lines = code_.empty_lines[index];
        lines.insert(lines.end(), found->second.begin(), found->second.end());
    }

    bool leaves_no_code(const Instr& instr) const {
        if (instr.op == Op::Const || instr.op == Op::Null || instr.op == Op::Keep || instr.op == Op::ShowFrame)
            return true;
        return instr.op == Op::LoadLocal && !copied_.contains(instr.result);
    }

    // ---- fusion: `made` does what the instructions behind it do, and skips them ----

    // Goes over the block's instructions behind one, counting those that leave code.
    class Follower {
      public:
        Follower(const Layout& layout, const Block& block, size_t at) : layout_(layout), block_(block), at_(at + 1) {
            pass_empty();
        }
        const Instr& instr() const { return layout_.f_.instr(block_.instrs[at_]); }
        uint16_t passed() const { return passed_; }
        void pass() {
            ++passed_;
            ++at_;
            pass_empty();
        }

      private:
        void pass_empty() {
            while (at_ < block_.instrs.size() && layout_.leaves_no_code(instr())) ++at_;
        }
        const Layout& layout_;
        const Block& block_;
        size_t at_;
        uint16_t passed_ = 0;
    };

    void fuse(const Block& block, size_t index, Instruction& made) {
        const Instr& instr = f_.instr(block.instrs[index]);
        const OpInfo& row = info(instr.op);
        if (row.is_terminator()) return;
        Follower next(*this, block, index);
        if (instr.op == Op::Retain) return fuse_copy(instr, next, made);
        if (instr.op == Op::IterNext) return fuse_iteration(instr, next, made);
        if (!row.has_helper() || instr.op == Op::Poll) return;
        fold_releases(instr, next, made);
        HandlerKey key{.op = instr.op, .imm = instr.imm};
        if (instr.op == Op::Compare && fuse_compared_branch(instr, next, made)) return;
        if (instr.op == Op::Truth && is_branch_on(next.instr(), instr.result)) {
            take_branch(next.instr(), made);
            key.branches = true;
        } else if (row.result() == 'O' && is_only_store(next.instr(), instr.result)) {
            key.to_slot = true;
            made.result = static_cast<RegisterId>(next.instr().imm);
            next.pass();
        }
        if (instr.op == Op::Binary) key.reuse = operand_dies(made, key.to_slot);
        made.skip = next.passed();
        made.handler = handler_for(key);
    }

    // Releases of operands, as far as they come in the operands' order.
    void fold_releases(const Instr& instr, Follower& next, Instruction& made) {
        size_t from = 0;
        while (next.instr().op == Op::Release) {
            size_t place = from;
            while (place < instr.operands.size() && instr.operands[place] != next.instr().operands[0]) ++place;
            if (place >= std::min<size_t>(instr.operands.size(), 8)) return;
            made.release_mask |= static_cast<uint8_t>(1u << place);
            from = place + 1;
            next.pass();
        }
    }

    // Operand 0's reference ends with the op: as a temporary that is released, or as the slot that is stored over.
    bool operand_dies(Instruction& made, bool to_slot) const {
        if (to_slot && made.operands.few[0] == made.result) return true;
        bool released = (made.release_mask & 1) != 0;
        made.release_mask &= static_cast<uint8_t>(~1u);
        return released;
    }

    bool is_only_store(const Instr& instr, ValueId value) const {
        return instr.op == Op::StoreLocal && instr.operands[0] == value && uses_[value] == 1;
    }

    bool is_branch_on(const Instr& instr, ValueId value) const {
        return instr.op == Op::Branch && instr.operands[0] == value && uses_[value] == 1;
    }

    void take_branch(const Instr& branch, Instruction& made) {
        for (size_t i = 0; i < 2; ++i) made.targets[i] = jump(branch.targets[i], 0);
    }

    // compare; truth; release of the bool; branch.
    bool fuse_compared_branch(const Instr& compare, Follower next, Instruction& made) {
        if (next.instr().op != Op::Truth || next.instr().operands[0] != compare.result) return false;
        ValueId bit = next.instr().result;
        next.pass();
        if (next.instr().op != Op::Release || next.instr().operands[0] != compare.result) return false;
        if (uses_[compare.result] != 2) return false;
        next.pass();
        if (!is_branch_on(next.instr(), bit)) return false;
        take_branch(next.instr(), made);
        made.handler = handler_for({.op = Op::Compare, .imm = compare.imm, .branches = true});
        return true;
    }

    // iter.next; branch.null; and, where it is the body's first instruction and nothing else, the store to a local.
    void fuse_iteration(const Instr& instr, const Follower& next, Instruction& made) {
        const Instr& branch = next.instr();
        if (branch.op != Op::BranchNull || branch.operands[0] != instr.result || !branch.targets[1].args.empty())
            return;
        take_branch(branch, made);
        made.handler = handler_for({.op = Op::IterNext, .branches = true});
        BlockId body = branch.targets[1].target;
        const Block& block = f_.block(body);
        bool stores = !block.instrs.empty() && predecessors_[body] == 1 && uses_[instr.result] == 2 &&
                      f_.instr(block.instrs[0]).op == Op::StoreLocal &&
                      f_.instr(block.instrs[0]).operands[0] == instr.result;
        if (stores) skipped_stores_.push_back({&made - code_.instructions.data(), body});
    }

    void fuse_first_store(size_t index, BlockId body) {
        Instruction& made = code_.instructions[index];
        made.result = static_cast<RegisterId>(f_.instr(f_.block(body).instrs[0]).imm);
        made.handler = handler_for({.op = Op::IterNext, .to_slot = true, .branches = true});
        code_.jumps.push_back(std::make_unique<Jump>());
        code_.jumps.back()->target = code_.instructions.data() + block_start_[body] + 1;
        made.targets[1] = code_.jumps.back().get();
    }

    // retain; then the store or the return that takes the reference.
    void fuse_copy(const Instr& retain, const Follower& next, Instruction& made) {
        const Instr& taker = next.instr();
        if ((taker.op != Op::StoreLocal && taker.op != Op::Return) || taker.operands[0] != retain.operands[0]) return;
        if (taker.op == Op::StoreLocal) made.imm.integer = taker.imm;
        made.skip = 1;
        made.returns = taker.op == Op::Return;
        made.handler = handler_for({.op = taker.op, .copies = true});
    }

    void fuse_poll(Instruction& made) {
        if (made.op == Op::Jump && made.targets[0]->target->op == Op::Poll)
            made.handler = handler_for({.op = Op::Jump, .polls = true});
    }

    // ---- plain instructions ----

    void emit(const Instr& instr, InstrId id, BlockId block) {
        Instruction made;
        made.op = instr.op;
        made.handler = handler_for({.op = instr.op, .imm = instr.imm});
        made.origin = id;
        made.block = block;
        if (instr.result != no_id) {
            made.result = reg(instr.result);
            bool profiled = (info(instr.op).runs_foreign_code() && info(instr.op).result() != 'b') ||
                            instr.op == Op::TupleItem || instr.op == Op::LoadCell;
            if (profiled) made.observed = &unit_.profile.values[instr.result];
        }
        set_operands(made, instr);
        const OpInfo& row = info(instr.op);
        set_immediate(made.imm, row.imm, instr.imm);
        set_immediate(made.imm2, row.imm2, instr.imm2);
        if (instr.cache != no_id) made.cache = &unit_.caches[instr.cache];
        if ((instr.op != Op::Return && instr.op != Op::Retain) || instr.span.line > 0)
            made.unit = _PyCode_CODE(unit_.context.code) + positions_.unit_of(instr.span);
        for (size_t i = 0; i < instr.targets.size(); ++i) made.targets[i] = jump(instr.targets[i], 0);
        if (row.raises()) made.error = error_path(instr);
        if (ir::is_yield(instr.op)) set_resumption(made, instr, id, f_.block(block));
        if (instr.op == Op::Poll) made.imm.counter = &unit_.loop_counters[block];
        code_.instructions.push_back(made);
    }

    // Behind a yield come the releases of its operand and of the value sent, in this order, and the jump.
    void set_resumption(Instruction& made, const Instr& yield, InstrId id, const Block& block) {
        auto next = std::find(block.instrs.begin(), block.instrs.end(), id) + 1;
        auto releases = [&](ValueId value) {
            return f_.instr(*next).op == Op::Release && f_.instr(*next).operands[0] == value;
        };
        if (releases(yield.operands[0])) ++next;
        made.imm2.integer = releases(yield.result) ? 0 : 1;
        next += 1 - made.imm2.integer;
        const Instr& jump = f_.instr(*next);
        made.imm.integer = jump.op == Op::Jump ? jump.targets[0].target : 0;
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
        if (!object)
            made.integer = value;
        else
            made.object = value < 0 ? nullptr : unit_.objects[f_.constants[static_cast<size_t>(value)].handle];
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
                if (live.contains(value) && reg(value) >= code_.slot_count + code_.constants.size())
                    made.push_back(value);
            for (ValueId param : f_.block(block).params) made.push_back(param);
            std::sort(made.begin(), made.end());
        }
    }

    Unit& unit_;
    const Function& f_;
    Code& code_;
    Positions positions_;
    std::vector<uint32_t> uses_;          // by value
    std::vector<uint32_t> predecessors_;  // by block
    std::set<ValueId> copied_;
    std::vector<uint32_t> block_start_;
    std::vector<std::pair<Jump*, BlockId>> unresolved_;
    std::vector<std::pair<size_t, BlockId>> skipped_stores_;
};

Code::Code(Unit& unit) : generic(unit.generic) { Layout(unit, *this).run(); }

const std::vector<ValueId>& Code::held_before(InstrId position) {
    auto [at, made] = held.try_emplace(position);
    if (made) at->second = Ownership(generic).held_before(position);
    return at->second;
}

}  // namespace aipy::interp
