// Binding of arguments: every call that fits gives the parameters that CPython's own binding gives.
#include "interp/arguments.h"

#include "interp/units.h"

namespace aipy::interp {
namespace {

using testing::from_source;
using testing::Object;
using testing::repr;
using testing::take_error;

vectorcallfunc plain_entry = nullptr;

// Binds, and returns the parameters as a tuple.
PyObject* show_parameters(PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    auto* function = reinterpret_cast<PyFunctionObject*>(callable);
    BoundArguments bound(function, args, nargsf, kwnames);
    if (bound.failed()) return PyErr_Occurred() != nullptr ? nullptr : call_original(callable, args, nargsf, kwnames);
    auto* code = reinterpret_cast<PyCodeObject*>(function->func_code);
    Py_ssize_t count = code->co_argcount + code->co_kwonlyargcount + ((code->co_flags & CO_VARARGS) != 0) +
                       ((code->co_flags & CO_VARKEYWORDS) != 0);
    PyObject* result = PyTuple_New(count);
    for (Py_ssize_t i = 0; i < count; ++i) PyTuple_SET_ITEM(result, i, Py_NewRef(bound.values()[i]));
    return result;
}

PyObject* show_parameters_of(PyObject* function, PyObject* const* args, Py_ssize_t count, PyObject* kwnames) {
    return show_parameters(function, args, static_cast<size_t>(count), kwnames);
}

// What `call` (an expression with f) gives with our binding, and with CPython's; `f` returns its parameters.
void expect_same(const std::string& parameters, const std::string& returned, const std::string& call) {
    std::string source = "def f(" + parameters + "): return (" + returned + ")\ndef g(): return " + call + "\n";
    Object caller = from_source(source.c_str(), "g");
    Object space(Py_NewRef(PyFunction_GET_GLOBALS(caller.get())));
    PyObject* function = PyDict_GetItemString(space.get(), "f");
    plain_entry = reinterpret_cast<PyFunctionObject*>(function)->vectorcall;
    Object wanted(PyObject_CallNoArgs(caller.get()));
    std::string wanted_text = wanted ? repr(wanted) : take_error();
    static PyMethodDef shower = {"f", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(show_parameters_of)),
                                 METH_FASTCALL | METH_KEYWORDS, nullptr};
    Object other(PyCFunction_New(&shower, function));
    PyDict_SetItemString(space.get(), "f", other.get());
    Object found(PyObject_CallNoArgs(caller.get()));
    EXPECT_EQ(found ? repr(found) : take_error(), wanted_text) << source;
}

TEST(Arguments, PositionalAndDefaults) {
    for (const char* call :
         {"f(1, 2)", "f(1)", "f()", "f(1, 2, 3)", "f(b=3, a=1)", "f(1, a=2)", "f(1, c=2)", "f(*[1, 2])"})
        expect_same("a, b=20", "a, b", call);
    expect_same("", "", "f()");
    expect_same("", "", "f(1)");
}

TEST(Arguments, PositionalOnly) {
    for (const char* call : {"f(1, 2)", "f(1, b=2)", "f(a=1, b=2)"}) expect_same("a, /, b", "a, b", call);
    expect_same("a, /, **k", "a, k", "f(1, a=2)");
}

TEST(Arguments, KeywordOnly) {
    for (const char* call : {"f(1, c=2)", "f(1)", "f(1, d=3)", "f(1, 2, c=3)", "f(1, c=2, d=3)"})
        expect_same("a, *, c, d=40", "a, c, d", call);
}

TEST(Arguments, RestAndKeywords) {
    // Slots come in the order a, c, r, k: keyword-only parameters before the collecting ones.
    for (const char* call : {"f(1)", "f(1, 2, 3, c=4)", "f(1, x=2, y=3)", "f(**{'a': 1, 'z': 2})", "f(1, a=2)"})
        expect_same("a, *r, c=5, **k", "a, c, r, k", call);
}

TEST(Arguments, ManyParameters) {
    expect_same("a,b,c,d,e,f_,g,h,i,j,k,l,m,n=14", "a,b,c,d,e,f_,g,h,i,j,k,l,m,n",
                "f(1,2,3,4,5,6,7,8,9,10,11,12,m=13)");
}

}  // namespace
}  // namespace aipy::interp
