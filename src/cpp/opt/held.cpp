// How values are held: the forms, conversions between them, frame states, and appending instructions.
#include <bit>

#include "opt/rewriter.h"
#include "opt/unspecialisable.h"
#include "support/check.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// ---- emitting -----------------------------------------------------------------------------------------------

ValueId Rewriter::emit(Op op, std::vector<ValueId> operands, int64_t imm, int64_t imm2) {
    return emit_typed(op, default_result_type(op), std::move(operands), imm, imm2);
}

// Every instruction gets a frame state of its own: what is owned at it is its own too (see opt/lifetimes.h).
ValueId Rewriter::emit_typed(Op op, Type type, std::vector<ValueId> operands, int64_t imm, int64_t imm2) {
    Instr instr{};
    instr.op = op;
    instr.operands = std::move(operands);
    instr.imm = imm;
    instr.imm2 = imm2;
    if (current_) {
        instr.span = current_->span;
        instr.origin = current_->origin;
    }
    if (info(op).needs_frame_state()) {
        AIPY_CHECK(before_ != no_id, "an op that may leave is made where there is no frame state");
        instr.before = map_state(before_);
    }
    return s_.instr(s_.append(block_, std::move(instr), type)).result;
}

ValueId Rewriter::const_i64(int64_t value) { return emit(Op::ConstI64, {}, value); }
ValueId Rewriter::const_bit(bool value) { return emit(Op::ConstBit, {}, value ? 1 : 0); }
ValueId Rewriter::const_f64(double value) { return emit(Op::ConstF64, {}, std::bit_cast<int64_t>(value)); }

uint32_t Rewriter::constant_index(const GlobalFact& fact) {
    auto [it, made] = fact_constants_.try_emplace(fact.handle, 0);
    if (made) {
        Constant constant{};
        constant.type = fact.type;
        constant.handle = fact.handle;
        constant.integer = fact.integer;
        constant.number = fact.number;
        it->second = s_.add_constant(std::move(constant));
    }
    return it->second;
}

// ---- holding ------------------------------------------------------------------------------------------------

void Rewriter::hold_object(ValueId value, ValueId object) {
    Held made;
    made.form = Held::Form::Object;
    made.value = object;
    made.kind = kind(value);
    held_[value] = std::move(made);
}

// The number's own type is what an exit boxes it as.
void Rewriter::hold_unboxed(ValueId value, TypeKind kind, ValueId number, ValueId present) {
    Type type = s_.value(number).type;
    if (type.kind != kind && kind != TypeKind::Number) {
        Op op = type.rep == Rep::I64 ? Op::RetypeI64 : type.rep == Rep::F64 ? Op::RetypeF64 : Op::RetypeBit;
        number = emit_typed(op, Type::unboxed(kind), {number});
    }
    if (is_natural(value)) s_.values[number].natural = true;
    Held made;
    made.form = Held::Form::Unboxed;
    made.kind = kind;
    made.value = number;
    made.present = present;
    held_[value] = std::move(made);
}

bool Rewriter::is_natural(ValueId value) const { return fact(value).nonneg && fact(value).is(TypeKind::Int); }

void Rewriter::hold_constant(ValueId value, uint32_t constant) {
    Held made;
    made.form = Held::Form::Constant;
    made.kind = s_.constants[constant].type.kind;
    made.constant = constant;
    held_[value] = std::move(made);
}

// ---- using --------------------------------------------------------------------------------------------------

ValueId Rewriter::object(ValueId value) {
    Held& held = held_[value];
    switch (held.form) {
        case Held::Form::Object: return held.value;
        case Held::Form::Unboxed: return box(value);
        case Held::Form::Constant:
            return emit_typed(Op::Const, s_.constants[held.constant].type.as_boxed(), {}, held.constant);
        case Held::Form::Null: return emit_typed(Op::Null, Type::boxed(TypeKind::Null), {});
        case Held::Form::Tuple: return make_tuple(held);
        case Held::Form::Slice: return make_slice(held);
        case Held::Form::Complex: return box_complex(value);
        case Held::Form::Row:
        case Held::Form::Elements:
        case Held::Form::Element:
        case Held::Form::Parts:
        case Held::Form::Expression:
        case Held::Form::Range:
        case Held::Form::None: break;
    }
    AIPY_UNREACHABLE();
}

