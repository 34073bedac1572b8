// Statements, in CPython's order of evaluation: an assignment's value before its target's parts, an augmented
// assignment's target before its value.
#include <set>

#include "frontend/lowering.h"
#include "frontend/operators.h"

namespace aipy::frontend {

void Lowering::statements(const NodeList& list) {
    for (Node node : list) {
        if (!reachable()) return;  // CPython drops such code, nested functions included
        statement(node);
    }
}

// A statement that begins a line, though nothing may be emitted for it: no instruction, or later ones.
static bool is_empty_line(Node node) {
    switch (node.kind()) {
        case NodeKind::Pass:
        case NodeKind::Break:
        case NodeKind::Continue:
        case NodeKind::Try:
        case NodeKind::TryStar: return true;
        case NodeKind::Expr: return node.get(Field::value).is(NodeKind::Constant);
        case NodeKind::While: return node.get(Field::test).is(NodeKind::Constant);
        default: return false;
    }
}

void Lowering::statement(Node node) {
    Nesting nesting(*this, node);
    jump_span_ = node.span();
    if (is_empty_line(node)) {
        const auto next = static_cast<ir::InstrId>(function_.instrs.size());
        function_.empty_lines[next].push_back(node.line());
    }
    switch (node.kind()) {
        case NodeKind::Pass:
        case NodeKind::Global:
        case NodeKind::Nonlocal: return;
        case NodeKind::Expr: {
            Node value = node.get(Field::value);
            if (!value.is(NodeKind::Constant)) expression(value);
            return;
        }
        case NodeKind::Return: return return_statement(node);
        case NodeKind::Assign: return assign_statement(node);
        case NodeKind::AugAssign: return augmented_assignment(node);
        case NodeKind::AnnAssign: return annotated_assignment(node);
        case NodeKind::Delete:
            for (Node target : node.list(Field::targets)) delete_target(target);
            return;
        case NodeKind::If: return if_statement(node);
        case NodeKind::While: return while_statement(node);
        case NodeKind::For:
        case NodeKind::AsyncFor: return for_statement(node);
        case NodeKind::Break: return break_or_continue(true);
        case NodeKind::Continue: return break_or_continue(false);
        case NodeKind::Raise: return raise_statement(node);
        case NodeKind::Assert: return assert_statement(node);
        case NodeKind::Try:
        case NodeKind::TryStar: return try_statement(node);
        case NodeKind::Import: return import_statement(node);
        case NodeKind::ImportFrom: return import_from_statement(node);
        case NodeKind::FunctionDef:
        case NodeKind::AsyncFunctionDef: return function_statement(node);
        case NodeKind::ClassDef: return class_statement(node);
        case NodeKind::With:
        case NodeKind::AsyncWith: return with_statement(node, 0);
        case NodeKind::Match: return match_statement(node);
        case NodeKind::TypeAlias: return type_alias(node);
        default: throw Bailout{BailoutReason::Internal, node.line(), Py_TYPE(node.object())->tp_name};
    }
}

// ---- return, raise, assert --------------------------------------------------------------------------------

void Lowering::return_statement(Node node) {
    Node value = node.get(Field::value);
    SourceSpan span = node.span();
    ValueId result = value ? expression(value) : none(span);
    leave_to(0, span);
    if (reachable()) return_value(result, span);
}

void Lowering::raise_statement(Node node) {
    Values operands;
    if (Node exception = node.get(Field::exc)) operands.push_back(expression(exception));
    if (Node cause = node.get(Field::cause)) operands.push_back(expression(cause));
    raise_values(node.span(), std::move(operands));
}

void Lowering::assert_statement(Node node) {
    if (is_optimized()) return;
    Node test = node.get(Field::test);
    BlockId holds = new_block(), fails = new_block(true);
    condition(test, holds, fails);
    begin(fails);
    if (reachable()) {
        SourceSpan span = PY_VERSION_HEX >= 0x030c0000 ? node.span() : jump_span_;
        ValueId exception = constant(PyExc_AssertionError, span);
        if (Node message = node.get(Field::msg)) exception = emit(Op::Call, span, {exception, expression(message)}, -1);
        raise_values(PY_VERSION_HEX >= 0x030d0000 ? test.span() : span, {exception});
    }
    begin(holds);
}

// ---- assignment -------------------------------------------------------------------------------------------

void Lowering::assign_statement(Node node) {
    NodeList targets = node.list(Field::targets);
    if (targets.size() == 1 && assign_elementwise(node)) return;
    ValueId value = expression(node.get(Field::value));
    for (Node target : targets) store(target, value);
}

// `a, b = x, y`: turn the tuple and its unpacking into two assignments after both values.
bool Lowering::assign_elementwise(Node node) {
    auto is_sequence = [](Node display) { return display.is(NodeKind::Tuple) || display.is(NodeKind::List); };
    Node target = node.list(Field::targets)[0], value = node.get(Field::value);
    if (!is_sequence(target) || !value.is(NodeKind::Tuple)) return false;
    NodeList targets = target.list(Field::elts), items = value.list(Field::elts);
    if (targets.size() != items.size()) return false;
    for (size_t i = 0; i < items.size(); ++i)
        if (targets[i].is(NodeKind::Starred) || items[i].is(NodeKind::Starred)) return false;
    Values values;
    for (Node item : items) values.push_back(expression(item));
    const bool last_first = stores_last_first(targets, value);
    for (size_t i = 0; i < targets.size(); ++i) {
        const size_t at = last_first ? targets.size() - 1 - i : i;
        store(targets[at], values[at]);
    }
    return true;
}

// CPython keeps two or three values on its stack, and where all targets are different plain locals it stores them as
// they lie there: what the last one held dies first. Before 3.14 constants are unpacked as the tuple that they are.
bool Lowering::stores_last_first(const NodeList& targets, Node value) {
    if (targets.size() != 2 && targets.size() != 3) return false;
    if (PY_VERSION_HEX < 0x030e0000 && constants_.fold(value) != nullptr) return false;
    std::set<uint32_t> slots;
    for (Node target : targets) {
        if (!target.is(NodeKind::Name) || target.line() != targets[0].line()) return false;
        Variable variable = scopes_.resolve(target.raw(Field::id));
        if (variable.kind != Variable::Kind::Local || !slots.insert(variable.slot).second) return false;
    }
    return true;
}

void Lowering::annotated_assignment(Node node) {
    Node target = node.get(Field::target);
    if (Node value = node.get(Field::value)) {
        store(target, expression(value));
    } else if (target.is(NodeKind::Attribute)) {
        expression(target.get(Field::value));  // annotations are not evaluated in functions, but this is
    } else if (target.is(NodeKind::Subscript)) {
        expression(target.get(Field::value));
        Node key = target.get(Field::slice);
        if (!key.is(NodeKind::Slice)) expression(key);
    }
}

void Lowering::store(Node target, ValueId value) {
    SourceSpan span = target.span();
    switch (target.kind()) {
        case NodeKind::Name: return store_name(target.raw(Field::id), value, span);
        case NodeKind::Attribute: {
            ValueId object = expression(target.get(Field::value));
            emit(Op::StoreAttr, attribute_span(target), {object, value}, name_index(target.raw(Field::attr)));
            return;
        }
        case NodeKind::Subscript: {
            ValueId object = expression(target.get(Field::value));
            ValueId key = subscript_key(target);
            emit(Op::StoreSubscript, span, {object, key, value});
            return;
        }
        case NodeKind::Tuple:
        case NodeKind::List: return unpack(target, value);
        default: throw Bailout{BailoutReason::Internal, span.line, Py_TYPE(target.object())->tp_name};
    }
}

void Lowering::unpack(Node target, ValueId value) {
    Nesting nesting(*this, target);
    NodeList items = target.list(Field::elts);
    SourceSpan span = target.span();
    size_t star = items.size();
    for (size_t i = 0; i < items.size(); ++i)
        if (items[i].is(NodeKind::Starred)) star = i;
    auto count = static_cast<int64_t>(items.size());
    ValueId parts;
    if (star == items.size())
        parts = emit(Op::UnpackSequence, span, {value}, count);
    else
        parts = emit(Op::UnpackEx, span, {value}, static_cast<int64_t>(star), count - static_cast<int64_t>(star) - 1);
    for (size_t i = 0; i < items.size(); ++i) {
        ValueId part = emit(Op::TupleItem, span, {parts}, static_cast<int64_t>(i));
        store(i == star ? items[i].get(Field::value) : items[i], part);
    }
}

ValueId Lowering::augmented_value(Node node, ValueId left) {
    ValueId right = expression(node.get(Field::value));
    ir::Operator operation = inplace_operator(node.get(Field::op).kind());
    return emit(Op::Binary, node.span(), {left, right}, static_cast<int64_t>(operation));
}

void Lowering::augmented_assignment(Node node) {
    Node target = node.get(Field::target);
    switch (target.kind()) {
        case NodeKind::Attribute: return augment_attribute(node, target);
        case NodeKind::Subscript: return augment_subscript(node, target);
        default: break;  // a name
    }
    PyObject* name = target.raw(Field::id);
    SourceSpan span = target.span();
    store_name(name, augmented_value(node, load_name(name, span)), span);
}

void Lowering::augment_attribute(Node node, Node target) {
    ValueId object = expression(target.get(Field::value));
    SourceSpan span = attribute_span(target);
    int64_t name = name_index(target.raw(Field::attr));
    ValueId value = augmented_value(node, emit(Op::LoadAttr, span, {object}, name));
    emit(Op::StoreAttr, span, {object, value}, name);
}

void Lowering::augment_subscript(Node node, Node target) {
    ValueId object = expression(target.get(Field::value));
    ValueId key = subscript_key(target);
    SourceSpan span = target.span();
    ValueId value = augmented_value(node, emit(Op::Subscript, span, {object, key}));
    emit(Op::StoreSubscript, span, {object, key, value});
}

void Lowering::delete_target(Node target) {
    SourceSpan span = target.span();
    switch (target.kind()) {
        case NodeKind::Name: {
            PyObject* name = scopes_.mangle(target.raw(Field::id));
            return delete_variable(scopes_.resolve(name), name, span);
        }
        case NodeKind::Attribute: {
            ValueId object = expression(target.get(Field::value));
            emit(Op::DeleteAttr, attribute_span(target), {object}, name_index(target.raw(Field::attr)));
            return;
        }
        case NodeKind::Subscript: {
            ValueId object = expression(target.get(Field::value));
            ValueId key = expression(target.get(Field::slice));
            emit(Op::DeleteSubscript, span, {object, key});
            return;
        }
        default:
            for (Node item : target.list(Field::elts)) delete_target(item);
    }
}

// ---- branches and loops -----------------------------------------------------------------------------------

void Lowering::if_statement(Node node) {
    BlockId then = new_block(), otherwise = new_block(), end = new_block();
    condition(node.get(Field::test), then, otherwise);
    begin(then);
    if (reachable()) statements(node.list(Field::body));
    if (reachable()) jump(end);
    begin(otherwise);
    if (reachable()) statements(node.list(Field::orelse));
    if (reachable()) jump(end);
    begin(end);
}

// Where a while loop's poll is: at the first part of its test, as the jump back to it.
static SourceSpan poll_span(Node test) {
    switch (test.kind()) {
        case NodeKind::BoolOp: return poll_span(test.list(Field::values)[0]);
        case NodeKind::UnaryOp:
            return test.get(Field::op).is(NodeKind::Not) ? poll_span(test.get(Field::operand)) : test.span();
        case NodeKind::IfExp: return poll_span(test.get(Field::test));
        default: return test.span();
    }
}

void Lowering::while_statement(Node node) {
    Node test = node.get(Field::test);
    BlockId header = new_block(), body = new_block(), otherwise = new_block(), end = new_block();
    jump(header);
    begin(header);
    // What is always true has no jump of its own in 3.11: the statement goes back.
    const bool is_endless = PY_VERSION_HEX < 0x030c0000 && constants_.fold(test) != nullptr;
    begin_loop(is_endless ? node.span() : poll_span(test));
    condition(test, body, otherwise);
    exits_.push_back(
        {.kind = Exit::Kind::WhileLoop, .outer_handler = handler_, .break_target = end, .continue_target = header});
    begin(body);
    if (reachable()) statements(node.list(Field::body));
    if (reachable()) jump(header);
    exits_.pop_back();
    begin(otherwise);
    if (reachable()) statements(node.list(Field::orelse));
    if (reachable()) jump(end);
    begin(end);
}

ValueId Lowering::next_item(ValueId iterator, const SourceSpan& span, BlockId end) {
    BlockId body = new_block();
    ValueId item = emit(Op::IterNext, span, {iterator});
    branch_null(item, end, body);
    begin(body);
    return item;
}

// Whether the call may be one of aipy.prange: the name tells, unless it means something else now.
bool Lowering::may_be_prange(Node call) {
    if (!call.is(NodeKind::Call) || is_spread(call.list(Field::args), call.list(Field::keywords))) return false;
    if (is_comprehension(definition_.node.kind()) || function_.is_generator) return false;
    Node function = call.get(Field::func);
    if (function.is(NodeKind::Attribute))
        return is_module(function.get(Field::value)) &&
               PyUnicode_CompareWithASCIIString(function.raw(Field::attr), "prange") == 0;
    if (!function.is(NodeKind::Name)) return false;
    PyObject* name = scopes_.mangle(function.raw(Field::id));
    if (scopes_.resolve(name).kind != Variable::Kind::Global || globals_ == nullptr) return true;
    PyObject* value = PyDict_GetItemWithError(globals_, name);
    if (value == nullptr && PyErr_Occurred()) throw PythonFailure{};
    return value != nullptr && PyCFunction_CheckExact(value) &&
           std::string_view(reinterpret_cast<PyCFunctionObject*>(value)->m_ml->ml_name) == "prange";
}

// The range of a loop over prange. Where its iterations are seen to depend on each other, that is an error here.
ValueId Lowering::checked_iterations(Node loop, Node call) {
    const auto is_plain = [&](PyObject* name) {
        return scopes_.resolve(scopes_.mangle(name)).kind == Variable::Kind::Local;
    };
    const std::vector<Dependence> found = find_dependences(loop, is_plain);
    if (found.empty()) return expression(call);
    Node function = call.get(Field::func);
    const SourceSpan span = function.is(NodeKind::Attribute) ? start_at_attribute(call.span(), function) : call.span();
    ValueId callable = expression(function);
    ValueId range = plain_call(callable, call, span);
    for (const Dependence& dependence : found) check_iterations(dependence, callable, range, span);
    return range;
}

void Lowering::check_iterations(const Dependence& found, ValueId callable, ValueId range, const SourceSpan& span) {
    Values operands{callable, range};
    std::vector<Node> names = found.indices;
    if (found.array) names.insert(names.begin(), found.array);
    for (Node name : names) {
        if (!has_no_effect(name)) return;
        operands.push_back(load_name(name.raw(Field::id), span));
    }
    Ref what = require(PyUnicode_FromString(found.lines.c_str()));
    emit(Op::CheckIterations, span, std::move(operands), constants_.add(what.get()), found.distance);
}

void Lowering::for_statement(Node node) {
    Node iterable = node.get(Field::iter);
    bool is_async = node.is(NodeKind::AsyncFor);
    SourceSpan start = iteration_span(iterable, node.span()), step = is_async ? node.span() : start;
    PyObject* folded = is_async ? nullptr : constants_.fold_display(iterable);
    ValueId source = folded != nullptr                      ? constant(folded, iterable.span())
                     : !is_async && may_be_prange(iterable) ? checked_iterations(node, iterable)
                                                            : expression(iterable);
    ValueId iterator = emit(is_async ? Op::GetAIter : Op::GetIter, start, {source});
    BlockId header = new_block(), otherwise = new_block(is_async), end = new_block();
    jump(header);
    begin(header);
    begin_loop(step);
    ValueId item =
        is_async ? next_async_item(iterator, step, iterable.span(), otherwise) : next_item(iterator, step, otherwise);
    exits_.push_back({.kind = Exit::Kind::ForLoop,
                      .outer_handler = handler_,
                      .break_target = end,
                      .continue_target = header,
                      .iterator = iterator});
    store(node.get(Field::target), item);
    statements(node.list(Field::body));
    if (reachable()) jump(header);
    exits_.pop_back();
    begin(otherwise);
    statements(node.list(Field::orelse));
    if (reachable()) jump(end);
    begin(end);
}

void Lowering::break_or_continue(bool is_break) {
    size_t loop = exits_.size();
    while (!exits_[loop - 1].is_loop()) --loop;
    Exit target = exits_[loop - 1];
    leave_to(loop, {});
    if (!reachable()) return;
    if (is_break && target.iterator != no_id) emit(Op::Keep, {}, {target.iterator});
    jump(is_break ? target.break_target : target.continue_target);
}

// ---- import -----------------------------------------------------------------------------------------------

void Lowering::import_statement(Node node) {
    SourceSpan span = node.span();
    for (Node alias : node.list(Field::names)) {
        PyObject* name = alias.raw(Field::name);
        Ref parts_text = require(PyUnicode_FromString("."));
        Ref parts = require(PyUnicode_Split(name, parts_text.get(), -1));
        ValueId level = constant(require(PyLong_FromLong(0)).get(), span);
        ValueId module = emit(Op::ImportName, span, {level, none(span)}, name_index(name));
        PyObject* bound_name = alias.identifier(Field::asname);
        if (bound_name == nullptr) {
            PyObject* first = Py_NewRef(PyList_GET_ITEM(parts.get(), 0));
            PyUnicode_InternInPlace(&first);
            Ref held = Ref::steal(first);
            store_name(first, module, span);
            continue;
        }
        for (Py_ssize_t i = 1; i < PyList_GET_SIZE(parts.get()); ++i) {
            PyObject* part = Py_NewRef(PyList_GET_ITEM(parts.get(), i));
            PyUnicode_InternInPlace(&part);
            Ref held = Ref::steal(part);
            module = emit(Op::ImportFrom, span, {module}, name_index(part));
        }
        store_name(bound_name, module, span);
    }
}

void Lowering::import_from_statement(Node node) {
    SourceSpan span = node.span();
    NodeList aliases = node.list(Field::names);
    Ref names = require(PyTuple_New(static_cast<Py_ssize_t>(aliases.size())));
    for (size_t i = 0; i < aliases.size(); ++i)
        PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(i), Py_NewRef(aliases[i].raw(Field::name)));
    ValueId level = constant(require(PyLong_FromLong(node.integer(Field::level))).get(), span);
    ValueId wanted = constant(names.get(), span);
    PyObject* module_name = node.identifier(Field::module);
    Ref empty = require(PyUnicode_FromString(""));
    int64_t index = name_index(module_name != nullptr ? module_name : empty.get());
    ValueId module = emit(Op::ImportName, span, {level, wanted}, index);
    for (Node alias : aliases) {
        ValueId value = emit(Op::ImportFrom, span, {module}, name_index(alias.raw(Field::name)));
        PyObject* bound_name = alias.identifier(Field::asname);
        store_name(bound_name != nullptr ? bound_name : alias.raw(Field::name), value, span);
    }
}

}  // namespace aipy::frontend
