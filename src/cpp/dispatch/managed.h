// What aipy knows of one Python function: its settings, its unit (generic IR, profile), its native versions.
//
// A Managed belongs to one code object together with one pair of globals and builtins; all function objects made of
// these (closures) share it. It hangs on the code object and dies with it. It owns neither code nor globals: whoever
// runs it holds the function object, which does. All members need the GIL.
#pragma once

#include <Python.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "dispatch/settings.h"
#include "dispatch/version.h"
#include "frontend/frontend.h"
#include "interp/unit.h"
#include "opt/request.h"

namespace aipy::dispatch {

struct Job;

// Where calls of the function go.
enum class Tier : uint8_t {
    Counting,     // CPython's own entry, counting calls
    Sampling,     // aipy's interpreter, recording types
    Patient,      // CPython's own entry, until optimised code would pay: quick code was slower
    Waiting,      // CPython's own entry, or the interpreter, while the first version is being compiled
    Native,       // native versions; the interpreter when none fits
    Measuring,    // calls alternate between CPython and native code, and are timed
    Interpreter,  // aipy's interpreter, for good
    CPython,      // given back, for good
};
const char* tier_name(Tier tier);

// Why a function stays with CPython; empty name: it does not.
struct Bailout {
    std::string name;
    std::string text;
    int32_t line = 0;
};

// Times of calls under CPython and as native code, to notice native code that does not pay. Which of the two is next is
// left to chance: programs call in patterns, of which taking turns would give each side its own half.
struct Measurement {
    static constexpr size_t calls = 12;  // of each
    std::array<uint64_t, calls> cpython{}, native{};
    size_t cpython_count = 0, native_count = 0;
    size_t from_native_code = 0;  // calls that native code made
    uint64_t chance = 0x9E3779B97F4A7C15;
    bool next_is_native();
    bool complete() const { return native_count == calls && cpython_count == calls; }
    // Whether a few calls say enough: CPython's may be long.
    bool native_is_far_ahead() const;
    // Whether calls under CPython are shorter even when each takes so many ticks more: by more than chance gives.
    bool native_is_behind(uint64_t saved_under_cpython) const;
};

// In tier Patient: naps, and in between a few calls that tell how often the function is called.
struct Patience {
    static constexpr uint32_t calls = 32;
    uint64_t ticks_of_call = 0;  // under CPython
    uint64_t begin = 0;          // time stamp of the first of the calls
    uint32_t seen = 0;           // of them
    std::chrono::milliseconds nap{10};
    bool begun = false;
};

// All versions for one entry point, and what became of earlier ones.
struct EntryVersions {
    opt::EntryPoint entry;
    std::vector<Version*> live;         // matched in this order; owned by Managed::versions
    uint32_t compilations = 0;          // asked for so far
    uint32_t misfits = 0;               // entries that no version fitted since the last compilation
    uint64_t not_before = 0;            // calls of the function before which nothing is compiled for its call
    bool in_flight = false;             // one is being compiled
    bool settled = false;               // nothing more will be compiled
    bool negative_came = false;         // where ints that are not negative were assumed
    std::optional<bool> has_long_step;  // of a generator, from this loop's header; asked once
};

// Whether globals and builtins are known to live when none of the functions is at hand (invalidation.h).
enum class Environment : uint8_t { Unknown, Lives, Gone };

struct Managed {
    Managed(PyCodeObject* code, PyObject* globals, PyObject* builtins, Settings settings);
    ~Managed();
    Managed(const Managed&) = delete;
    Managed& operator=(const Managed&) = delete;

    // Borrowed; see above.
    PyCodeObject* code;
    PyObject* globals;
    PyObject* builtins;
    Managed* next = nullptr;  // of the same code object with other globals; owned
    const uint32_t number;    // of its functions (interp/profile.h)
    Environment environment = Environment::Unknown;

