// Operations on whole arrays, and chains of them in one loop (array_expressions.h).
#include <algorithm>
#include <utility>

#include "opt/array_views.h"
#include "opt/rewriter.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// The form in which the operation is done natively; nothing where it is left to NumPy.
std::optional<ArrayOperationForm> Rewriter::array_form(const Instr& instr) const {
    if (instr.result == no_id || inference_.guarded[instr.result] || !fact(instr.result).is(TypeKind::NDArray) ||
        request_.generic_only)
        return std::nullopt;
    return array_operation(p_, instr, inference_);
}

bool Rewriter::rewrite_array_operation(const Instr& instr) {
    const std::optional<ArrayOperationForm> form = array_form(instr);
    if (!form) return false;
    // An attribute of a module is looked up by the call itself.
    if (const GlobalFact* callee = inference_.methods[instr.result]) result_.assumptions.push_back({callee->load});
    const bool is_alone = before_expression_ == no_id;
    begin_expression();
    if (inference_.as_parts[instr.result]) {
        held(instr.result).form = Held::Form::Expression;
        ++open_expressions_;
        note(instr, "whole arrays, in the loop of what uses it");
        return true;
    }
    Expression made = new_expression();
    append_operation(made, instr, *form);
    if (form->may_warn()) made.program.apply(ArrayOperation::Finite);
    note(instr, form->into != no_id ? "whole arrays in one loop, in place" : "whole arrays in one loop");
    finish_expression(instr, *form, made, is_alone);
    end_expression(instr);
    return true;
}

// What failed once because of what is not finite is compiled with loops that look at each operation: data with NaN and
// infinities, of which NumPy does not warn, stay in them.
void Rewriter::begin_expression() {
    if (before_expression_ != no_id) return;
    before_expression_ = before_;
    const InstrId position = p_.frame_states[before_].position;
    careful_ = position < request_.failures.size() && request_.failures[position] >= request_.max_failures;
}

Rewriter::Expression Rewriter::new_expression() const { return Expression{.program = ArrayProgram(careful_)}; }

// Where no operation waits for one to come.
void Rewriter::end_expression(const Instr& instr) {
    if (open_expressions_ > 0) return;
    before_expression_ = no_id;
    appended_.clear();
    for (const Instr* keep : std::exchange(later_keeps_, {})) {
        Instr behind = *keep;
        behind.after = instr.after;
        rewrite_keep(behind);
    }
}

// Into the array there is, or a new one.
void Rewriter::finish_expression(const Instr& instr, const ArrayOperationForm& form, Expression& made, bool is_alone) {
    if (form.into == no_id) return hold_object(instr.result, make_array(made, form.fact()));
    const int64_t program = text_constant(made.program.text());
    const ValueId array = object(form.into);
    // What is stored before native code leaves must be nothing that runs again then.
    const bool once = is_alone && std::ranges::count(made.operands, array) == 0;
    made.operands.insert(made.operands.begin(), array);
    emit(once ? Op::ArrayMap : Op::ArrayUpdate, std::move(made.operands), program);
    hold_object(instr.result, array);
}

ValueId Rewriter::make_array(Expression& made, Fact fact) {
    const ElementType element = ArrayDetail::unpack(fact.detail).element;
    const int64_t program = text_constant(made.program.text());
    const std::vector<ValueId> arrays = shape_of(made);
    ValueId array = no_id;
    if (arrays.empty()) {
        std::vector<ValueId> operands = made.operands;
        operands.insert(operands.begin(), made.shape);
        array = emit_typed(Op::ArrayNewOf, fact.boxed(), std::move(operands), program, static_cast<int64_t>(element));
    } else {
        array = emit_typed(Op::ArrayNew, fact.boxed(), arrays, static_cast<int64_t>(element));
    }
    made.operands.insert(made.operands.begin(), array);
    emit(Op::ArrayMap, std::move(made.operands), program);
    return array;
}

// A view runs no Python code, and may be made again.
bool Rewriter::rewrite_view(const Instr& instr) {
    if (request_.generic_only || !typed_allowed(instr) || !makes_view(p_, instr, inference_)) return false;
    const ValueId view = emit(Op::ArrayView, {object(instr.operands[0]), object(instr.operands[1])});
    const Type known = fact(instr.result).boxed();
    hold_object(instr.result, emit_typed(Op::GuardType, known, {view}, encode_type(known)));
    return true;
}

