// What a compilation is asked to do, and what comes of it: plain data, so that a compiler thread touches no
// Python object. The dispatcher fills a request under the GIL and installs the result under the GIL.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ir/function.h"
#include "types/lattice.h"

namespace aipy::opt {

// What the interpreter saw one generic value be: up to four kinds; more is "anything".
struct ObservedTypes {
    std::vector<ir::Type> types;  // boxed, distinct
    bool anything = false;        // more kinds than fit, or a kind without a Type
    bool seen() const { return anything || !types.empty(); }
};

// Callables with an own meaning for the specialiser, when a global is known to be them (known_calls.def).
enum class KnownCallable : uint8_t {
    None,
    Self,  // the function that is compiled
#define KNOWN_CALL(enumerator, module, name, form, arguments) enumerator,
#include "opt/known_calls.def"
#undef KNOWN_CALL
// A class of NumPy's scalars, called with a number.
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) kind,
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
#define NUMPY_UFUNC(enumerator, name, number) enumerator,
#include "ir/numpy_ufuncs.def"
#undef NUMPY_UFUNC
#define NUMPY_PAIR_UFUNC(enumerator, name) enumerator,
#include "ir/numpy_pair_ufuncs.def"
#undef NUMPY_PAIR_UFUNC
};

// What the value of a global is known to be at the time of the request. Using it makes an assumption.
struct GlobalFact {
    // The generic load.global it holds for, or the load.attr or call.method of a known module.
    ir::InstrId load = ir::no_id;
    uint32_t handle = 0;  // the object, in the version's table of objects
    ir::Type type;        // boxed kind
    KnownCallable callable = KnownCallable::None;
    uint32_t callee = ir::no_id;  // a function whose body may become part of the code: index in `callees`
    uint32_t cells = 0;           // its free variables
    uint32_t class_version = 0;   // not 0: a class whose instances are plain, and `callee` its __init__
    // Not 0: found in a class, the operand, which is known, while it had that version; it is known by the versions of
    // its class (0: nobody can change it) and of the value's. A method that binds is called with the class.
    uint32_t owner_version = 0, metaclass_version = 0, value_version = 0;
    bool binds_owner = false;
    // int, float, bool and str values are copied, so that they can be folded
    int64_t integer = 0;
    double number = 0;
};

// How a call of a function that a global names fills its parameters, where it passes keywords or leaves some out.
struct CallShape {
    ir::InstrId site = ir::no_id;
    uint32_t callee = ir::no_id;  // as in GlobalFact
    // By parameter: the call's operand, or -1 - i for the default of that index.
    std::vector<int32_t> sources;
    std::vector<GlobalFact> defaults;
};

// Where an attribute was found, always in instances of one class, by the load.attr or store.attr of that id. Place
// Cached: in several classes, or elsewhere, but always where it is found without running Python code.
struct AttributeFact {
    ir::InstrId site = ir::no_id;
    uint32_t class_version = 0;
    ir::AttributePlace place = ir::AttributePlace::Inline;
    int64_t offset = 0;  // index or offset at the place
};

// The methods that a call.method or load.method of that id found, or the property's getters that a load.attr did: one
// for each class of instances that came, at most four. Of several each is a callee.
struct MethodFact {
    struct Target {
        uint32_t class_version = 0;
        uint32_t keys_version = 0;    // of the names instances have values by; 0: they have none of their own
        uint32_t callee = ir::no_id;  // as in GlobalFact
        bool is_self = false;         // it is the function that is compiled
    };
    ir::InstrId site = ir::no_id;
    std::vector<Target> targets;
    bool has_one_class() const { return targets.size() == 1; }
    bool is_self() const { return has_one_class() && targets[0].is_self; }
};

// A function whose body may become part of the code, wherever the profile or the entry's types show its number.
struct FunctionFact {
    uint32_t number = 0;                           // Type::detail of a Function
    uint32_t callee = ir::no_id, cells = 0;        // as in GlobalFact
    uint32_t code = 0, globals = 0, builtins = 0;  // in the version's table of objects
    bool is_passed = false;                        // known by what calls the function: not in that table
    bool is_self = false;                          // shares the code that is compiled
};

// Where the version is entered: at the call, or at a loop header of the generic function.
struct EntryPoint {
    ir::BlockId header = ir::no_id;
    bool at_call() const { return header == ir::no_id; }
    bool operator==(const EntryPoint&) const = default;
};

// A constant that is a tuple of ints, or of tuples of ints that are all of that length: the ints, row by row.
struct ConstantInts {
    uint32_t constant = ir::no_id;  // of the generic function
    size_t width = 0;               // 0: ints
    std::vector<int64_t> values;
    size_t count() const { return values.size() / (width == 0 ? 1 : width); }
};

// What goes through a generator: a loop, or a call of one of these; or one that is given a list of the items instead,
// because it makes one first, or nobody can tell (tuple, str.join).
enum class GeneratorUse : uint8_t { Loop, Any, All, Sum, Min, Max, List, OfList };

// A generator function whose body may become part of what goes through the generator that this call makes. The facts of
// the request speak of its instructions, too, by ids moved by `first_instr`.
struct GeneratorFact {
    ir::InstrId call = ir::no_id;
    // The load.global that names the function, and the function, in the version's table of objects; or what makes it.
    ir::InstrId load = ir::no_id, make = ir::no_id;
    uint32_t function = 0;
    GeneratorUse use = GeneratorUse::Loop;
    ir::InstrId user_load = ir::no_id;  // the load.global that names what goes through it, where that is called
    uint32_t zero = 0;                  // the int, in the table of objects
    uint32_t first_object = 0;          // of its constants, in that table
    ir::InstrId first_instr = 0;
    std::shared_ptr<const ir::Function> generic;
    std::vector<ObservedTypes> feedback;
    std::vector<uint32_t> failures, leaves;
    std::vector<ConstantInts> tuples;
};

