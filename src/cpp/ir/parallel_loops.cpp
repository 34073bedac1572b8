#include "ir/parallel_loops.h"

#include <algorithm>
#include <map>

#include "ir/dominators.h"
#include "ir/uses.h"

namespace aipy::ir {

namespace {

using Carried = ParallelLoop::Carried;

// Ops that neither touch what other threads may change meanwhile, but for elements of arrays, nor count references.
bool runs_without_gil(const Function& function, const Instr& instr) {
    const OpInfo& row = info(instr.op);
    if (instr.op == Op::Poll) return true;
    if (row.runs_foreign_code() || row.raises() || row.has_helper()) return false;
    if (row.result() == 'O' || row.result() == 'N') return false;
    if (row.effects == EffectClass::Pure) return true;
    switch (instr.op) {
        case Op::Jump:
        case Op::Branch:
        case Op::BranchNull:
        case Op::Leave:
        case Op::ParallelLoop:
        case Op::ArrayLoad:
        case Op::ArrayStore:
        case Op::ArrayDim:
        case Op::ArrayItem:
        case Op::IntsGet:
        case Op::IntsSet:
        case Op::FloatsGet:
        case Op::FloatsSet:
        case Op::BoolsGet:
        case Op::BoolsSet:
        case Op::TupleLength:
        case Op::TuplePeek:
        case Op::GuardType:
        case Op::RangeStart:
        case Op::RangeStop:
        case Op::RangeStep: return true;
        case Op::ListLength: return is_number_list(function.value(instr.operands[0]).type.kind);
        default: return false;
    }
}

// Whether the body of a native call does nothing but compute: then it can be done again from its start, in the
// interpreter, and so may end anywhere.
bool only_computes(const Function* body, const Callees& callees) {
    if (body == nullptr || body->return_type.is_object()) return false;
    for (BlockId id = 1; id < body->blocks.size(); ++id)
        for (InstrId instr_id : body->block(id).instrs) {
            const Instr& instr = body->instr(instr_id);
            const bool ends = instr.op == Op::Return || instr.op == Op::ReturnParts;
            const bool calls =
                instr.op == Op::CallNative && only_computes(callees(static_cast<size_t>(instr.imm)), callees);
            const bool looks = instr.op == Op::GuardUnderflow;  // once, before the loop
            const bool stores = info(instr.op).effects == EffectClass::Writes;
            if (!ends && !calls && !looks && (stores || !runs_without_gil(*body, instr))) return false;
        }
    return true;
}

std::string describe(const Instr& instr) {
    if (!called_bodies(instr).empty() || instr.op == Op::CallSelf)
        return "it calls a Python function that does more than compute a number";
    if (info(instr.op).runs_foreign_code())
        return "it works with Python objects (" + std::string(info(instr.op).text) + ")";
    if (info(instr.op).has_helper())
        return "it makes or changes Python objects (" + std::string(info(instr.op).text) + ")";
    return "it uses what other threads may change (" + std::string(info(instr.op).text) + ")";
}

// The kind of reduction that an op is a step of, and whether only its first operand can be what came so far.
struct Step {
    Carried carried;
    bool first_only = false;
    bool of_floats = false;
};
std::optional<Step> step_of(Op op) {
    switch (op) {
        case Op::IAdd:
        case Op::WAdd: return Step{Carried::Sum};
        case Op::ISub:
        case Op::WSub: return Step{Carried::Sum, true};
        case Op::FAdd: return Step{Carried::Sum, false, true};
        case Op::FSub: return Step{Carried::Sum, true, true};
        case Op::IMul:
        case Op::WMul: return Step{Carried::Product};
        case Op::FMul: return Step{Carried::Product, false, true};
        case Op::IMin: return Step{Carried::Least};
        case Op::IMax: return Step{Carried::Greatest};
        case Op::FMin: return Step{Carried::Least, true};
        case Op::FMax: return Step{Carried::Greatest, true};
        case Op::IAnd: return Step{Carried::And};
        case Op::IOr: return Step{Carried::Or};
        case Op::IXor: return Step{Carried::Xor};
        default: return std::nullopt;
    }
}

// Whether parts of it are put together as integers or doubles are.
bool adds_up(TypeKind kind) {
    switch (kind) {
        case TypeKind::Int:
        case TypeKind::NumpyI64:
        case TypeKind::IntOrNumpyI64:
        case TypeKind::Float:
        case TypeKind::NumpyF64:
        case TypeKind::FloatOrNumpy: return true;
        default: return false;
    }
}

// Whether the op gives the value on as it is, or only looks whether it fits.
bool passes_on(Op op) { return op == Op::RetypeI64 || op == Op::RetypeF64 || op == Op::GuardFinite; }

class Search {
  public:
    Search(const Function& function, bool reorder_floats, const Callees& callees)
        : f_(function),
          dominators_(function),
          reorder_floats_(reorder_floats),
          callees_(callees),
          ways_in_(function.blocks.size()) {
        for (BlockId id = 0; id < f_.blocks.size(); ++id)
            for (InstrId instr : f_.block(id).instrs)
                for_each_edge(f_.instr(instr), [&](const Edge& edge) { ways_in_[edge.target].push_back({id, &edge}); });
    }

