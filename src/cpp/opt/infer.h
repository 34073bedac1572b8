// Type inference: a fixpoint of facts over a promoted function.
//
// A value's fact comes from its op and its operands' facts; what an op cannot tell (results of calls, attributes,
// globals, elements, entry values) comes from the profile, and is then checked by a guard where the value is made.
// Starts optimistic (nothing reaches anything) and only goes up the lattice of types/lattice.h, so it ends.
// An op that never ran has no profile. Where its result would have to be taken for an object of any kind, and is used
// as a number or container, native code had better end there: the interpreter runs it, and what it sees is known then.
// It also decides which objects exist only as their parts: ranges and their iterators whose every use can work on
// the parts, tuples that are only taken apart or used as an index.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "opt/native_calls.h"
#include "opt/promote.h"
#include "opt/request.h"
#include "types/lattice.h"

namespace aipy::opt {

// What an iterator, or a call that makes one, goes through: a sequence; the rows of a constant one, which are taken
// apart at once; one with counts (enumerate); several (zip).
struct Iteration {
    enum class Kind : uint8_t { Unreached, Sequence, Rows, Enumerate, Zip, Other };
    Kind kind = Kind::Unreached;
    std::vector<types::Fact> sequences;
    // By sequence: the ints that it has, when it is a constant; Rows: always.
    std::vector<const ConstantInts*> ints;
    int64_t start = 0;  // of the counts, a natural of 32 bits

    bool operator==(const Iteration&) const = default;
    bool known() const { return kind != Kind::Unreached && kind != Kind::Other; }
    bool is_single() const { return kind == Kind::Sequence; }
    bool counts() const { return kind == Kind::Enumerate; }
    size_t item_count() const { return kind == Kind::Rows ? ints[0]->width : sequences.size() + (counts() ? 1 : 0); }
    static Iteration other() { return {.kind = Kind::Other}; }
};

struct Inference {
    std::vector<types::Fact> facts;  // by promoted value
    std::vector<bool> guarded;       // the fact is the profile's: check it where the value is made
    std::vector<bool> as_parts;      // a range, range iterator or tuple held as its parts
    // By promoted value: of `a[key] += x`, what is stored where it was taken; else no instruction.
    std::vector<ir::InstrId> stored_back;
    std::vector<bool> looked_at;           // of those, a view that loops over whole arrays look at (opt/array_views.h)
    std::vector<bool> used_again;          // an operation on whole arrays held as its parts that has several uses
    std::vector<Iteration> iterations;     // what it goes through, where that is held as its parts
    std::vector<const GlobalFact*> known;  // the value is this global's object (an assumption)
    // By promoted value: what the call.method that gives it calls, an attribute of a known module (an assumption).
    std::vector<const GlobalFact*> methods;
    // By promoted value, of call.method, load.method, and the method.self behind it: the method that was found in a
    // class.
    std::vector<const MethodFact*> instance_methods;
    std::vector<const CallShape*> shapes;  // by promoted value: of the call that gives it, where it has one
    std::vector<bool> native;              // by promoted value: the call that gives it is native
    types::Fact returned;
    // Of a native body that returns tuples whose items are numbers, always of the same kinds: these; else empty.
    std::vector<types::Fact> returned_parts;
    // By promoted value: the items of the tuple that the native call gives, when its body returns them so.
    std::map<ir::ValueId, std::vector<types::Fact>> parts;
    std::vector<ir::InstrId> unseen;  // generic instructions of which nothing is known, for they never ran
    std::vector<bool> modular;        // by promoted value: only the low 64 bits are needed (opt/words.h)
    // Of a native body: the lists of numbers among its parameters, by number, that are others than what it was made
    // for.
    std::vector<std::pair<uint32_t, types::Fact>> other_lists;
    bool calls_itself = false;                             // direct calls of the own body are possible and used
    const std::vector<FunctionFact>* functions = nullptr;  // of the request
};

Inference infer(const Promoted& promoted, const CompileRequest& request, NativeCallees& callees);

// Whether typed code can store such a value into such an array.
bool array_storable(types::Fact container, types::Fact value);

}  // namespace aipy::opt
