// Lifetimes: where references are taken and given up.
//
// The idea. Before this pass ownership is only implied: a row's signature says which results are new references
// (O, N) and which operands are stolen (O). This pass makes it explicit, by one rule: at every point, exactly the
// owned values that are live are held, each with one reference. Liveness decides everything else.
//
//   owned     results O and N, native results that are objects, and block params that are objects (not those of an
//             entry at the call, and not those of a body that calls itself: the caller keeps them).
//   borrowed  an `o` result is borrowed from operand 0, and its uses keep that operand's *root* alive; without
//             operands it is immortal for the function (constants, null, box.bit).
//   locals    load.local borrows from the slot for as long as the block goes on and the slot is not stored; other
//             loads are retained at once and then are owned like any value.
//   generic   form: whatever lives beyond its block is owned, so that an entry at a loop header finds only owned
//             temporaries.
//
// The rules
//   last use        release right behind it; a result without uses right behind its definition. Operands go first,
//                   in operand order, as CPython's do; then the youngest first, as its stack is popped. Since
//                   3.14 (ir::ReleaseOrder) the youngest of all goes first.
//   stolen operand  moves when it is owned and not needed later; otherwise retain before the op. `return` steals.
//   edges           an arg moves into the (owned) param when it is owned and dies on the edge; otherwise it is
//                   retained. What dies on one of several edges is released on that edge: at the head of the target
//                   if only this edge leads there, otherwise (a critical edge), and where something is retained
//                   for one of several edges, in a block put between.
//   branch.null     on the null edge the value is null: nothing to release.
//   error edges     the executor retains `error_retain`, releases `unwind`, and goes to the handler. An error that
//                   leaves a generic function unwinds all that is held; of a specialised one, the frame state's
//                   `owned` says it.
//   frame states    before.owned is what is held before the op, operands included; after.owned what is held behind
//                   it, with the result, before the releases that follow.
//   release         may run a destructor, so where the state after the op before it still holds without the
//                   released value, release carries that state as its own `after`.
// Objects whose death a program can see are held by `keep` as long as Python's locals hold them: to this pass it is
// a use like any other. null may be retained and released; both do nothing.
//
//   %1: any = load.global "f"                           %1: any = load.global "f"
//   %2: any = call none, %1 error block2       becomes  %2: any = call none, %1 error block2 unwind(%1)
//   store.local $x, %2                                  release %1
//   store.local $y, %2                                  retain %2
//                                                       store.local $x, %2
//                                                       store.local $y, %2
// Ends: two liveness fixpoints (monotone over finite sets), then one walk over the blocks.
#include "opt/lifetimes.h"

#include <algorithm>
#include <utility>

#include "ir/liveness.h"
#include "ir/ownership.h"
#include "support/check.h"
#include "support/options.h"

namespace aipy::opt {
namespace {

using ir::BlockId;
using ir::Edge;
using ir::FrameState;
using ir::FrameStateId;
using ir::Instr;
using ir::InstrId;
using ir::no_id;
using ir::Op;
using ir::ValueId;
using support::BitSet;

class Lifetimes {
  public:
    Lifetimes(ir::Function& function, bool entry_params_borrowed)
        : function_(function), rules_(function, entry_params_borrowed) {}

    void run() {
        find_roots();
        own_what_outlives_its_block();
        own_loads_of_changing_slots();
        count_predecessors();
        state_filled_.assign(function_.frame_states.size(), false);
        heads_.resize(function_.blocks.size());
        ir::Liveness liveness(function_, roots_);
        liveness_ = &liveness;
        for (BlockId block : ir::reverse_post_order(function_)) rewrite_block(block);
        for (BlockId block = 0; block < heads_.size(); ++block) {
            std::vector<InstrId>& instrs = function_.block(block).instrs;
            instrs.insert(instrs.begin(), heads_[block].begin(), heads_[block].end());
        }
    }

  private:
    // ---- who owns what ----------------------------------------------------------------------------------------

