#include "ir/verify.h"

#include <algorithm>

#include "ir/dominators.h"
#include "ir/print.h"
#include "ir/uses.h"

namespace aipy::ir {
namespace {

std::string_view rep_name(Rep rep) {
    switch (rep) {
        case Rep::None: return "nothing";
        case Rep::Object: return "an object";
        case Rep::I64: return "an i64";
        case Rep::F64: return "an f64";
        case Rep::Bit: return "a bit";
    }
    return "?";
}

// Whether a value of this representation fits the letter of a signature.
bool fits(char letter, Rep rep) {
    switch (letter) {
        case 'o':
        case 'O':
        case 'N': return rep == Rep::Object;
        case 'i': return rep == Rep::I64;
        case 'f': return rep == Rep::F64;
        case 'b': return rep == Rep::Bit;
        case 'v':
        case 't': return rep != Rep::None;
        default: return false;
    }
}

// What only the generic form has, and what only it may have.
bool is_slot_op(const OpInfo& row) { return row.imm == ImmKind::Slot; }

// Rows that may run foreign code but never say where to go on: the lifetime pass puts `release` where the next
// state tells, and pop.exc frees what the handler had pushed.
bool goes_without_state(const Instr& instr) { return instr.op == Op::Release || instr.op == Op::PopExc; }

class Verifier {
  public:
    explicit Verifier(const Function& function) : function_(function) {}

    std::vector<std::string> run() {
        check_ids();
        if (!errors_.empty()) return std::move(errors_);  // nothing more can be asked safely
        Dominators dominators(function_);
        dominators_ = &dominators;
        check_definitions();
        for (block_ = 0; block_ < function_.blocks.size(); ++block_) {
            if (dominators.is_reachable(block_)) check_block();
        }
        return std::move(errors_);
    }

  private:
    void report(std::string message) {
        std::string text = function_.name;
        if (block_ != no_id) text += ": block" + std::to_string(block_);
        if (instr_ != no_id) text += ": `" + print_instr(function_, instr_, {.ids = true, .spans = false}) + "`";
        errors_.push_back(std::move(text.append(": ").append(message)));
    }
    void require(bool condition, const char* message) {
        if (!condition) report(message);
    }
    bool valid(ValueId value) const { return value < function_.values.size(); }

    // ---- ids: everything named exists; without this, nothing else is safe to look at --------------------------
    void check_ids() {
        require(!function_.blocks.empty(), "the function has no block");
        for (BlockId block = 0; block < function_.blocks.size(); ++block) {
            for (ValueId param : function_.block(block).params) check_value_id(param, "a block's parameter");
            for (InstrId instr : function_.block(block).instrs) {
                if (instr >= function_.instrs.size()) {
                    report("block" + std::to_string(block) + " names an instruction that does not exist");
                } else {
                    check_instr_ids(function_.instr(instr));
                }
            }
        }
        for (const FrameState& state : function_.frame_states) {
            for_each_state_value(state, [&](ValueId value) { check_value_id(value, "a frame state's value"); });
            for (ValueId value : state.owned) check_value_id(value, "a frame state's owned value");
        }
    }
    void check_instr_ids(const Instr& instr) {
        std::string text{info(instr.op).text};
        for_each_direct_use(instr, [&](ValueId value) { check_value_id(value, "a use in " + text); });
        for (ValueId value : instr.unwind) check_value_id(value, "an unwind list of " + text);
        for (ValueId value : instr.error_retain) check_value_id(value, "a retain list of " + text);
        if (instr.result != no_id) check_value_id(instr.result, "the result of " + text);
        for_each_edge(instr, [&](const Edge& edge) {
            if (edge.target >= function_.blocks.size()) report("an edge of " + text + " goes to no block");
        });
        for (FrameStateId state : {instr.before, instr.after}) {
            if (state != no_id && state >= function_.frame_states.size()) report(text + " names no frame state");
        }
    }
    void check_value_id(ValueId value, const std::string& what) {
        if (!valid(value)) report(what + " does not exist");
    }

    // ---- definitions ------------------------------------------------------------------------------------------
    void check_definitions() {
        std::vector<uint32_t> definitions(function_.values.size());
        for (block_ = 0; block_ < function_.blocks.size(); ++block_) {
            for (ValueId param : function_.block(block_).params) {
                ++definitions[param];
                if (function_.value(param).block != block_) report("a parameter does not name its block");
            }
            for (InstrId id : function_.block(block_).instrs) {
                ValueId result = function_.instr(id).result;
                if (result == no_id) continue;
                ++definitions[result];
                if (function_.value(result).def != id) report("a result does not name its instruction");
            }
        }
        block_ = no_id;
        for (size_t value = 0; value < definitions.size(); ++value) {
            if (definitions[value] > 1) report("%" + std::to_string(value) + " is defined more than once");
        }
    }
    void check_defined(ValueId value, const char* what) {
        if (!dominators_->defined_at(value, instr_)) {
            report(std::string(what) + " %" + std::to_string(value) + " is not defined on every way here");
        }
    }

