// The code generator as the dispatcher sees it: one specialised IR function in, one piece of native code out.
//
// The generator is a library of its own with LLVM inside, opened at the first compilation; this header is all that
// crosses its border and names neither LLVM nor Python. Every member may be called from several threads at once and
// none touches a Python object, so no caller needs the GIL.
//
// Symbols. Generated code holds no address: it reaches everything by name, and `resolve` is asked for each name once,
// while the code is linked:
//   aipy_version   the version, which the exits are told        aipy_valid   a byte: 0 once the code is to be left
//   aipy_context   runtime::FunctionContext      aipy_caches   array of runtime::InlineCache
//   aipy_bytecode  CPython's bytecode of the function: positions of its frame
//   aipy_objects   PyObject* array, indexed by Constant::handle of the specialised function
//   aipy_stress    uint8_t array by frame state id: not 0 makes what leaves with that state leave (stress_guards)
//   aipy_leave, aipy_leave_boxed, aipy_unwind, aipy_traceback, aipy_late_traceback, aipy_suspend    exits (below)
//   rt_…           the runtime's helpers, as in ops.def          cg_…   runtime/codegen_support.cpp
//   Py…, _Py…      CPython                                       others (memcpy, fmod, pow, …)   the C library
// In the code of a callee (CompileInput::callees) the names that begin with aipy_ and stand for data end in its suffix.
// A name that `resolve` answers with null is looked up in the process; when that fails too, so does the compilation.
//
// Exits. The variable arguments are the values of ir::state_layout(frame state), 8 bytes each: a pointer, an int64, the
// bits of a double, 0 or 1.
//   PyObject* aipy_leave(void* version, uint32_t frame_state, uint32_t reason, ...)
//   PyObject* aipy_leave_boxed(void* version, uint32_t frame_state, PyObject* result, ...)
//   PyObject* aipy_unwind(void* version, uint32_t frame_state, ...)
//   void aipy_traceback(void* version, uint32_t frame_state, ...)
//   void aipy_late_traceback(void* version, uint32_t frame_state, uint32_t raised_at, PyObject* exception, ...)
//   int32_t aipy_parallel(void* version, uint32_t header, LoopPart part, const uint64_t* captured, uint64_t* params,
//                         const uint64_t* cells, PyObject** result)    runs a parallel loop (below)
//   void aipy_park(void* run, uint32_t frame_state, uint32_t reason, uint32_t count, ...)    leaves a part of one
//   PyObject* aipy_suspend(void* version, void* frame, uint32_t yield, PyObject** values)    `frame` is what the entry
//   was given, the values are the operands of `suspend`
// `reason` is the InstrId of what left. aipy_unwind is also called where a `reraise` leaves the function: it adds no
// traceback entry when the frame state's position is a reraise. It gives the function's result: null, but for
// generators, whose errors may have a handler. The late traceback gives its entry to an exception that is being
// handled: the line is that of the frame state `raised_at`, the locals are those of `frame_state`.//
// Parallel loops (ir/parallel_loops.h). A part is a function of its own, LoopPart. `captured` and `params` hold cells:
// what the loop uses from outside, and the parameters of its header, which the part changes to what they are at its
// end. `cells` are those of the state of the header's poll. aipy_parallel gives 0 when all iterations have run and
// `params` are what they came to; else the function ended in the interpreter, with `result`. A part that leaves is
// parked: its frame state's `count` values go to the run, which goes on with them under the GIL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ir/function.h"

namespace aipy::codegen {

// Answers the address of a symbol, or null. Called only while `compile` runs, in its thread.
struct SymbolResolver {
    void* (*resolve)(void* user, const char* name) = nullptr;
    void* user = nullptr;
};

enum class PartStatus : uint32_t { Done, Parked, Cancelled };
// What generated code knows of a run: where it looks whether it is to end at once.
struct PartRun {
    const uint8_t* cancelled = nullptr;
};
using LoopPart = PartStatus (*)(const uint64_t* captured, uint64_t* params, PartRun* run);

struct CompileInput {
    const ir::Function* function = nullptr;  // specialised, lifetimes inserted, verified; read only
    std::string symbol_prefix;               // of the symbols the code defines, for people and profilers
    std::string data_suffix;                 // of the names of its data: empty but for callees
    // By the index that call.native names; those that nothing calls have no function. Their blocks[1] is the body.
    std::vector<CompileInput> callees;
    bool fastmath = false;
    bool boundscheck = true;
    bool looks_at_dicts = false;  // changes of assumed bindings are not told (runtime/cpython/dict_watch.h)
    bool stress_guards = false;   // every leaving op also looks at aipy_stress
    int opt_level = 2;            // 0: quick code (tests of lowering), 1: no vectorising, 2: all
    bool want_llvm_text = false;  // the optimised module
    bool want_asm = false;
    // By generic instruction: its offset in CPython's bytecode, in bytes from aipy_bytecode, so that frames show the
    // line that runs; null when no frame is kept.
    const std::vector<uint32_t>* bytecode_offsets = nullptr;
    // Of a generator: where each entry value lies in the array that the entry is given, which is the generator's frame.
    // The code takes the values out and leaves null.
    const std::vector<uint32_t>* entry_places = nullptr;
    uint32_t cells_place = 0;  // in the same array: where the address of the cells goes that show the locals
    SymbolResolver resolver;
};

struct CodeHandle;  // the memory of one compilation

struct CompileOutput {
    void* entry = nullptr;   // an AipyEntry (runtime/abi.h); null when `error` says why there is none
    size_t code_bytes = 0;   // memory taken, in whole pages
    size_t frame_bytes = 0;  // of C stack for one call, the calls it makes not counted
    double passes_ms = 0;    // building LLVM's IR, linking helpers, optimising
    double codegen_ms = 0;   // machine code and linking
    std::string llvm_text;
    std::string asm_text;
    std::string error;
    CodeHandle* handle = nullptr;  // given back with `release`
    bool was_kept = false;         // linked from the cache; nothing was compiled
    double making_ms = 0;          // what making it took, be it in an earlier process
};

class CodegenApi {
  public:
    virtual ~CodegenApi() = default;
    virtual CompileOutput compile(const CompileInput& input) = 0;
    // Frees the code; no activation may be left in it. Null is allowed.
    virtual void release(CodeHandle* handle) = 0;
};

// Where object files are kept for later processes, and how much room they may take.
struct CacheSettings {
    const char* folder = nullptr;  // null: nowhere
    uint64_t most_bytes = 0;
};

}  // namespace aipy::codegen

// Opens the code generator. `runtime_bitcode_path` names runtime.bc, from which small helpers are inlined; when the
// file is missing (or null is given) generated code calls them instead. The same object for every call, as the first
// one's arguments have it; never freed.
extern "C" aipy::codegen::CodegenApi* aipy_codegen_open(const char* runtime_bitcode_path,
                                                        const aipy::codegen::CacheSettings* cache);