    bool is_object(ValueId value) const { return function_.value(value).type.is_object(); }
    bool owned(ValueId value) const { return owned_[value]; }

    void find_roots() {
        size_t count = function_.values.size();
        roots_.resize(count);
        owned_.resize(count);
        retained_.resize(count);
        for (ValueId value = 0; value < count; ++value) {
            roots_[value] = rules_.root(value);
            owned_[value] = rules_.makes_reference(value);
        }
    }

    // From here on `value` holds a reference of its own, taken where it is defined.
    void own(ValueId value) {
        if (owned_[value] || function_.value(value).def == no_id) return;
        owned_[value] = retained_[value] = true;
    }

    void own_what_outlives_its_block() {
        if (function_.specialised) return;
        ir::Liveness liveness(function_);
        for (BlockId block = 0; block < function_.blocks.size(); ++block) {
            liveness.live_in(block).for_each([&](ValueId value) {
                if (is_object(value)) own(value);
            });
        }
        for (ValueId value = 0; value < roots_.size(); ++value) roots_[value] = owned_root(value);
    }
    // As root_of, but a value that was made owner of a reference is a root itself.
    ValueId owned_root(ValueId value) const {
        ValueId root = roots_[value];
        while (!retained_[value]) {
            InstrId def = function_.value(value).def;
            if (def == no_id || root == value || !is_object(value)) return root;
            const Instr& instr = function_.instr(def);
            if (instr.operands.empty()) return root;
            value = instr.operands[0];
        }
        return value;
    }

    void own_loads_of_changing_slots() {
        if (function_.specialised) return;
        std::vector<uint32_t> last_use(function_.values.size());
        for (const ir::Block& block : function_.blocks) {
            for (uint32_t position = 0; position < block.instrs.size(); ++position) {
                const Instr& instr = function_.instr(block.instrs[position]);
                for_each_direct_use(instr, [&](ValueId value) {
                    if (roots_[value] != no_id) last_use[roots_[value]] = position;
                });
                if (instr.result != no_id) last_use[instr.result] = position;  // forgets uses in other blocks
            }
            for (uint32_t position = 0; position < block.instrs.size(); ++position) {
                const Instr& instr = function_.instr(block.instrs[position]);
                if (instr.op == Op::LoadLocal && stored_between(block, instr.imm, position, last_use[instr.result])) {
                    own(instr.result);
                }
            }
        }
    }
    bool stored_between(const ir::Block& block, int64_t slot, uint32_t first, uint32_t last) const {
        for (uint32_t position = first + 1; position < last; ++position) {
            const Instr& instr = function_.instr(block.instrs[position]);
            if ((instr.op == Op::StoreLocal || instr.op == Op::ClearLocal) && instr.imm == slot) return true;
        }
        return false;
    }

    // ---- one block, backwards ---------------------------------------------------------------------------------

    void rewrite_block(BlockId block) {
        if (function_.block(block).instrs.empty()) return;
        BitSet live = liveness_->live_out(block);
        std::vector<InstrId> instrs = std::move(function_.block(block).instrs);
        backwards_.clear();
        rewrite_terminator(instrs.back(), live);
        for (size_t position = instrs.size() - 1; position-- > 0;) rewrite_instr(instrs[position], live);
        std::reverse(backwards_.begin(), backwards_.end());
        function_.block(block).instrs = std::move(backwards_);
        for (ValueId param : function_.block(block).params) {
            if (owned(param) && !live.contains(param)) heads_[block].push_back(make(Op::Release, param, {}));
        }
    }