    // ---- blocks -----------------------------------------------------------------------------------------------
    void check_block() {
        const Block& block = function_.block(block_);
        instr_ = no_id;
        if (block_ == 0) require(!block.is_handler, "the entry is a handler");
        if (block.is_handler) {
            require(!block.params.empty() && function_.value(block.params[0]).type.is_object(),
                    "a handler's first parameter is the exception, an object");
        }
        for (ValueId param : block.params) check_natural(param);
        if (block.instrs.empty()) return report("the block is empty");
        for (InstrId id : block.instrs) {
            instr_ = id;
            bool is_last = id == block.instrs.back();
            if (info(function_.instr(id).op).is_terminator() != is_last) {
                report(is_last ? "the block does not end in a terminator" : "a terminator before the block's end");
            }
            check_instr(function_.instr(id));
        }
        instr_ = no_id;
    }

    // ---- instructions -----------------------------------------------------------------------------------------
    void check_instr(const Instr& instr) {
        const OpInfo& row = info(instr.op);
        check_operands(instr, row);
        check_result(instr, row);
        check_immediate(row.imm, instr.imm);
        check_immediate(row.imm2, instr.imm2);
        check_edges(instr, row);
        check_form(instr, row);
        for (ValueId operand : instr.operands) check_defined(operand, "operand");
        check_lifetimes(instr);
    }

    void check_operands(const Instr& instr, const OpInfo& row) {
        size_t count = instr.operands.size(), wanted = row.fixed_operands();
        if (count < wanted || (count > wanted && !row.is_variadic())) {
            return report("has " + std::to_string(count) + " operands, the row wants " + std::to_string(wanted) +
                          (row.is_variadic() ? " or more" : ""));
        }
        for (size_t index = 0; index < count; ++index) {
            Rep rep = function_.value(instr.operands[index]).type.rep;
            if (fits(row.operand(index), rep)) continue;
            report("operand " + std::to_string(index) + " is " + std::string(rep_name(rep)) + ", the row wants '" +
                   row.operand(index) + "'");
        }
    }

    void check_result(const Instr& instr, const OpInfo& row) {
        if (!row.has_result()) return require(instr.result == no_id, "the row has no result");
        if (instr.result == no_id) return report("the result is missing");
        Rep rep = function_.value(instr.result).type.rep;
        if (!fits(row.result(), rep)) report("the result is " + std::string(rep_name(rep)));
        check_natural(instr.result);
    }

    void check_natural(ValueId id) {
        const Value& value = function_.value(id);
        const bool is_int = value.type.rep == Rep::I64 && value.type.kind == TypeKind::Int;
        require(!value.natural || is_int, "what is no int in a register is said to be a natural number");
    }

    void check_immediate(ImmKind kind, int64_t imm) {
        auto below = [&](size_t count) { return imm >= 0 && static_cast<size_t>(imm) < count; };
        switch (kind) {
            case ImmKind::None: return require(imm == 0, "an immediate that the row does not have");
            case ImmKind::Slot: return require(below(function_.slots.size()), "the slot does not exist");
            case ImmKind::Constant:
                return require(imm == -1 || below(function_.constants.size()), "the constant does not exist");
            case ImmKind::Name:
                if (!below(function_.constants.size())) return report("the name's constant does not exist");
                return require(function_.constants[static_cast<size_t>(imm)].type.kind == TypeKind::Str,
                               "the name's constant is no str");
            case ImmKind::Integer: return;
            case ImmKind::Version: return require(imm > 0, "versions are counted from 1");
            case ImmKind::Operator:
                return require(below(static_cast<size_t>(Operator::Invert) + 1), "no such operator");
            case ImmKind::Compare:
                return require(below(static_cast<size_t>(CompareOp::GreaterEqual) + 1), "no such comparison");
            case ImmKind::TypeOf:
                return require(parse_type(print_type(decode_type(imm))) == decode_type(imm), "the type is malformed");
        }
    }

