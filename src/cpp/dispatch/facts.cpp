#include "dispatch/facts.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "dispatch/invalidation.h"
#include "dispatch/managed.h"
#include "dispatch/registry.h"
#include "interp/profile.h"
#include "opt/known_calls.h"
#include "runtime/attribute_cache.h"
#include "runtime/numpy/arrays.h"
#include "runtime/prange.h"

namespace aipy::dispatch {
namespace {

using opt::GlobalFact;
using opt::KnownCallable;

struct KnownRow {
    const char* module;
    const char* name;
    KnownCallable callable;
};
constexpr KnownRow known_rows[] = {
#define KNOWN_CALL(enumerator, module, name, form, arguments) {module, name, KnownCallable::enumerator},
#include "opt/known_calls.def"
#undef KNOWN_CALL
#define NUMPY_UFUNC(enumerator, name, number) {"numpy", name, KnownCallable::enumerator},
#include "ir/numpy_ufuncs.def"
#undef NUMPY_UFUNC
#define NUMPY_PAIR_UFUNC(enumerator, name) {"numpy", name, KnownCallable::enumerator},
#include "ir/numpy_pair_ufuncs.def"
#undef NUMPY_PAIR_UFUNC
};

KnownCallable known_name(const char* module, const char* name) {
    for (const KnownRow& row : known_rows)
        if (std::strcmp(row.name, name) == 0 && std::strcmp(row.module, module) == 0) return row.callable;
    return KnownCallable::None;
}

// The callables that the specialiser knows, by identity. The objects of a builtin module as CPython made them are
// immortal enough: the module keeps them, and whoever replaces one replaces the binding, not the object.
KnownCallable known_callable(PyObject* object) {
    if (object == reinterpret_cast<PyObject*>(&PyRange_Type)) return KnownCallable::Range;
    if (object == reinterpret_cast<PyObject*>(&PyList_Type)) return KnownCallable::List;
    if (object == reinterpret_cast<PyObject*>(&PyEnum_Type)) return KnownCallable::Enumerate;
    if (object == reinterpret_cast<PyObject*>(&PyReversed_Type)) return KnownCallable::Reversed;
    if (object == reinterpret_cast<PyObject*>(&PyZip_Type)) return KnownCallable::Zip;
    if (object == reinterpret_cast<PyObject*>(&PyLong_Type)) return KnownCallable::Int;
    if (object == reinterpret_cast<PyObject*>(&PyFloat_Type)) return KnownCallable::Float;
    if (object == reinterpret_cast<PyObject*>(&PyBool_Type)) return KnownCallable::Bool;
    if (object == reinterpret_cast<PyObject*>(&PyComplex_Type)) return KnownCallable::Complex;
    if (object == reinterpret_cast<PyObject*>(&PyUnicode_Type)) return KnownCallable::Str;
    if (PyType_Check(object)) return opt::call_of_scalar_class(runtime::numpy::scalars_of(object));
    if (const char* name = runtime::numpy::function_name(object)) return known_name("numpy", name);
    if (!PyCFunction_CheckExact(object)) return KnownCallable::None;
    if (runtime::is_prange(object)) return KnownCallable::Prange;
    auto* function = reinterpret_cast<PyCFunctionObject*>(object);
    if (function->m_self == nullptr || !PyModule_CheckExact(function->m_self)) return KnownCallable::None;
    const PyModuleDef* module = PyModule_GetDef(function->m_self);
    return module == nullptr ? KnownCallable::None : known_name(module->m_name, function->m_ml->ml_name);
}

// A function may call its own native body when what the name means is this very code, without a closure.
bool is_self(const Managed& managed, PyObject* object) {
    if (!PyFunction_Check(object) || managed.free_variables != 0) return false;
    auto* function = reinterpret_cast<PyFunctionObject*>(object);
    return runtime::cpython::own_code(function) == managed.code && managed.same_environment(function);
}

// Native code would end as soon as such a function looks at locals, its caller's too.
bool looks_at_frames(const ir::Function& generic) {
    return std::ranges::any_of(generic.instrs, [](const ir::Instr& instr) { return instr.op == ir::Op::ShowFrame; });
}

// A call of it with all parameters in order is a call of its body.
bool may_be_part(const Managed& callee) {
    const bool compiled = callee.unit != nullptr && (callee.tier != Tier::CPython || callee.only_calls_given_up);
    return compiled && !callee.detached && !callee.watched && !callee.generic->is_generator &&
           !looks_at_frames(*callee.generic) && callee.positional >= 0 && callee.positional == callee.parameters &&
           callee.positional + callee.free_variables > 0;
}

bool gives_none(const ir::Function& generic) {
    return std::ranges::all_of(generic.instrs, [&](const ir::Instr& instr) {
        if (instr.op != ir::Op::Return) return true;
        const ir::InstrId def = generic.value(instr.operands[0]).def;
        return def != ir::no_id && generic.instr(def).op == ir::Op::Const &&
               generic.value(instr.operands[0]).type.kind == ir::TypeKind::NoneType;
    });
}

// The __init__ of a class whose instances are made by object.__new__ and nothing else, when it may be part of native
// code.
PyFunctionObject* plain_init(PyObject* object) {
    auto* type = reinterpret_cast<PyTypeObject*>(object);
    if (!Py_IS_TYPE(object, &PyType_Type) || type->tp_new != PyBaseObject_Type.tp_new) return nullptr;
    if (type->tp_finalize != nullptr || type->tp_del != nullptr || !runtime::cpython::has_version(type)) return nullptr;
    PyObject* init = _PyType_Lookup(type, &_Py_ID(__init__));
    if (init == nullptr || !PyFunction_Check(init)) return nullptr;
    auto* function = reinterpret_cast<PyFunctionObject*>(init);
    const Managed* managed = is_attached(function) ? find(function) : nullptr;
    const bool usable =
        managed != nullptr && may_be_part(*managed) && managed->free_variables == 0 && gives_none(*managed->generic);
    return usable ? function : nullptr;
}

constexpr size_t most_callees = 24;

struct Binding {
    PyObject* dict = nullptr;   // where the value was found
    PyObject* value = nullptr;  // borrowed
};

class Collector {
  public:
    // `first_instr`: by how much the facts' ids are moved; not 0 of a generator that may be part of the function.
    Collector(const Managed& managed, Version& version, std::vector<Managed*>* callees, opt::CompileRequest& request,
              ir::InstrId first_instr)
        : managed_(managed), version_(version), callees_(callees), request_(request), first_instr_(first_instr) {}

