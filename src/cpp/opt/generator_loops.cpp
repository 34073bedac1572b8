#include "opt/generator_loops.h"

#include <algorithm>

#include "ir/uses.h"

namespace aipy::opt {

using namespace ir;

namespace {

constexpr size_t most_instructions = 200;

bool is_release_of(const Instr& instr, ValueId value) { return instr.op == Op::Release && instr.operands[0] == value; }

// The only instruction that uses the value, releases left out; null where there are several, or it goes along an edge.
const Instr* only_use(const Function& f, ValueId value) {
    const Instr* found = nullptr;
    for (const Block& block : f.blocks)
        for (InstrId id : block.instrs) {
            const Instr& instr = f.instr(id);
            if (is_release_of(instr, value)) continue;
            size_t uses = 0;
            for_each_direct_use(instr, [&](ValueId used) { uses += used == value ? 1 : 0; });
            if (uses == 0) continue;
            if (uses > 1 || found != nullptr || std::ranges::find(instr.operands, value) == instr.operands.end())
                return nullptr;
            found = &instr;
        }
    return found;
}

BlockId block_of(const Function& f, InstrId id) {
    for (BlockId block = 0; block < f.blocks.size(); ++block)
        if (std::ranges::find(f.block(block).instrs, id) != f.block(block).instrs.end()) return block;
    return no_id;
}

InstrId id_of(const Function& f, const Instr& instr) { return static_cast<InstrId>(&instr - f.instrs.data()); }

// Behind the call: the iterator, releases, and the jump to the header.
bool ends_in_iterator(const Function& f, const Block& block, InstrId call, InstrId get_iter) {
    auto at = std::ranges::find(block.instrs, call);
    bool iterated = false;
    for (++at; at != block.instrs.end(); ++at) {
        if (*at == get_iter) {
            iterated = true;
        } else if (const Op op = f.instr(*at).op; op == Op::Jump) {
            return iterated && f.instr(*at).targets[0].args.empty();
        } else if (op != Op::Release) {
            return false;
        }
    }
    return false;
}

// poll, iter.next, branch.null: nothing else.
bool is_plain_header(const Function& f, const Block& header, InstrId next) {
    std::vector<InstrId> rest;
    std::ranges::copy_if(header.instrs, std::back_inserter(rest), [&](InstrId id) { return f.instr(id).op != Op::Poll; });
    if (!header.params.empty() || rest.size() != 2 || rest[0] != next) return false;
    const Instr& branch = f.instr(rest[1]);
    return branch.op == Op::BranchNull && branch.operands[0] == f.instr(next).result &&
           std::ranges::all_of(branch.targets, [&](const Edge& edge) {
               return edge.args.empty() && f.block(edge.target).params.empty();
           });
}

// Behind its yield the block leads to an entry point, which nothing else leads to.
bool leads_to_entry(const Function& f, const Block& block) {
    const Instr& last = f.instr(block.instrs.back());
    if (last.op != Op::Jump || !last.targets[0].args.empty()) return false;
    const Block& behind = f.block(last.targets[0].target);
    return behind.is_loop_header && behind.params.empty() && f.instr(behind.instrs.front()).op == Op::Poll;
}

}  // namespace

std::optional<GeneratorLoopForm> generator_loop_of(const Function& generic, InstrId call) {
    const Instr* get_iter = only_use(generic, generic.instr(call).result);
    if (get_iter == nullptr || get_iter->op != Op::GetIter) return std::nullopt;
    const Instr* next = only_use(generic, get_iter->result);
    if (next == nullptr || next->op != Op::IterNext) return std::nullopt;
    GeneratorLoopForm made{.before = block_of(generic, call), .call = call, .next = id_of(generic, *next)};
    made.iterator = get_iter->result;
    if (made.before == no_id) return std::nullopt;
    const Block& before = generic.block(made.before);
    if (!ends_in_iterator(generic, before, call, id_of(generic, *get_iter))) return std::nullopt;
    made.header = block_of(generic, made.next);
    if (generic.terminator(made.before).targets[0].target != made.header) return std::nullopt;
    if (!is_plain_header(generic, generic.block(made.header), made.next)) return std::nullopt;
    const Instr& branch = generic.terminator(made.header);
    made.end = branch.targets[0].target;
    made.body = branch.targets[1].target;
    const std::vector<InstrId>& behind = generic.block(made.end).instrs;
    if (!is_release_of(generic.instr(behind.front()), made.iterator)) return std::nullopt;
    return made;
}

bool may_be_part_of_loop(const Function& generator) {
    size_t yields = 0, instructions = 0;
    for (const Block& block : generator.blocks) {
        instructions += block.instrs.size();
        for (InstrId id : block.instrs) {
            const Instr& instr = generator.instr(id);
            if (instr.op == Op::YieldFrom || instr.op == Op::ShowFrame) return false;
            if (instr.op != Op::Yield) continue;
            if (++yields > 1 || instr.error.exists() || !leads_to_entry(generator, block)) return false;
        }
    }
    const bool plain = std::ranges::all_of(generator.slots, [](const Slot& s) { return s.kind == Slot::Kind::Local; });
    return generator.is_generator && plain && yields == 1 && instructions <= most_instructions &&
           generator.block(0).params.empty();
}

namespace {

// Makes one function of the caller and its generators.
class Splicer {
  public:
    Splicer(const CompileRequest& request, const std::set<uint32_t>& refused)
        : from_(request), refused_(refused), made_(std::make_unique<CompileRequest>(request)), f_(*request.generic) {
        made_->callees.clear();
        made_->outer = request.generic;
    }

