// Calls in the interpreter: results, errors, profiles, the loop hook, and going on where native code left.
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

constexpr const char* total_source = "def f(items):\n  s = 0\n  for x in items:\n    s += x\n  return s\n";
constexpr const char* total_text = R"(function "f" file "<string>" generic parameters 1 caches 1
slots items, s, x
constant #0 int 0 "0"

block0:
  %0: int = const #0
  retain %0
  store.local $s, %0
  %1: any = load.local $items
  %2: any = get.iter %1
  jump -> block1

block1 loop:
  poll unwind(%2)
  %3: any = iter.next %2 unwind(%2)
  branch.null %3 -> block3, block2

block2:
  store.local $x, %3
  %4: any = load.local $s
  %5: any = load.local $x
  %6: any = binary inplace_add, %4, %5 unwind(%2) cache 0
  store.local $s, %6
  jump -> block1

block3:
  release %2
  %7: any = load.local $s
  retain %7
  return %7
)";

struct Total {
    Object function = from_source(total_source);
    std::unique_ptr<Unit> unit = make_unit(total_text, function);
};

TEST(Run, AddsWhatAnIterableGives) {
    Total total;
    EXPECT_EQ(repr(call(*total.unit, total.function, evaluate("range(1000)"))), "499500");
    EXPECT_EQ(repr(call(*total.unit, total.function, evaluate("[1, 2.5, 3]"))), "6.5");
    EXPECT_EQ(repr(call(*total.unit, total.function, evaluate("[2**62, 2**62, 1]"))), "9223372036854775809");
    EXPECT_EQ(repr(call(*total.unit, total.function, evaluate("()"))), "0");
}

TEST(Run, NeverRewritesABoxThatOthersHold) {
    Total total;
    Object items = evaluate("[1000, 2000, 3000]");
    EXPECT_EQ(repr(call(*total.unit, total.function, items)), "6000");
    EXPECT_EQ(repr(items), "[1000, 2000, 3000]");
}

TEST(Run, SmallIntsStayTheSharedOnes) {
    Total total;
    Object result = call(*total.unit, total.function, evaluate("[1000, -998]"));
    EXPECT_EQ(result.get(), PyLong_FromLong(2));
}

TEST(Run, ErrorsHaveTheFunctionInTheirTraceback) {
    Total total;
    Object result = call(*total.unit, total.function, evaluate("[1, 'x']"));
    ASSERT_FALSE(result);
    Object error(PyErr_GetRaisedException());
    EXPECT_EQ(repr(error), "TypeError(\"unsupported operand type(s) for +=: 'int' and 'str'\")");
    Object traceback(PyException_GetTraceback(error.get()));
    ASSERT_TRUE(traceback);
    Object frame(PyObject_GetAttrString(traceback.get(), "tb_frame"));
    Object code(PyObject_GetAttrString(frame.get(), "f_code"));
    EXPECT_EQ(code.get(), PyFunction_GET_CODE(total.function.get()));
    Object locals(PyObject_GetAttrString(frame.get(), "f_locals"));
    Object plain(PyObject_CallOneArg(reinterpret_cast<PyObject*>(&PyDict_Type), locals.get()));
    EXPECT_EQ(repr(plain), "{'items': [1, 'x'], 's': 1, 'x': 'x'}");
}

TEST(Run, RecordsTheKindsOfResults) {
    Total total;
    call(*total.unit, total.function, evaluate("[1, 2]"));
    EXPECT_EQ(total.unit->profile.values[3].single().kind, ir::TypeKind::Int);
    EXPECT_EQ(total.unit->profile.parameters[0].single().kind, ir::TypeKind::List);
    call(*total.unit, total.function, evaluate("[1.5, 2**70]"));
    EXPECT_EQ(total.unit->profile.values[3].count, 3);
}

TEST(Run, CountsReferencesExactly) {
    Total total;
    Object items = evaluate("[object(), 1]");
    PyObject* first = PyList_GET_ITEM(items.get(), 0);
    Py_ssize_t before = Py_REFCNT(first), list_before = Py_REFCNT(items.get());
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(call(*total.unit, total.function, items));
        PyErr_Clear();
    }
    EXPECT_EQ(Py_REFCNT(first), before);
    EXPECT_EQ(Py_REFCNT(items.get()), list_before);
}

bool take_over(Unit& unit, ir::BlockId header, Activation& activation) noexcept {
    PyObject* values[4];
    take_entry_values(activation, header, values);
    for (PyObject* value : values) Py_XDECREF(value);
    activation.result = PyUnicode_FromFormat("taken at %zu", live_temporaries(unit, header).size());
    return true;
}

TEST(LoopHook, MayFinishTheCall) {
    Total total;
    total.unit->hooks = {.on_loop = take_over, .loop_threshold = 10};
    total.unit->reset_loop_counters();
    EXPECT_EQ(repr(call(*total.unit, total.function, evaluate("range(5)"))), "10");
    EXPECT_EQ(repr(call(*total.unit, total.function, evaluate("range(500)"))), "'taken at 1'");
}

// The instruction of that op; they are numbered in the order of the text.
ir::InstrId instruction(const Unit& unit, ir::Op op) {
    for (ir::InstrId id = 0; id < unit.generic.instrs.size(); ++id)
        if (unit.generic.instrs[id].op == op) return id;
    return ir::no_id;
}

