// The module aipy._core: the dispatcher's functions as Python sees them. Thin: arguments are checked and converted
// here, and nothing else happens.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "dispatch/compiler.h"
#include "dispatch/exits.h"
#include "dispatch/native_frame.h"
#include "dispatch/parallel.h"
#include "dispatch/registry.h"
#include "dispatch/report.h"
#include "dispatch/stress.h"
#include "dispatch/watchers.h"
#include "runtime/cpython/frame_room.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/numpy/made_ufuncs.h"
#include "runtime/prange.h"
#include "support/options.h"

namespace py = pybind11;
using namespace aipy;

namespace {

PyFunctionObject* function_of(const py::object& object) {
    if (!PyFunction_Check(object.ptr()))
        throw py::type_error("expected a Python function, not " + std::string(Py_TYPE(object.ptr())->tp_name));
    return reinterpret_cast<PyFunctionObject*>(object.ptr());
}

dispatch::Settings settings_of(const std::map<std::string, std::string>& options) {
    std::string error;
    dispatch::Settings settings = dispatch::settings_from(options, error);
    if (!error.empty()) throw py::value_error(error);
    return settings;
}

std::string attach(const py::object& object, const std::map<std::string, std::string>& options) {
    PyFunctionObject* function = function_of(object);
    dispatch::Managed* managed = dispatch::attach(function, settings_of(options));
    return managed == nullptr ? "internal" : managed->bailout.name;
}

void watch_functions(const std::vector<std::string>& prefixes, const std::map<std::string, std::string>& options) {
    dispatch::watch_functions(prefixes, settings_of(options));
}

py::dict version_dict(const dispatch::VersionReport& report) {
    py::dict row;
    row["entry"] = report.entry;
    row["types"] = report.types;
    row["exits"] = report.exits;
    row["guards"] = report.guards;
    row["compile_ms"] = report.compile_ms;
    row["native_bytes"] = report.native_bytes;
    row["state"] = report.state;
    return row;
}

py::list version_list(const dispatch::Managed& managed) {
    py::list rows;
    for (const dispatch::VersionReport& report : dispatch::version_reports(managed)) rows.append(version_dict(report));
    return rows;
}

py::list line_list(const dispatch::Managed& managed) {
    py::list rows;
    for (const auto& [line, notes] : dispatch::line_notes(managed)) {
        py::dict row;
        row["line"] = line;
        row["notes"] = notes;
        rows.append(row);
    }
    return rows;
}

// Builds the function when it was never called, because only then it is known whether it can be compiled.
dispatch::Managed* managed_of(PyFunctionObject* function) {
    dispatch::install_results();
    dispatch::Managed* managed = dispatch::find(function);
    if (managed != nullptr) dispatch::build(*managed, function);
    return managed;
}

py::dict explain(const py::object& object) {
    PyFunctionObject* function = function_of(object);
    dispatch::Managed* managed = managed_of(function);
    auto* code = runtime::cpython::own_code(function);
    py::dict facts;
    facts["name"] = py::reinterpret_borrow<py::object>(function->func_qualname);
    facts["file"] = py::reinterpret_borrow<py::object>(code->co_filename);
    facts["first_line"] = code->co_firstlineno;
    facts["state"] = managed == nullptr ? "is not attached" : dispatch::state_text(*managed);
    facts["reason"] = managed == nullptr ? "" : managed->bailout.name;
    facts["reason_text"] = managed == nullptr ? "" : managed->bailout.text;
    facts["reason_line"] = managed == nullptr ? 0 : managed->bailout.line;
    facts["lines"] = managed == nullptr ? py::list() : line_list(*managed);
    facts["versions"] = managed == nullptr ? py::list() : version_list(*managed);
    facts["dropped"] = managed == nullptr ? std::vector<std::string>() : managed->dropped;
    return facts;
}

py::dict stats(const py::object& object) {
    dispatch::install_results();
    dispatch::Managed* managed = dispatch::find(function_of(object));
    py::dict numbers;
    numbers["tier"] = managed == nullptr ? "cpython" : dispatch::tier_name(dispatch::shown_tier(*managed));
    numbers["calls"] = managed == nullptr ? 0 : managed->calls;
    numbers["interpreter_calls"] = managed == nullptr ? 0 : managed->interpreter_calls;
    numbers["native_calls"] = managed == nullptr ? 0 : managed->native_calls;
    numbers["guard_failures"] = managed == nullptr ? 0 : managed->guard_failures;
    numbers["versions_compiled"] = managed == nullptr ? 0 : managed->version_count;
    numbers["reason"] = managed == nullptr ? "" : managed->bailout.name;
    numbers["versions"] = managed == nullptr ? py::list() : version_list(*managed);
    return numbers;
}

std::string dump(const py::object& object, const std::string& stage) {
    constexpr std::string_view stages[] = {"ir", "passes", "typed", "llvm", "asm"};
    if (std::ranges::find(stages, stage) == std::end(stages))
        throw py::value_error("a stage is ir, passes, typed, llvm or asm, not '" + stage + "'");
    PyFunctionObject* function = function_of(object);
    dispatch::Managed* managed = dispatch::find(function);
    if (managed == nullptr) managed = dispatch::attach(function, settings_of({}));
    if (managed == nullptr || !dispatch::build(*managed, function)) return "";
    return dispatch::stage_text(*managed, stage);
}

py::list options() {
    support::OptionSet values = support::process_options();
    py::list rows;
    for (const support::OptionRow& row : support::option_table()) {
        py::dict fields;
        fields["name"] = std::string(row.name);
        fields["type"] = std::string(support::option_type_name(row.type));
        fields["default"] = std::string(row.default_text);
        fields["value"] = values.get(row.name);
        fields["doc"] = std::string(row.doc);
        fields["group"] = std::string(row.group);
        rows.append(fields);
    }
    return rows;
}

void set_option(const std::string& name, const std::string& text) {
    std::string error = support::set_process_option(name, text);
    if (!error.empty()) throw py::value_error(error);
}

std::string get_option(const std::string& name) {
    for (const support::OptionRow& row : support::option_table())
        if (row.name == name) return support::process_options().get(name);
    throw py::value_error("aipy has no option '" + name + "'");
}

// Plain C: an exception goes through it as it is.
PyObject* run_with_frame_room(PyObject*, PyObject* const* args, Py_ssize_t count) {
    if (count == 0) return PyErr_Format(PyExc_TypeError, "run_with_frame_room() takes what is to be called");
    runtime::cpython::FrameRoom room(runtime::cpython::thread_state());
    return PyObject_Vectorcall(args[0], args + 1, static_cast<size_t>(count - 1), nullptr);
}

void set_thread_count(int64_t count) {
    constexpr int64_t most = 1024;
    if (count < 1 || count > most)
        throw py::value_error("the number of threads is between 1 and 1024, not " + std::to_string(count));
    dispatch::set_thread_count(static_cast<size_t>(count));
}

using LoopRow = std::pair<std::vector<int>, py::object>;

py::object make_ufunc(const std::string& name, const std::string& doc, int inputs, int outputs,
                      const std::string& layout, const std::vector<LoopRow>& rows, const py::object& identity) {
    std::vector<runtime::numpy::UfuncLoop> loops;
    for (const auto& [types, kernel] : rows) {
        if (types.size() != static_cast<size_t>(inputs + outputs))
            throw py::value_error("a loop has one type for each operand");
        loops.push_back({types, kernel.ptr()});
    }
    PyObject* made = runtime::numpy::make_ufunc(name, doc, inputs, outputs, layout, loops,
                                                identity.is_none() ? nullptr : identity.ptr());
    if (made == nullptr) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(made);
}

PyMethodDef plain_functions[] = {
    {"run_with_frame_room", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(run_with_frame_room)),
     METH_FASTCALL, nullptr},
    {"prange", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(runtime::prange)), METH_FASTCALL,
     "prange(stop) or prange(start, stop[, step]): a range whose iterations do not depend on each other.\n\n"
     "In a function compiled with parallel=True a loop over it runs on several threads where it can;\n"
     "aipy.explain tells whether it does. Iterations that are seen to depend on each other are a\n"
     "DependenceError there. Elsewhere it is range."},
    {nullptr, nullptr, 0, nullptr}};

}  // namespace

