// Which values a version may be entered with.
#include <Python.h>
#include <gtest/gtest.h>

#include "dispatch/version.h"
#include "embedded_python.h"

namespace aipy::dispatch {
namespace {

using ir::Type;
using ir::TypeKind;

TEST(EntryChecks, AnyIsNotChecked) {
    Python python;
    EXPECT_TRUE(entry_checks({Type::any(), Type::any()}).empty());
}

TEST(EntryChecks, KindsAreComparedByClass) {
    Python python;
    Version version;
    version.checks = entry_checks({Type::boxed(TypeKind::Int), Type::any(), Type::boxed(TypeKind::Float)});
    PyObject* one = PyLong_FromLong(1);
    PyObject* half = PyFloat_FromDouble(0.5);
    PyObject* good[] = {one, Py_None, half};
    PyObject* bad[] = {half, Py_None, half};
    PyObject* truth[] = {Py_True, Py_None, half};
    EXPECT_TRUE(fits(version, good));
    EXPECT_FALSE(fits(version, bad));
    EXPECT_FALSE(fits(version, truth)) << "bool is not int";
    Py_DECREF(one);
    Py_DECREF(half);
}

TEST(EntryChecks, NullMeansAbsent) {
    Python python;
    Version version;
    version.checks = entry_checks({Type::boxed(TypeKind::Null)});
    PyObject* absent[] = {nullptr};
    PyObject* present[] = {Py_None};
    EXPECT_TRUE(fits(version, absent));
    EXPECT_FALSE(fits(version, present));
}

TEST(EntryChecks, AnAbsentValueFitsNoClass) {
    Python python;
    Version version;
    version.checks = entry_checks({Type::boxed(TypeKind::Int)});
    PyObject* absent[] = {nullptr};
    EXPECT_FALSE(fits(version, absent));
}

}  // namespace
}  // namespace aipy::dispatch
