// The vectorcall of attached functions: from a call to the version that fits it, in as few steps as can be.
//
// A call of a compiled function with positional arguments finds its Managed by the code object, compares the classes
// of its arguments with the versions', and is in native code. Everything else takes the long way.
#include <x86intrin.h>

#include <algorithm>

#include "dispatch/compiler.h"
#include "dispatch/native_frame.h"
#include "dispatch/policy.h"
#include "dispatch/registry.h"
#include "dispatch/stress.h"
#include "dispatch/watchers.h"
#include "interp/arguments.h"
#include "runtime/cpython/dict_watch.h"
#include "runtime/cpython/monitoring.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

namespace aipy::dispatch {
namespace {

using runtime::cpython::remaining_depth;
using runtime::cpython::thread_state;

// Keeps the function, and with it code and globals, alive while it runs, and counts the recursion.
class Call {
  public:
    Call(PyFunctionObject* function, PyThreadState* thread) : function_(function), thread_(thread) {
        Py_INCREF(function);
        entered_ = remaining_depth(thread) > 0;
        if (entered_) [[likely]]
            --remaining_depth(thread);
        else
            entered_ = rt_enter() > 0;
    }
    ~Call() {
        if (entered_) [[likely]]
            ++remaining_depth(thread_);
        Py_DECREF(function_);
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    bool entered() const { return entered_; }

  private:
    PyFunctionObject* function_;
    PyThreadState* thread_;
    bool entered_;
};

[[gnu::noinline]] PyObject* run_interpreter(Managed& managed, PyFunctionObject* function, PyObject* const* values) {
    Call call(function, thread_state());
    if (!call.entered()) return nullptr;
    const uint64_t start = __rdtsc();
    PyObject* result = interp::run(*managed.unit, reinterpret_cast<PyObject*>(function), values);
    interpreted(managed, result, __rdtsc() - start);
    return result;
}

inline PyObject* run_version(Managed& managed, Version& version, PyFunctionObject* function, PyObject* const* values,
                             PyThreadState* thread) {
    Call call(function, thread);
    if (!call.entered()) [[unlikely]]
        return nullptr;
    ++managed.native_calls;
    return run_activation(version, reinterpret_cast<PyObject*>(function), values, thread);
}

// The version to run, with what is no longer valid taken out; null when none fits.
[[gnu::noinline]] Version* choose_slowly(Managed& managed, PyObject* const* values) {
    install_results();
    EntryVersions& entry = managed.at_call();
    for (size_t i = 0; i < entry.live.size();) {
        Version& version = *entry.live[i];
        if (version.fallen)
            drop_invalid(version);
        else if (fits(version, values))
            return version.valid != 0 ? &version : nullptr;
        else
            ++i;
    }
    return misfit(managed, values) ? entry.live.back() : nullptr;
}

inline Version* first_fitting(Managed& managed, PyObject* const* values) {
    for (Version* version : managed.at_call().live) {
        if (version->valid == 0) [[unlikely]]
            break;
        if (fits(*version, values)) return version;
    }
    return nullptr;
}

inline Version* choose(Managed& managed, PyObject* const* values) {
    if (Version* version = first_fitting(managed, values)) return version;
    return choose_slowly(managed, values);
}

// Bound parameters of a function without keyword-only ones are a call with all of them positional.
PyObject* run_unfitted(Managed& managed, PyFunctionObject* function, PyObject* const* values) {
    if (managed.positional >= 0 && waits_under_cpython(managed))
        return call_cpython(reinterpret_cast<PyObject*>(function), values, static_cast<size_t>(managed.positional),
                            nullptr);
    return run_interpreter(managed, function, values);
}

// Whether calls of the function may go to the version past the policy, if their classes are the version's.
bool may_go_at_once(const Managed& managed, const Version& version) {
    auto by_class = [](const EntryCheck& check) { return !check.in_full && check.type != nullptr; };
    return managed.quick && !managed.traced && managed.free_variables == 0 && managed.positional >= 0 &&
           version.entry_point.at_call() && std::ranges::all_of(version.checks, by_class);
}

// From now on calls go to the version at once, where they may.
void note_fitting(Managed& managed, Version& version) {
    if (managed.at_once != nullptr || !may_go_at_once(managed, version)) return;
    version.classes.assign(static_cast<size_t>(managed.positional), nullptr);
    for (const EntryCheck& check : version.checks) version.classes[check.index] = check.type;
    managed.at_once = &version;
}

// Runs parameters that are bound already, at the call's native entry where one fits.
inline PyObject* run_native(Managed& managed, PyFunctionObject* function, PyObject* const* values,
                            PyThreadState* thread) {
    Version* version = choose(managed, values);
    if (version == nullptr) [[unlikely]]
        return run_unfitted(managed, function, values);
    if (!version->stress.empty()) [[unlikely]]
        prepare_stress(*version, managed.settings);
    note_fitting(managed, *version);
    return run_version(managed, *version, function, values, thread);
}

// The parameters, then the cells of the free variables.
class NativeValues {
  public:
    NativeValues(const Managed& managed, PyFunctionObject* function, PyObject* const* parameters) {
        auto count = static_cast<size_t>(managed.parameters), cells = static_cast<size_t>(managed.free_variables);
        if (cells == 0) {
            values_ = parameters;
            return;
        }
        PyObject** copy = count + cells <= few ? inline_ : (many_ = new PyObject*[count + cells]);
        std::copy(parameters, parameters + count, copy);
        PyObject* const* closure = reinterpret_cast<PyTupleObject*>(function->func_closure)->ob_item;
        std::copy(closure, closure + cells, copy + count);
        values_ = copy;
    }
    ~NativeValues() { delete[] many_; }
    NativeValues(const NativeValues&) = delete;
    NativeValues& operator=(const NativeValues&) = delete;
    PyObject* const* data() const { return values_; }

