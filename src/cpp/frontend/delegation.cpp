// `yield from`, `await`, and the statements that await: all of them step another iterator and pass on what it yields.
#include "frontend/lowering.h"

namespace aipy::frontend {

ValueId Lowering::yield_from_expression(Node node, const SourceSpan& span) {
    ValueId iterable = expression(node.get(Field::value));
    return delegate(emit(Op::GetYieldFromIter, span, {iterable}), span);
}

ValueId Lowering::await(ValueId object, const SourceSpan& span, Awaited awaited) {
    return delegate(emit(Op::GetAwaitable, span, {object}, static_cast<int64_t>(awaited)), span);
}

// What is thrown in at the yield goes to the iterator first (interp/generator.cpp). When that ends with StopIteration,
// the delegation ends with its value; other exceptions go on from here. Signals wait: the iterator looks for them.
ValueId Lowering::delegate(ValueId iterator, const SourceSpan& span) {
    BlockId step = new_block(), passed = new_block(), ended = new_block(), end = new_block();
    BlockId outer = handler_, thrown = new_handler();
    ValueId received = function_.add_param(step, ir::Type::any());
    ValueId result = function_.add_param(end, ir::Type::any());
    jump(step, {none(span)});

    begin(step);
    ValueId yielded = emit(Op::Send, span, {iterator, received});
    branch_null(yielded, ended, passed);

    begin(passed);
    set_handler(thrown);
    ValueId sent = emit(Op::YieldFrom, span, {yielded, iterator});
    set_handler(outer);
    BlockId resumed = new_block();
    jump(resumed);
    begin(resumed);
    function_.block(resumed).is_loop_header = true;
    jump(step, {sent});

    begin(ended);
    jump(end, {emit(Op::SendResult, span)});

    ValueId exception = begin_handler(thrown);
    ValueId value = emit(Op::StopValue, span, {exception});
    BlockId passed_on = new_block(true), stopped = new_block(true);
    branch_null(value, passed_on, stopped);
    begin(passed_on);
    reraise(exception);
    begin(stopped);
    jump(end, {value});

    begin(end);
    return result;
}

ValueId Lowering::next_async_item(ValueId iterator, const SourceSpan& span, const SourceSpan& end_span, BlockId end) {
    BlockId outer = handler_, failed = new_handler(), next = new_block();
    set_handler(failed);
    ValueId item = delegate(emit(Op::GetANext, span, {iterator}), span);
    set_handler(outer);
    jump(next);

    ValueId exception = begin_handler(failed);
    BlockId stopped = new_block(true), passed_on = new_block(true);
    ValueId stop = constant(PyExc_StopAsyncIteration, end_span);
    branch(emit(Op::MatchExc, end_span, {exception, stop}), stopped, passed_on);
    begin(passed_on);
    reraise(exception, end_span);
    begin(stopped);
    jump(end);

    begin(next);
    return item;
}

}  // namespace aipy::frontend
