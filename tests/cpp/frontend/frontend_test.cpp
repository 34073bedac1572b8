// The frontend on functions that are made from text here: what it lowers, what it leaves to CPython and why.
#include "frontend/frontend.h"

#include "frontend/embedded_python.h"
#include "frontend/source.h"
#include "frontend/source_text.h"
#include "ir/print.h"
#include "ir/verify.h"

namespace aipy::frontend {
namespace {

using testing::item;
using testing::run_module;

const auto* const environment = ::testing::AddGlobalTestEnvironment(new testing::PythonEnvironment);

void expect_in(const std::string& part, const std::string& text) {
    EXPECT_NE(text.find(part), std::string::npos) << "expected " << part << " in\n" << text;
}
void expect_not_in(const std::string& part, const std::string& text) {
    EXPECT_EQ(text.find(part), std::string::npos) << "unexpected " << part << " in\n" << text;
}

// The printed IR of `f` in a module of this text, checked by the verifier; the reason's name when there is none.
std::string lowered(const std::string& text, const char* name = "f") {
    Ref space = run_module(text);
    BuildResult result = build(item(space, name));
    if (!result.function) return std::string(bailout_name(result.reason));
    for (const std::string& error : ir::verify(*result.function)) ADD_FAILURE() << error;
    return ir::print(*result.function, {.ids = false, .spans = false});
}

std::string reason(const std::string& body) { return lowered("def f(x):\n  " + body + "\n"); }

// CPython's compiler calls methods of what it takes for a module another way, and takes locals for imports by name.
TEST(Source, ALocalNamedAsAnImportIsFoundByItsOwnLines) {
    Ref space = run_module("from enum import member\ndef f(member):\n  member.m(1)\n  return member\n", "<local>");
    auto* function = reinterpret_cast<PyFunctionObject*>(item(space, "f"));
    auto* code = reinterpret_cast<PyCodeObject*>(function->func_code);
    find_definition(code, function->func_globals);
    EXPECT_FALSE(source_of(code, function->func_globals)->tree) << "the whole file was parsed";
}

TEST(Lowering, LoopsPollAtTheirHeaderAndSurelyBoundLocalsAreNotChecked) {
    std::string text = lowered("def f(n):\n  t = 0\n  for i in range(n):\n    t += i\n  return t\n");
    expect_in("loop:\n  poll\n", text);
    expect_in("binary inplace_add", text);
    expect_not_in("check.local", text);
}

TEST(Lowering, LocalsThatMayBeUnboundAreChecked) {
    expect_in("check.local \"t\"", lowered("def f(n):\n  if n:\n    t = 0\n  return t\n"));
    expect_in("check.local \"n\"", lowered("def f(n):\n  while n:\n    print(n)\n    del n\n"));
}

TEST(Lowering, MethodsAreLookedUpBeforeArgumentsThatHaveEffects) {
    expect_in("call.method \"m\"", lowered("def f(a, b):\n  a.m(b, 1)\n"));
    expect_in("load.method \"m\"", lowered("def f(a, b):\n  a.m(b())\n"));
}

TEST(Lowering, HandlersPopTheirExceptionOnEveryWayOut) {
    std::string text = lowered("def f(x):\n  while x:\n    try:\n      x()\n    except E:\n      break\n");
    size_t pops = 0;
    for (size_t at = text.find("pop.exc"); at != std::string::npos; at = text.find("pop.exc", at + 1)) ++pops;
    EXPECT_EQ(pops, 3u);  // break, no clause matched, an error while matching
}

TEST(Lowering, ComprehensionVariablesAreNotTheFunctionsOwn) {
    std::string text = lowered("def f(y):\n  a = [x for x in y]\n  return x, a\n");
    expect_in("load.global \"x\"", text);
    if (PY_VERSION_HEX < 0x030C0000) return;  // they are those of a function of its own
    expect_in("clear.local $x", text);
}

TEST(Lowering, PrivateNamesAreMangled) {
    Ref space = run_module("class _C:\n  def f(self):\n    return self.__x + __y__\nf = _C.f\n");
    BuildResult result = build(item(space, "f"));
    ASSERT_TRUE(result.function);
    expect_in("load.attr \"_C__x\"", ir::print(*result.function));
    expect_in("load.global \"__y__\"", ir::print(*result.function));
}

TEST(Lowering, LambdasOnOneLineAreToldApart) {
    Ref space = run_module("a, b = lambda: 1.5, lambda: (lambda x: x + 2.5)\nc = b()\n");
    for (auto [name, number] : {std::pair{"a", "1.5"}, {"c", "2.5"}}) {
        BuildResult result = build(item(space, name));
        ASSERT_TRUE(result.function) << name;
        expect_in(number, ir::print(*result.function));
    }
}

TEST(Lowering, ConstantsAreTheCodeObjectsOwn) {
    Ref space = run_module("def f(x):\n  return (1, 2.5), -10**30, x in {1, 2}, 'a' 'b c'\n");
    PyObject* function = item(space, "f");
    BuildResult result = build(function);
    ASSERT_TRUE(result.function);
    Ref constants = require(PyObject_GetAttrString(PyFunction_GET_CODE(function), "co_consts"));
    for (PyObject* object : result.objects) {
        bool own = false;
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants.get()); ++i)
            own = own || PyTuple_GET_ITEM(constants.get(), i) == object;
        EXPECT_TRUE(own) << PyUnicode_AsUTF8(require(PyObject_Repr(object)).get());
    }
}

