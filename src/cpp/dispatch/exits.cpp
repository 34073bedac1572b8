#include "dispatch/exits.h"

#include <alloca.h>

#include <array>
#include <cstdarg>

#include "dispatch/frame_function.h"
#include "dispatch/frame_values.h"
#include "dispatch/invalidation.h"
#include "dispatch/managed.h"
#include "dispatch/native_frame.h"
#include "dispatch/policy.h"
#include "dispatch/version.h"
#include "interp/watched.h"
#include "support/log.h"

namespace aipy::dispatch {

namespace cpython = runtime::cpython;

namespace {

std::array<uint64_t, ir::op_count> exits_by_row{};

// A guess about the result of an op fails behind it, where the op is done: the interpreter that goes on never sees that
// result made. Its kind is added to the profile here, so that the next version does not guess the same. False where
// that is nothing new, or it was no such guess.
bool learn_result(const Version& version, const ir::Instr& failed, const FrameValues& values) {
    const ir::Function& generic = *version.owner->generic;
    if (failed.origin == ir::no_id || failed.origin == values.position()) return false;
    if (failed.origin >= generic.instrs.size()) return false;  // a generator's
    const ir::ValueId result = generic.instr(failed.origin).result;
    PyObject* came = result == ir::no_id ? nullptr : values.temporary(result);
    if (came == nullptr) return false;
    interp::Observed& seen = version.owner->unit->profile.values[result];
    const auto kinds = [&] { return seen.count + (seen.many ? 1 : 0); };
    const int before = kinds();
    interp::record(seen, came);
    return kinds() != before;
}

}  // namespace

void count_exit(Version& version, ir::FrameStateId state, uint32_t reason, const FrameValues& values) {
    ++version.exits;
    const ir::Instr& instr = version.function->instr(reason);
    ++exits_by_row[static_cast<size_t>(instr.op)];
    if (state == instr.after && version.owner->settings.options.stress_invalidate()) invalidate(version);
    if (version.valid == 0 || !ir::info(instr.op).leaves()) return;
    ir::InstrId position = version.function->frame_states[state].position;
    support::log(support::LogTopic::Exits, "%s: version %u left at %s, line %d", version.owner->generic->name.c_str(),
                 version.number, std::string(ir::info(instr.op).text).c_str(), instr.span.line);
    if (version.owner->generic->instr(position).op == ir::Op::ShowFrame) return;  // no guess failed
    if (const ir::VirtualObject* running = ir::running_generator(version.function->frame_states[state]))
        return generator_left(version, *version.generators[running->place.generator]->owner, running->place.position,
                              instr.op == ir::Op::Leave);
    const bool learned = learn_result(version, instr, values);
    guard_failed(version, learned ? ir::no_id : position, instr.op == ir::Op::Leave);
}

namespace {

// A generator's own frame goes on.
void take_generator_slots(const Version& version, FrameValues& values, ir::FrameStateId id) {
    if (!version.function->is_generator) return;
    cpython::Frame* frame = cpython::current_frame(cpython::thread_state());
    take_shown_slots(frame, id, values.slots());
    cpython::set_mark(frame, cpython::FrameMark::None);
}

}  // namespace

// A native call does not say what its caller's locals are: who looks for them sees none, not those of another moment.
void hide_callers_locals(const Version& version) {
    if (version.root == nullptr) return;
    cpython::Frame* frame = native_frame_of(*version.root, cpython::thread_state());
    ShownLocals* shown = frame == nullptr ? nullptr : shown_locals(frame);
    if (shown != nullptr && shown->cells != nullptr && !shown->filled) shown->cells[0] = ir::no_id;
}

PyObject* go_on(Version& version, FrameValues& values, ir::FrameStateId id, PyObject* decoded_from,
                std::span<const SlotValue> slots) {
    Managed& managed = *version.owner;
    hide_callers_locals(version);
    FrameFunction function(version);
    bool decoded = values.decode(*managed.generic) && function.get() != nullptr;
    for (const auto& [slot, object] : slots) {
        if (slot < values.slots().size())
            Py_XSETREF(values.slots()[slot], object);
        else
            Py_XDECREF(object);
    }
    values.release_owned();
    Py_XDECREF(decoded_from);
    if (!decoded) return nullptr;
    HiddenNativeFrame hidden(version);
    PyFrameObject* frame_object = hidden.take_frame_object(id, values.slots());
    take_generator_slots(version, values, id);
    interp::ResumeState state = values.take();
    state.function = function.get();
    state.frame_object = frame_object;
    state.stood_at = hidden.position();
    return interp::resume(*managed.unit, state);
}

namespace {

// Runs what must not see or lose the exception that is being raised.
template <typename F>
void with_exception_aside(F&& action) {
    PyObject* raised = PyErr_GetRaisedException();
    action();
    PyErr_SetRaisedException(raised);
}

// A frame as the interpreter would have, at the instruction that raised, seen by the traceback and gone again.
void trace_frame(const Version& version, PyObject* function, FrameValues& values, ir::InstrId position) {
    HiddenNativeFrame hidden(version);
    interp::Unit& unit = *version.owner->unit;
    interp::Running running;
    interp::set_up_bare_frame(running, unit, function, alloca(interp::bare_frame_size(unit)));
    values.move_slots(running.registers);
    const interp::Instruction& at = unit.code->instructions[unit.code->instr_index[position]];
    runtime::cpython::set_instruction(running.frame, static_cast<runtime::cpython::CodeUnit*>(at.unit));
    interp::link_frame(running);
    runtime::cpython::trace_current_frame(running.thread);
    with_exception_aside([&] { interp::finish_frame(running); });
}

// An entry for the line of `raised_at`, with the locals that `values` gives. The exception's own name is not among
// them: CPython's handlers unbind it at their end, and with it in a snapshot the exception would keep itself alive.
void trace(Version& version, FrameValues& values, ir::FrameStateId raised_at) {
    PyObject* raised = PyErr_GetRaisedException();
    FrameFunction function(version);
    bool decoded = values.decode_slots() && function.get() != nullptr;
    values.leave_out(raised);
    PyErr_SetRaisedException(raised);
    const ir::InstrId position = version.function->frame_states[raised_at].position;
    if (decoded)
        trace_frame(version, function.get(), values, position);
    else
        with_exception_aside([&] { values.release_decoded(); });
    PyThreadState* thread = cpython::thread_state();
    cpython::Frame* frame =
        version.function->is_generator ? cpython::current_frame(thread) : native_frame_of(version, thread);
    if (version.owner->watched && frame != nullptr) interp::tell_handled(*version.owner->unit, frame, thread, position);
}

bool is_body_call(const ir::Instr& instr) { return instr.op == ir::Op::CallSelf || !ir::called_bodies(instr).empty(); }

// The value that a native call with this state behind it defines.
ir::ValueId result_of_call(const Version& version, ir::FrameStateId state) {
    for (const ir::Instr& instr : version.function->instrs)
        if (is_body_call(instr) && instr.after == state) return instr.result;
    return ir::no_id;
}

bool raises_the_handled() {
    PyObject* raised = PyErr_GetRaisedException();
    PyObject* handled = PyErr_GetHandledException();
    Py_XDECREF(handled);
    PyErr_SetRaisedException(raised);
    return raised == handled;
}

// An exception that is raised again has this line in its traceback, or is not to get it. A bare `raise` without an
// exception to raise again makes a new one.
bool is_raised_again(const Version& version, ir::FrameStateId state) {
    const ir::Function& generic = *version.owner->generic;
    const ir::Instr& instr = generic.instr(version.function->frame_states[state].position);
    return instr.op == ir::Op::Reraise || (instr.op == ir::Op::Raise && instr.operands.empty() && raises_the_handled());
}

}  // namespace

// The error is raised again in the interpreter: a generator's, because it knows the handlers, and one that somebody
// watches, because it tells them.
PyObject* raise_in_interpreter(Version& version, ir::FrameStateId state, FrameValues& values) {
    Managed& managed = *version.owner;
    bool traced = is_raised_again(version, state);
    PyObject* raised = PyErr_GetRaisedException();
    FrameFunction function(version);
    bool decoded = values.decode(*managed.generic) && function.get() != nullptr;
    values.release_owned();
    if (!decoded) {
        Py_XDECREF(raised);
        return nullptr;
    }
    HiddenNativeFrame hidden(version);
    PyFrameObject* frame_object = hidden.take_frame_object(state, values.slots());
    take_generator_slots(version, values, state);
    PyErr_SetRaisedException(raised);
    interp::ResumeState resumed = values.take();
    resumed.function = function.get();
    resumed.frame_object = frame_object;
    return interp::resume_with_error(*managed.unit, resumed, traced);
}

std::map<std::string, uint64_t> exit_counts() {
    std::map<std::string, uint64_t> counts;
    for (size_t i = 0; i < ir::op_count; ++i)
        if (ir::op_table[i].leaves()) counts.emplace(ir::op_table[i].text, exits_by_row[i]);
    return counts;
}

}  // namespace aipy::dispatch

