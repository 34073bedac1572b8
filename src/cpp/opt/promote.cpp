#include "opt/promote.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "ir/liveness.h"
#include "opt/unspecialisable.h"
#include "support/check.h"

namespace aipy::opt {

using namespace ir;

namespace {

// Generic values that are live just before each instruction.
std::vector<std::vector<ValueId>> live_before(const Function& generic, const Liveness& liveness) {
    std::vector<std::vector<ValueId>> before(generic.instrs.size());
    for (BlockId id = 0; id < generic.blocks.size(); ++id) {
        support::BitSet live = liveness.live_out(id);
        const std::vector<InstrId>& instrs = generic.block(id).instrs;
        for (auto instr = instrs.rbegin(); instr != instrs.rend(); ++instr) {
            liveness.step_back(generic.instr(*instr), live);
            live.for_each([&](ValueId value) { before[*instr].push_back(value); });
        }
    }
    return before;
}

bool is_constant(const Function& generic, ValueId value) {
    InstrId def = generic.value(value).def;
    return def != no_id && generic.instr(def).op == Op::Const;
}

// ---- promotion ---------------------------------------------------------------------------------------------

class Promoter {
  public:
    Promoter(const CompileRequest& request, const std::set<InstrId>& cuts)
        : request_(request),
          generic_(*request.generic),
          cuts_(cuts),
          liveness_(generic_),
          outer_(request.outer != nullptr ? *request.outer : generic_),
          live_(live_before(outer_, outer_liveness())) {
        for (const GeneratorLoop& loop : request_.generator_loops) {
            const Function& body = *request_.generators[loop.generator].generic;
            generators_.push_back({&loop, live_before(body, Liveness(body))});
        }
    }

    Promoted run() {
        make_header();
        map_blocks();
        make_entry();
        for (BlockId block : order_) promote_block(block);
        if (request_.native_body)
            for (Block& block : function().blocks) leave_before_raising(block);
        remove_trivial_params();
        return std::move(out_);
    }

  private:
    Function& function() { return out_.function; }

    ValueId note(ValueId value, ValueId generic) {
        out_.generic.resize(function().values.size(), no_id);
        out_.entry_index.resize(function().values.size(), no_id);
        if (generic != no_id) out_.generic[value] = generic;
        return value;
    }

    void make_header() {
        Function& f = function();
        f.name = generic_.name;
        f.file = generic_.file;
        f.slots = outer_.slots;
        f.parameter_count = generic_.parameter_count;
        f.constants = generic_.constants;
        f.specialised = true;
        f.is_generator = generic_.is_generator;
        f.release_order = generic_.release_order;
    }

    // The block's instructions as far as native code runs them: up to its yield, or to where it is cut.
    std::span<const InstrId> instrs_of(BlockId id) const {
        std::span<const InstrId> all = generic_.block(id).instrs;
        for (size_t i = 0; i < all.size(); ++i) {
            if (is_cut(all[i])) return all.first(i);
            if (ir::is_yield(generic_.instr(all[i]).op)) return all.first(i + 1);
        }
        return all;
    }

    bool is_cut(InstrId id) const {
        return cuts_.contains(id) || std::ranges::any_of(request_.generator_loops, [&](const GeneratorLoop& loop) {
                   return loop.leaves && loop.next == id;
               });
    }

    // The edges that native code follows. A generator's errors are handled in the interpreter.
    template <typename F>
    void for_each_followed_edge(InstrId id, F&& visit) const {
        const Instr& instr = generic_.instr(id);
        for (const Edge& edge : instr.targets) visit(edge);
        if (instr.error.exists() && !generic_.is_generator) visit(instr.error);
    }

    // Blocks reachable from the entry point, in reverse post-order of the whole generic function.
    void map_blocks() {
        BlockId start = request_.entry.at_call() ? 0 : request_.entry.header;
        std::vector<bool> reachable(generic_.blocks.size(), false);
        std::vector<BlockId> work{start};
        reachable[start] = true;
        while (!work.empty()) {
            BlockId id = work.back();
            work.pop_back();
            for (InstrId instr : instrs_of(id))
                for_each_followed_edge(instr, [&](const Edge& edge) {
                    if (!reachable[edge.target]) {
                        reachable[edge.target] = true;
                        work.push_back(edge.target);
                    }
                });
        }
        order_ = order_from(start, reachable);
        function().add_block();  // the entry
        block_map_.assign(generic_.blocks.size(), no_id);
        for (BlockId id : order_) {
            BlockId made = function().add_block();
            block_map_[id] = made;
            Block& block = function().block(made);
            block.is_handler = generic_.block(id).is_handler;
            block.is_loop_header = generic_.block(id).is_loop_header;
            block.cold = generic_.block(id).cold;
        }
        temps_.assign(generic_.values.size(), no_id);
        collect_iterators();
        collect_redefined();
        find_not_null_branches();
        variable_count_ = generic_.slots.size() + carried_.size();
        for (BlockId id : order_) make_params(id);
    }

