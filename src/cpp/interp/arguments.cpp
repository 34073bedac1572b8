#include "interp/arguments.h"

#include "runtime/cpython/internal.h"
#include "support/check.h"

namespace aipy::interp {

namespace {

PyCodeObject* code_of(PyFunctionObject* function) { return runtime::cpython::own_code(function); }

// Place of a keyword among the parameters that take keywords; -1 when there is none, -2 on error.
Py_ssize_t place_of_keyword(PyCodeObject* code, PyObject* name) {
    Py_ssize_t end = code->co_argcount + code->co_kwonlyargcount;
    for (Py_ssize_t i = code->co_posonlyargcount; i < end; ++i)
        if (PyTuple_GET_ITEM(code->co_localsplusnames, i) == name) return i;
    for (Py_ssize_t i = code->co_posonlyargcount; i < end; ++i) {
        int same = PyObject_RichCompareBool(name, PyTuple_GET_ITEM(code->co_localsplusnames, i), Py_EQ);
        if (same != 0) return same < 0 ? -2 : i;
    }
    return -1;
}

}  // namespace

BoundArguments::BoundArguments(PyFunctionObject* function, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    PyCodeObject* code = code_of(function);
    Py_ssize_t given = PyVectorcall_NARGS(nargsf);
    bool collects = (code->co_flags & (CO_VARARGS | CO_VARKEYWORDS)) != 0;
    bool keywords = kwnames != nullptr && PyTuple_GET_SIZE(kwnames) != 0;
    if (given == code->co_argcount && code->co_kwonlyargcount == 0 && !collects && !keywords) [[likely]] {
        // A function without parameters may be called with no array at all, which must not look like a failure.
        values_ = args != nullptr ? args : inline_;
        return;
    }

    Py_ssize_t named = code->co_argcount + code->co_kwonlyargcount;
    bool takes_rest = (code->co_flags & CO_VARARGS) != 0;
    bool takes_keywords = (code->co_flags & CO_VARKEYWORDS) != 0;
    Py_ssize_t positional = given < code->co_argcount ? given : code->co_argcount;
    if (given > positional && !takes_rest) return;
    writable_ = buffer(named + takes_rest + takes_keywords);
    if (writable_ == nullptr) return;
    for (Py_ssize_t i = 0; i < positional; ++i) writable_[i] = args[i];
    for (Py_ssize_t i = positional; i < named; ++i) writable_[i] = nullptr;
    if (takes_rest) {
        rest_ = PyTuple_New(given - positional);
        if (rest_ == nullptr) return;
        for (Py_ssize_t i = positional; i < given; ++i) PyTuple_SET_ITEM(rest_, i - positional, Py_NewRef(args[i]));
        writable_[named] = rest_;
    }
    if (takes_keywords) {
        keywords_ = PyDict_New();
        if (keywords_ == nullptr) return;
        writable_[named + takes_rest] = keywords_;
    }
    if (keywords && !place_keywords(function, args + given, given, kwnames)) return;
    if (!place_defaults(function)) return;
    values_ = writable_;
}

BoundArguments::~BoundArguments() {
    Py_XDECREF(rest_);
    Py_XDECREF(keywords_);
    if (writable_ != nullptr && writable_ != inline_) PyMem_Free(writable_);
}

PyObject** BoundArguments::buffer(Py_ssize_t count) {
    if (count <= inline_parameters) return inline_;
    auto* made = static_cast<PyObject**>(PyMem_Malloc(sizeof(PyObject*) * static_cast<size_t>(count)));
    if (made == nullptr) PyErr_NoMemory();
    return made;
}

bool BoundArguments::place_keywords(PyFunctionObject* function, PyObject* const* args, Py_ssize_t, PyObject* kwnames) {
    PyCodeObject* code = code_of(function);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwnames); ++i) {
        PyObject* name = PyTuple_GET_ITEM(kwnames, i);
        if (!PyUnicode_Check(name)) return false;
        Py_ssize_t place = place_of_keyword(code, name);
        if (place == -2) return false;
        if (place >= 0) {
            if (writable_[place] != nullptr) return false;  // given twice
            writable_[place] = args[i];
            continue;
        }
        if (keywords_ == nullptr || PyDict_SetItem(keywords_, name, args[i]) < 0) return false;
    }
    return true;
}

bool BoundArguments::place_defaults(PyFunctionObject* function) {
    PyCodeObject* code = code_of(function);
    PyObject* defaults = function->func_defaults;
    Py_ssize_t default_count = defaults == nullptr ? 0 : PyTuple_GET_SIZE(defaults);
    Py_ssize_t first_default = code->co_argcount - default_count;
    for (Py_ssize_t i = 0; i < code->co_argcount; ++i) {
        if (writable_[i] != nullptr) continue;
        if (i < first_default) return false;
        writable_[i] = PyTuple_GET_ITEM(defaults, i - first_default);
    }
    for (Py_ssize_t i = code->co_argcount; i < code->co_argcount + code->co_kwonlyargcount; ++i) {
        if (writable_[i] != nullptr) continue;
        if (function->func_kwdefaults == nullptr) return false;
        PyObject* name = PyTuple_GET_ITEM(code->co_localsplusnames, i);
        writable_[i] = PyDict_GetItemWithError(function->func_kwdefaults, name);
        if (writable_[i] == nullptr) return false;
    }
    return true;
}

PyObject* call_original(PyObject* function, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    // CPython's entry is the same for every function; a new one shows it.
    static const vectorcallfunc entry = [function] {
        auto* plain = reinterpret_cast<PyFunctionObject*>(
            PyFunction_New(PyFunction_GET_CODE(function), PyFunction_GET_GLOBALS(function)));
        AIPY_CHECK(plain != nullptr, "no memory for a function object");
        vectorcallfunc found = plain->vectorcall;
        Py_DECREF(plain);
        return found;
    }();
    return entry(function, args, nargsf, kwnames);
}

}  // namespace aipy::interp