TEST(Lowering, PatternsOfValuesAreComparisons) {
    std::string text = lowered("def f(x):\n  match x:\n    case 1 | None: return 2\n    case _: return 4\n");
    expect_in("compare equal, %0, %1", text);
    expect_in("is %0, ", text);
    expect_not_in("call", text);
}

TEST(Lowering, CodeThatCannotRunIsDropped) {
    std::string text = lowered("def f(x):\n  if 0:\n    never()\n  while True:\n    x()\n  after()\n");
    expect_not_in("never", text);
    expect_not_in("after", text);
}

TEST(Lowering, WhatLooksAtTheLocalsShowsTheFrame) {
    for (const char* body : {"return locals()", "return super()", "return eval('x')", "return x._getframe(0)", "dir()"})
        expect_in("show.frame\n", lowered(std::string("def f(x):\n  ") + body + "\n"));
    for (const char* body : {"return eval('x', {}, {})", "return dir(x)", "return x.locals()", "return globals()"})
        expect_not_in("show.frame", lowered(std::string("def f(x):\n  ") + body + "\n"));
}

TEST(Lowering, DelegationStepsTheIteratorAndTakesWhatIsThrown) {
    for (const char* text : {"def f(x):\n  return (yield from x)\n", "async def f(x):\n  return await x\n"}) {
        std::string ir = lowered(text);
        expect_in("send ", ir);
        expect_in("yield.from", ir);
        expect_in("stop.value", ir);
        expect_in("send.result", ir);
    }
}

TEST(Source, GeneratorsThatTypesCoroutineHasMarkedAreFound) {
    expect_in("yield", lowered("import types\n@types.coroutine\ndef f(x):\n  return (yield x)\n"));
}

TEST(Bailouts, EachHasItsReason) {
    EXPECT_EQ(reason("breakpoint()"), "breakpoint");
    EXPECT_EQ(lowered("f = len\n"), "not_a_function");
    EXPECT_EQ(lowered("exec(compile('def f(): pass', '<nowhere>', 'exec'))\n"), "no_source");
}

TEST(Bailouts, AShadowedNameIsAnOrdinaryCall) {
    expect_not_in("show.frame", lowered("def f(locals):\n  return locals()\n"));
    expect_in("call none", lowered("def f(breakpoint):\n  return breakpoint()\n"));
}

TEST(Bailouts, ChangedSourceIsRefusedAndTheLineIsGiven) {
    Ref space = run_module("def f(x):\n  return x + 1\n", "<changed>");
    PyObject* function = item(space, "f");
    run_module("def f(x):\n  return x + 2\n", "<changed>");
    EXPECT_EQ(build(function).reason, BailoutReason::SourceChanged);
    Ref other = run_module("def f(x):\n  x = 1\n  breakpoint()\n");
    EXPECT_EQ(build(item(other, "f")).reason_line, 3);
}

TEST(Build, LeavesTheCallersExceptionAlone) {
    Ref space = run_module("f = len\n");
    PyErr_SetString(PyExc_KeyError, "kept");
    build(item(space, "f"));
    EXPECT_TRUE(PyErr_ExceptionMatches(PyExc_KeyError));
    PyErr_Clear();
}

}  // namespace
}  // namespace aipy::frontend
