// One piece of native code of a function: for one entry point and the types of the values that live there.
#pragma once

#include <Python.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "codegen/api.h"
#include "interp/unit.h"
#include "opt/request.h"
#include "runtime/abi.h"

namespace aipy::dispatch {

struct Managed;
struct ParallelFacts;

// What an entry value must be for a version to fit; the version's own guards check the details.
struct EntryCheck {
    uint32_t index = 0;
    PyTypeObject* type = nullptr;  // null, when not compared in full: the value must be absent
    ir::Type exact;                // compared in full where a class does not say it (ndarray)
    bool in_full = false;
};

// What is written under the GIL only, and read by the compiler's thread.
template <typename T>
class Shown {
  public:
    Shown(T value) : value_(value) {}
    operator T() const { return value_.load(std::memory_order_relaxed); }
    Shown& operator=(T value) {
        value_.store(value, std::memory_order_relaxed);
        return *this;
    }
    T operator++() { return change(1); }
    T operator--() { return change(-1); }

  private:
    T change(int by) {
        const T changed = static_cast<T>(*this + by);
        *this = changed;
        return changed;
    }
    std::atomic<T> value_;
};

struct Version {
    uint8_t valid = 1;            // 0 once an assumption failed, and while somebody looks at locals (native_frame.h)
    uint8_t current = 1;          // the same for its quick code, which also leaves when better code is there
    Version* root = nullptr;      // the version whose code this is part of (one of its `parts`); else null
    bool fallen = false;          // an assumption failed
    uint32_t watched = 0;         // activations whose locals somebody looked at
    Shown<bool> dropped = false;  // no longer entered; freed when the last activation leaves
    bool outgrown = false;        // still entered, until the version is there that does more
    Shown<bool> spare = false;    // of a loop whose function has code for its call now: rarely entered
    Shown<uint32_t> active = 0;   // activations on any thread's stack
    bool quick = false;           // better code than `entry` may come
    bool visible = false;         // needs a frame while it runs (native_frame.h)
    bool calls_itself = false;
    AipyEntry entry = nullptr;
    size_t frame_bytes = 0;              // of C stack that one activation takes, or one level of calls of its own body
    std::vector<PyTypeObject*> classes;  // for calls at once: of each argument; null where any will do
    Managed* owner = nullptr;
    std::vector<EntryCheck> checks;

    uint32_t number = 0;     // of the function's versions, from 1
    uint32_t knowledge = 0;  // the function's, when its code was asked for
    opt::EntryPoint entry_point;
    std::vector<ir::Type> entry_types;
    // Of a generator: the register of each entry value; native code takes them from there. Otherwise empty.
    std::vector<uint32_t> entry_places;
    uint32_t cells_place = 0;  // behind the last of them: ShownLocals (native_frame.h)
    bool generic_only = false;
    bool assumes_naturals = false;           // of entry values: an int that is negative leaves at once
    std::unique_ptr<ir::Function> function;  // kept for its frame states
    std::vector<PyObject*> objects;          // by constant handle: the unit's, then those of the facts; borrowed
    size_t unit_objects = 0;                 // how many of them are the unit's
    std::vector<PyObject*> parked;           // facts' objects kept alive for activations that outlive the fact
    std::vector<uint8_t> stress;             // by frame state
    std::vector<ir::FrameStateId> stressed;  // the guards among them, in order
    std::vector<codegen::CodeHandle*> handles;
    size_t native_bytes = 0;
    double compile_ms = 0;
    uint64_t exits = 0;
    uint32_t failures = 0;  // guards that failed: past a limit the version is dropped
    // Bindings that it assumes, and the generic instruction for whose sake; see invalidation.h.
    struct Binding {
        PyObject* dict;
        PyObject* name;
        ir::InstrId load;
        PyObject* value;  // borrowed; null where the name is not bound, and where changes are told
    };
    std::vector<Binding> assumed;
    std::shared_ptr<const std::vector<PyObject*>> held;  // by each activation; null: nothing (see Activation)
    // The functions whose bodies became part of this code, by the index that call.native names; null where none did.
    std::vector<std::shared_ptr<Version>> parts;
    // The generator functions whose bodies are parts of loops in it, by the index that frame states name. They have no
    // code of their own; what changes theirs makes this one fall.
    std::vector<std::shared_ptr<Version>> generators;
    std::shared_ptr<ParallelFacts> parallel;  // found when a parallel loop first runs (parallel.cpp)

    // What the cells of a frame state hold, found when it is first used.
    const std::vector<ir::ValueId>& layout(ir::FrameStateId state) const;
    // What the cells of its frame's locals hold, likewise.
    const std::vector<ir::ValueId>& shown() const;

    ~Version();

  private:
    mutable std::vector<std::vector<ir::ValueId>> layouts_;  // by frame state
    mutable std::vector<ir::ValueId> shown_;
};

// The version's entry checks from its entry types.
std::vector<EntryCheck> entry_checks(const std::vector<ir::Type>& types);

// Whether the version may be entered with these values.
inline bool fits_one(const EntryCheck& check, PyObject* value);
bool fits_in_full(const EntryCheck& check, PyObject* value);

inline bool fits_one(const EntryCheck& check, PyObject* value) {
    if (value == nullptr) return check.type == nullptr && !check.in_full;
    if (check.in_full) return fits_in_full(check, value);
    return Py_TYPE(value) == check.type;
}

inline bool fits(const Version& version, PyObject* const* values) {
    for (const EntryCheck& check : version.checks)
        if (!fits_one(check, values[check.index])) return false;
    return true;
}

inline bool fits_registers(const Version& version, const interp::Register* registers) {
    for (const EntryCheck& check : version.checks)
        if (!fits_one(check, registers[version.entry_places[check.index]].object)) return false;
    return true;
}

// Calls visit(version) for the version and each function that is part of its code.
template <typename F>
void for_each_part(Version& version, F&& visit) {
    visit(version);
    for (const std::shared_ptr<Version>& part : version.parts)
        if (part != nullptr) visit(*part);
}

// Lets the version be entered again, if nothing stands against it any more.
void revalidate(Version& version);

// Takes the version out of use. Its code is freed now, or when the last activation leaves it.
void drop(Version& version, const std::string& reason);
inline constexpr size_t max_dropped_lines = 16;
// Whether a loop of the function runs optimised code, or would.
bool has_optimised_loop(const Managed& managed);

// Frees dropped versions of the function that are no longer active.
void free_dropped(Managed& managed);

// Counts an activation for as long as it lives. A version dropped meanwhile is freed at the end.
class Activation {
  public:
    explicit Activation(Version& version) : version_(version) {
        ++version.active;
        hold_assumed();
    }
    ~Activation() {
        release_assumed();
        if (--version_.active == 0 && version_.dropped) [[unlikely]]
            leave_dropped(version_);
    }
    Activation(const Activation&) = delete;
    Activation& operator=(const Activation&) = delete;

  private:
    static void leave_dropped(Version& version);
    Version& version_;

    // Where changes of bindings are found only behind them, the objects that native code assumes must outlive it.
#if PY_VERSION_HEX < 0x030C0000
    void hold_assumed() {
        held_ = version_.held;
        if (held_ == nullptr) return;
        for (PyObject* object : *held_) Py_INCREF(object);
    }
    void release_assumed();
    std::shared_ptr<const std::vector<PyObject*>> held_;
#else
    void hold_assumed() {}
    void release_assumed() {}
#endif
};

}  // namespace aipy::dispatch