// Where it is in the generic function that both have become (opt/generator_loops.h).
struct GeneratorLoop {
    uint32_t generator = 0;         // index among the request's
    ir::InstrId next = 0;           // the iter.next, or the call, that went through it; not there any more
    ir::ValueId iterator = 0;       // stands for the generator in frame states
    ir::InstrId yield = 0;          // now a jump
    uint32_t function = ir::no_id;  // constant
    // Of the generator; likewise. There may be a slot more: what the call has computed so far.
    uint32_t first_slot = 0, slot_count = 0;
    uint32_t first_value = 0;
    uint32_t first_block = 0;
    uint32_t first_instr = 0;
    std::vector<ir::BlockId> blocks;     // that neither function had, and where the generator is not seen to have ended
    ir::BlockId start = ir::no_id;       // among them: stores the arguments
    ir::BlockId end = ir::no_id;         // where the caller goes on when the generator has ended
    ir::InstrId behind_end = ir::no_id;  // in that block, when its locals have died
    ir::InstrId addition = ir::no_id;    // of a sum
    // Among `blocks`: where the call is made, of what there is so far instead of the generator. Where `leaves` says so
    // it is left to the interpreter.
    ir::BlockId given = ir::no_id;
    bool leaves = false;
};

// A function that only makes a generator, and is not made any more; in its place frame states have the virtual one.
struct UnmadeFunction {
    ir::ValueId function = ir::no_id;
    uint32_t code = 0;  // constant
    std::vector<ir::ValueId> cells;
};

struct CompileRequest {
    std::shared_ptr<const ir::Function> generic;  // as the interpreter runs it, lifetimes inserted
    EntryPoint entry;
    // Boxed type of each entry value that the version may assume (Any: no assumption, Null: an unbound local).
    // At the call: one for each parameter, then one for each free variable's cell (Cell).
    // At a loop header: one for each slot, then one for each of `entry_temporaries`.
    std::vector<ir::Type> entry_types;
    // By entry value: an int that is not negative, or an iterator over a range of such ints that goes up.
    std::vector<bool> entry_naturals;
    std::vector<ir::ValueId> entry_temporaries;  // generic values live at the loop header, increasing
    std::vector<ObservedTypes> feedback;         // by generic value id
    std::vector<uint32_t> failures;              // by generic instruction id: exits taken there so far
    std::vector<uint32_t> leaves;                // by generic instruction id: times native code ended before it
    std::vector<GlobalFact> globals;
    std::vector<ConstantInts> tuples;
    std::vector<AttributeFact> attributes;
    std::vector<MethodFact> methods;
    std::vector<FunctionFact> functions;
    std::vector<CallShape> shapes;
    std::vector<GeneratorFact> generators;
    // Where bodies of generators are in `generic`: the function without them, and where they are.
    std::shared_ptr<const ir::Function> outer;
    std::vector<GeneratorLoop> generator_loops;
    std::vector<UnmadeFunction> unmade_functions;
    // By instruction that neither function has: the one that stands for it in frame states; no_id: it has none.
    std::map<ir::InstrId, ir::InstrId> positions;
    ir::Type return_type = ir::Type::any();  // what calls were seen to return; unboxed for call.self
    // Functions that are called, also by one another, as requests of their own, but for the types of their arguments.
    std::vector<CompileRequest> callees;
    bool native_body = false;       // for call.native: blocks[1] takes unboxed arguments
    bool watched = false;           // the interpreter has run the function from this entry on: `feedback` says what ran
    bool generic_only = false;      // the last version: no assumption about types at all
    bool ignores_underflow = true;  // what NumPy was told at the time of the request
    bool reals_stay_real = false;   // beside a complex number, in the CPython that runs; else they become complex first
    bool fastmath = false;
    bool parallel = false;  // loops over prange run on several threads
    bool boundscheck = true;
    uint32_t max_failures = 3;  // at this many exits an op stays generic, and code goes on where it ended
    bool keep_texts = false;    // what each pass made of the function
};

struct Assumption {
    ir::InstrId load = ir::no_id;  // the fact it rests on (GlobalFact::load)
};

struct LineNote {
    int32_t line = 0;
    std::string text;  // for people: "int + int in registers", "left generic: operand types vary (int, str)"
};

struct CompileResult {
    std::unique_ptr<ir::Function> function;  // specialised, with lifetimes inserted, verified
    bool returns_natural = false;            // an int that is not negative
    std::vector<bool> natural_parts;         // the same of the items, where the body returns a tuple's
    // Nothing was made: these parameters, by number, are no such lists of numbers as were asked for, but these.
    std::vector<std::pair<uint32_t, types::Fact>> other_lists;
    std::vector<Assumption> assumptions;
    std::vector<LineNote> notes;
    std::string passes_text;  // when asked for
    // By index of the request's callees: the body that call.native calls; null when nothing calls it.
    std::vector<std::unique_ptr<CompileResult>> callees;
    std::string error;  // not empty: nothing was made, and why (an internal limit)
};

class NativeCallees;

// Makes a callee: what it calls itself is among `callees`, which the function is part of, too.
CompileResult specialise_with(const CompileRequest& request, NativeCallees& callees);

// Makes the specialised function. Pure: touches no Python object, may run in any thread.
CompileResult specialise(const CompileRequest& request);

}  // namespace aipy::opt