// Its elements are named by the loops that go over it. An index out of bounds is an error already here.
void Rewriter::rewrite_view_parts(const Instr& instr) {
    guard_indices(instr);
    Held made;
    made.form = Held::Form::Row;
    made.kind = TypeKind::NDArray;
    made.items = instr.operands;
    held(instr.result) = std::move(made);
    note(instr, "a view, gone over where it is used");
}

void Rewriter::guard_indices(const Instr& instr) {
    const ValueId array = object(instr.operands[0]);
    const ArrayView view = *view_of(p_, instr, inference_);
    int64_t axis = 0;
    for (const ViewItem& item : view) {
        if (item.kind == ViewItem::Kind::NewAxis) continue;
        const int64_t own = axis++;
        if (item.kind != ViewItem::Kind::Index) continue;
        const bool is_number = item.start.kind == ViewItem::Bound::Kind::Number;
        const ValueId index =
            is_number ? const_i64(item.start.value) : number(static_cast<ValueId>(item.start.value), Rep::I64);
        const ValueId length = emit(Op::ArrayDim, {array}, own);
        const ValueId least = emit(Op::ISub, {const_i64(0), length});
        emit(Op::GuardBit, {emit(Op::ICmp, {index, length}, static_cast<int64_t>(CompareOp::Less))});
        emit(Op::GuardBit, {emit(Op::ICmp, {index, least}, static_cast<int64_t>(CompareOp::GreaterEqual))});
    }
}

// With bounds that are operands of the program.
ArrayView Rewriter::taken_view(Expression& made, const Instr& instr) {
    ArrayView view = *view_of(p_, instr, inference_);
    for (ViewItem& item : view)
        for (ViewItem::Bound* bound : {&item.start, &item.stop})
            if (bound->kind == ViewItem::Bound::Kind::Operand)
                bound->value = add_operand(made, number(static_cast<ValueId>(bound->value), Rep::I64));
    return view;
}

// An operation on whole arrays that is stored into a view. Where it takes other elements of the same array, it is
// made first, as NumPy does.
bool Rewriter::rewrite_store_slice(const Instr& instr) {
    const ValueId value = instr.operands[2];
    if (!typed_allowed(instr) || request_.generic_only || !stores_slice(p_, instr, inference_)) return false;
    if (held(value).form != Held::Form::Expression) return false;
    begin_expression();
    guard_indices(instr);
    const ValueId array = object(instr.operands[0]);
    Expression made = new_expression();
    const ArrayView probe = taken_view(made, instr);
    if (append_array(made, value)) made.program.apply(ArrayOperation::Finite);
    bool takes_others = false;
    for (size_t i = 0; i < made.operands.size(); ++i)
        takes_others |= made.operands[i] == array && made.views[i] != probe;
    ArrayView target = probe;
    if (takes_others) {
        const ValueId between = make_array(made, fact(value));
        made = new_expression();
        target = taken_view(made, instr);
        made.program.push(add_operand(made, between));
    }
    made.program.set_target(target);
    made.operands.insert(made.operands.begin(), array);
    emit(Op::ArrayUpdate, std::move(made.operands), text_constant(made.program.text()));
    note(instr, takes_others ? "whole arrays in one loop, stored behind it" : "whole arrays in one loop, in place");
    end_expression(instr);
    return true;
}

