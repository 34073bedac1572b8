// Reads Python's `ast` objects through the C API: node classes are told apart by type pointer, attributes are looked
// up by interned names. Nodes and lists are borrowed from the tree, which whoever walks it keeps alive.
#pragma once

#include <Python.h>

#include <cstdint>
#include <string_view>

#include "frontend/python.h"
#include "ir/function.h"

namespace aipy::frontend {

enum class NodeKind : uint8_t {
    Unknown,  // a class that ast_nodes.def does not name
#define NODE(name, group) name,
#include "frontend/ast_nodes.def"
#undef NODE
};

enum class Field : uint8_t {
#define FIELD(name) name,
#include "frontend/ast_fields.def"
#undef FIELD
};

class NodeList;

class Node {
  public:
    Node() = default;
    explicit Node(PyObject* object) : object_(object) {}

    PyObject* object() const { return object_; }
    // False for an absent optional child.
    explicit operator bool() const { return object_ != nullptr && object_ != Py_None; }
    bool operator==(const Node& other) const { return object_ == other.object_; }

    NodeKind kind() const;
    bool is(NodeKind kind) const { return this->kind() == kind; }

    PyObject* raw(Field field) const;  // borrowed
    Node get(Field field) const { return Node(raw(field)); }
    NodeList list(Field field) const;
    // An identifier, or null for an absent one; borrowed.
    PyObject* identifier(Field field) const;
    int integer(Field field) const;
    int line() const { return integer(Field::lineno); }
    ir::SourceSpan span() const;

  private:
    PyObject* object_ = nullptr;
};

class NodeList {
  public:
    explicit NodeList(PyObject* list) : list_(list) {}
    PyObject* object() const { return list_; }
    size_t size() const { return static_cast<size_t>(PyList_GET_SIZE(list_)); }
    bool empty() const { return size() == 0; }
    Node operator[](size_t index) const { return Node(PyList_GET_ITEM(list_, static_cast<Py_ssize_t>(index))); }

    class Iterator {
      public:
        Iterator(PyObject* list, size_t index) : list_(list), index_(index) {}
        Node operator*() const { return NodeList(list_)[index_]; }
        Iterator& operator++() { return ++index_, *this; }
        bool operator!=(const Iterator& other) const { return index_ != other.index_; }

      private:
        PyObject* list_;
        size_t index_;
    };
    Iterator begin() const { return {list_, 0}; }
    Iterator end() const { return {list_, size()}; }

  private:
    PyObject* list_;
};

// Whether nodes of this kind carry a source span.
bool is_statement(NodeKind kind);
bool is_expression(NodeKind kind);

// Calls `visit(Node)` for each child node, in the order of the class's fields.
template <typename F>
void for_each_child(Node node, F&& visit);

// The classes `ast.Module` and `ast.Expr`, borrowed.
PyObject* module_class();
PyObject* expression_statement_class();

// Whether `object` is a node at all (children of a node may be strings, numbers or None).
bool is_node(PyObject* object);

template <typename F>
void for_each_child(Node node, F&& visit) {
    PyObject* fields = Node(reinterpret_cast<PyObject*>(Py_TYPE(node.object()))).raw(Field::_fields);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(fields); ++i) {
        Ref child = require(PyObject_GetAttr(node.object(), PyTuple_GET_ITEM(fields, i)));
        if (PyList_CheckExact(child.get())) {
            for (Node item : NodeList(child.get()))
                if (is_node(item.object())) visit(item);
        } else if (is_node(child.get())) {
            visit(Node(child.get()));
        }
    }
}

}  // namespace aipy::frontend
