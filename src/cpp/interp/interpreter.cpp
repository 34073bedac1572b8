// The interpreter's loop: generic IR, one instruction after the other.
//
// Ops with a helper are run by one template, which takes the helper's arguments apart by its row in ops.def; only
// what the executors do themselves has a case of its own here. An error goes one way, through `raise`: traceback
// entry, what the edge retains, what it unwinds, then the handler or the end.
#include "interp/interpreter.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "runtime/helpers.h"
#include "support/check.h"

namespace aipy::interp {

using ir::EffectClass;
using ir::Op;
using runtime::FunctionContext;
namespace cpython = runtime::cpython;

namespace {

// ---- helper calls -------------------------------------------------------------------------------------------

// Collects the variadic operands, which helpers want in a row. One word before the first is free for the callee.
class Gathered {
  public:
    Gathered(const Register* registers, const RegisterId* ids, size_t count) : count_(count) {
        objects_ = count > few ? new PyObject*[count + 1] : inline_;
        for (size_t i = 0; i < count; ++i) objects_[i + 1] = registers[ids[i]].object;
    }
    ~Gathered() {
        if (count_ > few) delete[] objects_;
    }
    Gathered(const Gathered&) = delete;
    Gathered& operator=(const Gathered&) = delete;
    PyObject* const* data() const { return objects_ + 1; }

  private:
    static constexpr size_t few = 8;
    size_t count_;
    PyObject** objects_;
    PyObject* inline_[few + 1];
};

template <char Letter>
auto operand(const Register* registers, RegisterId id) {
    if constexpr (Letter == 'b') return static_cast<int>(registers[id].integer);
    else if constexpr (Letter == 'i') return registers[id].integer;
    else if constexpr (Letter == 'f') return registers[id].number;
    else return registers[id].object;
}

template <ir::ImmKind Kind, typename Immediate>
auto immediate(const Immediate& imm) {
    if constexpr (Kind == ir::ImmKind::None) return std::tuple<>();
    else if constexpr (Kind == ir::ImmKind::Constant || Kind == ir::ImmKind::Name) return std::tuple(imm.object);
    else return std::tuple(imm.integer);
}

template <Op O, auto Helper, size_t... I>
auto call_helper(const Instruction& instruction, const Register* registers, FunctionContext* context,
                 std::index_sequence<I...>) {
    constexpr const ir::OpInfo& row = ir::info(O);
    constexpr size_t fixed = row.fixed_operands();
    const RegisterId* ids = instruction.operand_list();
    auto before = [&] {
        if constexpr (row.takes_context()) return std::tuple(context);
        else return std::tuple<>();
    }();
    auto operands = std::tuple(operand<row.operands()[I]>(registers, ids[I])...);
    auto behind = std::tuple_cat(immediate<row.imm>(instruction.imm), immediate<row.imm2>(instruction.imm2), [&] {
        if constexpr (row.cached()) return std::tuple(instruction.cache);
        else return std::tuple<>();
    }());
    if constexpr (row.is_variadic()) {
        Gathered rest(registers, ids + fixed, instruction.operand_count - fixed);
        auto variadic = std::tuple(rest.data(), static_cast<int64_t>(instruction.operand_count - fixed));
        return std::apply(Helper, std::tuple_cat(before, operands, variadic, behind));
    } else {
        return std::apply(Helper, std::tuple_cat(before, operands, behind));
    }
}

void release_operands(const Instruction& instruction, const Register* registers) {
    const RegisterId* ids = instruction.operand_list();
    for (unsigned mask = instruction.release_mask, i = 0; mask != 0; mask >>= 1, ++i)
        if (mask & 1) Py_XDECREF(registers[ids[i]].object);
}

enum class Step : uint8_t { Next, Error, ErrorAgain };

// Runs one op through its helper. Error -2 of a helper means: raised again, without an entry for this line.
template <Op O, auto Helper>
Step run_helper(const Instruction& instruction, Register* registers, FunctionContext* context) {
    constexpr const ir::OpInfo& row = ir::info(O);
    auto result = call_helper<O, Helper>(instruction, registers, context,
                                         std::make_index_sequence<row.fixed_operands()>());
    if constexpr (row.result() == 'o' || row.result() == 'O') {
        if (row.raises() && result == nullptr) [[unlikely]] return Step::Error;
        if (instruction.observed != nullptr) record_cheaply(*instruction.observed, result);
        registers[instruction.result].object = result;
    } else if constexpr (row.result() == 'N') {
        if (result == nullptr) {
            if (PyErr_Occurred()) [[unlikely]] return Step::Error;
        } else {
            record_cheaply(*instruction.observed, result);
        }
        registers[instruction.result].object = result;
    } else if constexpr (row.result() == 'i' || row.result() == 'f') {
        static_assert(!row.has_helper() || row.result() != 'f', "no generic op gives a float");
        registers[instruction.result].integer = static_cast<int64_t>(result);
    } else {
        if (row.raises() && result < 0) [[unlikely]] return result == -2 ? Step::ErrorAgain : Step::Error;
        if constexpr (row.result() == 'b') registers[instruction.result].integer = result;
    }
    if (instruction.release_mask != 0) release_operands(instruction, registers);
    return Step::Next;
}

// ---- control ------------------------------------------------------------------------------------------------

void move_registers(const Jump& jump, Register* registers) {
    if (jump.moves.empty()) return;
    if (jump.moves.size() == 1) {
        registers[jump.moves[0].to] = registers[jump.moves[0].from];
        return;
    }
    constexpr size_t few = 16;
    Register inline_values[few];
    std::vector<Register> many;
    Register* values = inline_values;
    if (jump.moves.size() > few) {
        many.resize(jump.moves.size());
        values = many.data();
    }
    for (size_t i = 0; i < jump.moves.size(); ++i) values[i] = registers[jump.moves[i].from];
    for (size_t i = 0; i < jump.moves.size(); ++i) registers[jump.moves[i].to] = values[i];
}

class Loop {
  public:
    explicit Loop(Running& running)
        : running_(running),
          unit_(*running.unit),
          registers_(running.registers),
          code_(running.unit->code->instructions.data()) {}

