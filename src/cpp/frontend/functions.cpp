// Nested functions, lambdas, generator expressions and comprehensions.
//
// Since 3.12 list, set and dict comprehensions run in the frame around them: their variables are slots of this
// function, emptied before and given back after, also when an exception passes. Before, they are functions, called
// with the iterator of the outermost loop, as generator expressions are.
#include <opcode.h>

#include "frontend/lowering.h"

namespace aipy::frontend {

// Bits of make.function's second immediate, as in CPython.
enum FunctionFlag : int64_t {
    has_defaults = 1,
    has_keyword_defaults = 2,
    has_annotations = 4,
    has_closure = 8,
    has_lazy_annotations = 16
};
constexpr bool annotations_are_lazy = PY_VERSION_HEX >= 0x030e0000;

ValueId Lowering::closure_of(PyCodeObject* code, const SourceSpan& span) {
    Ref names = require(PyObject_GetAttrString(reinterpret_cast<PyObject*>(code), "co_freevars"));
    if (PyTuple_GET_SIZE(names.get()) == 0) return null_value(span);
    Values cells;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names.get()); ++i) {
        Variable variable = scopes_.resolve(PyTuple_GET_ITEM(names.get(), i));
        if (!variable.is_cell()) throw Bailout{BailoutReason::Comprehension, span.line};
        cells.push_back(emit(Op::LoadLocal, span, {}, variable.slot));
    }
    return emit(Op::BuildTuple, span, std::move(cells));
}

ValueId Lowering::make_function(Node node, const SourceSpan& span, ValueId defaults, ValueId keyword_defaults,
                                ValueId annotations) {
    PyCodeObject* code = scopes_.code_of(node);
    if (code == nullptr) throw Bailout{BailoutReason::SourceChanged, span.line};
    result_.nested_codes.push_back(reinterpret_cast<PyObject*>(code));
    return make_function_of(code, span, defaults, keyword_defaults, annotations);
}

ValueId Lowering::make_function_of(PyCodeObject* code, const SourceSpan& span, ValueId defaults,
                                   ValueId keyword_defaults, ValueId annotations) {
    auto* object = reinterpret_cast<PyObject*>(code);
    auto is_given = [&](ValueId value) { return function_.instr(function_.value(value).def).op != Op::Null; };
    // Defaults, keyword defaults, annotations: those that there are, in this order.
    Values operands{closure_of(code, span)};
    int64_t flags = is_given(operands[0]) ? has_closure : 0;
    auto add = [&](ValueId part, FunctionFlag flag) {
        if (!is_given(part)) return;
        operands.push_back(part);
        flags |= flag;
    };
    add(defaults, has_defaults);
    add(keyword_defaults, has_keyword_defaults);
    const bool lazy = annotations_are_lazy && (code_->co_flags & CO_FUTURE_ANNOTATIONS) == 0;
    add(annotations, lazy ? has_lazy_annotations : has_annotations);
    return emit(Op::MakeFunction, span, std::move(operands), constants_.add(object), flags);
}

ValueId Lowering::positional_defaults(Node arguments, const SourceSpan& span) {
    NodeList defaults = arguments.list(Field::defaults);
    if (defaults.empty()) return null_value(span);
    if (PyObject* folded = constants_.fold_tuple(defaults)) return constant(folded, span);
    return tuple_expression(defaults, span);
}

ValueId Lowering::keyword_only_defaults(Node arguments, const SourceSpan& span) {
    NodeList names = arguments.list(Field::kwonlyargs), defaults = arguments.list(Field::kw_defaults);
    Values pairs;
    for (size_t i = 0; i < names.size(); ++i) {
        if (!defaults[i]) continue;
        pairs.push_back(constant(scopes_.mangle(names[i].raw(Field::arg)), span));
        pairs.push_back(expression(defaults[i]));
    }
    return pairs.empty() ? null_value(span) : emit(Op::BuildDict, span, std::move(pairs));
}

// ---- annotations ------------------------------------------------------------------------------------------

