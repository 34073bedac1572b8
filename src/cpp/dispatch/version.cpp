#include "dispatch/version.h"

#include <algorithm>
#include <utility>

#include "dispatch/codegen_library.h"
#include "dispatch/invalidation.h"
#include "dispatch/managed.h"
#include "interp/profile.h"
#include "support/log.h"

namespace aipy::dispatch {
namespace {

// The class that an object of this kind always has; null when there is none such, and no check is made.
PyTypeObject* class_of(ir::TypeKind kind) {
    switch (kind) {
        case ir::TypeKind::NoneType: return Py_TYPE(Py_None);
        case ir::TypeKind::Bool: return &PyBool_Type;
        case ir::TypeKind::Int:
        case ir::TypeKind::Word:
        case ir::TypeKind::BigInt: return &PyLong_Type;
        case ir::TypeKind::Float: return &PyFloat_Type;
        case ir::TypeKind::Complex: return &PyComplex_Type;
        case ir::TypeKind::Str: return &PyUnicode_Type;
        case ir::TypeKind::Bytes: return &PyBytes_Type;
        case ir::TypeKind::ByteArray: return &PyByteArray_Type;
        case ir::TypeKind::Tuple: return &PyTuple_Type;
        case ir::TypeKind::List: return &PyList_Type;
        case ir::TypeKind::Dict: return &PyDict_Type;
        case ir::TypeKind::Set: return &PySet_Type;
        case ir::TypeKind::Range: return &PyRange_Type;
        case ir::TypeKind::Slice: return &PySlice_Type;
        case ir::TypeKind::Cell: return &PyCell_Type;
        case ir::TypeKind::Function: return &PyFunction_Type;
        case ir::TypeKind::Builtin: return &PyCFunction_Type;
        case ir::TypeKind::Bottom:
        case ir::TypeKind::Any:
        case ir::TypeKind::Null:
        case ir::TypeKind::RangeIter:
        case ir::TypeKind::Ints:
        case ir::TypeKind::Floats:
        case ir::TypeKind::IntLists:
        case ir::TypeKind::FloatLists:
        case ir::TypeKind::Bools:
        case ir::TypeKind::BoolLists:
#define TAGGED_KIND(kind, plain, tagged) case ir::TypeKind::kind:
#include "ir/tagged_kinds.def"
#undef TAGGED_KIND
        case ir::TypeKind::NDArray:
        case ir::TypeKind::NumpyBool:
        case ir::TypeKind::NumpyI8:
        case ir::TypeKind::NumpyU8:
        case ir::TypeKind::NumpyI16:
        case ir::TypeKind::NumpyU16:
        case ir::TypeKind::NumpyI32:
        case ir::TypeKind::NumpyU32:
        case ir::TypeKind::NumpyI64:
        case ir::TypeKind::NumpyU64:
        case ir::TypeKind::NumpyF32:
        case ir::TypeKind::NumpyF64:
        case ir::TypeKind::TypeObject:
        case ir::TypeKind::Instance: return nullptr;
    }
    return nullptr;
}

// What is known only by looking at an object: arrays, NumPy's scalars, range iterators, which function it is.
bool needs_observation(ir::Type type) {
    return type.kind == ir::TypeKind::RangeIter || type.kind == ir::TypeKind::NDArray ||
           ir::scalar_element(type.kind).has_value() || (type.kind == ir::TypeKind::Function && type.detail != 0);
}

}  // namespace

std::vector<EntryCheck> entry_checks(const std::vector<ir::Type>& types) {
    std::vector<EntryCheck> checks;
    for (uint32_t i = 0; i < types.size(); ++i) {
        EntryCheck check{i, class_of(types[i].kind), types[i], false};
        check.in_full = needs_observation(types[i]);
        if (check.type != nullptr || check.in_full || types[i].kind == ir::TypeKind::Null) checks.push_back(check);
    }
    return checks;
}

// Native code takes a range iterator apart; what others hold must be stepped for all to see.
bool fits_in_full(const EntryCheck& check, PyObject* value) {
    bool shared = check.exact.kind == ir::TypeKind::RangeIter && Py_REFCNT(value) != 1;
    return !shared && interp::observe(value) == check.exact;
}

Version::~Version() {
    if (root != nullptr && owner != nullptr) std::erase(owner->embedded, this);
    forget_assumptions(*this);
    for (codegen::CodeHandle* handle : handles) loaded_codegen()->release(handle);
    for (PyObject* object : parked) Py_DECREF(object);
}

const std::vector<ir::ValueId>& Version::layout(ir::FrameStateId state) const {
    layouts_.resize(function->frame_states.size());
    if (layouts_[state].empty()) layouts_[state] = ir::state_layout(function->frame_states[state]);
    return layouts_[state];
}

void revalidate(Version& version) {
    if (version.fallen || version.dropped || version.watched != 0 || version.owner->watched) return;
    version.valid = 1;
    version.current = version.quick ? 1 : 0;  // quick code that runs on has been replaced
}

void drop(Version& version, const std::string& reason) {
    if (version.dropped) return;
    version.dropped = true;
    version.valid = version.current = 0;  // who runs it still leaves at the next poll, and finds what comes instead
    Managed& managed = *version.owner;
    if (managed.at_once == &version) managed.at_once = nullptr;
    EntryVersions& entry = managed.entry_versions(version.entry_point);
    std::erase(entry.live, &version);
    if (managed.generic->is_generator) managed.unit->natives[version.entry_point.header] = nullptr;
    managed.dropped.push_back("version " + std::to_string(version.number) + " was given up: " + reason);
    if (managed.dropped.size() > max_dropped_lines) managed.dropped.erase(managed.dropped.begin());
    support::log(support::LogTopic::Versions, "%s: version %u dropped: %s", managed.generic->name.c_str(),
                 version.number, reason.c_str());
    free_dropped(managed);
}

const std::vector<ir::ValueId>& Version::shown() const {
    if (shown_.empty()) shown_ = ir::shown_values(*function);
    return shown_;
}

bool has_optimised_loop(const Managed& managed) {
    return std::ranges::any_of(managed.versions, [](const std::shared_ptr<Version>& version) {
        return !version->entry_point.at_call() && !version->dropped && !version->quick;
    });
}

void free_dropped(Managed& managed) {
    // Freeing a version may release objects and so run Python code, which may come here again.
    std::vector<std::shared_ptr<Version>> freed;
    auto unused = [](const std::shared_ptr<Version>& version) { return version->dropped && version->active == 0; };
    for (std::shared_ptr<Version>& version : managed.versions)
        if (unused(version)) freed.push_back(std::move(version));
    std::erase(managed.versions, nullptr);
}

#if PY_VERSION_HEX < 0x030C0000
void Activation::release_assumed() {
    if (held_ == nullptr) return;
    PyObject* raised = PyErr_GetRaisedException();
    for (PyObject* object : *held_) Py_DECREF(object);
    PyErr_SetRaisedException(raised);
}
#endif

void Activation::leave_dropped(Version& version) {
    PyObject* raised = PyErr_GetRaisedException();
    free_dropped(*version.owner);
    PyErr_SetRaisedException(raised);
}

}  // namespace aipy::dispatch