    Outcome run(const Instruction* at) {
        for (;;) {
            cpython::set_instruction(running_.frame, static_cast<cpython::CodeUnit*>(at->unit));
            switch (at->op) {
#define OP(name, text, signature, imm, imm2, effects, traits, helper) \
    AIPY_IF_HELPER(helper, case Op::name : {                           \
        Step step = run_helper<Op::name, &helper>(*at, registers_, &unit_.context); \
        if (step != Step::Next) [[unlikely]] {                         \
            at = raised(*at, step == Step::ErrorAgain);                \
            if (at == nullptr) return Outcome::Raised;                 \
            continue;                                                  \
        }                                                              \
        if constexpr (Op::name == Op::Poll) {                          \
            if (left_loop(*at)) return outcome();                      \
        }                                                              \
        ++at;                                                          \
        continue;                                                      \
    })
#include "ir/ops.def"
#undef OP
                case Op::LoadLocal:
                    registers_[at->result].object = slot(*at);
                    ++at;
                    continue;
                case Op::StoreLocal: {
                    PyObject* old = std::exchange(slot(*at), registers_[at->operands.few[0]].object);
                    ++at;
                    Py_XDECREF(old);
                    continue;
                }
                case Op::ClearLocal: {
                    PyObject* old = std::exchange(slot(*at), nullptr);
                    ++at;
                    Py_XDECREF(old);
                    continue;
                }
                case Op::Is:
                    registers_[at->result].integer = operand(*at, 0) == operand(*at, 1);
                    ++at;
                    continue;
                case Op::TupleItem:
                    registers_[at->result].object = PyTuple_GET_ITEM(operand(*at, 0), at->imm.integer);
                    ++at;
                    continue;
                case Op::BNot:
                    registers_[at->result].integer = !registers_[at->operands.few[0]].integer;
                    ++at;
                    continue;
                case Op::BoxBit:
                    registers_[at->result].object = registers_[at->operands.few[0]].integer ? Py_True : Py_False;
                    ++at;
                    continue;
                case Op::Retain:
                    Py_XINCREF(operand(*at, 0));
                    ++at;
                    continue;
                case Op::Release:
                    Py_XDECREF(operand(*at, 0));
                    ++at;
                    continue;
                case Op::Jump: at = go(*at->targets[0]); continue;
                case Op::Branch: at = go(*at->targets[registers_[at->operands.few[0]].integer ? 0 : 1]); continue;
                case Op::BranchNull: at = go(*at->targets[operand(*at, 0) == nullptr ? 0 : 1]); continue;
                case Op::Return:
                    running_.result = operand(*at, 0);
                    return Outcome::Returned;
                case Op::Yield:
                    running_.result = yielded(*at);
                    running_.sent = at->result;
                    running_.next = at;
                    return Outcome::Yielded;
                default: support::check_failed("op", "an op that the generic form does not have", __FILE__, __LINE__);
            }
        }
    }