    ParallelLoops run() {
        for (BlockId id : reverse_post_order(f_)) {
            const auto marker = std::ranges::find_if(
                f_.block(id).instrs, [&](InstrId instr) { return f_.instr(instr).op == Op::ParallelLoop; });
            if (marker == f_.block(id).instrs.end()) continue;
            const bool nested = std::ranges::any_of(found_.loops, [&](const auto& loop) { return loop.inside[id]; });
            if (nested) continue;
            loop_ = {};
            loop_.header = id;
            loop_.line = f_.instr(*marker).span.line;
            why_.clear();
            if (examine())
                found_.loops.push_back(loop_);
            else
                found_.refused.push_back({loop_.line, why_});
        }
        return std::move(found_);
    }

  private:
    struct Way {
        BlockId from;
        const Edge* edge;
    };

    bool refuse(std::string why) {
        if (why_.empty()) why_ = std::move(why);
        return false;
    }
    bool refuse(const Instr& instr, std::string why) {
        return refuse("line " + std::to_string(instr.span.line) + ": " + std::move(why));
    }

    bool examine() {
        if (f_.is_generator) return refuse("a generator's loop runs in its own thread");
        find_blocks();
        return header_fits() && ends_at_header() && all_ops_fit() && all_params_fit() && stores_fit();
    }

    const Block& header() const { return f_.block(loop_.header); }
    bool goes_back(const Way& way) const { return loop_.inside[way.from]; }

    void find_blocks() {
        loop_.inside.assign(f_.blocks.size(), false);
        loop_.leaving.assign(f_.blocks.size(), false);
        loop_.inside[loop_.header] = true;
        std::vector<BlockId> work;
        auto enter = [&](BlockId id) {
            if (loop_.inside[id]) return;
            loop_.inside[id] = true;
            work.push_back(id);
        };
        for (const Way& way : ways_in_[loop_.header])
            if (dominators_.block_dominates(loop_.header, way.from)) enter(way.from);
        while (!work.empty()) {
            const BlockId id = work.back();
            work.pop_back();
            for (const Way& way : ways_in_[id]) enter(way.from);
        }
    }

    bool header_fits() {
        for (BlockId id = 0; id < f_.blocks.size(); ++id)
            if (loop_.inside[id] && !dominators_.block_dominates(loop_.header, id))
                return refuse("the loop was entered in its middle");
        const Instr& end = f_.terminator(loop_.header);
        const InstrId test = end.op == Op::Branch ? f_.value(end.operands[0]).def : no_id;
        if (test == no_id || f_.instr(test).op != Op::RangeMore) return refuse("its iterations are not counted");
        if (!loop_.inside[end.targets[0].target] || loop_.inside[end.targets[1].target])
            return refuse("its iterations are not counted");
        for (InstrId id : header().instrs)
            if (f_.instr(id).op == Op::Poll && loop_.poll == no_id) loop_.poll = id;
        if (loop_.poll == no_id || f_.instr(loop_.poll).before == no_id) return refuse("its header does not poll");
        const auto place = [&](size_t operand) {
            const auto found = std::ranges::find(header().params, f_.instr(test).operands[operand]);
            return static_cast<uint32_t>(found - header().params.begin());
        };
        loop_.counter = place(0);
        loop_.stop = place(1);
        loop_.step = place(2);
        const size_t count = header().params.size();
        if (loop_.counter >= count || loop_.stop >= count || loop_.step >= count)
            return refuse("its iterations are not counted");
        return true;
    }

