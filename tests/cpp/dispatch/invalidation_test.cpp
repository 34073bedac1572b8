// Assumptions about bindings end when the binding changes, before the change is made.
#include "dispatch/invalidation.h"

#include "dispatch/version.h"
#include "embedded_python.h"
#include "runtime/cpython/dict_watch.h"

namespace aipy::dispatch {
namespace {

// As calls and native code see it: they look first, where changes are not told.
bool is_valid(const Version& version) {
    runtime::cpython::look_at_dicts();
    return version.valid != 0;
}

class Invalidation : public testing::Test {
  protected:
    Python python;
    PyObject* globals = python.run("a = 1\nb = 2\n");
    PyObject* a = PyUnicode_InternFromString("a");
    PyObject* b = PyUnicode_InternFromString("b");
    ~Invalidation() override {
        Py_XDECREF(globals);
        Py_DECREF(a);
        Py_DECREF(b);
    }
};

TEST_F(Invalidation, RebindingEndsIt) {
    Version version;
    ASSERT_TRUE(assume(version, 0, globals, a));
    PyDict_SetItem(globals, b, Py_None);
    EXPECT_TRUE(is_valid(version));
    PyDict_SetItem(globals, a, Py_None);
    EXPECT_FALSE(is_valid(version));
    EXPECT_TRUE(is_unstable(globals, a));
    EXPECT_FALSE(is_unstable(globals, b));
}

TEST_F(Invalidation, ANameThatAppearsEndsIt) {
    Version version;
    PyObject* name = PyUnicode_InternFromString("len");
    ASSERT_TRUE(assume(version, 0, globals, name));
    PyDict_SetItem(globals, name, Py_None);
    EXPECT_FALSE(is_valid(version));
    Py_DECREF(name);
}

TEST_F(Invalidation, ClearingTheDictEndsIt) {
    Version version;
    ASSERT_TRUE(assume(version, 0, globals, a));
    PyDict_Clear(globals);
    EXPECT_FALSE(is_valid(version));
}

TEST_F(Invalidation, TheDictsDeathEndsIt) {
    Version version;
    ASSERT_TRUE(assume(version, 0, globals, a));
    Py_CLEAR(globals);
    EXPECT_FALSE(is_valid(version));
}

TEST_F(Invalidation, UnusedAssumptionsAreForgotten) {
    Version version;
    ASSERT_TRUE(assume(version, 1, globals, a));
    ASSERT_TRUE(assume(version, 2, globals, b));
    keep_assumptions(version, {2});
    PyDict_SetItem(globals, a, Py_None);
    EXPECT_TRUE(is_valid(version));
    PyDict_SetItem(globals, b, Py_None);
    EXPECT_FALSE(is_valid(version));
}

TEST_F(Invalidation, AnotherObjectAtTheSamePlaceEndsIt) {
    Version version;
    PyDict_SetItem(globals, a, PyLong_FromLong(1 << 20));
    ASSERT_TRUE(assume(version, 0, globals, a));
    for (int i = 0; i < 100; ++i) {
        PyObject* other = PyLong_FromLong((1 << 20) + 1 + i);
        PyDict_SetItem(globals, a, other);
        Py_DECREF(other);
    }
    EXPECT_FALSE(is_valid(version));
}

TEST_F(Invalidation, RunningActivationsKeepWhatTheyBorrowed) {
    if (!runtime::cpython::dicts_tell) GTEST_SKIP() << "they hold it from their start";
    Version version;
    PyObject* list = PyList_New(0);
    PyDict_SetItem(globals, a, list);
    version.objects = {list};
    ASSERT_TRUE(assume(version, 0, globals, a));
    version.active = 1;
    Py_ssize_t before = Py_REFCNT(list);
    PyDict_SetItem(globals, a, Py_None);
    EXPECT_EQ(Py_REFCNT(list), before);  // the dict's reference went, the version's came
    version.active = 0;
    Py_DECREF(list);
}

}  // namespace
}  // namespace aipy::dispatch