// Under `from __future__ import annotations` they are texts, which the code object holds as one tuple.
PyObject* Lowering::future_annotations(const std::vector<std::pair<PyObject*, Node>>& annotated) {
    PyObject* constants = code_->co_consts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); ++i) {
        PyObject* tuple = PyTuple_GET_ITEM(constants, i);
        if (!PyTuple_CheckExact(tuple) || PyTuple_GET_SIZE(tuple) != static_cast<Py_ssize_t>(2 * annotated.size()))
            continue;
        bool same = true;
        for (size_t k = 0; same && k < annotated.size(); ++k)
            same = PyUnicode_CheckExact(PyTuple_GET_ITEM(tuple, static_cast<Py_ssize_t>(2 * k + 1))) &&
                   equal(PyTuple_GET_ITEM(tuple, static_cast<Py_ssize_t>(2 * k)), annotated[k].first);
        if (same) return tuple;
    }
    return nullptr;
}

ValueId Lowering::annotations_of(Node node, const SourceSpan& span) {
    std::vector<std::pair<PyObject*, Node>> annotated;
    Node arguments = node.get(Field::args);
    auto add = [&](Node argument) {
        Node annotation = argument ? argument.get(Field::annotation) : Node();
        if (annotation) annotated.emplace_back(scopes_.mangle(argument.raw(Field::arg)), annotation);
    };
    for (Node argument : arguments.list(Field::posonlyargs)) add(argument);
    for (Node argument : arguments.list(Field::args)) add(argument);
    add(arguments.get(Field::vararg));
    for (Node argument : arguments.list(Field::kwonlyargs)) add(argument);
    add(arguments.get(Field::kwarg));
    Ref return_name = require(PyUnicode_InternFromString("return"));
    if (Node returns = node.get(Field::returns)) annotated.emplace_back(return_name.get(), returns);
    if (annotated.empty()) return null_value(span);
    if ((code_->co_flags & CO_FUTURE_ANNOTATIONS) != 0) {
        PyObject* texts = future_annotations(annotated);
        if (texts == nullptr) throw Bailout{BailoutReason::Annotations, span.line};
        return constant(texts, span);
    }
    if (annotations_are_lazy) return lazy_annotations(node, span);
    Values items;
    for (auto& [name, annotation] : annotated) {
        items.push_back(constant(name, span));
        if (annotation.is(NodeKind::Starred)) throw Bailout{BailoutReason::Annotations, span.line};
        items.push_back(expression(annotation));
    }
    return emit(Op::BuildTuple, span, std::move(items));
}

// Since 3.14 they are a function, which CPython calls when somebody asks for them.
ValueId Lowering::lazy_annotations(Node node, const SourceSpan& span) {
    Ref name = require(PyUnicode_InternFromString("__annotate__"));
    return function_of_scope(name.get(), node.line(), null_value(span), span);
}

// ---- functions --------------------------------------------------------------------------------------------

void Lowering::function_statement(Node node) {
    if (has_type_parameters(node)) return generic_definition(node);
    SourceSpan span = node.span();
    NodeList decorators = node.list(Field::decorator_list);
    Values wrappers;
    for (Node decorator : decorators) wrappers.push_back(expression(decorator));
    Node arguments = node.get(Field::args);
    ValueId defaults = positional_defaults(arguments, span);
    ValueId keyword_defaults = keyword_only_defaults(arguments, span);
    ValueId annotations = annotations_of(node, span);
    ValueId made = make_function(node, span, defaults, keyword_defaults, annotations);
    for (size_t i = wrappers.size(); i-- > 0;) made = emit(Op::Call, decorators[i].span(), {wrappers[i], made}, -1);
    store_name(node.raw(Field::name), made, span);
}

// The class's body is a function that `__build_class__` runs; it stays with CPython.
void Lowering::class_statement(Node node) {
    if (has_type_parameters(node)) return generic_definition(node);
    SourceSpan span = node.span();
    NodeList decorators = node.list(Field::decorator_list), bases = node.list(Field::bases);
    NodeList keywords = node.list(Field::keywords);
    PyCodeObject* body = scopes_.code_of(node);
    if (body == nullptr) throw Bailout{BailoutReason::SourceChanged, span.line};

    Values wrappers;
    for (Node decorator : decorators) wrappers.push_back(expression(decorator));
    ValueId builder = emit(Op::LoadGlobal, span, {}, constants_.add_text("__build_class__"));
    ValueId absent = null_value(span);
    Values operands{make_function_of(body, span, absent, absent, absent)};
    operands.push_back(constant(node.raw(Field::name), span));
    ValueId made;
    if (is_spread(bases, keywords)) {
        made = spread_call(builder, bases, keywords, span, std::move(operands));
    } else {
        operands.insert(operands.begin(), builder);
        for (Node base : bases) operands.push_back(expression(base));
        for (Node keyword : keywords) operands.push_back(expression(keyword.get(Field::value)));
        made = emit(Op::Call, span, std::move(operands), keyword_names(keywords));
    }
    for (size_t i = wrappers.size(); i-- > 0;) made = emit(Op::Call, decorators[i].span(), {wrappers[i], made}, -1);
    store_name(node.raw(Field::name), made, span);
}