    std::unique_ptr<CompileRequest> run() {
        for (uint32_t index = 0; index < from_.generators.size(); ++index) append(index);
        for (GeneratorLoop& loop : appended_)
            if (!refused_.contains(loop.generator)) splice(loop);
        if (made_->generator_loops.empty()) return nullptr;
        made_->generic = std::make_shared<Function>(std::move(f_));
        made_->feedback.resize(made_->generic->values.size());
        made_->failures.resize(made_->generic->instrs.size());
        made_->leaves.resize(made_->generic->instrs.size());
        return std::move(made_);
    }

  private:
    // ---- the generator's code behind the caller's ----

    void append(uint32_t index) {
        const GeneratorFact& fact = from_.generators[index];
        const Function& body = *fact.generic;
        GeneratorLoop loop{.generator = index};
        loop.first_slot = static_cast<uint32_t>(f_.slots.size());
        loop.first_value = static_cast<uint32_t>(f_.values.size());
        loop.first_block = static_cast<uint32_t>(f_.blocks.size());
        loop.first_instr = fact.first_instr;
        const auto first_constant = static_cast<uint32_t>(f_.constants.size());
        f_.slots.insert(f_.slots.end(), body.slots.begin(), body.slots.end());
        for (Constant constant : body.constants) {
            constant.handle += fact.first_object;
            f_.constants.push_back(std::move(constant));
        }
        for (Value value : body.values) f_.values.push_back(moved(value, loop));
        for (const Instr& instr : body.instrs) f_.instrs.push_back(moved(instr, loop, first_constant));
        for (Block block : body.blocks) f_.blocks.push_back(moved(std::move(block), loop));
        f_.cache_count += body.cache_count;
        append_profile(fact, loop, first_constant);
        appended_.push_back(loop);
    }

    static Value moved(Value value, const GeneratorLoop& loop) {
        if (value.def != no_id) value.def += loop.first_instr;
        if (value.block != no_id) value.block += loop.first_block;
        return value;
    }

    static Block moved(Block block, const GeneratorLoop& loop) {
        for (ValueId& param : block.params) param += loop.first_value;
        for (InstrId& id : block.instrs) id += loop.first_instr;
        return block;
    }

    Instr moved(Instr instr, const GeneratorLoop& loop, uint32_t first_constant) const {
        const auto move_imm = [&](ImmKind kind, int64_t& imm) {
            if (kind == ImmKind::Slot) imm += loop.first_slot;
            if ((kind == ImmKind::Constant || kind == ImmKind::Name) && imm >= 0) imm += first_constant;
        };
        move_imm(info(instr.op).imm, instr.imm);
        move_imm(info(instr.op).imm2, instr.imm2);
        if (instr.result != no_id) instr.result += loop.first_value;
        instr.error = {};  // handled in the interpreter
        for_each_direct_use(instr, [&](ValueId& value) { value += loop.first_value; });
        for (Edge& edge : instr.targets) edge.target += loop.first_block;
        instr.unwind.clear();
        instr.error_retain.clear();
        if (instr.cache != no_id) instr.cache += f_.cache_count;
        return instr;
    }