    std::vector<BlockId> order_from(BlockId start, const std::vector<bool>& reachable) {
        std::vector<BlockId> post;
        std::vector<uint8_t> seen(generic_.blocks.size(), 0);
        std::vector<std::pair<BlockId, size_t>> stack;
        auto successors = [&](BlockId id) {
            std::vector<BlockId> out;
            for (InstrId instr : instrs_of(id))
                for_each_followed_edge(instr, [&](const Edge& edge) {
                    if (reachable[edge.target]) out.push_back(edge.target);
                });
            return out;
        };
        std::vector<std::vector<BlockId>> next(generic_.blocks.size());
        seen[start] = 1;
        next[start] = successors(start);
        stack.push_back({start, 0});
        while (!stack.empty()) {
            auto& [id, index] = stack.back();
            if (index < next[id].size()) {
                BlockId to = next[id][index++];
                if (!seen[to]) {
                    seen[to] = 1;
                    next[to] = successors(to);
                    stack.push_back({to, 0});
                }
            } else {
                post.push_back(id);
                stack.pop_back();
            }
        }
        std::reverse(post.begin(), post.end());
        return post;
    }

    // State variables: the slots, then temporaries that have more than one definition from this entry point on.
    // First, each iterator that is stepped by iter.next: a step is a new definition.
    void collect_iterators() {
        variable_of_.assign(generic_.values.size(), no_id);
        for (BlockId id : order_)
            for (InstrId instr : instrs_of(id))
                if (generic_.instr(instr).op == Op::IterNext && is_stepped(generic_.instr(instr).operands[0]))
                    add_carried(generic_.instr(instr).operands[0]);
    }

    // Then, for an inner loop's header, what came in from outside and is defined again by the next turn of a loop
    // around it.
    void collect_redefined() {
        if (request_.entry.at_call()) return;
        BlockId header = request_.entry.header;
        auto enters = [&](ValueId value) {
            return liveness_.live_in(header).contains(value) && !is_constant(generic_, value);
        };
        for (BlockId id : order_) {
            for (ValueId param : generic_.block(id).params)
                if (enters(param)) add_carried(param);
            for (InstrId instr : instrs_of(id)) {
                ValueId result = generic_.instr(instr).result;
                if (result != no_id && enters(result)) add_carried(result);
            }
        }
    }

    bool is_stepped(ValueId value) const {
        InstrId def = generic_.value(value).def;
        return def != no_id && (generic_.instr(def).op == Op::GetIter || is_outermost_iterator(value));
    }

    // The iterator that a generator expression is called with, and steps: a parameter that is never stored.
    bool is_outermost_iterator(ValueId value) const {
        const InstrId def = generic_.value(value).def;
        if (generator_at(def) == nullptr || generic_.instr(def).op != Op::LoadLocal) return false;
        const GeneratorLoop& loop = *generator_at(def)->loop;
        if (request_.generators[loop.generator].make == no_id) return false;
        const int64_t slot = generic_.instr(def).imm;
        return slot == loop.first_slot && std::ranges::none_of(body_of(*generator_at(def)).instrs, [](const Instr& i) {
                   return (i.op == Op::StoreLocal || i.op == Op::ClearLocal) && i.imm == 0;
               });
    }

    void add_carried(ValueId value) {
        if (variable_of_[value] != no_id) return;
        if (is_outermost_iterator(value)) {
            variable_of_[value] = static_cast<uint32_t>(generic_.instr(generic_.value(value).def).imm);
            return;
        }
        variable_of_[value] = static_cast<uint32_t>(generic_.slots.size() + carried_.size());
        carried_.push_back(value);
    }

    void make_params(BlockId id) {
        BlockId made = block_map_[id];
        for (ValueId param : generic_.block(id).params)
            note(function().add_param(made, generic_.value(param).type), param);
        for (size_t i = 0; i < variable_count_; ++i)
            if (carries(id, i)) note(function().add_param(made, variable_type(i)), no_id);
    }

    Type variable_type(size_t variable) const {
        if (variable < generic_.slots.size()) return Type::any();
        ValueId value = carried_[variable - generic_.slots.size()];
        return is_stepped(value) ? Type::any() : generic_.value(value).type;
    }

