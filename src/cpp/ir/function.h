// A function in IR: typed SSA with block parameters, in vectors indexed by small ids.
//
// Two forms share these structures and the one instruction table:
//   generic form      made by the frontend; Python locals live in slots (load.local, store.local), temporaries are
//                     SSA values; what the interpreter runs, and where exits resume.
//   specialised form  made by opt/ from a generic function and one entry point; slots are promoted to SSA values and
//                     block parameters, ops are typed, and every op that can leave carries a frame state that says
//                     how to fill the generic form's slots and temporaries.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ir/op.h"
#include "ir/type.h"

namespace aipy::ir {

using ValueId = uint32_t;
using InstrId = uint32_t;
using BlockId = uint32_t;
using FrameStateId = uint32_t;
inline constexpr uint32_t no_id = 0xffffffff;

// Lines from 1, columns in UTF-8 bytes from 0, as in CPython's co_positions; line 0 means "no position".
struct SourceSpan {
    int32_t line = 0, end_line = 0, column = 0, end_column = 0;
    bool operator==(const SourceSpan&) const = default;
};

// A constant of the function. `handle` indexes the executor's table of objects; the rest is a copy of what the
// compiler may look at, so that compiler threads never touch an object.
struct Constant {
    Type type = Type::any();
    uint32_t handle = 0;
    int64_t integer = 0;  // Int, Bool; Word: its bits
    double number = 0;    // Float
    std::string text;     // Str: the text (UTF-8); other kinds: a short repr, for printing
};

struct Value {
    Type type;
    InstrId def = no_id;    // the instruction that makes it, or
    BlockId block = no_id;  // the block whose parameter it is
    bool natural = false;   // of an int in a register: is known not to be negative
};

struct Edge {
    BlockId target = no_id;
    std::vector<ValueId> args;
    bool exists() const { return target != no_id; }
};

struct Instr {
    Op op;
    ValueId result = no_id;
    std::vector<ValueId> operands;
    int64_t imm = 0;
    int64_t imm2 = 0;
    std::vector<Edge> targets;  // of terminators: jump 1; branch: true, false; branch.null: null, not null
    // Where an error goes: a handler block, or, when it does not exist, out of the function. The handler's first
    // parameter is the exception and is not among the edge's args.
    Edge error;
    // Owned values to release, in this order, when the error edge is taken (filled by the lifetime pass).
    std::vector<ValueId> unwind;
    // Values among the error edge's args of which a new reference is made, before `unwind` is released, because the
    // handler's parameter owns its own (filled by the lifetime pass).
    std::vector<ValueId> error_retain;
    // Before the op (resume by running it again) and after it (resume behind it, with its result).
    FrameStateId before = no_id;
    FrameStateId after = no_id;
    InstrId origin = no_id;  // specialised form: the generic instruction this stands for
    uint32_t cache = no_id;  // generic form: index of the site's inline cache
    SourceSpan span;
};

struct Block {
    std::vector<ValueId> params;
    std::vector<InstrId> instrs;
    bool is_handler = false;      // entered by error edges only; params[0] is the exception
    bool is_loop_header = false;  // an entry point for running loops (OSR)
    bool cold = false;
};

// One value of a frame state.
struct StateValue {
    enum class Kind : uint8_t { Unbound, Value, Constant, Virtual };
    Kind kind = Kind::Unbound;
    uint32_t index = 0;  // ValueId, constant index, or index into FrameState::virtuals
    bool operator==(const StateValue&) const = default;
};

// An object that exists only as its parts; it is made when the frame state is used.
struct VirtualObject {
    // RangeIterator: next, stop, step. Range: start, stop, step. Tuple: the items.
    // Optional: a value and a bit: the value, or unbound when the bit is 0.
    // Number: an f64 and a bit: a float, or the int of that value when the bit is 0.
    // Operation: two ints; what `operation` makes of them, which may be of any size.
    // Item: a container and an index in bounds: a row of an array; or an array and slices: a view of it.
    // SequenceIterator: a sequence, the next index. Enumerate: an iterator, the number of items it has given, and a
    // constant, the count that it started with. Zip: iterators. Complex: the real and the imaginary part, each an f64.
    // Slice: start, stop, step.
    // Generator: its function, its slots, and those of its temporaries that are in `place`. Function: its code, and the
    // cells of its free variables. Chain: an item, or a list of items, and the iterator that gives the items behind.
    enum class Kind : uint8_t {
        RangeIterator,
        Range,
        Tuple,
        Optional,
        Number,
        Operation,
        Item,
        SequenceIterator,
        Complex,
        Enumerate,
        Zip,
        Slice,
        Generator,
        Function,
        Chain
    };
    // Where a generator stands, in its own generic function: suspended at its yield, or before any other instruction,
    // which runs when the generator is stepped next.
    struct Place {
        uint32_t generator = no_id;  // index among those of the version
        InstrId position = no_id;    // to run next
        InstrId yield = no_id;       // where it is suspended
        std::vector<ValueId> temporaries;
        bool operator==(const Place&) const = default;
    };
    Kind kind;
    std::vector<StateValue> parts;
    Operator operation = Operator::Add;
    Place place = {};
    bool operator==(const VirtualObject&) const = default;
};

// How to go on in the generic form: at which instruction, and with which slots and temporaries.
struct FrameState {
    InstrId position = no_id;       // generic instruction to run next
    std::vector<StateValue> slots;  // one for each slot of the generic function
    struct Temporary {
        ValueId generic;  // the generic value to define
        StateValue value;
    };
    std::vector<Temporary> temporaries;
    std::vector<VirtualObject> virtuals;
    // Owned references alive at this point: they pass to whoever uses the state (filled by the lifetime pass).
    std::vector<ValueId> owned;
};

// The distinct values a frame state needs, in the order in which an exit stores them: the values of slots,
// temporaries and virtuals as they appear, then what is only in `owned`.
std::vector<ValueId> state_layout(const FrameState& state);

// The generator that runs here, inside the loop that goes through it: the frame state is that of the loop's step, and
// where the generator stands. Null where none does.
const VirtualObject* running_generator(const FrameState& state);

// The value that a slot or temporary stands for: as it is, perhaps unbound, or as one of two kinds of number; else
// no_id.
ValueId shown_value(const FrameState& state, const StateValue& value);

// Those of them that the slots need.
std::vector<ValueId> slot_values(const FrameState& state);

// The state whose slots are a frame's locals while the instruction runs: what a release lets die is in no slot then.
inline FrameStateId shown_state(const Instr& instr) { return instr.op == Op::Release ? instr.after : instr.before; }

// The bodies of other functions that a native call may call, by index; none of other instructions.
std::vector<uint32_t> called_bodies(const Instr& instr);
// As call.which has them in its immediate.
inline constexpr size_t most_bodies = 4;
int64_t pack_bodies(const std::vector<uint32_t>& bodies);

// How a parameter of the Python function is passed; slots [0, parameter count) hold the arguments.
struct Slot {
    enum class Kind : uint8_t { Local, Cell, Free };  // Cell: a cell made by this function; Free: from its closure
    std::string name;
    Kind kind = Kind::Local;
};

// What dies first of what dies together, in the CPython that runs.
enum class ReleaseOrder : uint8_t {
    OperandsFirst,        // operands and locals in their order
    YoungestFirst,        // all as the stack is popped; locals from the last
    YoungestButOperators  // the same, but a binary operator's operands in their order
};

struct Function {
    std::string name;  // qualified name
    std::string file;
    std::vector<Slot> slots;       // in the order of CPython's localsplus
    uint32_t parameter_count = 0;  // positional + keyword-only + *args + **kwargs
    bool is_generator = false;
    ReleaseOrder release_order = ReleaseOrder::OperandsFirst;
    bool specialised = false;
    bool native_body = false;  // blocks[1] is the body of native calls

