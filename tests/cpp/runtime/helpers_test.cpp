// Runtime helpers called directly: results, CPython's messages, and caches that must notice every change.
#include "runtime/helpers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

#include "ir/op.h"
#include "python_object.h"

namespace aipy::runtime {
namespace {

using test_support::Object;

const auto* const environment = ::testing::AddGlobalTestEnvironment(new test_support::PythonEnvironment);

// A namespace in which a text has run.
class Space {
  public:
    explicit Space(const char* text = "") : dict_(PyDict_New()) {
        PyDict_SetItemString(dict_.get(), "__builtins__", PyEval_GetBuiltins());
        run(text);
    }
    void run(const char* text) {
        Object done(PyRun_String(text, Py_file_input, dict_.get(), dict_.get()));
        if (!done) PyErr_Print();
        EXPECT_TRUE(done) << text;
    }
    Object value(const char* expression) {
        return Object(PyRun_String(expression, Py_eval_input, dict_.get(), dict_.get()));
    }
    FunctionContext context() { return {.globals = dict_.get(), .builtins = PyEval_GetBuiltins()}; }

  private:
    Object dict_;
};

Object name(const char* text) { return Object(PyUnicode_InternFromString(text)); }

std::string repr(const Object& object) {
    if (!object) {
        Object error(PyErr_GetRaisedException());
        if (!error) return "<null>";
        Object text(PyObject_Repr(error.get()));
        return PyUnicode_AsUTF8(text.get());
    }
    Object text(PyObject_Repr(object.get()));
    return PyUnicode_AsUTF8(text.get());
}

TEST(Addresses, EveryHelperIsFoundByName) {
    EXPECT_NE(helper_address("rt_binary"), nullptr);
    EXPECT_NE(helper_address("rt_take_exception"), nullptr);
    EXPECT_EQ(helper_address("rt_none"), nullptr);
    for (const ir::OpInfo& row : ir::op_table)
        if (row.has_helper()) EXPECT_NE(helper_address(row.helper), nullptr) << row.helper;
}

TEST(Globals, CacheSeesRebindingAddingAndDeleting) {
    Space space("x = 1");
    FunctionContext context = space.context();
    InlineCache cache;
    Object x = name("x"), len = name("len");
    auto load = [&](const Object& which, InlineCache& at) {
        return repr(Object(rt_load_global(&context, which.get(), &at)));
    };
    EXPECT_EQ(load(x, cache), "1");
    EXPECT_EQ(load(x, cache), "1");
    space.run("x = 2");
    EXPECT_EQ(load(x, cache), "2");
    space.run("del x");
    EXPECT_EQ(load(x, cache), "NameError(\"name 'x' is not defined\")");
    space.run("x = 3");
    EXPECT_EQ(load(x, cache), "3");

    InlineCache builtin;
    EXPECT_EQ(load(len, builtin), "<built-in function len>");
    EXPECT_EQ(load(len, builtin), "<built-in function len>");
    space.run("len = 'mine'");
    EXPECT_EQ(load(len, builtin), "'mine'");
    space.run("del len");
    EXPECT_EQ(load(len, builtin), "<built-in function len>");
}

TEST(Attributes, CacheSeesWhatHidesAndWhatChanges) {
    Space space(
        "class C:\n  k = 'class'\n  def m(self): return 'method'\n"
        "class S:\n  __slots__ = ('k', 'free')\n"
        "c = C()\ns = S()\ns.k = 'slot'\n");
    InlineCache cache;
    Object k = name("k"), c = space.value("c"), s = space.value("s");
    auto load = [&](const Object& object) { return repr(Object(rt_load_attr(object.get(), k.get(), &cache))); };
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(load(c), "'class'");
        EXPECT_EQ(load(s), "'slot'");
    }
    space.run("c.k = 'own'");
    EXPECT_EQ(load(c), "'own'");
    EXPECT_EQ(load(c), "'own'");
    space.run("del c.k");
    EXPECT_EQ(load(c), "'class'");
    space.run("C.k = 'changed'");
    EXPECT_EQ(load(c), "'changed'");
    space.run("C.k = property(lambda self: 'computed')");
    EXPECT_EQ(load(c), "'computed'");
    EXPECT_EQ(load(c), "'computed'");
    space.run("del C.k\nc.__dict__['k'] = 'in dict'");
    EXPECT_EQ(load(c), "'in dict'");
    space.run("del s.k");
    EXPECT_EQ(load(s), "AttributeError(\"'S' object has no attribute 'k'\")");
}

TEST(Attributes, ModulesAndClasses) {
    Space space("import math\nclass C:\n  n = 1\n");
    InlineCache module_cache, class_cache;
    Object pi = name("pi"), n = name("n"), math = space.value("math"), type = space.value("C");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(repr(Object(rt_load_attr(math.get(), pi.get(), &module_cache))), "3.141592653589793");
        EXPECT_EQ(repr(Object(rt_load_attr(type.get(), n.get(), &class_cache))), "1");
    }
    space.run("C.n = 2");
    EXPECT_EQ(repr(Object(rt_load_attr(type.get(), n.get(), &class_cache))), "2");
}

