// except*: every clause takes its part of the exception, and what the clauses raise is gathered with what none took.
//
// The exception is handled from the first clause to the end, as the part that a clause took while that one runs.
// Nothing jumps out of a clause (`return`, `break` and `continue` are errors there): it ends, or it raises.
#include "frontend/lowering.h"

namespace aipy::frontend {

void Lowering::except_star_clauses(Node node, ValueId exception, ValueId previous, BlockId end, BlockId outer) {
    BlockId failed = new_handler();
    set_handler(failed);
    ValueId raised = emit(Op::BuildList, {});
    ValueId rest = exception;
    for (Node clause : node.list(Field::handlers)) rest = except_star_clause(clause, rest, raised);
    emit(Op::ListAppend, {}, {raised, rest});
    finish_except_star(exception, raised, previous, end, outer);
    restore_and_reraise(failed, previous, outer);
}

// Gives what is left of `rest`.
ValueId Lowering::except_star_clause(Node clause, ValueId rest, ValueId raised) {
    SourceSpan span = clause.span();
    ValueId expected = expression(clause.get(Field::type));
    ValueId parts = emit(Op::SplitGroup, span, {rest, expected});
    ValueId matched = emit(Op::TupleItem, span, {parts}, 0);
    ValueId left = emit(Op::TupleItem, span, {parts}, 1);
    BlockId body = new_block(true), after = new_block(true);
    branch(emit(Op::Is, span, {matched, none(span)}), after, body);
    begin(body);
    except_star_body(clause, matched, raised, after);
    begin(after);
    return left;
}

// An exception out of the body is kept, and the next clause has its turn.
void Lowering::except_star_body(Node clause, ValueId matched, ValueId raised, BlockId after) {
    SourceSpan span = clause.span();
    PyObject* name = clause.identifier(Field::name);
    BlockId outer = handler_;
    if (name != nullptr)
        store_name(name, matched, span);
    else
        emit(Op::Keep, span, {matched});
    BlockId failed = new_handler();
    set_handler(failed);
    statements(clause.list(Field::body));
    set_handler(outer);
    if (reachable()) {
        if (name != nullptr) clear_handler_name(name, span);
        jump(after);
    }
    ValueId exception = begin_handler(failed);
    if (exception == no_id) return;
    if (name != nullptr) clear_handler_name(name, span);
    emit(Op::ListAppend, {}, {raised, exception});
    jump(after);
}

void Lowering::finish_except_star(ValueId exception, ValueId raised, ValueId previous, BlockId end, BlockId outer) {
    ValueId joined = emit(Op::JoinGroups, {}, {exception, raised});
    BlockId nothing = new_block(true), something = new_block(true);
    branch(emit(Op::Is, {}, {joined, none()}), nothing, something);
    set_handler(outer);
    begin(nothing);
    emit(Op::PopExc, {}, {previous});
    jump(end);
    begin(something);
    emit(Op::PopExc, {}, {previous});
    reraise(joined);
}

}  // namespace aipy::frontend
