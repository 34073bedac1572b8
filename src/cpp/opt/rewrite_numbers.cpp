// Lists that hold plain numbers, where inference has chosen them (infer_numbers.cpp): each use has a form of its own.
// What would not be such a list any more leaves: a NaN, which keeps its object (opt/nan_identity.h).
#include <cmath>
#include <limits>
#include <utility>

#include "opt/call_targets.h"
#include "opt/rewriter.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

bool Rewriter::rewrite_number_list(const Instr& instr) {
    const bool makes =
        instr.result != no_id && is_native_list(kind(instr.result)) && !inference_.iterations[instr.result].known();
    const bool uses = !instr.operands.empty() && is_native_list(kind(instr.operands[0]));
    if (instr.result != no_id && inference_.native[instr.result]) return false;
    const auto hold = [&](ValueId list) {
        hold_object(instr.result, list);
        note(instr, "a list of plain numbers");
    };
    const auto emit_list = [&](Op op, std::vector<ValueId> operands) {
        hold(emit_typed(op, fact(instr.result).boxed(), std::move(operands)));
    };
    switch (instr.op) {
        case Op::BuildList:
            if (makes) build_numbers(instr);
            return makes;
        case Op::Binary:
            if (makes) emit_list(Op::NumbersRepeat, {object(instr.operands[0]), number(instr.operands[1], Rep::I64)});
            return makes;
        case Op::Call:
            if (!makes) return false;
            if (is_native_list(kind(instr.operands[1]))) {
                emit_list(Op::NumbersSlice,
                          {object(instr.operands[1]), const_i64(0), const_i64(std::numeric_limits<int64_t>::max())});
            } else {
                const std::array<ValueId, 3> range = held(instr.operands[1]).range;
                emit_list(Op::NumbersRange, {range[0], range[1], range[2]});
            }
            return true;
        case Op::Subscript:
            if (makes && is_slice(instr.operands[1])) {
                slice_numbers(instr);
            } else if (makes) {
                emit_list(Op::ListGet, {object(instr.operands[0]), number(instr.operands[1], Rep::I64)});
            } else if (uses) {
                const ValueId item = emit(item_op(kind(instr.operands[0]), true),
                                          {object(instr.operands[0]), number(instr.operands[1], Rep::I64)});
                finish_number(instr, s_.value(item).type.kind, item);
            }
            return makes || uses;
        case Op::StoreSubscript:
            if (uses) store_number(instr.operands[0], number(instr.operands[1], Rep::I64), instr.operands[2]);
            return uses;
        case Op::ListAppend:
            if (uses) append_number(instr.operands[0], instr.operands[1]);
            return uses;
        case Op::BuildTuple:
            if (inference_.as_parts[instr.result]) return false;
            for (ValueId item : instr.operands)
                if (is_native_list(kind(item))) list_of_objects(item);
            return false;
        case Op::LoadMethod:
            if (uses) hold_constant(instr.result, list_method(instr));
            return uses;
        case Op::MethodSelf:
            if (uses) held(instr.result) = Held(held(instr.operands[0]));
            return uses;
        case Op::CallLoaded: return loads_of_numbers(instr.operands[0]) && rewrite_number_method(instr);
        case Op::CallMethod: return uses && rewrite_number_method(instr);
        default: return false;
    }
}

namespace {

Op store_op(TypeKind list) {
    return list == TypeKind::Ints ? Op::IntsSet : list == TypeKind::Floats ? Op::FloatsSet : Op::BoolsSet;
}

Op append_op(TypeKind list) {
    return list == TypeKind::Ints ? Op::IntsAppend : list == TypeKind::Floats ? Op::FloatsAppend : Op::BoolsAppend;
}

}  // namespace

// The number that an item is stored as.
ValueId Rewriter::item_number(ValueId item, TypeKind list) {
    if (list == TypeKind::Bools) return number(item, Rep::Bit);
    if (list == TypeKind::Ints) return number(item, Rep::I64);
    const ValueId made = number(item, Rep::F64);
    const Held& from = held(item);
    const bool is_constant = from.form == Held::Form::Constant;
    if (!is_constant || std::isnan(s_.constants[from.constant].number)) guard_no_nan(made);
    return made;
}

bool Rewriter::is_slice(ValueId index) const {
    const InstrId def = p_.value(index).def;
    return def != no_id && p_.instr(def).op == Op::BuildSlice;
}