    void append_profile(const GeneratorFact& fact, const GeneratorLoop& loop, uint32_t first_constant) {
        const auto append_to = [](auto& list, size_t first, const auto& more) {
            list.resize(first);
            list.insert(list.end(), more.begin(), more.end());
        };
        append_to(made_->feedback, loop.first_value, fact.feedback);
        append_to(made_->failures, loop.first_instr, fact.failures);
        append_to(made_->leaves, loop.first_instr, fact.leaves);
        for (ConstantInts ints : fact.tuples) {
            ints.constant += first_constant;
            made_->tuples.push_back(std::move(ints));
        }
    }

    // ---- the loop ----

    void splice(GeneratorLoop& loop) {
        const GeneratorFact& fact = from_.generators[loop.generator];
        const GeneratorLoopForm form = *generator_loop_of(*from_.generic, fact.call);
        loop.next = form.next;
        loop.iterator = form.iterator;
        const std::vector<InstrId>& behind = f_.block(form.end).instrs;
        loop.end = form.end;
        loop.behind_end = *std::ranges::find_if(behind, [&](InstrId id) { return f_.instr(id).op != Op::Release; });
        loop.function = add_object(fact.function);
        start(loop, form, fact);
        const BlockId taken = take_value(loop, form);
        split_at_yield(loop, taken);
        end_at_returns(loop, form);
        go_on_behind_yield(loop, form);
        made_->generator_loops.push_back(loop);
    }

    uint32_t add_object(uint32_t handle) {
        Constant made{};
        made.handle = handle;
        return f_.add_constant(std::move(made));
    }

    // `position`: what stands for it in frame states.
    InstrId append_to(BlockId block, Instr instr, InstrId position, Type type = Type::none()) {
        const InstrId id = f_.append(block, std::move(instr), type);
        made_->positions[id] = position;
        return id;
    }

    static Instr jump(BlockId target, std::vector<ValueId> args, SourceSpan span) {
        return {.op = Op::Jump, .targets = {{target, std::move(args)}}, .span = span};
    }

    // Instead of the call the arguments are stored, and the generator begins.
    void start(GeneratorLoop& loop, const GeneratorLoopForm& form, const GeneratorFact& fact) {
        const std::vector<ValueId> operands = f_.instr(fact.call).operands;
        const SourceSpan span = f_.instr(fact.call).span;
        std::vector<InstrId>& before = f_.block(form.before).instrs;
        before.erase(std::ranges::find(before, fact.call), before.end());
        loop.start = f_.add_block();
        append_to(form.before, jump(loop.start, {}, span), fact.call);
        const InstrId first = f_.block(loop.first_block).instrs.front();
        for (size_t i = 1; i < operands.size(); ++i)
            append_to(loop.start,
                      Instr{.op = Op::StoreLocal,
                            .operands = {operands[i]},
                            .imm = static_cast<int64_t>(loop.first_slot + i - 1),
                            .span = span},
                      first);
        append_to(loop.start, jump(loop.first_block, {}, span), first);
        // Nobody has the iterator, but the frame states of the loop name it.
        Value& iterator = f_.value(form.iterator);
        const InstrId get_iter = iterator.def;
        f_.instr(get_iter) = Instr{.op = Op::Null, .result = form.iterator, .span = span};
        std::vector<InstrId>& starts = f_.block(loop.start).instrs;
        starts.insert(starts.begin(), get_iter);
        made_->positions[get_iter] = first;
    }

    // The block that takes the value yielded in the place of the iter.next's result.
    BlockId take_value(const GeneratorLoop& loop, const GeneratorLoopForm& form) {
        const BlockId taken = f_.add_block();
        const ValueId value = f_.instr(form.next).result;
        f_.value(value) = {.type = f_.value(value).type, .def = no_id, .block = taken};
        f_.block(taken).params.push_back(value);
        const InstrId yield = yield_of(loop);
        append_to(taken, jump(form.body, {}, f_.instr(form.next).span), yield);
        return taken;
    }

    InstrId yield_of(const GeneratorLoop& loop) const {
        const Function& body = *from_.generators[loop.generator].generic;
        const auto yield = std::ranges::find(body.instrs, Op::Yield, &Instr::op);
        return static_cast<InstrId>(yield - body.instrs.begin()) + loop.first_instr;
    }

