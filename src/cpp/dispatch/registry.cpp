#include "dispatch/registry.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "dispatch/frame_function.h"
#include "dispatch/invalidation.h"
#include "dispatch/takeover.h"
#include "runtime/cpython/internal.h"

namespace aipy::dispatch {

using runtime::cpython::own_code;

Found found[found_places];

namespace {

Py_ssize_t code_extra_index = -1;

struct Watch {
    std::vector<std::string> prefixes;
    Settings settings;
    PyObject* last_file = nullptr;  // owned; files come in runs, so the last answer is mostly the next
    bool last_answer = false;
};

bool any_rested = false;
// The functions without free variables that were attached at some time and still live.
std::unordered_set<const void*> attached_functions;
std::optional<Watch> watch;

void free_chain(void* extra) {
    auto* first = static_cast<Managed*>(extra);
    if (first == nullptr) return;
    found_place(reinterpret_cast<PyObject*>(first->code)) = {};
    for (Managed* managed = first; managed != nullptr;) delete std::exchange(managed, managed->next);
}

Managed* first_of(PyCodeObject* code) {
    void* extra = nullptr;
    PyUnstable_Code_GetExtra(reinterpret_cast<PyObject*>(code), code_extra_index, &extra);
    return static_cast<Managed*>(extra);
}

Managed* find_made(PyCodeObject* code, const PyObject* globals, const PyObject* builtins) {
    Managed* managed = first_of(code);
    while (managed != nullptr && (managed->globals != globals || managed->builtins != builtins))
        managed = managed->next;
    return managed;
}

Managed* find_or_make(PyCodeObject* code, PyObject* globals, PyObject* builtins, const Settings& settings) {
    if (Managed* made = find_made(code, globals, builtins)) return made;
    Managed* first = first_of(code);
    auto managed = std::make_unique<Managed>(code, globals, builtins, settings);
    if (first != nullptr) {
        managed->next = std::exchange(first->next, managed.get());
    } else if (runtime::cpython::set_code_extra(code, code_extra_index, managed.get()) < 0) {
        PyErr_Clear();
        return nullptr;
    }
    return managed.release();
}

// Calls `visit` with the code of each function that this code makes. Class bodies are looked through.
template <typename F>
void for_each_child(PyCodeObject* code, const F& visit) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); ++i) {
        PyObject* constant = PyTuple_GET_ITEM(code->co_consts, i);
        if (!PyCode_Check(constant)) continue;
        auto* child = reinterpret_cast<PyCodeObject*>(constant);
        if (is_function_code(child))
            visit(child);
        else
            for_each_child(child, visit);
    }
}

// Lets the functions that this code makes be attached when they are created.
void expect_children(PyCodeObject* code, const Managed& parent) {
    for_each_child(code, [&](PyCodeObject* child) {
        if (Managed* managed = find_or_make(child, parent.globals, parent.builtins, parent.settings))
            managed->attach_closures = true;
    });
}

// Other options are those of the functions inside too.
void change_settings(Managed& managed, const Settings& settings) {
    if (managed.settings.options == settings.options && !managed.detached) return;
    wake_functions(managed);
    restart(managed, settings);
    for_each_child(managed.code, [&](PyCodeObject* child) {
        if (Managed* inner = find_made(child, managed.globals, managed.builtins)) change_settings(*inner, settings);
    });
}

// Those inside, which have an entry of their own, give it back at their next call.
void detach(Managed& managed) {
    managed.detached = true;
    managed.attach_closures = false;
    for_each_child(managed.code, [&](PyCodeObject* child) {
        Managed* inner = find_made(child, managed.globals, managed.builtins);
        if (inner == nullptr) return;
        wake_functions(*inner);
        inner->tier = Tier::CPython;
        detach(*inner);
    });
}