    void rewrite_instr(InstrId id, BitSet& live) {
        BitSet live_after = live;
        liveness_->step_back(function_.instr(id), live);
        std::vector<ValueId> moved, retains;
        take_stolen(id, live_after, moved, retains);

        std::vector<ValueId> dying = dying_at(id, live, live_after, moved);
        ValueId result = function_.instr(id).result;
        bool owned_result = result != no_id && owned(result);
        if (owned_result && !live_after.contains(result)) dying.push_back(result);
        fill_error(id, live);
        fill_states(id, live, moved);

        std::vector<InstrId> releases = make_releases(id, dying);
        backwards_.insert(backwards_.end(), releases.rbegin(), releases.rend());
        if (result != no_id && retained_[result]) push(Op::Retain, result, id);
        backwards_.push_back(id);
        for (ValueId value : retains) push(Op::Retain, value, id);
    }

    // Stolen operands: those that end here move, the others need a reference of their own.
    void take_stolen(InstrId id, const BitSet& live_after, std::vector<ValueId>& moved,
                     std::vector<ValueId>& retains) const {
        const Instr& instr = function_.instr(id);
        const ir::OpInfo& row = ir::info(instr.op);
        for (size_t index = 0; index < instr.operands.size(); ++index) {
            bool stolen = row.operand(index) == 'O' || instr.op == Op::Return;
            ValueId value = instr.operands[index];
            if (!stolen || !is_object(value)) continue;
            bool moves = owned(value) && !live_after.contains(value) && !contains(moved, value);
            (moves ? moved : retains).push_back(value);
        }
    }

    // Owned values whose last use is this instruction.
    std::vector<ValueId> dying_at(InstrId id, const BitSet& live_before, const BitSet& live_after,
                                  const std::vector<ValueId>& moved) const {
        BitSet dying = live_before;
        dying.subtract(live_after);
        return in_release_order(id, dying, moved);
    }
    bool operands_go_first(Op op) const {
        switch (function_.release_order) {
            case ir::ReleaseOrder::OperandsFirst: return true;
            case ir::ReleaseOrder::YoungestFirst: return false;
            case ir::ReleaseOrder::YoungestButOperators: return op == Op::Binary;
        }
        AIPY_UNREACHABLE();
    }
    std::vector<ValueId> in_release_order(InstrId id, BitSet values, const std::vector<ValueId>& except) const {
        std::vector<ValueId> order;
        for (ValueId value : except) values.erase(value);
        auto take = [&](ValueId value) {
            if (value == no_id || !values.contains(value)) return;
            values.erase(value);
            if (owned(value)) order.push_back(value);
        };
        if (operands_go_first(function_.instr(id).op))
            for (ValueId operand : function_.instr(id).operands) take(roots_[operand]);
        auto operands = static_cast<std::ptrdiff_t>(order.size());
        values.for_each([&](ValueId value) {
            if (owned(value)) order.push_back(value);
        });
        std::reverse(order.begin() + operands, order.end());
        return order;
    }

    // ---- errors and frame states ------------------------------------------------------------------------------

    void fill_error(InstrId id, const BitSet& live_before) {
        Instr& instr = function_.instr(id);
        if (!ir::info(instr.op).raises()) return;
        std::vector<ValueId> moved;
        if (instr.error.exists()) {
            pass_args(instr.error, 1, moved, instr.error_retain);
            BitSet unwound = live_before;
            unwound.subtract(liveness_->live_in(instr.error.target));
            instr.unwind = in_release_order(id, std::move(unwound), moved);
        } else if (!function_.specialised) {
            instr.unwind = in_release_order(id, live_before, moved);
        }
    }

    void fill_states(InstrId id, const BitSet& live_before, const std::vector<ValueId>& moved) {
        if (function_.instr(id).before == no_id && function_.instr(id).after == no_id) return;
        std::vector<ValueId> held;
        live_before.for_each([&](ValueId value) {
            if (owned(value)) held.push_back(value);
        });
        function_.instr(id).before = with_owned(function_.instr(id).before, held);
        std::erase_if(held, [&](ValueId value) { return contains(moved, value); });
        ValueId result = function_.instr(id).result;
        if (result != no_id && owned(result)) held.push_back(result);
        function_.instr(id).after = with_owned(function_.instr(id).after, std::move(held));
    }