    // Its own end, or what leaves at once.
    bool ends_at_header() {
        for (BlockId id = 0; id < f_.blocks.size(); ++id) {
            if (!loop_.inside[id]) continue;
            for (InstrId instr : f_.block(id).instrs) {
                const Instr& from = f_.instr(instr);
                if (from.error.exists() && from.op != Op::Poll && !calls_number(from))
                    return refuse(from, describe(from));
                for (const Edge& edge : from.targets) {
                    if (loop_.inside[edge.target] || &edge == &f_.terminator(loop_.header).targets[1]) continue;
                    if (f_.terminator(edge.target).op != Op::Leave)
                        return refuse(from, "break, return and raise end the iterations in their order");
                    loop_.leaving[edge.target] = true;
                }
            }
        }
        return true;
    }

    bool calls_number(const Instr& instr) const {
        return instr.op == Op::CallNative && only_computes(callees_(static_cast<size_t>(instr.imm)), callees_);
    }

    bool is_part(BlockId id) const { return loop_.inside[id] || loop_.leaving[id]; }

    template <typename F>
    void for_each_instr(F&& visit) const {
        for (BlockId id = 0; id < f_.blocks.size(); ++id) {
            if (!is_part(id)) continue;
            for (InstrId instr : f_.block(id).instrs) visit(f_.instr(instr), id);
        }
    }

    bool all_ops_fit() {
        bool fits = true;
        for_each_instr([&](const Instr& instr, BlockId) {
            if (fits && !runs_without_gil(f_, instr) && !calls_number(instr)) fits = refuse(instr, describe(instr));
        });
        return fits;
    }

    // ---- what is carried on ----

    bool all_params_fit() {
        loop_.params.resize(header().params.size());
        for (uint32_t i = 0; i < loop_.params.size(); ++i)
            if (!param_fits(i)) return false;
        for (uint32_t i = 0; i < loop_.params.size(); ++i)
            if (loop_.params[i].carried == Carried::Set && !set_fits(i)) return false;
        if (loop_.params[loop_.stop].carried != Carried::Same || loop_.params[loop_.step].carried != Carried::Same)
            return refuse("its range changes");
        loop_.params[loop_.stop].carried = Carried::Stop;
        return true;
    }

    // Where values go that edges pass, starting with a parameter of the header.
    std::set<ValueId> moves_of(ValueId param) const {
        std::set<ValueId> moved{param};
        for (bool grows = true; grows;) {
            grows = false;
            for_each_instr([&](const Instr& instr, BlockId) {
                for (const Edge& edge : instr.targets) {
                    if (!is_part(edge.target) || edge.target == loop_.header) continue;
                    for (size_t i = 0; i < edge.args.size(); ++i)
                        if (moved.contains(edge.args[i])) grows |= moved.insert(f_.block(edge.target).params[i]).second;
                }
            });
        }
        return moved;
    }

    bool param_fits(uint32_t index) {
        const ValueId param = header().params[index];
        ParallelLoop::Param& made = loop_.params[index];
        if (index == loop_.counter) {
            made.carried = Carried::Counter;
            return counter_fits(param, index) || refuse("its iterations are not counted");
        }
        const std::set<ValueId> moved = moves_of(param);
        const Instr* user = nullptr;
        for_each_instr([&](const Instr& instr, BlockId) {
            for (ValueId operand : instr.operands)
                if (moved.contains(operand) && user == nullptr) user = &instr;
        });
        bool comes_back = false, is_set = false;
        for (const Way& way : ways_in_[loop_.header]) {
            if (!goes_back(way)) continue;
            (moved.contains(way.edge->args[index]) ? comes_back : is_set) = true;
        }
        is_set |= takes_others(moved, param);
        if (!is_set) {
            made.carried = Carried::Same;
            return true;
        }
        if (f_.value(param).type.is_object())
            return refuse(*source_of(index), "an object is carried to the next iteration");
        if (user == nullptr) {
            made.carried = comes_back ? Carried::Set : Carried::Last;
            return true;
        }
        return reduction_fits(index, *user);
    }

