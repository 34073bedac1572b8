// What generators, coroutines and asynchronous generators have in common: how they run, and what is sent, thrown and
// closed from outside.
#include "interp/generator.h"

#include <new>
#include <ranges>
#include <utility>

#include "interp/watched.h"
#include "runtime/cpython/stack.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

#include <internal/pycore_genobject.h>
#if PY_VERSION_HEX >= 0x030D0000
#include <internal/pycore_modsupport.h>
#endif

namespace aipy::interp {

namespace cpython = runtime::cpython;

namespace {

// ---- running ----------------------------------------------------------------------------------------------
// The generator's own place for handled exceptions is on the thread's stack while it runs.
class ExceptionScope {
  public:
    ExceptionScope(PyThreadState* thread, PyGenObject* generator) : thread_(thread), state_(generator->gi_exc_state) {
        state_.previous_item = thread->exc_info;
        thread->exc_info = &state_;
    }
    ~ExceptionScope() {
        thread_->exc_info = state_.previous_item;
        state_.previous_item = nullptr;
    }
    ExceptionScope(const ExceptionScope&) = delete;
    ExceptionScope& operator=(const ExceptionScope&) = delete;

  private:
    PyThreadState* thread_;
    _PyErr_StackItem& state_;
};

// An exception thrown in gets the one that the generator itself is handling as its context, not its callers'.
void chain_context(const PyGenObject* generator) {
    if (generator->gi_exc_state.exc_value == nullptr || generator->gi_exc_state.exc_value == Py_None) return;
    PyObject* error = PyErr_GetRaisedException();
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error)), error);
    Py_DECREF(error);
}

// Whose frame it is once it has begun. frame.clear() before 3.13 would run the bytecode of a suspended generator; a
// thread's frame it refuses.
constexpr auto frame_owner = cpython::is_313 ? FRAME_OWNED_BY_GENERATOR : FRAME_OWNED_BY_THREAD;

// Thrown in before the first instruction: nothing can handle it. CPython's frame then stands before its first RESUME,
// where only a generator's frame counts as complete.
Outcome fail_at_start(Running& running) {
    cpython::CodeUnit* first =
        _PyCode_CODE(running.unit->context.code) + running.unit->context.code->_co_firsttraceable;
    cpython::set_instruction(running.frame, first - (cpython::is_313 ? 1 : 2));
    cpython::trace_current_frame(running.thread);
    cpython::set_instruction(running.frame, first);
    running.result = nullptr;
    return Outcome::Raised;
}

// Whether native code took over behind the yield. It knows nothing of a value sent that nobody uses.
bool goes_on_natively(Running& running, const Instruction& yield) {
    void* native = running.unit->natives[yield.block_behind()];
    if (native == nullptr) return false;
    if (!yield.uses_sent()) Py_CLEAR(running.registers[running.sent].object);
    running.yielded = false;
    return running.unit->hooks.on_resume(native, running);
}

// Tells that the generator goes on, with what is sent, or null for an exception: a tool may raise one.
PyObject* go_on_watched(Running& running, PyObject* sent) {
    if (sent == nullptr) {
        tell_thrown(running);
    } else if (!tell_going_on(running, false)) {
        Py_CLEAR(sent);
    }
    return sent;
}

// `sent` is owned, or null when an exception is to be raised at the yield.
Outcome go_on(PyGenObject* generator, Running& running, PyObject* sent) {
    bool starts = generator->gi_frame_state == FRAME_CREATED;
    generator->gi_frame_state = FRAME_EXECUTING;
    if (starts) {
        if (sent == nullptr) return fail_at_start(running);
        Py_DECREF(sent);
        if (is_watched(*running.unit) && !tell_going_on(running, true)) [[unlikely]]
            running.watched.raised = rt_take_exception();
        running.frame->owner = frame_owner;
        return execute(running);
    }
    if (std::exchange(running_of(generator).stands_before_next, false)) [[unlikely]] {
        if (sent == nullptr) return execute_error(running, *running.next, false);
        Py_DECREF(sent);
        return execute(running);
    }
    const Instruction& yield = *running.next;
    if (is_watched(*running.unit)) [[unlikely]]
        sent = go_on_watched(running, sent);
    if (sent == nullptr) return execute_error(running, yield, false);
    if (yield.observed != nullptr) record_cheaply(*yield.observed, sent);
    running.registers[running.sent].object = sent;
    if (goes_on_natively(running, yield)) return outcome_of(running);
    ++running.next;
    return execute(running);
}

