// Expressions other than displays, calls and comprehensions; conditions and their short cuts.
#include "frontend/lowering.h"
#include "frontend/operators.h"

namespace aipy::frontend {

ValueId Lowering::expression(Node node) {
    Nesting nesting(*this, node);
    SourceSpan span = node.span();
    if (PyObject* folded = constants_.fold(node)) return constant(folded, span);
    return dispatch_expression(node, span);
}

ValueId Lowering::dispatch_expression(Node node, const SourceSpan& span) {
    switch (node.kind()) {
        case NodeKind::Name: return load_name(node.raw(Field::id), span);
        case NodeKind::BoolOp: return bool_expression(node, span);
        case NodeKind::BinOp: return binary_expression(node, span);
        case NodeKind::UnaryOp: return unary_expression(node, span);
        case NodeKind::Compare: return compare_expression(node, span);
        case NodeKind::IfExp: return conditional_expression(node);
        case NodeKind::Call: return call_expression(node, span);
        case NodeKind::Attribute: return attribute_expression(node);
        case NodeKind::Subscript: return subscript_expression(node, span);
        case NodeKind::Slice: return slice_expression(node, span);
        case NodeKind::NamedExpr: return named_expression(node);
        case NodeKind::Tuple: return tuple_expression(node.list(Field::elts), span);
        case NodeKind::List: return list_expression(node.list(Field::elts), span);
        case NodeKind::Set: return set_expression(node.list(Field::elts), span);
        case NodeKind::Dict: return dict_expression(node, span);
        case NodeKind::JoinedStr: return joined_string(node, span);
        case NodeKind::FormattedValue: return formatted_value(node, span);
        case NodeKind::Lambda: return lambda_expression(node, span);
        case NodeKind::ListComp:
        case NodeKind::SetComp:
        case NodeKind::DictComp: return comprehension(node, span);
        case NodeKind::GeneratorExp: return generator_expression(node, span);
        case NodeKind::Yield: return yield_expression(node, span);
        case NodeKind::YieldFrom: return yield_from_expression(node, span);
        case NodeKind::Await: return await(expression(node.get(Field::value)), span);
        case NodeKind::TemplateStr: return template_string(node, span);
        default: throw Bailout{BailoutReason::Internal, span.line, Py_TYPE(node.object())->tp_name};
    }
}

// ---- operators --------------------------------------------------------------------------------------------

ValueId Lowering::binary_expression(Node node, const SourceSpan& span) {
    NodeKind kind = node.get(Field::op).kind();
    if (kind == NodeKind::Mod)
        if (ValueId text = percent_format(node, span); text != no_id) return text;
    ValueId left = expression(node.get(Field::left));
    ValueId right = expression(node.get(Field::right));
    return emit(Op::Binary, span, {left, right}, static_cast<int64_t>(binary_operator(kind)));
}

ValueId Lowering::unary_expression(Node node, const SourceSpan& span) {
    NodeKind kind = node.get(Field::op).kind();
    Node operand = node.get(Field::operand);
    if (kind != NodeKind::Not)
        return emit(Op::Unary, span, {expression(operand)}, static_cast<int64_t>(unary_operator(kind)));
    // A single `is` or `in` under `not` is its opposite and is not tested again.
    ValueId bit;
    if (operand.is(NodeKind::Compare) && operand.list(Field::ops).size() == 1) {
        NodeKind comparison = operand.list(Field::ops)[0].kind();
        bool gives_bit = comparison == NodeKind::Is || comparison == NodeKind::IsNot || comparison == NodeKind::In ||
                         comparison == NodeKind::NotIn;
        ValueId left = expression(operand.get(Field::left));
        Node right_node = operand.list(Field::comparators)[0];
        ValueId right = compare_operand(operand.list(Field::ops)[0], right_node);
        SourceSpan compared_span = PY_VERSION_HEX >= 0x030d0000 && !gives_bit ? span : operand.span();
        Compared compared = compare_pair(operand.list(Field::ops)[0], left, right, compared_span);
        bit = gives_bit ? compared.value : emit(Op::Truth, span, {compared.value});
    } else {
        bit = emit(Op::Truth, span, {expression(operand)});
    }
    return emit(Op::BoxBit, span, {emit(Op::BNot, span, {bit})});
}

ValueId Lowering::bool_expression(Node node, const SourceSpan& span) {
    NodeList values = node.list(Field::values);
    bool is_and = node.get(Field::op).is(NodeKind::And);
    BlockId end = new_block();
    ValueId result = function_.add_param(end, ir::Type::any());
    for (size_t i = 0; i < values.size(); ++i) {
        bool last = i + 1 == values.size();
        PyObject* folded = last ? nullptr : constants_.fold(values[i]);
        if (folded != nullptr) {
            int truth = PyObject_IsTrue(folded);
            require_success(truth);
            if ((truth != 0) == is_and) continue;
            last = true;  // decided: what follows is never evaluated
        }
        ValueId value = expression(values[i]);
        if (last) {
            jump(end, {value});
            break;
        }
        BlockId next = new_block();
        ValueId bit = emit(Op::Truth, span, {value});
        if (is_and)
            branch(bit, next, end, {}, {value});
        else
            branch(bit, end, next, {value}, {});
        begin(next);
    }
    begin(end);
    return result;
}

ValueId Lowering::conditional_expression(Node node) {
    BlockId then = new_block(), otherwise = new_block(), end = new_block();
    ValueId result = function_.add_param(end, ir::Type::any());
    const SourceSpan around = std::exchange(jump_span_, node.span());
    condition(node.get(Field::test), then, otherwise);
    jump_span_ = around;
    begin(then);
    if (reachable()) {
        ValueId value = expression(node.get(Field::body));
        jump(end, {value});
    }
    begin(otherwise);
    if (reachable()) {
        ValueId value = expression(node.get(Field::orelse));
        jump(end, {value});
    }
    begin(end);
    return result;
}

// ---- comparisons ------------------------------------------------------------------------------------------

ValueId Lowering::compare_operand(Node operation, Node operand) {
    if (operation.is(NodeKind::In) || operation.is(NodeKind::NotIn))
        if (PyObject* folded = constants_.fold_display(operand)) return constant(folded, operand.span());
    return expression(operand);
}

Lowering::Compared Lowering::compare_pair(Node operation, ValueId left, ValueId right, const SourceSpan& span) {
    switch (NodeKind kind = operation.kind()) {
        case NodeKind::Is: return {emit(Op::Is, span, {left, right}), true};
        case NodeKind::IsNot: return {emit(Op::BNot, span, {emit(Op::Is, span, {left, right})}), true};
        case NodeKind::In: return {emit(Op::Contains, span, {right, left}), true};
        case NodeKind::NotIn: return {emit(Op::BNot, span, {emit(Op::Contains, span, {right, left})}), true};
        default: return {emit(Op::Compare, span, {left, right}, static_cast<int64_t>(compare_operator(kind))), false};
    }
}

ValueId Lowering::as_object(const Compared& compared, const SourceSpan& span) {
    return compared.is_bit ? emit(Op::BoxBit, span, {compared.value}) : compared.value;
}

ValueId Lowering::as_bit(const Compared& compared, const SourceSpan& span) {
    return compared.is_bit ? compared.value : emit(Op::Truth, span, {compared.value});
}

ValueId Lowering::compare_expression(Node node, const SourceSpan& span) {
    NodeList operations = node.list(Field::ops), operands = node.list(Field::comparators);
    ValueId left = expression(node.get(Field::left));
    if (operations.size() == 1) {
        ValueId right = compare_operand(operations[0], operands[0]);
        return as_object(compare_pair(operations[0], left, right, span), span);
    }
    BlockId end = new_block();
    ValueId result = function_.add_param(end, ir::Type::any());
    for (size_t i = 0; i < operations.size(); ++i) {
        ValueId right = compare_operand(operations[i], operands[i]);
        Compared compared = compare_pair(operations[i], left, right, span);
        ValueId object = as_object(compared, span);
        if (i + 1 == operations.size()) {
            jump(end, {object});
            break;
        }
        BlockId next = new_block();
        branch(as_bit(compared, span), next, end, {}, {object});
        begin(next);
        left = right;
    }
    begin(end);
    return result;
}

// ---- conditions -------------------------------------------------------------------------------------------

void Lowering::condition(Node node, BlockId if_true, BlockId if_false) {
    Nesting nesting(*this, node);
    if (PyObject* folded = constants_.fold(node)) {
        int truth = PyObject_IsTrue(folded);
        require_success(truth);
        return jump(truth != 0 ? if_true : if_false);
    }
    switch (node.kind()) {
        case NodeKind::UnaryOp:
            if (node.get(Field::op).is(NodeKind::Not)) return condition(node.get(Field::operand), if_false, if_true);
            break;
        case NodeKind::BoolOp: return bool_condition(node, if_true, if_false);
        case NodeKind::Compare: return compare_condition(node, if_true, if_false);
        case NodeKind::IfExp: {
            BlockId then = new_block(), otherwise = new_block();
            condition(node.get(Field::test), then, otherwise);
            begin(then);
            if (reachable()) condition(node.get(Field::body), if_true, if_false);
            begin(otherwise);
            if (reachable()) condition(node.get(Field::orelse), if_true, if_false);
            return;
        }
        default: break;
    }
    ValueId value = expression(node);
    SourceSpan span = PY_VERSION_HEX >= 0x030c0000 ? node.span() : jump_span_;
    branch(emit(Op::Truth, span, {value}), if_true, if_false);
}

void Lowering::bool_condition(Node node, BlockId if_true, BlockId if_false) {
    NodeList values = node.list(Field::values);
    bool is_and = node.get(Field::op).is(NodeKind::And);
    for (size_t i = 0; i < values.size() && reachable(); ++i) {
        if (i + 1 == values.size()) return condition(values[i], if_true, if_false);
        BlockId next = new_block();
        if (is_and)
            condition(values[i], next, if_false);
        else
            condition(values[i], if_true, next);
        begin(next);
    }
}

void Lowering::compare_condition(Node node, BlockId if_true, BlockId if_false) {
    NodeList operations = node.list(Field::ops), operands = node.list(Field::comparators);
    SourceSpan span = jump_span_ = node.span();
    ValueId left = expression(node.get(Field::left));
    for (size_t i = 0; i < operations.size(); ++i) {
        ValueId right = compare_operand(operations[i], operands[i]);
        ValueId bit = as_bit(compare_pair(operations[i], left, right, span), span);
        if (i + 1 == operations.size()) return branch(bit, if_true, if_false);
        BlockId next = new_block();
        branch(bit, next, if_false);
        begin(next);
        left = right;
    }
}

// ---- access -----------------------------------------------------------------------------------------------

// CPython takes `super(a, b).name` and `super().name` as one operation, which has the attribute's span.
ValueId Lowering::attribute_owner(Node attribute) {
    Node owner = attribute.get(Field::value);
    bool is_super = owner.is(NodeKind::Call) && owner.get(Field::func).is(NodeKind::Name) &&
                    PyUnicode_CompareWithASCIIString(owner.get(Field::func).raw(Field::id), "super") == 0 &&
                    owner.list(Field::args).size() == 2 && owner.list(Field::keywords).empty();
    if (owner.is(NodeKind::Call) && is_plain_super(owner)) return super_call(owner, attribute_span(attribute));
    return is_super ? call_expression(owner, attribute_span(attribute)) : expression(owner);
}

// The key of a subscript. A slice without a step is part of the subscript for CPython, and has its span.
ValueId Lowering::subscript_key(Node subscript) {
    Node key = subscript.get(Field::slice);
    if (!key.is(NodeKind::Slice) || key.get(Field::step)) return expression(key);
    return slice_expression(key, subscript.span());
}

ValueId Lowering::attribute_expression(Node node) {
    ValueId object = attribute_owner(node);
    return emit(Op::LoadAttr, attribute_span(node), {object}, name_index(node.raw(Field::attr)));
}

ValueId Lowering::subscript_expression(Node node, const SourceSpan& span) {
    ValueId object = expression(node.get(Field::value));
    ValueId key = subscript_key(node);
    return emit(Op::Subscript, span, {object, key});
}

ValueId Lowering::slice_expression(Node node, const SourceSpan& span) {
    Values parts;
    for (Field field : {Field::lower, Field::upper, Field::step}) {
        Node part = node.get(field);
        parts.push_back(part ? expression(part) : none(span));
    }
    return emit(Op::BuildSlice, span, std::move(parts));
}

ValueId Lowering::yield_expression(Node node, const SourceSpan& span) {
    Node value = node.get(Field::value);
    return yield_value(value ? expression(value) : none(span), span);
}

// A generator that goes on looks for signals first, as CPython's does. It may go on as native code: the block behind a
// yield is an entry point like a loop header.
ValueId Lowering::yield_value(ValueId value, const SourceSpan& span) {
    ValueId sent = emit(Op::Yield, span, {value});
    BlockId resumed = new_block();
    jump(resumed);
    begin(resumed);
    function_.block(resumed).is_loop_header = true;
    emit(Op::Poll, span);
    return sent;
}

ValueId Lowering::named_expression(Node node) {
    ValueId value = expression(node.get(Field::value));
    Node target = node.get(Field::target);
    PyObject* name = scopes_.mangle(target.raw(Field::id));
    store_variable(scopes_.resolve_in_function(name), name, value, target.span());
    return value;
}

}  // namespace aipy::frontend