    void collect() {
        const ir::Function& generic = *managed_.generic;
        find_stored_names(generic);
        for (const ir::Block& block : generic.blocks)
            for (ir::InstrId id : block.instrs) visit(generic, generic.instr(id), id + first_instr_);
        if (callees_ != nullptr) visit_functions();
    }

  private:
    void find_stored_names(const ir::Function& generic) {
        for (const ir::Instr& instr : generic.instrs)
            if (instr.op == ir::Op::StoreGlobal || instr.op == ir::Op::DeleteGlobal)
                stored_.insert(constant(generic, instr.imm));
    }

    void visit(const ir::Function& generic, const ir::Instr& instr, ir::InstrId id) {
        switch (instr.op) {
            case ir::Op::LoadGlobal: return visit_global(id, instr, constant(generic, instr.imm));
            case ir::Op::LoadAttr:
                visit_attribute(id, instr, constant(generic, instr.imm));
                visit_property(id, cache_of(instr));
                return visit_place(id, cache_of(instr));
            case ir::Op::StoreAttr: return visit_place(id, cache_of(instr));
            case ir::Op::CallMethod:
                visit_attribute(id, instr, constant(generic, instr.imm));
                return visit_method(id, cache_of(instr));
            case ir::Op::LoadMethod:
                visit_class_attribute(id, instr, constant(generic, instr.imm));
                return visit_method(id, cache_of(instr));
            case ir::Op::Call: return visit_call(generic, id, instr);
            default: return;
        }
    }

