// Assumptions about bindings end when the binding changes, before the change is made.
#include "dispatch/invalidation.h"

#include "dispatch/version.h"
#include "embedded_python.h"

namespace aipy::dispatch {
namespace {

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
    EXPECT_EQ(version.valid, 1);
    PyDict_SetItem(globals, a, Py_None);
    EXPECT_EQ(version.valid, 0);
    EXPECT_TRUE(is_unstable(globals, a));
    EXPECT_FALSE(is_unstable(globals, b));
}

TEST_F(Invalidation, ANameThatAppearsEndsIt) {
    Version version;
    PyObject* name = PyUnicode_InternFromString("len");
    ASSERT_TRUE(assume(version, 0, globals, name));
    PyDict_SetItem(globals, name, Py_None);
    EXPECT_EQ(version.valid, 0);
    Py_DECREF(name);
}

TEST_F(Invalidation, ClearingTheDictEndsIt) {
    Version version;
    ASSERT_TRUE(assume(version, 0, globals, a));
    PyDict_Clear(globals);
    EXPECT_EQ(version.valid, 0);
}

TEST_F(Invalidation, TheDictsDeathEndsIt) {
    Version version;
    ASSERT_TRUE(assume(version, 0, globals, a));
    Py_CLEAR(globals);
    EXPECT_EQ(version.valid, 0);
}

TEST_F(Invalidation, UnusedAssumptionsAreForgotten) {
    Version version;
    ASSERT_TRUE(assume(version, 1, globals, a));
    ASSERT_TRUE(assume(version, 2, globals, b));
    keep_assumptions(version, {2});
    PyDict_SetItem(globals, a, Py_None);
    EXPECT_EQ(version.valid, 1);
    PyDict_SetItem(globals, b, Py_None);
    EXPECT_EQ(version.valid, 0);
}

TEST_F(Invalidation, RunningActivationsKeepWhatTheyBorrowed) {
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
