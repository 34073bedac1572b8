#include "dispatch/managed.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "dispatch/compiler.h"
#include "dispatch/invalidation.h"
#include "dispatch/naps.h"
#include "dispatch/policy.h"
#include "dispatch/watchers.h"
#include "frontend/frontend.h"
#include "interp/positions.h"
#include "ir/print.h"
#include "opt/lifetimes.h"
#include "runtime/cpython/internal.h"
#include "runtime/cpython/monitoring.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"
#include "support/log.h"

namespace aipy::dispatch {
namespace {

// The unit is told to own nothing that the function object or its code own already: they would never die.
void borrow_environment(interp::Unit& unit) {
    Py_DECREF(unit.context.globals);
    Py_DECREF(unit.context.builtins);
    Py_DECREF(reinterpret_cast<PyObject*>(unit.context.code));
}

void note_parameters(Managed& managed) {
    PyCodeObject* code = managed.code;
    bool exact = (code->co_flags & (CO_VARARGS | CO_VARKEYWORDS)) == 0 && code->co_kwonlyargcount == 0;
    managed.positional = exact ? code->co_argcount : -1;
    managed.parameters = managed.generic->parameter_count;
    managed.free_variables = code->co_nfreevars;
}

// Where in CPython's bytecode each generic instruction lies, for the frames of native calls.
std::shared_ptr<const std::vector<uint32_t>> bytecode_offsets(const Managed& managed) {
    interp::Positions positions(managed.code);
    auto offsets = std::make_shared<std::vector<uint32_t>>();
    for (const ir::Instr& instr : managed.generic->instrs)
        offsets->push_back(static_cast<uint32_t>(positions.unit_of(instr.span)) * sizeof(_Py_CODEUNIT));
    return offsets;
}

void note_bailout(Managed& managed, const frontend::BuildResult& built) {
    managed.bailout.name = frontend::bailout_name(built.reason);
    managed.bailout.text = frontend::bailout_text(built.reason);
    managed.bailout.line = built.reason_line;
    if (!built.detail.empty()) managed.bailout.text += " (" + built.detail + ")";
    support::log(support::LogTopic::Frontend, "%s stays with CPython: %s, line %d",
                 PyUnicode_AsUTF8(managed.code->co_qualname), managed.bailout.name.c_str(), managed.bailout.line);
}

void make_unit(Managed& managed, frontend::BuildResult built, PyFunctionObject* function) {
    opt::insert_lifetimes(*built.function);
    std::vector<PyObject*> objects = built.take_objects();
    managed.unit = std::make_unique<interp::Unit>(std::move(*built.function), std::move(objects), function);
    borrow_environment(*managed.unit);
    managed.generic = std::make_shared<const ir::Function>(managed.unit->generic);
    managed.bytecode_offsets = bytecode_offsets(managed);
    managed.failures.assign(managed.generic->instrs.size(), 0);
    managed.classes_known.assign(managed.generic->cache_count, 0);
    managed.leaves.assign(managed.generic->instrs.size(), 0);
    managed.entries.push_back({opt::EntryPoint{}});
    for (const ir::Block& block : managed.generic->blocks) managed.has_loops |= block.is_loop_header;
    managed.unit->context.parallel = managed.settings.options.parallel();
    managed.checks_iterations = std::ranges::any_of(
        managed.generic->instrs, [](const ir::Instr& instr) { return instr.op == ir::Op::CheckIterations; });
    managed.unit->hooks.on_loop = on_loop;
    managed.unit->hooks.on_resume = on_resume;
    managed.unit->hooks.loop_threshold = managed.settings.loop_threshold;
    managed.unit->hooks.owner = &managed;
    managed.unit->reset_loop_counters();
    adopt_watchers(managed);
    note_parameters(managed);
    if (support::list_contains(managed.settings.options.dump(), "ir"))
        std::fprintf(stderr, "%s\n", ir::print(*managed.generic).c_str());
}

void adopt_settings(Managed& managed) {
    bool automatic = managed.settings.mode == Mode::Auto && managed.settings.tier == TierChoice::Auto;
    managed.quick = automatic && !managed.settings.stress;
    managed.measured_call = automatic ? Managed::first_measured_call : UINT64_MAX;
}

}  // namespace

const char* tier_name(Tier tier) {
    switch (tier) {
        case Tier::Counting: return "counting";
        case Tier::Sampling: return "sampling";
        case Tier::Patient: return "patient";
        case Tier::Waiting: return "compiling";
        case Tier::Native: return "native";
        case Tier::Measuring: return "measuring";
        case Tier::Interpreter: return "interpreter";
        case Tier::CPython: return "cpython";
    }
    return "";
}

bool Measurement::native_is_far_ahead() const {
    constexpr size_t enough = 2;
    constexpr uint64_t far = 2;
    if (native_count < enough || cpython_count < enough) return false;
    const uint64_t slowest = *std::max_element(native.begin(), native.begin() + native_count);
    return slowest * far < *std::min_element(cpython.begin(), cpython.begin() + cpython_count);
}

bool Measurement::next_is_native() {
    if (native_count == calls || cpython_count == calls) return native_count < calls;
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (chance >> 32 & 1) != 0;
}

// The rank test of Mann and Whitney: of the pairs of a native call and one under CPython, so many have the longer
// native one. Without a difference it is half of them, and in one of twenty measurements `by_chance` or more.
bool Measurement::native_is_behind(uint64_t saved_under_cpython) const {
    constexpr size_t by_chance = 101;  // of 12 * 12
    static_assert(calls == 12);
    size_t longer = 0;
    for (uint64_t in_native : native)
        longer += static_cast<size_t>(
            std::ranges::count_if(cpython, [&](uint64_t ticks) { return in_native + saved_under_cpython > ticks; }));
    return longer >= by_chance;
}

static std::unordered_set<Managed*>& managed_functions() {
    static auto* all = new std::unordered_set<Managed*>;
    return *all;
}

const std::unordered_set<Managed*>& all_managed() { return managed_functions(); }

static std::unordered_map<uint32_t, Managed*>& managed_by_number() {
    static auto* by_number = new std::unordered_map<uint32_t, Managed*>;
    return *by_number;
}

Managed* managed_of_number(uint32_t number) {
    auto found = managed_by_number().find(number);
    return found == managed_by_number().end() ? nullptr : found->second;
}

// Numbers are never used again.
static uint32_t next_number() {
    static uint32_t last = 0;
    return ++last;
}

Managed::Managed(PyCodeObject* function_code, PyObject* function_globals, PyObject* function_builtins, Settings chosen)
    : code(function_code),
      globals(function_globals),
      builtins(function_builtins),
      number(next_number()),
      settings(std::move(chosen)) {
    adopt_settings(*this);
    managed_functions().insert(this);
    managed_by_number().emplace(number, this);
    watched = runtime::cpython::is_monitored(runtime::cpython::thread_state(), code);
}

Managed::~Managed() {
    managed_functions().erase(this);
    managed_by_number().erase(number);
    forget_jobs(*this);
    forget_nap(*this);
    for (const std::shared_ptr<Version>& version : versions) version->dropped = true;  // an upgrade may hold it
    versions.clear();
    for (Version* part : embedded) {
        invalidate(*part);
        part->owner = nullptr;
    }
    if (unit == nullptr) return;
    unit->context.globals = nullptr;
    unit->context.builtins = nullptr;
    unit->context.code = nullptr;
}

EntryVersions& Managed::entry_versions(opt::EntryPoint entry) {
    for (EntryVersions& versions_there : entries)
        if (versions_there.entry == entry) return versions_there;
    return entries.emplace_back(EntryVersions{entry});
}

void restart(Managed& managed, const Settings& settings) {
    forget_jobs(managed);
    for (EntryVersions& entry : managed.entries) {
        while (!entry.live.empty()) drop(*entry.live.back(), "the function was attached anew");
        entry = EntryVersions{entry.entry};
    }
    managed.settings = settings;
    adopt_settings(managed);
    managed.tier = Tier::Counting;
    managed.bailout = {};
    managed.detached = false;
    managed.attach_closures = true;
    managed.calls = managed.samples = managed.short_runs = managed.long_calls = 0;
    managed.loop_became_hot = managed.taken_up = managed.only_calls_given_up = false;
    if (managed.unit == nullptr) {
        managed.built = false;
        return;
    }
    managed.unit->hooks.loop_threshold = settings.loop_threshold;
    managed.unit->context.parallel = settings.options.parallel();
    managed.unit->reset_loop_counters();
}

bool build(Managed& managed, PyFunctionObject* function) {
    if (managed.built) return managed.unit != nullptr;
    managed.built = true;
    PyObject* raised = PyErr_GetRaisedException();
    frontend::BuildResult built = frontend::build(reinterpret_cast<PyObject*>(function));
    if (built.function == nullptr)
        note_bailout(managed, built);
    else
        make_unit(managed, std::move(built), function);
    PyErr_SetRaisedException(raised);
    return managed.unit != nullptr;
}

}  // namespace aipy::dispatch
