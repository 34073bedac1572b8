#include "opt/array_reductions.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "opt/call_targets.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

namespace {

constexpr uint8_t most_axes = 4;

// A method of arrays and the functions of NumPy that do the same.
struct Row {
    std::string_view method;
    std::vector<KnownCallable> functions;
    ArrayOperation operation;
    bool deviates = false;
    bool has_root = false;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all = {
        {"sum", {KnownCallable::NumpySum}, ArrayOperation::Sum},
        {"prod", {KnownCallable::NumpyProd}, ArrayOperation::Product},
        {"mean", {KnownCallable::NumpyMean}, ArrayOperation::Mean},
        {"var", {KnownCallable::NumpyVar}, ArrayOperation::Mean, true},
        {"std", {KnownCallable::NumpyStd}, ArrayOperation::Mean, true, true},
        {"min", {KnownCallable::NumpyMin, KnownCallable::NumpyAmin}, ArrayOperation::Least},
        {"max", {KnownCallable::NumpyMax, KnownCallable::NumpyAmax}, ArrayOperation::Greatest},
        {"any", {KnownCallable::NumpyAny}, ArrayOperation::Any},
        {"all", {KnownCallable::NumpyAll}, ArrayOperation::All},
        {"argmin", {KnownCallable::NumpyArgmin}, ArrayOperation::ArgLeast},
        {"argmax", {KnownCallable::NumpyArgmax}, ArrayOperation::ArgGreatest},
    };
    return all;
}

struct ReductionCall {
    const Row* row;
    ValueId array;
    std::vector<ValueId> arguments;
    std::string_view names;  // of the last arguments: the text of a tuple; empty without such
};

std::optional<ReductionCall> reduction_call(const Function& promoted, const Instr& instr, const Inference& inference) {
    const bool is_method = instr.op == Op::CallMethod && inference.methods[instr.result] == nullptr;
    if (instr.op != Op::Call && instr.op != Op::CallMethod) return std::nullopt;
    auto text = [&](int64_t constant) -> std::string_view {
        return promoted.constants[static_cast<size_t>(constant)].text;
    };
    auto is_it = [&](const Row& row) {
        if (is_method) return row.method == text(instr.imm);
        const GlobalFact* callee =
            instr.op == Op::Call ? inference.known[instr.operands[0]] : inference.methods[instr.result];
        return callee != nullptr && std::ranges::count(row.functions, callee->callable) > 0;
    };
    const auto found = std::ranges::find_if(rows(), is_it);
    const size_t array = is_method ? 0 : 1;
    if (found == rows().end() || instr.operands.size() <= array) return std::nullopt;
    const int64_t names = instr.op == Op::Call ? instr.imm : instr.imm2;
    return ReductionCall{&*found,
                         instr.operands[array],
                         {instr.operands.begin() + static_cast<ptrdiff_t>(array) + 1, instr.operands.end()},
                         names < 0 ? std::string_view() : text(names)};
}

// The names in the text of a tuple of strs.
std::vector<std::string_view> names_in(std::string_view tuple) {
    std::vector<std::string_view> names;
    for (size_t at = tuple.find('\''); at != std::string_view::npos;) {
        const size_t end = tuple.find('\'', at + 1);
        if (end == std::string_view::npos) break;
        names.push_back(tuple.substr(at + 1, end - at - 1));
        at = tuple.find('\'', end + 1);
    }
    return names;
}

const Constant* constant_at(const Function& promoted, ValueId value) {
    const InstrId def = promoted.value(value).def;
    if (def == no_id || promoted.instr(def).op != Op::Const) return nullptr;
    return &promoted.constants[static_cast<size_t>(promoted.instr(def).imm)];
}

// Whether all arguments are understood.
bool take_arguments(const Function& promoted, const ReductionCall& call, ArrayReductionForm& form) {
    const std::vector<std::string_view> names = names_in(call.names);
    if (names.size() > call.arguments.size()) return false;
    const size_t positional = call.arguments.size() - names.size();
    if (positional > 1) return false;
    for (size_t i = 0; i < call.arguments.size(); ++i) {
        const Constant* constant = constant_at(promoted, call.arguments[i]);
        const std::string_view name = i < positional ? "axis" : names[i - positional];
        if (constant == nullptr) return false;
        const TypeKind kind = constant->type.kind;
        if (name == "axis" && kind == TypeKind::Int) {
            const int64_t axis = constant->integer + (constant->integer < 0 ? form.rank : 0);
            if (axis < 0 || axis >= form.rank) return false;  // an error
            form.axis = static_cast<uint8_t>(axis);
        } else if (name == "keepdims" && kind == TypeKind::Bool) {
            form.keeps_axis = constant->integer != 0;
        } else if (name == "ddof" && kind == TypeKind::Int && form.deviates) {
            form.freedom = constant->integer;
        } else if (name != "axis" || kind != TypeKind::NoneType) {
            return false;
        }
    }
    return true;
}

// What elements are brought to, and what comes out; false where NumPy has a way of its own.
bool choose_elements(ElementType element, ArrayReductionForm& form) {
    const ElementTraits traits = traits_of(element);
    const bool is_truth = element == ElementType::Bool;
    form.computed = element;
    switch (form.operation) {
        case ArrayOperation::Sum:
        case ArrayOperation::Product:
            if (!traits.is_float())
                form.computed = traits.is_signed() || is_truth ? ElementType::I64 : ElementType::U64;
            form.made = form.computed;
            return true;
        case ArrayOperation::Mean:
            if (element == ElementType::U64 || (form.deviates && element == ElementType::F32)) return false;
            if (!traits.is_float()) form.computed = form.deviates ? ElementType::F64 : ElementType::I64;
            form.made = traits.is_float() ? element : ElementType::F64;
            return true;
        case ArrayOperation::Any:
        case ArrayOperation::All: form.made = ElementType::Bool; return is_truth;
        case ArrayOperation::ArgLeast:
        case ArrayOperation::ArgGreatest: form.made = ElementType::I64; return !is_truth;
        default: form.made = element; return !is_truth;
    }
}

}  // namespace