    // The functions that the profile or the entry's types show.
    void visit_functions() {
        for (const ir::Type& type : request_.entry_types) visit_function(type);
        for (const opt::ObservedTypes& seen : request_.feedback)
            if (!seen.anything && seen.types.size() == 1) visit_function(seen.types[0]);
    }

    void visit_function(ir::Type type) {
        if (type.kind != ir::TypeKind::Function || type.detail == 0 || is_known_function(type.detail)) return;
        Managed* managed = managed_of_number(type.detail);
        if (managed == nullptr) return;
        const bool self = managed == &managed_ && may_be_part(managed_);
        const uint32_t callee = index_of(*managed);
        if (callee == ir::no_id && !self) return;
        const uint32_t code = handle_of(reinterpret_cast<PyObject*>(managed->code));
        request_.functions.push_back({.number = type.detail,
                                      .callee = callee,
                                      .cells = static_cast<uint32_t>(managed->free_variables),
                                      .code = code,
                                      .globals = handle_of(managed->globals),
                                      .builtins = handle_of(managed->builtins),
                                      .is_self = self});
    }

    bool is_known_function(uint32_t number) const {
        return std::ranges::find(request_.functions, number, &opt::FunctionFact::number) != request_.functions.end();
    }

    const runtime::InlineCache& cache_of(const ir::Instr& instr) const {
        return managed_.unit->context.caches[instr.cache];
    }

    // Where instances of the only class that came keep the attribute, or that the cache knows it of all that came.
    void visit_place(ir::InstrId id, const runtime::InlineCache& cache) {
        const runtime::InlineCache::Entry& entry = cache.entries[0];
        const bool is_slot = entry.kind == runtime::AttributeSlot;
        if (request_.generic_only || cache.used == 0) return;
        if (cache.used == 1 && (is_slot || entry.kind == runtime::AttributeInline)) {
            const auto place = is_slot ? ir::AttributePlace::Slot : ir::AttributePlace::Inline;
            request_.attributes.push_back({id, entry.version, place, entry.offset});
        } else if (runtime::is_found_quietly(cache)) {
            request_.attributes.push_back({id, 0, ir::AttributePlace::Cached, 0});
        }
    }

    // The getters of the classes that came.
    void visit_property(ir::InstrId id, const runtime::InlineCache& cache) {
        auto fact = methods_at(id, cache, runtime::AttributeProperty);
        if (fact && std::ranges::all_of(fact->targets, is_callee)) request_.methods.push_back(std::move(*fact));
    }

    // A method of one class is worth knowing even where it is no callee.
    void visit_method(ir::InstrId id, const runtime::InlineCache& cache) {
        auto fact = methods_at(id, cache, runtime::AttributeMethod);
        if (fact && (fact->has_one_class() || std::ranges::all_of(fact->targets, is_callee)))
            request_.methods.push_back(std::move(*fact));
    }

    // What the cache knows of all classes that came; nothing where it knows some of them otherwise.
    std::optional<opt::MethodFact> methods_at(ir::InstrId id, const runtime::InlineCache& cache,
                                              runtime::AttributeKind kind) {
        if (request_.generic_only || !runtime::knows_all_as(cache, kind)) return std::nullopt;
        opt::MethodFact fact{.site = id};
        for (uint32_t i = 0; i < cache.used; ++i)
            fact.targets.push_back(target_at(cache.entries[i], cache.second_version[i]));
        return fact;
    }

    // The object is only trusted where the class still has that version, and may be anything now.
    opt::MethodFact::Target target_at(const runtime::InlineCache::Entry& entry, uint32_t keys_version) {
        PyFunctionObject* function = attached_at(entry.object);
        return {.class_version = entry.version,
                .keys_version = keys_version,
                .callee = function == nullptr ? ir::no_id : method_index(function),
                .is_self = function != nullptr && is_itself(reinterpret_cast<PyObject*>(function))};
    }

    static bool is_callee(const opt::MethodFact::Target& target) { return target.callee != ir::no_id; }

