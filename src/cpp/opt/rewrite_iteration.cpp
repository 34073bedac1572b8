// Iteration: ranges and sequences are counted in registers, arrays stepped through without an object for each element.
//
// An iterator that nothing but its loop sees is what it goes through, and an index (Held::Form::Elements); enumerate
// has a count beside it, zip several sequences. What it gives (Element) is loaded where it is known to be there. Where
// native code ends, CPython's iterator is made, at that index.
#include <algorithm>

#include "opt/rewriter.h"
#include "support/check.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

Op length_op(TypeKind kind) {
    switch (kind) {
        case TypeKind::Ints:
        case TypeKind::Floats:
        case TypeKind::IntLists:
        case TypeKind::FloatLists:
        case TypeKind::Bools:
        case TypeKind::BoolLists:
        case TypeKind::List: return Op::ListLength;
        case TypeKind::Tuple: return Op::TupleLength;
        case TypeKind::Str: return Op::StrLength;
        case TypeKind::Dict: return Op::DictLength;
        case TypeKind::Bytes: return Op::BytesLength;
        case TypeKind::ByteArray: return Op::ByteArrayLength;
        case TypeKind::NDArray: return Op::ArrayDim;
        default: return Op::Const;
    }
}

Op item_op(TypeKind kind, bool peek) {
    switch (kind) {
        case TypeKind::Ints: return Op::IntsGet;
        case TypeKind::Floats: return Op::FloatsGet;
        case TypeKind::IntLists:
        case TypeKind::FloatLists:
        case TypeKind::BoolLists: return Op::ListGet;
        case TypeKind::Bools: return Op::BoolsGet;
        case TypeKind::List: return peek ? Op::ListPeek : Op::ListGet;
        case TypeKind::Tuple: return peek ? Op::TuplePeek : Op::TupleGet;
        case TypeKind::Bytes: return Op::BytesItem;
        case TypeKind::ByteArray: return Op::ByteArrayItem;
        default: AIPY_UNREACHABLE();
    }
}

void Rewriter::rewrite_get_iter(const Instr& instr) {
    if (!inference_.as_parts[instr.result]) return rewrite_object_iterator(instr);
    const Iteration& iteration = inference_.iterations[instr.result];
    if (iteration.is_single() || iteration.kind == Iteration::Kind::Rows) return rewrite_iterable(instr);
    held(instr.result) = Held(held(instr.operands[0]));
    held(instr.result).kind = kind(instr.result);
}

// A call of enumerate or zip, or the iterator of a sequence.
void Rewriter::rewrite_iterable(const Instr& instr) {
    const size_t first = instr.op == Op::Call ? 1 : 0;
    Held made{.form = Held::Form::Elements, .kind = kind(instr.result)};
    const Iteration& iteration = inference_.iterations[instr.result];
    for (size_t i = 0; i < iteration.sequences.size(); ++i)
        made.sequences.push_back(iteration.ints[i] != nullptr ? no_id : object(instr.operands[first + i]));
    made.range[0] = const_i64(0);
    note(instr, "elements of the " + std::string(type_kind_name(made.kind)) + " counted in registers");
    held(instr.result) = std::move(made);
}

void Rewriter::rewrite_iter_next(const Instr& instr) {
    if (!inference_.as_parts[instr.operands[0]])
        return fact(instr.result).known() ? rewrite_array_next(instr) : rewrite_object_next(instr);
    const Held& iterator = held(instr.operands[0]);
    if (iterator.form == Held::Form::Elements) return rewrite_element_next(instr);
    std::array<ValueId, 3> range = iterator.range;
    if (request_.parallel && is_prange_loop(instr)) emit(Op::ParallelLoop);
    ValueId more = emit(Op::RangeMore, {range[0], range[1], range[2]});
    hold_unboxed(instr.result, TypeKind::Int, range[0], more);
}

// The source says so, whichever way the loop was entered.
bool Rewriter::is_prange_loop(const Instr& next) const {
    const Function& generic = *request_.generic;
    auto def_of = [&](ValueId value) { return generic.value(value).def; };
    const InstrId iterator = def_of(generic.instr(next.origin).operands[0]);
    if (iterator == no_id || generic.instr(iterator).op != Op::GetIter) return false;
    const InstrId call = def_of(generic.instr(iterator).operands[0]);
    if (call == no_id) return false;
    const Op op = generic.instr(call).op;
    const InstrId named = op == Op::Call         ? def_of(generic.instr(call).operands[0])
                          : op == Op::CallMethod ? call
                                                 : no_id;
    return named != no_id && std::ranges::any_of(request_.globals, [&](const GlobalFact& fact) {
               return fact.load == named && fact.callable == KnownCallable::Prange;
           });
}