    bool counter_fits(ValueId param, uint32_t index) const {
        return std::ranges::all_of(ways_in_[loop_.header], [&](const Way& way) {
            if (!goes_back(way)) return true;
            const InstrId def = f_.value(way.edge->args[index]).def;
            return def != no_id && f_.instr(def).op == Op::IAddWrap && f_.instr(def).operands[0] == param &&
                   f_.instr(def).operands[1] == header().params[loop_.step];
        });
    }

    // Whether one of the parameters is passed anything else.
    bool takes_others(const std::set<ValueId>& moved, ValueId but) const {
        return std::ranges::any_of(moved, [&](ValueId value) {
            return value != but &&
                   std::ranges::any_of(args_of(value), [&](ValueId arg) { return !moved.contains(arg); });
        });
    }

    std::vector<ValueId> args_of(ValueId param) const {
        const BlockId block = f_.value(param).block;
        std::vector<ValueId> args;
        if (block == no_id) return args;
        const auto& params = f_.block(block).params;
        const auto index = static_cast<size_t>(std::ranges::find(params, param) - params.begin());
        for (const Way& way : ways_in_[block])
            if (block != loop_.header || goes_back(way)) args.push_back(way.edge->args[index]);
        return args;
    }

    // The instruction whose result the next iteration gets, for people.
    const Instr* source_of(uint32_t index) const {
        for (const Way& way : ways_in_[loop_.header]) {
            const InstrId def = goes_back(way) ? f_.value(way.edge->args[index]).def : no_id;
            if (def != no_id) return &f_.instr(def);
        }
        return &f_.instr(loop_.poll);
    }

    // Nobody asks whether it was set in vain: it is not used behind the loop, or a bit tells.
    bool set_fits(uint32_t index) {
        const ValueId param = header().params[index];
        ParallelLoop::Param& made = loop_.params[index];
        if (f_.value(param).type.rep == Rep::Bit) return bit_fits(index);
        for (const VirtualObject& object : f_.frame_states[f_.instr(loop_.poll).before].virtuals) {
            if (object.kind != VirtualObject::Kind::Optional || object.parts[0].kind != StateValue::Kind::Value)
                continue;
            if (object.parts[0].index != param || object.parts[1].kind != StateValue::Kind::Value) continue;
            const auto bit = std::ranges::find(header().params, object.parts[1].index);
            if (bit != header().params.end()) made.set_with = static_cast<uint32_t>(bit - header().params.begin());
        }
        if (made.set_with != no_id) return true;
        return !used_behind(param) ||
               refuse(*source_of(index), "some iterations set what is used behind the loop, others leave it as it was");
    }

    // It changes in one direction only.
    bool bit_fits(uint32_t index) {
        const ValueId param = header().params[index];
        const std::set<ValueId> moved = moves_of(param);
        std::set<int64_t> values;
        auto take = [&](ValueId arg) {
            if (moved.contains(arg)) return;
            const InstrId def = f_.value(arg).def;
            values.insert(def != no_id && f_.instr(def).op == Op::ConstBit ? f_.instr(def).imm : -1);
        };
        for (ValueId value : moved)
            for (ValueId arg : args_of(value)) take(arg);
        loop_.params[index].carried = Carried::Or;
        return values == std::set<int64_t>{1} ||
               refuse(*source_of(index), "some iterations set what others leave as it was");
    }

    bool used_behind(ValueId param) const {
        const std::set<ValueId> moved = moves_of(param);
        for (BlockId id = 0; id < f_.blocks.size(); ++id) {
            if (is_part(id)) continue;
            for (InstrId instr : f_.block(id).instrs) {
                bool used = false;
                for_each_direct_use(f_.instr(instr), [&](ValueId value) { used |= moved.contains(value); });
                if (used) return true;
            }
        }
        const Edge& end = f_.terminator(loop_.header).targets[1];
        return std::ranges::any_of(end.args, [&](ValueId arg) { return moved.contains(arg); });
    }

    // ---- reductions ----

