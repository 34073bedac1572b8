#include "frontend/source.h"

#include <string_view>

#include "frontend/bailout.h"
#include "frontend/scopes.h"
#include "frontend/source_text.h"
#include "support/log.h"

namespace aipy::frontend {
namespace {

// The code object with another value of a field.
Ref replaced(PyObject* code, const char* field, PyObject* value) {
    Ref replace = require(PyObject_GetAttrString(code, "replace"));
    Ref changes = require(PyDict_New());
    require_success(PyDict_SetItemString(changes.get(), field, value));
    Ref nothing = require(PyTuple_New(0));
    return require(PyObject_Call(replace.get(), nothing.get(), changes.get()));
}

// By CPython's own comparison of code objects, which sees through adaptive instructions. types.coroutine marks a
// generator's code.
bool is_code(PyObject* code, PyCodeObject* wanted) {
    if (equal(code, reinterpret_cast<PyObject*>(wanted))) return true;
    if ((wanted->co_flags & CO_ITERABLE_COROUTINE) == 0) return false;
    Ref flags = require(PyLong_FromLong(wanted->co_flags));
    return equal(replaced(code, "co_flags", flags.get()).get(), reinterpret_cast<PyObject*>(wanted));
}

// Whether the code object `code` is, or contains, one equal to `wanted`: same lines, names, constants and bytecode.
bool contains_code(PyObject* code, PyCodeObject* wanted) {
    auto* candidate = reinterpret_cast<PyCodeObject*>(code);
    if (candidate->co_firstlineno == wanted->co_firstlineno && equal(candidate->co_qualname, wanted->co_qualname) &&
        is_code(code, wanted))
        return true;
    PyObject* constants = candidate->co_consts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); ++i) {
        PyObject* constant = PyTuple_GET_ITEM(constants, i);
        if (PyCode_Check(constant) && contains_code(constant, wanted)) return true;
    }
    return false;
}

bool is_function_node(NodeKind kind) {
    return kind == NodeKind::FunctionDef || kind == NodeKind::AsyncFunctionDef || kind == NodeKind::Lambda ||
           (is_comprehension(kind) && !is_inlined_comprehension(kind));
}

// Collects the function nodes that start at `line`, with the class around each.
void collect_functions(Node node, PyObject* enclosing_class, int line, std::vector<FunctionNode>& found) {
    NodeKind kind = node.kind();
    bool has_span = is_statement(kind) || is_expression(kind);
    if (has_span && (node.integer(Field::end_lineno) < line || first_line(node) > line)) return;
    if (is_function_node(kind) && first_line(node) == line) found.push_back({node, enclosing_class});
    PyObject* inner_class = kind == NodeKind::ClassDef ? node.identifier(Field::name) : enclosing_class;
    for_each_child(node, [&](Node child) { collect_functions(child, inner_class, line, found); });
}

bool contains(const ir::SourceSpan& outer, int line, int column, int end_line, int end_column) {
    return (line > outer.line || (line == outer.line && column >= outer.column)) &&
           (end_line < outer.end_line || (end_line == outer.end_line && end_column <= outer.end_column));
}

bool is_inside(const ir::SourceSpan& inner, const ir::SourceSpan& outer) {
    return contains(outer, inner.line, inner.column, inner.end_line, inner.end_column);
}

}  // namespace

int first_line(Node definition) {
    NodeKind kind = definition.kind();
    if (kind == NodeKind::FunctionDef || kind == NodeKind::AsyncFunctionDef || kind == NodeKind::ClassDef) {
        NodeList decorators = definition.list(Field::decorator_list);
        if (!decorators.empty()) return decorators[0].line();
    }
    return definition.line();
}

bool has_code_name(Node function, PyObject* code_name) {
    NodeKind kind = function.kind();
    if (kind == NodeKind::Lambda) return PyUnicode_CompareWithASCIIString(code_name, "<lambda>") == 0;
    if (kind == NodeKind::GeneratorExp) return PyUnicode_CompareWithASCIIString(code_name, "<genexpr>") == 0;
    if (kind == NodeKind::ListComp) return PyUnicode_CompareWithASCIIString(code_name, "<listcomp>") == 0;
    if (kind == NodeKind::SetComp) return PyUnicode_CompareWithASCIIString(code_name, "<setcomp>") == 0;
    if (kind == NodeKind::DictComp) return PyUnicode_CompareWithASCIIString(code_name, "<dictcomp>") == 0;
    return equal(function.raw(Field::name), code_name);
}