// StopIteration must not leave a generator by itself, nor StopAsyncIteration an asynchronous one.
void hide_stop_iteration(const PyGenObject* generator) {
    bool stops = PyErr_ExceptionMatches(PyExc_StopIteration) != 0;
    if (!stops && !(is_async_generator(generator) && PyErr_ExceptionMatches(PyExc_StopAsyncIteration))) return;
    PyObject* stop = PyErr_GetRaisedException();
    PyErr_Format(PyExc_RuntimeError, "%s raised %s", kind_name(generator),
                 stops ? "StopIteration" : "StopAsyncIteration");
    PyObject* error = PyErr_GetRaisedException();
    PyException_SetCause(error, Py_NewRef(stop));
    PyException_SetContext(error, stop);
    PyErr_SetRaisedException(error);
}

void finish(PyGenObject* generator, Running& running) {
    PyObject* error = PyErr_GetRaisedException();
    generator->gi_frame_state = FRAME_CLEARED;
    finish_frame(running);
    Py_CLEAR(generator->gi_exc_state.exc_value);
    PyErr_SetRaisedException(error);
}

// The temporaries of which a suspended generator holds references, once for each, the youngest first; some may be null.
template <typename F>
void for_each_temporary(const Running& running, F&& visit) {
    Code& code = *running.unit->code;
    for (ir::ValueId value : std::views::reverse(code.held_before(running.next->origin)))
        visit(running.registers[code.value_register[value]].object);
}

// Ends a generator where it stands, without running any more of it.
void discard(PyGenObject* generator, Running& running) {
    bool suspended = generator->gi_frame_state == FRAME_SUSPENDED;
    running.thread = cpython::thread_state();  // it may have run in another, or not at all
    generator->gi_frame_state = FRAME_CLEARED;
    auto release_temporaries = [&] {
        if (suspended) for_each_temporary(running, [](PyObject* object) { Py_XDECREF(object); });
    };
    const bool locals_last = running.unit->generic.locals_die_backwards();
    if (locals_last) release_temporaries();
    finish(generator, running);
    if (!locals_last) release_temporaries();
}

void suspend(PyGenObject* generator, Running& running) {
    unlink_frame(running);
    running.frame->previous = nullptr;
    generator->gi_frame_state = FRAME_SUSPENDED;
}

PySendResult resume_here(PyGenObject* generator, PyObject* sent, PyObject** result) {
    *result = nullptr;
    Running& running = running_of(generator);
    PyThreadState* thread = cpython::thread_state();
    if (cpython::remaining_depth(thread)-- <= 0 && rt_recursion_error() < 0) [[unlikely]] {
        ++cpython::remaining_depth(thread);
        Py_XDECREF(sent);
        return PYGEN_ERROR;
    }
    link_frame(running, thread);
    Outcome outcome = Outcome::Raised;
    {
        ExceptionScope scope(thread, generator);
        if (sent == nullptr) chain_context(generator);
        outcome = go_on(generator, running, sent);
    }
    ++cpython::remaining_depth(thread);
    *result = std::exchange(running.result, nullptr);
    if (outcome == Outcome::Yielded) [[likely]] {
        suspend(generator, running);
        return PYGEN_NEXT;
    }
    if (outcome == Outcome::Raised) hide_stop_iteration(generator);
    finish(generator, running);
    return outcome == Outcome::Returned ? PYGEN_RETURN : PYGEN_ERROR;
}

struct Resumption {
    PyGenObject* generator;
    PyObject* sent;
    PyObject** result;
    PySendResult outcome;
};