// In the loop that computes the truths: each element is the number or what it was. Of truths that are there already
// NumPy goes through those that hold.
bool Rewriter::rewrite_store_where(const Instr& instr) {
    if (!typed_allowed(instr) || !stores_where(instr, inference_)) return false;
    if (held(instr.operands[1]).form != Held::Form::Expression) return false;
    begin_expression();
    Expression made = new_expression();
    append_array(made, instr.operands[1]);
    const ValueId array = object(instr.operands[0]), value = instr.operands[2];
    const ElementType element = detail_of(array).element;
    if (natural_rep(kind(value)) == Rep::I64 && !is_float(element))
        guard_element(number(value, Rep::I64), element, no_id);
    ValueId taken = number(value, is_float(element) ? Rep::F64 : Rep::I64);
    if (element == ElementType::F32) taken = rounded_to_f32(taken);
    made.program.push(add_operand(made, taken));
    if (element != (is_float(element) ? ElementType::F64 : ElementType::I64)) made.program.cast(element);
    made.program.push(add_operand(made, array));
    made.program.apply(ArrayOperation::Where);
    made.operands.insert(made.operands.begin(), array);
    emit(Op::ArrayUpdate, std::move(made.operands), text_constant(made.program.text()));
    note(instr, "whole arrays in one loop, in place");
    end_expression(instr);
    return true;
}

void Rewriter::append_operation(Expression& made, const Instr& instr, const ArrayOperationForm& form) {
    if (form.is_difference) return append_difference(made, instr);
    const size_t count = operand_count(form.operation);
    for (size_t i = 0; i < count; ++i) {
        const bool is_computed = append_operand(made, instr, i, form);
        const bool hidden = form.hides_operands || (form.hides_second && i == 1);
        if (is_computed && hidden && form.is_float()) made.program.apply(ArrayOperation::Finite);
    }
    made.program.apply(form.operation);
}

// Two views of the one operand.
void Rewriter::append_difference(Expression& made, const Instr& instr) {
    const ValueId value = array_operands(instr, inference_)[0];
    const ValueId array = whole_array(value);
    using Bound = ViewItem::Bound;
    ArrayView behind(detail_of(array).rank), before = behind;
    behind.back().start = Bound{Bound::Kind::Number, 1};
    before.back().stop = Bound{Bound::Kind::Number, -1};
    for (const ArrayView& view : {behind, before}) append_source(made, array, view);
    made.program.apply(ArrayOperation::Subtract);
}

// Whether the operand is the result of a float operation, which may have to be looked at.
bool Rewriter::append_operand(Expression& made, const Instr& instr, size_t index, const ArrayOperationForm& form) {
    const ValueId value = array_operands(instr, inference_)[index];
    if (!fact(value).is(TypeKind::NDArray)) {
        append_number(made, instr, index, form);
        return false;
    }
    const bool is_computed = append_array(made, value);
    if (ArrayDetail::unpack(fact(value).detail).element != form.taken(index)) made.program.cast(form.taken(index));
    return is_computed && is_float(ArrayDetail::unpack(fact(value).detail).element);
}

// What is used again is computed once.
bool Rewriter::append_expression(Expression& made, ValueId value) {
    const Instr& operand = p_.instr(p_.value(value).def);
    const std::optional<ArrayOperationForm> inner = array_form(operand);
    const bool is_computed = inner->is_float() && inner->made == inner->computed;
    if (const auto known = made.kept.find(value); known != made.kept.end()) {
        made.program.recall(known->second);
        return is_computed;
    }
    append_operation(made, operand, *inner);
    if (appended_.insert(value).second) --open_expressions_;
    if (inference_.used_again[value]) {
        const auto number = static_cast<uint32_t>(made.kept.size());
        made.program.keep(number);
        made.kept.emplace(value, number);
    }
    return is_computed;
}

// An array there is, or the operation that is computed here; whether it is one of floats.
bool Rewriter::append_array(Expression& made, ValueId value) {
    if (held(value).form == Held::Form::Expression) return append_expression(made, value);
    const Held known = held(value);
    const bool is_view = known.form == Held::Form::Row;
    const ValueId array = object(is_view ? known.items[0] : value);
    const ArrayView view = is_view ? taken_view(made, p_.instr(p_.value(value).def)) : ArrayView{};
    append_source(made, array, view);
    return false;
}

void Rewriter::append_source(Expression& made, ValueId array, const ArrayView& view) {
    const uint32_t index = add_operand(made, array, view);
    const uint8_t rank = detail_in(made, index)->rank;
    if (made.shape == no_id || rank > made.rank) {
        made.shape = array;
        made.rank = rank;
    }
    made.program.push(index, view);
}

