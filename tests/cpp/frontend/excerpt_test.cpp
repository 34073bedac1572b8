// Excerpts: a function's own lines, at their places.
#include "frontend/excerpt.h"

#include "frontend/embedded_python.h"

namespace aipy::frontend {
namespace {

using testing::item;
using testing::run_module;

// The excerpt of what `expression` gives in a module of this text; "none" when there is no guess.
std::string excerpt(const std::string& text, const char* expression) {
    Ref space = run_module(text);
    Ref function = Ref::steal(PyRun_String(expression, Py_eval_input, space.get(), space.get()));
    EXPECT_TRUE(function);
    auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function.get()));
    return SourceLines(text).excerpt(code).value_or("none");
}

TEST(Excerpt, AFunctionKeepsItsLinesAndEndsWhereIndentationDoes) {
    std::string text = "import sys\n\ndef f(\n    x,\n):\n    # here\n\n    return x\n\nsys\ndef g(): pass\n";
    EXPECT_EQ(excerpt(text, "f"), "\n\ndef f(\n    x,\n):\n    # here\n\n    return x\n\n");
    EXPECT_EQ(excerpt(text, "g"), "\n\n\n\n\n\n\n\n\n\ndef g(): pass\n");
}

TEST(Excerpt, ClassesComeAsHeaders) {
    std::string text =
        "class A(object):\n  k = 1\n  class B:\n    x = 2\n    @staticmethod\n    def f():\n      pass\n";
    EXPECT_EQ(excerpt(text, "A.B.f"), "\n\nclass A:\n class B:\n    @staticmethod\n    def f():\n      pass\n");
    EXPECT_EQ(excerpt("if True:\n\n  def f():\n    pass\n  x = 1\n", "f"), "\nif 1:\n  def f():\n    pass\n");
}

TEST(Excerpt, ANestedFunctionComesWithTheOutermost) {
    std::string text = "def outer(y):\n  def inner():\n    return y\n  return inner\n\ndef other(): pass\n";
    EXPECT_EQ(excerpt(text, "outer(1)"), "def outer(y):\n  def inner():\n    return y\n  return inner\n\n");
}

TEST(Excerpt, WhatCannotBeGuessedIsLeftToTheParser) {
    EXPECT_EQ(excerpt("f = lambda: 1\n", "f"), "none");
    EXPECT_EQ(excerpt("# coding: latin-1\ndef f(): pass\n", "f"), "none");
    EXPECT_EQ(excerpt("def f(): pass\r\n", "f"), "none");
    EXPECT_EQ(excerpt("class A:\n class B:\n\t\tdef f(self): pass\n", "A.B.f"), "none");
}

TEST(Excerpt, ImportsAreThoseAtTheStartOfALine) {
    SourceLines lines(
        "from __future__ import annotations\nimport a, b.c\nfrom d import (\n  e,\n  f)\nfrom g \\\n  import h\n"
        "try:\n  import i\nexcept ImportError: pass\nimportant = 1\n");
    EXPECT_EQ(lines.imports(), "import a, b.c\nfrom d import (\n  e,\n  f)\nfrom g \\\n  import h\n");
}

}  // namespace
}  // namespace aipy::frontend