[[gnu::noinline]] PySendResult resume_on_new_stack(PyGenObject* generator, PyObject* sent, PyObject** result) {
    Resumption resumption{generator, sent, result, PYGEN_ERROR};
    auto resume = [](void* argument) -> PyObject* {
        auto& call = *static_cast<Resumption*>(argument);
        call.outcome = resume_here(call.generator, std::exchange(call.sent, nullptr), call.result);
        return nullptr;
    };
    cpython::call_on_new_stack(0, resume, &resumption);
    Py_XDECREF(resumption.sent);
    return resumption.outcome;
}

PySendResult resume_generator(PyGenObject* generator, PyObject* sent, PyObject** result) {
    if (!cpython::stack_has(0)) [[unlikely]]
        return resume_on_new_stack(generator, sent, result);
    return resume_here(generator, sent, result);
}

// The exception set is raised where the generator stands; a new reference when it yields again.
PyObject* raise_inside(PyGenObject* generator) {
    if (is_finished(generator)) {
        if (is_coroutine(generator)) refuse_second_await();
        return nullptr;
    }
    PyObject* result = nullptr;
    PySendResult outcome = resume_generator(generator, nullptr, &result);
    return result_of(generator, outcome, result);
}

// ---- delegation: what a `yield from` or `await` waits for ---------------------------------------------------
// While something is done to the delegate the generator counts as running, and its frame is there.
class DelegateScope {
  public:
    explicit DelegateScope(PyGenObject* generator)
        : generator_(generator), delegate_(Py_NewRef(delegate_of(generator))) {
        link_frame(running_of(generator));
        generator->gi_frame_state = FRAME_EXECUTING;
    }
    ~DelegateScope() {
        suspend(generator_, running_of(generator_));
        Py_DECREF(delegate_);
    }
    DelegateScope(const DelegateScope&) = delete;
    DelegateScope& operator=(const DelegateScope&) = delete;
    PyObject* delegate() const { return delegate_; }

  private:
    PyGenObject* generator_;
    PyObject* delegate_;
};

