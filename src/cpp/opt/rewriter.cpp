// Blocks, params and edges of a rewrite, and the one switch that sends each op to its function.
#include "opt/rewriter.h"

#include <algorithm>
#include <iterator>

namespace aipy::opt {

using namespace ir;
using types::Fact;

Rewriter::Rewriter(const Promoted& promoted, const Inference& inference, const NativeCallees& callees,
                   const CompileRequest& request, CompileResult& result)
    : promoted_(promoted),
      p_(promoted.function),
      inference_(inference),
      callees_(callees),
      request_(request),
      result_(result),
      s_(*result.function),
      dominators_(promoted.function),
      observed_(observed_floats(promoted, inference)),
      held_(promoted.function.values.size()),
      own_body_(inference.calls_itself || request.native_body) {}

void Rewriter::run() {
    s_.name = p_.name;
    s_.file = p_.file;
    s_.slots = p_.slots;
    s_.parameter_count = p_.parameter_count;
    s_.constants = p_.constants;
    s_.specialised = true;
    s_.is_generator = p_.is_generator;
    s_.release_order = p_.release_order;
    s_.native_body = own_body_;
    Fact returned = inference_.returned;
    bool one_value =
        request_.native_body ? types::is_register_value(returned.kind) : types::is_machine_value(returned.kind);
    bool unboxed = one_value && !returned.nullable;
    s_.return_type = unboxed ? Type::unboxed(returned.kind) : Type::any();
    if (request_.native_body && !unboxed && returned.known() && !returned.nullable) s_.return_type = returned.boxed();
    for (const Fact& part : inference_.returned_parts) s_.returned_parts.push_back(Type::unboxed(part.kind));
    if (!s_.returned_parts.empty()) s_.return_type = s_.returned_parts.front();
    make_blocks();
    for (BlockId block : reverse_post_order(p_)) rewrite_block(block);
}

// ---- blocks -------------------------------------------------------------------------------------------------

void Rewriter::make_blocks() {
    block_map_.assign(p_.blocks.size(), no_id);
    s_.add_block();
    for (BlockId block : reverse_post_order(p_)) {
        bool entry_itself = block == 0 && !own_body_;
        BlockId made = entry_itself ? 0 : s_.add_block();
        block_map_[block] = made;
        s_.block(made).is_handler = p_.block(block).is_handler;
        s_.block(made).is_loop_header = p_.block(block).is_loop_header;
        s_.block(made).cold = p_.block(block).cold;
        if (block != 0) make_params(block);
    }
}

void Rewriter::make_params(BlockId block) {
    BlockId made = block_map_[block];
    for (ValueId param : p_.block(block).params) {
        Fact known = fact(param);
        Held& held = held_[param];
        held.kind = known.kind;
        if (inference_.iterations[param].known()) {
            held.form = Held::Form::Elements;
            const Iteration& iteration = inference_.iterations[param];
            for (size_t i = 0; i < iteration.sequences.size(); ++i) {
                const bool is_constant = iteration.ints[i] != nullptr;
                held.sequences.push_back(is_constant ? no_id : s_.add_param(made, iteration.sequences[i].boxed()));
            }
            held.range[0] = s_.add_param(made, Type::i64());
            s_.values[held.range[0]].natural = true;
        } else if (inference_.as_parts[param]) {
            held.form = Held::Form::Range;
            for (ValueId& part : held.range) part = s_.add_param(made, Type::i64());
            s_.values[held.range[0]].natural = known.nonneg;
        } else if (known.kind == TypeKind::Bottom) {
            held.form = Held::Form::Null;
        } else if (known.kind == TypeKind::Complex) {
            held.form = Held::Form::Complex;
            for (size_t i = 0; i < 2; ++i) held.range[i] = s_.add_param(made, Type::f64());
            if (known.nullable) held.present = s_.add_param(made, Type::bit());
        } else if (types::is_unboxable(known.kind)) {
            held.form = Held::Form::Unboxed;
            held.value = s_.add_param(made, Type::unboxed(known.kind));
            s_.values[held.value].natural = is_natural(param);
            if (types::is_tagged(known.kind)) held.tag = s_.add_param(made, Type::bit());
            if (known.nullable) held.present = s_.add_param(made, Type::bit());
        } else {
            held.form = Held::Form::Object;
            const bool may_be_any = known.nullable && !is_native_list(known.kind);
            held.value = s_.add_param(made, may_be_any ? Type::any() : known.boxed());
        }
    }
}

void Rewriter::make_entry_values() {
    for (ValueId param : p_.block(0).params) hold_object(param, s_.add_param(0, Type::any()));
    block_ = 0;
    promoted_block_ = 0;
    before_ = p_.terminator(0).before;
    guard_entry();
    if (!own_body_) return guard_underflow();
    // The native body takes the unboxed arguments; what calls it natively has nothing to guard.
    BlockId body = block_map_[0];
    Edge edge{.target = body, .args = {}};
    for (ValueId param : p_.block(0).params) {
        const bool is_number = types::is_unboxable(kind(param));
        edge.args.push_back(is_number ? number(param, natural_rep(kind(param))) : object(param));
    }
    Instr jump{};
    jump.op = Op::Jump;
    jump.targets.push_back(std::move(edge));
    s_.append(0, std::move(jump), Type::none());
    for (ValueId param : p_.block(0).params) {
        if (types::is_unboxable(kind(param)))
            hold_unboxed(param, kind(param), s_.add_param(body, Type::unboxed(kind(param))));
        else
            hold_object(param, s_.add_param(body, fact(param).known() ? fact(param).boxed() : Type::any()));
    }
    block_ = body;
    guard_underflow();  // native calls come by no other way
}

void Rewriter::guard_underflow() {
    if (may_underflow()) emit(Op::GuardUnderflow);
}

void Rewriter::guard_entry() {
    for (ValueId param : p_.block(0).params) {
        Fact known = fact(param);
        if (!inference_.guarded[param]) continue;
        if (known.kind == TypeKind::Bottom && known.nullable) {
            emit_typed(Op::GuardType, Type::boxed(TypeKind::Null), {held(param).value},
                       encode_type(Type::boxed(TypeKind::Null)));
            held(param) = Held{};
            held(param).form = Held::Form::Null;
            continue;
        }
        if (!known.known()) continue;
        ValueId original = held(param).value;
        ValueId object = emit_typed(Op::GuardType, known.boxed(), {original}, encode_type(known.boxed()));
        if (inference_.as_parts[param]) {
            guard_range_iterator(param, object);
        } else if (known.kind == TypeKind::Complex && !own_body_) {
            hold_complex(param, parts_instead(object));
            if (request_.entry.at_call() || s_.is_generator) held(param).boxes.push_back({0, object});
        } else if (types::is_unboxable(known.kind)) {
            const ValueId number = unbox_instead(param, object, before_);
            if (is_natural(param)) guard_natural(number);
            hold_unboxed(param, known.kind, number);
            // The caller, or a generator's frame, has the box still.
            if ((request_.entry.at_call() && !own_body_) || s_.is_generator) held(param).boxes.push_back({0, object});
        } else {
            hold_object(param, object);
            if (known.is(TypeKind::Function) && !request_.native_body) guard_function(object, known.detail);
        }
    }
}

// Whether some op becomes one that NumPy warns of when it is told to look at underflow, here or in what is called
// natively, which need not look again then.
bool Rewriter::may_underflow() const {
    if (!request_.ignores_underflow) return false;
    return std::ranges::any_of(p_.instrs, [&](const Instr& instr) {
        if (const auto form = array_form(instr); form && form->is_float()) return true;
        if (const auto form = reduction_form(instr); form && form->may_underflow()) return true;
        if (ufunc_form(instr)) return true;
        if (instr.result != no_id && inference_.native[instr.result]) {
            const auto call = native_call(instr, p_, inference_);
            return call && std::ranges::any_of(call->callees, [&](uint32_t i) { return callees_.may_underflow(i); });
        }
        if (instr.op != Op::Binary) return false;
        auto typed =
            types::typed_binary(static_cast<Operator>(instr.imm), kind(instr.operands[0]), kind(instr.operands[1]));
        return typed && typed->may_underflow && typed_allowed(instr);
    });
}

// The parts of a range iterator that a running loop brings. A constant step, where the source has one, is checked
// once, so that the loop is as plain as one entered at the call.
void Rewriter::guard_range_iterator(ValueId param, ValueId object) {
    Held made;
    made.form = Held::Form::Range;
    made.kind = TypeKind::RangeIter;
    made.range = {emit(Op::RangeStart, {object}), emit(Op::RangeStop, {object}), emit(Op::RangeStep, {object})};
    if (std::optional<int64_t> step = expected_step(param)) {
        ValueId expected = const_i64(*step);
        emit(Op::GuardBit, {emit(Op::ICmp, {made.range[2], expected}, static_cast<int64_t>(CompareOp::Equal))});
        made.range[2] = expected;
    }
    emit(Op::RangeCheck, {made.range[1], made.range[2]});
    if (fact(param).nonneg)
        for (ValueId part : {made.range[0], made.range[2]}) guard_natural(part);
    held(param) = made;
}

void Rewriter::guard_natural(ValueId number) {
    emit(Op::GuardBit, {emit(Op::ICmp, {number, const_i64(0)}, static_cast<int64_t>(CompareOp::GreaterEqual))});
}

static bool names_reversed(const Function& generic, ValueId callee) {
    const InstrId load = generic.value(callee).def;
    return load != no_id && generic.instr(load).op == Op::LoadGlobal &&
           generic.constants[static_cast<size_t>(generic.instr(load).imm)].text == "reversed";
}

std::optional<int64_t> Rewriter::expected_step(ValueId param) const {
    const Function& generic = *request_.generic;
    InstrId iterator = generic.value(promoted_.generic[param]).def;
    if (iterator == no_id || generic.instr(iterator).op != Op::GetIter) return std::nullopt;
    InstrId call = generic.value(generic.instr(iterator).operands[0]).def;
    if (call == no_id || (generic.instr(call).op != Op::Call && generic.instr(call).op != Op::CallMethod))
        return std::nullopt;
    const std::vector<ValueId>& operands = generic.instr(call).operands;
    if (names_reversed(generic, operands[0])) return -1;
    if (operands.size() < 4) return 1;
    InstrId step = generic.value(operands[3]).def;
    if (step == no_id || generic.instr(step).op != Op::Const) return std::nullopt;
    return generic.constants[static_cast<size_t>(generic.instr(step).imm)].integer;
}

void Rewriter::rewrite_block(BlockId block) {
    if (block == 0) {
        make_entry_values();
    } else {
        block_ = block_map_[block];
        promoted_block_ = block;
    }
    const std::vector<InstrId>& instrs = p_.block(block).instrs;
    for (size_t i = 0; i < instrs.size(); ++i) {
        box_returned(instrs, i);
        current_ = &p_.instr(instrs[i]);
        before_ = before_expression_ != no_id ? before_expression_ : current_->before;
        rewrite_instr(*current_);
    }
}

// The box of a returned number is made before the first local dies: the state it may leave with has all of them.
void Rewriter::box_returned(const std::vector<InstrId>& instrs, size_t index) {
    auto is_keep = [&](size_t i) { return p_.instr(instrs[i]).op == Op::Keep; };
    if (!is_keep(index) || (index > 0 && is_keep(index - 1)) || s_.return_type.rep != Rep::Object) return;
    while (is_keep(index)) ++index;
    if (p_.instr(instrs[index]).op != Op::Return) return;
    current_ = &p_.instr(instrs[index]);
    before_ = current_->before;
    const Held::Form form = held(current_->operands[0]).form;
    if (form == Held::Form::Unboxed || form == Held::Form::Complex) object(current_->operands[0]);
    if (returns_objects_of(current_->operands[0])) returned_list_ = list_of_objects(current_->operands[0]);
}

// ---- edges --------------------------------------------------------------------------------------------------

Edge Rewriter::map_edge(const Edge& edge, size_t first_param) {
    Edge made{.target = block_map_[edge.target], .args = {}};
    const std::vector<ValueId>& params = p_.block(edge.target).params;
    for (size_t i = 0; i < edge.args.size(); ++i) pass_value(edge.args[i], params[i + first_param], made.args);
    return made;
}

void Rewriter::pass_value(ValueId argument, ValueId param, std::vector<ValueId>& args) {
    // The param's form was fixed by make_params; its Held is only read here.
    const Held& target = held_[param];
    Fact known = fact(param);
    if (target.form == Held::Form::Elements) {
        std::ranges::copy_if(held_[argument].sequences, std::back_inserter(args),
                             [](ValueId sequence) { return sequence != no_id; });
        args.push_back(held_[argument].range[0]);
    } else if (inference_.as_parts[param]) {
        const Held source = held_[argument];
        for (size_t i = 0; i < 3; ++i)
            args.push_back(source.form == Held::Form::Range ? source.range[i] : const_i64(0));
    } else if (known.kind == TypeKind::Bottom) {
        return;
    } else if (target.form == Held::Form::Complex) {
        const bool is_object = held_[argument].form == Held::Form::Object;
        const Parts parts = is_object ? parts_instead(held_[argument].value) : complex_parts(argument);
        args.insert(args.end(), {parts.real, parts.imag});
        if (target.present == no_id) return;
        const Held source = held_[argument];
        args.push_back(source.present != no_id ? source.present : const_bit(source.form != Held::Form::Null));
    } else if (target.form == Held::Form::Unboxed) {
        // An int becomes a double here: only one that a double holds exactly may, so that it can go back.
        bool exact =
            target.tag != no_id && natural_rep(known.kind) == Rep::F64 && natural_rep(held_[argument].kind) == Rep::I64;
        args.push_back(exact ? emit(Op::IToFExact, {number(argument, Rep::I64)})
                             : number(argument, natural_rep(known.kind)));
        // An object goes on as a number.
        const bool unboxed_here =
            held_[argument].form == Held::Form::Object || held_[argument].form == Held::Form::Constant;
        if (unboxed_here && natural_rep(known.kind) == Rep::F64 && observed_[param] != Observed::Never)
            guard_no_nan(args.back());
        if (target.tag != no_id) args.push_back(tag_of(argument, known.kind));
        if (target.present == no_id) return;
        const Held source = held_[argument];
        args.push_back(source.present != no_id ? source.present : const_bit(source.form != Held::Form::Null));
    } else {
        args.push_back(nullable_object(argument));
    }
}

// ---- ops ----------------------------------------------------------------------------------------------------

void Rewriter::rewrite_instr(const Instr& instr) {
    if (rewrite_number_list(instr)) return;
    switch (instr.op) {
        case Op::Const: return hold_constant(instr.result, static_cast<uint32_t>(instr.imm));
        case Op::Null: held(instr.result).form = Held::Form::Null; return;
        case Op::GuardType: return rewrite_guard(instr);
        case Op::CheckLocal: return rewrite_check_local(instr);
        case Op::LoadGlobal: return rewrite_global(instr);
        case Op::LoadAttr: return rewrite_load_attribute(instr);
        case Op::StoreAttr: return rewrite_store_attribute(instr);
        case Op::LoadCell: return rewrite_load_cell(instr);
        case Op::StoreCell: return rewrite_store_cell(instr);
        case Op::Binary: return rewrite_binary(instr);
        case Op::Unary: return rewrite_unary(instr);
        case Op::Compare: return rewrite_compare(instr);
        case Op::Contains: return rewrite_contains(instr);
        case Op::Truth: return rewrite_truth(instr);
        case Op::Is: return rewrite_is(instr);
        case Op::Call: return rewrite_call(instr);
        case Op::CallMethod: return rewrite_call_method(instr);
        case Op::LoadMethod: return rewrite_load_method(instr);
        case Op::MethodSelf: return rewrite_method_self(instr);
        case Op::CallLoaded:
            if (!rewrite_native_call(instr) && !rewrite_builtin_method(instr)) rewrite_generic(instr);
            return;
        case Op::GetIter: return rewrite_get_iter(instr);
        case Op::IterNext: return rewrite_iter_next(instr);
        case Op::IterState: return rewrite_iter_state(instr);
        case Op::Subscript: return rewrite_subscript(instr);
        case Op::StoreSubscript: return rewrite_store_subscript(instr);
        case Op::BuildTuple: return rewrite_build(instr, Held::Form::Tuple, TypeKind::Tuple);
        case Op::BuildSlice: return rewrite_build(instr, Held::Form::Slice, TypeKind::Slice);
        case Op::UnpackSequence: return rewrite_unpack(instr);
        case Op::TupleItem: return rewrite_tuple_item(instr);
        case Op::Keep: return rewrite_keep(instr);
        case Op::BranchNull: return rewrite_branch_null(instr);
        case Op::Return: return rewrite_return(instr);
        case Op::Suspend: return rewrite_suspend(instr);
        case Op::BNot:
            return hold_unboxed(instr.result, TypeKind::Bool, emit(Op::BNot, {number(instr.operands[0], Rep::Bit)}));
        case Op::BoxBit: held(instr.result) = held(instr.operands[0]); return;
        default: return rewrite_generic(instr);
    }
}

}  // namespace aipy::opt