    // Slots are alive everywhere (a traceback shows them); a temporary only where it is used again.
    bool carries(BlockId id, size_t variable) const {
        if (variable < outer_.slots.size()) return true;
        if (variable < generic_.slots.size()) return carries_slot_of_generator(id, variable);
        ValueId value = carried_[variable - generic_.slots.size()];
        return liveness_.live_in(id).contains(value);
    }

    // Says what a generic temporary is from here on.
    void define(ValueId generic, ValueId value) {
        temps_[generic] = value;
        if (variable_of_[generic] != no_id) state_[variable_of_[generic]] = value;
    }

    void make_entry() {
        null_ = append(0, Instr{.op = Op::Null}, Type::boxed(TypeKind::Null));
        std::vector<ValueId> state(variable_count_, null_);
        uint32_t index = 0;
        auto entry_value = [&](ValueId generic) {
            ValueId value = note(function().add_param(0, Type::any()), generic);
            out_.entry_index[value] = index++;
            return value;
        };
        Edge edge{.target = block_map_[order_.front()], .args = {}};
        if (request_.entry.at_call()) {
            for (uint32_t slot = 0; slot < generic_.parameter_count; ++slot) state[slot] = entry_value(no_id);
            for (uint32_t slot = 0; slot < outer_.slots.size(); ++slot)
                if (outer_.slots[slot].kind == Slot::Kind::Free) state[slot] = entry_value(no_id);
        } else {
            for (uint32_t slot = 0; slot < outer_.slots.size(); ++slot) state[slot] = entry_value(no_id);
            std::vector<ValueId> params = generic_.block(request_.entry.header).params;
            for (ValueId generic : request_.entry_temporaries) {
                ValueId value = entry_value(generic);
                temps_[generic] = value;
                if (variable_of_[generic] != no_id) state[variable_of_[generic]] = value;
                entry_temps_.push_back({generic, value});
            }
            for (ValueId param : params) edge.args.push_back(entry_temp(param));
            make_constants_again();
        }
        pass_state(edge, order_.front(), state);
        state_ = state;
        Instr jump{.op = Op::Jump, .targets = {edge}};
        jump.before = frame_state(generic_.block(order_.front()).instrs.front(), state_);
        append(0, std::move(jump), Type::none());
    }

    // Constants that live across the loop are no entry values: they are made again, once for the whole version.
    void make_constants_again() {
        liveness_.live_in(request_.entry.header).for_each([&](ValueId value) {
            InstrId def = generic_.value(value).def;
            if (def == no_id || temps_[value] != no_id) return;
            const Instr& instr = generic_.instr(def);
            if (instr.op == Op::Null) temps_[value] = null_;
            if (instr.op != Op::Const) return;
            Instr constant{.op = Op::Const, .imm = instr.imm, .span = instr.span};
            temps_[value] = append(0, std::move(constant), generic_.value(value).type);
        });
    }

    ValueId entry_temp(ValueId generic) {
        for (auto& [from, value] : entry_temps_)
            if (from == generic) return value;
        return null_;
    }

    ValueId append(BlockId block, Instr instr, Type type) {
        InstrId id = function().append(block, std::move(instr), type);
        ValueId result = function().instr(id).result;
        if (result != no_id) note(result, no_id);
        return result;
    }

    ValueId temp(ValueId generic) {
        if (variable_of_[generic] != no_id && state_[variable_of_[generic]] != null_)
            return state_[variable_of_[generic]];
        if (temps_[generic] == no_id) throw Unspecialisable("a temporary is used before it is defined");
        return temps_[generic];
    }

    // ---- one block ----

    void promote_block(BlockId id) {
        current_ = block_map_[id];
        generic_block_ = id;
        const std::vector<ValueId>& own = generic_.block(id).params;
        const std::vector<ValueId>& params = function().block(current_).params;
        state_.assign(variable_count_, null_);
        for (size_t i = 0, next = own.size(); i < variable_count_; ++i)
            if (carries(id, i)) state_[i] = params[next++];
        for (size_t i = 0; i < own.size(); ++i) define(own[i], params[i]);
        const InstrId branch = not_null_branch_[id];
        const ValueId tested = branch == no_id ? no_id : generic_.instr(branch).operands[0];
        const ValueId outer_name = tested == no_id ? no_id : temps_[tested];
        if (tested != no_id) rename_not_null(id, tested);
        const std::span<const InstrId> instrs = instrs_of(id);
        for (InstrId instr : instrs) promote_instr(instr);
        const std::vector<InstrId>& all = generic_.block(id).instrs;
        if (instrs.size() < all.size() && is_cut(all[instrs.size()])) leave_at(all[instrs.size()]);
        // The name is this block's own: one that comes later may be reached without it.
        if (tested != no_id) temps_[tested] = outer_name;
    }

