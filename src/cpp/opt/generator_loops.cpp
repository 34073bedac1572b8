#include "opt/generator_loops.h"

#include <algorithm>

#include "ir/uses.h"

namespace aipy::opt {

using namespace ir;

namespace {

constexpr size_t most_instructions = 200;

bool is_release_of(const Instr& instr, ValueId value) { return instr.op == Op::Release && instr.operands[0] == value; }

bool gives_up(const Instr& instr, ValueId value) {
    return is_release_of(instr, value) || (instr.op == Op::Keep && instr.operands[0] == value);
}

// The only instruction that uses the value, and does not give it up; null where there are several, or it goes along an
// edge.
const Instr* only_use(const Function& f, ValueId value) {
    const Instr* found = nullptr;
    for (const Block& block : f.blocks)
        for (InstrId id : block.instrs) {
            const Instr& instr = f.instr(id);
            if (gives_up(instr, value)) continue;
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
    std::ranges::copy_if(header.instrs, std::back_inserter(rest),
                         [&](InstrId id) { return f.instr(id).op != Op::Poll; });
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

namespace {

std::optional<GeneratorLoopForm> loop_through(const Function& generic, InstrId call, const Instr& get_iter) {
    const Instr* next = only_use(generic, get_iter.result);
    if (next == nullptr || next->op != Op::IterNext) return std::nullopt;
    GeneratorLoopForm made{.before = block_of(generic, call), .call = call, .next = id_of(generic, *next)};
    made.iterator = get_iter.result;
    if (made.before == no_id) return std::nullopt;
    const Block& before = generic.block(made.before);
    if (!ends_in_iterator(generic, before, call, id_of(generic, get_iter))) return std::nullopt;
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

// f(generator) or owner.method(generator), which may have been loaded before; at once.
std::optional<GeneratorLoopForm> call_through(const Function& generic, InstrId call, const Instr& user) {
    const ValueId generator = generic.instr(call).result;
    const int64_t keywords = user.op == Op::CallMethod ? user.imm2 : user.imm;
    const size_t operands = user.op == Op::CallLoaded ? 3 : 2;
    if (keywords >= 0 || user.operands.size() != operands || user.operands.back() != generator) return std::nullopt;
    GeneratorLoopForm made{.before = block_of(generic, call), .call = call, .next = id_of(generic, user)};
    made.iterator = generator;
    if (made.before == no_id) return std::nullopt;
    const std::vector<InstrId>& before = generic.block(made.before).instrs;
    const auto first = std::ranges::find(before, call), last = std::ranges::find(before, made.next);
    if (last == before.end() || last < first) return std::nullopt;
    const bool at_once = std::all_of(first + 1, last, [&](InstrId id) { return generic.instr(id).op == Op::Release; });
    return at_once ? std::optional(made) : std::nullopt;
}

}  // namespace

std::optional<GeneratorLoopForm> generator_loop_of(const Function& generic, InstrId call) {
    const Instr* user = only_use(generic, generic.instr(call).result);
    if (user == nullptr) return std::nullopt;
    if (user->op == Op::GetIter) return loop_through(generic, call, *user);
    const bool calls = user->op == Op::Call || user->op == Op::CallMethod || user->op == Op::CallLoaded;
    return calls ? call_through(generic, call, *user) : std::nullopt;
}

std::optional<std::vector<ValueId>> cells_of_generator(const Function& generic, InstrId call) {
    const ValueId function = generic.instr(call).operands[0];
    const InstrId make = generic.value(function).def;
    if (make == no_id || generic.instr(make).op != Op::MakeFunction) return std::nullopt;
    const Instr& made = generic.instr(make);
    constexpr int64_t with_closure = 8;
    if (made.operands.size() != 1 || (made.imm2 & ~with_closure) != 0) return std::nullopt;
    if (only_use(generic, function) != &generic.instr(call)) return std::nullopt;
    const InstrId closure = generic.value(made.operands[0]).def;
    if (closure == no_id) return std::nullopt;
    if (generic.instr(closure).op == Op::Null) return std::vector<ValueId>{};
    if (generic.instr(closure).op != Op::BuildTuple || only_use(generic, made.operands[0]) != &made)
        return std::nullopt;
    return generic.instr(closure).operands;
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
    const bool plain = std::ranges::none_of(generator.slots, [](const Slot& s) { return s.kind == Slot::Kind::Cell; });
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
        made_->feedback.resize(f_.values.size());
        for (GeneratorLoop& loop : appended_)
            if (!refused_.contains(loop.generator)) splice(loop);
        if (made_->generator_loops.empty()) return nullptr;
        made_->generic = std::make_shared<Function>(std::move(f_));
        // What neither function has never ran, and is not waited for.
        made_->feedback.resize(made_->generic->values.size(), {.types = {}, .anything = true});
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
        if (has_something_so_far(fact.use)) f_.slots.push_back({.name = "so far"});
        loop.slot_count = static_cast<uint32_t>(f_.slots.size()) - loop.first_slot;
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

    static bool has_something_so_far(GeneratorUse use) {
        return use != GeneratorUse::Loop && use != GeneratorUse::Any && use != GeneratorUse::All;
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
        GeneratorLoopForm form = *generator_loop_of(*from_.generic, fact.call);
        form.before = block_of(f_, fact.call);  // what went before may have ended the block
        loop.next = form.next;
        loop.iterator = form.iterator;
        loop.yield = yield_of(loop);
        if (fact.make == no_id)
            loop.function = add_object(fact.function);
        else
            leave_unmade(fact);
        if (form.is_loop())
            go_through_by_loop(loop, form, fact);
        else
            go_through_by_call(loop, form, fact);
        made_->generator_loops.push_back(loop);
    }

    void go_through_by_loop(GeneratorLoop& loop, const GeneratorLoopForm& form, const GeneratorFact& fact) {
        const std::vector<InstrId>& behind = f_.block(form.end).instrs;
        loop.end = form.end;
        loop.behind_end = *std::ranges::find_if(behind, [&](InstrId id) { return f_.instr(id).op != Op::Release; });
        start(loop, form, fact);
        const ValueId value = f_.instr(form.next).result;
        const BlockId taken = add_block(loop);
        name_param(taken, value);
        append_to(taken, jump(form.body, {}, f_.instr(form.next).span), loop.yield);
        const BlockId resumed = split_at_yield(loop, taken);
        end_at_returns(loop, form.end);
        for (Instr& instr : f_.instrs)
            for (Edge& edge : instr.targets)
                if (edge.target == form.header) edge.target = resumed;
        f_.block(form.header).instrs.clear();
        f_.block(form.header).is_loop_header = false;
        append_to(form.header, jump(form.end, {}, {}), form.next);
    }

    // The value that is made here is now the block's parameter.
    void name_param(BlockId block, ValueId value) {
        f_.value(value) = {.type = f_.value(value).type, .def = no_id, .block = block};
        f_.block(block).params.push_back(value);
    }

    BlockId add_block(GeneratorLoop& loop) {
        loop.blocks.push_back(f_.add_block());
        return loop.blocks.back();
    }

    // What lies behind the call becomes a block of its own, which takes the call's result.
    void go_through_by_call(GeneratorLoop& loop, const GeneratorLoopForm& form, const GeneratorFact& fact) {
        const Instr user = f_.instr(form.next);
        loop.end = f_.add_block();
        std::vector<InstrId>& before = f_.block(form.before).instrs;
        const auto behind = std::ranges::find(before, form.next) + 1;
        f_.block(loop.end).instrs.assign(behind, before.end());
        before.erase(behind, before.end());
        const bool of_list = fact.use == GeneratorUse::OfList;
        if (!of_list) name_param(loop.end, user.result);
        start(loop, form, fact);
        const BlockId taken = add_block(loop), ended = add_block(loop);
        const ValueId item = f_.add_param(taken, Type::any());
        const BlockId resumed = split_at_yield(loop, taken);
        end_at_returns(loop, ended);
        if (fact.use == GeneratorUse::Sum)
            add_up(loop, taken, item, resumed, ended, user.span);
        else if (fact.use == GeneratorUse::Min || fact.use == GeneratorUse::Max)
            choose(loop, fact.use, taken, item, resumed, ended, user);
        else if (of_list || fact.use == GeneratorUse::List)
            make_list(loop, taken, item, resumed, ended, user);
        else
            look_for(loop, fact.use == GeneratorUse::Any, taken, item, resumed, ended, user.span);
    }

    // any and all: until an item is true, or one is not.
    void look_for(GeneratorLoop& loop, bool wanted, BlockId taken, ValueId item, BlockId resumed, BlockId ended,
                  SourceSpan span) {
        const BlockId found = add_block(loop);
        const InstrId test = append_to(taken, {.op = Op::Truth, .operands = {item}, .span = span}, loop.yield,
                                       Type::unboxed(TypeKind::Bool));
        Instr branch{.op = Op::Branch, .operands = {f_.instr(test).result}, .span = span};
        branch.targets = {{wanted ? found : resumed, {}}, {wanted ? resumed : found, {}}};
        append_to(taken, std::move(branch), loop.yield);
        append_to(found, {.op = Op::Release, .operands = {loop.iterator}, .span = span}, no_id);
        answer(loop, found, wanted, span);
        answer(loop, ended, !wanted, span);
    }

    void answer(const GeneratorLoop& loop, BlockId block, bool value, SourceSpan span) {
        Constant made{};
        made.type = Type::boxed(TypeKind::Bool);
        made.handle = no_id;
        made.integer = value ? 1 : 0;
        append_to(block, jump(loop.end, {append_constant(block, std::move(made), no_id)}, span), no_id);
    }

    ValueId append_constant(BlockId block, Constant constant, InstrId position) {
        const Type type = constant.type;
        Instr made{.op = Op::Const, .imm = f_.add_constant(std::move(constant))};
        return f_.instr(append_to(block, std::move(made), position, type)).result;
    }

    // What a call has so far has a slot behind the generator's.
    ValueId load_so_far(const GeneratorLoop& loop, BlockId block, SourceSpan span) {
        const auto slot = static_cast<int64_t>(loop.first_slot + loop.slot_count - 1);
        const InstrId made = append_to(block, {.op = Op::LoadLocal, .imm = slot, .span = span}, no_id, Type::any());
        return f_.instr(made).result;
    }

    void store_so_far(const GeneratorLoop& loop, BlockId block, ValueId value, InstrId position) {
        const auto slot = static_cast<int64_t>(loop.first_slot + loop.slot_count - 1);
        append_to(block, {.op = Op::StoreLocal, .operands = {value}, .imm = slot}, position);
    }

    // Before the jump to the generator's first block.
    template <typename F>
    void at_start(const GeneratorLoop& loop, F&& append) {
        const InstrId leads = f_.block(loop.start).instrs.back();
        f_.block(loop.start).instrs.pop_back();
        append(made_->positions[leads]);
        f_.block(loop.start).instrs.push_back(leads);
    }

    void add_up(GeneratorLoop& loop, BlockId taken, ValueId item, BlockId resumed, BlockId ended, SourceSpan span) {
        Constant zero{};
        zero.type = Type::boxed(TypeKind::Int);
        zero.handle = from_.generators[loop.generator].zero;
        at_start(loop, [&](InstrId position) {
            store_so_far(loop, loop.start, append_constant(loop.start, std::move(zero), position), position);
        });
        loop.addition = append_to(taken,
                                  {.op = Op::Binary,
                                   .operands = {load_so_far(loop, taken, span), item},
                                   .imm = static_cast<int64_t>(Operator::Add),
                                   .span = span},
                                  loop.yield, Type::any());
        store_so_far(loop, taken, f_.instr(loop.addition).result, loop.yield);
        append_to(taken, jump(resumed, {}, span), loop.yield);
        append_to(ended, jump(loop.end, {load_so_far(loop, ended, span)}, span), no_id);
    }

    // min and max: the first item, until another beats it. Where there is none the call raises.
    void choose(GeneratorLoop& loop, GeneratorUse use, BlockId taken, ValueId item, BlockId resumed, BlockId ended,
                const Instr& user) {
        const SourceSpan span = user.span;
        const BlockId compared = add_block(loop), chosen = add_block(loop), some = add_block(loop);
        loop.given = add_block(loop);
        loop.leaves = true;
        const auto branch_null = [&](BlockId block, ValueId value, BlockId null, BlockId other, InstrId position) {
            append_to(block,
                      {.op = Op::BranchNull, .operands = {value}, .targets = {{null, {}}, {other, {}}}, .span = span},
                      position);
        };
        const ValueId least = load_so_far(loop, taken, span);
        branch_null(taken, least, chosen, compared, loop.yield);
        const CompareOp beats = use == GeneratorUse::Min ? CompareOp::Less : CompareOp::Greater;
        const InstrId compare = append_to(
            compared, {.op = Op::Compare, .operands = {item, least}, .imm = static_cast<int64_t>(beats), .span = span},
            loop.yield, Type::any());
        const InstrId truth =
            append_to(compared, {.op = Op::Truth, .operands = {f_.instr(compare).result}, .span = span}, loop.yield,
                      Type::unboxed(TypeKind::Bool));
        append_to(compared,
                  {.op = Op::Branch,
                   .operands = {f_.instr(truth).result},
                   .targets = {{chosen, {}}, {resumed, {}}},
                   .span = span},
                  loop.yield);
        store_so_far(loop, chosen, item, loop.yield);
        append_to(chosen, jump(resumed, {}, span), loop.yield);
        const ValueId result = load_so_far(loop, ended, span);
        branch_null(ended, result, loop.given, some, no_id);
        append_to(some, jump(loop.end, {result}, span), no_id);
        // Of no items, as the call says.
        const InstrId none = append_to(loop.given, {.op = Op::BuildTuple, .span = span}, no_id, Type::any());
        store_so_far(loop, loop.given, f_.instr(none).result, no_id);
        f_.block(loop.given).instrs.push_back(loop.next);
        append_to(loop.given, jump(loop.end, {f_.instr(none).result}, span), no_id);
    }

    // The list is the result, or the call is given it.
    void make_list(GeneratorLoop& loop, BlockId taken, ValueId item, BlockId resumed, BlockId ended,
                   const Instr& user) {
        const InstrId call = from_.generators[loop.generator].call;
        // Made before the generator is: where code is run then, the call is made again.
        const InstrId build =
            append_to(loop.start, {.op = Op::BuildList, .error = user.error, .span = user.span}, call, Type::any());
        std::vector<InstrId>& begun = f_.block(loop.start).instrs;
        std::rotate(begun.begin(), begun.end() - 1, begun.end());
        made_->positions[begun[1]] = call;
        at_start(loop, [&](InstrId position) { store_so_far(loop, loop.start, f_.instr(build).result, position); });
        append_to(taken,
                  {.op = Op::ListAppend,
                   .operands = {load_so_far(loop, taken, user.span), item},
                   .error = user.error,
                   .span = user.span},
                  loop.yield);
        append_to(taken, jump(resumed, {}, user.span), loop.yield);
        const ValueId list = load_so_far(loop, ended, user.span);
        if (user.result == no_id || f_.value(user.result).block == loop.end)
            return void(append_to(ended, jump(loop.end, {list}, user.span), no_id));
        f_.instr(loop.next).operands.back() = list;
        f_.block(ended).instrs.push_back(loop.next);
        const InstrId behind = f_.block(loop.end).instrs.front();
        append_to(ended, jump(loop.end, {}, user.span), behind);
        loop.given = ended;
    }

    uint32_t add_object(uint32_t handle) {
        Constant made{};
        made.handle = handle;
        return f_.add_constant(std::move(made));
    }

    void leave_unmade(const GeneratorFact& fact) {
        const Instr make = f_.instr(fact.make);
        const std::vector<ValueId> cells = *cells_of_generator(*from_.generic, fact.call);
        made_->unmade_functions.push_back({make.result, static_cast<uint32_t>(make.imm), cells});
        const auto become_null = [&](InstrId id) {
            f_.instr(id) = Instr{.op = Op::Null, .result = f_.instr(id).result, .span = f_.instr(id).span};
        };
        become_null(fact.make);
        if (!cells.empty()) become_null(f_.value(make.operands[0]).def);
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
        loop.start = add_block(loop);
        append_to(form.before, jump(loop.start, {}, span), fact.call);
        const InstrId first = f_.block(loop.first_block).instrs.front();
        const auto store = [&](size_t slot, ValueId value) {
            append_to(loop.start,
                      {.op = Op::StoreLocal,
                       .operands = {value},
                       .imm = static_cast<int64_t>(loop.first_slot + slot),
                       .span = span},
                      first);
        };
        // Nobody has the iterator, but the frame states of the loop name it.
        const InstrId made = f_.value(form.iterator).def;
        f_.instr(made) = Instr{.op = Op::Null, .result = form.iterator, .span = span};
        f_.block(loop.start).instrs.push_back(made);
        made_->positions[made] = first;
        for (size_t i = 1; i < operands.size(); ++i) store(i - 1, operands[i]);
        if (fact.make != no_id) {
            const std::vector<ValueId>& cells = made_->unmade_functions.back().cells;
            const std::vector<Slot>& slots = from_.generators[loop.generator].generic->slots;
            for (size_t slot = 0, next = 0; slot < slots.size(); ++slot)
                if (slots[slot].kind == Slot::Kind::Free) store(slot, cells[next++]);
        }
        append_to(loop.start, jump(loop.first_block, {}, span), first);
    }

    InstrId yield_of(const GeneratorLoop& loop) const {
        const Function& body = *from_.generators[loop.generator].generic;
        const auto yield = std::ranges::find(body.instrs, Op::Yield, &Instr::op);
        return static_cast<InstrId>(yield - body.instrs.begin()) + loop.first_instr;
    }

    // The value yielded is the consumer's; the one sent is None. Gives the block behind.
    BlockId split_at_yield(GeneratorLoop& loop, BlockId taken) {
        const Instr yield = f_.instr(loop.yield);
        const BlockId block = block_of(f_, loop.yield);
        const BlockId resumed = add_block(loop);
        std::vector<InstrId>& instrs = f_.block(block).instrs;
        const auto at = std::ranges::find(instrs, loop.yield);
        std::vector<InstrId> behind(at + 1, instrs.end());
        instrs.erase(at + 1, instrs.end());
        f_.instr(loop.yield) = jump(taken, {yield.operands[0]}, yield.span);
        const auto release =
            std::ranges::find_if(behind, [&](InstrId id) { return is_release_of(f_.instr(id), yield.operands[0]); });
        if (release != behind.end()) behind.erase(release);
        Instr none{.op = Op::Const, .result = yield.result, .imm = none_constant(), .span = yield.span};
        const auto id = static_cast<InstrId>(f_.instrs.size());
        f_.instrs.push_back(std::move(none));
        f_.value(yield.result) = {.type = Type::boxed(TypeKind::NoneType), .def = id};
        made_->positions[id] = behind.front();
        behind.insert(behind.begin(), id);
        // The generator's own loop has the poll.
        Block& entry = f_.block(f_.instr(behind.back()).targets[0].target);
        std::erase_if(entry.instrs, [&](InstrId poll) { return f_.instr(poll).op == Op::Poll; });
        entry.is_loop_header = false;
        f_.block(resumed).instrs = std::move(behind);
        return resumed;
    }

    void end_at_returns(const GeneratorLoop& loop, BlockId end) {
        const Function& body = *from_.generators[loop.generator].generic;
        for (InstrId id = 0; id < body.instrs.size(); ++id) {
            Instr& instr = f_.instr(id + loop.first_instr);
            if (instr.op == Op::Return) instr = jump(end, {}, instr.span);
        }
    }

    int64_t none_constant() {
        Constant made{};
        made.type = Type::boxed(TypeKind::NoneType);
        made.handle = no_id;
        return f_.add_constant(std::move(made));
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
        const bool shows = row.runs_foreign_code() || (row.raises() && instr.op != Op::ListAppend) ||
                           (instr.cache != no_id && instr.cache >= request.outer->cache_count);
        if (shows && instr.op != Op::Poll) showing.try_emplace(running->place.generator, &instr);
    };
    const auto look_at_sum = [&](const Instr& instr) {
        const auto loop = std::ranges::find(request.generator_loops, instr.origin, &GeneratorLoop::addition);
        if (instr.origin == no_id || loop == request.generator_loops.end() || instr.result == no_id) return;
        // Floats are summed in another way than by additions.
        if (specialised.value(instr.result).type.kind != TypeKind::Int) showing.try_emplace(loop->generator, &instr);
    };
    for (const Block& block : specialised.blocks)
        for (InstrId id : block.instrs) {
            look_at_sum(specialised.instr(id));
            look_at(specialised.instr(id), specialised.instr(id).before);
            look_at(specialised.instr(id), specialised.instr(id).after);
        }
    return showing;
}

}  // namespace aipy::opt