// The object, or null where the value may be absent.
ValueId Rewriter::nullable_object(ValueId value) {
    ValueId present = held_[value].present;
    ValueId boxed = object(value);
    return present == no_id ? boxed : emit_typed(Op::NullUnless, Type::any(), {boxed, present});
}

ValueId Rewriter::make_tuple(const Held& held) {
    std::vector<ValueId> items;
    for (ValueId item : held.items) items.push_back(object(item));
    return emit_typed(Op::BuildTuple, Type::boxed(TypeKind::Tuple), std::move(items));
}

ValueId Rewriter::make_slice(const Held& held) {
    std::vector<ValueId> bounds;
    for (ValueId bound : std::vector<ValueId>(held.items)) bounds.push_back(object(bound));
    return emit_typed(Op::BuildSlice, Type::boxed(TypeKind::Slice), std::move(bounds));
}

// Whether all of `block` (a promoted block) has run whenever the current promoted instruction runs.
bool Rewriter::completed_before(BlockId block) const {
    if (block == promoted_block_) return true;
    const std::vector<InstrId>& from = p_.block(block).instrs;
    const std::vector<InstrId>& here = p_.block(promoted_block_).instrs;
    return dominators_.dominates(from.back(), here.front());
}

ValueId Rewriter::box(ValueId value) {
    Held& held = held_[value];
    for (auto& [block, boxed] : held.boxes)
        if (completed_before(block)) return boxed;
    const bool tagged = types::is_tagged(held.kind), numpy = types::is_numpy_scalar(held.kind);
    Op op = Op::BoxI64;
    switch (natural_rep(held.kind)) {
        case Rep::I64:
            op = tagged ? Op::BoxEitherI64 : numpy ? Op::BoxNumpyI64 : Op::BoxI64;
            if (held.kind == TypeKind::Word) op = Op::BoxWord;
            break;
        case Rep::F64: op = tagged ? Op::BoxEitherF64 : numpy ? Op::BoxNumpyF64 : Op::BoxF64; break;
        case Rep::Bit: op = numpy ? Op::BoxNumpyBool : Op::BoxBit; break;
        case Rep::Object:
        case Rep::None: AIPY_UNREACHABLE();
    }
    if (natural_rep(held.kind) == Rep::F64 && observed_[value] == Observed::Often) guard_no_nan(held.value);
    std::vector<ValueId> operands{held.value};
    if (tagged) operands.push_back(held.tag);
    const bool has_kind = info(op).imm == ImmKind::Integer;
    ValueId boxed = emit_typed(op, Type::boxed(tagged ? TypeKind::Any : held.kind), std::move(operands),
                               has_kind ? static_cast<int64_t>(held.kind) : 0);
    held.boxes.push_back({promoted_block_, boxed});
    return boxed;
}

ValueId Rewriter::number(ValueId value, Rep rep) {
    const Held& held = held_[value];
    switch (held.form) {
        case Held::Form::Unboxed: return convert(held.value, natural_rep(held.kind), rep);
        case Held::Form::Constant: {
            const Constant constant = s_.constants[held.constant];
            if (constant.type.kind == TypeKind::Float) return convert(const_f64(constant.number), Rep::F64, rep);
            if (constant.type.kind == TypeKind::Bool && rep == Rep::Bit) return const_bit(constant.integer != 0);
            if (rep == Rep::F64) return convert(const_i64(constant.integer), Rep::I64, rep);
            return const_i64(constant.integer);
        }
        case Held::Form::Null:
            return rep == Rep::F64 ? const_f64(0) : rep == Rep::Bit ? const_bit(false) : const_i64(0);
        case Held::Form::Object: {
            // Code that inference did not reach, or an object that must be this kind: checked here.
            TypeKind kind = rep == Rep::F64 ? TypeKind::Float : rep == Rep::Bit ? TypeKind::Bool : TypeKind::Int;
            Type type = Type::boxed(kind);
            return unbox(emit_typed(Op::GuardType, type, {held.value}, encode_type(type)), kind, before_);
        }
        case Held::Form::Range:
        case Held::Form::Tuple:
        case Held::Form::Slice:
        case Held::Form::Complex:
        case Held::Form::Row:
        case Held::Form::Elements:
        case Held::Form::Element:
        case Held::Form::Parts:
        case Held::Form::Expression:
        case Held::Form::None: break;
    }
    AIPY_UNREACHABLE();
}