bool in_watched_file(PyCodeObject* code) {
    if (!watch) return false;
    if (watch->last_file == code->co_filename) return watch->last_answer;
    Py_XSETREF(watch->last_file, Py_NewRef(code->co_filename));
    watch->last_answer = false;
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(code->co_filename, &size);
    if (text == nullptr) {
        PyErr_Clear();
        return false;
    }
    for (const std::string& prefix : watch->prefixes)
        watch->last_answer |= std::string_view(text, static_cast<size_t>(size)).starts_with(prefix);
    return watch->last_answer;
}

bool has_free_variables(PyFunctionObject* function) { return own_code(function)->co_nfreevars != 0; }

// The event comes before the defaults, closure and annotations are set, so only the entry is installed here.
void function_created(PyFunctionObject* function) {
    if (making_frame_function()) return;
    PyCodeObject* code = own_code(function);
    if (Managed* managed = find(function)) {
        if (managed->attach_closures && managed->tier != Tier::CPython) install_entry(function);
    } else if (is_function_code(code) && in_watched_file(code)) {
        attach(function, watch->settings);
    }
}

// A suspended generator or a running call may still need the old code and all that hangs on it, and nobody tells
// when the last of them ends; assignments to __code__ are so few that the old code is simply kept.
void code_replaced(PyFunctionObject* function) {
    Managed* managed = find(function);
    if (managed == nullptr) return;
    if (managed->unit != nullptr) Py_INCREF(own_code(function));
    std::erase(managed->resting, function);
    for (const std::shared_ptr<Version>& version : managed->versions) invalidate(*version);
    for (Version* part : managed->embedded) invalidate(*part);
}

// CPython's own call sites know of defaults, and calls in native code.
void defaults_change(Managed& managed) {
    managed.saved_code_version = 0;
    for (Version* part : managed.embedded) invalidate(*part);
}

void function_dies(PyFunctionObject* function) {
    if (!has_free_variables(function)) attached_functions.erase(function);
    if (!any_rested) return;
    // The collector may have taken its globals already, by which its data would be found.
    PyCodeObject* code = own_code(function);
    for (Managed* managed = first_of(code); managed != nullptr; managed = managed->next)
        std::erase(managed->resting, function);
}

void defaults_will_change(PyFunctionObject* function) {
    if (Managed* managed = find(function)) defaults_change(*managed);
}

// Each function created in the process costs an event from here on, so this waits for the first attached function.
void watch_function_events() {
    static bool watching = false;
    if (std::exchange(watching, true)) return;
    listen_to_functions({function_created, code_replaced, defaults_will_change, function_dies});
}

// What is numbered is looked at later, when the function may be gone.
uint32_t number_of(PyFunctionObject* function) {
    if (!is_attached(function)) return 0;
    Managed* managed = find(function);  // none where the code was given back, or the function has other globals by now
    return managed != nullptr && follow_environment(*managed) ? managed->number : 0;
}

}  // namespace

bool is_function_code(const PyCodeObject* code) {
    constexpr int needed = CO_OPTIMIZED | CO_NEWLOCALS;
    if ((code->co_flags & needed) != needed) return false;
    return PyUnicode_READ_CHAR(code->co_name, 0) != '<' ||
           PyUnicode_CompareWithASCIIString(code->co_name, "<lambda>") == 0;
}

Managed* find_slowly(PyFunctionObject* function) {
    Managed* managed = find_made(own_code(function), function->func_globals, function->func_builtins);
#if PY_VERSION_HEX < 0x030C0000
    if (managed == nullptr)
        if (const Settings* settings = expected_settings(function)) managed = attach(function, *settings);
#endif
    if (managed != nullptr) found_place(function->func_code) = {function->func_code, managed};
    return managed;
}

bool initialise_registry() {
    interp::number_functions_by(number_of);
    code_extra_index = PyUnstable_Eval_RequestCodeExtraIndex(free_chain);
    if (code_extra_index >= 0) return true;
    PyErr_SetString(PyExc_ImportError, "aipy finds no free place for its data in code objects: other tools took them");
    return false;
}