    // All values that are what came so far, from the parameter to what the next iteration gets.
    bool reduction_fits(uint32_t index, const Instr& user) {
        const ValueId param = header().params[index];
        std::set<ValueId> chain{param};
        std::optional<Step> kind;
        const Instr* other = nullptr;
        bool floats = false;
        for (bool grows = true; grows && other == nullptr;) {
            grows = false;
            for_each_instr([&](const Instr& instr, BlockId) {
                if (other != nullptr) return;
                for (const Edge& edge : instr.targets) grows |= extend_by(edge, index, chain);
                size_t uses = 0;
                for (ValueId operand : instr.operands) uses += chain.contains(operand) ? 1 : 0;
                if (uses == 0) return;
                const std::optional<Step> step = step_of(instr.op);
                if (passes_on(instr.op)) {
                    if (instr.result != no_id) grows |= chain.insert(instr.result).second;
                } else if (step && uses == 1 && (!kind || kind->carried == step->carried) &&
                           (!step->first_only || chain.contains(instr.operands[0]))) {
                    kind = step;
                    floats |= step->of_floats;
                    grows |= chain.insert(instr.result).second;
                } else {
                    other = &instr;
                }
            });
        }
        if (other != nullptr || !kind) return refuse_dependence(index, other == nullptr ? user : *other);
        if (!chain_is_closed(chain, param) || !states_show(chain)) return refuse_dependence(index, user);
        const bool adds = kind->carried == Carried::Sum || kind->carried == Carried::Product;
        if (adds && !adds_up(f_.value(param).type.kind))
            return refuse(*source_of(index), "numbers of this kind are summed up in their order only");
        if (floats && adds && !reorder_floats_)
            return refuse(
                *source_of(index),
                "a sum or product of floats has other last digits in another order; fastmath=True allows that");
        loop_.params[index] = {kind->carried, no_id, std::move(chain)};
        return true;
    }

    bool refuse_dependence(uint32_t index, const Instr& use) {
        const Instr& source = *source_of(index);
        return refuse("line " + std::to_string(use.span.line) + " needs what line " + std::to_string(source.span.line) +
                      " computed in the iteration before");
    }

    bool extend_by(const Edge& edge, uint32_t index, std::set<ValueId>& chain) const {
        if (!is_part(edge.target)) return false;
        bool grows = false;
        for (size_t i = 0; i < edge.args.size(); ++i) {
            if (!chain.contains(edge.args[i])) continue;
            if (edge.target == loop_.header && i != index) continue;  // found not closed, if it matters there
            grows |= chain.insert(f_.block(edge.target).params[i]).second;
        }
        return grows;
    }

    // Nothing else comes in, and nothing goes to another of the loop's parameters.
    bool chain_is_closed(const std::set<ValueId>& chain, ValueId param) const {
        for (ValueId value : chain)
            for (ValueId arg : args_of(value))
                if (!chain.contains(arg)) return false;
        const auto index = static_cast<size_t>(std::ranges::find(header().params, param) - header().params.begin());
        return std::ranges::all_of(ways_in_[loop_.header], [&](const Way& way) {
            if (!goes_back(way)) return true;
            for (size_t i = 0; i < way.edge->args.size(); ++i)
                if (i != index && chain.contains(way.edge->args[i])) return false;
            return true;
        });
    }

    // Frame states have it as it is, or as one of two kinds of number.
    bool states_show(const std::set<ValueId>& chain) const {
        bool fits = true;
        for_each_instr([&](const Instr& instr, BlockId) {
            for (FrameStateId id : {instr.before, instr.after}) {
                if (id == no_id) continue;
                for (const VirtualObject& object : f_.frame_states[id].virtuals) {
                    const bool shows =
                        object.kind == VirtualObject::Kind::Number || object.kind == VirtualObject::Kind::Optional;
                    for (const StateValue& part : object.parts)
                        fits &= shows || part.kind != StateValue::Kind::Value || !chain.contains(part.index);
                }
            }
        });
        return fits;
    }

    // ---- elements of arrays ----

    // An index as `factor` times the counter, plus what does not change in the loop.
    struct Linear {
        int64_t factor = 0, offset = 0;
        ValueId rest = no_id;  // added, or none
        bool operator==(const Linear&) const = default;
    };

    std::optional<int64_t> constant(ValueId value) const {
        const InstrId def = f_.value(value).def;
        if (def == no_id || f_.instr(def).op != Op::ConstI64) return std::nullopt;
        return f_.instr(def).imm;
    }

