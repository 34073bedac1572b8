#include "dispatch/policy.h"

#include <x86intrin.h>

#include <algorithm>
#include <utility>

#include "dispatch/allowance.h"
#include "dispatch/compiler.h"
#include "dispatch/generator_steps.h"
#include "dispatch/naps.h"
#include "dispatch/native_frame.h"
#include "dispatch/parallel.h"
#include "dispatch/registry.h"
#include "dispatch/request.h"
#include "dispatch/stress.h"
#include "runtime/cpython/dict_watch.h"
#include "support/log.h"

namespace aipy::dispatch {
namespace {

// Interpreted calls with loops that never became hot, after which the function is treated as one without loops.
constexpr uint32_t short_runs_limit = 2;
// Interpreted calls of a function whose loops became hot, after which it is compiled: they say as much as many short
// ones.
constexpr uint32_t long_samples = 2;
// Time stamp ticks, one or two milliseconds, of a call that is worth native code soon: what it does takes long, be it
// in NumPy or in what it calls.
constexpr uint64_t long_call = 4'000'000;
// Calls without a fitting version before one is compiled for their types.
constexpr uint32_t misfit_limit = 3;
// Compilations for one entry, as a multiple of max_versions, after which the next is the last.
constexpr uint32_t rounds = 2;
// In mode always: the call that the interpreter watches, and the iterations of its loops before native code.
constexpr uint64_t watched_call = 2;
constexpr int64_t watched_iterations = 8;
// Time stamp ticks that a call costs less under CPython than was measured: once the function is given back, call sites
// run it without leaving CPython's loop. (Of `x + 1`: measured 320 under CPython and 190 native; in a loop, without the
// loop itself, 110 and 140.)
constexpr uint64_t saved_by_giving_back = 150;
// Optimised code that may be of no use is made for functions that take at least this part of the time.
constexpr uint64_t worth_a_late_version = 8;
constexpr std::chrono::milliseconds longest_nap{1000};
// How soon a loop is looked at again when a compilation is in flight, or its types did not fit.
constexpr int64_t soon = 64;
constexpr int64_t never = INT64_MAX / 2;

bool compiles_at_once(const Managed& managed) {
    return managed.settings.mode == Mode::Always || managed.settings.tier == TierChoice::Native;
}

void move_to(Managed& managed, Tier tier) {
    if (managed.tier == tier) return;
    support::log(support::LogTopic::Policy, "%s: %s -> %s", PyUnicode_AsUTF8(managed.code->co_qualname),
                 tier_name(managed.tier), tier_name(tier));
    managed.tier = tier;
    managed.samples = 0;
}

uint64_t median(std::array<uint64_t, Measurement::calls> times) {
    std::nth_element(times.begin(), times.begin() + Measurement::calls / 2, times.end());
    return times[Measurement::calls / 2];
}

// Whether another version may be compiled for the entry, and whether it must be the last.
bool may_compile(const Managed& managed, const EntryVersions& entry) {
    if (entry.in_flight || entry.settled) return false;
    // What the next call runs comes before what only this one would.
    if (!entry.entry.at_call() && !entry.live.empty() && managed.entries.front().in_flight) return false;
    return !entry.entry.at_call() || (managed.calls >= entry.not_before && !managed.generic->is_generator);
}

bool is_last(const Managed& managed, const EntryVersions& entry) {
    const uint32_t limit = managed.settings.max_versions;
    const auto kept = std::ranges::count_if(entry.live, [](const Version* version) { return !version->outgrown; });
    return kept + 1 >= limit || entry.compilations + 1 >= rounds * limit;
}

// Optimised code is replaced by optimised code: it goes on until that is there.
bool replaces_optimised_code(const EntryVersions& entry) {
    return std::ranges::any_of(entry.live, [](const Version* version) { return version->outgrown && !version->quick; });
}

// Whether a running call could be taken over by native code in the middle.
bool has_long_loops(const Managed& managed) {
    return managed.has_loops && (managed.loop_became_hot || managed.short_runs < short_runs_limit);
}

void compile(Managed& managed, EntryVersions& entry, PyObject* const* values) {
    if (!may_compile(managed, entry)) return;
    entry.misfits = 0;
    RequestOptions options{.generic_only = is_last(managed, entry), .values = values};
    // Quick code for the whole call would be slower than the interpreter that enters its loop.
    options.optimised = (entry.entry.at_call() && has_optimised_loop(managed)) || replaces_optimised_code(entry);
    std::unique_ptr<Job> job = make_job(managed, entry, options);
    job->interpreter_waits = !entry.entry.at_call() || has_long_loops(managed);
    submit(std::move(job), managed.settings.background);
}

bool build_or_give_up(Managed& managed, PyFunctionObject* function) {
    if (build(managed, function)) return true;
    move_to(managed, Tier::CPython);
    return false;
}

// A generator's object is made by the interpreter; native code takes its body over where it goes on after a yield.
Route run_generators(Managed& managed, int64_t threshold) {
    if (managed.tier == Tier::Counting) {
        managed.unit->hooks.loop_threshold = threshold;
        managed.unit->reset_loop_counters();
        move_to(managed, Tier::Interpreter);
    }
    return Route::Interpreter;
}

// In mode auto: builds the function if there is time for it now; else its next call asks again.
bool take_up(Managed& managed, PyFunctionObject* function) {
    if (!managed.taken_up && !allowance_is_left()) return false;
    managed.taken_up = true;
    Charge charge;
    return build_or_give_up(managed, function);
}

// There was no time for it now.
Route wait_for_allowance(Managed& managed, PyFunctionObject* function) {
    if (managed.tier == Tier::Counting) nap(managed, function, allowance_comes());
    return Route::CPython;
}

Route begin_generator(Managed& managed, PyFunctionObject* function) {
    if (managed.has_loops) {
        if (!take_up(managed, function)) return wait_for_allowance(managed, function);
        if (has_long_steps(*managed.generic)) return run_generators(managed, managed.settings.loop_threshold);
    }
    give_up(managed, "generator", "It does so little between its yields that CPython is fastest at it.", 0);
    return Route::CPython;
}

// The first calls in mode auto of a function that may have loops.
Route begin(Managed& managed, PyFunctionObject* function) {
    if (managed.calls == 1) managed.has_loops = code_has_loops(managed.code);
    if (managed.makes_generator()) return begin_generator(managed, function);
    if (!managed.has_loops || managed.short_runs >= short_runs_limit) return Route::CPython;
    if (!take_up(managed, function)) return wait_for_allowance(managed, function);
    move_to(managed, Tier::Sampling);
    return Route::Interpreter;
}

Route count(Managed& managed, PyFunctionObject* function) {
    const bool first_calls = managed.calls <= managed.settings.call_threshold && managed.long_calls < long_samples;
    if (!managed.taken_up && managed.short_runs == 0 && (first_calls || managed.makes_generator()))
        return begin(managed, function);
    if (first_calls) return Route::CPython;
    if (!take_up(managed, function)) return wait_for_allowance(managed, function);
    move_to(managed, Tier::Sampling);
    return Route::Interpreter;
}

Route sample(Managed& managed, PyFunctionObject* function) {
    const uint32_t wanted = managed.settings.sample_calls;
    const bool is_long = managed.loop_became_hot || managed.long_calls > 0;
    if (managed.samples < (is_long ? std::min(wanted, long_samples) : wanted)) {
        bool cold = managed.calls <= managed.settings.call_threshold && managed.short_runs >= short_runs_limit;
        if (!cold) return Route::Interpreter;
        move_to(managed, Tier::Counting);
        return Route::CPython;
    }
    move_to(managed, Tier::Waiting);
    compile(managed, managed.at_call(), nullptr);
    if (managed.tier == Tier::Native) return Route::Native;
    if (!has_long_loops(managed)) nap_while_compiling(managed, function);
    return Route::Interpreter;
}

// Whether calls come so densely that the function takes a good part of the time.
bool is_called_densely(Patience& patience) {
    const uint64_t now = __rdtsc();
    if (patience.seen++ == 0) patience.begin = now;
    if (patience.seen < Patience::calls) return false;
    return now - patience.begin < patience.ticks_of_call * Patience::calls * worth_a_late_version;
}

// Calls go on under CPython until optimised code is there; that is measured again.
Route be_patient(Managed& managed, PyFunctionObject* function) {
    EntryVersions& entry = managed.at_call();
    Patience& patience = managed.patience;
    if (entry.in_flight) {
        nap_while_compiling(managed, function);
    } else if (!std::exchange(patience.begun, true)) {
        nap(managed, function, Clock::now() + patience.nap);
    } else if (is_called_densely(patience) && may_compile(managed, entry)) {
        submit(make_job(managed, entry, {.optimised = true}), true);
        nap_while_compiling(managed, function);
    } else if (patience.seen == Patience::calls) {
        patience.seen = 0;
        patience.nap = std::min(patience.nap * 2, longest_nap);
        nap(managed, function, Clock::now() + patience.nap);
    }
    return Route::CPython;
}

Route wait(Managed& managed, PyFunctionObject* function) {
    if (!managed.at_call().in_flight && managed.at_call().live.empty()) return Route::Interpreter;
    if (has_long_loops(managed)) return Route::Interpreter;
    nap_while_compiling(managed, function);
    return Route::CPython;
}

Route always(Managed& managed, PyFunctionObject* function) {
    if (!build_or_give_up(managed, function)) return Route::CPython;
    if (managed.generic->is_generator) return run_generators(managed, watched_iterations);
    if (!managed.types_are_known && managed.calls == watched_call) {
        managed.unit->hooks.loop_threshold = watched_iterations;
        managed.unit->reset_loop_counters();
        return Route::Interpreter;
    }
    const bool were_known =
        std::exchange(managed.types_are_known, managed.types_are_known || managed.calls > watched_call);
    if (managed.types_are_known && !were_known)
        while (!managed.at_call().live.empty()) drop(*managed.at_call().live.back(), "types are known now");
    move_to(managed, Tier::Native);
    managed.quick = were_known && !managed.settings.stress;
    return Route::Native;
}

// In mode auto: whether loops over prange are looked at when they begin, which CPython does not do. Such a function
// never runs there, from its first call on; its loops become native as they run.
bool looks_at_iterations(Managed& managed, PyFunctionObject* function) {
    if (managed.tier != Tier::Counting || !managed.settings.options.parallel()) return false;
    return build(managed, function) && managed.checks_iterations;
}

}  // namespace

Route route_call(Managed& managed, PyFunctionObject* function) {
    ++managed.calls;
    if (managed.tier == Tier::CPython || managed.settings.mode == Mode::Off) return Route::CPython;
    if (managed.settings.tier == TierChoice::Interpreter) {
        if (!build_or_give_up(managed, function)) return Route::CPython;
        move_to(managed, Tier::Interpreter);
        return Route::Interpreter;
    }
    if (compiles_at_once(managed)) return always(managed, function);
    if (looks_at_iterations(managed, function)) move_to(managed, Tier::Interpreter);
    switch (managed.tier) {
        case Tier::Counting: return count(managed, function);
        case Tier::Sampling: return sample(managed, function);
        case Tier::Patient: return be_patient(managed, function);
        case Tier::Waiting: return wait(managed, function);
        case Tier::Native:
            if (managed.native_calls >= managed.measured_call) consider_measurement(managed);
            return Route::Native;
        case Tier::Measuring: return managed.measurement.next_is_native() ? Route::Native : Route::CPython;
        case Tier::Interpreter: return Route::Interpreter;
        case Tier::CPython: return Route::CPython;
    }
    return Route::CPython;
}

bool waits_under_cpython(const Managed& managed) {
    const EntryVersions& entry = managed.entries.front();
    return !has_long_loops(managed) && entry.in_flight && entry.live.empty() && managed.settings.background;
}

bool misfit(Managed& managed, PyObject* const* values) {
    EntryVersions& entry = managed.at_call();
    ++entry.misfits;
    if (entry.settled || entry.in_flight) return false;
    bool at_once = compiles_at_once(managed);
    if (!at_once && entry.misfits < misfit_limit && !entry.live.empty()) return false;
    compile(managed, entry, values);
    return !entry.in_flight && !entry.live.empty() && fits(*entry.live.back(), values);
}

void counted(Managed& managed, uint64_t ticks) {
    if (ticks >= long_call) ++managed.long_calls;
}

void interpreted(Managed& managed, PyObject* result, uint64_t ticks) {
    counted(managed, ticks);
    ++managed.interpreter_calls;
    ++managed.samples;
    if (result != nullptr) interp::record(managed.returned, result);
    if (managed.tier == Tier::Sampling && !managed.loop_became_hot && ticks < long_call) ++managed.short_runs;
}

// Of a callee: counts for the version that it is part of, whose next one sees the callee's failures.
static void part_failed(Version& root) {
    if (root.dropped || ++root.failures < root.owner->settings.max_exits || root.generic_only) return;
    drop(root, "guards of a function that is part of it failed");
    EntryVersions& entry = root.owner->entry_versions(root.entry_point);
    if (entry.entry.at_call() && root.owner->settings.background) compile(*root.owner, entry, nullptr);
}

// Where native code checks what it assumes of its entry values.
static ir::InstrId entry_position(const Version& version) {
    const ir::Function& generic = *version.owner->generic;
    return generic.block(version.entry_point.at_call() ? 0 : version.entry_point.header).instrs.front();
}

// Nothing is wrong with the op at the entry: the next version is one that takes ints of both signs.
static void take_negative_ints(Managed& managed, Version& version) {
    EntryVersions& entry = managed.entry_versions(version.entry_point);
    entry.negative_came = true;
    if (version.dropped) return;
    drop(version, "an int was negative that had not been so far");
    --entry.compilations;
    if (entry.entry.at_call() && managed.settings.background) compile(managed, entry, nullptr);
}

// After a second wrong guess the profile gets more calls than before each time, lest the next guess fails as well.
static void watch_longer(const Managed& managed, EntryVersions& entry) {
    if (entry.compilations > 1)
        entry.not_before = managed.calls + (uint64_t{managed.settings.sample_calls} << entry.compilations);
}

// It does what it does rightly, only not all. A loop's entry asks for the next one itself.
static void outgrow(Managed& managed, EntryVersions& entry, Version& version) {
    if (!std::exchange(version.outgrown, true)) --entry.compilations;
    if (entry.entry.at_call()) compile(managed, entry, nullptr);
}

void guard_failed(Version& version, ir::InstrId position, bool never_ran) {
    Managed& managed = *version.owner;
    ++managed.guard_failures;
    if (version.assumes_naturals && version.root == nullptr && position == entry_position(version))
        return take_negative_ints(managed, version);
    std::vector<uint32_t>& counts = never_ran ? managed.leaves : managed.failures;
    const bool counts_still = never_ran || version.knowledge == managed.knowledge;
    if (position < counts.size() && counts_still) ++counts[position];
    if (version.root != nullptr) return part_failed(*version.root);
    if (version.dropped || ++version.failures < managed.settings.max_exits || version.generic_only) return;
    EntryVersions& entry = managed.entry_versions(version.entry_point);
    // What has run now is known for good: no guess was wrong, so this is no step towards the last version.
    if (never_ran && !compiles_at_once(managed)) return outgrow(managed, entry, version);
    drop(version, "its guards failed " + std::to_string(version.failures) + " times");
    if (never_ran)
        --entry.compilations;
    else if (!compiles_at_once(managed))
        watch_longer(managed, entry);
    // The call that fails now goes on in the interpreter and widens the profile; a loop's entry asks again itself.
    if (entry.entry.at_call() && managed.settings.background) compile(managed, entry, nullptr);
}

void generator_left(Version& version, Managed& generator, ir::InstrId position, bool never_ran) {
    std::vector<uint32_t>& counts = never_ran ? generator.leaves : generator.failures;
    if (position < counts.size()) ++counts[position];
    guard_failed(version, ir::no_id, never_ran);
}

void drop_invalid(Version& version) {
    Managed& managed = *version.owner;
    EntryVersions& entry = managed.entry_versions(version.entry_point);
    drop(version, "something it assumed has changed");
    if (entry.entry.at_call() && managed.settings.background) compile(managed, entry, nullptr);
}

void consider_measurement(Managed& managed) {
    managed.measured_call = UINT64_MAX;
    managed.measurement = {};
    move_to(managed, Tier::Measuring);
}

// Quick code says little about the code that would replace it, but while it is slower nobody should have to run it.
static void lay_aside_quick_code(Managed& managed, uint64_t ticks_of_call) {
    EntryVersions& entry = managed.at_call();
    while (!entry.live.empty()) drop(*entry.live.back(), "its quick code was measured to be slower than CPython");
    managed.patience = {.ticks_of_call = ticks_of_call};
    managed.measured_call = managed.native_calls + Managed::first_measured_call;
    move_to(managed, Tier::Patient);
}

// Call sites do better without aipy. The body may still become part of other functions' code.
static void give_up_calls(Managed& managed) {
    managed.only_calls_given_up = true;
    give_up(managed, "slower", "its native code was measured to be slower than CPython", 0);
}

void measured(Managed& managed, bool native, uint64_t ticks) {
    Measurement& times = managed.measurement;
    if (managed.tier != Tier::Measuring) return;
    if (native && times.native_count < Measurement::calls) times.native[times.native_count++] = ticks;
    if (!native && times.cpython_count < Measurement::calls) times.cpython[times.cpython_count++] = ticks;
    if (times.native_is_far_ahead()) return move_to(managed, Tier::Native);
    if (!times.complete()) return;
    move_to(managed, Tier::Native);
    const uint64_t cpython = median(times.cpython), in_native = median(times.native);
    support::log(support::LogTopic::Policy, "%s: a call takes %llu ticks, under CPython %llu",
                 PyUnicode_AsUTF8(managed.code->co_qualname), static_cast<unsigned long long>(in_native),
                 static_cast<unsigned long long>(cpython));
    // Native code calls through vectorcall either way.
    const bool called_by_native_code = times.from_native_code > Measurement::calls;
    const uint64_t saved = called_by_native_code ? 0 : saved_by_giving_back;
    if (in_native + saved <= cpython) return;
    if (!times.native_is_behind(saved)) {
        managed.measured_call = managed.native_calls * 2;
        return;
    }
    auto is_quick = [](const Version* version) { return version->quick; };
    if (!std::ranges::any_of(managed.at_call().live, is_quick))
        give_up_calls(managed);
    else if (has_long_loops(managed))
        managed.measured_call = managed.native_calls * 2;
    else
        lay_aside_quick_code(managed, cpython);
}

void give_up(Managed& managed, std::string name, std::string text, int line) {
    managed.bailout = {std::move(name), std::move(text), line};
    move_to(managed, Tier::CPython);
    std::vector<Version*> live;
    for (EntryVersions& entry : managed.entries) {
        entry.settled = true;
        live.insert(live.end(), entry.live.begin(), entry.live.end());
    }
    for (Version* version : live) drop(*version, managed.bailout.text);
}

// ---- loops --------------------------------------------------------------------------------------------------

namespace {

// Entry values of a loop header: mostly few.
class EntryValues {
  public:
    explicit EntryValues(size_t count) : values_(count <= few ? inline_ : new PyObject*[count]) {}
    ~EntryValues() {
        if (values_ != inline_) delete[] values_;
    }
    EntryValues(const EntryValues&) = delete;
    EntryValues& operator=(const EntryValues&) = delete;
    PyObject** data() { return values_; }