    // A call of a known function by keywords, or without some arguments.
    void visit_call(const ir::Function& generic, ir::InstrId id, const ir::Instr& instr) {
        auto known = functions_.find(instr.operands[0]);
        if (known == functions_.end()) return;
        const auto& [function, callee] = known->second;
        PyObject* names = instr.imm < 0 ? nullptr : constant(generic, instr.imm);
        const size_t named = names == nullptr ? 0 : static_cast<size_t>(PyTuple_GET_SIZE(names));
        const size_t positional = instr.operands.size() - 1 - named;
        const PyCodeObject* code = runtime::cpython::own_code(function);
        const auto count = static_cast<size_t>(code->co_argcount);
        if (positional > count || (named == 0 && positional == count)) return;
        opt::CallShape shape{.site = id, .callee = callee, .sources = std::vector<int32_t>(count, 0)};
        for (size_t i = 0; i < positional; ++i) shape.sources[i] = static_cast<int32_t>(i + 1);
        for (size_t i = 0; i < named; ++i) {
            const size_t place = parameter_named(*code, PyTuple_GET_ITEM(names, static_cast<Py_ssize_t>(i)));
            if (place >= count || shape.sources[place] != 0) return;
            shape.sources[place] = static_cast<int32_t>(positional + i + 1);
        }
        if (fill_defaults(*function, shape)) request_.shapes.push_back(std::move(shape));
    }

    // Names are interned in code and in calls; no other one is found.
    static size_t parameter_named(const PyCodeObject& code, PyObject* name) {
        for (Py_ssize_t i = code.co_posonlyargcount; i < code.co_argcount; ++i)
            if (PyTuple_GET_ITEM(code.co_localsplusnames, i) == name) return static_cast<size_t>(i);
        return SIZE_MAX;
    }

    // What sources do not say yet.
    bool fill_defaults(PyFunctionObject& function, opt::CallShape& shape) {
        const auto defaults = function.func_defaults == nullptr ? 0 : PyTuple_GET_SIZE(function.func_defaults);
        const auto first = static_cast<Py_ssize_t>(shape.sources.size()) - defaults;
        for (size_t i = 0; i < shape.sources.size(); ++i) {
            if (shape.sources[i] != 0) continue;
            const Py_ssize_t index = static_cast<Py_ssize_t>(i) - first;
            if (index < 0) return false;
            opt::GlobalFact value;
            if (!describe_default(value, PyTuple_GET_ITEM(function.func_defaults, index))) return false;
            shape.defaults.push_back(std::move(value));
            shape.sources[i] = -static_cast<int32_t>(shape.defaults.size());
        }
        return true;
    }

    // Of kinds that hold nothing: kept for as long as the version. NaN keeps its object.
    bool describe_default(opt::GlobalFact& fact, PyObject* value) {
        fact.type = interp::observe(value);
        switch (fact.type.kind) {
            case ir::TypeKind::Float:
                if (std::isnan(PyFloat_AS_DOUBLE(value))) return false;
                break;
            case ir::TypeKind::Int:
            case ir::TypeKind::Bool:
            case ir::TypeKind::Str:
            case ir::TypeKind::NoneType: break;
            default: return false;
        }
        copy_value(fact, value);
        fact.handle = handle_of(value);
        version_.parked.push_back(Py_NewRef(value));
        return true;
    }

    void visit_global(ir::InstrId id, const ir::Instr& instr, PyObject* name) {
        if (stored_.contains(name) || !PyDict_CheckExact(managed_.globals)) return;
        Binding binding = look_up(managed_.globals, name);
        if (binding.value == nullptr) {
            // What shadows a builtin would be added to the globals: that is watched too.
            if (!PyDict_CheckExact(managed_.builtins)) return;
            binding = look_up(managed_.builtins, name);
            if (binding.value == nullptr || !may_assume(id, managed_.globals, name)) return;
        }
        add(id, instr, binding, name);
    }

    // An attribute of a module that is itself the known value of a global.
    void visit_attribute(ir::InstrId id, const ir::Instr& instr, PyObject* name) {
        auto module = modules_.find(instr.operands[0]);
        if (module == modules_.end()) return visit_class_attribute(id, instr, name);
        const auto& [binding, module_name] = module->second;
        Binding attribute = look_up(PyModule_GetDict(binding.value), name);
        // Rests on what the name of the module means, too.
        if (attribute.value != nullptr && may_assume(id, binding.dict, module_name)) add(id, instr, attribute, name);
    }