    bool is_outside(ValueId value) const {
        const BlockId block =
            f_.value(value).block != no_id ? f_.value(value).block : dominators_.block_of(f_.value(value).def);
        return !is_part(block);
    }

    ValueId source(ValueId value) const {
        for (uint32_t i = 0; i < loop_.params.size(); ++i)
            if (header().params[i] == value && loop_.params[i].carried == Carried::Same)
                for (const Way& way : ways_in_[loop_.header])
                    if (!goes_back(way)) return way.edge->args[i];
        return value;
    }

    std::optional<Linear> linear(ValueId value, int depth = 0) const {
        if (value == header().params[loop_.counter]) return Linear{1, 0, no_id};
        if (const auto known = constant(value)) return Linear{0, *known, no_id};
        value = source(value);
        if (is_outside(value)) return Linear{0, 0, value};
        const InstrId def = f_.value(value).def;
        if (def == no_id || depth > 6) return std::nullopt;
        const Instr& instr = f_.instr(def);
        if (instr.op != Op::IAdd && instr.op != Op::ISub && instr.op != Op::IAddWrap && instr.op != Op::IMul)
            return instr.op == Op::RetypeI64 ? linear(instr.operands[0], depth + 1) : std::nullopt;
        const auto a = linear(instr.operands[0], depth + 1), b = linear(instr.operands[1], depth + 1);
        if (!a || !b) return std::nullopt;
        if (instr.op == Op::IMul) {
            const Linear &known = a->factor == 0 && a->rest == no_id ? *a : *b, &of = &known == &*a ? *b : *a;
            if (known.factor != 0 || known.rest != no_id || of.rest != no_id) return std::nullopt;
            return Linear{known.offset * of.factor, known.offset * of.offset, no_id};
        }
        const int64_t sign = instr.op == Op::ISub ? -1 : 1;
        if (b->rest != no_id && (sign < 0 || a->rest != no_id)) return std::nullopt;
        return Linear{a->factor + sign * b->factor, a->offset + sign * b->offset, a->rest != no_id ? a->rest : b->rest};
    }

    struct Access {
        const Instr* instr;
        bool stores;
        std::vector<std::optional<Linear>> indices;
    };

    // What one iteration stores, another one neither loads nor stores, as far as that can be seen.
    bool stores_fit() {
        std::map<ValueId, std::vector<Access>> accesses;
        for_each_instr([&](const Instr& instr, BlockId) {
            const bool to_list = instr.op == Op::IntsSet || instr.op == Op::FloatsSet || instr.op == Op::BoolsSet;
            const bool from_list = instr.op == Op::IntsGet || instr.op == Op::FloatsGet || instr.op == Op::BoolsGet;
            const bool stores = instr.op == Op::ArrayStore || to_list;
            const bool loads = instr.op == Op::ArrayLoad || from_list;
            if (!stores && !loads) return;
            Access access{&instr, stores, {}};
            const size_t first = instr.op == Op::ArrayStore ? 2 : 1;
            const size_t end = to_list ? 2 : instr.operands.size();
            for (size_t i = first; i < end; ++i) access.indices.push_back(linear(instr.operands[i]));
            accesses[source(instr.operands[0])].push_back(std::move(access));
        });
        for (const auto& [array, of_array] : accesses)
            for (const Access& store : of_array)
                if (store.stores && !apart(store, of_array)) return false;
        return true;
    }

    bool apart(const Access& store, const std::vector<Access>& accesses) {
        for (const Access& other : accesses) {
            if (other.indices.size() != store.indices.size()) continue;
            if (meet(store, other)) {
                if (&other == &store) return refuse(*store.instr, "each iteration stores to the same element");
                return refuse("line " + std::to_string(other.instr->span.line) + " uses elements that line " +
                              std::to_string(store.instr->span.line) + " stores in other iterations");
            }
        }
        return true;
    }

