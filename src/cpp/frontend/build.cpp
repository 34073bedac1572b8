#include "frontend/frontend.h"
#include "frontend/lowering.h"

namespace aipy::frontend {
namespace {

constexpr size_t max_instructions = 50'000;

// Where an edge to `block` gets in the end: blocks that only jump on are passed over.
BlockId final_target(const ir::Function& function, BlockId block, std::vector<int>& passed_lines) {
    for (size_t steps = 0; steps < function.blocks.size(); ++steps) {
        const ir::Block& current = function.blocks[block];
        if (current.instrs.size() != 1 || !current.params.empty() || current.is_loop_header) return block;
        const ir::Instr& only = function.instr(current.instrs[0]);
        if (only.op != Op::Jump || !only.targets[0].args.empty()) return block;
        if (auto lines = function.empty_lines.find(current.instrs[0]); lines != function.empty_lines.end())
            passed_lines.insert(passed_lines.end(), lines->second.begin(), lines->second.end());
        block = only.targets[0].target;
    }
    return block;
}

void thread_edge(ir::Function& function, BlockId block, const ir::Instr& instr, ir::Edge& edge) {
    if (!edge.args.empty()) return;
    std::vector<int> passed_lines;
    BlockId target = final_target(function, edge.target, passed_lines);
    for (const ir::Edge& other : instr.targets)
        if (other.target == target) return;
    edge.target = target;
    if (!passed_lines.empty()) function.empty_ways[{block, target}] = std::move(passed_lines);
}

// Jumps to jumps go straight to where they end. The two ways of a branch stay two blocks.
void thread_jumps(ir::Function& function) {
    for (BlockId block = 0; block < function.blocks.size(); ++block)
        for (ir::InstrId id : function.block(block).instrs)
            for (ir::Edge& edge : function.instr(id).targets) thread_edge(function, block, function.instr(id), edge);
    std::vector<bool> reached(function.blocks.size(), false);
    for (BlockId block : ir::reverse_post_order(function)) reached[block] = true;
    for (BlockId block = 0; block < function.blocks.size(); ++block)
        if (!reached[block]) function.blocks[block].instrs.clear();
}

// Blocks that nothing reached hold nothing: they go, and the others move up.
void drop_empty_blocks(ir::Function& function) {
    std::vector<BlockId> moved(function.blocks.size(), no_id);
    std::vector<ir::Block> kept;
    for (BlockId block = 0; block < function.blocks.size(); ++block) {
        if (function.blocks[block].instrs.empty()) continue;
        moved[block] = static_cast<BlockId>(kept.size());
        kept.push_back(std::move(function.blocks[block]));
    }
    function.blocks = std::move(kept);
    for (ir::Instr& instr : function.instrs)
        ir::for_each_edge(instr, [&](ir::Edge& edge) { edge.target = moved[edge.target]; });
    for (ir::Value& value : function.values)
        if (value.block != no_id) value.block = moved[value.block];
    for (auto& [way, lines] : std::exchange(function.empty_ways, {}))
        if (moved[way.first] != no_id) function.empty_ways[{moved[way.first], moved[way.second]}] = std::move(lines);
}

PyCodeObject* code_of(PyObject* function) {
#if PY_VERSION_HEX < 0x030C0000
    // It may be called by way of other code (dispatch/takeover.h), which only the attribute sees through.
    return reinterpret_cast<PyCodeObject*>(require(PyObject_GetAttrString(function, "__code__")).get());
#else
    return reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(function));
#endif
}

PyCodeObject* code_of_callable(PyObject* object) {
    if (PyFunction_Check(object)) return code_of(object);
    if (PyCode_Check(object)) return reinterpret_cast<PyCodeObject*>(object);
    throw Bailout{BailoutReason::NotAFunction};
}

std::string text(PyObject* string) {
    const char* utf8 = PyUnicode_AsUTF8(string);
    if (utf8 == nullptr) throw PythonFailure{};
    return utf8;
}

void build_into(BuildResult& result, PyObject* function_or_code) {
    PyCodeObject* code = code_of_callable(function_or_code);
    PyObject* globals = PyFunction_Check(function_or_code) ? PyFunction_GET_GLOBALS(function_or_code) : nullptr;
    Definition definition = find_definition(code, globals);
    result.function = std::make_unique<ir::Function>();
    result.function->name = text(code->co_qualname);
    result.function->file = text(code->co_filename);
    Lowering(code, globals, definition, result).run();
    if (result.function->instrs.size() > max_instructions) throw Bailout{BailoutReason::TooLarge};
    thread_jumps(*result.function);
    drop_empty_blocks(*result.function);
}

void fail(BuildResult& result, Bailout bailout) {
    result.function.reset();
    result.nested_codes.clear();
    for (PyObject* object : result.take_objects()) Py_DECREF(object);
    result.reason = bailout.reason;
    result.reason_line = bailout.line;
    result.detail = std::move(bailout.detail);
}

// Takes Python's exception away and gives its text.
std::string take_exception_text() {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    Ref held_type = Ref::steal(type), held_value = Ref::steal(value), held_traceback = Ref::steal(traceback);
    std::string description = held_type ? reinterpret_cast<PyTypeObject*>(type)->tp_name : "error";
    Ref shown = value == nullptr ? Ref() : Ref::steal(PyObject_Str(value));
    const char* utf8 = shown ? PyUnicode_AsUTF8(shown.get()) : nullptr;
    if (utf8 != nullptr) description += std::string(": ") + utf8;
    PyErr_Clear();
    return description;
}

}  // namespace

BuildResult::~BuildResult() {
    for (PyObject* object : objects) Py_DECREF(object);
}

std::vector<PyObject*> BuildResult::take_objects() { return std::exchange(objects, {}); }

BuildResult build(PyObject* function_or_code) {
    BuildResult result;
    PyObject *type, *value, *traceback;  // of the caller, kept as they are
    PyErr_Fetch(&type, &value, &traceback);
    try {
        build_into(result, function_or_code);
    } catch (Bailout& bailout) {
        fail(result, std::move(bailout));
    } catch (const PythonFailure&) {
        fail(result, {BailoutReason::Internal, 0, take_exception_text()});
    }
    PyErr_Restore(type, value, traceback);
    return result;
}

}  // namespace aipy::frontend