    // The value yielded is the consumer's; the one sent is None.
    void split_at_yield(GeneratorLoop& loop, BlockId taken) {
        loop.yield = yield_of(loop);
        const Instr yield = f_.instr(loop.yield);
        const BlockId block = block_of(f_, loop.yield);
        loop.resumed = f_.add_block();
        std::vector<InstrId>& instrs = f_.block(block).instrs;
        const auto at = std::ranges::find(instrs, loop.yield);
        std::vector<InstrId> behind(at + 1, instrs.end());
        instrs.erase(at + 1, instrs.end());
        f_.instr(loop.yield) = jump(taken, {yield.operands[0]}, yield.span);
        const auto drop = [&](ValueId value) {
            const auto release =
                std::ranges::find_if(behind, [&](InstrId id) { return is_release_of(f_.instr(id), value); });
            if (release != behind.end()) behind.erase(release);
        };
        drop(yield.operands[0]);
        Instr none{.op = Op::Const, .result = yield.result, .imm = none_constant(), .span = yield.span};
        const auto id = static_cast<InstrId>(f_.instrs.size());
        f_.instrs.push_back(std::move(none));
        f_.value(yield.result) = {.type = Type::boxed(TypeKind::NoneType), .def = id};
        made_->positions[id] = behind.front();
        behind.insert(behind.begin(), id);
        f_.block(loop.resumed).instrs = std::move(behind);
    }

    int64_t none_constant() {
        Constant made{};
        made.type = Type::boxed(TypeKind::NoneType);
        made.handle = no_id;
        return f_.add_constant(std::move(made));
    }

    void end_at_returns(const GeneratorLoop& loop, const GeneratorLoopForm& form) {
        const Function& body = *from_.generators[loop.generator].generic;
        for (InstrId id = 0; id < body.instrs.size(); ++id) {
            Instr& instr = f_.instr(id + loop.first_instr);
            if (instr.op == Op::Return) instr = jump(form.end, {}, instr.span);
        }
    }

    void go_on_behind_yield(const GeneratorLoop& loop, const GeneratorLoopForm& form) {
        for (Instr& instr : f_.instrs)
            for (Edge& edge : instr.targets)
                if (edge.target == form.header) edge.target = loop.resumed;
        f_.block(form.header).instrs.clear();
        f_.block(form.header).is_loop_header = false;
        append_to(form.header, jump(form.end, {}, {}), form.next);
        // The generator's own loop has the poll.
        std::vector<InstrId>& behind = f_.block(behind_yield(loop)).instrs;
        std::erase_if(behind, [&](InstrId id) { return f_.instr(id).op == Op::Poll; });
        f_.block(behind_yield(loop)).is_loop_header = false;
    }

    // Where the yield's block leads: an entry point, made for that.
    BlockId behind_yield(const GeneratorLoop& loop) const {
        return f_.instr(f_.block(loop.resumed).instrs.back()).targets[0].target;
    }

    const CompileRequest& from_;
    const std::set<uint32_t>& refused_;
    std::unique_ptr<CompileRequest> made_;
    Function f_;
    std::vector<GeneratorLoop> appended_;
};

}  // namespace

std::unique_ptr<CompileRequest> with_generators(const CompileRequest& request, const std::set<uint32_t>& refused) {
    if (request.generators.empty() || request.generic_only || request.generic->is_generator) return nullptr;
    return Splicer(request, refused).run();
}

std::map<uint32_t, const Instr*> showing_generators(const Function& specialised, const CompileRequest& request) {
    std::map<uint32_t, const Instr*> showing;
    const auto look_at = [&](const Instr& instr, FrameStateId state) {
        if (state == no_id) return;
        const VirtualObject* running = running_generator(specialised.frame_states[state]);
        if (running == nullptr) return;
        const OpInfo& row = info(instr.op);
        const bool shows = row.runs_foreign_code() || row.raises() ||
                           (instr.cache != no_id && instr.cache >= request.outer->cache_count);
        if (shows && instr.op != Op::Poll) showing.try_emplace(running->place.generator, &instr);
    };
    for (const Block& block : specialised.blocks)
        for (InstrId id : block.instrs) {
            look_at(specialised.instr(id), specialised.instr(id).before);
            look_at(specialised.instr(id), specialised.instr(id).after);
        }
    return showing;
}

}  // namespace aipy::opt