// The attribute, new; null without an exception when there is none.
PyObject* optional_attribute(PyObject* object, const char* name) {
    PyObject* value = PyObject_GetAttrString(object, name);
    if (value == nullptr && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear();
    return value;
}

// False with the exception that closing it raised.
bool close_delegate(PyGenObject* generator) {
    DelegateScope scope(generator);
    PyObject* close = optional_attribute(scope.delegate(), "close");
    if (close == nullptr) {
        if (PyErr_Occurred()) PyErr_WriteUnraisable(scope.delegate());
        return true;
    }
    PyObject* closed = PyObject_CallNoArgs(close);
    Py_DECREF(close);
    Py_XDECREF(closed);
    return closed != nullptr;
}

enum class Thrown : uint8_t { Yielded, Raised, LookupFailed, CannotThrow };

// Throws into the delegate; `result` is what it yields then.
Thrown throw_into_delegate(PyGenObject* generator, const ThrowArguments& arguments, PyObject** result) {
    DelegateScope scope(generator);
    if (is_ours(scope.delegate())) {
        *result = throw_into(as_generator(scope.delegate()), arguments);
    } else {
        PyObject* method = optional_attribute(scope.delegate(), "throw");
        if (method == nullptr) return PyErr_Occurred() ? Thrown::LookupFailed : Thrown::CannotThrow;
        *result = PyObject_CallFunctionObjArgs(method, arguments.type, arguments.value, arguments.traceback, nullptr);
        Py_DECREF(method);
    }
    return *result != nullptr ? Thrown::Yielded : Thrown::Raised;
}

// Sets the exception that throw's arguments describe; false with TypeError when they describe none.
bool set_thrown(const ThrowArguments& arguments) {
    auto [type, value, traceback, closes] = arguments;
    if (traceback == Py_None) traceback = nullptr;
    if (traceback != nullptr && !PyTraceBack_Check(traceback)) {
        PyErr_SetString(PyExc_TypeError, "throw() third argument must be a traceback object");
        return false;
    }
    Py_INCREF(type);
    Py_XINCREF(value);
    Py_XINCREF(traceback);
    if (PyExceptionClass_Check(type)) {
        PyErr_NormalizeException(&type, &value, &traceback);
    } else if (PyExceptionInstance_Check(type) && (value == nullptr || value == Py_None)) {
        Py_XDECREF(value);
        value = type;
        type = Py_NewRef(PyExceptionInstance_Class(value));
        if (traceback == nullptr) traceback = PyException_GetTraceback(value);
    } else {
        if (PyExceptionInstance_Check(type))
            PyErr_SetString(PyExc_TypeError, "instance exception may not have a separate value");
        else
            PyErr_Format(PyExc_TypeError, "exceptions must be classes or instances deriving from BaseException, not %s",
                         Py_TYPE(type)->tp_name);
        Py_DECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return false;
    }
    PyErr_Restore(type, value, traceback);
    return true;
}

// A StopIteration with a value: since 3.13 close() returns what the generator returned.
PyObject* value_of_close() {
    PyObject* value = nullptr;
#if PY_VERSION_HEX >= 0x030D0000
    if (_PyGen_FetchStopIterationValue(&value) < 0) return nullptr;
#else
    PyErr_Clear();
#endif
    return value != nullptr ? value : Py_NewRef(Py_None);
}

// Since 3.13 CPython throws nothing into a generator that stands where nothing could catch it.
bool closes_unseen(const PyGenObject* generator, const Running& running) {
    if (generator->gi_frame_state == FRAME_CREATED) return true;
    return cpython::is_313 && !running.next->error->handled;
}

void warn_of_unawaited(PyObject* coroutine) {
    PyObject* warnings = PyImport_ImportModule("warnings");
    PyObject* warn = warnings == nullptr ? nullptr : optional_attribute(warnings, "_warn_unawaited_coroutine");
    PyObject* done = warn == nullptr ? nullptr : PyObject_CallOneArg(warn, coroutine);
    bool warned = done != nullptr || (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_RuntimeWarning));
    if (PyErr_Occurred()) PyErr_WriteUnraisable(coroutine);
    Py_XDECREF(done);
    Py_XDECREF(warn);
    Py_XDECREF(warnings);
    if (!warned && PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "coroutine '%S' was never awaited",
                                    as_generator(coroutine)->gi_qualname) < 0)
        PyErr_WriteUnraisable(coroutine);
}

// An event loop closes its asynchronous generators itself.
bool is_left_to_loop(PyGenObject* generator) {
    return is_async_generator(generator) && running_of(generator).origin_or_finalizer != nullptr &&
           !generator->gi_closed;
}

void deallocate_on_new_stack(PyObject* self) {
    PyObject* raised = PyErr_GetRaisedException();
    auto deallocate = [](void* dead) -> PyObject* {
        generator_dealloc(static_cast<PyObject*>(dead));
        return nullptr;
    };
    cpython::call_on_new_stack(0, deallocate, self);
    PyErr_SetRaisedException(raised);
}

int visit_temporaries(const Running& running, visitproc visit, void* arg) {
    int answer = 0;
    for_each_temporary(running, [&](PyObject* object) {
        if (answer == 0 && object != nullptr) answer = visit(object, arg);
    });
    return answer;
}

PyObject* origin_of(PyThreadState* thread, int depth) {
    PyObject* entries = PyList_New(0);
    PyFrameObject* frame = PyThreadState_GetFrame(thread);
    for (; entries != nullptr && frame != nullptr && depth > 0; --depth) {
        PyCodeObject* code = PyFrame_GetCode(frame);
        PyObject* entry = Py_BuildValue("OiO", code->co_filename, PyFrame_GetLineNumber(frame), code->co_name);
        Py_DECREF(code);
        if (entry == nullptr || PyList_Append(entries, entry) < 0) Py_CLEAR(entries);
        Py_XDECREF(entry);
        Py_SETREF(frame, PyFrame_GetBack(frame));
    }
    Py_XDECREF(frame);
    PyObject* origin = entries == nullptr ? nullptr : PyList_AsTuple(entries);
    Py_XDECREF(entries);
    return origin;
}

}  // namespace