ValueId Lowering::lambda_expression(Node node, const SourceSpan& span) {
    Node arguments = node.get(Field::args);
    ValueId defaults = positional_defaults(arguments, span);
    ValueId keyword_defaults = keyword_only_defaults(arguments, span);
    return make_function(node, span, defaults, keyword_defaults, null_value(span));
}

static bool is_async(Node generator) { return generator.integer(Field::is_async) != 0; }

ValueId Lowering::iterator_of(Node generator, ValueId iterable, const SourceSpan& whole) {
    Op op = is_async(generator) ? Op::GetAIter : Op::GetIter;
    return emit(op, iteration_span(generator.get(Field::iter), whole), {iterable});
}

// Whether a generator expression takes the iterator of what it loops over, or is given that, as releases of 3.14
// differ.
bool Lowering::iterates_itself(PyCodeObject* generator) {
    if (PY_VERSION_HEX < 0x030e0000) return false;
    Ref bytes = require(PyObject_GetAttrString(reinterpret_cast<PyObject*>(generator), "co_code"));
    const char* units = PyBytes_AS_STRING(bytes.get());
    for (Py_ssize_t at = 0; at + 1 < PyBytes_GET_SIZE(bytes.get()); at += 2) {
        const auto opcode = static_cast<uint8_t>(units[at]);
        if (opcode == GET_ITER || opcode == GET_AITER) return true;
        if (opcode == FOR_ITER || opcode == GET_ANEXT) return false;
    }
    return false;
}

ValueId Lowering::generator_expression(Node node, const SourceSpan& span) {
    ValueId absent = null_value(span);
    ValueId made = make_function(node, span, absent, absent, absent);
    Node outermost = node.list(Field::generators)[0];
    Node iterable = outermost.get(Field::iter);
    PyObject* folded = constants_.fold_display(iterable);
    ValueId iterator = folded != nullptr ? constant(folded, iterable.span()) : expression(iterable);
    if (!iterates_itself(scopes_.code_of(node))) iterator = iterator_of(outermost, iterator, span);
    return emit(Op::Call, span, {made, iterator}, -1);
}

// ---- comprehensions ---------------------------------------------------------------------------------------

struct Lowering::ComprehensionLoop {
    Node node;
    NodeList generators;
    SourceSpan span;
    ValueId container;  // no_id: a generator expression, which yields
};

static Op builder_of(NodeKind kind) {
    return kind == NodeKind::ListComp ? Op::BuildList : kind == NodeKind::SetComp ? Op::BuildSet : Op::BuildDict;
}

// The body of a comprehension that is a function of its own.
void Lowering::lower_comprehension_body() {
    Node node = definition_.node;
    NodeList generators = node.list(Field::generators);
    SourceSpan span = node.span();
    const bool yields = node.is(NodeKind::GeneratorExp);
    const ValueId container = yields ? no_id : emit(builder_of(node.kind()), span);
    ValueId iterator = emit(Op::LoadLocal, iteration_span(generators[0].get(Field::iter), span), {}, 0);
    if (iterates_itself(code_)) iterator = iterator_of(generators[0], iterator, span);
    comprehension_loops({node, generators, span, container}, 0, iterator);
    if (!yields && reachable()) return_value(container, span);
}

ValueId Lowering::comprehension(Node node, const SourceSpan& span) {
    if (!is_inlined_comprehension(node.kind())) {
        ValueId made = generator_expression(node, span);
        const bool is_coroutine = (scopes_.code_of(node)->co_flags & CO_COROUTINE) != 0;
        return is_coroutine ? await(made, span) : made;
    }
    NodeList generators = node.list(Field::generators);
    Node iterable = generators[0].get(Field::iter);
    PyObject* folded = constants_.fold_display(iterable);
    ValueId source = folded != nullptr ? constant(folded, iterable.span()) : expression(iterable);
    ValueId iterator = iterator_of(generators[0], source, span);

    ComprehensionScope scope = scopes_.make_comprehension(node);
    BlockId outer = handler_;
    std::vector<bool> bound_outside = bound_;
    Values saved = save_comprehension_variables(scope, span);
    BlockId failed = new_handler();
    set_handler(failed);
    scopes_.enter(&scope);
    ValueId container = emit(builder_of(node.kind()), span);
    comprehension_loops({node, generators, span, container}, 0, iterator);
    scopes_.leave();
    set_handler(outer);
    restore_comprehension_variables(scope, saved, span);
    BlockId after = new_block();
    jump(after);

    if (ValueId exception = begin_handler(failed); exception != no_id) {
        restore_comprehension_variables(scope, saved, span);
        reraise(exception);
    }
    begin(after);
    for (const auto& entry : scope.entries) bound_[entry.variable.slot] = bound_outside[entry.variable.slot];
    return container;
}