  private:
    static constexpr size_t few = 16;
    PyObject* inline_[few];
    PyObject** many_ = nullptr;
    PyObject* const* values_;
};

PyObject* run_bound(Managed& managed, PyFunctionObject* function, PyObject* const* parameters, Route route) {
    if (route == Route::Interpreter) return run_interpreter(managed, function, parameters);
    NativeValues values(managed, function, parameters);
    return run_native(managed, function, values.data(), thread_state());
}

PyObject* bind_and_run(Managed& managed, PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames,
                       Route route) {
    auto* function = reinterpret_cast<PyFunctionObject*>(callable);
    if (kwnames == nullptr && PyVectorcall_NARGS(nargsf) == managed.positional)
        return run_bound(managed, function, args, route);
    interp::BoundArguments bound(function, args, nargsf, kwnames);
    if (!bound.failed()) return run_bound(managed, function, bound.values(), route);
    // CPython's own entry says what is wrong with the arguments.
    return PyErr_Occurred() ? nullptr : call_cpython(callable, args, nargsf, kwnames);
}

// Whether the function was called by itself, and that many calls deep.
bool recurses_deeply(const Managed& managed) {
    constexpr int deep = 300;
    PyThreadState* thread = thread_state();
    runtime::cpython::Frame* caller = runtime::cpython::calling_frame(thread);
    return runtime::cpython::depth(thread) > deep && caller != nullptr &&
           runtime::cpython::code_of(caller) == managed.code;
}

PyObject* run_counted(Managed& managed, PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    Py_INCREF(callable);
    const uint64_t start = __rdtsc();
    PyObject* result = call_cpython(callable, args, nargsf, kwnames);
    counted(managed, __rdtsc() - start);
    Py_DECREF(callable);
    return result;
}

// Through aipy's entry each call takes C stack, which CPython's own call sites do not: for memory that is touched for
// the first time, deep recursion would take twice as long.
PyObject* run_cpython(Managed& managed, PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    if (managed.tier != Tier::Counting) return call_cpython(callable, args, nargsf, kwnames);
    if (!recurses_deeply(managed)) [[likely]]
        return run_counted(managed, callable, args, nargsf, kwnames);
    RestingFunction until_return(managed, reinterpret_cast<PyFunctionObject*>(callable));
    return call_cpython(callable, args, nargsf, kwnames);
}

PyObject* run_route(Managed& managed, PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames,
                    Route route) {
    if (route == Route::CPython) return run_cpython(managed, callable, args, nargsf, kwnames);
    return bind_and_run(managed, callable, args, nargsf, kwnames, route);
}

PyObject* run_measured(Managed& managed, PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames,
                       Route route) {
    Py_INCREF(callable);
    managed.measurement.from_native_code += runs_native_code(thread_state());
    uint64_t start = __rdtsc();
    PyObject* result = run_route(managed, callable, args, nargsf, kwnames, route);
    measured(managed, route == Route::Native, __rdtsc() - start);
    Py_DECREF(callable);
    return result;
}

[[gnu::noinline]] bool look_for_monitors(Managed& managed, PyThreadState* thread) {
    look_for_watchers(thread);
    managed.traced = runtime::cpython::is_monitored(thread, managed.code);
    managed.at_once = nullptr;
    managed.monitoring_version = runtime::cpython::monitoring_version(thread);
    return managed.traced;
}

inline bool is_monitored(Managed& managed, PyThreadState* thread) {
    if (managed.monitoring_version == runtime::cpython::monitoring_version(thread)) [[likely]]
        return managed.traced;
    return look_for_monitors(managed, thread);
}

inline bool has_classes(const Version& version, PyObject* const* values) {
    for (PyTypeObject* expected : version.classes) {
        if (expected != nullptr && !Py_IS_TYPE(*values, expected)) return false;
        ++values;
    }
    return true;
}

// What run_version does, where the recursion limit is far.
inline PyObject* run_at_once(Managed& managed, Version& version, PyFunctionObject* function, PyObject* const* values,
                             PyThreadState* thread) {
    Py_INCREF(function);
    --remaining_depth(thread);
    ++managed.calls;
    ++managed.native_calls;
    PyObject* result = run_activation(version, reinterpret_cast<PyObject*>(function), values, thread);
    ++remaining_depth(thread);
    Py_DECREF(function);
    return result;
}

// A function that is given back takes CPython's own entry again at its next call.
PyObject* give_back(PyFunctionObject* function, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    restore_entry(function);
    return call_cpython(reinterpret_cast<PyObject*>(function), args, nargsf, kwnames);
}

[[gnu::noinline]] PyObject* enter_slowly(Managed* managed, PyObject* callable, PyObject* const* args, size_t nargsf,
                                         PyObject* kwnames) {
    auto* function = reinterpret_cast<PyFunctionObject*>(callable);
    if (managed == nullptr || managed->tier == Tier::CPython) return give_back(function, args, nargsf, kwnames);
    if (is_monitored(*managed, PyThreadState_Get())) return call_cpython(callable, args, nargsf, kwnames);
    install_results();
    Route route = route_call(*managed, function);
    if (managed->tier == Tier::Measuring) return run_measured(*managed, callable, args, nargsf, kwnames, route);
    return run_route(*managed, callable, args, nargsf, kwnames, route);
}

// Calls of a function with native versions that did not go to one of them at once.
[[gnu::noinline]] PyObject* enter_native(Managed& managed, PyObject* callable, PyObject* const* args, size_t nargsf,
                                         PyObject* kwnames) {
    if (!managed.quick || is_monitored(managed, thread_state()))
        return enter_slowly(&managed, callable, args, nargsf, kwnames);
    ++managed.calls;
    return bind_and_run(managed, callable, args, nargsf, kwnames, Route::Native);
}

}  // namespace

// Where it begins in a cache line makes a tenth of the time that a call of a short function takes.
[[gnu::aligned(64)]] PyObject* enter(PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    auto* function = reinterpret_cast<PyFunctionObject*>(callable);
    Managed* managed = find(function);
    runtime::cpython::look_at_dicts();
    if (managed == nullptr || managed->tier != Tier::Native || managed->native_calls >= managed->measured_call)
        [[unlikely]]
        return enter_slowly(managed, callable, args, nargsf, kwnames);
    Version* version = managed->at_once;
    PyThreadState* thread = thread_state();
    if (version != nullptr && version->valid != 0 && kwnames == nullptr &&
        PyVectorcall_NARGS(nargsf) == managed->positional &&
        managed->monitoring_version == runtime::cpython::monitoring_version(thread) && remaining_depth(thread) > 0 &&
        has_classes(*version, args)) [[likely]]
        return run_at_once(*managed, *version, function, args, thread);
    return enter_native(*managed, callable, args, nargsf, kwnames);
}

}  // namespace aipy::dispatch
