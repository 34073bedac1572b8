// Units, and the ways into the interpreter: a call from the start, and a resume where native code left.
#include "interp/unit.h"

#include <alloca.h>

#include <algorithm>
#include <numeric>

#include "interp/interpreter.h"
#include "runtime/cpython/stack.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"
#include "support/check.h"

namespace aipy::interp {

using ir::ValueId;

Unit::Unit(ir::Function function_ir, std::vector<PyObject*> constants, PyFunctionObject* function)
    : generic(std::move(function_ir)), objects(std::move(constants)), caches(generic.cache_count) {
    context.globals = Py_NewRef(function->func_globals);
    context.builtins = Py_NewRef(function->func_builtins);
    context.code = runtime::cpython::own_code(function);
    Py_INCREF(context.code);
    context.objects = objects.data();
    context.caches = caches.data();
    profile.values.resize(generic.values.size());
    profile.parameters.resize(generic.slots.size());
    loop_counters.assign(generic.blocks.size(), hooks.loop_threshold);
    natives.assign(generic.blocks.size(), nullptr);
    code = std::make_unique<Code>(*this);
}

Unit::~Unit() {
    for (PyObject* object : objects) Py_XDECREF(object);
    Py_XDECREF(context.globals);
    Py_XDECREF(context.builtins);
    Py_XDECREF(reinterpret_cast<PyObject*>(context.code));
}

void Unit::reset_loop_counters() { std::fill(loop_counters.begin(), loop_counters.end(), hooks.loop_threshold); }

namespace {

PyObject* finish(Running& running, Outcome outcome) {
    AIPY_CHECK(outcome != Outcome::Yielded, "only a generator yields");
    PyObject* error = outcome == Outcome::Raised ? rt_take_exception() : nullptr;
    finish_frame(running);
    if (error != nullptr) PyErr_SetRaisedException(error);
    return running.result;
}

}  // namespace

void fill_slots(Running& running, PyObject* function, PyObject* const* arguments) {
    Unit& unit = *running.unit;
    ++unit.profile.runs;
    for (uint32_t i = 0; i < unit.generic.parameter_count; ++i) {
        running.registers[i].object = Py_NewRef(arguments[i]);
        record_cheaply(unit.profile.parameters[i], arguments[i]);
    }
    PyObject* closure = PyFunction_GET_CLOSURE(function);
    if (closure == nullptr) return;
    const std::vector<ir::Slot>& slots = running.unit->generic.slots;
    Py_ssize_t next = 0;
    for (size_t i = 0; i < slots.size(); ++i)
        if (slots[i].kind == ir::Slot::Kind::Free)
            running.registers[i].object = Py_NewRef(PyTuple_GET_ITEM(closure, next++));
}

namespace {

PyObject* run_here(Unit& unit, PyObject* function, PyObject* const* arguments) {
    Running running;
    set_up_frame(running, unit, function, alloca(frame_size(unit)));
    fill_slots(running, function, arguments);
    link_frame(running);
    return finish(running, execute(running));
}

struct RunCall {
    Unit& unit;
    PyObject* function;
    PyObject* const* arguments;
};

[[gnu::noinline]] PyObject* run_on_new_stack(RunCall call) {
    auto run_call = [](void* argument) {
        auto& [unit, function, arguments] = *static_cast<RunCall*>(argument);
        return run_here(unit, function, arguments);
    };
    return runtime::cpython::call_on_new_stack(frame_size(call.unit), run_call, &call);
}

}  // namespace

PyObject* run(Unit& unit, PyObject* function, PyObject* const* arguments) {
    if (unit.generic.is_generator) return make_generator(unit, function, arguments);
    if (!runtime::cpython::stack_has(frame_size(unit))) [[unlikely]]
        return run_on_new_stack({unit, function, arguments});
    return run_here(unit, function, arguments);
}

// ---- resume -------------------------------------------------------------------------------------------------

// Where a value that nobody holds a reference to is borrowed from; `decoded` if it is not known.
static PyObject* lender(const Running& running, ValueId value, PyObject* decoded) {
    const ir::Function& generic = running.unit->generic;
    ir::InstrId def = generic.value(value).def;
    if (def == ir::no_id || generic.instr(def).op != ir::Op::LoadLocal) return decoded;
    return running.registers[generic.instr(def).imm].object;
}

// The state owns one reference to each object; the interpreter holds as many as the lifetimes of the generic form say
// at that place (none to what is borrowed from a slot).
void restore(Running& running, const ResumeState& state) {
    const Code& code = *running.unit->code;
    for (uint32_t i = code.slot_count + static_cast<uint32_t>(code.constants.size()); i < code.register_count; ++i)
        running.registers[i].object = nullptr;
    for (uint32_t i = 0; i < code.slot_count; ++i) running.registers[i].object = state.slots[i];
    const std::vector<ValueId>& held = running.unit->code->held_before(state.position);
    const ir::Function& generic = running.unit->generic;
    for (const ResumeState::Temporary& temporary : state.temporaries) {
        uint32_t id = code.value_register[temporary.value];
        bool own_register = id >= code.slot_count + code.constants.size();
        if (own_register) running.registers[id] = temporary.content;
        if (generic.value(temporary.value).type.rep != ir::Rep::Object) continue;
        auto references = std::count(held.begin(), held.end(), temporary.value);
        for (; references > 1; --references) Py_XINCREF(temporary.content.object);
        if (references != 0) continue;
        // A number was boxed anew, but must be the very object that keeps it alive.
        if (own_register) running.registers[id].object = lender(running, temporary.value, temporary.content.object);
        Py_XDECREF(temporary.content.object);
    }
    // Constants are never in a state; those that the generic form holds here get their reference.
    for (ValueId value : held) {
        ir::InstrId def = generic.value(value).def;
        if (def != ir::no_id && generic.instr(def).op == ir::Op::Const)
            Py_INCREF(running.registers[code.value_register[value]].object);
    }
}

namespace {

PyObject* resume_generator(const ResumeState& state) {
    Running& running = running_generator(runtime::cpython::thread_state());
    restore(running, state);
    running.next = running.unit->code->instructions.data() + running.unit->code->instr_index[state.position];
    execute(running);
    return running.result;
}

PyObject* resume_generator_with_error(const ResumeState& state, bool traced) {
    Running& running = running_generator(runtime::cpython::thread_state());
    PyObject* error = rt_take_exception();
    restore(running, state);
    PyErr_SetRaisedException(error);
    const Code& code = *running.unit->code;
    const Instruction& at = code.instructions[code.instr_index[state.position]];
    runtime::cpython::set_instruction(running.frame, static_cast<runtime::cpython::CodeUnit*>(at.unit));
    execute_error(running, at, traced);
    return running.result;
}

}  // namespace

PyObject* resume(Unit& unit, const ResumeState& state) {
    if (unit.generic.is_generator) return resume_generator(state);
    Running running;
    set_up_frame(running, unit, state.function, alloca(frame_size(unit)));
    restore(running, state);
    if (state.frame_object != nullptr) runtime::cpython::give_frame_object(running.frame, state.frame_object);
    if (state.stood_at != nullptr)
        runtime::cpython::set_instruction(running.frame, static_cast<runtime::cpython::CodeUnit*>(state.stood_at));
    running.next = unit.code->instructions.data() + unit.code->instr_index[state.position];
    link_frame(running);
    return finish(running, execute(running));
}

PyObject* resume_with_error(Unit& unit, const ResumeState& state, bool traced) {
    if (unit.generic.is_generator) return resume_generator_with_error(state, traced);
    PyObject* error = rt_take_exception();
    Running running;
    set_up_frame(running, unit, state.function, alloca(frame_size(unit)));
    restore(running, state);
    if (state.frame_object != nullptr) runtime::cpython::give_frame_object(running.frame, state.frame_object);
    link_frame(running);
    PyErr_SetRaisedException(error);
    const Instruction& at = unit.code->instructions[unit.code->instr_index[state.position]];
    runtime::cpython::set_instruction(running.frame, static_cast<runtime::cpython::CodeUnit*>(at.unit));
    return finish(running, execute_error(running, at, traced));
}

// ---- entry values of loop headers ---------------------------------------------------------------------------

std::span<const ValueId> live_temporaries(const Unit& unit, ir::BlockId header) {
    return unit.code->header_temporaries[header];
}

std::vector<uint32_t> entry_registers(const Unit& unit, ir::BlockId header) {
    std::vector<uint32_t> registers(unit.code->slot_count);
    std::iota(registers.begin(), registers.end(), 0);
    for (ValueId value : unit.code->header_temporaries[header]) registers.push_back(unit.code->value_register[value]);
    return registers;
}

namespace {

void copy_entry_values(const Activation& activation, ir::BlockId header, PyObject** values) {
    const Code& code = *activation.unit->code;
    for (uint32_t i = 0; i < code.slot_count; ++i) *values++ = activation.registers[i].object;
    for (ValueId value : code.header_temporaries[header])
        *values++ = activation.registers[code.value_register[value]].object;
}

}  // namespace

void peek_entry_values(const Activation& activation, ir::BlockId header, PyObject** values) {
    copy_entry_values(activation, header, values);
}

void take_entry_values(Activation& activation, ir::BlockId header, PyObject** values) {
    copy_entry_values(activation, header, values);
    const Code& code = *activation.unit->code;
    for (uint32_t i = 0; i < code.slot_count; ++i) activation.registers[i].object = nullptr;
    for (ValueId value : code.header_temporaries[header])
        activation.registers[code.value_register[value]].object = nullptr;
    // The native code, or the interpreter it leaves to, is the call from here on.
    unlink_frame(static_cast<Running&>(activation));
}

}  // namespace aipy::interp