    // Whether two iterations surely come to one element: all indices are known, and one iteration's are another's.
    static bool meet(const Access& a, const Access& b) {
        bool moves = false;
        std::optional<int64_t> distance;
        for (size_t i = 0; i < a.indices.size(); ++i) {
            const auto &of_a = a.indices[i], &of_b = b.indices[i];
            if (!of_a || !of_b || of_a->factor != of_b->factor || of_a->rest != of_b->rest) return false;
            const int64_t apart = of_a->offset - of_b->offset;
            if (of_a->factor == 0) {
                if (apart != 0) return false;
                continue;
            }
            if (apart % of_a->factor != 0 || (moves && distance != apart / of_a->factor)) return false;
            distance = apart / of_a->factor;
            moves = true;
        }
        return !moves || *distance != 0;
    }

    const Function& f_;
    const Dominators dominators_;
    const bool reorder_floats_;
    const Callees& callees_;
    std::vector<std::vector<Way>> ways_in_;
    ParallelLoops found_;
    ParallelLoop loop_;
    std::string why_;
};

bool is_part_block(const ParallelLoop& loop, BlockId id) { return loop.inside[id] || loop.leaving[id]; }

bool is_constant(const Instr& instr) {
    return instr.op == Op::ConstI64 || instr.op == Op::ConstF64 || instr.op == Op::ConstBit || instr.op == Op::Const ||
           instr.op == Op::Null;
}

}  // namespace

ParallelLoops find_parallel_loops(const Function& function, bool reorder_floats, const Callees& callees) {
    const bool any =
        std::ranges::any_of(function.instrs, [](const Instr& instr) { return instr.op == Op::ParallelLoop; });
    return any ? Search(function, reorder_floats, callees).run() : ParallelLoops{};
}

std::vector<ValueId> captured_values(const Function& function, const ParallelLoop& loop) {
    std::set<ValueId> used, made;
    for (BlockId id = 0; id < function.blocks.size(); ++id) {
        if (!is_part_block(loop, id)) continue;
        made.insert(function.block(id).params.begin(), function.block(id).params.end());
        for (InstrId instr_id : function.block(id).instrs) {
            const Instr& instr = function.instr(instr_id);
            if (instr.result != no_id) made.insert(instr.result);
            used.insert(instr.operands.begin(), instr.operands.end());
            for (const Edge& edge : instr.targets)
                if (is_part_block(loop, edge.target)) used.insert(edge.args.begin(), edge.args.end());
            for (FrameStateId state : {instr.before, instr.after}) {
                if (state == no_id) continue;
                const std::vector<ValueId> layout = state_layout(function.frame_states[state]);
                used.insert(layout.begin(), layout.end());
            }
        }
    }
    std::vector<ValueId> captured;
    std::ranges::set_difference(used, made, std::back_inserter(captured));
    return captured;
}

Function make_part(const Function& function, const ParallelLoop& loop, std::vector<ValueId>& captured) {
    Function part = function;
    captured = captured_values(function, loop);
    std::vector<InstrId> constants;
    std::erase_if(captured, [&](ValueId value) {
        const InstrId def = function.value(value).def;
        if (def == no_id || !is_constant(function.instr(def))) return false;
        constants.push_back(def);
        return true;
    });
    for (BlockId id = 0; id < part.blocks.size(); ++id) {
        Block& block = part.block(id);
        if (is_part_block(loop, id)) {
            std::erase_if(block.instrs, [&](InstrId instr) { return part.instr(instr).op == Op::ParallelLoop; });
            for (InstrId instr : block.instrs) part.instr(instr).error = {};  // they leave instead
            continue;
        }
        block = {};
    }
    part.blocks[0].params = captured;
    for (ValueId value : captured) {
        part.value(value).def = no_id;
        part.value(value).block = 0;
    }
    part.blocks[0].instrs = constants;
    Instr enter{.op = Op::Jump};
    enter.targets.push_back({loop.header, {}});
    for (ValueId param : function.block(loop.header).params) {
        const ValueId begins = part.add_param(0, function.value(param).type);
        part.value(begins).natural = function.value(param).natural;
        enter.targets[0].args.push_back(begins);
    }
    part.append(0, enter, Type::none());
    const BlockId done = part.add_block();
    Edge& end = part.instr(part.block(loop.header).instrs.back()).targets[1];
    end = {done, {}};
    Instr result{.op = Op::ReturnParts};
    result.operands = part.block(loop.header).params;
    part.append(done, result, Type::none());
    return part;
}

}  // namespace aipy::ir
