#include "dispatch/report.h"

#include <algorithm>
#include <map>

#include "dispatch/compiler.h"
#include "dispatch/request.h"
#include "dispatch/stress.h"
#include "ir/print.h"

namespace aipy::dispatch {
namespace {

int32_t line_of(const ir::Function& generic, ir::BlockId header) {
    for (ir::InstrId id : generic.block(header).instrs)
        if (generic.instr(id).span.line > 0) return generic.instr(id).span.line;
    return 0;
}

std::string entry_text(const Managed& managed, const opt::EntryPoint& entry) {
    if (entry.at_call()) return "call";
    return "loop at line " + std::to_string(line_of(*managed.generic, entry.header));
}

// Entry values that the version assumes something about, by name.
std::string types_text(const Managed& managed, const Version& version) {
    std::string text;
    const std::vector<ir::Slot>& slots = managed.generic->slots;
    for (size_t i = 0; i < version.entry_types.size() && i < slots.size(); ++i) {
        ir::TypeKind kind = version.entry_types[i].kind;
        bool at_call = version.entry_point.at_call();
        if (kind == ir::TypeKind::Null || kind == ir::TypeKind::Cell ||
            (at_call && i >= managed.generic->parameter_count))
            continue;
        text += (text.empty() ? "" : ", ") + slots[i].name + ": " + ir::print_type(version.entry_types[i]);
    }
    return text;
}

std::string version_state(const Version& version) {
    if (version.dropped) return "dropped, still running";
    if (version.fallen) return "invalid";
    if (version.quick) return version.generic_only ? "quick, generic" : "quick";
    return version.generic_only ? "generic" : "";
}

VersionReport report_of(const Managed& managed, Version& version) {
    VersionReport report;
    report.entry = entry_text(managed, version.entry_point);
    report.types = types_text(managed, version);
    report.exits = version.exits;
    report.guards = guard_count(version);
    report.compile_ms = version.compile_ms;
    report.native_bytes = version.native_bytes;
    report.state = version_state(version);
    return report;
}

}  // namespace

// A generator's object is made by the interpreter, even when its body is native code.
Tier shown_tier(const Managed& managed) {
    auto live = [](const EntryVersions& entry) { return !entry.live.empty(); };
    bool native = managed.tier == Tier::Interpreter && std::ranges::any_of(managed.entries, live);
    return native ? Tier::Native : managed.tier;
}

std::vector<VersionReport> version_reports(const Managed& managed) {
    std::vector<VersionReport> reports;
    for (const std::shared_ptr<Version>& version : managed.versions) reports.push_back(report_of(managed, *version));
    return reports;
}

std::vector<std::pair<int32_t, std::vector<std::string>>> line_notes(const Managed& managed) {
    std::map<int32_t, std::vector<std::string>> lines;
    auto most = static_cast<size_t>(managed.settings.options.explain_max());
    for (const opt::LineNote& note : managed.notes) {
        std::vector<std::string>& notes = lines[note.line];
        bool known = std::find(notes.begin(), notes.end(), note.text) != notes.end();
        if (!known && notes.size() < most) notes.push_back(note.text);
    }
    return {lines.begin(), lines.end()};
}

std::string state_text(const Managed& managed) {
    switch (shown_tier(managed)) {
        case Tier::Counting: return "runs under CPython until it is called more often";
        case Tier::Sampling: return "runs in aipy's interpreter, which records types";
        case Tier::Patient: return "runs under CPython, which is faster than its quick native code was";
        case Tier::Waiting: return "is being compiled";
        case Tier::Native:
        case Tier::Measuring: return "runs as native code";
        case Tier::Interpreter: return "runs in aipy's interpreter";
        case Tier::CPython: return "stays with CPython";
    }
    return "";
}

std::string stage_text(Managed& managed, const std::string& stage) {
    if (managed.unit == nullptr) return "";
    if (stage == "ir") return ir::print(*managed.generic);
    const std::string& kept = managed.texts[stage];
    if (!kept.empty() || managed.generic->is_generator) return kept;
    managed.keep_texts = true;
    EntryVersions& entry = managed.at_call();
    if (!entry.in_flight) submit(make_job(managed, entry, {}), false);
    return kept;
}

}  // namespace aipy::dispatch