    std::vector<Value> values;
    std::vector<Instr> instrs;
    // blocks[0] is the entry. Of a specialised function its params are the boxed arguments (entry at the call,
    // borrowed) or the slots and live temporaries (entry at a loop header, owned). Where native
    // calls have a body of their own, blocks[0] only guards and unboxes and ends in a jump to blocks[1], that body,
    // which takes everything it uses as params (objects borrowed).
    std::vector<Block> blocks;
    std::vector<Constant> constants;
    std::vector<FrameState> frame_states;
    uint32_t cache_count = 0;
    // Generic form: the lines of statements that do nothing by themselves (`pass`, `try`), by the instruction that
    // comes behind them. Who watches the function run is told of them.
    std::map<InstrId, std::vector<int>> empty_lines;
    // The same where one block leads straight to another, because there was nothing but such a statement between them.
    std::map<std::pair<BlockId, BlockId>, std::vector<int>> empty_ways;
    Type return_type = Type::any();  // specialised form: representation of the native result
    // Of a native body that returns a tuple: its items' types, unboxed. The first one is return_type.
    std::vector<Type> returned_parts;

    bool locals_die_backwards() const { return release_order != ReleaseOrder::OperandsFirst; }

    Value& value(ValueId id) { return values[id]; }
    const Value& value(ValueId id) const { return values[id]; }
    Instr& instr(InstrId id) { return instrs[id]; }
    const Instr& instr(InstrId id) const { return instrs[id]; }
    Block& block(BlockId id) { return blocks[id]; }
    const Block& block(BlockId id) const { return blocks[id]; }
    const Instr& terminator(BlockId id) const { return instrs[blocks[id].instrs.back()]; }

    ValueId add_value(Type type, InstrId def, BlockId block);
    BlockId add_block();
    ValueId add_param(BlockId block, Type type);
    // Appends to `block`; makes the result value when the row has one. Returns the instruction's id.
    InstrId append(BlockId block, Instr instr, Type result_type);
    uint32_t add_constant(Constant constant);
    FrameStateId add_frame_state(FrameState state);
};

// The type that a row's result has when nothing more is known.
Type default_result_type(Op op);

// Calls `visit(edge)` for every edge that leaves the instruction, the error edge included.
template <typename F>
void for_each_edge(Instr& instr, F&& visit) {
    for (Edge& edge : instr.targets) visit(edge);
    if (instr.error.exists()) visit(instr.error);
}
template <typename F>
void for_each_edge(const Instr& instr, F&& visit) {
    for (const Edge& edge : instr.targets) visit(edge);
    if (instr.error.exists()) visit(instr.error);
}

// What a specialised function's frame may show while it runs foreign code: the slots' values at such places, sorted.
// Native code keeps a cell for each, in this order.
std::vector<ValueId> shown_values(const Function& function);

// Blocks in reverse post-order from the entry, following error edges too.
std::vector<BlockId> reverse_post_order(const Function& function);

}  // namespace aipy::ir
