// One function for each op, most of them made from the C++ type of the op's helper: generic IR, one instruction after
// the other, each ending in a jump to the next one's function.
//
// An error goes one way, through raise_here: traceback entry, what the edge retains, what it unwinds, then the handler
// or the end.
#include <tuple>
#include <utility>

#include "interp/dispatch.h"
#include "interp/watched.h"
#include "support/check.h"

namespace aipy::interp {

using ir::Op;
namespace cpython = runtime::cpython;

namespace {

// ---- ops with helpers -------------------------------------------------------------------------------------
// The variadic operands of an instruction in a row, as helpers want them. One word before the first is free for the
// callee.
class Gathered {
  public:
    Gathered(const Register* registers, const Instruction* at, size_t fixed) : count_(at->operand_count - fixed) {
        objects_ = count_ > few ? new PyObject*[count_ + 1] : inline_;
        const RegisterId* ids = at->operand_list() + fixed;
        for (size_t i = 0; i < count_; ++i) objects_[i + 1] = registers[ids[i]].object;
    }
    ~Gathered() {
        if (count_ > few) delete[] objects_;
    }
    Gathered(const Gathered&) = delete;
    Gathered& operator=(const Gathered&) = delete;
    PyObject* const* data() const { return objects_ + 1; }
    int64_t count() const { return static_cast<int64_t>(count_); }

