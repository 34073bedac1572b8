// match: one case after the other, each a chain of tests that go to the next case when they fail.
//
// CPython keeps subjects, parts of them and captured values on its stack until the case is decided: names are bound
// only then, in the order of the captures, and what the stack holds dies when it is popped. `held` and `captured` are
// that part of the stack; a test that fails gives it up before it goes on, its top first.
#include <algorithm>

#include "frontend/lowering.h"

namespace aipy::frontend {

struct Lowering::Capture {
    PyObject* name;
    ValueId value;
};

// Where a pattern stands: in a case, or in an alternative of an or-pattern.
struct Lowering::PatternContext {
    BlockId failed;  // where to go on when it does not match
    std::vector<Capture> captured = {};
    Values held = {};
};

static bool is_wildcard(Node pattern) {
    return pattern.is(NodeKind::MatchAs) && pattern.identifier(Field::name) == nullptr;
}

static bool is_wildcard_star(Node pattern) {
    return pattern.is(NodeKind::MatchStar) && pattern.identifier(Field::name) == nullptr;
}

static void append(std::vector<Node>& nodes, const NodeList& list) {
    for (Node node : list) nodes.push_back(node);
}

// ---- the statement ----------------------------------------------------------------------------------------

void Lowering::match_statement(Node node) {
    NodeList cases = node.list(Field::cases);
    ValueId subject = expression(node.get(Field::subject));
    BlockId end = new_block();
    // A wildcard at the end looks at no subject: the case before it is the last to need it.
    bool has_default = cases.size() > 1 && is_wildcard(cases[cases.size() - 1].get(Field::pattern));
    size_t last = cases.size() - 1 - (has_default ? 1 : 0);
    for (size_t i = 0; i < cases.size() && reachable(); ++i) {
        BlockId next = new_block();
        if (i <= last)
            match_case(cases[i], subject, i < last, next);
        else
            match_guard(cases[i], next);
        if (reachable()) statements(cases[i].list(Field::body));
        if (reachable()) jump(end);
        begin(next);
    }
    if (reachable()) jump(end);
    begin(end);
}

// `needed`: by later cases, so that it lives until this one is decided.
void Lowering::match_case(Node node, ValueId subject, bool needed, BlockId next) {
    Node pattern_node = node.get(Field::pattern);
    SourceSpan span = pattern_node.span();
    PatternContext context{.failed = next};
    pattern(pattern_node, subject, context);
    for (const Capture& capture : context.captured) store_name(capture.name, capture.value, span);
    match_guard(node, next);
    if (needed && reachable()) emit(Op::Keep, span, {subject});
}

void Lowering::match_guard(Node node, BlockId next) {
    Node guard = node.get(Field::guard);
    if (!guard) return;
    BlockId passed = new_block();
    condition(guard, passed, next);
    begin(passed);
}

// ---- patterns ---------------------------------------------------------------------------------------------

// Goes on where the subject matches, with what it captures in the context; the subject is consumed.
void Lowering::pattern(Node node, ValueId subject, PatternContext& context) {
    Nesting nesting(*this, node);
    switch (node.kind()) {
        case NodeKind::MatchValue: return value_pattern(node, subject, context);
        case NodeKind::MatchSingleton: {
            SourceSpan span = node.span();
            ValueId expected = constant(node.raw(Field::value), span);
            return require_match(emit(Op::Is, span, {subject, expected}), span, context);
        }
        case NodeKind::MatchSequence: return sequence_pattern(node, subject, context);
        case NodeKind::MatchMapping: return mapping_pattern(node, subject, context);
        case NodeKind::MatchClass: return class_pattern(node, subject, context);
        case NodeKind::MatchStar: return capture_pattern(node, subject, context);
        case NodeKind::MatchOr: return or_pattern(node, subject, context);
        case NodeKind::MatchAs:
            if (Node inner = node.get(Field::pattern)) {
                context.held.push_back(subject);
                pattern(inner, subject, context);
                context.held.pop_back();
            }
            return capture_pattern(node, subject, context);
        default: throw Bailout{BailoutReason::Internal, node.line(), Py_TYPE(node.object())->tp_name};
    }
}

void Lowering::capture_pattern(Node node, ValueId subject, PatternContext& context) {
    if (PyObject* name = node.identifier(Field::name))
        context.captured.push_back({name, subject});
    else
        emit(Op::Keep, node.span(), {subject});
}

void Lowering::value_pattern(Node node, ValueId subject, PatternContext& context) {
    SourceSpan span = node.span();
    ValueId expected = expression(node.get(Field::value));
    constexpr auto equal = static_cast<int64_t>(ir::CompareOp::Equal);
    ValueId same = emit(Op::Compare, span, {subject, expected}, equal);
    require_match(emit(Op::Truth, span, {same}), span, context);
}

// The names of all alternatives are those of the first, in its order.
void Lowering::or_pattern(Node node, ValueId subject, PatternContext& context) {
    SourceSpan span = node.span();
    BlockId matched = new_block();
    std::vector<Capture> captured;
    bool first = true;
    for (Node alternative : node.list(Field::patterns)) {
        BlockId next = new_block();
        PatternContext inner{.failed = next};
        pattern(alternative, subject, inner);
        if (first)
            for (const Capture& capture : inner.captured)
                captured.push_back({capture.name, function_.add_param(matched, ir::Type::any())});
        first = false;
        Values values;
        for (const Capture& wanted : captured)
            for (const Capture& capture : inner.captured)
                if (equal(capture.name, wanted.name)) values.push_back(capture.value);
        jump(matched, std::move(values));
        begin(next);
        if (!reachable()) break;
    }
    if (reachable()) {
        emit(Op::Keep, span, {subject});
        fail_match(span, context);
    }
    begin(matched);
    context.captured.insert(context.captured.end(), captured.begin(), captured.end());
    emit(Op::Keep, span, {subject});
}

// ---- sequences --------------------------------------------------------------------------------------------

void Lowering::sequence_pattern(Node node, ValueId subject, PatternContext& context) {
    SourceSpan span = node.span();
    NodeList items = node.list(Field::patterns);
    size_t star = items.size();
    bool only_wildcards = true;
    for (size_t i = 0; i < items.size(); ++i) {
        if (items[i].is(NodeKind::MatchStar)) star = i;
        only_wildcards = only_wildcards && (is_wildcard(items[i]) || is_wildcard_star(items[i]));
    }
    bool has_star = star < items.size();
    context.held.push_back(subject);
    require_match(emit(Op::MatchSequence, span, {subject}), span, context);
    if (!has_star)
        require_length(subject, items.size(), ir::CompareOp::Equal, span, context);
    else if (items.size() > 1)
        require_length(subject, items.size() - 1, ir::CompareOp::GreaterEqual, span, context);
    context.held.pop_back();
    if (only_wildcards)
        emit(Op::Keep, span, {subject});
    else if (has_star && is_wildcard_star(items[star]))
        match_around_star(items, star, subject, span, context);
    else
        match_all_items(items, star, subject, span, context);
}

void Lowering::require_length(ValueId subject, size_t length, ir::CompareOp comparison, const SourceSpan& span,
                              PatternContext& context) {
    ValueId given = emit(Op::Length, span, {subject});
    ValueId wanted = constant(require(PyLong_FromSize_t(length)).get(), span);
    ValueId holds = emit(Op::Compare, span, {given, wanted}, static_cast<int64_t>(comparison));
    require_match(emit(Op::Truth, span, {holds}), span, context);
}

void Lowering::match_all_items(const NodeList& items, size_t star, ValueId subject, const SourceSpan& span,
                               PatternContext& context) {
    auto count = static_cast<int64_t>(items.size()), before = static_cast<int64_t>(star);
    ValueId parts = before == count ? emit(Op::UnpackSequence, span, {subject}, count)
                                    : emit(Op::UnpackEx, span, {subject}, before, count - before - 1);
    std::vector<Node> patterns;
    append(patterns, items);
    match_parts(patterns, parts, span, context);
}

// The items of a tuple against as many patterns; those not looked at yet are held.
void Lowering::match_parts(const std::vector<Node>& patterns, ValueId parts, const SourceSpan& span,
                           PatternContext& context) {
    size_t bottom = context.held.size();
    for (size_t i = 0; i < patterns.size(); ++i)
        context.held.push_back(emit(Op::TupleItem, span, {parts}, static_cast<int64_t>(i)));
    std::reverse(context.held.begin() + static_cast<std::ptrdiff_t>(bottom), context.held.end());
    for (Node part : patterns) {
        ValueId item = context.held.back();
        context.held.pop_back();
        pattern(part, item, context);
    }
}

// `[a, *_, b]` takes the items by their indices: not all of them are there to be unpacked.
void Lowering::match_around_star(const NodeList& items, size_t star, ValueId subject, const SourceSpan& span,
                                 PatternContext& context) {
    context.held.push_back(subject);
    for (size_t i = 0; i < items.size(); ++i) {
        if (i == star || is_wildcard(items[i])) continue;
        ValueId index;
        if (i < star) {
            index = constant(require(PyLong_FromSize_t(i)).get(), span);
        } else {
            ValueId length = emit(Op::Length, span, {subject});
            ValueId from_end = constant(require(PyLong_FromSize_t(items.size() - i)).get(), span);
            constexpr auto subtract = static_cast<int64_t>(ir::Operator::Subtract);
            index = emit(Op::Binary, span, {length, from_end}, subtract);
        }
        pattern(items[i], emit(Op::Subscript, span, {subject, index}), context);
    }
    context.held.pop_back();
    emit(Op::Keep, span, {subject});
}

// ---- mappings and classes ---------------------------------------------------------------------------------

void Lowering::mapping_pattern(Node node, ValueId subject, PatternContext& context) {
    SourceSpan span = node.span();
    NodeList keys = node.list(Field::keys);
    PyObject* rest = node.identifier(Field::rest);
    context.held.push_back(subject);
    require_match(emit(Op::MatchMapping, span, {subject}), span, context);
    if (!keys.empty()) require_length(subject, keys.size(), ir::CompareOp::GreaterEqual, span, context);
    if (keys.empty() && rest == nullptr) {
        context.held.pop_back();
        emit(Op::Keep, span, {subject});
        return;
    }
    PyObject* folded = constants_.fold_tuple(keys);
    ValueId wanted = folded != nullptr ? constant(folded, span) : tuple_expression(keys, span);
    context.held.push_back(wanted);
    ValueId parts = emit(Op::MatchKeys, span, {subject, wanted});
    require_present(parts, span, context);
    std::vector<Node> patterns;
    append(patterns, node.list(Field::patterns));
    match_parts(patterns, parts, span, context);
    context.held.resize(context.held.size() - 2);
    if (rest != nullptr) return context.captured.push_back({rest, mapping_rest(keys.size(), subject, wanted, span)});
    emit(Op::Keep, span, {wanted});
    emit(Op::Keep, span, {subject});
}

ValueId Lowering::mapping_rest(size_t key_count, ValueId subject, ValueId keys, const SourceSpan& span) {
    ValueId rest = emit(Op::BuildDict, span);
    emit(Op::DictUpdate, span, {rest, subject});
    for (size_t i = 0; i < key_count; ++i) {
        ValueId key = emit(Op::TupleItem, span, {keys}, static_cast<int64_t>(i));
        emit(Op::DeleteSubscript, span, {rest, key});
    }
    return rest;
}

void Lowering::class_pattern(Node node, ValueId subject, PatternContext& context) {
    SourceSpan span = node.span();
    NodeList positional = node.list(Field::patterns), named = node.list(Field::kwd_patterns);
    ValueId type = expression(node.get(Field::cls));
    Ref names = require(PyList_AsTuple(node.raw(Field::kwd_attrs)));
    ValueId parts = emit(Op::MatchClass, span, {subject, type}, static_cast<int64_t>(positional.size()),
                         constants_.add(names.get()));
    require_present(parts, span, context);
    std::vector<Node> patterns;
    append(patterns, positional);
    append(patterns, named);
    match_parts(patterns, parts, span, context);
}

// ---- tests ------------------------------------------------------------------------------------------------

void Lowering::require_match(ValueId bit, const SourceSpan& span, PatternContext& context) {
    BlockId matches = new_block(), fails = new_block();
    branch(bit, matches, fails);
    begin(fails);
    fail_match(span, context);
    begin(matches);
}

void Lowering::require_present(ValueId parts, const SourceSpan& span, PatternContext& context) {
    BlockId matches = new_block(), fails = new_block();
    branch_null(parts, fails, matches);
    begin(fails);
    fail_match(span, context);
    begin(matches);
}

void Lowering::fail_match(const SourceSpan& span, PatternContext& context) {
    for (size_t i = context.held.size(); i-- > 0;) emit(Op::Keep, span, {context.held[i]});
    for (const Capture& capture : context.captured) emit(Op::Keep, span, {capture.value});
    jump(context.failed);
}

}  // namespace aipy::frontend
