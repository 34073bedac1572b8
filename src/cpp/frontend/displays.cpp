// Tuples, lists, sets, dicts and f-strings.
#include "frontend/lowering.h"

namespace aipy::frontend {
namespace {

bool has_star(const NodeList& items) {
    for (Node item : items)
        if (item.is(NodeKind::Starred)) return true;
    return false;
}

}  // namespace

ValueId Lowering::tuple_expression(const NodeList& items, const SourceSpan& span, Values first) {
    if (has_star(items)) return emit(Op::ListToTuple, span, {list_expression(items, span, std::move(first))});
    for (Node item : items) first.push_back(expression(item));
    return emit(Op::BuildTuple, span, std::move(first));
}

// Items before the first star are built at once; from there on they are added one by one, as they are evaluated.
ValueId Lowering::list_expression(const NodeList& items, const SourceSpan& span, Values first) {
    size_t i = 0;
    for (; i < items.size() && !items[i].is(NodeKind::Starred); ++i) first.push_back(expression(items[i]));
    ValueId list = emit(Op::BuildList, span, std::move(first));
    for (; i < items.size(); ++i) {
        if (items[i].is(NodeKind::Starred)) {
            ValueId more = expression(items[i].get(Field::value));
            emit(Op::ListExtend, span, {list, more});
        } else {
            ValueId item = expression(items[i]);
            emit(Op::ListAppend, span, {list, item});
        }
    }
    return list;
}

ValueId Lowering::set_expression(const NodeList& items, const SourceSpan& span) {
    Values values;
    size_t i = 0;
    for (; i < items.size() && !items[i].is(NodeKind::Starred); ++i) values.push_back(expression(items[i]));
    ValueId set = emit(Op::BuildSet, span, std::move(values));
    for (; i < items.size(); ++i) {
        bool star = items[i].is(NodeKind::Starred);
        ValueId item = expression(star ? items[i].get(Field::value) : items[i]);
        emit(star ? Op::SetUpdate : Op::SetAdd, span, {set, item});
    }
    return set;
}

// CPython hashes a key when the run of pairs that holds it is built: up to the next `**`, and at most
// 16 (3.12) or 17 (3.13) pairs, after which pairs are merged as a dict of their own.
ValueId Lowering::dict_expression(Node node, const SourceSpan& span) {
    constexpr size_t longest_run = 16;
    PyObject* keys = node.raw(Field::keys);
    NodeList values = node.list(Field::values);
    Values run;
    ValueId dict = no_id;
    auto flush = [&] {
        ValueId part = emit(Op::BuildDict, span, std::exchange(run, {}));
        if (dict == no_id)
            dict = part;
        else
            emit(Op::DictUpdate, span, {dict, part});
    };
    for (size_t i = 0; i < values.size(); ++i) {
        Node key(PyList_GET_ITEM(keys, static_cast<Py_ssize_t>(i)));
        if (key) {
            run.push_back(expression(key));
            run.push_back(expression(values[i]));
            if (run.size() == 2 * (longest_run + (PY_VERSION_HEX >= 0x030c0000))) flush();
            continue;
        }
        if (!run.empty() || dict == no_id) flush();
        ValueId mapping = expression(values[i]);
        emit(Op::DictUpdate, span, {dict, mapping});
    }
    if (!run.empty() || dict == no_id) flush();
    return dict;
}

// ---- f-strings --------------------------------------------------------------------------------------------

ValueId Lowering::joined_string(Node node, const SourceSpan& span) {
    NodeList parts = node.list(Field::values);
    if (parts.empty()) return constant(require(PyUnicode_FromString("")).get(), span);
    Values values;
    for (Node part : parts) values.push_back(expression(part));
    return values.size() == 1 ? values[0] : emit(Op::BuildString, span, std::move(values));
}

// CPython's numbers for no conversion, str, repr and ascii.
int64_t Lowering::conversion_of(Node node) {
    switch (node.integer(Field::conversion)) {
        case 's': return 1;
        case 'r': return 2;
        case 'a': return 3;
        default: return 0;  // -1: none
    }
}

ValueId Lowering::formatted_value(Node node, const SourceSpan& span) {
    ValueId value = expression(node.get(Field::value));
    Node spec = node.get(Field::format_spec);
    ValueId format = spec ? expression(spec) : null_value(span);
    return emit(Op::FormatValue, span, {value, format}, conversion_of(node));
}

ValueId Lowering::percent_format(Node node, const SourceSpan& span) {
    Node left = node.get(Field::left), right = node.get(Field::right);
    if (!left.is(NodeKind::Constant) || !right.is(NodeKind::Tuple)) return no_id;
    PyObject* format = left.raw(Field::value);
    NodeList arguments = right.list(Field::elts);
    if (!PyUnicode_CheckExact(format) || has_star(arguments)) return no_id;

    // Literal texts between the conversions; every conversion must be a bare %s, %r or %a.
    std::vector<Ref> texts;
    std::vector<int64_t> conversions;
    Ref literal = require(PyUnicode_FromString(""));
    for (Py_ssize_t i = 0, length = PyUnicode_GET_LENGTH(format); i < length; ++i) {
        Py_UCS4 character = PyUnicode_READ_CHAR(format, i);
        Py_UCS4 next = character == '%' && i + 1 < length ? PyUnicode_READ_CHAR(format, i + 1) : 0;
        if (character == '%' && next != '%') {
            if (next != 's' && next != 'r' && next != 'a') return no_id;
            texts.push_back(std::exchange(literal, require(PyUnicode_FromString(""))));
            conversions.push_back(next == 's' ? 1 : next == 'r' ? 2 : 3);
            ++i;
            continue;
        }
        Ref one = require(PyUnicode_FromOrdinal(static_cast<int>(character)));
        literal = require(PyUnicode_Concat(literal.get(), one.get()));
        if (character == '%') ++i;
    }
    texts.push_back(literal);
    if (conversions.size() != arguments.size()) return no_id;

    Values parts;
    for (size_t i = 0; i < texts.size(); ++i) {
        if (PyUnicode_GET_LENGTH(texts[i].get()) > 0) parts.push_back(constant(texts[i].get(), span));
        if (i == conversions.size()) break;
        ValueId value = expression(arguments[i]);
        SourceSpan part_span = arguments[i].span();
        parts.push_back(emit(Op::FormatValue, part_span, {value, null_value(part_span)}, conversions[i]));
    }
    if (parts.empty()) return constant(texts[0].get(), span);
    return parts.size() == 1 ? parts[0] : emit(Op::BuildString, span, std::move(parts));
}

}  // namespace aipy::frontend
