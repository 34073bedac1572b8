// Generator objects of interpreted functions.
//
// The type is a static one whose base is the built-in generator type: isinstance, inspect, gi_frame, gi_running and
// gi_code work as they are, because the object has CPython's own layout, a real frame at its end included. Everything
// that would run the function's bytecode is replaced: send, throw, close, next, finalisation, deallocation. The
// frame's owner is "thread", so that frame.clear() refuses a suspended frame instead of running its bytecode.
//
// Behind the frame's registers lies the Running, which says where to go on. CPython's field for a coroutine's origin,
// which generators do not use, points to it.
#include <cstddef>
#include <new>
#include <utility>

#include "interp/interpreter.h"
#include "runtime/cpython/stack.h"
#include "runtime/helpers.h"

#include <internal/pycore_genobject.h>
#if PY_VERSION_HEX >= 0x030D0000
#include <internal/pycore_modsupport.h>
#endif

namespace aipy::interp {

namespace cpython = runtime::cpython;

namespace {

PyGenObject* as_generator(PyObject* object) { return reinterpret_cast<PyGenObject*>(object); }

Running& running_of(PyGenObject* generator) { return *reinterpret_cast<Running*>(generator->gi_origin_or_finalizer); }

bool is_finished(const PyGenObject* generator) { return generator->gi_frame_state >= FRAME_COMPLETED; }

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

// Thrown in before the first instruction: nothing can handle it. CPython's frame then stands before its first RESUME,
// where only a generator's frame counts as complete.
Outcome fail_at_start(Running& running) {
    cpython::CodeUnit* first =
        _PyCode_CODE(running.unit->context.code) + running.unit->context.code->_co_firsttraceable;
    running.frame->owner = FRAME_OWNED_BY_GENERATOR;
    cpython::set_instruction(running.frame, first - (cpython::is_313 ? 1 : 2));
    cpython::trace_current_frame(running.thread);
    cpython::set_instruction(running.frame, first);
    running.frame->owner = FRAME_OWNED_BY_THREAD;
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

// `sent` is owned, or null when an exception is to be raised at the yield.
Outcome go_on(PyGenObject* generator, Running& running, PyObject* sent) {
    bool starts = generator->gi_frame_state == FRAME_CREATED;
    generator->gi_frame_state = FRAME_EXECUTING;
    if (starts) {
        if (sent == nullptr) return fail_at_start(running);
        Py_DECREF(sent);
        return execute(running);
    }
    const Instruction& yield = *running.next;
    if (sent == nullptr) return execute_error(running, yield, false);
    if (yield.observed != nullptr) record_cheaply(*yield.observed, sent);
    running.registers[running.sent].object = sent;
    if (goes_on_natively(running, yield)) return outcome_of(running);
    ++running.next;
    return execute(running);
}

// StopIteration must not leave a generator by itself.
void hide_stop_iteration() {
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return;
    PyObject* stop = PyErr_GetRaisedException();
    PyErr_SetString(PyExc_RuntimeError, "generator raised StopIteration");
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

// The temporaries of which a suspended generator holds references, once for each; some may be null.
template <typename F>
void for_each_temporary(const Running& running, F&& visit) {
    Code& code = *running.unit->code;
    for (ir::ValueId value : code.held_before(running.next->origin))
        visit(running.registers[code.value_register[value]].object);
}

// Ends a generator where it stands, without running any more of it.
void discard(PyGenObject* generator, Running& running) {
    bool suspended = generator->gi_frame_state == FRAME_SUSPENDED;
    finish(generator, running);
    if (suspended) for_each_temporary(running, [](PyObject* object) { Py_XDECREF(object); });
}

void suspend(PyGenObject* generator, Running& running) {
    unlink_frame(running);
    running.frame->previous = nullptr;
    generator->gi_frame_state = FRAME_SUSPENDED;
}

PySendResult resume_here(PyGenObject* generator, PyObject* sent, PyObject** result) {
    *result = nullptr;
    Running& running = running_of(generator);
    PyThreadState* thread = rt_thread_state();
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
    if (outcome == Outcome::Raised) hide_stop_iteration();
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

bool refuses_to_run(PyGenObject* generator) {
    if (generator->gi_frame_state != FRAME_EXECUTING) return false;
    PyErr_SetString(PyExc_ValueError, "generator already executing");
    return true;
}

// As a method gives it: a value returned is StopIteration.
PyObject* result_of(PySendResult outcome, PyObject* result) {
    if (outcome != PYGEN_RETURN) return result;
    if (result == Py_None)
        PyErr_SetNone(PyExc_StopIteration);
    else
        _PyGen_SetStopIterationValue(result);
    Py_DECREF(result);
    return nullptr;
}

// The exception set is raised where the generator stands; a new reference when it yields again.
PyObject* raise_inside(PyGenObject* generator) {
    if (is_finished(generator)) return nullptr;
    PyObject* result = nullptr;
    PySendResult outcome = resume_generator(generator, nullptr, &result);
    return result_of(outcome, result);
}

// ---- slots and methods ------------------------------------------------------------------------------------
PySendResult generator_send(PyObject* self, PyObject* value, PyObject** result) {
    PyGenObject* generator = as_generator(self);
    *result = nullptr;
    if (refuses_to_run(generator)) return PYGEN_ERROR;
    if (is_finished(generator)) {
        *result = Py_NewRef(Py_None);
        return PYGEN_RETURN;
    }
    if (generator->gi_frame_state == FRAME_CREATED && value != nullptr && value != Py_None) {
        PyErr_SetString(PyExc_TypeError, "can't send non-None value to a just-started generator");
        return PYGEN_ERROR;
    }
    return resume_generator(generator, Py_NewRef(value == nullptr ? Py_None : value), result);
}

PyObject* generator_next(PyObject* self) {
    PyObject* result = nullptr;
    PySendResult outcome = generator_send(self, Py_None, &result);
    if (outcome != PYGEN_RETURN) return result;
    if (result != Py_None) _PyGen_SetStopIterationValue(result);
    Py_DECREF(result);
    return nullptr;
}

PyObject* generator_send_method(PyObject* self, PyObject* value) {
    PyObject* result = nullptr;
    PySendResult outcome = generator_send(self, value, &result);
    return result_of(outcome, result);
}

// Sets the exception that throw's arguments describe; false with TypeError when they describe none.
bool set_thrown(PyObject* type, PyObject* value, PyObject* traceback) {
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

PyObject* generator_throw(PyObject* self, PyObject* const* args, Py_ssize_t count) {
    if (!_PyArg_CheckPositional("throw", count, 1, 3)) return nullptr;
    if (count > 1 && PyErr_WarnEx(PyExc_DeprecationWarning,
                                  "the (type, exc, tb) signature of throw() is deprecated, "
                                  "use the single-arg signature instead.",
                                  1) < 0)
        return nullptr;
    PyGenObject* generator = as_generator(self);
    if (!set_thrown(args[0], count > 1 ? args[1] : nullptr, count > 2 ? args[2] : nullptr)) return nullptr;
    if (refuses_to_run(generator)) return nullptr;
    return raise_inside(generator);
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

PyObject* generator_close(PyObject* self, PyObject*) {
    PyGenObject* generator = as_generator(self);
    if (refuses_to_run(generator)) return nullptr;
    if (is_finished(generator)) Py_RETURN_NONE;
    Running& running = running_of(generator);
    if (closes_unseen(generator, running)) {
        discard(generator, running);
        Py_RETURN_NONE;
    }
    PyErr_SetNone(PyExc_GeneratorExit);
    PyObject* yielded = raise_inside(generator);
    if (yielded != nullptr) {
        Py_DECREF(yielded);
        PyErr_SetString(PyExc_RuntimeError, "generator ignored GeneratorExit");
        return nullptr;
    }
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) return value_of_close();
    if (!PyErr_ExceptionMatches(PyExc_GeneratorExit)) return nullptr;
    PyErr_Clear();
    Py_RETURN_NONE;
}

void generator_finalize(PyObject* self) {
    if (is_finished(as_generator(self))) return;
    PyObject* error = PyErr_GetRaisedException();
    PyObject* closed = generator_close(self, nullptr);
    if (closed == nullptr) PyErr_WriteUnraisable(self);
    Py_XDECREF(closed);
    PyErr_SetRaisedException(error);
}

void generator_dealloc(PyObject* self);

void deallocate_on_new_stack(PyObject* self) {
    PyObject* raised = PyErr_GetRaisedException();
    auto deallocate = [](void* dead) -> PyObject* {
        generator_dealloc(static_cast<PyObject*>(dead));
        return nullptr;
    };
    cpython::call_on_new_stack(0, deallocate, self);
    PyErr_SetRaisedException(raised);
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
    Running& running = running_of(generator);
    if (!is_finished(generator)) discard(generator, running);
    Py_CLEAR(running.frame->f_funcobj);
    PyCodeObject* code = running.unit->context.code;
    Py_CLEAR(generator->gi_name);
    Py_CLEAR(generator->gi_qualname);
    running.~Running();
    PyObject_GC_Del(self);
    Py_DECREF(code);
}

int visit_temporaries(const Running& running, visitproc visit, void* arg) {
    int answer = 0;
    for_each_temporary(running, [&](PyObject* object) {
        if (answer == 0 && object != nullptr) answer = visit(object, arg);
    });
    return answer;
}

int generator_traverse(PyObject* self, visitproc visit, void* arg) {
    PyGenObject* generator = as_generator(self);
    Running& running = running_of(generator);
    Py_VISIT(generator->gi_name);
    Py_VISIT(generator->gi_qualname);
    Py_VISIT(generator->gi_exc_state.exc_value);
    Py_VISIT(running.frame->f_funcobj);
    if (is_finished(generator)) return 0;
    Py_VISIT(running.frame->frame_obj);
    for (uint32_t i = 0; i < running.unit->code->slot_count; ++i) Py_VISIT(running.registers[i].object);
    return generator->gi_frame_state == FRAME_SUSPENDED ? visit_temporaries(running, visit, arg) : 0;
}

PyMethodDef generator_methods[] = {
    {"send", generator_send_method, METH_O,
     "send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration."},
    {"throw", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(generator_throw)), METH_FASTCALL,
     "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\n"
     "StopIteration."},
    {"close", generator_close, METH_NOARGS, "close() -> raise GeneratorExit inside generator."},
    {nullptr, nullptr, 0, nullptr},
};

PyAsyncMethods generator_async = {nullptr, nullptr, nullptr, generator_send};

PyTypeObject* generator_type() {
    static PyTypeObject type = [] {
        PyTypeObject made{};
        made.ob_base = {PyObject_HEAD_INIT(nullptr) 0};
        made.tp_name = "generator";
        made.tp_basicsize = PyGen_Type.tp_basicsize;
        made.tp_itemsize = PyGen_Type.tp_itemsize;
        made.tp_dealloc = generator_dealloc;
        made.tp_as_async = &generator_async;
        made.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
        made.tp_traverse = generator_traverse;
        made.tp_weaklistoffset = offsetof(PyGenObject, gi_weakreflist);
        made.tp_iter = PyObject_SelfIter;
        made.tp_iternext = generator_next;
        made.tp_methods = generator_methods;
        made.tp_base = &PyGen_Type;
        made.tp_finalize = generator_finalize;
        return made;
    }();
    static const bool ready = PyType_Ready(&type) == 0;
    return ready ? &type : nullptr;
}

}  // namespace

Running& running_generator(PyThreadState* thread) {
    auto* frame = reinterpret_cast<char*>(cpython::current_frame(thread));
    return running_of(reinterpret_cast<PyGenObject*>(frame - offsetof(PyGenObject, gi_iframe)));
}

PyObject* suspend_generator(Unit& unit, Register* registers, ir::InstrId yield, PyObject* const* values) {
    const Code& code = *unit.code;
    auto& running = *reinterpret_cast<Running*>(registers + code.register_count);
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

PyObject* make_generator(Unit& unit, PyObject* function, PyObject* const* arguments) {
    PyTypeObject* type = generator_type();
    if (type == nullptr) return nullptr;
    size_t words = unit.code->register_count + (sizeof(Running) + sizeof(PyObject*) - 1) / sizeof(PyObject*);
    PyGenObject* generator = PyObject_GC_NewVar(PyGenObject, type, static_cast<Py_ssize_t>(words));
    if (generator == nullptr) return nullptr;
    auto* shown = reinterpret_cast<PyFunctionObject*>(function);
    char* frame = reinterpret_cast<char*>(generator->gi_iframe);
    Running* running = new (frame + frame_size(unit)) Running();
    set_up_frame(*running, unit, function, frame);
    Py_INCREF(running->frame->f_funcobj);
    Py_INCREF(reinterpret_cast<PyObject*>(unit.context.code));
    fill_slots(*running, function, arguments);
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
    PyObject_GC_Track(generator);
    return reinterpret_cast<PyObject*>(generator);
}

}  // namespace aipy::interp