TEST(Resume, GoesOnInTheMiddleOfALoop) {
    Total total;
    Object iterator = evaluate("iter([30, 40])");
    PyObject* slots[] = {Py_NewRef(Py_None), PyLong_FromLong(1000), nullptr};
    ResumeState::Temporary temporary{2, {.object = Py_NewRef(iterator.get())}};
    ResumeState state{.position = instruction(*total.unit, ir::Op::IterNext),
                      .slots = slots,
                      .temporaries = {&temporary, 1},
                      .function = total.function.get()};
    EXPECT_EQ(repr(Object(resume(*total.unit, state))), "1070");
    EXPECT_EQ(Py_REFCNT(iterator.get()), 1);
}

TEST(Resume, GoesOnInsideWhatIsFused) {
    Total total;
    Object iterator = evaluate("iter([5])");
    PyObject* slots[] = {Py_NewRef(Py_None), PyLong_FromLong(1000), nullptr};
    ResumeState::Temporary temporaries[] = {{2, {.object = Py_NewRef(iterator.get())}},
                                            {3, {.object = PyLong_FromLong(700)}}};
    ResumeState state{.position = instruction(*total.unit, ir::Op::BranchNull),
                      .slots = slots,
                      .temporaries = temporaries,
                      .function = total.function.get()};
    EXPECT_EQ(repr(Object(resume(*total.unit, state))), "1705");
}

TEST(Resume, RaisesWhereNativeCodeRaised) {
    Total total;
    Object iterator = evaluate("iter([5])");
    PyObject* slots[] = {Py_NewRef(Py_None), PyLong_FromLong(1000), PyLong_FromLong(1)};
    ResumeState::Temporary temporary{2, {.object = Py_NewRef(iterator.get())}};
    ResumeState state{.position = instruction(*total.unit, ir::Op::Binary),
                      .slots = slots,
                      .temporaries = {&temporary, 1},
                      .function = total.function.get()};
    PyErr_SetString(PyExc_ValueError, "from native code");
    EXPECT_FALSE(Object(resume_with_error(*total.unit, state, false)));
    EXPECT_EQ(take_error(), "ValueError('from native code')");
    EXPECT_EQ(Py_REFCNT(iterator.get()), 1);
}

constexpr const char* divide_source =
    "def f(a, b):\n  try:\n    return a // b\n  except ZeroDivisionError:\n    return None\n";
constexpr const char* divide_text = R"(function "f" file "<string>" generic parameters 2 caches 2
slots a, b
constant #0 str "ZeroDivisionError"
constant #1 none "None"

block0:
  %1: any = load.local $a
  %2: any = load.local $b
  %3: any = binary floor_divide, %1, %2 error block1 cache 0
  return %3

block1(%0: any) cold handler:
  %4: any = push.exc %0
  %6: any = load.global "ZeroDivisionError" error block2 unwind(%0) cache 1
  %7: bool:bit = match.exc %0, %6 error block2 unwind(%0, %6)
  release %6
  branch %7 -> block3, block4

block2(%5: any) cold handler:
  pop.exc %4
  release %4
  reraise %5 unwind(%5)

block3 cold:
  release %0
  %8: none = const #1
  pop.exc %4
  release %4
  retain %8
  return %8

block4 cold:
  pop.exc %4
  release %4
  reraise %0 unwind(%0)
)";

TEST(Handlers, CatchWhatTheyNameAndPassOnTheRest) {
    Object function = from_source(divide_source);
    std::unique_ptr<Unit> unit = make_unit(divide_text, function);
    Object seven = evaluate("7"), two = evaluate("-2"), zero = evaluate("0"), text = evaluate("'x'");
    EXPECT_EQ(repr(call(*unit, function, seven, two)), "-4");
    EXPECT_EQ(repr(call(*unit, function, seven, zero)), "None");
    EXPECT_FALSE(PyErr_GetHandledException() != nullptr && PyErr_Occurred() != nullptr);
    EXPECT_FALSE(call(*unit, function, seven, text));
    EXPECT_EQ(take_error(), "TypeError(\"unsupported operand type(s) for //: 'int' and 'str'\")");
}

TEST(Append, StringsGrowInPlaceAndOthersKeepTheirs) {
    Total total;
    Object function = from_source("def f(s, t):\n  s += t\n  return s\n");
    std::unique_ptr<Unit> unit = make_unit(R"(function "f" file "<string>" generic parameters 2 caches 1
slots s, t

block0:
  %0: any = load.local $s
  %1: any = load.local $t
  %2: any = binary inplace_add, %0, %1 cache 0
  store.local $s, %2
  %3: any = load.local $s
  retain %3
  return %3
)",
                                           function);
    Object first = evaluate("'ab' * 3"), second = evaluate("'c' * 2");
    EXPECT_EQ(repr(call(*unit, function, first, second)), "'abababcc'");
    EXPECT_EQ(repr(first), "'ababab'");
    EXPECT_EQ(repr(call(*unit, function, first, first)), "'abababababab'");
    Object list = evaluate("[1]"), more = evaluate("[2]");
    EXPECT_EQ(call(*unit, function, list, more).get(), list.get());
    EXPECT_EQ(Py_REFCNT(list.get()), 1);
    EXPECT_EQ(repr(list), "[1, 2]");
}

}  // namespace
}  // namespace aipy::interp