// As long as the shortest of them has another.
void Rewriter::rewrite_element_next(const Instr& instr) {
    const Iteration& iteration = inference_.iterations[instr.operands[0]];
    Held made = held(instr.operands[0]);
    made.form = Held::Form::Element;
    ValueId least = no_id;
    for (size_t i = 0; i < made.sequences.size(); ++i) {
        const ConstantInts* ints = iteration.ints[i];
        const ValueId length = ints != nullptr ? const_i64(static_cast<int64_t>(ints->count()))
                                               : emit(length_op(iteration.sequences[i].kind), {made.sequences[i]}, 0);
        least = least == no_id ? length : emit(Op::IMin, {least, length});
    }
    made.present = emit(Op::RangeMore, {made.range[0], least, const_i64(1)});
    made.range[1] = made.range[0];
    if (iteration.start != 0) {
        made.range[1] = emit(Op::IAddWrap, {made.range[0], const_i64(iteration.start)});
        s_.values[made.range[1]].natural = true;
    }
    held(instr.result) = std::move(made);
}

// What is there gets its name: the element, or a tuple of them that is taken apart.
void Rewriter::load_elements(const Instr& named, const Held& element) {
    const Iteration& iteration = inference_.iterations[p_.instr(p_.value(named.operands[0]).def).operands[0]];
    const auto load = [&](const Instr& instr, size_t i) {
        if (iteration.ints[i] != nullptr)
            return finish_number(instr, TypeKind::Int, constant_int(*iteration.ints[i], 0, element.range[0]));
        load_element(instr, iteration.sequences[i], {element.sequences[i], element.range[0]}, named.before);
    };
    if (iteration.is_single()) return load(named, 0);
    Held tuple{.form = Held::Form::Tuple, .kind = TypeKind::Tuple};
    for (size_t i = 0; i < iteration.item_count(); ++i) {
        const Instr& item = *item_of(named.result, i);
        const bool is_count = iteration.counts() && i == 0;
        current_ = &item;
        if (is_count)
            finish_number(item, TypeKind::Int, element.range[1]);
        else if (iteration.kind == Iteration::Kind::Rows)
            finish_number(item, TypeKind::Int, constant_int(*iteration.ints[0], i, element.range[0]));
        else
            load(item, iteration.counts() ? i - 1 : i);
        tuple.items.push_back(item.result);
    }
    current_ = &named;
    held(named.result) = std::move(tuple);
}

// The int of a row and a column of constants. In even steps it is computed; else the steps that lie before it are
// added.
ValueId Rewriter::constant_int(const ConstantInts& ints, size_t column, ValueId row) {
    const size_t width = std::max<size_t>(ints.width, 1), count = ints.count();
    const auto value = [&](size_t i) { return ints.values[i * width + column]; };
    const auto step = [&](size_t i) { return value(i) - value(i - 1); };
    ValueId result = const_i64(value(0));
    bool even = true;
    for (size_t i = 2; i < count; ++i) even = even && step(i) == step(1);
    if (count == 1) return result;
    if (even) return emit(Op::IAddWrap, {result, emit(Op::WMul, {row, const_i64(step(1))})});
    for (size_t i = 1; i < count; ++i) {
        if (step(i) == 0) continue;
        const ValueId behind =
            emit(Op::ICmp, {row, const_i64(static_cast<int64_t>(i))}, static_cast<int64_t>(CompareOp::GreaterEqual));
        result = emit(Op::IAddWrap, {result, emit(Op::WMul, {emit(Op::BToI, {behind}), const_i64(step(i))})});
    }
    return result;
}

// The tuple.item that names it: there is one of each.
const Instr* Rewriter::item_of(ValueId tuple, size_t index) const {
    for (const Instr& instr : p_.instrs) {
        if (instr.op != Op::TupleItem || instr.imm != static_cast<int64_t>(index)) continue;
        const InstrId unpacked = p_.value(instr.operands[0]).def;
        if (unpacked != no_id && p_.instr(unpacked).op == Op::UnpackSequence && p_.instr(unpacked).operands[0] == tuple)
            return &instr;
    }
    AIPY_UNREACHABLE();
}

// `place`: the sequence and the index.
void Rewriter::load_element(const Instr& instr, Fact sequence, std::vector<ValueId> place, FrameStateId state) {
    if (sequence.is(TypeKind::NDArray)) {
        const Type type = Type::unboxed(kind(instr.result));
        const int64_t array = encode_type(sequence.boxed());
        return finish_number(instr, type.kind, emit_typed(Op::ArrayLoad, type, std::move(place), array));
    }
    if (sequence.is(TypeKind::Str))
        return hold_object(instr.result, emit_typed(Op::StrItem, Type::boxed(TypeKind::Str), std::move(place)));
    if (is_list_of_lists(sequence.kind))
        return hold_object(instr.result, emit_typed(Op::ListGet, fact(instr.result).boxed(), std::move(place)));
    const ValueId item = emit(item_op(sequence.kind, unboxed_at_once(instr.result)), std::move(place));
    if (types::is_bytes(sequence.kind) || is_number_list(sequence.kind))
        return finish_number(instr, s_.value(item).type.kind, item);
    finish_object(instr, item, state);
}

