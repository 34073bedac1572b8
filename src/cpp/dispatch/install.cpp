#include "dispatch/install.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "dispatch/compiler.h"
#include "dispatch/invalidation.h"
#include "dispatch/managed.h"
#include "dispatch/native_frame.h"
#include "dispatch/policy.h"
#include "dispatch/registry.h"
#include "dispatch/stress.h"
#include "ir/print.h"
#include "runtime/cpython/dict_watch.h"
#include "support/log.h"

namespace aipy::dispatch {
namespace {

// Bindings that the compiler did not rest on may change freely.
void keep_used_assumptions(Version& version, const opt::CompileResult& result) {
    std::vector<ir::InstrId> loads;
    for (const opt::Assumption& assumption : result.assumptions) loads.push_back(assumption.load);
    keep_assumptions(version, loads);
}

// Of the callees that are part of the code; the others are forgotten.
void put_parts_to_use(Version& version, opt::CompileResult& result) {
    for (size_t i = 0; i < version.parts.size(); ++i) {
        std::shared_ptr<Version>& part = version.parts[i];
        std::unique_ptr<opt::CompileResult>& callee = result.callees[i];
        if (callee != nullptr) {
            part->function = std::move(callee->function);
            keep_used_assumptions(*part, *callee);
        } else {
            part.reset();
        }
    }
}

// What each activation holds, where changes are not told.
void hold_assumed(Version& version) {
    if (runtime::cpython::dicts_tell) return;
    std::vector<PyObject*> held;
    for_each_part(version, [&](const Version& part) {
        for (const Version::Binding& assumed : part.assumed)
            if (assumed.value != nullptr && std::ranges::count(held, assumed.value) == 0) held.push_back(assumed.value);
    });
    if (!held.empty()) version.held = std::make_shared<const std::vector<PyObject*>>(std::move(held));
}

void show_texts(Managed& managed, Job& job) {
    const std::string& dump = managed.settings.options.dump();
    auto keep = [&](const char* stage, std::string text) {
        if (support::list_contains(dump, stage)) std::fprintf(stderr, "%s\n", text.c_str());
        managed.texts[stage] = std::move(text);
    };
    if (job.request.keep_texts) {
        keep("passes", std::move(job.result.passes_text));
        keep("typed", ir::print(*job.result.function));
    }
    if (job.want_machine_texts) {
        keep("llvm", std::move(job.output.llvm_text));
        keep("asm", std::move(job.output.asm_text));
    }
}

void note_failure(Managed& managed, EntryVersions& entry, const Job& job) {
    entry.settled = true;
    managed.dropped.push_back("not compiled: " + job.error);
    support::log(support::LogTopic::Compile, "%s: %s", job.name.c_str(), job.error.c_str());
    if (entry.entry.at_call() && entry.live.empty()) give_up(managed, "not_compiled", job.error, 0);
}

void take_code(Version& version, const Job& job) {
    version.entry = reinterpret_cast<AipyEntry>(job.output.entry);
    version.quick = job.step == Step::Quick;
    version.native_bytes += job.output.code_bytes;
    version.frame_bytes = job.output.frame_bytes;
    version.compile_ms += job.compile_ms;
}

void drop_outgrown(EntryVersions& entry) {
    const std::vector<Version*> live = entry.live;
    for (Version* version : live)
        if (version->outgrown) drop(*version, "it ended before what had never run");
}

// Calls enter that code from now on, and their loops with it.
void spare_loops(const Managed& managed) {
    for (const EntryVersions& entry : managed.entries)
        if (!entry.entry.at_call())
            for (Version* version : entry.live) version->spare = true;
}

void put_to_use(Managed& managed, EntryVersions& entry, Job& job) {
    Version& version = *job.version;
    drop_outgrown(entry);
    take_code(version, job);
    show_texts(managed, job);
    version.function = std::move(job.result.function);
    // A generator has a frame of its own.
    version.visible = !version.function->is_generator && needs_frame(*version.function);
    keep_used_assumptions(version, job.result);
    put_parts_to_use(version, job.result);
    hold_assumed(version);
    for_each_part(version, [&](const Version& part) { version.calls_itself |= calls_itself(*part.function); });
    if (version.generic_only) entry.settled = true;
    managed.notes = std::move(job.result.notes);
    entry.live.push_back(&version);
    if (entry.entry.at_call()) spare_loops(managed);
    managed.versions.push_back(job.version);
    // With several to choose from, a generator asks.
    if (managed.generic->is_generator) managed.unit->natives[entry.entry.header] = nullptr;
    bool waits = managed.tier == Tier::Waiting || managed.tier == Tier::Sampling || managed.tier == Tier::Patient;
    if (entry.entry.at_call() && waits) managed.tier = Tier::Native;
}

// Optimised code takes about ten times as long to make as quick code; where that is too much, quick code is all.
void ask_for_upgrade(Managed& managed, std::unique_ptr<Job> job) {
    if (std::max(job->compile_ms, job->output.making_ms) > static_cast<double>(managed.settings.options.compile_ms())) {
        job->version->quick = false;
        return;
    }
    job->step = Step::Upgrade;
    job->request = {};
    job->output = {};
    managed.jobs.push_back(job.get());
    submit(std::move(job), true);
}

// Running loops leave their quick code, when there is better code for them to enter at the next turn.
void upgrade(Managed& managed, const Job& job) {
    Version& version = *job.version;
    version.quick = false;
    if (!job.error.empty() || version.dropped || version.fallen) return;
    take_code(version, job);
    const bool at_call = version.entry_point.at_call();
    if (version.active == 0 || (at_call && !has_optimised_loop(managed))) return;
    version.current = 0;
    if (!at_call) managed.unit->loop_counters[version.entry_point.header] = 1;
}

}  // namespace

void install(std::unique_ptr<Job> job) {
    // Freed with the version, whatever comes.
    if (job->output.handle != nullptr) job->version->handles.push_back(job->output.handle);
    Managed* managed = job->managed;
    if (managed == nullptr) return;
    std::erase(managed->jobs, job.get());
    if (job->request.entry.at_call()) wake_functions(*managed);
    if (job->step == Step::Upgrade) return upgrade(*managed, *job);
    EntryVersions& entry = managed->entry_versions(job->request.entry);
    entry.in_flight = false;
    if (managed->tier == Tier::CPython) return;
    if (!job->error.empty()) return note_failure(*managed, entry, *job);
    runtime::cpython::look_at_dicts();
    if (job->version->fallen) return;  // changed meanwhile; the next call asks again
    put_to_use(*managed, entry, *job);
    if (job->step == Step::Quick) ask_for_upgrade(*managed, std::move(job));
}

}  // namespace aipy::dispatch
