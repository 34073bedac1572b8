// Typed forms of subscripts, tuples and rows.

#include "opt/rewriter.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

std::vector<ValueId> Rewriter::index_numbers(ValueId index) {
    const Held& value = held(index);
    if (value.form != Held::Form::Tuple) return {number(index, Rep::I64)};
    std::vector<ValueId> numbers;
    for (ValueId item : std::vector<ValueId>(value.items)) numbers.push_back(number(item, Rep::I64));
    return numbers;
}

// The array that a container is, or is a row of.
Fact Rewriter::array_of(ValueId container) {
    const Held& value = held(container);
    return fact(value.form == Held::Form::Row ? value.items[0] : container);
}

// The operands of an access to one element.
std::vector<ValueId> Rewriter::array_and(ValueId container, std::vector<ValueId> rest, ValueId index) {
    const Held value = held(container);
    const bool row = value.form == Held::Form::Row;
    std::vector<ValueId> operands{object(row ? value.items[0] : container)};
    operands.insert(operands.end(), rest.begin(), rest.end());
    if (row) operands.push_back(number(value.items[1], Rep::I64));
    for (ValueId number : index_numbers(index)) operands.push_back(number);
    return operands;
}

// No object: the element that is named next is one of the whole array. An index out of bounds is an error already here.
void Rewriter::rewrite_row(const Instr& instr) {
    const ValueId index = number(instr.operands[1], Rep::I64);
    const ValueId length = emit(Op::ArrayDim, {object(instr.operands[0])}, 0);
    const ValueId least = emit(Op::ISub, {const_i64(0), length});
    emit(Op::GuardBit, {emit(Op::ICmp, {index, length}, static_cast<int64_t>(CompareOp::Less))});
    emit(Op::GuardBit, {emit(Op::ICmp, {index, least}, static_cast<int64_t>(CompareOp::GreaterEqual))});
    Held made;
    made.form = Held::Form::Row;
    made.kind = TypeKind::NDArray;
    made.items = instr.operands;
    held(instr.result) = std::move(made);
}

void Rewriter::rewrite_subscript(const Instr& instr) {
    if (inference_.as_parts[instr.result])
        return inference_.looked_at[instr.result] ? rewrite_view_parts(instr) : rewrite_row(instr);
    if (held(instr.operands[0]).form == Held::Form::Parts) return rewrite_shape_item(instr);
    if (rewrite_view(instr)) return;
    const TypeKind container = kind(instr.operands[0]);
    const bool integral = types::is_index(kind(instr.operands[1]));
    bool tuple = held(instr.operands[1]).form == Held::Form::Tuple;
    if (container == TypeKind::NDArray && (integral || tuple) && typed_allowed(instr) &&
        types::is_numpy_scalar(kind(instr.result)) && !inference_.guarded[instr.result]) {
        std::vector<ValueId> operands = array_and(instr.operands[0], {}, instr.operands[1]);
        Type type = Type::unboxed(kind(instr.result));
        ValueId loaded =
            emit_typed(Op::ArrayLoad, type, std::move(operands), encode_type(array_of(instr.operands[0]).boxed()));
        return finish_number(instr, type.kind, loaded);
    }
    if (rewrite_quiet_subscript(instr)) return;
    if (types::is_bytes(container) && integral && typed_allowed(instr)) {
        const ValueId bytes = object(instr.operands[0]);
        return finish_number(instr, TypeKind::Int,
                             emit(item_op(container, true), {bytes, number(instr.operands[1], Rep::I64)}));
    }
    bool sequence = container == TypeKind::List || container == TypeKind::Tuple;
    if (!sequence || !integral || !typed_allowed(instr)) return rewrite_generic(instr);
    const Op op = item_op(container, unboxed_at_once(instr.result));
    ValueId got = emit(op, {object(instr.operands[0]), number(instr.operands[1], Rep::I64)});
    finish_object(instr, got, instr.after);
}

// Of a shape that exists as its parts only; the index is a constant.
void Rewriter::rewrite_shape_item(const Instr& instr) {
    const std::vector<ValueId>& items = held(instr.operands[0]).items;
    const int64_t index = s_.constants[held(instr.operands[1]).constant].integer;
    const ValueId item = items[static_cast<size_t>(index < 0 ? index + static_cast<int64_t>(items.size()) : index)];
    finish_number(instr, TypeKind::Int, item);
}