// The bit that tells which of the two kinds of `target` the value is.
ValueId Rewriter::tag_of(ValueId value, TypeKind target) {
    const Held& held = held_[value];
    if (held.tag != no_id) return held.tag;
    if (held.form == Held::Form::Object) {
        // number() lets only a Python float or int pass.
        if (target == TypeKind::IntOrNumpyF64) emit(Op::GuardBit, {const_bit(false)});
        return const_bit(target == TypeKind::Number);
    }
    return const_bit(held.kind == types::tagged_kind(target));
}

void Rewriter::check_float(ValueId value) {
    if (kind(value) == TypeKind::Number) emit(Op::GuardBit, {tag_of(value, TypeKind::Number)});
}

ValueId Rewriter::convert(ValueId number, Rep from, Rep to) {
    if (from == to) return number;
    if (from == Rep::Bit) number = emit(Op::BToI, {number});
    if (to == Rep::F64) return emit(Op::IToF, {number});
    AIPY_CHECK(to == Rep::I64, "no conversion between these representations");
    return number;
}

ValueId Rewriter::unbox(ValueId object, TypeKind kind, FrameStateId state) {
    FrameStateId saved = before_;
    before_ = state;
    ValueId number = no_id;
    switch (natural_rep(kind)) {
        case Rep::I64: {
            Op op = kind == TypeKind::Word ? Op::UnboxWord : Op::UnboxI64;
            number = emit_typed(op, Type::unboxed(kind), {object});
            break;
        }
        case Rep::F64: number = emit_typed(Op::UnboxF64, Type::unboxed(kind), {object}); break;
        case Rep::Bit: number = emit_typed(Op::UnboxBit, Type::unboxed(kind), {object}); break;
        case Rep::Object:
        case Rep::None: AIPY_UNREACHABLE();
    }
    before_ = saved;
    return number;
}

// The number goes on instead of its object: opt/nan_identity.h.
ValueId Rewriter::unbox_instead(ValueId value, ValueId object, FrameStateId state) {
    const ValueId number = unbox(object, kind(value), state);
    if (natural_rep(kind(value)) != Rep::F64 || observed_[value] == Observed::Never) return number;
    const FrameStateId saved = before_;
    before_ = state;
    guard_no_nan(number);
    before_ = saved;
    return number;
}

// For a native call, which gets no object with it.
ValueId Rewriter::passed_number(ValueId value, TypeKind parameter) {
    const ValueId passed = number(value, natural_rep(parameter));
    const Held::Form form = held_[value].form;
    const bool leaves_its_object = form == Held::Form::Object || form == Held::Form::Constant;
    if (natural_rep(parameter) == Rep::F64 && (leaves_its_object || observed_[value] == Observed::Often))
        guard_no_nan(passed);
    return passed;
}

void Rewriter::guard_no_nan(ValueId number) {
    emit(Op::GuardBit, {emit(Op::FCmp, {number, number}, static_cast<int64_t>(CompareOp::Equal))});
}

// ---- frame states -------------------------------------------------------------------------------------------

FrameStateId Rewriter::map_state(FrameStateId promoted_state) {
    const FrameState& from = p_.frame_states[promoted_state];
    FrameState made;
    made.position = from.position;
    state_ranges_.clear();
    for (const StateValue& slot : from.slots) made.slots.push_back(map_state_value(slot, from, made));
    for (const FrameState::Temporary& temporary : from.temporaries)
        made.temporaries.push_back({temporary.generic, map_state_value(temporary.value, from, made)});
    return s_.add_frame_state(std::move(made));
}

