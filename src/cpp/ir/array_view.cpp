#include "ir/array_view.h"

#include <algorithm>
#include <charconv>

namespace aipy::ir {

namespace {

using Bound = ViewItem::Bound;

constexpr uint8_t most_axes = 4;

std::string bound_text(const Bound& bound) {
    switch (bound.kind) {
        case Bound::Kind::None: return "";
        case Bound::Kind::Number: return std::to_string(bound.value);
        case Bound::Kind::Operand: return "#" + std::to_string(bound.value);
    }
    return "";
}

std::string item_text(const ViewItem& item) {
    switch (item.kind) {
        case ViewItem::Kind::NewAxis: return "n";
        case ViewItem::Kind::Index: return bound_text(item.start);
        case ViewItem::Kind::Slice: break;
    }
    const std::string step = item.step == 1 ? "" : ":" + std::to_string(item.step);
    return bound_text(item.start) + ":" + bound_text(item.stop) + step;
}

std::optional<int64_t> number_in(std::string_view text) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Bound> parse_bound(std::string_view text) {
    if (text.empty()) return Bound{};
    const bool is_operand = text.starts_with('#');
    const std::optional<int64_t> number = number_in(text.substr(is_operand ? 1 : 0));
    if (!number || (is_operand && *number < 0)) return std::nullopt;
    return Bound{is_operand ? Bound::Kind::Operand : Bound::Kind::Number, *number};
}

// What stands before the mark, which is taken off with it; all, where there is none.
std::string_view take_until(std::string_view& text, char mark) {
    const size_t end = std::min(text.find(mark), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

std::optional<ViewItem> parse_item(std::string_view text) {
    if (text == "n") return ViewItem{ViewItem::Kind::NewAxis};
    const bool is_slice = text.find(':') != std::string_view::npos;
    const std::optional<Bound> start = parse_bound(take_until(text, ':'));
    if (!start || (!is_slice && start->kind == Bound::Kind::None)) return std::nullopt;
    if (!is_slice) return ViewItem{ViewItem::Kind::Index, *start};
    const std::optional<Bound> stop = parse_bound(take_until(text, ':'));
    const std::optional<int64_t> step = text.empty() ? 1 : number_in(text);
    if (!stop || !step || *step < 1) return std::nullopt;
    return ViewItem{ViewItem::Kind::Slice, *start, *stop, *step};
}

}  // namespace

std::optional<ArrayDetail> detail_of_view(ArrayDetail whole, const ArrayView& view) {
    ArrayDetail made{whole.element, 0, whole.c_contiguous, whole.writeable};
    size_t taken = 0;
    bool has_slice = false;  // a part of an axis lies side by side only where all axes behind it are whole
    for (const ViewItem& item : view) {
        if (item.kind == ViewItem::Kind::NewAxis) {
            if (made.rank >= ArrayDetail::most_units) return std::nullopt;
            made.units = static_cast<uint8_t>(made.units | 1 << made.rank++);
            continue;
        }
        ++taken;
        const bool is_index = item.kind == ViewItem::Kind::Index;
        if (has_slice && !item.is_whole()) made.c_contiguous = false;
        if (!is_index && item.step != 1) made.c_contiguous = false;
        has_slice |= !is_index;
        if (!is_index) ++made.rank;
    }
    if (taken > whole.rank) return std::nullopt;
    made.rank = static_cast<uint8_t>(made.rank + (whole.rank - taken));
    if (made.rank == 0 || made.rank > most_axes) return std::nullopt;
    return made;
}

std::string view_text(const ArrayView& view) {
    std::string text = "[";
    for (const ViewItem& item : view) text += (text.size() > 1 ? "," : "") + item_text(item);
    return text + "]";
}

std::optional<ArrayView> parse_view(std::string_view text) {
    if (text.size() < 3 || !text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    ArrayView view;
    while (!text.empty()) {
        const std::optional<ViewItem> item = parse_item(take_until(text, ','));
        if (!item) return std::nullopt;
        view.push_back(*item);
    }
    return view;
}

}  // namespace aipy::ir
