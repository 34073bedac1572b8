#include "frontend/operators.h"

#include "support/check.h"

namespace aipy::frontend {

using ir::CompareOp;
using ir::Operator;

ir::Operator binary_operator(NodeKind kind) {
    switch (kind) {
        case NodeKind::Add: return Operator::Add;
        case NodeKind::Sub: return Operator::Subtract;
        case NodeKind::Mult: return Operator::Multiply;
        case NodeKind::MatMult: return Operator::MatrixMultiply;
        case NodeKind::Div: return Operator::TrueDivide;
        case NodeKind::FloorDiv: return Operator::FloorDivide;
        case NodeKind::Mod: return Operator::Remainder;
        case NodeKind::Pow: return Operator::Power;
        case NodeKind::LShift: return Operator::LeftShift;
        case NodeKind::RShift: return Operator::RightShift;
        case NodeKind::BitAnd: return Operator::And;
        case NodeKind::BitOr: return Operator::Or;
        case NodeKind::BitXor: return Operator::Xor;
        default: AIPY_UNREACHABLE();
    }
}

ir::Operator inplace_operator(NodeKind kind) {
    constexpr int distance = static_cast<int>(Operator::InplaceAdd) - static_cast<int>(Operator::Add);
    return static_cast<Operator>(static_cast<int>(binary_operator(kind)) + distance);
}

ir::Operator unary_operator(NodeKind kind) {
    switch (kind) {
        case NodeKind::USub: return Operator::Negative;
        case NodeKind::UAdd: return Operator::Positive;
        case NodeKind::Invert: return Operator::Invert;
        default: AIPY_UNREACHABLE();
    }
}

ir::CompareOp compare_operator(NodeKind kind) {
    switch (kind) {
        case NodeKind::Lt: return CompareOp::Less;
        case NodeKind::LtE: return CompareOp::LessEqual;
        case NodeKind::Eq: return CompareOp::Equal;
        case NodeKind::NotEq: return CompareOp::NotEqual;
        case NodeKind::Gt: return CompareOp::Greater;
        case NodeKind::GtE: return CompareOp::GreaterEqual;
        default: AIPY_UNREACHABLE();
    }
}

ir::SourceSpan start_at_attribute(ir::SourceSpan span, Node attribute) {
    ir::SourceSpan whole = attribute.span();
    if (span.line == whole.end_line) return span;
    span.line = whole.end_line;
    auto length = static_cast<int32_t>(PyUnicode_GET_LENGTH(attribute.raw(Field::attr)));
    if (length <= whole.end_column) span.column = whole.end_column - length;
    return span;
}

ir::SourceSpan attribute_span(Node attribute) { return start_at_attribute(attribute.span(), attribute); }

}  // namespace aipy::frontend