// ---- what the types are made of -----------------------------------------------------------------------------
const char* kind_name(const PyGenObject* generator) {
    return is_coroutine(generator) ? "coroutine" : is_async_generator(generator) ? "async generator" : "generator";
}

PyObject* delegate_of(PyGenObject* generator) {
    if (generator->gi_frame_state != FRAME_SUSPENDED) return nullptr;
    const Running& running = running_of(generator);
    return running.next->op == ir::Op::YieldFrom ? running.registers[running.next->operands.few[1]].object : nullptr;
}

bool has_yielded_value(PyGenObject* generator) { return running_of(generator).next->op == ir::Op::Yield; }

void refuse_second_await() { PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine"); }

bool refuses_to_run(PyGenObject* generator) {
    if (generator->gi_frame_state != FRAME_EXECUTING) return false;
    PyErr_Format(PyExc_ValueError, "%s already executing", kind_name(generator));
    return true;
}

PyObject* result_of(PyGenObject* generator, PySendResult outcome, PyObject* result) {
    if (outcome != PYGEN_RETURN) return result;
    if (is_async_generator(generator))
        PyErr_SetNone(PyExc_StopAsyncIteration);
    else if (result == Py_None)
        PyErr_SetNone(PyExc_StopIteration);
    else
        _PyGen_SetStopIterationValue(result);
    Py_DECREF(result);
    return nullptr;
}

PySendResult send_into(PyGenObject* generator, PyObject* value, PyObject** result) {
    *result = nullptr;
    if (generator->gi_frame_state == FRAME_CREATED && value != nullptr && value != Py_None) {
        PyErr_Format(PyExc_TypeError, "can't send non-None value to a just-started %s", kind_name(generator));
        return PYGEN_ERROR;
    }
    if (refuses_to_run(generator)) return PYGEN_ERROR;
    if (is_finished(generator)) {
        if (is_coroutine(generator)) {
            refuse_second_await();
            return PYGEN_ERROR;
        }
        *result = Py_NewRef(Py_None);
        return PYGEN_RETURN;
    }
    return resume_generator(generator, Py_NewRef(value == nullptr ? Py_None : value), result);
}

PyObject* throw_into(PyGenObject* generator, const ThrowArguments& arguments) {
    if (delegate_of(generator) != nullptr) {
        if (arguments.closes && PyErr_GivenExceptionMatches(arguments.type, PyExc_GeneratorExit)) {
            if (!close_delegate(generator)) return raise_inside(generator);
        } else {
            PyObject* result = nullptr;
            switch (throw_into_delegate(generator, arguments, &result)) {
                case Thrown::Yielded: return result;
                case Thrown::Raised: return raise_inside(generator);
                case Thrown::LookupFailed: return nullptr;
                case Thrown::CannotThrow: break;
            }
        }
    }
    if (!set_thrown(arguments) || refuses_to_run(generator)) return nullptr;
    return raise_inside(generator);
}

PyObject* close(PyGenObject* generator) {
    if (refuses_to_run(generator)) return nullptr;
    if (is_finished(generator)) Py_RETURN_NONE;
    Running& running = running_of(generator);
    if (closes_unseen(generator, running)) {
        discard(generator, running);
        Py_RETURN_NONE;
    }
    if (delegate_of(generator) == nullptr || close_delegate(generator)) PyErr_SetNone(PyExc_GeneratorExit);
    PyObject* yielded = raise_inside(generator);
    if (yielded != nullptr) {
        Py_DECREF(yielded);
        return PyErr_Format(PyExc_RuntimeError, "%s ignored GeneratorExit", kind_name(generator));
    }
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) return value_of_close();
    if (!PyErr_ExceptionMatches(PyExc_GeneratorExit)) return nullptr;
    PyErr_Clear();
    Py_RETURN_NONE;
}