Lowering::Values Lowering::save_comprehension_variables(const ComprehensionScope& scope, const SourceSpan& span) {
    Values saved;
    for (const auto& entry : scope.entries) {
        uint32_t slot = entry.variable.slot;
        saved.push_back(entry.shared ? emit(Op::LoadLocal, span, {}, slot) : no_id);
        if (entry.variable.kind == Variable::Kind::Cell)
            emit(Op::StoreLocal, span, {emit(Op::MakeCell, span, {null_value(span)})}, slot);
        else if (entry.shared)
            clear_local(slot, span);
    }
    for (const auto& entry : scope.entries) bound_[entry.variable.slot] = false;
    return saved;
}

void Lowering::restore_comprehension_variables(const ComprehensionScope& scope, const Values& saved,
                                               const SourceSpan& span) {
    for (size_t i = scope.entries.size(); i-- > 0;) {
        uint32_t slot = scope.entries[i].variable.slot;
        if (saved[i] == no_id) {
            clear_local(slot, span);
            continue;
        }
        BlockId was_unbound = new_block(), was_bound = new_block(), next = new_block();
        branch_null(saved[i], was_unbound, was_bound);
        begin(was_unbound);
        emit(Op::ClearLocal, span, {}, slot);
        jump(next);
        begin(was_bound);
        emit(Op::StoreLocal, span, {saved[i]}, slot);
        jump(next);
        begin(next);
    }
}

// The loops from number `depth` inwards; `iterator` is that loop's.
void Lowering::comprehension_loops(const ComprehensionLoop& loop, size_t depth, ValueId iterator) {
    if (depth == loop.generators.size()) return comprehension_element(loop);
    if (depth == 0) jump_span_ = loop.span;
    Node generator = loop.generators[depth];
    Node iterable = generator.get(Field::iter);
    if (depth > 0) {
        PyObject* folded = constants_.fold_display(iterable);
        ValueId source = folded != nullptr ? constant(folded, iterable.span()) : expression(iterable);
        iterator = iterator_of(generator, source, loop.span);
    }
    BlockId header = new_block(), end = new_block();
    jump(header);
    begin(header);
    SourceSpan step = is_async(generator) ? loop.span : iteration_span(iterable, loop.span);
    begin_loop(step);
    ValueId item = is_async(generator) ? next_async_item(iterator, step, step, end) : next_item(iterator, step, end);
    store(generator.get(Field::target), item);
    for (Node test : generator.list(Field::ifs)) {
        if (!reachable()) break;
        BlockId passes = new_block();
        condition(test, passes, header);
        begin(passes);
    }
    if (reachable()) comprehension_loops(loop, depth + 1, no_id);
    if (reachable()) jump(header);
    begin(end);
}

void Lowering::comprehension_element(const ComprehensionLoop& loop) {
    NodeKind kind = loop.node.kind();
    if (kind == NodeKind::DictComp) {
        Node key_node = loop.node.get(Field::key), value_node = loop.node.get(Field::value);
        ValueId key = expression(key_node);
        ValueId value = expression(value_node);
        SourceSpan first = key_node.span(), last = value_node.span();
        SourceSpan span{first.line, last.end_line, first.column, last.end_column};
        emit(Op::DictSetItem, span, {loop.container, key, value});
        return;
    }
    Node element = loop.node.get(Field::elt);
    SourceSpan span = element.span();
    ValueId value = expression(element);
    if (kind == NodeKind::GeneratorExp)
        yield_value(value, span);
    else
        emit(kind == NodeKind::ListComp ? Op::ListAppend : Op::SetAdd, span, {loop.container, value});
}

}  // namespace aipy::frontend
