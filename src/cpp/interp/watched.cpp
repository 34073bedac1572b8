#include "interp/watched.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "interp/dispatch.h"
#include "interp/positions.h"
#include "runtime/cpython/monitoring.h"

namespace aipy::interp {

namespace cpython = runtime::cpython;
using ir::Op;

namespace {

// Counts how often anybody began to watch: what an activation knows of lines is of one such time.
uint32_t watching = 0;

int line_of(const Running& running, const Instruction& at) { return running.unit->generic.instr(at.origin).span.line; }

// What has no line leaves the frame where it is.
void stand_at(Running& running, const Instruction& at) {
    if (line_of(running, at) > 0) show_position(&at, &running);
}

int current_line(const Running& running) { return cpython::line_of(running.frame); }

PyObject* offset_of(const Running& running) {
    PyCodeObject* code = running.unit->context.code;
    return PyLong_FromSsize_t(cpython::instruction_index(running.frame, code) *
                              static_cast<Py_ssize_t>(sizeof(cpython::CodeUnit)));
}

// Tells the event to all tools that want it: false with an exception that one of them raised.
bool tell(Running& running, cpython::Event event, PyObject* place, PyObject* value = nullptr) {
    PyObject* arguments[] = {reinterpret_cast<PyObject*>(running.unit->context.code), place, value};
    return cpython::tell_tools(running.thread, running.unit->context.code, event, arguments, value == nullptr ? 2 : 3);
}

bool wants(const Running& running, cpython::Event event) {
    return cpython::is_wanted(running.thread, running.unit->context.code, event);
}

bool tell_here(Running& running, cpython::Event event, PyObject* value = nullptr) {
    if (!wants(running, event)) return true;
    PyObject* offset = offset_of(running);
    bool told = offset != nullptr && tell(running, event, offset, value);
    Py_XDECREF(offset);
    return told;
}

bool tell_line(Running& running, int line) {
    if (!wants(running, cpython::Event::Line)) return true;
    PyObject* number = PyLong_FromLong(line);
    bool told = number != nullptr && tell(running, cpython::Event::Line, number);
    Py_XDECREF(number);
    return told;
}

// Of an activation that ran before anybody watched, the line it is in has begun already.
bool join(Running& running) {
    if (running.watched.time == watching) return false;
    running.watched.time = watching;
    running.watched.line = current_line(running);
    running.watched.at = nullptr;
    return true;
}

// What stands for nothing in the source by itself.
bool is_bookkeeping(Op op) {
    return op == Op::Poll || op == Op::Jump || op == Op::Release || op == Op::Keep || op == Op::BranchNull;
}

// A line begins where its number changes, and where a loop comes back to it.
bool come_to_line(Running& running, int line) {
    if (line <= 0 || (line == running.watched.line && !running.watched.came_back)) return true;
    running.watched.line = line;
    running.watched.came_back = false;
    return tell_line(running, line);
}

// Loops have a poll at their header, which is passed over where there is nothing to do for it.
bool comes_back(const Running& running, const Instruction& at) {
    if (running.watched.at == nullptr || &at > running.watched.at) return false;
    const bool is_first = &at == running.unit->code->instructions.data();
    return at.op == Op::Poll || (!is_first && (&at - 1)->op == Op::Poll);
}

template <typename Lines, typename Place>
bool come_to_lines(Running& running, const Lines& lines, const Place& place) {
    auto found = lines.find(place);
    if (found == lines.end()) return true;
    return std::ranges::all_of(found->second, [&](int line) {
        auto unit = running.unit->code->line_units.find(line);
        if (unit != running.unit->code->line_units.end())
            cpython::set_instruction(running.frame, static_cast<cpython::CodeUnit*>(unit->second));
        return come_to_line(running, line);
    });
}

// Those on the way from the instruction before, then those right before this one.
bool come_to_empty_lines(Running& running, const Instruction* before, const Instruction& at) {
    const ir::Function& generic = running.unit->generic;
    const bool new_block = before != nullptr && (before->block != at.block || &at <= before);
    if (new_block && !come_to_lines(running, generic.empty_ways, std::pair(before->block, at.block))) return false;
    const Code& code = *running.unit->code;
    return come_to_lines(running, code.empty_lines, static_cast<size_t>(&at - code.instructions.data()));
}

bool tell_instruction(Running& running, const Instruction& at) {
    // CPython's line had an instruction left, behind the call in which the watching began. That is where pdb stops.
    const bool line_ends = join(running) && line_of(running, at) != running.watched.line;
    if (line_ends && !tell_here(running, cpython::Event::Instruction)) return false;
    running.watched.came_back |= comes_back(running, at);
    const Instruction* before = std::exchange(running.watched.at, &at);
    if (!come_to_empty_lines(running, before, at)) return false;
    if (!is_bookkeeping(at.op) || at.op == Op::Release) stand_at(running, at);
    // CPython drops a result that nobody wants by an instruction of its own.
    if (at.op == Op::Release) return tell_here(running, cpython::Event::Instruction);
    if (is_bookkeeping(at.op)) return true;
    return come_to_line(running, line_of(running, at)) && tell_here(running, cpython::Event::Instruction);
}

// ---- calls --------------------------------------------------------------------------------------------------

// What is called, and the first argument (null: none), both borrowed.
struct Callee {
    PyObject* callable = nullptr;
    PyObject* first = nullptr;
};

// A call of C whose end is to be told. Owned.
struct RunningCall {
    const Running* caller;
    Callee callee;
};
std::vector<RunningCall> running_calls;

Callee without_binding(Callee callee) {
    if (!PyMethod_Check(callee.callable)) return callee;
    return {PyMethod_GET_FUNCTION(callee.callable), PyMethod_GET_SELF(callee.callable)};
}

// Where the look-up runs no Python code: in the class, or in a module.
Callee method_of(PyObject* owner, PyObject* name, PyObject* first) {
    if (PyModule_CheckExact(owner)) return {PyDict_GetItemWithError(PyModule_GetDict(owner), name), first};
    PyTypeObject* type = Py_TYPE(owner);
    if (type->tp_getattro != PyObject_GenericGetAttr) return {};
    PyObject* found = _PyType_Lookup(type, name);
    if (found == nullptr || (Py_TYPE(found)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) == 0) return {};
    const bool unbound = _PyObject_GetMethod(owner, name, &found) != 0;
    Py_XDECREF(found);  // its class, or the instance, has it
    if (found == nullptr) PyErr_Clear();
    return {found, unbound ? owner : first};
}

Callee callee_of(const Running& running, const Instruction& at) {
    const auto operand = [&](uint32_t i) -> PyObject* {
        return i < at.operand_count ? running.registers[at.operand_list()[i]].object : nullptr;
    };
    switch (at.op) {
        case Op::Call: return without_binding({operand(0), operand(1)});
        case Op::LoadSuper: return {reinterpret_cast<PyObject*>(&PySuper_Type), nullptr};
        case Op::CallLoaded: return without_binding({operand(0), operand(1) != nullptr ? operand(1) : operand(2)});
        case Op::CallMethod: return method_of(operand(0), at.imm.object, operand(1));
        case Op::CallEx: {
            PyObject* arguments = operand(1);
            const bool has_first = PyTuple_CheckExact(arguments) && PyTuple_GET_SIZE(arguments) > 0;
            return without_binding({operand(0), has_first ? PyTuple_GET_ITEM(arguments, 0) : nullptr});
        }
        default: return {};
    }
}

PyObject* missing() {
    PyObject* monitoring = PySys_GetObject("monitoring");  // since 3.12
    return monitoring == nullptr ? Py_NewRef(Py_None) : PyObject_GetAttrString(monitoring, "MISSING");
}

bool tell_of_callee(Running& running, cpython::Event event, Callee callee) {
    PyObject* offset = offset_of(running);
    PyObject* first = callee.first != nullptr ? Py_NewRef(callee.first) : missing();
    bool told = offset != nullptr && first != nullptr;
    if (told) {
        PyCodeObject* code = running.unit->context.code;
        PyObject* arguments[] = {reinterpret_cast<PyObject*>(code), offset, callee.callable, first};
        told = cpython::tell_tools(running.thread, code, event, arguments, std::size(arguments));
    }
    Py_XDECREF(offset);
    Py_XDECREF(first);
    return told;
}

bool tell_call(Running& running, const Instruction& at) {
    if (!wants(running, cpython::Event::Call)) return true;
    const Callee callee = callee_of(running, at);
    if (callee.callable == nullptr) return true;
    Py_INCREF(callee.callable);
    Py_XINCREF(callee.first);
    const bool told = tell_of_callee(running, cpython::Event::Call, callee);
    running_calls.push_back({&running, callee});
    return told;
}

// The call that the activation made last has ended.
bool tell_end_of_call(Running& running, cpython::Event event) {
    const auto found = std::ranges::find(running_calls.rbegin(), running_calls.rend(), &running, &RunningCall::caller);
    if (found == running_calls.rend()) return true;
    const Callee callee = found->callee;
    running_calls.erase(std::next(found).base());
    const bool is_told = !PyFunction_Check(callee.callable) && wants(running, cpython::Event::Call);
    const bool told = !is_told || tell_of_callee(running, event, callee);
    Py_DECREF(callee.callable);
    Py_XDECREF(callee.first);
    return told;
}

// ---- instructions -------------------------------------------------------------------------------------------

bool is_return(const Instruction& at) { return at.op == Op::Return || at.returns; }

// The value that is about to be returned or yielded.
PyObject* value_of(const Register* registers, const Instruction& at) { return registers[at.operands.few[0]].object; }

// The end of the call where a tool has raised an exception: what was to be returned is dropped.
PyObject* fail_at_return(Running& running, const Instruction& at, PyObject* result, PyObject* error) {
    Py_XDECREF(result);
    PyErr_SetRaisedException(error);
    cpython::trace_current_frame(running.thread);
    tell_arrived(running, at, false);
    return nullptr;
}

AIPY_HANDLER PyObject* run_watched(Register* registers, const Instruction* at, Running* running);

[[gnu::noinline]] PyObject* run_watched_return(Register* registers, const Instruction* at, Running* running,
                                               Handler handler) {
    PyObject* error = std::exchange(running->watched.raised, nullptr);
    if (error == nullptr && !tell_here(*running, cpython::Event::Return, value_of(registers, *at)))
        error = rt_take_exception();
    PyObject* result = handler(registers, at, running);
    return error == nullptr ? result : fail_at_return(*running, *at, result, error);
}

// What a tool raises is raised by the instruction; where that one never raises, by the next that may.
bool raises_for_tool(const Instruction& at, Running& running) {
    PyObject*& raised = running.watched.raised;
    if (!tell_end_of_call(running, cpython::Event::CReturn)) Py_XSETREF(raised, rt_take_exception());
    if (raised == nullptr && !tell_instruction(running, at)) raised = rt_take_exception();
    if (raised == nullptr && !tell_call(running, at)) raised = rt_take_exception();
    if (raised == nullptr && ir::is_yield(at.op) &&
        !tell_here(running, cpython::Event::Yield, value_of(running.registers, at)))
        raised = rt_take_exception();
    if (raised == nullptr || at.error == nullptr) return false;
    PyErr_SetRaisedException(std::exchange(raised, nullptr));
    return true;
}

AIPY_HANDLER PyObject* run_watched(Register* registers, const Instruction* at, Running* running) {
    const Code& code = *running->unit->code;
    // Tools may end the watching.
    const Handler handler = code.unwatched[static_cast<size_t>(at - code.instructions.data())];
    if (raises_for_tool(*at, *running)) AIPY_RAISE;
    if (is_return(*at)) return run_watched_return(registers, at, running, handler);
    [[clang::musttail]] return handler(registers, at, running);
}

// Tells of the exception that is set, which is set again behind.
void tell_of_exception(Running& running, cpython::Event event) {
    if (!wants(running, event)) return;
    PyObject* error = rt_take_exception();
    if (tell_here(running, event, error))
        PyErr_SetRaisedException(error);
    else
        Py_DECREF(error);
}

}  // namespace

void watch(Unit& unit) {
    Code& code = *unit.code;
    if (!code.unwatched.empty()) return;
    ++watching;
    if (code.line_units.empty()) {
        const Positions positions(unit.context.code);
        for (auto [line, index] : positions.by_line())
            code.line_units.emplace(line, _PyCode_CODE(unit.context.code) + index);
    }
    for (Instruction& at : code.instructions) {
        code.unwatched.push_back(at.handler);
        at.handler = run_watched;
    }
}

void unwatch(Unit& unit) {
    Code& code = *unit.code;
    if (code.unwatched.empty()) return;
    for (const RunningCall& call : std::exchange(running_calls, {})) {
        Py_DECREF(call.callee.callable);
        Py_XDECREF(call.callee.first);
    }
    for (size_t i = 0; i < code.instructions.size(); ++i) code.instructions[i].handler = code.unwatched[i];
    code.unwatched.clear();
}

void tell_raised(Running& running, const Instruction& at, bool again) {
    join(running);
    stand_at(running, at);
    PyObject* error = rt_take_exception();
    if (tell_end_of_call(running, cpython::Event::CRaise))
        PyErr_SetRaisedException(error);
    else
        Py_DECREF(error);
    tell_of_exception(running, again ? cpython::Event::Reraise : cpython::Event::Raise);
}

void tell_arrived(Running& running, const Instruction& at, bool handled) {
    stand_at(running, at);
    tell_of_exception(running, handled ? cpython::Event::Handled : cpython::Event::Unwind);
}

void tell_handled(Unit& unit, cpython::Frame* frame, PyThreadState* thread, ir::InstrId position) {
    Running running;
    running.unit = &unit;
    running.thread = thread;
    running.frame = frame;
    const Instruction& at = unit.code->instructions[unit.code->instr_index[position]];
    tell_raised(running, at, false);
    tell_arrived(running, at, true);
}

bool tell_going_on(Running& running, bool starts) {
    running.watched = {.time = watching, .line = starts ? 0 : current_line(running)};
    return tell_here(running, starts ? cpython::Event::Start : cpython::Event::Resume);
}

void tell_thrown(Running& running) {
    running.watched = {.time = watching, .line = current_line(running)};
    tell_of_exception(running, cpython::Event::Throw);
}

}  // namespace aipy::interp