TEST(Attributes, StoresKeepOrderAndDescriptors) {
    Space space(
        "class C:\n  def __init__(self): self.a = 1; self.b = 2\n"
        "class P:\n  x = property(lambda s: 0)\nc = C()\nd = C()\np = P()\n");
    InlineCache cache;
    Object a = name("a"), x = name("x"), value = space.value("7"), c = space.value("c"), d = space.value("d");
    EXPECT_EQ(rt_store_attr(c.get(), value.get(), a.get(), &cache), 0);
    EXPECT_EQ(rt_store_attr(c.get(), value.get(), a.get(), &cache), 0);
    space.run("del d.a");
    EXPECT_EQ(rt_store_attr(d.get(), value.get(), a.get(), &cache), 0);
    EXPECT_EQ(repr(space.value("c.__dict__, d.__dict__")), "({'a': 7, 'b': 2}, {'b': 2, 'a': 7})");
    EXPECT_EQ(rt_store_attr(c.get(), value.get(), a.get(), &cache), 0);
    InlineCache read_only;
    Object p = space.value("p");
    EXPECT_EQ(rt_store_attr(p.get(), value.get(), x.get(), &read_only), -1);
    EXPECT_EQ(repr(Object()), "AttributeError(\"property 'x' of 'P' object has no setter\")");
}

TEST(Calls, MethodsAreLookedUpAtEachChange) {
    Space space("class C:\n  def m(self, n): return ('first', n)\nc = C()\nl = []\n");
    InlineCache cache, list_cache;
    Object m = name("m"), append = name("append"), c = space.value("c"), l = space.value("l"), one = space.value("1");
    PyObject* row[] = {nullptr, one.get()};  // the word before the arguments is the callee's
    PyObject** args = row + 1;
    auto call = [&] { return repr(Object(rt_call_method(c.get(), args, 1, m.get(), nullptr, &cache))); };
    EXPECT_EQ(call(), "('first', 1)");
    EXPECT_EQ(call(), "('first', 1)");
    space.run("C.m = lambda self, n: ('second', n)");
    EXPECT_EQ(call(), "('second', 1)");
    space.run("c.m = lambda n: ('own', n)");
    EXPECT_EQ(call(), "('own', 1)");
    for (int i = 0; i < 3; ++i) Object(rt_call_method(l.get(), args, 1, append.get(), nullptr, &list_cache));
    EXPECT_EQ(repr(l), "[1, 1, 1]");
}

