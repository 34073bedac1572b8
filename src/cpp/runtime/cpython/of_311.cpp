// What 3.11 does not tell or export. Natively compiled only: it has data.
#include "runtime/cpython/function_made.h"
#include "runtime/cpython/internal.h"

#if PY_VERSION_HEX < 0x030C0000 && !defined(AIPY_RUNTIME_BITCODE)

#include <opcode.h>

#include <string>

namespace aipy::runtime::cpython {

uint32_t next_own_keys_version = uint32_t{1} << 31;

void (*on_function_made)(PyObject* function) = nullptr;

void tell_of_function(PyObject* function) {
    if (on_function_made != nullptr) on_function_made(function);
}

namespace {

// A function of two parameters that gives what the instruction makes of them: `lambda a, b: a is b` has one
// instruction between its operands and its end.
PyObject* make_joiner() {
    PyObject* space = PyDict_New();
    if (space == nullptr) return nullptr;
    PyObject* identity = PyRun_String("lambda a, b: a is b", Py_eval_input, space, space);
    PyObject* code = identity == nullptr ? nullptr : PyObject_GetAttrString(identity, "__code__");
    PyObject* bytes = code == nullptr ? nullptr : PyObject_GetAttrString(code, "co_code");
    PyObject* made = nullptr;
    if (bytes != nullptr) {
        std::string units(PyBytes_AS_STRING(bytes), static_cast<size_t>(PyBytes_GET_SIZE(bytes)));
        for (size_t at = 0; at < units.size(); at += 2)
            if (static_cast<uint8_t>(units[at]) == IS_OP) units[at] = static_cast<char>(PREP_RERAISE_STAR);
        PyObject* replace = PyObject_GetAttrString(code, "replace");
        PyObject* changed = PyBytes_FromStringAndSize(units.data(), static_cast<Py_ssize_t>(units.size()));
        PyObject* changes = Py_BuildValue("{s:N}", "co_code", changed);
        PyObject* nothing = PyTuple_New(0);
        PyObject* joiner = replace == nullptr || changes == nullptr || nothing == nullptr
                               ? nullptr
                               : PyObject_Call(replace, nothing, changes);
        if (joiner != nullptr) made = PyFunction_New(joiner, space);
        Py_XDECREF(joiner);
        Py_XDECREF(nothing);
        Py_XDECREF(changes);
        Py_XDECREF(replace);
    }
    Py_XDECREF(bytes);
    Py_XDECREF(code);
    Py_XDECREF(identity);
    Py_DECREF(space);
    return made;
}

}  // namespace

PyObject* join_groups_by_bytecode(PyObject* exception, PyObject* raised) {
    static PyObject* joiner = nullptr;
    if (joiner == nullptr) joiner = make_joiner();
    if (joiner == nullptr) return nullptr;
    PyObject* arguments[] = {exception, raised};
    return PyObject_Vectorcall(joiner, arguments, 2, nullptr);
}

}  // namespace aipy::runtime::cpython

#endif
