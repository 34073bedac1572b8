#include "frontend/lowering.h"

namespace aipy::frontend {

using Kind = Variable::Kind;

Lowering::Lowering(PyCodeObject* code, PyObject* globals, const Definition& definition, BuildResult& result)
    : code_(code),
      globals_(globals),
      definition_(definition),
      result_(result),
      function_(*result.function),
      scopes_(code, definition.node, definition.enclosing_class.get()),
      constants_(code, function_, result.objects),
      builder_(function_) {}

static constexpr ir::ReleaseOrder release_order = PY_VERSION_HEX < 0x030e0000   ? ir::ReleaseOrder::OperandsFirst
                                                  : PY_VERSION_HEX < 0x030f0000 ? ir::ReleaseOrder::YoungestButOperators
                                                                                : ir::ReleaseOrder::YoungestFirst;

void Lowering::run() {
    function_.slots = scopes_.slots();
    function_.parameter_count =
        static_cast<uint32_t>(code_->co_argcount + code_->co_kwonlyargcount + ((code_->co_flags & CO_VARARGS) != 0) +
                              ((code_->co_flags & CO_VARKEYWORDS) != 0));
    function_.is_generator = (code_->co_flags & generator_flags) != 0;
    function_.release_order = release_order;
    bound_.assign(function_.slots.size(), false);
    for (uint32_t slot = 0; slot < function_.parameter_count; ++slot) set_bound(slot);

    BlockId entry = new_block();
    reach(entry);
    begin(entry);
    make_cells();
    Node node = definition_.node;
    NodeKind kind = node.kind();
    if (kind == NodeKind::Lambda) {
        Node body = node.get(Field::body);
        return_value(expression(body), body.span());
    } else if (is_comprehension(kind)) {
        lower_comprehension_body();
    } else {
        statements(node.list(Field::body));
    }
    if (reachable()) return_value(none(), {});
}

// ---- blocks -----------------------------------------------------------------------------------------------

ValueId Lowering::emit(Op op, const SourceSpan& span, Values operands, int64_t imm, int64_t imm2) {
    builder_.set_span(span);
    if (ir::info(op).raises() && handler_ != no_id) reach(handler_);
    return builder_.emit(op, std::move(operands), imm, imm2);
}

BlockId Lowering::new_block(bool cold) {
    BlockId block = function_.add_block();
    function_.block(block).cold = cold;
    entries_.resize(block + 1);
    return block;
}

BlockId Lowering::new_handler() {
    BlockId block = new_block(true);
    function_.block(block).is_handler = true;
    function_.add_param(block, ir::Type::any());
    entries_[block].bound = lasting_bindings();
    return block;
}

std::vector<bool> Lowering::lasting_bindings() const {
    std::vector<bool> lasting = bound_;
    for (uint32_t slot = 0; slot < lasting.size(); ++slot)
        if (scopes_.is_unbound_somewhere(slot)) lasting[slot] = false;
    return lasting;
}

void Lowering::begin_loop(const SourceSpan& span) {
    bound_ = lasting_bindings();
    function_.block(builder_.block()).is_loop_header = true;
    emit(Op::Poll, span);
}

void Lowering::reach(BlockId target) {
    Entry& entry = entries_[target];
    if (!function_.block(target).is_handler) {
        if (!entry.reached)
            entry.bound = bound_;
        else
            for (size_t slot = 0; slot < bound_.size(); ++slot) entry.bound[slot] = entry.bound[slot] && bound_[slot];
    }
    entry.reached = true;
}

void Lowering::begin(BlockId block) {
    reachable_ = entries_[block].reached;
    if (!reachable_) return;
    bound_ = entries_[block].bound;
    builder_.set_block(block);
}

ValueId Lowering::begin_handler(BlockId handler) {
    begin(handler);
    return reachable_ ? function_.block(handler).params[0] : no_id;
}

void Lowering::set_handler(BlockId handler) {
    handler_ = handler;
    builder_.set_error({handler, {}});
}

void Lowering::jump(BlockId target, Values args) {
    reach(target);
    builder_.set_span({});
    builder_.jump(target, std::move(args));
    reachable_ = false;
}

void Lowering::branch(ValueId bit, BlockId if_true, BlockId if_false, Values true_args, Values false_args) {
    reach(if_true);
    reach(if_false);
    builder_.branch(bit, {if_true, std::move(true_args)}, {if_false, std::move(false_args)});
    reachable_ = false;
}

void Lowering::branch_null(ValueId value, BlockId if_null, BlockId if_not_null) {
    reach(if_null);
    reach(if_not_null);
    builder_.branch_null(value, {if_null, {}}, {if_not_null, {}});
    reachable_ = false;
}

void Lowering::raise_values(const SourceSpan& span, Values operands) {
    emit(Op::Raise, span, std::move(operands));
    reachable_ = false;
}

void Lowering::reraise(ValueId exception, const SourceSpan& span) {
    emit(Op::Reraise, span, {exception});
    reachable_ = false;
}

void Lowering::return_value(ValueId value, const SourceSpan& span) {
    builder_.set_span(span);
    builder_.return_value(value);
    reachable_ = false;
}

// ---- variables --------------------------------------------------------------------------------------------

ValueId Lowering::constant(PyObject* object, const SourceSpan& span) {
    uint32_t index = constants_.add(object);
    builder_.set_span(span);
    return builder_.emit_typed(Op::Const, function_.constants[index].type, {}, index);
}

void Lowering::clear_local(uint32_t slot, const SourceSpan& span) {
    emit(Op::ClearLocal, span, {}, slot);
    bound_[slot] = false;
}

void Lowering::make_cells() {
    for (uint32_t slot = 0; slot < function_.slots.size(); ++slot) {
        if (function_.slots[slot].kind != ir::Slot::Kind::Cell) continue;
        ValueId content = emit(Op::LoadLocal, {}, {}, slot);
        emit(Op::StoreLocal, {}, {emit(Op::MakeCell, {}, {content})}, slot);
    }
}

ValueId Lowering::load_variable(const Variable& variable, PyObject* mangled, const SourceSpan& span) {
    if (variable.kind == Kind::Global) return emit(Op::LoadGlobal, span, {}, constants_.add(mangled));
    ValueId content = emit(Op::LoadLocal, span, {}, variable.slot);
    if (variable.is_cell())
        return emit(Op::LoadCell, span, {content}, constants_.add(mangled), variable.kind == Kind::Free ? 1 : 0);
    if (!is_bound(variable.slot)) {
        emit(Op::CheckLocal, span, {content}, constants_.add(mangled), 0);
        set_bound(variable.slot);
    }
    return content;
}

void Lowering::store_variable(const Variable& variable, PyObject* mangled, ValueId value, const SourceSpan& span) {
    if (variable.kind == Kind::Global) {
        emit(Op::StoreGlobal, span, {value}, constants_.add(mangled));
    } else if (variable.is_cell()) {
        emit(Op::StoreCell, span, {emit(Op::LoadLocal, span, {}, variable.slot), value});
    } else {
        emit(Op::StoreLocal, span, {value}, variable.slot);
        set_bound(variable.slot);
    }
}

void Lowering::delete_variable(const Variable& variable, PyObject* mangled, const SourceSpan& span) {
    int64_t name = constants_.add(mangled);
    if (variable.kind == Kind::Global) {
        emit(Op::DeleteGlobal, span, {}, name);
        return;
    }
    ValueId content = emit(Op::LoadLocal, span, {}, variable.slot);
    if (variable.is_cell()) {
        emit(Op::DeleteCell, span, {content}, name, variable.kind == Kind::Free ? 1 : 0);
        return;
    }
    emit(Op::CheckLocal, span, {content}, name, 1);
    clear_local(variable.slot, span);
}

ValueId Lowering::load_name(PyObject* name, const SourceSpan& span) {
    PyObject* mangled = scopes_.mangle(name);
    return load_variable(scopes_.resolve(mangled), mangled, span);
}

void Lowering::store_name(PyObject* name, ValueId value, const SourceSpan& span) {
    PyObject* mangled = scopes_.mangle(name);
    store_variable(scopes_.resolve(mangled), mangled, value, span);
}

}  // namespace aipy::frontend