void Rewriter::rewrite_store_subscript(const Instr& instr) {
    Fact container = fact(instr.operands[0]);
    const bool integral = types::is_index(kind(instr.operands[1]));
    bool tuple = held(instr.operands[1]).form == Held::Form::Tuple;
    if (container.kind == TypeKind::NDArray && typed_allowed(instr) &&
        array_storable(container, fact(instr.operands[2])) &&
        (tuple || (integral && ArrayDetail::unpack(container.detail).rank == 1))) {
        const TypeKind scalar = *scalar_kind(ArrayDetail::unpack(container.detail).element);
        const ValueId stored = number(instr.operands[2], natural_rep(scalar));
        std::vector<ValueId> operands = array_and(instr.operands[0], {stored}, instr.operands[1]);
        emit_typed(Op::ArrayStore, Type::none(), std::move(operands), encode_type(array_of(instr.operands[0]).boxed()));
        return;
    }
    if (rewrite_store_slice(instr) || rewrite_store_where(instr) || rewrite_quiet_store(instr) ||
        rewrite_byte_store(instr))
        return;
    if (container.kind != TypeKind::List || !integral || !typed_allowed(instr)) return rewrite_generic(instr);
    const ValueId list = object(instr.operands[0]), index_number = number(instr.operands[1], Rep::I64);
    const Store store =
        store_of(instr.operands[2],
                 {.f64 = Op::ListSetF64, .i64 = Op::ListSetI64, .quiet = Op::ListSetQuiet, .any = Op::ListSet});
    append_store(instr, store.op, {list, index_number, store.value});
}

// What is no byte leaves: it is refused.
bool Rewriter::rewrite_byte_store(const Instr& instr) {
    const TypeKind stored = kind(instr.operands[2]);
    const bool byte = types::is_index(stored) || stored == TypeKind::Bool;
    if (kind(instr.operands[0]) != TypeKind::ByteArray || !types::is_index(kind(instr.operands[1])) || !byte ||
        !typed_allowed(instr))
        return false;
    const ValueId value = number(instr.operands[2], Rep::I64);
    emit(Op::GuardElement, {value}, static_cast<int64_t>(ElementType::U8));
    emit(Op::ByteArraySet, {object(instr.operands[0]), number(instr.operands[1], Rep::I64), value});
    return true;
}

// A tuple or a slice that exists as its parts only.
void Rewriter::rewrite_build(const Instr& instr, Held::Form form, TypeKind kind) {
    if (!inference_.as_parts[instr.result]) return rewrite_generic(instr);
    Held made;
    made.form = form;
    made.kind = kind;
    made.items = instr.operands;
    held(instr.result) = std::move(made);
}

void Rewriter::rewrite_unpack(const Instr& instr) {
    if (inference_.as_parts[instr.result]) {
        held(instr.result) = held(instr.operands[0]);
    } else if (kind(instr.operands[0]) == TypeKind::Tuple && typed_allowed(instr)) {
        const ValueId tuple = object(instr.operands[0]);
        const ValueId length = emit(Op::TupleLength, {tuple});
        emit(Op::GuardBit, {emit(Op::ICmp, {length, const_i64(instr.imm)}, static_cast<int64_t>(CompareOp::Equal))});
        hold_object(instr.result, tuple);
    } else {
        rewrite_generic(instr);
    }
}

void Rewriter::rewrite_tuple_item(const Instr& instr) {
    const Held& tuple = held(instr.operands[0]);
    if (tuple.form == Held::Form::Parts) {
        const ValueId part = tuple.items[static_cast<size_t>(instr.imm)];
        return hold_unboxed(instr.result, s_.value(part).type.kind, part);
    }
    if (tuple.form == Held::Form::Tuple) {
        held(instr.result) = held(tuple.items[static_cast<size_t>(instr.imm)]);
        return;
    }
    ValueId item = emit(Op::TupleItem, {object(instr.operands[0])}, instr.imm);
    finish_object(instr, item, instr.after);
}

}  // namespace aipy::opt
