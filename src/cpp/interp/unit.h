// A function as the interpreter runs it, and the ways in: a call, and a resume where native code left.
//
// A unit belongs to one code object and is shared by all function objects (closures) made of it. All entry points
// need the GIL. Reference counts: arguments are borrowed, results are new references, null means that an exception
// is set and this frame's traceback entry has been made.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "interp/profile.h"
#include "ir/function.h"
#include "runtime/abi.h"
#include "runtime/cpython/slot.h"

namespace aipy::interp {

struct Code;
struct Unit;

// What a register holds: an object (may be null) or a bit.
union Register {
    runtime::cpython::FrameSlot object;
    int64_t integer;
    double number;
};

// One running call. Slots come first in `registers`, in the order of the generic function's slots.
struct Activation {
    Unit* unit = nullptr;
    PyThreadState* thread = nullptr;
    Register* registers = nullptr;
    PyObject* result = nullptr;
    // True once the result (or error) is final and the traceback entry, if any, is made.
    bool finished = false;
};

struct Hooks {
    // Called at the poll of a loop header once the loop has gone round `loop_threshold` times since the last call of
    // the hook. True: the rest of the call was done by someone else, who took the entry values with
    // take_entry_values and left the result (or null with the exception set and its traceback entry made) in
    // `activation.result`. False: go on; the hook may change the header's counter in `unit.loop_counters`.
    bool (*on_loop)(Unit& unit, ir::BlockId header, Activation& activation) noexcept = nullptr;
    // Called where a generator goes on behind a yield whose block has a native in `unit.natives`. True: native code did
    // that, and left the result as on_loop's does. It takes its entry values out of the registers itself.
    bool (*on_resume)(void* native, Activation& activation) noexcept = nullptr;
    int64_t loop_threshold = 1000;
    void* owner = nullptr;  // for whoever set the hooks
};

struct Unit {
    // `generic` has its lifetimes inserted. `objects` are the constants by handle; ownership passes. `function` gives
    // code, globals and builtins.
    Unit(ir::Function generic, std::vector<PyObject*> objects, PyFunctionObject* function);
    ~Unit();
    Unit(const Unit&) = delete;
    Unit& operator=(const Unit&) = delete;

    runtime::FunctionContext context;
    const ir::Function generic;
    std::unique_ptr<Code> code;
    Profile profile;
    Hooks hooks;
    // By block; counted down at the poll of each loop header, the hook is called at zero.
    std::vector<int64_t> loop_counters;
    // By block: of a generator, the native code that begins there, for on_resume; or null.
    std::vector<void*> natives;
    // A function object for the frames of calls that are resumed without one.
    PyObject* frame_function = nullptr;
    std::vector<PyObject*> objects;
    std::vector<runtime::InlineCache> caches;

    // Restarts every loop counter at hooks.loop_threshold.
    void reset_loop_counters();
};

// Runs a call from the start. `arguments` are the unit's parameters in slot order (see interp/arguments.h), borrowed.
// `function` is the function object called: its closure fills the free variables' slots. A generator function
// returns its generator object.
PyObject* run(Unit& unit, PyObject* function, PyObject* const* arguments);

// Where and with what to go on in the generic form.
struct ResumeState {
    ir::InstrId position = ir::no_id;
    std::span<PyObject* const> slots;  // one for each slot, owned, may be null
    struct Temporary {
        ir::ValueId value;
        Register content;  // owned when an object
    };
    std::span<const Temporary> temporaries;
    PyObject* function = nullptr;           // borrowed; null: frames show the unit's own function object
    PyFrameObject* frame_object = nullptr;  // owned: somebody has it already
    void* stood_at = nullptr;               // the code unit where the frame has stood so far, if there was one
};

// Goes on at `state.position` until the call ends; of a generator, in its own frame, until it yields or ends.
PyObject* resume(Unit& unit, const ResumeState& state);

// As resume, but the instruction at `state.position` has just raised: the exception is set. `traced`: its traceback
// entry has been made already.
PyObject* resume_with_error(Unit& unit, const ResumeState& state, bool traced);

// A generator of `function` as it would be after it ran for a while: suspended at `yield`, with what lives at
// `state.position` behind it; or (no_id) standing before the instruction at `state.position`, which it runs when it is
// stepped next. Null, and the state not taken, when memory ran out.
PyObject* make_standing_generator(Unit& unit, PyObject* function, const ResumeState& state, ir::InstrId yield);

// Native code of the generator with these registers has come to its yield: `values` are the value yielded, the
// slots, and the temporaries that live at the block behind it but for the value sent, all owned. Gives the first back.
PyObject* suspend_generator(Unit& unit, Register* registers, ir::InstrId yield, PyObject* const* values);

// The values that live at a block's start besides the slots, in increasing order: with all slots before them they
// are the entry values of a native loop entry there.
std::span<const ir::ValueId> live_temporaries(const Unit& unit, ir::BlockId header);

// The registers of the entry values for `header`.
std::vector<uint32_t> entry_registers(const Unit& unit, ir::BlockId header);
// Moves the entry values for `header` out of the activation: `values` gets the slots (null where unbound), then the
// live temporaries; ownership passes.
void take_entry_values(Activation& activation, ir::BlockId header, PyObject** values);
// The same without taking them: borrowed, for looking at their types.
void peek_entry_values(const Activation& activation, ir::BlockId header, PyObject** values);

}  // namespace aipy::interp
