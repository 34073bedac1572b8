// Generator objects: what CPython and the library see of them.
#include "interp/units.h"

namespace aipy::interp {
namespace {

using testing::call;
using testing::evaluate;
using testing::from_source;
using testing::make_unit;
using testing::Object;
using testing::repr;
using testing::take_error;

// Yields its argument, and returns what is sent.
struct Twice {
    Object function = from_source("def f(n):\n  got = yield n\n  return got\n");
    std::unique_ptr<Unit> unit = make_unit(R"(function "f" file "<string>" generic generator parameters 1
slots n, got

block0:
  %0: any = load.local $n
  %1: any = yield %0
  store.local $got, %1
  %2: any = load.local $got
  retain %2
  return %2
)",
                                           function);

    Object start(const char* argument) { return call(*unit, function, evaluate(argument)); }
};

Object method(const Object& object, const char* name, const Object& argument) {
    return Object(PyObject_CallMethod(object.get(), name, "O", argument.get()));
}

TEST(Generator, IsAGeneratorToTheLibrary) {
    Twice twice;
    Object generator = twice.start("1");
    Object kinds = from_source(
        "import inspect, types\n"
        "def f(g): return isinstance(g, types.GeneratorType), inspect.isgenerator(g), "
        "inspect.getgeneratorstate(g), g.__name__, g.gi_code.co_name, type(g).__name__\n");
    EXPECT_EQ(repr(Object(PyObject_CallOneArg(kinds.get(), generator.get()))),
              "(True, True, 'GEN_CREATED', 'f', 'f', 'generator')");
}

TEST(Generator, YieldsIsSentAndReturns) {
    Twice twice;
    Object generator = twice.start("'first'");
    EXPECT_EQ(repr(Object(PyIter_Next(generator.get()))), "'first'");
    EXPECT_FALSE(method(generator, "send", evaluate("'sent'")));
    EXPECT_EQ(take_error(), "StopIteration('sent')");
    EXPECT_FALSE(Object(PyIter_Next(generator.get())));
    EXPECT_EQ(take_error(), "<no error>");
}

TEST(Generator, RefusesAFirstValue) {
    Twice twice;
    Object generator = twice.start("1");
    EXPECT_FALSE(method(generator, "send", evaluate("2")));
    EXPECT_EQ(take_error(), "TypeError(\"can't send non-None value to a just-started generator\")");
}

TEST(Generator, RaisesWhatIsThrownIn) {
    Twice twice;
    Object started = twice.start("1"), fresh = twice.start("2");
    Object(PyIter_Next(started.get()));
    EXPECT_FALSE(method(started, "throw", evaluate("KeyError('k')")));
    EXPECT_EQ(take_error(), "KeyError('k')");
    EXPECT_FALSE(method(fresh, "throw", evaluate("KeyError('fresh')")));
    EXPECT_EQ(take_error(), "KeyError('fresh')");
    EXPECT_FALSE(method(fresh, "throw", evaluate("StopIteration(3)")));
    EXPECT_EQ(take_error(), "StopIteration(3)");
}

TEST(Generator, ClosesAndCanBeDropped) {
    Twice twice;
    Object value = evaluate("[1]");
    {
        Object generator = call(*twice.unit, twice.function, value);
        Object(PyIter_Next(generator.get()));
        EXPECT_EQ(Py_REFCNT(value.get()), 2);
        EXPECT_EQ(repr(Object(PyObject_CallMethod(generator.get(), "close", nullptr))), "None");
        EXPECT_EQ(Py_REFCNT(value.get()), 1);
    }
    {
        Object never_run = call(*twice.unit, twice.function, value);
        Object suspended = call(*twice.unit, twice.function, value);
        Object(PyIter_Next(suspended.get()));
    }
    EXPECT_EQ(Py_REFCNT(value.get()), 1);
}

TEST(Generator, ShowsItsFrameWhileSuspended) {
    Twice twice;
    Object generator = twice.start("5");
    Object(PyIter_Next(generator.get()));
    Object look = from_source("def f(g): return dict(g.gi_frame.f_locals), g.gi_frame.f_code.co_name\n");
    EXPECT_EQ(repr(Object(PyObject_CallOneArg(look.get(), generator.get()))), "({'n': 5}, 'f')");
    Object kept(PyObject_GetAttrString(generator.get(), "gi_frame"));
    Object(PyObject_CallMethod(generator.get(), "close", nullptr));
    Object frame(PyObject_GetAttrString(generator.get(), "gi_frame"));
    EXPECT_EQ(frame.get(), Py_None);
    Object locals(PyObject_GetAttrString(kept.get(), "f_locals"));
    EXPECT_TRUE(locals);
}

TEST(Generator, IsConsumedByYieldFrom) {
    Twice twice;
    Object outer = from_source("def f(g):\n  r = yield from g\n  yield ('returned', r)\n");
    Object generator = twice.start("'inner'");
    Object consumer(PyObject_CallOneArg(outer.get(), generator.get()));
    EXPECT_EQ(repr(Object(PyIter_Next(consumer.get()))), "'inner'");
    EXPECT_EQ(repr(method(consumer, "send", evaluate("9"))), "('returned', 9)");
}

}  // namespace
}  // namespace aipy::interp