    void leave_at(InstrId id) {
        Instr leave{.op = Op::Leave, .span = generic_.instr(id).span};
        leave.before = frame_state(id, state_);
        leave.origin = id;
        append(current_, std::move(leave), Type::none());
        function().block(current_).cold = true;
    }

    // A block that is entered only by the not-null edge of a branch.null gets a new name for the value.
    void rename_not_null(BlockId id, ValueId generic) {
        InstrId first = generic_.block(id).instrs.front();
        Instr guard{.op = Op::GuardType, .operands = {temp(generic)}, .imm = encode_type(Type::any())};
        guard.before = frame_state(first, state_);
        guard.origin = first;
        guard.span = generic_.instr(first).span;
        define(generic, note(append(current_, std::move(guard), Type::any()), generic));
    }

    // By block: the branch.null whose not-null edge is the only way in.
    void find_not_null_branches() {
        not_null_branch_.assign(generic_.blocks.size(), no_id);
        std::vector<uint32_t> edges(generic_.blocks.size(), 0);
        for (BlockId from : order_)
            for (InstrId id : instrs_of(from)) {
                for_each_followed_edge(id, [&](const Edge& edge) { ++edges[edge.target]; });
                const Instr& instr = generic_.instr(id);
                if (instr.op == Op::BranchNull) not_null_branch_[instr.targets[1].target] = id;
            }
        for (BlockId id : order_)
            if (edges[id] != 1) not_null_branch_[id] = no_id;
    }

    void promote_instr(InstrId id) {
        const Instr& instr = generic_.instr(id);
        switch (instr.op) {
            case Op::LoadLocal: define(instr.result, state_[static_cast<size_t>(instr.imm)]); return;
            case Op::StoreLocal: bind(static_cast<size_t>(instr.imm), temp(instr.operands[0]), id); return;
            case Op::Retain: return;  // promoted values have their own lifetimes, inserted last
            case Op::Release:
                if (const Generator* generator = generator_of(instr.operands[0])) return end_generator(*generator, id);
                return keep_until(temp(instr.operands[0]), id);
            case Op::Keep:
                if (generator_of(instr.operands[0]) != nullptr) return;  // its release comes behind
                break;
            case Op::ClearLocal: bind(static_cast<size_t>(instr.imm), null_, id); return;
            case Op::Yield:
            case Op::YieldFrom: return promote_yield(id);
            case Op::Const:
            case Op::Null:
                if (temps_[instr.result] != no_id) return;  // the entry has made it
                break;
            default: break;
        }
        if (instr.op == Op::Return) keep_all(instr);
        if (const Generator* generator = ending_at(id)) keep_locals(*generator, id);
        Instr made = instr;
        made.result = no_id;
        made.unwind.clear();
        if (generic_.is_generator) made.error = {};
        for (ValueId& operand : made.operands) operand = temp(operand);
        for (Edge& edge : made.targets) promote_edge(edge);
        if (made.error.exists()) promote_edge(made.error);
        made.origin = id;
        if (made.op != Op::Const) made.before = frame_state(id, state_);
        InstrId new_id = function().append(current_, std::move(made), default_type(instr));
        ValueId result = function().instr(new_id).result;
        if (result != no_id) {
            define(instr.result, note(result, instr.result));
        }
        bool followed = info(instr.op).has_result() && instr.op != Op::Const;
        if ((followed || info(instr.op).needs_frame_state()) && !info(instr.op).is_terminator())
            function().instr(new_id).after = frame_state(next_instr(id), state_);
        if (instr.op == Op::IterNext) step_iterator(instr);
        if (instr.op == Op::CheckLocal) rename_checked(instr, id);
    }

    // Native code ends here. What lives behind the yield, the value sent left out, is the generator's to keep.
    void promote_yield(InstrId id) {
        const Instr& instr = generic_.instr(id);
        Instr made{.op = Op::Suspend, .operands = {temp(instr.operands[0])}, .imm = id, .span = instr.span};
        made.operands.insert(made.operands.end(), state_.begin(), state_.begin() + outer_.slots.size());
        for (ValueId generic : live_[next_instr(id)])
            if (generic != instr.result && !is_constant(generic_, generic)) made.operands.push_back(temp(generic));
        made.origin = id;
        made.before = frame_state(id, state_);
        append(current_, std::move(made), Type::none());
    }

