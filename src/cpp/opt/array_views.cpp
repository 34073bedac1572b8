#include "opt/array_views.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

namespace {

using Bound = ViewItem::Bound;

constexpr uint8_t most_axes = 4;

std::optional<int64_t> constant_int(const Function& promoted, ValueId value) {
    const InstrId def = promoted.value(value).def;
    if (def == no_id || promoted.instr(def).op != Op::Const) return std::nullopt;
    const Constant& constant = promoted.constants[static_cast<size_t>(promoted.instr(def).imm)];
    return constant.type.kind == TypeKind::Int ? std::optional(constant.integer) : std::nullopt;
}

std::optional<Bound> bound_of(const Function& promoted, ValueId value, const Inference& inference) {
    const Fact known = inference.facts[value];
    if (known.nullable) return std::nullopt;
    if (known.is(TypeKind::NoneType)) return Bound{};
    if (!types::is_index(known.kind)) return std::nullopt;
    if (const auto number = constant_int(promoted, value)) return Bound{Bound::Kind::Number, *number};
    return Bound{Bound::Kind::Operand, value};
}

std::optional<ViewItem> item_of(const Function& promoted, ValueId part, const Inference& inference) {
    const InstrId def = promoted.value(part).def;
    if (def != no_id && promoted.instr(def).op == Op::BuildSlice) {
        const std::vector<ValueId>& parts = promoted.instr(def).operands;
        const std::optional<Bound> start = bound_of(promoted, parts[0], inference);
        const std::optional<Bound> stop = bound_of(promoted, parts[1], inference);
        const std::optional<Bound> step = bound_of(promoted, parts[2], inference);
        if (!start || !stop || !step || step->kind == Bound::Kind::Operand) return std::nullopt;
        const int64_t by = step->kind == Bound::Kind::None ? 1 : step->value;
        if (by < 1) return std::nullopt;
        return ViewItem{ViewItem::Kind::Slice, *start, *stop, by};
    }
    const std::optional<Bound> index = bound_of(promoted, part, inference);
    if (!index) return std::nullopt;
    if (index->kind == Bound::Kind::None) return ViewItem{ViewItem::Kind::NewAxis};
    return ViewItem{ViewItem::Kind::Index, *index};
}

std::optional<ArrayDetail> plain_array(Fact fact) {
    if (!fact.is(TypeKind::NDArray) || fact.nullable) return std::nullopt;
    const ArrayDetail detail = ArrayDetail::unpack(fact.detail);
    const bool is_plain = detail.rank > 0 && detail.rank <= most_axes && detail.element != ElementType::Other;
    return is_plain ? std::optional(detail) : std::nullopt;
}

}  // namespace

std::optional<ArrayView> view_of(const Function& promoted, const Instr& instr, const Inference& inference) {
    if (instr.op != Op::Subscript && instr.op != Op::StoreSubscript) return std::nullopt;
    const std::optional<ArrayDetail> whole = plain_array(inference.facts[instr.operands[0]]);
    if (!whole) return std::nullopt;
    const InstrId def = promoted.value(instr.operands[1]).def;
    const bool is_tuple = def != no_id && promoted.instr(def).op == Op::BuildTuple;
    ArrayView view;
    for (ValueId part : is_tuple ? promoted.instr(def).operands : std::vector<ValueId>{instr.operands[1]}) {
        const std::optional<ViewItem> item = item_of(promoted, part, inference);
        if (!item) return std::nullopt;
        view.push_back(*item);
    }
    if (view.empty() || !detail_of_view(*whole, view)) return std::nullopt;
    return view;
}

std::optional<ArrayDetail> stored_view(const Function& promoted, const Instr& store, const Inference& inference) {
    const std::optional<ArrayDetail> into = plain_array(inference.facts[store.operands[0]]);
    if (!into || !into->c_contiguous || !into->writeable) return std::nullopt;
    const std::optional<ArrayView> view = view_of(promoted, store, inference);
    return view ? detail_of_view(*into, *view) : std::nullopt;
}

bool stores_slice(const Function& promoted, const Instr& instr, const Inference& inference) {
    if (instr.op != Op::StoreSubscript) return false;
    const std::optional<ArrayDetail> made = stored_view(promoted, instr, inference);
    const std::optional<ArrayDetail> stored = plain_array(inference.facts[instr.operands[2]]);
    if (!made || !stored || made->element != stored->element) return false;
    return made->rank == stored->rank && made->units == 0 && stored->units == 0;
}

}  // namespace aipy::opt