// As NumPy takes it: a Python int must be one of the array's, a Python number becomes a float32 beside them.
void Rewriter::append_number(Expression& made, const Instr& instr, size_t index, const ArrayOperationForm& form) {
    const std::vector<ValueId> operands = array_operands(instr, inference_);
    const ValueId value = operands[index];
    const size_t beside = form.operation == ArrayOperation::Where  ? 3 - index
                          : form.operation == ArrayOperation::Clip ? 0
                                                                   : 1 - index;
    const Fact other = fact(operands[beside]);
    const ElementType array =
        other.is(TypeKind::NDArray) ? ArrayDetail::unpack(other.detail).element : ElementType::Other;
    const bool is_int = natural_rep(kind(value)) == Rep::I64;
    if (is_int && array > ElementType::Bool && array < ElementType::F32)
        guard_element(number(value, Rep::I64), array, no_id);
    ValueId taken = number(value, form.is_float() ? Rep::F64 : Rep::I64);
    if (form.computed == ElementType::F32) taken = rounded_to_f32(taken);
    made.program.push(add_operand(made, taken));
    const ElementType held_as = form.is_float() ? ElementType::F64 : ElementType::I64;
    if (form.computed != held_as) made.program.cast(form.computed);
}

// ---- NumPy's own loops ------------------------------------------------------------------------------------------

std::optional<ArrayUfuncForm> Rewriter::ufunc_form(const Instr& instr) const {
    if (instr.result == no_id || inference_.guarded[instr.result] || !fact(instr.result).known() ||
        !typed_allowed(instr))
        return std::nullopt;
    return array_ufunc(p_, instr, inference_);
}

bool Rewriter::rewrite_ufunc(const Instr& instr) {
    const std::optional<ArrayUfuncForm> form = ufunc_form(instr);
    if (!form) return false;
    if (const GlobalFact* callee = inference_.methods[instr.result]) result_.assumptions.push_back({callee->load});
    begin_expression();
    const bool is_made_here = held(form->array).form == Held::Form::Expression;
    const ValueId array = whole_array(form->array);
    const UfuncImm about{form->element, is_made_here && form->second != form->array, form->is_number_first};
    Op op = Op::ArrayUfunc;
    std::vector<ValueId> operands{array};
    if (form->second != no_id && fact(form->second).is(TypeKind::NDArray)) {
        op = Op::ArrayUfuncPair;
        operands.push_back(form->second == form->array ? array : whole_array(form->second));
    } else if (form->second != no_id) {
        op = Op::ArrayUfuncNumber;
        const ValueId taken = number(form->second, Rep::F64);
        operands.push_back(form->element == ElementType::F32 ? rounded_to_f32(taken) : taken);
    }
    hold_object(instr.result, emit_typed(op, form->fact().boxed(), std::move(operands), form->ufunc, about.pack()));
    end_expression(instr);
    note(instr, "NumPy's loop, called directly");
    return true;
}

// An array there is, or one made for the operation that is computed here.
ValueId Rewriter::whole_array(ValueId value) {
    if (held(value).form != Held::Form::Expression) return object(value);
    Expression made = new_expression();
    if (append_array(made, value)) made.program.apply(ArrayOperation::Finite);
    return make_array(made, fact(value));
}

// ---- reductions -------------------------------------------------------------------------------------------------

std::optional<ArrayReductionForm> Rewriter::reduction_form(const Instr& instr) const {
    if (instr.result == no_id || inference_.guarded[instr.result] || !fact(instr.result).known() ||
        request_.generic_only || !typed_allowed(instr))
        return std::nullopt;
    return array_reduction(p_, instr, inference_);
}

bool Rewriter::rewrite_reduction(const Instr& instr) {
    const std::optional<ArrayReductionForm> form = reduction_form(instr);
    if (!form) return false;
    if (const GlobalFact* callee = inference_.methods[instr.result]) result_.assumptions.push_back({callee->load});
    begin_expression();
    Expression made = new_expression();
    const bool is_computed = append_array(made, form->array);
    const ElementType element = ArrayDetail::unpack(fact(form->array).detail).element;
    const bool needs_array = form->axis ? has_views(made) : !is_flat(made);
    // The elements are gone through in the order in which the array would have them.
    if (is_computed && (needs_array || form->hides_elements())) made.program.apply(ArrayOperation::Finite);
    if (needs_array) {
        const ValueId array = make_array(made, fact(form->array));
        made = new_expression();
        made.shape = array;
        made.rank = detail_of(array).rank;
        made.program.push(add_operand(made, array));
    }
    if (element != form->computed) made.program.cast(form->computed);
    finish_reduction(instr, *form, made);
    end_expression(instr);
    note(instr, needs_array ? "whole array in one loop, made before" : "whole arrays in one loop, which reduces them");
    return true;
}

