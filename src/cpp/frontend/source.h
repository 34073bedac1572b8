// Finds the syntax tree of a live function, and makes sure that it is the function's.
#pragma once

#include <Python.h>

#include <vector>

#include "frontend/ast_reader.h"
#include "frontend/python.h"

namespace aipy::frontend {

struct Definition {
    Node node;            // FunctionDef, Lambda, or a comprehension that is a function
    Ref tree;             // keeps the nodes alive
    Ref enclosing_class;  // name of the innermost class around the definition, or null: names are mangled with it
};

// The definition of `code`. `globals` (may be null) lets linecache ask the module's loader for its source.
// First the function's lines are looked at alone, then the file is parsed (once, and again when it changes). A
// definition is accepted only when compiling it, or the top-level statement around it, gives the code object's
// bytecode. Throws Bailout (NoSource, SourceInvalid, SourceChanged).
Definition find_definition(PyCodeObject* code, PyObject* globals);

// A function's node, and the name of the innermost class around it (null: none; borrowed).
struct FunctionNode {
    Node node;
    PyObject* enclosing_class = nullptr;
};

// Among `candidates`, the node from which `code` was compiled: it has the code's name, and, when there are several,
// its body is the innermost that holds the code's positions. Null when there is none.
const FunctionNode* match_function_node(PyCodeObject* code, const std::vector<FunctionNode>& candidates);

// The line that a definition's code object starts at: the first decorator's.
int first_line(Node definition);
// Whether a function node's code object has this name ("<lambda>" and "<genexpr>" where the node has none).
bool has_code_name(Node function, PyObject* code_name);
// Whether some instruction of `code` comes from inside `span`.
bool has_position_inside(PyCodeObject* code, const ir::SourceSpan& span);
// The part of a function node that only its own code covers.
ir::SourceSpan body_span(Node function);

}  // namespace aipy::frontend