    // An attribute of a class that is itself known: a value that is no descriptor, or a method to be called.
    void visit_class_attribute(ir::InstrId id, const ir::Instr& instr, PyObject* name) {
        auto known = classes_.find(instr.operands[0]);
        if (known == classes_.end() || request_.generic_only) return;
        PyTypeObject* type = known->second;
        PyTypeObject* metaclass = Py_TYPE(type);
        if (metaclass->tp_getattro != PyType_Type.tp_getattro || _PyType_Lookup(metaclass, name) != nullptr) return;
        PyObject* found = _PyType_Lookup(type, name);
        if (found == nullptr || !runtime::cpython::has_version(type)) return;
        GlobalFact fact{.load = id, .owner_version = type->tp_version_tag};
        if (!note_version(fact.metaclass_version, metaclass)) return;
        const bool described =
            instr.op == ir::Op::LoadAttr ? describe_class_value(fact, found) : describe_class_method(fact, found);
        if (described) request_.globals.push_back(fact);
    }

    // Of a class that can change.
    static bool note_version(uint32_t& version, PyTypeObject* type) {
        if ((type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) != 0) return true;
        version = type->tp_version_tag;
        return runtime::cpython::has_version(type);
    }

    bool describe_class_value(GlobalFact& fact, PyObject* value) {
        const bool is_descriptor = Py_TYPE(value)->tp_descr_get != nullptr && !PyFunction_Check(value);
        if (is_descriptor || !note_version(fact.value_version, Py_TYPE(value))) return false;
        if (describe_default(fact, value)) return true;
        fact.type = ir::Type::any();
        fact.handle = handle_of(value);
        return true;
    }

    // A function as it is, or in a staticmethod or classmethod.
    bool describe_class_method(GlobalFact& fact, PyObject* found) {
        fact.binds_owner = Py_IS_TYPE(found, &PyClassMethod_Type);
        PyObject* function = found;
        if (fact.binds_owner || Py_IS_TYPE(found, &PyStaticMethod_Type)) {
            function = PyObject_GetAttrString(found, "__func__");
            if (function == nullptr) return PyErr_Clear(), false;
            Py_DECREF(function);  // the method keeps it
        }
        PyFunctionObject* attached = attached_at(function);
        fact.callee = attached == nullptr ? ir::no_id : method_index(attached);
        fact.type = ir::Type::any();
        fact.handle = handle_of(function);
        return fact.callee != ir::no_id;
    }

    bool is_itself(PyObject* object) const { return first_instr_ == 0 && is_self(managed_, object); }

    static Binding look_up(PyObject* dict, PyObject* name) {
        PyObject* value = PyDict_GetItemWithError(dict, name);
        if (value == nullptr) PyErr_Clear();
        return {dict, value};
    }

    bool may_assume(ir::InstrId load, PyObject* dict, PyObject* name) {
        return !is_unstable(dict, name) && assume(version_, load, dict, name);
    }

    void add(ir::InstrId id, const ir::Instr& instr, const Binding& binding, PyObject* name) {
        if (!may_assume(id, binding.dict, name)) return;
        GlobalFact fact;
        fact.load = id;
        fact.handle = handle_of(binding.value);
        fact.type = interp::observe(binding.value);
        fact.callable = is_itself(binding.value) ? KnownCallable::Self : known_callable(binding.value);
        fact.callee = callee_index(binding.value);
        if (fact.callee != ir::no_id && instr.op == ir::Op::LoadGlobal)
            functions_[instr.result] = {reinterpret_cast<PyFunctionObject*>(binding.value), fact.callee};
        if (fact.callee != ir::no_id) fact.cells = static_cast<uint32_t>((*callees_)[fact.callee]->free_variables);
        if (PyFunctionObject* init = plain_init(binding.value)) {
            fact.callee = callee_index(reinterpret_cast<PyObject*>(init));
            fact.class_version = reinterpret_cast<PyTypeObject*>(binding.value)->tp_version_tag;
        }
        copy_value(fact, binding.value);
        bool loads = instr.op != ir::Op::CallMethod;
        if (loads && PyModule_CheckExact(binding.value)) modules_[instr.result] = {binding, name};
        if (loads && PyType_Check(binding.value))
            classes_[instr.result] = reinterpret_cast<PyTypeObject*>(binding.value);
        request_.globals.push_back(fact);
    }