    // Behind check.local the value is there: it gets a new name, also in the slots that hold it.
    void rename_checked(const Instr& instr, InstrId id) {
        ValueId generic = instr.operands[0];
        ValueId old = temp(generic);
        Instr guard{.op = Op::GuardType, .operands = {old}, .imm = encode_type(Type::any())};
        guard.before = frame_state(next_instr(id), state_);
        guard.origin = id;
        guard.span = instr.span;
        ValueId present = append(current_, std::move(guard), Type::any());
        define(generic, present);
        for (size_t slot = 0; slot < generic_.slots.size(); ++slot)
            if (state_[slot] == old && old != null_) state_[slot] = present;
    }

    Type default_type(const Instr& instr) {
        return info(instr.op).has_result() ? generic_.value(instr.result).type : Type::none();
    }

    void step_iterator(const Instr& instr) {
        if (!is_stepped(instr.operands[0])) return;
        uint32_t index = variable_of_[instr.operands[0]];
        Instr step{.op = Op::IterState, .operands = {state_[index]}, .span = instr.span};
        state_[index] = append(current_, std::move(step), Type::any());
    }

    void promote_edge(Edge& edge) {
        for (ValueId& arg : edge.args) arg = temp(arg);
        pass_state(edge, edge.target, state_);
        edge.target = block_map_[edge.target];
    }

    void pass_state(Edge& edge, BlockId generic_target, const std::vector<ValueId>& state) {
        for (size_t i = 0; i < variable_count_; ++i)
            if (carries(generic_target, i)) edge.args.push_back(state[i]);
    }

    void bind(size_t slot, ValueId value, InstrId id) {
        ValueId old = state_[slot];
        state_[slot] = value;
        const bool of_generator = slot >= outer_.slots.size();
        if (old != value && !(of_generator && old == null_)) keep_until(old, id);
    }

    // The value dies here at the earliest, which may run its destructor: the state is the one behind that.
    void keep_until(ValueId value, InstrId id) {
        Instr keep{.op = Op::Keep, .operands = {value}, .span = generic_.instr(id).span};
        keep.after = frame_state(next_instr(id), state_);
        append(current_, std::move(keep), Type::none());
    }

    void keep_all(const Instr& instr) {
        const size_t count = outer_.slots.size();
        for (size_t i = 0; i < count; ++i) {
            const ValueId local = state_[generic_.locals_die_backwards() ? count - 1 - i : i];
            append(current_, Instr{.op = Op::Keep, .operands = {local}, .span = instr.span}, Type::none());
        }
    }

    // ---- frame states ----

    InstrId next_instr(InstrId id) {
        if (next_.empty()) {
            next_.assign(generic_.instrs.size(), no_id);
            for (const Block& block : generic_.blocks) list_next(block);
        }
        return next_[id];
    }

    // Behind an instruction its releases have been done already: values that die there are not in the state.
    void list_next(const Block& block) {
        InstrId next = no_id;
        for (auto it = block.instrs.rbegin(); it != block.instrs.rend(); ++it) {
            next_[*it] = next;
            if (generic_.instr(*it).op != Op::Release) next = *it;
        }
    }

    FrameStateId frame_state(InstrId position, const std::vector<ValueId>& state) {
        position = position_of(position);
        if (position == no_id) return no_id;  // no place to go on at, where nothing can leave
        const Generator* running = generator_at(position);
        FrameState made;
        made.position = running == nullptr ? position : running->loop->next;
        for (size_t slot = 0; slot < outer_.slots.size(); ++slot) made.slots.push_back(state_value(state[slot]));
        for (ValueId generic : live_[made.position]) {
            if (is_constant(outer_, generic)) continue;
            const Generator* generator = generator_of(generic);
            if (generator == nullptr) {
                made.temporaries.push_back({generic, state_of_temporary(generic, made)});
                continue;
            }
            if (generic_block_ == generator->loop->given) {
                made.temporaries.push_back({generic, state_value(so_far(*generator, state))});
                continue;
            }
            made.temporaries.push_back(
                {generic, virtual_generator(*generator, generator == running ? position : no_id, state, made)});
        }
        return function().add_frame_state(std::move(made));
    }

    // ---- generators that are part of the loops that go through them ----

    // Of an instruction that neither function has: that of the one that stands for it.
    InstrId position_of(InstrId id) const {
        const auto other = request_.positions.find(id);
        return other == request_.positions.end() ? id : other->second;
    }

    struct Generator {
        const GeneratorLoop* loop;
        std::vector<std::vector<ValueId>> live;  // before each of its instructions, in its own ids
    };

    static StateValue add_virtual(VirtualObject object, FrameState& to) {
        to.virtuals.push_back(std::move(object));
        return {StateValue::Kind::Virtual, static_cast<uint32_t>(to.virtuals.size() - 1)};
    }