    // ---- edges ------------------------------------------------------------------------------------------------
    void check_edges(const Instr& instr, const OpInfo& row) {
        size_t wanted = instr.op == Op::Jump ? 1 : instr.op == Op::Branch || instr.op == Op::BranchNull ? 2 : 0;
        if (instr.targets.size() != wanted) {
            report("has " + std::to_string(instr.targets.size()) + " targets instead of " + std::to_string(wanted));
        }
        for (const Edge& edge : instr.targets) {
            require(!function_.block(edge.target).is_handler, "goes to a handler without an error");
            require(edge.target != 0, "goes to the entry");
            check_args(edge, 0);
        }
        if (!instr.error.exists()) return;
        require(row.raises(), "an error edge on a row that does not raise");
        if (!function_.block(instr.error.target).is_handler) return report("the error edge goes to no handler");
        check_args(instr.error, 1);
    }

    void check_args(const Edge& edge, size_t first_param) {
        const std::vector<ValueId>& params = function_.block(edge.target).params;
        if (params.size() != edge.args.size() + first_param) {
            return report("passes " + std::to_string(edge.args.size()) + " args to block" +
                          std::to_string(edge.target) + ", which takes " +
                          std::to_string(params.size() < first_param ? 0 : params.size() - first_param));
        }
        for (size_t index = 0; index < edge.args.size(); ++index) {
            check_defined(edge.args[index], "arg");
            Rep param = function_.value(params[index + first_param]).type.rep;
            Rep arg = function_.value(edge.args[index]).type.rep;
            if (param == arg) continue;
            report("arg " + std::to_string(index) + " for block" + std::to_string(edge.target) + " is " +
                   std::string(rep_name(arg)) + ", the parameter " + std::string(rep_name(param)));
        }
    }

    // ---- forms and frame states -------------------------------------------------------------------------------
    void check_form(const Instr& instr, const OpInfo& row) {
        if (!function_.specialised) {
            require(!row.leaves(), "a typed op in the generic form");
            require(instr.before == no_id && instr.after == no_id, "a frame state in the generic form");
            require(!row.cached() || instr.cache < function_.cache_count, "the inline cache is missing");
            return;
        }
        require(!is_slot_op(row), "a slot op in the specialised form");
        bool exempt = goes_without_state(instr);
        bool wants_before = row.needs_frame_state() && !exempt;
        bool wants_after = row.runs_foreign_code() && !exempt && !row.is_terminator();
        require(!wants_before || instr.before != no_id, "the frame state before it is missing");
        require(!wants_after || instr.after != no_id, "the frame state after it is missing");
        if (instr.before != no_id) check_state(function_.frame_states[instr.before], no_id);
        if (instr.after != no_id) check_state(function_.frame_states[instr.after], instr.result);
    }

    void check_state(const FrameState& state, ValueId result) {
        require(state.position != no_id, "a frame state without a position");
        auto check_value = [&](const StateValue& value, size_t container) {
            switch (value.kind) {
                case StateValue::Kind::Unbound: return;
                case StateValue::Kind::Value:
                    if (value.index != result) check_defined(value.index, "frame state's");
                    return;
                case StateValue::Kind::Constant:
                    return require(value.index < function_.constants.size(), "a frame state names no constant");
                case StateValue::Kind::Virtual:
                    return require(value.index < state.virtuals.size() && value.index != container,
                                   "a frame state names no virtual, or one that contains itself");
            }
        };
        for (const StateValue& value : state.slots) check_value(value, no_id);
        for (const auto& temporary : state.temporaries) check_value(temporary.value, no_id);
        for (size_t index = 0; index < state.virtuals.size(); ++index) {
            for (const StateValue& part : state.virtuals[index].parts) check_value(part, index);
        }
        for (ValueId value : state.owned) {
            if (value != result) check_defined(value, "owned");
            require(function_.value(value).type.is_object(), "an owned value is no object");
        }
    }

    void check_lifetimes(const Instr& instr) {
        for (ValueId value : instr.unwind) {
            check_defined(value, "unwound");
            require(function_.value(value).type.is_object(), "an unwound value is no object");
        }
        for (ValueId value : instr.error_retain) {
            bool passed = std::find(instr.error.args.begin(), instr.error.args.end(), value) != instr.error.args.end();
            require(passed, "retains a value for the handler that it does not pass");
        }
    }

    const Function& function_;
    const Dominators* dominators_ = nullptr;
    std::vector<std::string> errors_;
    BlockId block_ = no_id;
    InstrId instr_ = no_id;
};

}  // namespace

std::vector<std::string> verify(const Function& function) { return Verifier(function).run(); }

}  // namespace aipy::ir
