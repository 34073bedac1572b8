// Typed forms of attributes and cells.
#include <algorithm>

#include "opt/rewriter.h"

namespace aipy::opt {

using namespace ir;

const AttributeFact* Rewriter::attribute_fact(const Instr& instr) const {
    if (!typed_allowed(instr)) return nullptr;
    auto found = std::ranges::find(request_.attributes, instr.origin, &AttributeFact::site);
    return found == request_.attributes.end() ? nullptr : &*found;
}

void Rewriter::rewrite_load_attribute(const Instr& instr) {
    if (inference_.as_parts[instr.result]) return hold_shape(instr);
    if (rewrite_complex_part(instr) || rewrite_native_call(instr)) return;
    const GlobalFact* known = inference_.known[instr.result];
    if (known != nullptr && known->owner_version != 0) return rewrite_class_value(instr, *known);
    const AttributeFact* place = known == nullptr ? attribute_fact(instr) : nullptr;
    if (place == nullptr) return rewrite_global(instr);
    if (place->place == AttributePlace::Cached) {
        finish_object(instr, look_in_cache(instr, Op::AttrLoad), instr.after);
        return note(instr, "attribute of several classes, read without Python code in between");
    }
    const ValueId owner = object(instr.operands[0]);
    emit(Op::GuardClass, {owner}, place->class_version);
    const Op op = unboxed_at_once(instr.result) ? Op::AttrPeek : Op::AttrGet;
    finish_object(instr, emit(op, {owner}, static_cast<int64_t>(place->place), place->offset), instr.after);
    note(instr, "attribute read where it lies, its class checked");
}

// The shape of an array, without a tuple.
void Rewriter::hold_shape(const Instr& instr) {
    Held made{.form = Held::Form::Parts, .kind = TypeKind::Tuple};
    const ValueId array = object(instr.operands[0]);
    for (size_t axis = 0; axis < inference_.parts.at(instr.result).size(); ++axis) {
        made.items.push_back(emit(Op::ArrayDim, {array}, static_cast<int64_t>(axis)));
        s_.values[made.items.back()].natural = true;
    }
    held(instr.result) = std::move(made);
    note(instr, "shape of the array read where it lies");
}

// What was found in the class while it had this version is there still.
void Rewriter::guard_class_attribute(const GlobalFact& found, ValueId owner) {
    if (found.metaclass_version != 0) emit(Op::GuardClass, {owner}, found.metaclass_version);
    emit(Op::GuardOwnClass, {owner}, found.owner_version);
}

// What holds nothing is kept with the code; anything else may die as soon as the class has another.
void Rewriter::rewrite_class_value(const Instr& instr, const GlobalFact& found) {
    guard_class_attribute(found, object(instr.operands[0]));
    note(instr, "attribute of a class, known while the class does not change");
    const uint32_t constant = constant_index(found);
    if (found.type.kind != TypeKind::Any) return hold_constant(instr.result, constant);
    const ValueId value = emit_typed(Op::ConstCounted, Type::any(), {}, constant);
    if (found.value_version != 0) emit(Op::GuardClass, {value}, found.value_version);
    finish_object(instr, value, instr.after);
}

// An op that finds the attribute by the site's cache.
ValueId Rewriter::look_in_cache(const Instr& instr, Op op) {
    Instr made{};
    made.op = op;
    for (ValueId operand : instr.operands) made.operands.push_back(object(operand));
    if (info(op).imm != ImmKind::None) made.imm = instr.imm;
    made.cache = instr.cache;
    made.span = instr.span;
    made.origin = instr.origin;
    if (info(op).needs_frame_state()) made.before = map_state(before_);
    return s_.instr(s_.append(block_, std::move(made), default_result_type(op))).result;
}

void Rewriter::rewrite_store_attribute(const Instr& instr) {
    const AttributeFact* place = attribute_fact(instr);
    if (place == nullptr) return rewrite_generic(instr);
    if (place->place == AttributePlace::Cached) {
        look_in_cache(instr, Op::AttrStore);
        return note(instr, "attribute of several classes, written without Python code in between");
    }
    store_attribute(instr, *place);
    note(instr, "attribute written where it lies, its class checked");
}

// Where it is one, others may see that it is the same object.
bool Rewriter::used_as_object_once(ValueId value) const {
    const auto takes_number = [](Op op) {
        return op == Op::Binary || op == Op::Unary || op == Op::Compare || op == Op::Truth || op == Op::Keep;
    };
    size_t uses = 0;
    for (const Instr& instr : p_.instrs)
        if (!takes_number(instr.op)) uses += static_cast<size_t>(std::ranges::count(instr.operands, value));
    return uses == 1;
}

// A number that is no object yet is written into the one that it replaces.
// A number that nobody else has yet may take the old number's place. Where a number or a str is stored there was one
// before, most likely, whose death nobody can notice.
Rewriter::StoreForm Rewriter::store_form(ValueId stored) const {
    const Held& value = held_[stored];
    const bool is_new = value.form == Held::Form::Unboxed && value.present == no_id && value.boxes.empty() &&
                        used_as_object_once(stored);
    const bool number = value.kind == TypeKind::Float || value.kind == TypeKind::Int;
    const bool silent = fact(stored).known() && !death_observable(kind(stored)) && kind(stored) != TypeKind::NoneType;
    return {is_new && number ? value.kind : TypeKind::Any, request_.native_body || silent};
}

Rewriter::Store Rewriter::store_of(ValueId stored, const StoreOps& ops) {
    const StoreForm form = store_form(stored);
    if (form.kind == TypeKind::Float) return {ops.f64, held(stored).value};
    if (form.kind == TypeKind::Int) return {ops.i64, held(stored).value};
    return {form.quiet ? ops.quiet : ops.any, object(stored)};
}

void Rewriter::append_store(const Instr& instr, Op op, std::vector<ValueId> operands, int64_t imm, int64_t imm2) {
    Instr made{};
    made.op = op;
    made.operands = std::move(operands);
    made.imm = imm;
    made.imm2 = imm2;
    made.span = instr.span;
    made.origin = instr.origin;
    made.before = map_state(before_);
    if (ir::info(op).runs_foreign_code()) made.after = map_state(instr.after);
    s_.append(block_, std::move(made), Type::none());
}

void Rewriter::store_attribute(const Instr& instr, const AttributeFact& place) {
    const ValueId owner = object(instr.operands[0]);
    const Store store =
        store_of(instr.operands[1],
                 {.f64 = Op::AttrSetF64, .i64 = Op::AttrSetI64, .quiet = Op::AttrSetQuiet, .any = Op::AttrSet});
    emit(Op::GuardClass, {owner}, place.class_version);
    append_store(instr, store.op, {owner, store.value}, static_cast<int64_t>(place.place), place.offset);
}

void Rewriter::rewrite_load_cell(const Instr& instr) {
    if (!typed_allowed(instr)) return rewrite_generic(instr);
    const Op op = unboxed_at_once(instr.result) ? Op::CellPeek : Op::CellGet;
    finish_object(instr, emit(op, {object(instr.operands[0])}), instr.after);
}

void Rewriter::rewrite_store_cell(const Instr& instr) {
    if (!typed_allowed(instr) || !store_form(instr.operands[1]).quiet) return rewrite_generic(instr);
    emit(Op::StoreCellQuiet, {object(instr.operands[0]), object(instr.operands[1])});
}

}  // namespace aipy::opt
