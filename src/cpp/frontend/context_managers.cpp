#include "frontend/context_managers.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "frontend/python.h"

#if PY_VERSION_HEX >= 0x030E0000
#define Py_BUILD_CORE 1
#include <internal/pycore_ceval.h>
#endif

namespace aipy::frontend {
namespace {

// The method of the object's type, bound to it, or null without an exception when there is none.
PyObject* special_method(PyObject* object, const char* name, bool* missing) {
    Ref text = Ref::steal(PyUnicode_InternFromString(name));
    if (!text) return nullptr;
    PyTypeObject* type = Py_TYPE(object);
    Ref method = Ref::borrow(_PyType_Lookup(type, text.get()));
    *missing = !method;
    if (!method) return nullptr;
    descrgetfunc bind = Py_TYPE(method.get())->tp_descr_get;
    return bind == nullptr ? method.release() : bind(method.get(), object, reinterpret_cast<PyObject*>(type));
}

// The two methods of a kind of context manager, and the protocol that TypeErrors name.
struct Protocol {
    const char* enter;
    const char* exit;
    const char* name;
    int enter_index, exit_index;  // in CPython's table of special methods
};
constexpr Protocol plain{"__enter__", "__exit__", "context manager", 0, 1};
constexpr Protocol asynchronous{"__aenter__", "__aexit__", "asynchronous context manager", 2, 3};

#if PY_VERSION_HEX >= 0x030E0000
// Since 3.14 __exit__ is looked up first, and CPython's own table has the texts.
template <const Protocol& protocol>
PyObject* find(PyObject* manager, int method) {
    bool missing = false;
    PyObject* found = special_method(manager, method == protocol.exit_index ? protocol.exit : protocol.enter, &missing);
    if (!missing) return found;
    const auto& texts = _Py_SpecialMethods[method];
    const bool suggests = _PyEval_SpecialMethodCanSuggest(manager, method) != 0;
    return PyErr_Format(PyExc_TypeError, suggests ? texts.error_suggestion : texts.error, manager);
}

template <const Protocol& protocol>
PyObject* find_exit(PyObject*, PyObject* manager) {
    return find<protocol>(manager, protocol.exit_index);
}

template <const Protocol& protocol>
PyObject* enter(PyObject*, PyObject* manager) {
    Ref method = Ref::steal(find<protocol>(manager, protocol.enter_index));
    return method ? PyObject_CallNoArgs(method.get()) : nullptr;
}
#else
// __enter__ is looked up first, and once: its method waits here until it is called, right behind the look-up of
// __exit__. What signal handlers and other greenlets enter between the two is of other managers.
struct Waiting {
    PyObject* manager;  // kept alive by the `with`, or by the method that an interrupt has left here
    Ref method;
};
thread_local std::vector<Waiting> waiting;

template <const Protocol& protocol>
PyObject* find_exit(PyObject*, PyObject* manager) {
    bool missing = false;
    Ref enter = Ref::steal(special_method(manager, protocol.enter, &missing));
    if (missing)
        return PyErr_Format(PyExc_TypeError, "'%.200s' object does not support the %s protocol",
                            Py_TYPE(manager)->tp_name, protocol.name);
    if (!enter) return nullptr;
    PyObject* exit = special_method(manager, protocol.exit, &missing);
    if (missing)
        return PyErr_Format(PyExc_TypeError, "'%.200s' object does not support the %s protocol (missed %s method)",
                            Py_TYPE(manager)->tp_name, protocol.name, protocol.exit);
    if (exit != nullptr) waiting.push_back({manager, std::move(enter)});
    return exit;
}

template <const Protocol& protocol>
PyObject* enter(PyObject*, PyObject* manager) {
    auto found = std::ranges::find(waiting.rbegin(), waiting.rend(), manager, &Waiting::manager);
    if (found == waiting.rend()) return PyErr_Format(PyExc_SystemError, "%s was not looked up", protocol.enter);
    Ref method = std::move(found->method);
    waiting.erase(std::next(found).base());
    return PyObject_CallNoArgs(method.get());
}
#endif

PyObject* pass_exception(PyObject*, PyObject* const* arguments, Py_ssize_t) {
    PyObject *exit = arguments[0], *exception = arguments[1];
    Ref traceback = Ref::steal(PyException_GetTraceback(exception));
    PyObject* parts[] = {reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception,
                         traceback ? traceback.get() : Py_None};
    return PyObject_Vectorcall(exit, parts, 3, nullptr);
}

PyMethodDef exit_finder_rows[] = {{"find_exit", find_exit<plain>, METH_O, nullptr},
                                  {"find_exit", find_exit<asynchronous>, METH_O, nullptr}};
PyMethodDef enterer_rows[] = {{"enter", enter<plain>, METH_O, nullptr},
                              {"enter", enter<asynchronous>, METH_O, nullptr}};
PyMethodDef exception_passer_row = {"pass_exception",
                                    reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(pass_exception)),
                                    METH_FASTCALL, nullptr};

PyObject* made_once(PyObject*& kept, PyMethodDef& row) {
    if (kept == nullptr) kept = require(PyCFunction_New(&row, nullptr)).release();
    return kept;
}

}  // namespace

PyObject* exit_finder(bool is_async) {
    static PyObject* functions[2] = {};
    return made_once(functions[is_async], exit_finder_rows[is_async]);
}

PyObject* enterer(bool is_async) {
    static PyObject* functions[2] = {};
    return made_once(functions[is_async], enterer_rows[is_async]);
}

PyObject* exception_passer() {
    static PyObject* function = nullptr;
    return made_once(function, exception_passer_row);
}

}  // namespace aipy::frontend