TEST(Calls, ArgumentsOfOtherKindsAreNamedInErrors) {
    Space space("def f(*a, **k): return a, k\n");
    Object f = space.value("f"), five = space.value("5"), pair = space.value("{'a': 1}"),
           dict = space.value("{'a': 2}");
    EXPECT_EQ(repr(Object(rt_call_ex(f.get(), five.get(), nullptr))),
              "TypeError('f() argument after * must be an iterable, not int')");
    EXPECT_EQ(rt_dict_merge(dict.get(), pair.get(), f.get()), -1);
    EXPECT_EQ(repr(Object()), "TypeError(\"f() got multiple values for keyword argument 'a'\")");
    EXPECT_EQ(rt_dict_merge(dict.get(), five.get(), f.get()), -1);
    EXPECT_EQ(repr(Object()), "TypeError('f() argument after ** must be a mapping, not int')");
}

TEST(Operators, AgreeWithCPythonOnManyOperands) {
    Space space;
    const char* values[] = {"0",     "1",     "-1",     "7",     "-3",           "2**29",        "-2**30",
                            "2**31", "2**59", "-2**60", "2**62", "2**63",        "2**100",       "0.0",
                            "-0.0",  "1.5",   "-2.25",  "1e308", "float('inf')", "float('nan')", "True",
                            "'s'",   "(1,)",  "1j"};
    struct {
        const char* text;
        ir::Operator op;
    } operators[] = {{"+", ir::Operator::Add},        {"-", ir::Operator::Subtract},     {"*", ir::Operator::Multiply},
                     {"/", ir::Operator::TrueDivide}, {"//", ir::Operator::FloorDivide}, {"%", ir::Operator::Remainder},
                     {"&", ir::Operator::And},        {"|", ir::Operator::Or},           {"^", ir::Operator::Xor}};
    InlineCache cache;
    for (const auto& [text, op] : operators)
        for (const char* a : values)
            for (const char* b : values) {
                bool huge_text =
                    op == ir::Operator::Multiply && (std::string(a) + b).find_first_of("'(") != std::string::npos;
                if (huge_text) continue;
                std::string expression = "(" + std::string(a) + ") " + text + " (" + b + ")";
                Object x = space.value(a), y = space.value(b);
                std::string found = repr(Object(rt_binary(x.get(), y.get(), static_cast<int64_t>(op), &cache)));
                EXPECT_EQ(found, repr(space.value(expression.c_str()))) << expression;
            }
}

TEST(Operators, PowersAndShifts) {
    Space space;
    InlineCache cache;
    for (const char* a : {"0", "2", "-3", "0.0", "-0.0", "2.0", "-2.0", "1e300", "float('nan')"})
        for (const char* b : {"0", "3", "62", "64", "-1", "0.5", "-2.0", "float('inf')"})
            for (const auto& [text, op] : {std::pair{"**", ir::Operator::Power},
                                           {"<<", ir::Operator::LeftShift},
                                           {">>", ir::Operator::RightShift}}) {
                std::string expression = "(" + std::string(a) + ") " + text + " (" + b + ")";
                Object x = space.value(a), y = space.value(b);
                EXPECT_EQ(repr(Object(rt_binary(x.get(), y.get(), static_cast<int64_t>(op), &cache))),
                          repr(space.value(expression.c_str())))
                    << expression;
            }
}

TEST(Numbers, MachineFormsAreCPythonsOrNotThere) {
    int64_t integer = 0;
    double number = 0;
    EXPECT_EQ(rt_i64_floordiv(-7, 2, &integer), 1);
    EXPECT_EQ(integer, -4);
    EXPECT_EQ(rt_i64_mod(-7, 2, &integer), 1);
    EXPECT_EQ(integer, 1);
    EXPECT_EQ(rt_i64_floordiv(INT64_MIN, -1, &integer), 0);
    EXPECT_EQ(rt_i64_mod(INT64_MIN, -1, &integer), 1);
    EXPECT_EQ(integer, 0);
    EXPECT_EQ(rt_i64_pow(3, 39, &integer), 1);
    EXPECT_EQ(integer, 4052555153018976267);
    EXPECT_EQ(rt_i64_pow(3, 40, &integer), 0);
    EXPECT_EQ(rt_i64_truediv(0, -5, &number), 1);
    EXPECT_TRUE(std::signbit(number));
    EXPECT_EQ(rt_f64_mod(-0.0, 3.0, &number), 1);
    EXPECT_FALSE(std::signbit(number));
    EXPECT_EQ(rt_f64_floordiv(1.0, 0.1, &number), 1);
    EXPECT_EQ(number, 9.0);
    EXPECT_EQ(rt_f64_pow(-8.0, 1.0 / 3, &number), 0);
}