// Of an operand, or of the view of it that is taken; nothing of a number.
std::optional<ArrayDetail> Rewriter::detail_in(const Expression& made, size_t operand) const {
    const ValueId id = made.operands[operand];
    if (!s_.value(id).type.is_object()) return std::nullopt;
    const ArrayView& view = made.views[operand];
    return view.empty() ? std::optional(detail_of(id)) : detail_of_view(detail_of(id), view);
}

bool Rewriter::has_views(const Expression& made) const {
    return std::ranges::any_of(made.views, [](const ArrayView& view) { return !view.empty(); });
}

// Whether its elements come in the order in which they lie.
bool Rewriter::is_flat(const Expression& made) const {
    const uint8_t units = common_units(made);
    for (size_t i = 0; i < made.operands.size(); ++i) {
        const std::optional<ArrayDetail> detail = detail_in(made, i);
        if (!detail) continue;
        if (detail->rank != made.rank || detail->units != units) return false;
        if (!detail->c_contiguous && made.rank != 1) return false;
    }
    return true;
}

// The axes that have the length 1 in the result.
uint8_t Rewriter::common_units(const Expression& made) const {
    uint8_t units = (1 << ArrayDetail::most_units) - 1;
    for (size_t i = 0; i < made.operands.size(); ++i)
        if (const std::optional<ArrayDetail> detail = detail_in(made, i)) units &= detail->units_in(made.rank);
    return units;
}

// Arrays of which the result's shape follows: one of that shape, or all; none where it takes views to know it.
std::vector<ValueId> Rewriter::shape_of(const Expression& made) const {
    const uint8_t units = common_units(made);
    std::vector<ValueId> arrays;
    for (size_t i = 0; i < made.operands.size(); ++i) {
        const std::optional<ArrayDetail> detail = detail_in(made, i);
        if (!detail) continue;
        const bool has_it = detail->rank == made.rank && detail->units == units;
        if (has_it && made.views[i].empty()) return {made.operands[i]};
        arrays.push_back(made.operands[i]);
    }
    return has_views(made) ? std::vector<ValueId>{} : arrays;
}

void Rewriter::finish_reduction(const Instr& instr, const ArrayReductionForm& form, Expression& made) {
    if (form.deviates && form.axis) return finish_deviations(instr, form, made);
    if (form.deviates) return finish_number(instr, kind(instr.result), mean_of_squares(form, made));
    if (!form.axis) return finish_number(instr, kind(instr.result), reduce(form, made));
    hold_object(instr.result, fold(form, made));
}

// Along an axis.
ValueId Rewriter::fold(const ArrayReductionForm& form, Expression made) {
    const AxisImm axis{*form.axis, form.keeps_axis, form.computed};
    const ValueId array = emit_typed(Op::ArrayNewReduced, form.fact().boxed(), shape_of(made),
                                     static_cast<int64_t>(form.made), axis.pack());
    made.program.apply(form.operation);
    made.operands.insert(made.operands.begin(), {made.shape, array});
    emit(Op::ArrayFold, std::move(made.operands), text_constant(made.program.text()), axis.pack());
    return array;
}