bool ArrayReductionForm::hides_elements() const {
    return operation != ArrayOperation::Sum && operation != ArrayOperation::Mean &&
           operation != ArrayOperation::Product;
}

Fact ArrayReductionForm::fact() const {
    if (!axis) return Fact::of(*scalar_kind(made));
    const int before = units & ((1 << *axis) - 1), behind = units >> (*axis + 1);
    const int left = keeps_axis ? units | 1 << *axis : before | behind << *axis;
    ArrayDetail detail{made, static_cast<uint8_t>(keeps_axis ? rank : rank - 1), true, true,
                       static_cast<uint8_t>(left)};
    return Fact::of(TypeKind::NDArray, detail.pack());
}

std::optional<ArrayReductionForm> array_reduction(const Function& promoted, const Instr& instr,
                                                  const Inference& inference) {
    const std::optional<ReductionCall> call = reduction_call(promoted, instr, inference);
    if (!call) return std::nullopt;
    const Fact array = inference.facts[call->array];
    if (!array.is(TypeKind::NDArray) || array.nullable) return std::nullopt;
    const ArrayDetail detail = ArrayDetail::unpack(array.detail);
    if (detail.rank == 0 || detail.rank > most_axes || detail.element == ElementType::Other) return std::nullopt;
    ArrayReductionForm form{.operation = call->row->operation,
                            .array = call->array,
                            .computed = detail.element,
                            .made = detail.element,
                            .rank = detail.rank,
                            .units = detail.units,
                            .deviates = call->row->deviates,
                            .has_root = call->row->has_root};
    if (!take_arguments(promoted, *call, form) || !choose_elements(detail.element, form)) return std::nullopt;
    if (form.axis && !form.keeps_axis && form.rank == 1) form.axis.reset();
    const bool is_place = form.operation == ArrayOperation::ArgLeast || form.operation == ArrayOperation::ArgGreatest;
    // NumPy moves another axis to the end and copies; of ints it adds doubles, in chunks.
    if (form.axis && is_place && *form.axis + 1 != form.rank) return std::nullopt;
    if (form.axis && form.deviates && (detail.element != ElementType::F64 || !detail.c_contiguous || detail.units != 0))
        return std::nullopt;
    if (form.freedom < 0 || form.freedom > 1 << 20) return std::nullopt;
    // The order in which NumPy goes through a view's elements is its own matter.
    if (!form.axis && (form.keeps_axis || (!detail.c_contiguous && detail.rank > 1))) return std::nullopt;
    return form;
}

}  // namespace aipy::opt