void install_entry(PyFunctionObject* function) {
    if (is_taken_over(function)) return;
    take_over(function, find(function));
    if (!has_free_variables(function)) attached_functions.insert(function);
}

void restore_entry(PyFunctionObject* function) {
    if (is_taken_over(function)) end_takeover(function, find(function));
}

void rest_function(Managed& managed, PyFunctionObject* function) {
    if (!is_taken_over(function)) return;
    restore_entry(function);
    managed.resting.push_back(function);
    any_rested = true;
}

void wake_functions(Managed& managed) {
    for (PyFunctionObject* function : std::exchange(managed.resting, {})) install_entry(function);
}

RestingFunction::RestingFunction(Managed& managed, PyFunctionObject* function)
    : managed_(managed), function_(function), code_(reinterpret_cast<PyObject*>(own_code(function))) {
    Py_INCREF(function_);
    Py_INCREF(code_);
    rest_function(managed_, function_);
}

RestingFunction::~RestingFunction() {
    if (std::erase(managed_.resting, function_) > 0) install_entry(function_);
    Py_DECREF(code_);
    Py_DECREF(function_);
}

Managed* inner_function(const Managed& outer, PyCodeObject* code) {
    Managed* managed = find_or_make(code, outer.globals, outer.builtins, outer.settings);
    if (managed == nullptr || managed->built) return managed;
    FrameFunction function(*managed);
    if (function.get() == nullptr)
        PyErr_Clear();
    else
        build(*managed, reinterpret_cast<PyFunctionObject*>(function.get()));
    return managed;
}

Managed* attach(PyFunctionObject* function, const Settings& settings) {
    watch_function_events();
    PyCodeObject* code = own_code(function);
    Managed* managed = find_or_make(code, function->func_globals, function->func_builtins, settings);
    if (managed == nullptr) return nullptr;
    change_settings(*managed, settings);
    expect_children(code, *managed);
    install_entry(function);
    return managed;
}

void detach(PyFunctionObject* function) {
    restore_entry(function);
    Managed* managed = find(function);
    if (managed == nullptr) return;
    std::erase(managed->resting, function);
    detach(*managed);
}

bool is_attached(PyFunctionObject* function) {
    if (is_taken_over(function)) return true;
    Managed* managed = find(function);
    if (managed == nullptr) return false;
    bool without_entry = managed->tier == Tier::CPython || std::ranges::count(managed->resting, function) > 0;
    return without_entry && !managed->detached && managed->calls > 0;
}

PyFunctionObject* attached_at(void* address) {
    return attached_functions.contains(address) ? static_cast<PyFunctionObject*>(address) : nullptr;
}

// Where CPython does not tell of functions that are made, code is looked at before it is executed.
static void watch_executed_code() {
#if PY_VERSION_HEX < 0x030C0000
    static bool watching = false;
    if (std::exchange(watching, true)) return;
    auto hook = [](const char* event, PyObject* arguments, void*) {
        if (!watch || std::string_view(event) != "exec") return 0;
        PyObject* executed = PyTuple_GET_SIZE(arguments) == 1 ? PyTuple_GET_ITEM(arguments, 0) : nullptr;
        if (executed == nullptr || !PyCode_Check(executed)) return 0;
        auto* code = reinterpret_cast<PyCodeObject*>(executed);
        if (in_watched_file(code)) expect_functions(code->co_consts, std::make_shared<const Settings>(watch->settings));
        return 0;
    };
    if (PySys_AddAuditHook(hook, nullptr) < 0) PyErr_Clear();
#endif
}

void watch_functions(std::vector<std::string> prefixes, const Settings& settings) {
    unwatch_functions();
    watch_function_events();
    watch.emplace(Watch{std::move(prefixes), settings});
    watch_executed_code();
}

void unwatch_functions() {
    if (watch) Py_CLEAR(watch->last_file);
    watch.reset();
}

}  // namespace aipy::dispatch
