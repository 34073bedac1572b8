// Locals, cells, and function objects made at run time.
#include "runtime/cpython/function_made.h"
#include "runtime/cpython/internal.h"
#include "runtime/errors.h"
#include "runtime/helpers.h"

using namespace aipy::runtime;

extern "C" {

[[gnu::noinline]] static int unbound_error(PyObject* name, bool is_free) noexcept {
    raise_name_error(is_free ? PyExc_NameError : PyExc_UnboundLocalError, is_free ? unbound_free : unbound_local, name);
    return -1;
}

int rt_check_local(PyObject* value, PyObject* name, int64_t) noexcept {
    if (value != nullptr) [[likely]]
        return 0;
    return unbound_error(name, false);
}

PyObject* rt_make_cell(PyObject* value) noexcept { return PyCell_New(value); }

PyObject* rt_load_cell(PyObject* cell, PyObject* name, int64_t is_free) noexcept {
    PyObject* value = PyCell_GET(cell);
    if (value != nullptr) [[likely]]
        return Py_NewRef(value);
    unbound_error(name, is_free != 0);
    return nullptr;
}

int rt_store_cell(PyObject* cell, PyObject* value) noexcept {
    PyObject* old = PyCell_GET(cell);
    PyCell_SET(cell, Py_NewRef(value));
    Py_XDECREF(old);
    return 0;
}

int64_t rt_store_cell_quiet(PyObject* cell, PyObject* value) noexcept {
    PyObject* old = PyCell_GET(cell);
    if (rt_ends_silently(old) == 0) return -1;
    PyCell_SET(cell, Py_NewRef(value));
    Py_XDECREF(old);
    return 0;
}

int rt_delete_cell(PyObject* cell, PyObject* name, int64_t is_free) noexcept {
    PyObject* old = PyCell_GET(cell);
    if (old == nullptr) return unbound_error(name, is_free != 0);
    PyCell_SET(cell, nullptr);
    Py_DECREF(old);
    return 0;
}

// `closure` is the tuple of cells or null; `parts` are what `flags` names, in the order of its bits: 1 defaults
// (tuple), 2 keyword-only defaults (dict), 4 annotations (tuple or dict), 16 the function that gives them (since 3.14).
PyObject* rt_make_function(FunctionContext* context, PyObject* closure, PyObject* const* parts, int64_t count,
                           PyObject* code, int64_t flags) noexcept {
    PyObject* object = PyFunction_New(code, context->globals);
    if (object == nullptr) return nullptr;
    auto* function = reinterpret_cast<PyFunctionObject*>(object);
    function->func_closure = Py_XNewRef(closure);
    cpython::tell_of_function(object);
    int64_t next = 0;
    if ((flags & 1) != 0 && next < count) function->func_defaults = Py_XNewRef(parts[next++]);
    if ((flags & 2) != 0 && next < count) function->func_kwdefaults = Py_XNewRef(parts[next++]);
    if ((flags & 4) != 0 && next < count) function->func_annotations = Py_XNewRef(parts[next++]);
#if PY_VERSION_HEX >= 0x030E0000
    if ((flags & 16) != 0 && next < count) function->func_annotate = Py_XNewRef(parts[next++]);
#endif
    return object;
}

}  // extern "C"