void generator_finalize(PyObject* self) {
    PyGenObject* generator = as_generator(self);
    if (is_finished(generator)) return;
    PyObject* error = PyErr_GetRaisedException();
    if (is_coroutine(generator) && generator->gi_frame_state == FRAME_CREATED) {
        warn_of_unawaited(self);
    } else {
        PyObject* done = is_left_to_loop(generator)
                             ? PyObject_CallOneArg(running_of(generator).origin_or_finalizer, self)
                             : close(generator);
        if (done == nullptr) PyErr_WriteUnraisable(self);
        Py_XDECREF(done);
    }
    PyErr_SetRaisedException(error);
}

void generator_dealloc(PyObject* self) {
    // A chain of generators, each held by the next, dies in a recursion as deep as it was made.
    if (!cpython::stack_has(0)) [[unlikely]]
        return deallocate_on_new_stack(self);
    PyGenObject* generator = as_generator(self);
    PyObject_GC_UnTrack(self);
    if (generator->gi_weakreflist != nullptr) PyObject_ClearWeakRefs(self);
    PyObject_GC_Track(self);
    if (PyObject_CallFinalizerFromDealloc(self) != 0) return;
    PyObject_GC_UnTrack(self);
    // One that went on after GeneratorExit still holds all it had.
    RunningGenerator& running = running_of(generator);
    if (!is_finished(generator)) discard(generator, running);
    Py_XDECREF(cpython::function_of(running.frame));
    Py_CLEAR(running.origin_or_finalizer);
    PyCodeObject* code = running.unit->context.code;
    Py_CLEAR(generator->gi_name);
    Py_CLEAR(generator->gi_qualname);
#if PY_VERSION_HEX < 0x030C0000
    Py_CLEAR(generator->gi_code);
#endif
    running.~RunningGenerator();
    PyObject_GC_Del(self);
    Py_DECREF(code);
}

int generator_traverse(PyObject* self, visitproc visit, void* arg) {
    PyGenObject* generator = as_generator(self);
    RunningGenerator& running = running_of(generator);
    Py_VISIT(generator->gi_name);
    Py_VISIT(generator->gi_qualname);
    Py_VISIT(generator->gi_exc_state.exc_value);
    Py_VISIT(running.origin_or_finalizer);
    Py_VISIT(cpython::function_of(running.frame));
    if (is_finished(generator)) return 0;
    Py_VISIT(running.frame->frame_obj);
    for (uint32_t i = 0; i < running.unit->code->slot_count; ++i) Py_VISIT(running.registers[i].object);
    return generator->gi_frame_state == FRAME_SUSPENDED ? visit_temporaries(running, visit, arg) : 0;
}

Running& running_generator(PyThreadState* thread) {
    auto* frame = reinterpret_cast<char*>(cpython::current_frame(thread));
    return running_of(reinterpret_cast<PyGenObject*>(frame - offsetof(PyGenObject, gi_iframe)));
}

// Behind a generator's registers, and the room for native code.
static RunningGenerator* running_behind(const Unit& unit, Register* registers) {
    return reinterpret_cast<RunningGenerator*>(reinterpret_cast<char*>(registers + unit.code->register_count) +
                                               Running::room_behind_registers);
}

PyObject* suspend_generator(Unit& unit, Register* registers, ir::InstrId yield, PyObject* const* values) {
    const Code& code = *unit.code;
    Running& running = *running_behind(unit, registers);
    const Instruction& at = code.instructions[code.instr_index[yield]];
    PyObject* yielded = *values++;
    for (uint32_t i = 0; i < code.slot_count; ++i) registers[i].object = *values++;
    // The value yielded is the consumer's, unless it lives on.
    if (at.operands.few[0] >= code.slot_count + code.constants.size()) registers[at.operands.few[0]].object = nullptr;
    for (ir::ValueId value : code.header_temporaries[at.block_behind()])
        if (RegisterId place = code.value_register[value]; place != at.result) registers[place].object = *values++;
    cpython::set_instruction(running.frame, static_cast<cpython::CodeUnit*>(at.unit));
    running.yielded = true;
    running.sent = at.result;
    running.next = &at;
    return yielded;
}