    StateValue state_of_temporary(ValueId generic, FrameState& to) {
        const auto unmade = std::ranges::find(request_.unmade_functions, generic, &UnmadeFunction::function);
        if (unmade == request_.unmade_functions.end()) return state_value(temp(generic));
        VirtualObject function{VirtualObject::Kind::Function, {{StateValue::Kind::Constant, unmade->code}}};
        for (ValueId cell : unmade->cells) function.parts.push_back(state_value(temp(cell)));
        return add_virtual(std::move(function), to);
    }

    const Liveness& outer_liveness() {
        if (request_.outer == nullptr) return liveness_;
        return outer_liveness_.emplace(outer_);
    }

    const Function& body_of(const Generator& generator) const {
        return *request_.generators[generator.loop->generator].generic;
    }

    // Whose iterator the value is.
    const Generator* generator_of(ValueId value) const {
        const auto found =
            std::ranges::find_if(generators_, [&](const Generator& g) { return g.loop->iterator == value; });
        return found == generators_.end() ? nullptr : &*found;
    }

    // Whose instruction it is.
    const Generator* generator_at(InstrId position) const {
        const auto found = std::ranges::find_if(generators_, [&](const Generator& g) {
            return position >= g.loop->first_instr && position - g.loop->first_instr < body_of(g).instrs.size();
        });
        return found == generators_.end() ? nullptr : &*found;
    }

    const Generator* ending_at(InstrId id) const {
        const Generator* generator = generator_at(id);
        if (generator == nullptr) return nullptr;
        const Op op = body_of(*generator).instr(id - generator->loop->first_instr).op;
        return op == Op::Return ? generator : nullptr;
    }

    bool is_block_of(const Generator& generator, BlockId id) const {
        const GeneratorLoop& loop = *generator.loop;
        const bool of_body = id >= loop.first_block && id - loop.first_block < body_of(generator).blocks.size();
        return of_body || std::ranges::find(loop.blocks, id) != loop.blocks.end();
    }

    // Its locals are there while it runs, and where the loop has it.
    bool carries_slot_of_generator(BlockId id, size_t slot) const {
        const auto found = std::ranges::find_if(generators_, [&](const Generator& g) {
            return slot >= g.loop->first_slot && slot - g.loop->first_slot < g.loop->slot_count;
        });
        if (found == generators_.end()) return false;  // refused
        const Generator& generator = *found;
        if (id == generator.loop->end) return false;
        if (is_block_of(generator, id)) return id != generator.loop->start;
        // Within another's body.
        const auto around = std::ranges::find_if(generators_, [&](const Generator& g) { return is_block_of(g, id); });
        if (around != generators_.end()) return is_alive_before(generator, around->loop->next);
        if (id < outer_.blocks.size()) return outer_liveness_->live_in(id).contains(generator.loop->iterator);
        // Behind a call that went through another.
        return is_alive_before(generator, position_of(generic_.block(id).instrs.front()));
    }

    bool is_alive_before(const Generator& generator, InstrId position) const {
        return std::ranges::find(live_[position], generator.loop->iterator) != live_[position].end();
    }

    // Where it stands: suspended at its yield, where no position is given.
    StateValue virtual_generator(const Generator& generator, InstrId position, const std::vector<ValueId>& state,
                                 FrameState& to) {
        const GeneratorLoop& loop = *generator.loop;
        const Function& body = body_of(generator);
        VirtualObject made{.kind = VirtualObject::Kind::Generator, .parts = {}};
        made.place.generator = loop.generator;
        const InstrId yield = loop.yield - loop.first_instr;
        if (position == no_id) made.place.yield = yield;
        made.place.position = position == no_id ? behind(body, yield) : position - loop.first_instr;
        made.parts.push_back(function_of(generator, state, to));
        for (size_t slot = 0; slot < body.slots.size(); ++slot)
            made.parts.push_back(state_value(state[loop.first_slot + slot]));
        for (ValueId value : generator.live[made.place.position]) {
            const bool is_sent = position == no_id && value == body.instr(yield).result;
            if (is_sent || is_constant(body, value)) continue;
            made.place.temporaries.push_back(value);
            made.parts.push_back(state_value(temp(value + loop.first_value)));
        }
        const StateValue stands = add_virtual(std::move(made), to);
        if (loop.slot_count == body.slots.size()) return stands;
        return add_virtual({VirtualObject::Kind::Chain, {state_value(so_far(generator, state)), stands}}, to);
    }

    // What the call that goes through it has.
    static ValueId so_far(const Generator& generator, const std::vector<ValueId>& state) {
        return state[generator.loop->first_slot + generator.loop->slot_count - 1];
    }