    // What each call reads on its way into native code, close together.
    Tier tier = Tier::Counting;
    Version* at_once = nullptr;  // where calls go past the policy, when its classes are theirs; null: they must ask
    Py_ssize_t positional = 0;   // parameters a call fills in order; -1: *args, keyword-only or **kwargs exist
    uint64_t monitoring_version = 0;
    uint64_t calls = 0, native_calls = 0;
    static constexpr uint64_t first_measured_call = 128;
    uint64_t measured_call = first_measured_call;  // native calls after which it begins

    Settings settings;
    Bailout bailout;
    bool built = false;     // the frontend has been asked: `unit` or `bailout` is there
    bool taken_up = false;  // the allowance had room for it: calls go on from tier Counting
    bool has_loops = false;
    bool checks_iterations = false;  // some loop over prange may turn out to be none that runs in parallel
    bool attach_closures = true;     // functions made of this code from now on are attached at creation
    bool detached = false;
    bool only_calls_given_up = false;  // in tier CPython, because calls are faster there
    bool quick = true;                 // calls in tier Native need no policy: not so at first in mode always
    bool types_are_known = false;      // in mode always: a call was watched
    bool traced = false;               // as of `monitoring_version`
    bool watched = false;              // likewise, and what runs already knows (watchers.h)
    uint32_t saved_code_version = 0;

    Py_ssize_t parameters = 0;  // slots filled at entry
    Py_ssize_t free_variables = 0;

    std::unique_ptr<interp::Unit> unit;
    std::shared_ptr<const ir::Function> generic;
    std::shared_ptr<const std::vector<uint32_t>> bytecode_offsets;  // by generic instruction, from its position
    std::vector<uint32_t> failures;                                 // by generic instruction: exits taken there
    std::vector<uint32_t> classes_known;  // by inline cache: its entries when code was last asked for
    uint32_t knowledge = 0;               // goes up when there are more of them: exits of earlier code count no more
    std::vector<uint32_t> leaves;         // and times code ended before what never ran
    std::vector<std::shared_ptr<Version>> versions;  // installed, and dropped ones that are still active
    std::vector<Version*> embedded;                  // parts of other functions' versions
    std::vector<EntryVersions> entries;              // entries[0] is the call, once built
    std::vector<opt::LineNote> notes;                // of the newest version
    std::map<std::string, std::string> texts;        // of the newest version by stage, when asked for
    bool keep_texts = false;
    uint32_t version_count = 0;
    std::vector<std::string> dropped;  // one line for each version that was given up, and why

    // Functions that have CPython's own entry for a while (naps.h). Borrowed.
    std::vector<PyFunctionObject*> resting;

    // Set while a version is being compiled for this function; the compiler forgets it when the function dies.
    std::vector<Job*> jobs;

    uint64_t interpreter_calls = 0, guard_failures = 0;
    uint32_t samples = 0;     // interpreted calls of the present window
    uint32_t short_runs = 0;  // interpreted calls of a function with loops that stayed short
    uint32_t long_calls = 0;  // calls before native code that took long: few of them say as much as many
    bool loop_became_hot = false;
    interp::Observed returned;  // kinds of the results of interpreted calls
    Measurement measurement;
    Patience patience;

    EntryVersions& at_call() { return entries.front(); }
    EntryVersions& entry_versions(opt::EntryPoint entry);
    // A call makes a generator, a coroutine or an asynchronous generator.
    bool makes_generator() const { return (code->co_flags & frontend::generator_flags) != 0; }
    bool same_environment(const PyFunctionObject* function) const {
        return globals == function->func_globals && builtins == function->func_builtins;
    }
};

const std::unordered_set<Managed*>& all_managed();

// What functions of that number share; null when it is gone.
Managed* managed_of_number(uint32_t number);

// Forgets all versions and counts and begins again with other settings. What was seen of types stays known.
void restart(Managed& managed, const Settings& settings);

// Builds the unit at first need. True when there is one; else `bailout` says why not.
bool build(Managed& managed, PyFunctionObject* function);

}  // namespace aipy::dispatch
