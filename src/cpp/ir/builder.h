// Appends instructions to a function, one short call each, at a current block and source span.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ir/function.h"

namespace aipy::ir {

class Builder {
  public:
    explicit Builder(Function& function, BlockId block = no_id) : function_(function), block_(block) {}

    Function& function() { return function_; }
    BlockId block() const { return block_; }
    void set_block(BlockId block) { block_ = block; }
    // The span given to what is appended from now on.
    void set_span(SourceSpan span) { span_ = span; }
    SourceSpan span() const { return span_; }
    // Where errors of what is appended from now on go; an absent edge means out of the function.
    void set_error(Edge error) { error_ = std::move(error); }
    const Edge& error() const { return error_; }
    // The generic instruction that what is appended from now on stands for (specialised form).
    void set_origin(InstrId origin) { origin_ = origin; }

    // Whether the current block has its terminator already; nothing may be appended then.
    bool is_terminated() const {
        const Block& current = function_.block(block_);
        return !current.instrs.empty() && info(function_.instr(current.instrs.back()).op).is_terminator();
    }

    // Appends and returns the instruction's id. A cached row gets the function's next cache (generic form), a row
    // that raises the current error edge.
    InstrId append(Op op, std::vector<ValueId> operands, int64_t imm, int64_t imm2, Type type) {
        Instr instr{};
        instr.op = op;
        instr.operands = std::move(operands);
        instr.imm = imm;
        instr.imm2 = imm2;
        instr.span = span_;
        instr.origin = origin_;
        if (info(op).raises()) instr.error = error_;
        if (info(op).cached() && !function_.specialised) instr.cache = function_.cache_count++;
        return function_.append(block_, std::move(instr), type);
    }

    // Appends and returns the result value (no_id when the row has none).
    ValueId emit(Op op, std::vector<ValueId> operands = {}, int64_t imm = 0, int64_t imm2 = 0) {
        return emit_typed(op, default_result_type(op), std::move(operands), imm, imm2);
    }
    ValueId emit_typed(Op op, Type type, std::vector<ValueId> operands = {}, int64_t imm = 0, int64_t imm2 = 0) {
        return function_.instr(append(op, std::move(operands), imm, imm2, type)).result;
    }

    void jump(BlockId target, std::vector<ValueId> args = {}) { terminate(Op::Jump, {}, {{target, std::move(args)}}); }
    void branch(ValueId condition, Edge if_true, Edge if_false) {
        terminate(Op::Branch, {condition}, {std::move(if_true), std::move(if_false)});
    }
    void branch_null(ValueId value, Edge if_null, Edge if_not_null) {
        terminate(Op::BranchNull, {value}, {std::move(if_null), std::move(if_not_null)});
    }
    void return_value(ValueId value) { terminate(Op::Return, {value}, {}); }
    InstrId terminate(Op op, std::vector<ValueId> operands, std::vector<Edge> targets) {
        InstrId id = append(op, std::move(operands), 0, 0, Type::none());
        function_.instr(id).targets = std::move(targets);
        return id;
    }

  private:
    Function& function_;
    BlockId block_;
    SourceSpan span_;
    Edge error_;
    InstrId origin_ = no_id;
};

}  // namespace aipy::ir