// What may leave does so before the list is there.
void Rewriter::build_numbers(const Instr& instr) {
    const TypeKind made = kind(instr.result);
    if (is_list_of_lists(made)) {
        const auto count = static_cast<int64_t>(instr.operands.size());
        hold_object(instr.result, emit_typed(Op::NumbersMake, fact(instr.result).boxed(), {const_i64(count)},
                                             static_cast<int64_t>(made)));
        for (ValueId item : instr.operands) append_number(instr.result, item);
        return note(instr, "a list of lists of plain numbers");
    }
    std::vector<ValueId> numbers;
    for (ValueId item : instr.operands) numbers.push_back(item_number(item, made));
    const ValueId list = emit_typed(Op::NumbersMake, fact(instr.result).boxed(),
                                    {const_i64(static_cast<int64_t>(numbers.size()))}, static_cast<int64_t>(made));
    for (size_t i = 0; i < numbers.size(); ++i)
        emit(store_op(made), {list, const_i64(static_cast<int64_t>(i)), numbers[i]});
    hold_object(instr.result, list);
    note(instr, "a list of plain numbers");
}

void Rewriter::slice_numbers(const Instr& instr) {
    const std::vector<ValueId>& parts = p_.instr(p_.value(instr.operands[1]).def).operands;
    const auto bound = [&](ValueId part, int64_t without) {
        return kind(part) == TypeKind::NoneType ? const_i64(without) : number(part, Rep::I64);
    };
    const ValueId start = bound(parts[0], 0), stop = bound(parts[1], std::numeric_limits<int64_t>::max());
    hold_object(instr.result,
                emit_typed(Op::NumbersSlice, fact(instr.result).boxed(), {object(instr.operands[0]), start, stop}));
}

void Rewriter::store_number(ValueId list, ValueId index, ValueId stored) {
    const TypeKind of = kind(list);
    if (is_list_of_lists(of)) {
        emit(Op::ListSetQuiet, {object(list), index, object(stored)});
        return;
    }
    const ValueId made = item_number(stored, of);
    emit(store_op(of), {object(list), index, made});
}

void Rewriter::append_number(ValueId list, ValueId item) {
    const TypeKind of = kind(list);
    if (is_list_of_lists(of)) {
        emit(Op::ListsAppend, {object(list), object(item)});
        return;
    }
    const ValueId made = item_number(item, of);
    emit(append_op(of), {object(list), made});
}

bool Rewriter::loads_of_numbers(ValueId method) const {
    const InstrId load = p_.value(method).def;
    return load != no_id && p_.instr(load).op == Op::LoadMethod && is_native_list(kind(p_.instr(load).operands[0]));
}

// The method as the class has it: only frame states name it.
uint32_t Rewriter::list_method(const Instr& load) {
    Constant made{};
    made.type = Type::boxed(TypeKind::Builtin);
    made.handle = no_id;
    made.text = p_.constants[static_cast<size_t>(load.imm)].text;
    return s_.add_constant(std::move(made));
}

bool Rewriter::rewrite_number_method(const Instr& instr) {
    const std::optional<MethodCall> call = method_call(instr, p_);
    if (!call) return false;
    if (*call->name == "append") {
        append_number(call->operands[0], call->operands[1]);
        hold_constant(instr.result, none_constant());
        return true;
    }
    const ValueId item = pop_number(call->operands[0]);
    finish_number(instr, s_.value(item).type.kind, item);
    return true;
}

ValueId Rewriter::pop_number(ValueId list) {
    const ValueId numbers = object(list);
    const ValueId length = emit(Op::ListLength, {numbers});
    emit(Op::GuardBit, {emit(Op::ICmp, {length, const_i64(0)}, static_cast<int64_t>(CompareOp::Greater))});
    const ValueId last = emit(Op::IAddWrap, {length, const_i64(-1)});
    s_.values[last].natural = true;
    const ValueId item = emit(item_op(kind(list), true), {numbers, last});
    emit(Op::NumbersShrink, {numbers});
    return item;
}

ValueId Rewriter::number_of_list(ValueId list, NumbersResult result) {
    if (kind(list) == TypeKind::Bools) {
        const ValueId sum = emit(Op::BoolsSum, {object(list)});
        s_.values[sum].natural = true;
        return sum;
    }
    const Op op = kind(list) == TypeKind::Floats ? Op::FloatsResult : Op::IntsResult;
    return emit(op, {object(list)}, static_cast<int64_t>(result));
}

// It is given to whom lists of numbers mean nothing. A native body gives them as they are where it gives nothing else.
bool Rewriter::returns_objects_of(ValueId list) const {
    return is_native_list(kind(list)) && !is_native_list(s_.return_type.kind);
}

// What a native body has given is not wanted as such here.
void Rewriter::take_given_list(const Instr& call, ValueId list) {
    const FrameStateId saved = std::exchange(before_, call.after);
    hold_object(call.result, emit_typed(Op::NumbersList, Type::boxed(TypeKind::List), {list}));
    before_ = saved;
}

// For somebody else.
ValueId Rewriter::list_of_objects(ValueId value) {
    if (returned_list_ != no_id) return std::exchange(returned_list_, no_id);
    return emit_typed(Op::NumbersList, Type::boxed(TypeKind::List), {object(value)});
}

}  // namespace aipy::opt