// Promotion makes no other virtual objects than generators, each in one place.
StateValue Rewriter::map_state_value(StateValue value, const FrameState& from, FrameState& state) {
    if (value.kind == StateValue::Kind::Value) return state_of(value.index, state);
    if (value.kind != StateValue::Kind::Virtual) return value;
    VirtualObject made = from.virtuals[value.index];
    for (StateValue& part : made.parts) part = map_state_value(part, from, state);
    return add_virtual(std::move(made), state);
}

// What stands in several places is one object there too: equal numbers and tuples are made once, ranges once a value.
StateValue Rewriter::state_of(ValueId value, FrameState& state) {
    const Held& held = held_[value];
    auto at = [](size_t index) { return StateValue{StateValue::Kind::Virtual, static_cast<uint32_t>(index)}; };
    auto virtual_object = [&](VirtualObject object) {
        for (size_t i = 0; i < state.virtuals.size(); ++i)
            if (state.virtuals[i] == object) return at(i);
        state.virtuals.push_back(std::move(object));
        return at(state.virtuals.size() - 1);
    };
    auto plain = [](ValueId id) { return StateValue{StateValue::Kind::Value, id}; };
    if (inference_.modular[value]) {
        // Native code has the low bits only: the interpreter computes it anew.
        const Instr& made = p_.instr(p_.value(value).def);
        const StateValue left = state_of(made.operands[0], state), right = state_of(made.operands[1], state);
        const Operator operation = plain_operator(static_cast<Operator>(made.imm));
        return virtual_object({VirtualObject::Kind::Operation, {left, right}, operation});
    }
    switch (held.form) {
        case Held::Form::Object: return plain(held.value);
        case Held::Form::Unboxed: {
            StateValue content = plain(held.value);
            if (held.tag != no_id) content = virtual_object({VirtualObject::Kind::Number, {content, plain(held.tag)}});
            if (held.present == no_id) return content;
            return virtual_object({VirtualObject::Kind::Optional, {content, plain(held.present)}});
        }
        case Held::Form::Constant: return {StateValue::Kind::Constant, held.constant};
        case Held::Form::Null: return {};
        case Held::Form::Range: {
            InstrId def = p_.value(value).def;
            bool range = def != no_id && p_.instr(def).op == Op::Call;
            auto [known, is_new] = state_ranges_.try_emplace(value, static_cast<uint32_t>(state.virtuals.size()));
            if (is_new)
                state.virtuals.push_back({range ? VirtualObject::Kind::Range : VirtualObject::Kind::RangeIterator,
                                          {plain(held.range[0]), plain(held.range[1]), plain(held.range[2])}});
            return at(known->second);
        }
        case Held::Form::Tuple: {
            VirtualObject tuple{VirtualObject::Kind::Tuple, {}};
            for (ValueId item : held.items) tuple.parts.push_back(state_of(item, state));
            return virtual_object(std::move(tuple));
        }
        case Held::Form::Complex: {
            StateValue content =
                virtual_object({VirtualObject::Kind::Complex, {plain(held.range[0]), plain(held.range[1])}});
            if (held.present == no_id) return content;
            return virtual_object({VirtualObject::Kind::Optional, {content, plain(held.present)}});
        }
        case Held::Form::Parts: {
            VirtualObject tuple{VirtualObject::Kind::Tuple, {}};
            for (ValueId part : held.items) tuple.parts.push_back(plain(part));
            return virtual_object(std::move(tuple));
        }
        case Held::Form::Slice: {
            VirtualObject slice{VirtualObject::Kind::Slice, {}};
            for (ValueId bound : held.items) slice.parts.push_back(state_of(bound, state));
            return virtual_object(std::move(slice));
        }
        case Held::Form::Row: {
            VirtualObject row{VirtualObject::Kind::Item, {}};
            for (ValueId part : held.items) row.parts.push_back(state_of(part, state));
            return virtual_object(std::move(row));
        }
        case Held::Form::Elements: return state_of_elements(value, state);
        case Held::Form::Element: return state_of_element(value, state);
        case Held::Form::Expression:
        case Held::Form::None: break;
    }
    throw Unspecialisable("a frame state needs a value that is not held");
}

}  // namespace aipy::opt