PYBIND11_MODULE(_core, module) {
    if (!dispatch::initialise_registry() || !dispatch::show_native_locals()) throw py::error_already_set();
    runtime::cpython::find_thread_state();
    dispatch::notice_watchers();
    using namespace py::literals;
    auto only = py::pos_only();
    module.def("attach", &attach, "func"_a, "options"_a, only);
    module.def("detach", [](const py::object& func) { dispatch::detach(function_of(func)); }, "func"_a, only);
    module.def(
        "is_attached", [](const py::object& func) { return dispatch::is_attached(function_of(func)); }, "func"_a, only);
    module.def("watch_functions", &watch_functions, "filename_prefixes"_a, "options"_a, only);
    module.def("unwatch_functions", &dispatch::unwatch_functions);
    module.def("explain", &explain, "func"_a, only);
    module.def("stats", &stats, "func"_a, only);
    module.def("wait", &dispatch::wait_for_compiler, "timeout_seconds"_a, only);
    module.def("options", &options);
    module.def("set_option", &set_option, "name"_a, "text"_a, only);
    module.def("get_option", &get_option, "name"_a, only);
    module.def("dump", &dump, "func"_a, "stage"_a, only);
    module.def("exit_counts", &dispatch::exit_counts);
    module.def("choose_guard", &dispatch::choose_guard, "number"_a, only);
    module.def("take_guards_entered", &dispatch::take_guards_entered);
    if (PyModule_AddFunctions(module.ptr(), plain_functions) < 0) throw py::error_already_set();
    py::object dependence_error = py::reinterpret_steal<py::object>(runtime::dependence_error());
    if (!dependence_error) throw py::error_already_set();
    module.attr("DependenceError") = dependence_error;
    module.def("set_num_threads", &set_thread_count, "count"_a, only);
    module.def("get_num_threads", &dispatch::thread_count);
    module.def("make_ufunc", &make_ufunc, "name"_a, "doc"_a, "inputs"_a, "outputs"_a, "layout"_a, "loops"_a,
               "identity"_a, only);
    module.def("_stop", &dispatch::stop_compiler);
    // Background threads end before the interpreter does.
    py::module_::import("atexit").attr("register")(module.attr("_stop"));
}
