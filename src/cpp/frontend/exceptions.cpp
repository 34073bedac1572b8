// try, except, finally, with, and the ways out of them.
//
// A handler pushes its exception first and pops it on every way out: at its end, before a jump out of it, and, when
// something raises inside it, in a block of its own that then raises on. The body of a `finally` is lowered once for
// each way through it, as CPython does.
#include <utility>

#include "frontend/lowering.h"
#include "runtime/special_methods.h"

namespace aipy::frontend {

void Lowering::try_statement(Node node) {
    if (!node.list(Field::finalbody).empty())
        try_finally(node);
    else
        try_handlers(node);
}

void Lowering::restore_and_reraise(BlockId handler, ValueId previous, BlockId outer) {
    ValueId exception = begin_handler(handler);
    if (!reachable()) return;
    set_handler(outer);
    emit(Op::PopExc, {}, {previous});
    reraise(exception);
}

void Lowering::try_finally(Node node) {
    BlockId outer = handler_, handler = new_handler(), end = new_block();
    exits_.push_back({.kind = Exit::Kind::Finally, .outer_handler = outer, .try_node = node});
    set_handler(handler);
    if (node.list(Field::handlers).empty())
        statements(node.list(Field::body));
    else
        try_handlers(node);
    exits_.pop_back();
    set_handler(outer);
    if (reachable()) statements(node.list(Field::finalbody));
    if (reachable()) jump(end);

    if (ValueId exception = begin_handler(handler); exception != no_id) {
        ValueId previous = emit(Op::PushExc, {}, {exception});
        BlockId failed = new_handler();
        exits_.push_back({.kind = Exit::Kind::Handled, .outer_handler = outer, .previous = previous});
        set_handler(failed);
        statements(node.list(Field::finalbody));
        exits_.pop_back();
        set_handler(outer);
        if (reachable()) {
            emit(Op::PopExc, {}, {previous});
            reraise(exception);
        }
        restore_and_reraise(failed, previous, outer);
    }
    begin(end);
}

void Lowering::try_handlers(Node node) {
    BlockId outer = handler_, handler = new_handler(), end = new_block();
    set_handler(handler);
    statements(node.list(Field::body));
    set_handler(outer);
    if (reachable()) statements(node.list(Field::orelse));
    if (reachable()) jump(end);

    if (ValueId exception = begin_handler(handler); exception != no_id) {
        ValueId previous = emit(Op::PushExc, {}, {exception});
        if (node.is(NodeKind::TryStar))
            except_star_clauses(node, exception, previous, end, outer);
        else
            except_clauses(node, exception, previous, end, outer);
    }
    set_handler(outer);
    begin(end);
}

void Lowering::except_clauses(Node node, ValueId exception, ValueId previous, BlockId end, BlockId outer) {
    BlockId failed = new_handler();
    for (Node clause : node.list(Field::handlers)) {
        set_handler(failed);
        BlockId otherwise = no_id;
        SourceSpan span = clause.span();
        if (Node type = clause.get(Field::type)) {
            BlockId body = new_block(true);
            otherwise = new_block(true);
            ValueId expected = expression(type);
            branch(emit(Op::MatchExc, span, {exception, expected}), body, otherwise);
            begin(body);
        }
        if (PyObject* name = clause.identifier(Field::name)) store_name(name, exception, span);
        except_body(clause, previous, end, outer);
        if (otherwise == no_id) break;
        begin(otherwise);
    }
    set_handler(outer);
    if (reachable()) {  // no clause matched
        NodeList clauses = node.list(Field::handlers);
        SourceSpan span = clauses[clauses.size() - 1].span();
        emit(Op::PopExc, span, {previous});
        reraise(exception, span);
    }
    restore_and_reraise(failed, previous, outer);
}

void Lowering::except_body(Node clause, ValueId previous, BlockId end, BlockId outer) {
    PyObject* name = clause.identifier(Field::name);
    BlockId failed = handler_;
    BlockId named = name != nullptr ? new_handler() : no_id;
    exits_.push_back({.kind = Exit::Kind::Handled, .outer_handler = outer, .previous = previous, .name = name});
    if (name != nullptr) set_handler(named);
    statements(clause.list(Field::body));
    exits_.pop_back();
    set_handler(outer);
    if (reachable()) {
        emit(Op::PopExc, {}, {previous});
        if (name != nullptr) clear_handler_name(name, builder_.span());
        jump(end);
    }
    if (name == nullptr) return;
    if (ValueId exception = begin_handler(named); exception != no_id) {
        set_handler(failed);
        clear_handler_name(name, builder_.span());
        reraise(exception);
    }
}

// `e = None; del e`: on no line of its own.
void Lowering::clear_handler_name(PyObject* name, const SourceSpan& span) {
    PyObject* mangled = scopes_.mangle(name);
    Variable variable = scopes_.resolve(mangled);
    store_variable(variable, mangled, none(span), span);
    if (variable.kind == Variable::Kind::Local)
        clear_local(variable.slot, span);
    else
        delete_variable(variable, mangled, span);
}

// ---- with -------------------------------------------------------------------------------------------------

// The manager's methods in the order in which CPython looks them up.
std::pair<Lowering::LoadedMethod, Lowering::LoadedMethod> Lowering::load_enter_and_exit(ValueId manager, bool is_async,
                                                                                        const SourceSpan& span) {
    using runtime::SpecialMethod;
    auto load = [&](SpecialMethod method) {
        return load_callee(Op::LoadSpecial, manager, static_cast<int64_t>(method), span);
    };
    const SpecialMethod enter = is_async ? SpecialMethod::AsyncEnter : SpecialMethod::Enter;
    const SpecialMethod exit = is_async ? SpecialMethod::AsyncExit : SpecialMethod::Exit;
    if (PY_VERSION_HEX < 0x030e0000) {
        const LoadedMethod entering = load(enter);
        return {entering, load(exit)};
    }
    const LoadedMethod leaving = load(exit);
    return {load(enter), leaving};
}

// `with` items from number `item` on; each is a `with` of its own around the rest.
void Lowering::with_statement(Node node, size_t item) {
    Nesting nesting(*this, node);
    Node manager_node = node.list(Field::items)[item].get(Field::context_expr);
    SourceSpan span = PY_VERSION_HEX >= 0x030d0000 ? manager_node.span() : node.span();
    ValueId manager = expression(manager_node);
    bool is_async = node.is(NodeKind::AsyncWith);
    const auto [enter, exit_method] = load_enter_and_exit(manager, is_async, span);
    // Before 3.14 tools are not told of this call.
    ValueId entered = PY_VERSION_HEX >= 0x030e0000 ? emit(Op::CallLoaded, span, {enter.callable, enter.self}, -1)
                                                   : emit(Op::CallEnter, span, {enter.callable, enter.self});
    if (is_async) entered = await(entered, span, Awaited::Enter);

    BlockId outer = handler_, handler = new_handler(), end = new_block();
    Exit exit{.kind = Exit::Kind::With,
              .outer_handler = outer,
              .exit_method = exit_method.callable,
              .exit_self = exit_method.self,
              .is_async = is_async,
              .span = span};
    exits_.push_back(exit);
    set_handler(handler);
    with_body(node, item, entered);
    exits_.pop_back();
    set_handler(outer);
    if (reachable()) {
        call_exit(exit);
        jump(end);
    }
    with_handler(handler, exit, end);
    set_handler(outer);
    begin(end);
}

void Lowering::with_body(Node node, size_t item, ValueId entered) {
    NodeList items = node.list(Field::items);
    if (Node target = items[item].get(Field::optional_vars)) store(target, entered);
    if (item + 1 < items.size())
        with_statement(node, item + 1);
    else
        statements(node.list(Field::body));
}

void Lowering::call_exit(const Exit& exit) {
    ValueId absent = none(exit.span);
    ValueId answer = emit(Op::CallLoaded, exit.span, {exit.exit_method, exit.exit_self, absent, absent, absent}, -1);
    if (exit.is_async) await(answer, exit.span, Awaited::Exit);
}

void Lowering::with_handler(BlockId handler, const Exit& exit, BlockId end) {
    ValueId exception = begin_handler(handler);
    if (!reachable()) return;
    ValueId previous = emit(Op::PushExc, exit.span, {exception});
    BlockId failed = new_handler(), suppressed = new_block(true), passed_on = new_block(true);
    set_handler(failed);
    ValueId answer = emit(Op::CallExit, exit.span, {exit.exit_method, exit.exit_self, exception});
    if (exit.is_async) answer = await(answer, exit.span, Awaited::Exit);
    branch(emit(Op::Truth, exit.span, {answer}), suppressed, passed_on);
    set_handler(exit.outer_handler);
    begin(suppressed);
    emit(Op::PopExc, exit.span, {previous});
    emit(Op::Keep, exit.span, {exit.exit_method});
    emit(Op::Keep, exit.span, {exit.exit_self});
    jump(end);
    begin(passed_on);
    emit(Op::PopExc, exit.span, {previous});
    emit(Op::Keep, exit.span, {exit.exit_method});
    emit(Op::Keep, exit.span, {exit.exit_self});
    reraise(exception);
    restore_and_reraise(failed, previous, exit.outer_handler);
}

// ---- ways out ---------------------------------------------------------------------------------------------

void Lowering::leave_to(size_t depth, const SourceSpan& span) {
    std::vector<Exit> all = exits_;
    BlockId handler = handler_;
    while (exits_.size() > depth && reachable()) {
        Exit exit = exits_.back();
        exits_.pop_back();
        set_handler(exit.outer_handler);
        leave_one(exit, span);
    }
    exits_ = std::move(all);
    set_handler(handler);
}

void Lowering::leave_one(const Exit& exit, const SourceSpan& span) {
    switch (exit.kind) {
        case Exit::Kind::WhileLoop: return;
        case Exit::Kind::ForLoop:  // the loop holds its iterator until here
            emit(Op::Keep, span, {exit.iterator});
            return;
        case Exit::Kind::Finally: return statements(exit.try_node.list(Field::finalbody));
        case Exit::Kind::Handled:
            emit(Op::PopExc, span, {exit.previous});
            if (exit.name != nullptr) clear_handler_name(exit.name, span);
            return;
        case Exit::Kind::With: return call_exit(exit);
    }
}

}  // namespace aipy::frontend
