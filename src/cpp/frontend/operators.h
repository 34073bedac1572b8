// Which IR operator an `ast` operator class stands for, and spans that are not simply a node's.
#pragma once

#include "frontend/ast_reader.h"
#include "ir/op.h"

namespace aipy::frontend {

ir::Operator binary_operator(NodeKind kind);
ir::Operator inplace_operator(NodeKind kind);
// `-`, `+`, `~`; not for `not`.
ir::Operator unary_operator(NodeKind kind);
// Of the comparisons that give an object.
ir::CompareOp compare_operator(NodeKind kind);

// The span that CPython gives to the access of an attribute, and to a call of it: the node's own, or, when the
// attribute's name stands on another line than the expression's start, from that name on.
ir::SourceSpan attribute_span(Node attribute);
ir::SourceSpan start_at_attribute(ir::SourceSpan span, Node attribute);

}  // namespace aipy::frontend
