#include "frontend/ast_reader.h"

#include <array>
#include <iterator>
#include <unordered_map>

namespace aipy::frontend {
namespace {

enum class Group : uint8_t { Other, Statement, Expression };

struct NodeRow {
    const char* name;
    Group group;
};
constexpr NodeRow node_rows[] = {
    {"", Group::Other},
#define NODE(name, group) {#name, Group::group},
#include "frontend/ast_nodes.def"
#undef NODE
};
constexpr const char* field_rows[] = {
#define FIELD(name) #name,
#include "frontend/ast_fields.def"
#undef FIELD
};

// What the process knows of `_ast`; made at the first use, under the GIL, and kept.
struct Grammar {
    std::unordered_map<PyTypeObject*, NodeKind> kinds;
    std::array<PyObject*, std::size(field_rows)> names{};
    PyTypeObject* base = nullptr;
    PyObject* module = nullptr;
    PyObject* expression_statement = nullptr;

    void load() {
        for (size_t i = 0; i < std::size(field_rows); ++i)
            names[i] = require(PyUnicode_InternFromString(field_rows[i])).release();
        Ref ast = imported("_ast");
        for (size_t i = 1; i < std::size(node_rows); ++i) {
            PyObject* type = PyObject_GetAttrString(ast.get(), node_rows[i].name);
            if (type == nullptr)
                PyErr_Clear();
            else
                kinds.emplace(reinterpret_cast<PyTypeObject*>(type), static_cast<NodeKind>(i));
        }
        base = reinterpret_cast<PyTypeObject*>(require(PyObject_GetAttrString(ast.get(), "AST")).release());
        module = require(PyObject_GetAttrString(ast.get(), "Module")).release();
        expression_statement = require(PyObject_GetAttrString(ast.get(), "Expr")).release();
    }
};

const Grammar& grammar() {
    static Grammar* loaded = [] {
        auto* fresh = new Grammar;
        fresh->load();
        return fresh;
    }();
    return *loaded;
}

}  // namespace

NodeKind Node::kind() const {
    const auto& kinds = grammar().kinds;
    auto found = kinds.find(Py_TYPE(object_));
    return found == kinds.end() ? NodeKind::Unknown : found->second;
}

PyObject* Node::raw(Field field) const {
    // The node's own dict keeps the child alive.
    return require(PyObject_GetAttr(object_, grammar().names[static_cast<size_t>(field)])).get();
}

NodeList Node::list(Field field) const {
    PyObject* list = raw(field);
    if (!PyList_CheckExact(list)) {
        PyErr_SetString(PyExc_TypeError, "expected a list in a syntax tree");
        throw PythonFailure{};
    }
    return NodeList(list);
}

PyObject* Node::identifier(Field field) const {
    PyObject* text = raw(field);
    return text == Py_None ? nullptr : text;
}

int Node::integer(Field field) const {
    PyObject* number = raw(field);
    long value = number == Py_None ? 0 : PyLong_AsLong(number);
    if (value == -1 && PyErr_Occurred()) throw PythonFailure{};
    return static_cast<int>(value);
}

ir::SourceSpan Node::span() const {
    return {integer(Field::lineno), integer(Field::end_lineno), integer(Field::col_offset),
            integer(Field::end_col_offset)};
}

bool is_statement(NodeKind kind) { return node_rows[static_cast<size_t>(kind)].group == Group::Statement; }

bool is_expression(NodeKind kind) { return node_rows[static_cast<size_t>(kind)].group == Group::Expression; }

PyObject* module_class() { return grammar().module; }

PyObject* expression_statement_class() { return grammar().expression_statement; }

bool is_node(PyObject* object) { return PyObject_TypeCheck(object, grammar().base) != 0; }

}  // namespace aipy::frontend