    // The state with these owned values: itself, or a copy when another instruction shares it and holds others.
    FrameStateId with_owned(FrameStateId state, std::vector<ValueId> owned) {
        if (state == no_id) return no_id;
        if (state_filled_[state] && function_.frame_states[state].owned != owned) {
            FrameState copy = function_.frame_states[state];
            state = function_.add_frame_state(std::move(copy));
            state_filled_.push_back(false);
        }
        state_filled_[state] = true;
        function_.frame_states[state].owned = std::move(owned);
        return state;
    }

    // ---- ends of blocks ---------------------------------------------------------------------------------------

    void rewrite_terminator(InstrId id, BitSet& live) {
        BitSet live_after = live;
        liveness_->step_back(function_.instr(id), live);
        std::vector<ValueId> moved, retains;
        take_stolen(id, live_after, moved, retains);
        fill_error(id, live);
        fill_states(id, live, moved);
        backwards_.push_back(id);
        std::vector<ValueId> releases;
        size_t targets = function_.instr(id).targets.size();
        const Op op = function_.instr(id).op;
        bool ends = op == Op::Return || op == Op::ReturnParts || op == Op::Suspend;
        if (ends) releases = in_release_order(id, live, moved);
        if (targets == 1) settle_edge(id, 0, live, retains, releases);
        for (ValueId value : backwards(releases)) push(Op::Release, value, id);
        for (ValueId value : retains) push(Op::Retain, value, id);
        for (size_t target = 0; targets > 1 && target < targets; ++target) rewrite_edge(id, target, live);
    }

    static std::vector<ValueId> backwards(std::vector<ValueId> values) {
        std::reverse(values.begin(), values.end());
        return values;
    }

    // What has to be retained and released when this edge is taken.
    void settle_edge(InstrId id, size_t target, const BitSet& live, std::vector<ValueId>& retains,
                     std::vector<ValueId>& releases) const {
        const Instr& instr = function_.instr(id);
        const Edge& edge = instr.targets[target];
        std::vector<ValueId> moved;
        pass_args(edge, 0, moved, retains);
        if (instr.op == Op::BranchNull && target == 0) moved.push_back(instr.operands[0]);  // null there
        BitSet dying = live;
        dying.subtract(liveness_->live_in(edge.target));
        std::vector<ValueId> order = in_release_order(id, std::move(dying), moved);
        releases.insert(releases.end(), order.begin(), order.end());
    }

    // Sorts the object args of an edge into those that move into their param and those to retain for it.
    void pass_args(const Edge& edge, size_t first_param, std::vector<ValueId>& moved,
                   std::vector<ValueId>& retains) const {
        const BitSet& live_in = liveness_->live_in(edge.target);
        for (size_t index = 0; index < edge.args.size(); ++index) {
            ValueId arg = edge.args[index];
            ValueId param = function_.block(edge.target).params[index + first_param];
            if (!is_object(arg)) continue;
            if (!owned(param)) {
                AIPY_CHECK(roots_[arg] == no_id, "only what the caller keeps is passed to a body that calls itself");
                continue;
            }
            bool moves = owned(arg) && !live_in.contains(arg) && !contains(moved, arg);
            (moves ? moved : retains).push_back(arg);
        }
    }

    // One of several edges: its code goes to the head of the target, or into a block of its own.
    void rewrite_edge(InstrId id, size_t target_index, const BitSet& live) {
        std::vector<ValueId> retains, releases;
        settle_edge(id, target_index, live, retains, releases);
        if (retains.empty() && releases.empty()) return;
        BlockId target = function_.instr(id).targets[target_index].target;
        bool own_head = retains.empty() && predecessors_[target] == 1 && !function_.block(target).is_loop_header;
        BlockId place = own_head ? target : split(id, target_index);
        std::vector<InstrId> head;
        for (ValueId value : retains) head.push_back(make(Op::Retain, value, function_.instr(id).span));
        for (ValueId value : releases) head.push_back(make(Op::Release, value, function_.instr(id).span));
        heads_[place].insert(heads_[place].begin(), head.begin(), head.end());
    }