void Rewriter::rewrite_array_next(const Instr& instr) {
    const TypeKind item = kind(instr.result);
    const auto element = static_cast<int64_t>(*scalar_element(item));
    ValueId address = emit(Op::ArrayNext, {object(instr.operands[0])}, element);
    ValueId more = emit(Op::ICmp, {address, const_i64(0)}, static_cast<int64_t>(CompareOp::NotEqual));
    hold_unboxed(instr.result, item, emit_typed(Op::ArrayItem, Type::unboxed(item), {address}, element), more);
    note(instr, "elements of the array taken without an object each");
}

void Rewriter::rewrite_iter_state(const Instr& instr) {
    Held made = held(instr.operands[0]);
    if (made.form == Held::Form::Range) made.range[0] = emit(Op::IAddWrap, {made.range[0], made.range[2]});
    if (made.form == Held::Form::Elements) {
        made.range[0] = emit(Op::IAddWrap, {made.range[0], const_i64(1)});
        s_.values[made.range[0]].natural = true;
    }
    held(instr.result) = std::move(made);
}

// ---- frame states -------------------------------------------------------------------------------------------

StateValue Rewriter::add_virtual(VirtualObject object, FrameState& state) {
    const auto found = std::ranges::find(state.virtuals, object);
    const auto index = static_cast<uint32_t>(found - state.virtuals.begin());
    if (found == state.virtuals.end()) state.virtuals.push_back(std::move(object));
    return {StateValue::Kind::Virtual, index};
}

StateValue Rewriter::state_of_sequence(const Held& held, const Iteration& iteration, size_t index) {
    if (iteration.ints[index] != nullptr) return {StateValue::Kind::Constant, iteration.ints[index]->constant};
    return {StateValue::Kind::Value, held.sequences[index]};
}

StateValue Rewriter::state_of_elements(ValueId value, FrameState& state) {
    const Held& held = held_[value];
    const Iteration& iteration = inference_.iterations[value];
    auto plain = [](ValueId id) { return StateValue{StateValue::Kind::Value, id}; };
    std::vector<StateValue> iterators;
    for (size_t i = 0; i < held.sequences.size(); ++i)
        iterators.push_back(add_virtual(
            {VirtualObject::Kind::SequenceIterator, {state_of_sequence(held, iteration, i), plain(held.range[0])}},
            state));
    switch (iteration.kind) {
        case Iteration::Kind::Sequence:
        case Iteration::Kind::Rows: return iterators[0];
        case Iteration::Kind::Zip: return add_virtual({VirtualObject::Kind::Zip, iterators}, state);
        case Iteration::Kind::Enumerate: break;
        case Iteration::Kind::Unreached:
        case Iteration::Kind::Other: AIPY_UNREACHABLE();
    }
    const StateValue start{StateValue::Kind::Constant, natural_constant(iteration.start)};
    return add_virtual({VirtualObject::Kind::Enumerate, {iterators[0], plain(held.range[0]), start}}, state);
}

// A number for whoever makes a virtual object; it has no object of its own.
uint32_t Rewriter::natural_constant(int64_t value) {
    const auto same = [&](const Constant& constant) {
        return constant.type.kind == TypeKind::Int && constant.handle == no_id && constant.integer == value;
    };
    const auto found = std::ranges::find_if(s_.constants, same);
    if (found != s_.constants.end()) return static_cast<uint32_t>(found - s_.constants.begin());
    Constant made{};
    made.type = Type::boxed(TypeKind::Int);
    made.handle = no_id;
    made.integer = value;
    return s_.add_constant(std::move(made));
}

StateValue Rewriter::state_of_element(ValueId value, FrameState& state) {
    const Held& held = held_[value];
    const Iteration& iteration = inference_.iterations[p_.instr(p_.value(value).def).operands[0]];
    auto plain = [](ValueId id) { return StateValue{StateValue::Kind::Value, id}; };
    std::vector<StateValue> items;
    if (iteration.counts()) items.push_back(plain(held.range[1]));
    for (size_t i = 0; i < held.sequences.size(); ++i)
        items.push_back(add_virtual(
            {VirtualObject::Kind::Item, {state_of_sequence(held, iteration, i), plain(held.range[0])}}, state));
    const StateValue item = iteration.is_single() || iteration.kind == Iteration::Kind::Rows
                                ? items[0]
                                : add_virtual({VirtualObject::Kind::Tuple, std::move(items)}, state);
    return add_virtual({VirtualObject::Kind::Optional, {item, plain(held.present)}}, state);
}

}  // namespace aipy::opt