    // The number of a function that native code may call directly.
    uint32_t callee_index(PyObject* object) {
        if (callees_ == nullptr || !PyFunction_Check(object)) return ir::no_id;
        auto* function = reinterpret_cast<PyFunctionObject*>(object);
        Managed* callee = is_attached(function) ? find(function) : nullptr;
        return callee == nullptr ? ir::no_id : index_of(*callee);
    }

    // Of a function that no value stands for at the call, to take the cells from.
    uint32_t method_index(PyFunctionObject* function) {
        const bool closed = runtime::cpython::own_code(function)->co_nfreevars == 0;
        return closed ? callee_index(reinterpret_cast<PyObject*>(function)) : ir::no_id;
    }

    uint32_t index_of(Managed& function) {
        Managed* callee = &function;
        const bool lives = callee->environment != Environment::Gone;
        if (callee == &managed_ || !lives || !may_be_part(*callee)) return ir::no_id;
        auto known = std::find(callees_->begin(), callees_->end(), callee);
        if (known == callees_->end()) {
            if (callees_->size() >= most_callees) return ir::no_id;
            known = callees_->insert(known, callee);
        }
        return static_cast<uint32_t>(known - callees_->begin());
    }

    static void copy_word(GlobalFact& fact, PyObject* value) {
        auto bits = PyLong_AsUnsignedLongLong(value);
        if (PyErr_Occurred() != nullptr) return PyErr_Clear();
        fact.type = ir::Type::boxed(ir::TypeKind::Word);
        fact.integer = static_cast<int64_t>(bits);
    }

    static void copy_value(GlobalFact& fact, PyObject* value) {
        if (fact.type.kind == ir::TypeKind::Bool) fact.integer = value == Py_True;
        if (fact.type.kind == ir::TypeKind::Int) fact.integer = PyLong_AsLongLong(value);
        if (fact.type.kind == ir::TypeKind::BigInt) copy_word(fact, value);
        if (fact.type.kind == ir::TypeKind::Float) fact.number = PyFloat_AS_DOUBLE(value);
    }

    uint32_t handle_of(PyObject* object) {
        auto found = std::find(version_.objects.begin(), version_.objects.end(), object);
        if (found == version_.objects.end()) found = version_.objects.insert(found, object);
        return static_cast<uint32_t>(found - version_.objects.begin());
    }

    PyObject* constant(const ir::Function& generic, int64_t index) const {
        return managed_.unit->objects[generic.constants[static_cast<size_t>(index)].handle];
    }

    const Managed& managed_;
    Version& version_;
    std::vector<Managed*>* callees_;  // null: no native calls are wanted
    opt::CompileRequest& request_;
    const ir::InstrId first_instr_;
    // Known functions that native code may call, by the value that is one, and their numbers as callees.
    std::unordered_map<ir::ValueId, std::pair<PyFunctionObject*, uint32_t>> functions_;
    std::unordered_set<PyObject*> stored_;  // names that the function itself binds; interned
    std::unordered_map<ir::ValueId, std::pair<Binding, PyObject*>> modules_;  // known to be modules, and their names
    std::unordered_map<ir::ValueId, PyTypeObject*> classes_;                  // known to be classes
};

}  // namespace

void collect_facts(const Managed& managed, Version& version, std::vector<Managed*>* callees,
                   opt::CompileRequest& request) {
    Collector(managed, version, callees, request, 0).collect();
}

void collect_moved_facts(const Managed& managed, Version& version, std::vector<Managed*>& callees,
                         opt::CompileRequest& request, ir::InstrId first_instr) {
    Collector(managed, version, &callees, request, first_instr).collect();
}

}  // namespace aipy::dispatch