TEST(Unpacking, ErrorsAreCPythons) {
    Space space;
    auto unpack = [&](const char* value, int64_t count) {
        return repr(Object(rt_unpack_sequence(space.value(value).get(), count)));
    };
    EXPECT_EQ(unpack("(1, 2)", 2), "(1, 2)");
    EXPECT_EQ(unpack("iter('ab')", 2), "('a', 'b')");
    EXPECT_EQ(unpack("(1, 2)", 3), "ValueError('not enough values to unpack (expected 3, got 2)')");
    const char* count = PY_VERSION_HEX >= 0x030E0000 ? ", got 3" : "";  // known of lists, tuples and dicts
    EXPECT_EQ(unpack("[1, 2, 3]", 2), std::string("ValueError('too many values to unpack (expected 2") + count + ")')");
    EXPECT_EQ(unpack("iter([1, 2, 3])", 2), "ValueError('too many values to unpack (expected 2)')");
    EXPECT_EQ(unpack("5", 2), "TypeError('cannot unpack non-iterable int object')");
    EXPECT_EQ(repr(Object(rt_unpack_ex(space.value("range(5)").get(), 1, 2))), "(0, [1, 2], 3, 4)");
    EXPECT_EQ(repr(Object(rt_unpack_ex(space.value("[1]").get(), 1, 1))),
              "ValueError('not enough values to unpack (expected at least 2, got 1)')");
}

TEST(Exceptions, RaisingAndCatching) {
    Space space;
    auto raise = [&](const char* what) {
        Object raised = space.value(what);
        PyObject* operands[] = {raised.get()};
        EXPECT_EQ(rt_raise(operands, 1), -1);
        return repr(Object());
    };
    EXPECT_EQ(raise("KeyError"), "KeyError()");
    EXPECT_EQ(raise("ValueError('v')"), "ValueError('v')");
    EXPECT_EQ(raise("5"), "TypeError('exceptions must derive from BaseException')");
    EXPECT_EQ(rt_raise(nullptr, 0), -1);
    EXPECT_EQ(repr(Object()), "RuntimeError('No active exception to reraise')");
    EXPECT_EQ(rt_match_exc(space.value("KeyError()").get(), space.value("(int, KeyError)").get()), -1);
    EXPECT_EQ(repr(Object()), "TypeError('catching classes that do not inherit from BaseException is not allowed')");
    EXPECT_EQ(rt_match_exc(space.value("KeyError()").get(), space.value("LookupError").get()), 1);
}

TEST(Strings, FormatAndJoin) {
    Space space;
    Object number = space.value("3.14159"), spec = space.value("'.2f'"), text = space.value("'a'");
    EXPECT_EQ(repr(Object(rt_format_value(number.get(), spec.get(), 0))), "'3.14'");
    EXPECT_EQ(repr(Object(rt_format_value(text.get(), nullptr, 2))), "\"'a'\"");
    PyObject* parts[] = {text.get(), text.get()};
    EXPECT_EQ(repr(Object(rt_build_string(parts, 2))), "'aa'");
}

TEST(Imports, MissingNamesReadAsInCPython) {
    Space space("import math\ntry:\n  from math import nothing_there\nexcept ImportError as e: message = str(e)\n");
    Object math = space.value("math"), missing = name("nothing_there"), pi = name("pi");
    EXPECT_EQ(repr(Object(rt_import_from(math.get(), pi.get()))), "3.141592653589793");
    EXPECT_FALSE(Object(rt_import_from(math.get(), missing.get())));
    Object error(PyErr_GetRaisedException());
    Object text(PyObject_Str(error.get()));
    EXPECT_EQ(repr(text), repr(space.value("message")));
}

}  // namespace
}  // namespace aipy::runtime