    StateValue function_of(const Generator& generator, const std::vector<ValueId>& state, FrameState& to) {
        const GeneratorLoop& loop = *generator.loop;
        if (loop.function != no_id) return {StateValue::Kind::Constant, loop.function};
        const Function& body = body_of(generator);
        const InstrId make = request_.generators[loop.generator].make;
        const auto unmade =
            std::ranges::find(request_.unmade_functions, outer_.instr(make).result, &UnmadeFunction::function);
        VirtualObject function{VirtualObject::Kind::Function, {{StateValue::Kind::Constant, unmade->code}}};
        for (size_t slot = 0; slot < body.slots.size(); ++slot)
            if (body.slots[slot].kind == Slot::Kind::Free)
                function.parts.push_back(state_value(state[loop.first_slot + slot]));
        return add_virtual(std::move(function), to);
    }

    // As next_instr.
    static InstrId behind(const Function& body, InstrId id) {
        for (const Block& block : body.blocks) {
            auto at = std::ranges::find(block.instrs, id);
            if (at == block.instrs.end()) continue;
            for (++at; body.instr(*at).op == Op::Release;) ++at;
            return *at;
        }
        AIPY_UNREACHABLE();
    }

    // It has returned: its locals die.
    void keep_locals(const Generator& generator, InstrId id) {
        const GeneratorLoop& loop = *generator.loop;
        const size_t count = body_of(generator).slots.size();
        for (size_t i = 0; i < count; ++i) {
            const size_t slot = loop.first_slot + (generic_.locals_die_backwards() ? count - 1 - i : i);
            const ValueId local = std::exchange(state_[slot], null_);
            if (local == null_) continue;
            Instr keep{.op = Op::Keep, .operands = {local}, .span = generic_.instr(id).span};
            if (loop.behind_end != no_id) keep.after = frame_state(loop.behind_end, state_);
            append(current_, std::move(keep), Type::none());
        }
    }

    // The loop gives it up: what it has dies, where it has not ended before.
    void end_generator(const Generator& generator, InstrId id) {
        const GeneratorLoop& loop = *generator.loop;
        if (generic_block_ == loop.end) return;
        const Function& body = body_of(generator);
        const InstrId yield = loop.yield - loop.first_instr;
        std::vector<ValueId> dying;
        for (size_t slot = 0; slot < body.slots.size(); ++slot)
            dying.push_back(std::exchange(state_[loop.first_slot + slot], null_));
        for (ValueId value : generator.live[behind(body, yield)])
            if (value != body.instr(yield).result && !is_constant(body, value))
                dying.push_back(temp(value + loop.first_value));
        if (generic_.locals_die_backwards()) std::ranges::reverse(dying);
        const bool in_call = loop.behind_end == no_id;  // no state lies behind it
        for (ValueId value : dying) {
            if (value == null_) continue;
            if (in_call)
                append(current_, Instr{.op = Op::Keep, .operands = {value}, .span = generic_.instr(id).span},
                       Type::none());
            else
                keep_until(value, id);
        }
    }

    StateValue state_value(ValueId value) {
        if (value == null_) return {StateValue::Kind::Unbound, 0};
        return {StateValue::Kind::Value, value};
    }

    // ---- blocks that raise ----

    // A block that ends in a raise runs seldom, and Python all through: a native body leaves before it.
    void leave_before_raising(Block& block) {
        if (block.is_handler || block.instrs.empty() || function().instr(block.instrs.back()).op != Op::Raise) return;
        auto first = std::find_if(block.instrs.begin(), block.instrs.end(),
                                  [&](InstrId id) { return function().instr(id).before != no_id; });
        const Instr& instr = function().instr(*first);
        const InstrId position = function().frame_states[instr.before].position;
        if (position < request_.leaves.size() && request_.leaves[position] >= request_.max_failures) return;
        Instr leave{.op = Op::Leave, .span = instr.span};
        leave.before = instr.before;
        leave.origin = position;
        block.instrs.erase(first, block.instrs.end());
        function().append(static_cast<BlockId>(&block - function().blocks.data()), std::move(leave), Type::none());
    }

    // ---- removing params that are not needed ----

    void remove_trivial_params() {
        Function& f = function();
        std::vector<ValueId>& replaced = out_.replaced;
        replaced.resize(f.values.size());
        for (ValueId v = 0; v < f.values.size(); ++v) replaced[v] = v;
        for (bool changed = true; changed;) {
            changed = false;
            for (BlockId block = 1; block < f.blocks.size(); ++block) changed |= remove_from(block);
        }
        rename_everything();
    }