  private:
    static constexpr size_t few = 8;
    size_t count_;
    PyObject** objects_;
    PyObject* inline_[few + 1];
};

template <char Letter>
auto operand_value(const Register* registers, RegisterId id) {
    if constexpr (Letter == 'i')
        return registers[id].integer;
    else if constexpr (Letter == 'f')
        return registers[id].number;
    else if constexpr (Letter == 'b')
        return static_cast<int>(registers[id].integer);
    else
        return registers[id].object;
}

template <ir::ImmKind Kind, typename Immediate>
auto immediate_value(const Immediate& immediate) {
    if constexpr (Kind == ir::ImmKind::None)
        return std::tuple<>();
    else if constexpr (Kind == ir::ImmKind::Constant || Kind == ir::ImmKind::Name)
        return std::tuple(immediate.object);
    else
        return std::tuple(immediate.integer);
}

template <Op O, auto Helper, size_t... I>
auto call_helper(Register* registers, const Instruction* at, Running* running, std::index_sequence<I...>) {
    constexpr const ir::OpInfo& row = ir::info(O);
    auto before = [&] {
        if constexpr (row.takes_context())
            return std::tuple(&running->unit->context);
        else
            return std::tuple<>();
    }();
    const RegisterId* ids = at->operand_list();
    auto operands = std::tuple(operand_value<row.operands()[I]>(registers, ids[I])...);
    auto behind = std::tuple_cat(immediate_value<row.imm>(at->imm), immediate_value<row.imm2>(at->imm2), [&] {
        if constexpr (row.cached())
            return std::tuple(at->cache);
        else
            return std::tuple<>();
    }());
    if constexpr (row.is_variadic()) {
        Gathered rest(registers, at, row.fixed_operands());
        auto variadic = std::tuple(rest.data(), rest.count());
        return std::apply(Helper, std::tuple_cat(before, operands, variadic, behind));
    } else {
        return std::apply(Helper, std::tuple_cat(before, operands, behind));
    }
}

template <Op O, auto Helper>
[[gnu::always_inline]] inline auto call_helper(Register* registers, const Instruction* at, Running* running) {
    return call_helper<O, Helper>(registers, at, running, std::make_index_sequence<ir::info(O).fixed_operands()>());
}

// As CPython's: events that are pending are handled behind each call, in the caller. True when that raised; the call's
// result is then gone.
inline bool raised_behind_call(Running* running, PyObject* result) {
    if (__atomic_load_n(running->pending, __ATOMIC_RELAXED) == 0) [[likely]]
        return false;
    if (rt_poll_slow() == 0) return false;
    Py_DECREF(result);
    return true;
}

template <Op O, auto Helper, bool ToSlot>
AIPY_HANDLER PyObject* helper_handler(Register* registers, const Instruction* at, Running* running) {
    constexpr const ir::OpInfo& row = ir::info(O);
    // The end of a handler is on no line: the frame stays where it was.
    if constexpr (O != Op::PopExc && (row.raises() || row.runs_foreign_code())) show_position(at, running);
    auto value = call_helper<O, Helper>(registers, at, running);
    if constexpr (row.result() == 'b') {
        if (row.raises() && value < 0) [[unlikely]]
            AIPY_RAISE;
        registers[at->result].integer = value;
        release_operands(registers, at);
    } else if constexpr (row.result() == '-') {
        if (row.raises() && value < 0) [[unlikely]]
            AIPY_RAISE;
        release_operands(registers, at);
    } else {
        static_assert(std::is_same_v<decltype(value), PyObject*>);
        if (value == nullptr) [[unlikely]] {
            if (row.raises() && (row.result() != 'N' || PyErr_Occurred())) AIPY_RAISE;
        } else {
            constexpr bool calls = O == Op::CallMethod || O == Op::CallLoaded || O == Op::CallEx;
            if (calls && raised_behind_call(running, value)) [[unlikely]]
                AIPY_RAISE;
            observe_result(at, value);
        }
        place_result<ToSlot>(registers, at, value);
    }
    AIPY_NEXT;
}

// raise and reraise: the helper's result says whether this line gets a traceback entry.
template <Op O, auto Helper>
AIPY_HANDLER PyObject* raise_handler(Register* registers, const Instruction* at, Running* running) {
    // What only passes an exception on is on no line: the frame stays where it was raised.
    if (O == Op::Raise || running->unit->generic.instr(at->origin).span.line > 0) show_position(at, running);
    if (call_helper<O, Helper>(registers, at, running) == -1) AIPY_RAISE;
    [[clang::musttail]] return raise_again_here(registers, at, running);
}

// The callee may use the word before its arguments, so that a bound method need not copy them.
PyObject* call_object(Register* registers, const Instruction* at) {
    PyObject* callable = registers[at->operand_list()[0]].object;
    PyObject* kwnames = at->imm.object;
    Gathered args(registers, at, 1);
    auto keywords = kwnames == nullptr ? 0 : static_cast<size_t>(PyTuple_GET_SIZE(kwnames));
    size_t positional = static_cast<size_t>(args.count()) - keywords;
    return PyObject_Vectorcall(callable, args.data(), positional | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
}

template <bool ToSlot>
AIPY_HANDLER PyObject* run_call(Register* registers, const Instruction* at, Running* running) {
    show_position(at, running);
    PyObject* value = call_object(registers, at);
    if (value == nullptr) [[unlikely]]
        AIPY_RAISE;
    if (raised_behind_call(running, value)) [[unlikely]]
        AIPY_RAISE;
    observe_result(at, value);
    place_result<ToSlot>(registers, at, value);
    AIPY_NEXT;
}

// ---- locals and lifetimes ---------------------------------------------------------------------------------
AIPY_HANDLER PyObject* run_load(Register* registers, const Instruction* at, Running* running) {
    registers[at->result].object = registers[at->imm.integer].object;
    AIPY_NEXT;
}

void store(Register* registers, const Instruction* at, PyObject* value) {
    PyObject* old = std::exchange(registers[at->imm.integer].object, value);
    Py_XDECREF(old);
}

AIPY_HANDLER PyObject* run_store(Register* registers, const Instruction* at, Running* running) {
    store(registers, at, registers[at->operands.few[0]].object);
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_store_copy(Register* registers, const Instruction* at, Running* running) {
    store(registers, at, Py_XNewRef(registers[at->operands.few[0]].object));
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_clear(Register* registers, const Instruction* at, Running* running) {
    store(registers, at, nullptr);
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_retain(Register* registers, const Instruction* at, Running* running) {
    Py_XINCREF(registers[at->operands.few[0]].object);
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_release(Register* registers, const Instruction* at, Running* running) {
    Py_XDECREF(registers[at->operands.few[0]].object);
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_nothing(Register* registers, const Instruction* at, Running* running) { AIPY_NEXT; }

// ---- bits -------------------------------------------------------------------------------------------------
AIPY_HANDLER PyObject* run_is(Register* registers, const Instruction* at, Running* running) {
    registers[at->result].integer = registers[at->operands.few[0]].object == registers[at->operands.few[1]].object;
    release_operands(registers, at);
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_const_bit(Register* registers, const Instruction* at, Running* running) {
    registers[at->result].integer = at->imm.integer;
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_not(Register* registers, const Instruction* at, Running* running) {
    registers[at->result].integer = registers[at->operands.few[0]].integer ^ 1;
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_box_bit(Register* registers, const Instruction* at, Running* running) {
    registers[at->result].object = registers[at->operands.few[0]].integer != 0 ? Py_True : Py_False;
    AIPY_NEXT;
}

AIPY_HANDLER PyObject* run_tuple_item(Register* registers, const Instruction* at, Running* running) {
    PyObject* tuple = registers[at->operands.few[0]].object;
    PyObject* item = PyTuple_GET_ITEM(tuple, at->imm.integer);
    observe_result(at, item);
    registers[at->result].object = Py_NewRef(item);
    AIPY_NEXT;
}

// ---- control ------------------------------------------------------------------------------------------------
void move_registers(const Jump& jump, Register* registers) {
    constexpr size_t few = 16;
    if (jump.moves.empty()) return;
    if (jump.moves.size() == 1) {
        registers[jump.moves[0].to] = registers[jump.moves[0].from];
        return;
    }
    Register inline_values[few];
    std::vector<Register> many(jump.moves.size() > few ? jump.moves.size() : 0);
    Register* values = many.empty() ? inline_values : many.data();
    for (size_t i = 0; i < jump.moves.size(); ++i) values[i] = registers[jump.moves[i].from];
    for (size_t i = 0; i < jump.moves.size(); ++i) registers[jump.moves[i].to] = values[i];
}

inline const Instruction* follow(const Jump* jump, Register* registers) {
    if (!jump->moves.empty()) [[unlikely]]
        move_registers(*jump, registers);
    return jump->target;
}

AIPY_HANDLER PyObject* run_jump(Register* registers, const Instruction* at, Running* running) {
    AIPY_GOTO(follow(at->targets[0], registers));
}

AIPY_HANDLER PyObject* run_branch(Register* registers, const Instruction* at, Running* running) {
    AIPY_GOTO(follow(at->targets[registers[at->operands.few[0]].integer == 0], registers));
}

AIPY_HANDLER PyObject* run_branch_null(Register* registers, const Instruction* at, Running* running) {
    AIPY_GOTO(follow(at->targets[registers[at->operands.few[0]].object != nullptr], registers));
}

AIPY_HANDLER PyObject* run_truth_branch(Register* registers, const Instruction* at, Running* running) {
    show_position(at, running);
    int value = rt_truth(registers[at->operands.few[0]].object);
    if (value < 0) [[unlikely]]
        AIPY_RAISE;
    release_operands(registers, at);
    AIPY_GOTO(follow(at->targets[value == 0], registers));
}

// Somebody may keep the frame. A function that ends without a `return` stays where it was.
inline void show_end(const Instruction* at, Running* running) {
    if (at->unit != nullptr) show_position(at, running);
}

AIPY_HANDLER PyObject* run_return(Register* registers, const Instruction* at, Running* running) {
    show_end(at, running);
    return registers[at->operands.few[0]].object;
}

AIPY_HANDLER PyObject* run_return_copy(Register* registers, const Instruction* at, Running* running) {
    show_end(at, running);
    return Py_NewRef(registers[at->operands.few[0]].object);
}

// A temporary that is released right behind the yield belongs to the consumer from now on: the generator keeps
// nothing alive that CPython's would not.
AIPY_HANDLER PyObject* run_yield(Register* registers, const Instruction* at, Running* running) {
    show_position(at, running);
    running->yielded = true;
    running->sent = at->result;
    running->next = at;
    cpython::FrameSlot& object = registers[at->operands.few[0]].object;
    bool dies = at[1].op == Op::Release && at[1].operands.few[0] == at->operands.few[0];
    PyObject* yielded = object;
    if (dies)
        object = nullptr;
    else
        Py_INCREF(yielded);
    return yielded;
}

// At the poll of a loop header: after enough turns somebody may take the rest of the call.
[[gnu::noinline]] bool leaves_loop(const Instruction* at, Running* running) {
    Unit& unit = *running->unit;
    unit.loop_counters[at->block] = unit.hooks.loop_threshold;
    if (unit.hooks.on_loop == nullptr || !unit.generic.block(at->block).is_loop_header) return false;
    show_position(at, running);
    return unit.hooks.on_loop(unit, at->block, *running);
}

AIPY_HANDLER PyObject* run_poll(Register* registers, const Instruction* at, Running* running) {
    if (__atomic_load_n(running->pending, __ATOMIC_RELAXED) != 0) [[unlikely]] {
        show_position(at, running);
        if (rt_poll_slow() < 0) AIPY_RAISE;
    }
    if (--*at->imm.counter <= 0) [[unlikely]] {
        if (leaves_loop(at, running)) return running->result;
    }
    AIPY_NEXT;
}

// A jump back to a loop header: polls there without stopping there.
AIPY_HANDLER PyObject* run_jump_poll(Register* registers, const Instruction* at, Running* running) {
    const Instruction* header = follow(at->targets[0], registers);
    bool quiet = __atomic_load_n(running->pending, __ATOMIC_RELAXED) == 0 && *header->imm.counter > 1;
    if (!quiet) [[unlikely]]
        AIPY_GOTO(header);
    --*header->imm.counter;
    AIPY_GOTO(header + 1);
}

// The next of a range iterator; `old` is an int that dies, whose box may be used again. Null when exhausted.
PyObject* next_of_range(PyObject* iterator, PyObject* old) {
    auto* range = reinterpret_cast<cpython::RangeIterator*>(iterator);
    if (cpython::left_in_range(range) <= 0) return nullptr;
    const int64_t value = cpython::next_of_range(range);
    cpython::advance_range(range);
    if (old != nullptr && PyLong_CheckExact(old) && rewrite_int(old, value)) return old;
    return cpython::make_int(value);
}

template <bool ToSlot>
AIPY_HANDLER PyObject* run_iter_branch(Register* registers, const Instruction* at, Running* running) {
    PyObject* iterator = registers[at->operands.few[0]].object;
    PyObject* old = ToSlot ? registers[at->result].object : nullptr;
    PyObject* value = nullptr;
    if (Py_IS_TYPE(iterator, &PyRangeIter_Type)) {
        value = next_of_range(iterator, old);
    } else {
        show_position(at, running);
        value = Py_TYPE(iterator)->tp_iternext(iterator);
    }
    if (value != nullptr) [[likely]] {
        observe_result(at, value);
        if constexpr (ToSlot) old = registers[at->result].object;
        registers[at->result].object = value;
        if (old != value || !Py_IS_TYPE(iterator, &PyRangeIter_Type)) Py_XDECREF(old);
        AIPY_GOTO(at->targets[1]->target);
    }
    rt_iter_next_slow(iterator);
    if (PyErr_Occurred()) [[unlikely]]
        AIPY_RAISE;
    if constexpr (!ToSlot) registers[at->result].object = nullptr;
    AIPY_GOTO(follow(at->targets[0], registers));
}

AIPY_HANDLER PyObject* run_unknown(Register*, const Instruction*, Running*) {
    AIPY_CHECK(false, "an op that only typed code has reached the interpreter");
    return nullptr;
}

// The handler of an op without helper; `to_slot` is never asked for here.
Handler executor_handler(Op op) {
    switch (op) {
        case Op::LoadLocal: return run_load;
        case Op::StoreLocal: return run_store;
        case Op::ClearLocal: return run_clear;
        case Op::Is: return run_is;
        case Op::ConstBit: return run_const_bit;
        case Op::BNot: return run_not;
        case Op::BoxBit: return run_box_bit;
        case Op::TupleItem: return run_tuple_item;
        case Op::Yield:
        case Op::YieldFrom: return run_yield;
        case Op::Keep: return run_nothing;
        case Op::Retain: return run_retain;
        case Op::Release: return run_release;
        case Op::Jump: return run_jump;
        case Op::Branch: return run_branch;
        case Op::BranchNull: return run_branch_null;
        case Op::Return: return run_return;
        default: return run_unknown;  // typed ops never reach the interpreter
    }
}

template <Op O, auto Helper>
Handler make_handler(bool to_slot) {
    if constexpr (O == Op::Poll)
        return run_poll;
    else if constexpr (O == Op::Raise || O == Op::Reraise)
        return raise_handler<O, Helper>;
    else if constexpr (ir::info(O).result() == 'i')
        return run_unknown;  // a typed op
    else if constexpr (O == Op::Call)
        return to_slot ? run_call<true> : run_call<false>;
    else if constexpr (ir::info(O).result() == 'O')
        return to_slot ? helper_handler<O, Helper, true> : helper_handler<O, Helper, false>;
    else
        return helper_handler<O, Helper, false>;
}

// What an op becomes together with its neighbours; null when that is nothing special.
Handler fused_handler(const HandlerKey& key) {
    if (Handler arithmetic = arithmetic_handler_for(key)) return arithmetic;
    if (key.branches && key.op == Op::Truth) return run_truth_branch;
    if (key.branches && key.op == Op::IterNext) return key.to_slot ? run_iter_branch<true> : run_iter_branch<false>;
    if (key.polls) return run_jump_poll;
    if (key.copies) return key.op == Op::Return ? run_return_copy : run_store_copy;
    return nullptr;
}

}  // namespace

Handler handler_for(const HandlerKey& key) {
    if (Handler fused = fused_handler(key)) return fused;
    switch (key.op) {
#define OP(name, text, signature, imm, imm2, effects, traits, helper) \
    AIPY_IF_HELPER(helper, case Op::name : return (make_handler<Op::name, helper>(key.to_slot));)
#include "ir/ops.def"
#undef OP
        default: return executor_handler(key.op);
    }
}

// ---- errors -------------------------------------------------------------------------------------------------
namespace {

// The way of every error: gives where to go on, or null when the error leaves the function.
const Instruction* take_error_path(Register* registers, const Instruction* at, Running* running, bool traced) {
    if (!traced) cpython::trace_current_frame(running->thread);
    const ErrorPath& path = *at->error;
    if (is_watched(*running->unit)) [[unlikely]] {
        tell_raised(*running, *at, traced);
        tell_arrived(*running, *at, path.handled);
    }
    PyObject* error = rt_take_exception();
    for (RegisterId id : path.retain) Py_XINCREF(registers[id].object);
    // Arguments of the handler are read before anything is released.
    std::vector<PyObject*> dead;
    for (RegisterId id : path.unwind) dead.push_back(registers[id].object);
    if (path.handled) move_registers(path.jump, registers);
    for (PyObject* object : dead) Py_XDECREF(object);
    if (!path.handled) {
        PyErr_SetRaisedException(error);
        return nullptr;
    }
    registers[path.exception].object = error;
    return path.jump.target;
}

}  // namespace

[[gnu::cold, gnu::noinline]] PyObject* raise_here(Register* registers, const Instruction* at, Running* running) {
    const Instruction* next = take_error_path(registers, at, running, false);
    if (next == nullptr) return nullptr;
    AIPY_GOTO(next);
}

[[gnu::cold, gnu::noinline]] PyObject* raise_again_here(Register* registers, const Instruction* at, Running* running) {
    const Instruction* next = take_error_path(registers, at, running, true);
    if (next == nullptr) return nullptr;
    AIPY_GOTO(next);
}

// ---- ways in ------------------------------------------------------------------------------------------------
namespace {

Outcome finished(Running& running, PyObject* result) {
    running.result = result;
    return outcome_of(running);
}

}  // namespace

Outcome execute(Running& running) {
    running.yielded = false;
    return finished(running, running.next->handler(running.registers, running.next, &running));
}

Outcome execute_error(Running& running, const Instruction& at, bool traced) {
    running.yielded = false;
    return finished(running, traced ? raise_again_here(running.registers, &at, &running)
                                    : raise_here(running.registers, &at, &running));
}

}  // namespace aipy::interp