  private:
    static constexpr size_t few = 48;
    PyObject* inline_[few];
    PyObject** values_;
};

Version* fitting(EntryVersions& entry, PyObject* const* values) {
    for (size_t i = 0; i < entry.live.size();) {
        Version& version = *entry.live[i];
        if (version.fallen) {
            drop_invalid(version);
            continue;
        }
        if (fits(version, values)) return &version;
        ++i;
    }
    return nullptr;
}

// Room on the stack was looked for when the generator went on; only a large frame needs more than the margin has.
void run_generator(Version& version, interp::Activation& activation) {
    if (!version.stress.empty()) [[unlikely]]
        prepare_stress(version, version.owner->settings);
    ++version.owner->native_calls;
    Activation active(version);
    NativeGenerator native(version, activation);
    auto* registers = reinterpret_cast<PyObject**>(activation.registers);
    bool large = version.frame_bytes > runtime::cpython::stack_margin / 16;
    activation.result = large ? run_activation(version, nullptr, registers, activation.thread)
                              : version.entry(registers, activation.thread);
}

// Somebody who has the frame object may ask it for locals at any time; the interpreter's frame has them.
bool frame_is_held(const interp::Activation& activation) {
    const PyFrameObject* object = static_cast<const interp::Running&>(activation).frame->frame_obj;
    return object != nullptr && Py_REFCNT(object) > 1;
}

bool may_go_on_natively(const Managed& managed, const interp::Activation& activation) {
    return !managed.watched && !frame_is_held(activation);
}

bool enter_loop(Managed& managed, EntryVersions& entry, interp::Activation& activation) {
    if (!may_go_on_natively(managed, activation)) return false;
    ir::BlockId header = entry.entry.header;
    EntryValues values(managed.generic->slots.size() + interp::live_temporaries(*managed.unit, header).size());
    interp::peek_entry_values(activation, header, values.data());
    runtime::cpython::look_at_dicts();
    Version* version = fitting(entry, values.data());
    if (version == nullptr) {
        compile(managed, entry, values.data());
        version = fitting(entry, values.data());
    } else if (version->outgrown) {
        compile(managed, entry, values.data());
    }
    if (version == nullptr || version->valid == 0) return false;
    if (managed.generic->is_generator) {
        if (entry.live.size() == 1) managed.unit->natives[header] = version;
        run_generator(*version, activation);
        return true;
    }
    // The interpreter's frame ends here; its function is the one whose frame comes instead.
    PyObject* function = runtime::cpython::function_of(static_cast<interp::Running&>(activation).frame);
    interp::take_entry_values(activation, header, values.data());
    if (!version->stress.empty()) prepare_stress(*version, managed.settings);
    ++managed.native_calls;
    activation.result = run_activation(*version, function, values.data(), activation.thread);
    return true;
}

}  // namespace

static bool steps_are_long(const Managed& managed, EntryVersions& entry) {
    if (!entry.has_long_step) entry.has_long_step = has_long_step(*managed.generic, entry.entry.header);
    return *entry.has_long_step;
}

bool on_loop(interp::Unit& unit, ir::BlockId header, interp::Activation& activation) noexcept {
    if (const PartOfLoop part = part_at_header(unit, header, activation); part != PartOfLoop::None)
        return part == PartOfLoop::Ended;
    auto& managed = *static_cast<Managed*>(unit.hooks.owner);
    if (void* native = unit.natives[header];
        native != nullptr && may_go_on_natively(managed, activation) && on_resume(native, activation)) {
        unit.loop_counters[header] = 1;
        return true;
    }
    managed.loop_became_hot = true;
    install_results();
    bool native = managed.settings.tier != TierChoice::Interpreter && managed.tier != Tier::CPython;
    EntryVersions& entry = managed.entry_versions({header});
    bool short_step = managed.generic->is_generator && !compiles_at_once(managed) && !steps_are_long(managed, entry);
    int64_t& counter = unit.loop_counters[header];
    if (!native || short_step || (entry.settled && entry.live.empty())) {
        counter = never;
        return false;
    }
    // Whatever happens, the next activation looks early: a version may be there already.
    counter = soon;
    if (enter_loop(managed, entry, activation)) {
        // A generator comes to native code anew each time it goes on.
        if (managed.generic->is_generator) counter = 1;
        return true;
    }
    if (!entry.in_flight) counter = unit.hooks.loop_threshold;
    return false;
}

bool on_resume(void* native, interp::Activation& activation) noexcept {
    auto& version = *static_cast<Version*>(native);
    runtime::cpython::look_at_dicts();
    // The loop's poll asks for what comes after an outgrown one.
    if (version.valid == 0 || version.outgrown || !fits_registers(version, activation.registers)) return false;
    run_generator(version, activation);
    return true;
}

}  // namespace aipy::dispatch
