// Attaching: the entry is replaced, children follow, and nothing is kept alive.
#include "dispatch/registry.h"

#include "embedded_python.h"

namespace aipy::dispatch {
namespace {

PyFunctionObject* function_in(PyObject* globals, const char* name) {
    return reinterpret_cast<PyFunctionObject*>(PyDict_GetItemString(globals, name));
}

Settings settings(const std::map<std::string, std::string>& changes) {
    std::string error;
    Settings made = settings_from(changes, error);
    EXPECT_EQ(error, "");
    return made;
}

TEST(Registry, AttachAndDetach) {
    Python python;
    PyObject* globals = python.run("def f(x): return x\n");
    PyFunctionObject* function = function_in(globals, "f");
    vectorcallfunc own = function->vectorcall;
    Managed* managed = attach(function, settings({}));
    ASSERT_NE(managed, nullptr);
    EXPECT_EQ(find(function), managed);
    EXPECT_TRUE(is_attached(function));
    detach(function);
    EXPECT_FALSE(is_attached(function));
    EXPECT_EQ(function->vectorcall, own);
    Py_DECREF(globals);
}

TEST(Registry, FunctionsMadeByAnAttachedOneFollow) {
    if (PY_VERSION_HEX < 0x030C0000) GTEST_SKIP() << "nobody tells of functions that CPython's loop makes";
    Python python;
    PyObject* globals = python.run("def outer():\n    def inner(): pass\n    return inner\n");
    attach(function_in(globals, "outer"), settings({}));
    PyObject* inner = PyObject_CallNoArgs(PyDict_GetItemString(globals, "outer"));
    ASSERT_NE(inner, nullptr);
    EXPECT_TRUE(is_attached(reinterpret_cast<PyFunctionObject*>(inner)));
    Py_DECREF(inner);
    Py_DECREF(globals);
}

TEST(Registry, ClosuresShareWhatIsKnown) {
    Python python;
    PyObject* globals = python.run("def make(n):\n    def f(): return n\n    return f\na, b = make(1), make(2)\n");
    Managed* first = attach(function_in(globals, "a"), settings({}));
    EXPECT_EQ(attach(function_in(globals, "b"), settings({})), first);
    Py_DECREF(globals);
}

TEST(Registry, OtherOptionsBeginAnew) {
    Python python;
    PyObject* globals = python.run("def f(x): return x\n");
    Managed* managed = attach(function_in(globals, "f"), settings({}));
    managed->calls = 5;
    EXPECT_EQ(attach(function_in(globals, "f"), settings({{"fastmath", "true"}})), managed);
    EXPECT_EQ(managed->calls, 0U);
    EXPECT_TRUE(managed->settings.options.fastmath());
    Py_DECREF(globals);
}

TEST(Registry, BadOptionsAreNamed) {
    std::string error;
    settings_from({{"max_versions", "many"}}, error);
    EXPECT_NE(error.find("max_versions"), std::string::npos);
}

}  // namespace
}  // namespace aipy::dispatch