// The variances along an axis: the means are kept as an axis of length 1, from which the elements differ.
void Rewriter::finish_deviations(const Instr& instr, const ArrayReductionForm& form, const Expression& made) {
    ArrayReductionForm mean = form, last = form;
    mean.keeps_axis = true;
    Expression squares = made;
    squares.program.push(add_operand(squares, fold(mean, made)));
    squares.program.apply(ArrayOperation::Subtract);
    squares.program.apply(ArrayOperation::Square);
    if (form.freedom > 0) last.operation = ArrayOperation::Sum;
    const ValueId array = fold(last, squares);
    hold_object(instr.result, array);
    if (form.freedom == 0 && !form.has_root) return;
    Expression end = new_expression();
    end.program.push(add_operand(end, array));
    if (form.freedom > 0) {
        end.program.push(add_operand(end, degrees_of_freedom(form, made.shape)));
        end.program.apply(ArrayOperation::Divide);
    }
    if (form.has_root) end.program.apply(ArrayOperation::Sqrt);
    end.program.apply(ArrayOperation::Finite);
    end.operands.insert(end.operands.begin(), array);
    emit(Op::ArrayUpdate, std::move(end.operands), text_constant(end.program.text()));
}

// How many elements there are, along the axis or at all, less some; a float. NumPy warns where nothing is left.
ValueId Rewriter::degrees_of_freedom(const ArrayReductionForm& form, ValueId array) {
    ValueId count = emit(Op::ArrayDim, {array}, form.axis.value_or(0));
    for (uint8_t axis = 1; !form.axis && axis < form.rank; ++axis)
        count = emit(Op::IMul, {count, emit(Op::ArrayDim, {array}, axis)});
    const ValueId freedom = const_i64(form.freedom);
    emit(Op::GuardBit, {emit(Op::ICmp, {freedom, count}, static_cast<int64_t>(CompareOp::Less))});
    return emit(Op::IToF, {emit(Op::ISub, {count, freedom})});
}

ValueId Rewriter::reduce(const ArrayReductionForm& form, const Expression& made) {
    ArrayProgram program = made.program;
    program.apply(form.operation);
    std::vector<ValueId> operands = made.operands;
    operands.insert(operands.begin(), made.shape);
    return emit_typed(Op::ArrayReduce, Type::unboxed(*scalar_kind(form.made)), std::move(operands),
                      text_constant(program.text()), static_cast<int64_t>(form.computed));
}

// NumPy's variance of doubles: the mean, then the mean of the squares of what they differ from it.
ValueId Rewriter::mean_of_squares(const ArrayReductionForm& form, const Expression& made) {
    Expression squares = made;
    if (traits_of(ArrayDetail::unpack(fact(form.array).detail).element).is_float()) {
        squares.program.push(add_operand(squares, reduce(form, made)));
    } else {
        ArrayReductionForm of_ints = form;
        of_ints.computed = ElementType::I64;
        Expression ints = made;
        ints.program = ArrayProgram(careful_);
        ints.program.push(0);
        if (ArrayDetail::unpack(fact(form.array).detail).element != ElementType::I64)
            ints.program.cast(ElementType::I64);
        squares.program.push(add_operand(squares, reduce(of_ints, ints)));
    }
    squares.program.apply(ArrayOperation::Subtract);
    squares.program.apply(ArrayOperation::Square);
    ArrayReductionForm last = form;
    if (form.freedom > 0) last.operation = ArrayOperation::Sum;
    ValueId variance = reduce(last, squares);
    if (form.freedom > 0)
        variance = emit_typed(Op::FDiv, Type::unboxed(*scalar_kind(form.made)),
                              {variance, degrees_of_freedom(form, made.shape)});
    if (!form.has_root) return variance;
    return emit_typed(Op::FSqrt, Type::unboxed(*scalar_kind(form.made)), {variance});
}

uint32_t Rewriter::add_operand(Expression& made, ValueId operand, const ArrayView& view) {
    for (uint32_t i = 0; i < made.operands.size(); ++i)
        if (made.operands[i] == operand && made.views[i] == view) return i;
    made.operands.push_back(operand);
    made.views.push_back(view);
    return static_cast<uint32_t>(made.operands.size() - 1);
}

uint32_t Rewriter::text_constant(const std::string& text) {
    for (uint32_t i = 0; i < s_.constants.size(); ++i)
        if (s_.constants[i].type.kind == TypeKind::Str && s_.constants[i].text == text) return i;
    Constant constant{};
    constant.type = Type::boxed(TypeKind::Str);
    constant.text = text;
    return s_.add_constant(std::move(constant));
}

}  // namespace aipy::opt
