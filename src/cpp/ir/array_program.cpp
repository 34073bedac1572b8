#include "ir/array_program.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace aipy::ir {

namespace {

struct Row {
    std::string_view text;
    size_t operands;
};
constexpr Row rows[] = {
#define ARRAY_OPERATION(name, text, operands) {text, operands},
#include "ir/array_operations.def"
#undef ARRAY_OPERATION
};
constexpr std::string_view cast_prefix = "as.";
constexpr char keep_mark = '=', recall_mark = '$', careful_mark = '!', target_mark = '>';

size_t taken_by(const ArrayProgram::Step& step) {
    using Kind = ArrayProgram::Step::Kind;
    switch (step.kind) {
        case Kind::Operand:
        case Kind::Target:
        case Kind::Recall: return 0;
        case Kind::Cast:
        case Kind::Keep: return 1;
        case Kind::Operation: return operand_count(step.operation);
    }
    return 0;
}

std::optional<ElementType> element_named(std::string_view name) {
    for (uint8_t i = 0; i < static_cast<uint8_t>(ElementType::Other); ++i)
        if (element_type_name(static_cast<ElementType>(i)) == name) return static_cast<ElementType>(i);
    return std::nullopt;
}

std::optional<ArrayProgram::Step> step_of(std::string_view word) {
    using Kind = ArrayProgram::Step::Kind;
    ArrayProgram::Step step{Kind::Operand};
    if (word.size() > 1 && word.ends_with(careful_mark)) {
        auto careful = step_of(word.substr(0, word.size() - 1));
        if (!careful || careful->is_careful || (careful->kind != Kind::Cast && careful->kind != Kind::Operation))
            return std::nullopt;
        careful->is_careful = true;
        return careful;
    }
    const size_t bracket = word.find('[');
    if (bracket != std::string_view::npos) {
        const std::optional<ArrayView> view = parse_view(word.substr(bracket));
        if (!view) return std::nullopt;
        step.view = *view;
        word = word.substr(0, bracket);
        if (word == std::string_view(&target_mark, 1)) {
            step.kind = Kind::Target;
            return step;
        }
    }
    if (auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), step.operand);
        error == std::errc{} && end == word.data() + word.size())
        return step;
    if (!step.view.empty()) return std::nullopt;
    for (const auto kind : {ArrayProgram::Step::Kind::Keep, ArrayProgram::Step::Kind::Recall}) {
        const char mark = kind == ArrayProgram::Step::Kind::Keep ? keep_mark : recall_mark;
        if (!word.starts_with(mark)) continue;
        step.kind = kind;
        const auto [end, error] = std::from_chars(word.data() + 1, word.data() + word.size(), step.operand);
        return error == std::errc{} && end == word.data() + word.size() ? std::optional(step) : std::nullopt;
    }
    if (word.starts_with(cast_prefix)) {
        const std::optional<ElementType> element = element_named(word.substr(cast_prefix.size()));
        if (!element) return std::nullopt;
        step.kind = Kind::Cast;
        step.element = *element;
        return step;
    }
    const auto* row = std::ranges::find(rows, word, &Row::text);
    if (row == std::end(rows)) return std::nullopt;
    step.kind = Kind::Operation;
    step.operation = static_cast<ArrayOperation>(row - std::begin(rows));
    return step;
}

}  // namespace

size_t operand_count(ArrayOperation operation) { return rows[static_cast<size_t>(operation)].operands; }

void ArrayProgram::append(std::string_view word) {
    if (!text_.empty()) text_ += ' ';
    text_ += word;
}

void ArrayProgram::push(uint32_t operand, const ArrayView& view) {
    append(std::to_string(operand) + (view.empty() ? "" : view_text(view)));
}
// Whenever it is known: it stands before all else.
void ArrayProgram::set_target(const ArrayView& view) {
    text_ = target_mark + view_text(view) + (text_.empty() ? "" : " ") + text_;
}
void ArrayProgram::keep(uint32_t number) { append(keep_mark + std::to_string(number)); }
void ArrayProgram::recall(uint32_t number) { append(recall_mark + std::to_string(number)); }
void ArrayProgram::cast(ElementType element) {
    append(std::string(cast_prefix) + std::string(element_type_name(element)));
    if (is_careful_) text_ += careful_mark;
}
void ArrayProgram::apply(ArrayOperation operation) {
    if (is_careful_ && operation == ArrayOperation::Finite) return;
    append(rows[static_cast<size_t>(operation)].text);
    if (is_careful_ && operation < ArrayOperation::Sum) text_ += careful_mark;
}

std::optional<std::vector<ArrayProgram::Step>> ArrayProgram::parse(std::string_view text) {
    std::vector<Step> steps;
    size_t depth = 0, kept = 0;
    while (!text.empty()) {
        const size_t end = std::min(text.find(' '), text.size());
        const std::optional<Step> step = step_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!step) return std::nullopt;
        if (step->kind == Step::Kind::Target) {
            if (!steps.empty()) return std::nullopt;
            steps.push_back(*step);
            continue;
        }
        const size_t taken = taken_by(*step);
        if (depth < taken) return std::nullopt;
        if (step->kind == Step::Kind::Keep && step->operand != kept++) return std::nullopt;
        if (step->kind == Step::Kind::Recall && step->operand >= kept) return std::nullopt;
        depth += 1 - taken;
        steps.push_back(*step);
    }
    if (depth != 1) return std::nullopt;
    return steps;
}

}  // namespace aipy::ir