    BlockId split(InstrId id, size_t target_index) {
        BlockId between = function_.add_block();
        heads_.emplace_back();
        Instr jump{};
        jump.op = Op::Jump;
        jump.span = function_.instr(id).span;
        jump.origin = function_.instr(id).origin;
        jump.targets.push_back(std::move(function_.instr(id).targets[target_index]));
        function_.block(between).cold = function_.block(jump.targets[0].target).cold;
        function_.instr(id).targets[target_index] = {between, {}};
        function_.append(between, std::move(jump), ir::Type::none());
        return between;
    }

    void count_predecessors() {
        predecessors_.assign(function_.blocks.size(), 0);
        for (BlockId block : ir::reverse_post_order(function_)) {
            for (InstrId id : function_.block(block).instrs) {
                for_each_edge(function_.instr(id), [&](const Edge& edge) { ++predecessors_[edge.target]; });
            }
        }
    }

    // ---- retain and release -----------------------------------------------------------------------------------

    InstrId make(Op op, ValueId value, ir::SourceSpan span) {
        Instr instr{};
        instr.op = op;
        instr.operands = {value};
        instr.span = span;
        function_.instrs.push_back(std::move(instr));
        return static_cast<InstrId>(function_.instrs.size() - 1);
    }
    void push(Op op, ValueId value, InstrId beside) {
        backwards_.push_back(make(op, value, function_.instr(beside).span));
    }

    bool release_is_left_out(ValueId value) const {
        return function_.specialised && ir::death_observable(function_.value(value).type.kind) &&
               support::fault_is_planted("ownership");
    }

    std::vector<InstrId> make_releases(InstrId id, const std::vector<ValueId>& dying) {
        std::vector<InstrId> releases;
        BitSet released(function_.values.size());
        for (ValueId value : dying) {
            if (release_is_left_out(value)) continue;
            released.insert(value);
            releases.push_back(make(Op::Release, value, function_.instr(id).span));
            if (!ir::death_observable(function_.value(value).type.kind)) continue;
            FrameStateId after = state_without(function_.instr(id).after, released);
            function_.instr(releases.back()).after = after;
        }
        return releases;
    }

    // The state for going on after these values were released; none when it needs one of them.
    FrameStateId state_without(FrameStateId base, const BitSet& released) {
        if (base == no_id) return no_id;
        FrameState state = function_.frame_states[base];
        bool needed = false;
        ir::for_each_state_value(
            state, [&](ValueId value) { needed |= roots_[value] != no_id && released.contains(roots_[value]); });
        if (needed) return no_id;
        std::erase_if(state.owned, [&](ValueId value) { return released.contains(value); });
        state_filled_.push_back(true);
        return function_.add_frame_state(std::move(state));
    }

    static bool contains(const std::vector<ValueId>& values, ValueId value) {
        return std::find(values.begin(), values.end(), value) != values.end();
    }

    ir::Function& function_;
    const ir::ReferenceRules rules_;
    const ir::Liveness* liveness_ = nullptr;
    std::vector<ValueId> roots_;               // by value: whom its uses keep alive
    std::vector<bool> owned_;                  // by value: holds one reference while it is live
    std::vector<bool> retained_;               // by value: takes that reference behind its definition
    std::vector<uint32_t> predecessors_;       // edges into each block
    std::vector<bool> state_filled_;           // by frame state: `owned` is set
    std::vector<std::vector<InstrId>> heads_;  // by block: what edges into it put at its head
    std::vector<InstrId> backwards_;           // the block being rewritten, last instruction first
};

}  // namespace

void insert_lifetimes(ir::Function& function, bool entry_params_borrowed) {
    Lifetimes(function, entry_params_borrowed).run();
}

}  // namespace aipy::opt
