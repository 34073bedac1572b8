#include "dispatch/invalidation.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dispatch/kept_value.h"
#include "dispatch/managed.h"
#include "dispatch/version.h"
#include "runtime/cpython/dict_watch.h"
#include "support/log.h"

namespace aipy::dispatch {
namespace {

using runtime::cpython::DictChange;

struct Binding {
    std::vector<Version*> versions;
    bool unstable = false;
    KeptValue value;  // where changes are not told
};

// Names are interned for good once they are assumed, so the pointer is the name.
using Bindings = std::unordered_map<PyObject*, Binding>;

// Dicts are not kept alive: their last event takes them out of the table.
std::unordered_map<PyObject*, Bindings>& watched() {
    static auto* table = new std::unordered_map<PyObject*, Bindings>;
    return *table;
}

void changed(Binding& binding) {
    for (Version* version : binding.versions) invalidate(*version);
    binding.unstable |= !binding.versions.empty();
}

Binding* binding_of(Bindings& bindings, PyObject* key) {
    auto found = bindings.find(key);
    if (found != bindings.end()) return &found->second;
    if (!PyUnicode_Check(key) || PyUnicode_CHECK_INTERNED(key)) return nullptr;
    for (auto& [name, binding] : bindings)
        if (PyUnicode_Compare(name, key) == 0) return &binding;
    return nullptr;
}

// Names that changed lately and that no version assumes anything of: what a loop stores in globals is not searched for
// each time. Only interned names, whose pointers are the names.
struct Unassumed {
    PyObject* dict = nullptr;
    PyObject* key = nullptr;
};
std::array<Unassumed, 64> unassumed;

Unassumed& unassumed_place(PyObject* key) {
    return unassumed[(reinterpret_cast<uintptr_t>(key) >> 4) % unassumed.size()];
}

void name_changed(PyObject* dict, PyObject* key) {
    Unassumed& place = unassumed_place(key);
    if (place.dict == dict && place.key == key && PyUnicode_CHECK_INTERNED(key)) [[likely]]
        return;
    auto found = watched().find(dict);
    if (found == watched().end()) return;
    if (Binding* binding = binding_of(found->second, key))
        changed(*binding);
    else if (PyUnicode_CheckExact(key) && PyUnicode_CHECK_INTERNED(key))
        place = {dict, key};
}

void whole_dict_changed(PyObject* dict, Bindings& bindings) {
    static_cast<void>(dict);
    for (auto& [name, binding] : bindings) changed(binding);
}

void drop_dict(PyObject* dict, Bindings& bindings) {
    whole_dict_changed(dict, bindings);
    for (Managed* managed : all_managed())
        if (managed->globals == dict || managed->builtins == dict) managed->environment = Environment::Gone;
    watched().erase(dict);
    unassumed = {};
}

// Whether finding out what a name is bound to runs no Python code.
bool is_plain(PyObject* dict) { return DK_IS_UNICODE(runtime::cpython::keys_of(dict)); }

// Remembers what the name is bound to. False where that cannot be compared later.
bool keep_value(KeptValue& value, PyObject* dict, PyObject* name) {
    if (value.is_known()) return true;
    return is_plain(dict) && value.keep(PyDict_GetItemWithError(dict, name));
}

// Something has changed: the bindings are compared with what they were.
void compare_bindings(PyObject* dict, Bindings& bindings) {
    for (auto& [name, binding] : bindings) {
        if (!binding.value.is_known()) continue;
        if (is_plain(dict) && binding.value.is(PyDict_GetItemWithError(dict, name))) continue;
        changed(binding);
        binding.value = KeptValue();
    }
}

// Comes before the change, where it is told. Nothing here runs Python code or touches a reference count but by parking.
void dict_event(DictChange change, PyObject* dict, PyObject* key) {
    if (change == DictChange::Key) return name_changed(dict, key);
    auto found = watched().find(dict);
    if (found == watched().end()) return;
    switch (change) {
        case DictChange::Key: return;
        case DictChange::Some:
            if (runtime::cpython::dicts_tell)
                whole_dict_changed(dict, found->second);
            else
                compare_bindings(dict, found->second);
            return;
        case DictChange::Gone: drop_dict(dict, found->second); return;
    }
}

}  // namespace

static bool watch(PyObject* dict) {
    if (!PyDict_CheckExact(dict)) return false;
    if (!watched().contains(dict) && !runtime::cpython::follow_dict(dict, dict_event)) return false;
    watched().try_emplace(dict);
    return true;
}

bool follow_environment(Managed& managed) {
    if (managed.environment == Environment::Unknown && watch(managed.globals) && watch(managed.builtins))
        managed.environment = Environment::Lives;
    return managed.environment == Environment::Lives;
}

bool assume(Version& version, ir::InstrId load, PyObject* dict, PyObject* name) {
    if (!watch(dict)) return false;
    runtime::cpython::look_at_dicts();
    PyObject* interned = Py_NewRef(name);
    PyUnicode_InternInPlace(&interned);
    auto [place, is_new] = watched()[dict].try_emplace(interned);
    if (is_new)
        unassumed = {};
    else
        Py_DECREF(interned);
    KeptValue& value = place->second.value;
    if (!runtime::cpython::dicts_tell && !keep_value(value, dict, place->first)) return false;
    std::vector<Version*>& versions = place->second.versions;
    version.assumed.push_back({dict, place->first, load, value.get()});
    if (std::find(versions.begin(), versions.end(), &version) == versions.end()) versions.push_back(&version);
    return true;
}

bool is_unstable(PyObject* dict, PyObject* name) {
    auto found = watched().find(dict);
    if (found == watched().end()) return false;
    Binding* binding = binding_of(found->second, name);
    return binding != nullptr && binding->unstable;
}

void keep_assumptions(Version& version, const std::vector<ir::InstrId>& loads) {
    std::vector<Version::Binding> kept, ended;
    for (const Version::Binding& assumed : version.assumed) {
        bool used = std::find(loads.begin(), loads.end(), assumed.load) != loads.end();
        (used ? kept : ended).push_back(assumed);
    }
    for (const Version::Binding& assumed : ended) {
        auto same = [&](const Version::Binding& other) {
            return other.dict == assumed.dict && other.name == assumed.name;
        };
        if (std::any_of(kept.begin(), kept.end(), same)) continue;
        auto found = watched().find(assumed.dict);
        if (found == watched().end()) continue;
        auto binding = found->second.find(assumed.name);
        if (binding != found->second.end()) std::erase(binding->second.versions, &version);
    }
    version.assumed = std::move(kept);
}

void forget_assumptions(Version& version) { keep_assumptions(version, {}); }

void invalidate(Version& version) {
    if (std::exchange(version.fallen, true)) return;
    version.valid = version.current = 0;
    if (version.root != nullptr) invalidate(*version.root);
    support::log(support::LogTopic::Versions, "version %u: an assumption no longer holds", version.number);
    // Running activations may still need the objects that the version borrowed from the bindings.
    if (!runtime::cpython::dicts_tell) return;  // and hold them (dispatch::Activation)
    if ((version.root != nullptr ? version.root : &version)->active == 0) return;
    for (size_t i = version.unit_objects; i < version.objects.size(); ++i)
        version.parked.push_back(Py_NewRef(version.objects[i]));
}

}  // namespace aipy::dispatch