using namespace aipy;
using namespace aipy::dispatch;

extern "C" {

PyObject* aipy_leave(void* version_address, uint32_t frame_state, uint32_t reason, ...) noexcept {
    auto& version = *static_cast<Version*>(version_address);
    PyErr_Clear();  // a box for which there was no memory
    std::va_list cells;
    va_start(cells, reason);
    FrameValues values(version, frame_state, cells);
    va_end(cells);
    count_exit(version, frame_state, reason, values);
    return go_on(version, values, frame_state);
}

PyObject* aipy_leave_boxed(void* version_address, uint32_t frame_state, PyObject* result, ...) noexcept {
    auto& version = *static_cast<Version*>(version_address);
    std::va_list cells;
    va_start(cells, result);
    FrameValues values(version, frame_state, cells);
    va_end(cells);
    ++version.exits;
    ++exits_by_row[static_cast<size_t>(ir::Op::CallSelf)];
    values.replace(result_of_call(version, frame_state), result);
    return go_on(version, values, frame_state, result);
}

PyObject* aipy_unwind(void* version_address, uint32_t frame_state, ...) noexcept {
    auto& version = *static_cast<Version*>(version_address);
    std::va_list cells;
    va_start(cells, frame_state);
    FrameValues values(version, frame_state, cells);
    va_end(cells);
    if (version.function->is_generator || version.owner->watched)
        return raise_in_interpreter(version, frame_state, values);
    if (!is_raised_again(version, frame_state)) trace(version, values, frame_state);
    with_exception_aside([&] { values.release_owned(); });
    return nullptr;
}

PyObject* aipy_suspend(void* version_address, void* frame, uint32_t yield, PyObject** values) noexcept {
    auto& version = *static_cast<Version*>(version_address);
    return interp::suspend_generator(*version.owner->unit, static_cast<interp::Register*>(frame), yield, values);
}

void aipy_traceback(void* version_address, uint32_t frame_state, ...) noexcept {
    auto& version = *static_cast<Version*>(version_address);
    if (is_raised_again(version, frame_state)) return;
    std::va_list cells;
    va_start(cells, frame_state);
    FrameValues values(version, frame_state, cells);
    va_end(cells);
    trace(version, values, frame_state);
}

void aipy_late_traceback(void* version_address, uint32_t frame_state, uint32_t raised_at, PyObject* exception,
                         ...) noexcept {
    auto& version = *static_cast<Version*>(version_address);
    PyObject* raised = PyErr_GetRaisedException();
    PyErr_SetRaisedException(Py_NewRef(exception));
    std::va_list cells;
    va_start(cells, exception);
    FrameValues values(version, frame_state, cells);
    va_end(cells);
    if (!is_raised_again(version, raised_at)) trace(version, values, raised_at);
    Py_DECREF(PyErr_GetRaisedException());
    PyErr_SetRaisedException(raised);
}

}  // extern "C"