    bool remove_from(BlockId id) {
        Block& block = function().block(id);
        size_t first = block.is_handler ? 1 : 0;
        bool changed = false;
        for (size_t i = block.params.size(); i-- > first;) {
            ValueId only = no_id;
            if (!same_everywhere(id, i, only) || only == no_id) continue;
            out_.replaced[block.params[i]] = only;
            drop_param(id, i);
            changed = true;
        }
        return changed;
    }

    // The edges into each block: found anew each time is quadratic, so they are listed once; edges never move.
    struct Incoming {
        InstrId instr;
        int target;  // index among targets, or -1 for the error edge
    };

    const std::vector<Incoming>& incoming(BlockId id) {
        if (incoming_.empty()) {
            incoming_.resize(function().blocks.size());
            for (Block& block : function().blocks)
                for (InstrId instr : block.instrs) {
                    Instr& i = function().instr(instr);
                    for (size_t t = 0; t < i.targets.size(); ++t)
                        incoming_[i.targets[t].target].push_back({instr, static_cast<int>(t)});
                    if (i.error.exists()) incoming_[i.error.target].push_back({instr, -1});
                }
        }
        return incoming_[id];
    }

    Edge& edge_of(const Incoming& in) {
        Instr& instr = function().instr(in.instr);
        return in.target < 0 ? instr.error : instr.targets[static_cast<size_t>(in.target)];
    }

    bool same_everywhere(BlockId id, size_t param, ValueId& only) {
        Block& block = function().block(id);
        ValueId self = out_.resolve(block.params[param]);
        size_t shift = block.is_handler ? 1 : 0;
        for (const Incoming& in : incoming(id)) {
            ValueId arg = out_.resolve(edge_of(in).args[param - shift]);
            if (arg == self) continue;
            if (only != no_id && only != arg) return false;
            only = arg;
        }
        return true;
    }

    void drop_param(BlockId id, size_t param) {
        Block& block = function().block(id);
        size_t shift = block.is_handler ? 1 : 0;
        for (const Incoming& in : incoming(id)) {
            Edge& edge = edge_of(in);
            edge.args.erase(edge.args.begin() + static_cast<ptrdiff_t>(param - shift));
        }
        block.params.erase(block.params.begin() + static_cast<ptrdiff_t>(param));
    }

    void rename_everything() {
        auto rename = [&](ValueId& value) { value = out_.resolve(value); };
        for (Instr& instr : function().instrs) {
            for (ValueId& operand : instr.operands) rename(operand);
            for_each_edge(instr, [&](Edge& edge) {
                for (ValueId& arg : edge.args) rename(arg);
            });
        }
        auto rename_state = [&](StateValue& value) {
            if (value.kind != StateValue::Kind::Value) return;
            rename(value.index);
            if (value.index == null_) value = {};
        };
        for (FrameState& state : function().frame_states) {
            for (StateValue& slot : state.slots) rename_state(slot);
            for (FrameState::Temporary& temporary : state.temporaries) rename_state(temporary.value);
            for (VirtualObject& object : state.virtuals)
                for (StateValue& part : object.parts) rename_state(part);
        }
    }

    const CompileRequest& request_;
    const Function& generic_;
    const std::set<InstrId>& cuts_;
    Liveness liveness_;
    const Function& outer_;  // without the bodies of generators
    std::optional<Liveness> outer_liveness_;
    std::vector<std::vector<ValueId>> live_;  // before each of its instructions
    std::vector<Generator> generators_;
    Promoted out_;
    std::vector<BlockId> order_;
    std::vector<BlockId> block_map_;
    std::vector<ValueId> temps_;         // generic temporary → promoted value
    std::vector<uint32_t> variable_of_;  // generic temporary → its state variable
    std::vector<ValueId> carried_;       // temporaries that are state variables, in their order
    size_t variable_count_ = 0;
    std::vector<ValueId> state_;  // the state variables' values at the point being promoted
    std::vector<std::pair<ValueId, ValueId>> entry_temps_;
    std::vector<std::vector<Incoming>> incoming_;
    std::vector<InstrId> not_null_branch_;
    std::vector<InstrId> next_;  // generic instruction → the one behind it in its block
    ValueId null_ = no_id;
    BlockId current_ = 0, generic_block_ = 0;
};

}  // namespace

ValueId Promoted::resolve(ValueId value) const {
    while (value < replaced.size() && replaced[value] != value) value = replaced[value];
    return value;
}

Promoted promote_locals(const CompileRequest& request, const std::set<InstrId>& cuts) {
    return Promoter(request, cuts).run();
}

}  // namespace aipy::opt