ir::SourceSpan body_span(Node function) {
    switch (function.kind()) {
        case NodeKind::Lambda: return function.get(Field::body).span();
        case NodeKind::ListComp:
        case NodeKind::SetComp:
        case NodeKind::GeneratorExp: return function.get(Field::elt).span();
        case NodeKind::DictComp: return function.get(Field::key).span();
        default: break;  // a def: its body's statements
    }
    NodeList body = function.list(Field::body);
    ir::SourceSpan first = body[0].span(), last = body[body.size() - 1].span();
    return {first.line, last.end_line, first.column, last.end_column};
}

bool has_position_inside(PyCodeObject* code, const ir::SourceSpan& span) {
    constexpr int code_unit = 2;  // bytes
    auto length = static_cast<int>(Py_SIZE(code)) * code_unit;
    for (int offset = 0; offset < length; offset += code_unit) {
        int line = 0, column = 0, end_line = 0, end_column = 0;
        if (!PyCode_Addr2Location(code, offset, &line, &column, &end_line, &end_column)) continue;
        if (line > 0 && column >= 0 && contains(span, line, column, end_line, end_column)) return true;
    }
    return false;
}

// Whether the lambda `node`, compiled alone, gives `wanted`, but for the qualified name.
bool compiles_to(Node node, PyCodeObject* wanted) {
    Ref statement = compiled_expression(node, wanted);
    PyObject* constants = reinterpret_cast<PyCodeObject*>(statement.get())->co_consts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); ++i) {
        PyObject* code = PyTuple_GET_ITEM(constants, i);
        if (!PyCode_Check(code)) continue;
        Ref renamed = replaced(code, "co_qualname", wanted->co_qualname);
        if (equal(renamed.get(), reinterpret_cast<PyObject*>(wanted))) return true;
    }
    return false;
}

const FunctionNode* match_function_node(PyCodeObject* code, const std::vector<FunctionNode>& candidates) {
    const FunctionNode* best = nullptr;
    ir::SourceSpan best_span;
    bool several = candidates.size() > 1;
    for (const FunctionNode& candidate : candidates) {
        if (!has_code_name(candidate.node, code->co_name)) continue;
        ir::SourceSpan span = body_span(candidate.node);
        if (several && !has_position_inside(code, span)) continue;
        if (best == nullptr || is_inside(span, best_span)) {
            best = &candidate;
            best_span = span;
        }
    }
    if (best != nullptr) return best;
    // Code without a position: a lambda that returns a constant, on 3.12.
    for (const FunctionNode& candidate : candidates)
        if (candidate.node.kind() == NodeKind::Lambda && compiles_to(candidate.node, code)) return &candidate;
    return nullptr;
}

namespace {

// The function of `code` in a statement that compiles to code with `code` in it.
const FunctionNode* find_in(Node statement, PyCodeObject* code, std::vector<FunctionNode>& candidates) {
    candidates.clear();
    collect_functions(statement, nullptr, code->co_firstlineno, candidates);
    return match_function_node(code, candidates);
}

}  // namespace

Definition find_definition(PyCodeObject* code, PyObject* globals) {
    std::shared_ptr<SourceFile> file = source_of(code, globals);
    std::vector<FunctionNode> candidates;
    auto made = [&](const FunctionNode* match, Ref tree) {
        return Definition{match->node, std::move(tree), Ref::borrow(match->enclosing_class)};
    };
    Excerpt excerpt = parsed_excerpt(*file, code);
    if (excerpt.tree && contains_code(excerpt.code.get(), code)) {
        const FunctionNode* match = find_in(Node(excerpt.tree.get()).list(Field::body)[0], code, candidates);
        if (match != nullptr) return made(match, std::move(excerpt.tree));
    }
    support::log(support::LogTopic::Frontend, "%s: its lines alone will not do, the whole file is parsed",
                 PyUnicode_AsUTF8(code->co_qualname));
    Ref tree = Ref::borrow(parsed_file(*file, code));
    NodeList statements = Node(tree.get()).list(Field::body);
    int line = code->co_firstlineno;
    for (size_t index = 0; index < statements.size(); ++index) {
        Node statement = statements[index];
        if (statement.integer(Field::end_lineno) < line) continue;
        if (first_line(statement) > line) break;
        if (!contains_code(compiled_statement(*file, index, code), code)) continue;
        if (const FunctionNode* match = find_in(statement, code, candidates)) return made(match, std::move(tree));
    }
    throw Bailout{BailoutReason::SourceChanged};
}

}  // namespace aipy::frontend