    // A temporary that is released right behind the yield belongs to the consumer from now on: the generator keeps
    // nothing alive that CPython's would not.
    PyObject* yielded(const Instruction& at) {
        PyObject*& object = registers_[at.operands.few[0]].object;
        bool dies = (&at)[1].op == Op::Release && (&at)[1].operands.few[0] == at.operands.few[0];
        return dies ? std::exchange(object, nullptr) : Py_NewRef(object);
    }

    // The way of every error: gives where to go on, or null when the error leaves the function.
    const Instruction* raised(const Instruction& at, bool traced) {
        if (!traced) cpython::trace_current_frame(running_.thread);
        const ErrorPath& path = *at.error;
        for (RegisterId id : path.retain) Py_XINCREF(registers_[id].object);
        // Arguments of the handler are read before anything is released.
        PyObject* error = rt_take_exception();
        std::vector<PyObject*> dead;
        for (RegisterId id : path.unwind) dead.push_back(registers_[id].object);
        if (path.handled) move_registers(path.jump, registers_);
        for (PyObject* object : dead) Py_XDECREF(object);
        if (!path.handled) {
            PyErr_SetRaisedException(error);
            return nullptr;
        }
        registers_[path.exception].object = error;
        return code_ + path.jump.target;
    }

  private:
    PyObject*& slot(const Instruction& at) { return registers_[at.imm.integer].object; }
    PyObject* operand(const Instruction& at, size_t index) const {
        return registers_[at.operands.few[index]].object;
    }

    const Instruction* go(const Jump& jump) {
        move_registers(jump, registers_);
        return code_ + jump.target;
    }

    // At the poll of a loop header: after enough turns somebody may take the rest of the call.
    bool left_loop(const Instruction& at) {
        int64_t& counter = unit_.loop_counters[at.block];
        if (--counter > 0) [[likely]] return false;
        counter = unit_.hooks.loop_threshold;
        if (unit_.hooks.on_loop == nullptr || !unit_.generic.block(at.block).is_loop_header) return false;
        return unit_.hooks.on_loop(unit_, at.block, running_);
    }

    Outcome outcome() const { return running_.result == nullptr ? Outcome::Raised : Outcome::Returned; }

    Running& running_;
    Unit& unit_;
    Register* registers_;
    const Instruction* code_;
};

}  // namespace

Outcome execute(Running& running) { return Loop(running).run(running.next); }

Outcome execute_error(Running& running, const Instruction& at, bool traced) {
    Loop loop(running);
    const Instruction* next = loop.raised(at, traced);
    return next == nullptr ? Outcome::Raised : loop.run(next);
}

}  // namespace aipy::interp
