// The frontend on modules of the standard library: every function that it accepts keeps the IR's rules, and every
// operation that can raise has a span that the bytecode has too, so that tracebacks can find it.
#include <set>
#include <tuple>

#include "frontend/embedded_python.h"
#include "frontend/frontend.h"
#include "frontend/source_text.h"
#include "ir/verify.h"

namespace aipy::frontend {
namespace {

// Line, end line, column, end column of an instruction, and its name; the name is empty where it does not matter.
using Position = std::tuple<int, int, int, int, std::string>;

// The bytecode's instruction for ops whose span differs by version; empty for the others.
std::string bytecode_name(ir::Op op) {
    if (op == ir::Op::GetIter) return "GET_ITER";
    if (op == ir::Op::IterNext) return "FOR_ITER";
    return "";
}

std::set<Position> positions_of(PyObject* function) {
    std::set<Position> positions;
    Ref dis = require(PyImport_ImportModule("dis"));
    Ref iterator = require(PyObject_CallMethod(dis.get(), "get_instructions", "O", PyFunction_GET_CODE(function)));
    while (Ref instruction = Ref::steal(PyIter_Next(iterator.get()))) {
        Ref name = require(PyObject_GetAttrString(instruction.get(), "opname"));
        Ref row = require(PyObject_GetAttrString(instruction.get(), "positions"));
        int parts[4] = {};
        for (Py_ssize_t i = 0; i < 4; ++i) {
            PyObject* part = PyTuple_GET_ITEM(row.get(), i);
            parts[i] = part == Py_None ? -1 : static_cast<int>(PyLong_AsLong(part));
        }
        for (const char* text : {PyUnicode_AsUTF8(name.get()), ""})
            positions.insert({parts[0], parts[1], parts[2], parts[3], text});
    }
    return positions;
}

struct Counts {
    int built = 0;
    int excerpts = 0;  // found by their own lines
};

void check_function(PyObject* function, Counts& counts) {
    BuildResult result = build(function);
    if (!result.function) return;
    ++counts.built;
    auto* code = reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function));
    if (parsed_excerpt(*source_of(code, PyFunction_GET_GLOBALS(function)), code).code) ++counts.excerpts;
    std::string name = result.function->file + ": " + result.function->name;
    for (const std::string& error : ir::verify(*result.function)) ADD_FAILURE() << name << ": " << error;
    std::set<Position> positions = positions_of(function);
    for (const ir::Block& block : result.function->blocks)
        for (ir::InstrId id : block.instrs) {
            const ir::Instr& instr = result.function->instr(id);
            const ir::SourceSpan& span = instr.span;
            if (!ir::info(instr.op).raises() || span.line == 0) continue;
            EXPECT_TRUE(
                positions.contains({span.line, span.end_line, span.column, span.end_column, bytecode_name(instr.op)}))
                << name << ":" << span.line << " " << ir::info(instr.op).text;
        }
}

void check_namespace(PyObject* space, PyObject* module_name, int depth, Counts& counts) {
    Ref values = require(PyMapping_Values(space));
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(values.get()); ++i) {
        PyObject* value = PyList_GET_ITEM(values.get(), i);
        if (!PyFunction_Check(value) && !(PyType_Check(value) && depth == 0)) continue;
        Ref home = require(PyObject_GetAttrString(value, "__module__"));
        if (!equal(home.get(), module_name)) continue;
        if (PyFunction_Check(value)) {
            check_function(value, counts);
        } else {
            Ref inner = require(PyObject_GetAttrString(value, "__dict__"));
            check_namespace(inner.get(), module_name, depth + 1, counts);
        }
    }
}

TEST(StandardLibrary, SpansAreTheBytecodesAndTheRulesHold) {
    Counts counts;
    for (const char* name : {"textwrap", "heapq", "difflib", "fractions", "statistics", "configparser", "json.encoder",
                             "string", "shlex", "ast", "csv", "calendar", "test.test_patma"}) {
        Ref module = Ref::steal(PyImport_ImportModule(name));
        if (!module) {  // Python's own tests are not always there
            PyErr_Clear();
            continue;
        }
        Ref module_name = require(PyUnicode_FromString(name));
        check_namespace(PyModule_GetDict(module.get()), module_name.get(), 0, counts);
    }
    EXPECT_GT(counts.built, 300);
    EXPECT_GT(counts.excerpts, counts.built * 95 / 100);
}

}  // namespace
}  // namespace aipy::frontend