namespace {

// With empty slots, and not tracked yet.
PyGenObject* new_generator(Unit& unit, PyObject* function) {
    PyTypeObject* type = type_for(unit.context.code);
    if (type == nullptr) return nullptr;
    PyThreadState* thread = cpython::thread_state();
    PyObject* origin = nullptr;
    if (type == coroutine_type() && thread->coroutine_origin_tracking_depth > 0) {
        origin = origin_of(thread, thread->coroutine_origin_tracking_depth);
        if (origin == nullptr) return nullptr;
    }
    constexpr size_t room = Running::room_behind_registers;
    constexpr size_t running_words = (room + sizeof(RunningGenerator) + sizeof(PyObject*) - 1) / sizeof(PyObject*);
    PyGenObject* generator =
        PyObject_GC_NewVar(PyGenObject, type, static_cast<Py_ssize_t>(unit.code->register_count + running_words));
    if (generator == nullptr) {
        Py_XDECREF(origin);
        return nullptr;
    }
    auto* shown = reinterpret_cast<PyFunctionObject*>(function);
    auto* frame = reinterpret_cast<cpython::Frame*>(&generator->gi_iframe);
    auto* running = new (running_behind(unit, reinterpret_cast<Register*>(frame->localsplus))) RunningGenerator();
    running->origin_or_finalizer = origin;
    set_up_frame(*running, unit, function, frame);
    running->frame->owner = FRAME_OWNED_BY_GENERATOR;
    Py_INCREF(cpython::function_of(running->frame));
    Py_INCREF(reinterpret_cast<PyObject*>(unit.context.code));
#if PY_VERSION_HEX < 0x030C0000
    generator->gi_code = reinterpret_cast<PyCodeObject*>(Py_NewRef(reinterpret_cast<PyObject*>(unit.context.code)));
#endif
    generator->gi_weakreflist = nullptr;
    generator->gi_name = Py_NewRef(shown->func_name);
    generator->gi_qualname = Py_NewRef(shown->func_qualname);
    generator->gi_exc_state.exc_value = nullptr;
    generator->gi_exc_state.previous_item = nullptr;
    generator->gi_origin_or_finalizer = reinterpret_cast<PyObject*>(running);
    generator->gi_hooks_inited = 0;
    generator->gi_closed = 0;
    generator->gi_running_async = 0;
    generator->gi_frame_state = FRAME_CREATED;
    return generator;
}

}  // namespace

PyObject* make_generator(Unit& unit, PyObject* function, PyObject* const* arguments) {
    PyGenObject* generator = new_generator(unit, function);
    if (generator == nullptr) return nullptr;
    fill_slots(running_of(generator), function, arguments);
    PyObject_GC_Track(generator);
    return reinterpret_cast<PyObject*>(generator);
}

PyObject* make_standing_generator(Unit& unit, PyObject* function, const ResumeState& state, ir::InstrId yield) {
    PyGenObject* generator = new_generator(unit, function);
    if (generator == nullptr) return nullptr;
    RunningGenerator& running = running_of(generator);
    restore(running, state);
    const Code& code = *unit.code;
    const bool stands = yield == ir::no_id;
    const Instruction& next = code.instructions[code.instr_index[stands ? state.position : yield]];
    running.frame->owner = frame_owner;
    cpython::set_instruction(running.frame, static_cast<cpython::CodeUnit*>(next.unit));
    running.next = &next;
    running.sent = stands ? 0 : next.result;
    running.stands_before_next = stands;
    generator->gi_frame_state = FRAME_SUSPENDED;
    PyObject_GC_Track(generator);
    return reinterpret_cast<PyObject*>(generator);
}

}  // namespace aipy::interp
