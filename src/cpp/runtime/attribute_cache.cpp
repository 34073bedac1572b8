// Finds out where an attribute lives, after a miss; nothing here runs Python code.
#include "runtime/attribute_cache.h"
#include "runtime/cpython/thread_state.h"

#include <internal/pycore_moduleobject.h>

namespace aipy::runtime {

using namespace cpython;

namespace {

struct Place {
    uint32_t kind = AttributeUnknown;
    uint32_t second_version = 0;
    PyObject* object = nullptr;
    int64_t offset = 0;
};

// A member of __slots__ that holds an object of that class; -1 when the descriptor is anything else, such as the member
// of a class that this one is not made of.
int64_t slot_offset(PyTypeObject* type, PyObject* descriptor, bool for_store) {
    if (!Py_IS_TYPE(descriptor, &PyMemberDescr_Type)) return -1;
    if (PyType_IsSubtype(type, PyDescr_TYPE(descriptor)) == 0) return -1;
    const PyMemberDef* member = reinterpret_cast<PyMemberDescrObject*>(descriptor)->d_member;
    if (member->type != Py_T_OBJECT_EX) return -1;
    if ((member->flags & (Py_AUDIT_READ | Py_RELATIVE_OFFSET)) != 0) return -1;
    if (for_store && (member->flags & Py_READONLY) != 0) return -1;
    return member->offset;
}

Place place_of_data_descriptor(PyTypeObject* type, PyObject* descriptor) {
    if (int64_t offset = slot_offset(type, descriptor, false); offset >= 0)
        return {.kind = AttributeSlot, .offset = offset};
    if (Py_IS_TYPE(descriptor, &PyProperty_Type)) {
        PyObject* getter = getter_of(descriptor);
        if (getter != nullptr) return {.kind = AttributeProperty, .object = getter};
    }
    if (Py_IS_TYPE(descriptor, &PyGetSetDescr_Type)) return {.kind = AttributeDataDescriptor, .object = descriptor};
    return {};
}

Place place_in_class(PyObject* found, uint32_t second_version) {
    PyTypeObject* type = Py_TYPE(found);
    uint32_t kind = AttributeClassValue;
    if (type->tp_descr_get != nullptr)
        kind = (type->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) != 0 ? AttributeMethod : AttributeDescriptor;
    // A descriptor class that can change under our feet would need a version of its own.
    if (kind == AttributeDescriptor && (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) == 0) return {};
    return {.kind = kind, .second_version = second_version, .object = found};
}

Place place_in_instance(PyThreadState* thread, PyObject* object, PyTypeObject* type, PyObject* name, PyObject* found) {
    if ((type->tp_flags & Py_TPFLAGS_MANAGED_DICT) == 0) {
        if (type->tp_dictoffset != 0) return {};
        return found != nullptr ? place_in_class(found, 0) : Place{};
    }
    if (!has_inline_values(type)) return {};
    if (PyDictValues* values = inline_values(object)) {
        PyDictKeysObject* keys = shared_keys(type);
        int64_t index = index_of_key(keys, name);
        if (index >= 0)
            return values->values[index] != nullptr ? Place{.kind = AttributeInline, .offset = index} : Place{};
        uint32_t version = found != nullptr && keys != nullptr ? keys_version(thread, keys) : 0;
        return version != 0 ? place_in_class(found, version) : Place{};
    }
    PyObject* dict = managed_dict(object);
    if (dict == nullptr || !PyDict_CheckExact(dict)) return {};
    if (reinterpret_cast<PyDictObject*>(dict)->ma_values != nullptr) return {};
    int64_t index = index_of_key(keys_of(dict), name);
    return index >= 0 ? Place{.kind = AttributeOfDict, .offset = index} : Place{};
}

Place place_in_module(PyThreadState* thread, PyObject* module, PyObject* name) {
    PyObject* dict = reinterpret_cast<PyModuleObject*>(module)->md_dict;
    if (dict == nullptr || !PyDict_CheckExact(dict) || _PyType_Lookup(&PyModule_Type, name) != nullptr) return {};
    int64_t index = index_of_key(keys_of(dict), name);
    if (index < 0) return {};
    return {.kind = AttributeModule, .second_version = keys_version(thread, keys_of(dict)), .offset = index};
}

Place place_of_class_attribute(PyObject* object, PyObject* name) {
    auto* type = reinterpret_cast<PyTypeObject*>(object);
    if (!Py_IS_TYPE(object, &PyType_Type) || _PyType_Lookup(&PyType_Type, name) != nullptr) return {};
    PyObject* found = _PyType_Lookup(type, name);
    if (found == nullptr || !has_version(type)) return {};
    // A function read from its class is itself; other descriptors are bound at each read.
    if (Py_TYPE(found)->tp_descr_get != nullptr && !PyFunction_Check(found)) return {};
    if (Py_TYPE(found)->tp_descr_get == nullptr && (Py_TYPE(found)->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) == 0)
        return {};
    return {.kind = AttributeOfClass, .second_version = type->tp_version_tag, .object = found};
}

Place find_place(PyObject* object, PyTypeObject* type, PyObject* name) {
    PyThreadState* thread = thread_state();
    if (PyModule_CheckExact(object)) return place_in_module(thread, object, name);
    if (type->tp_getattro == PyType_Type.tp_getattro) return place_of_class_attribute(object, name);
    if (type->tp_getattro != PyObject_GenericGetAttr) return {};
    PyObject* found = _PyType_Lookup(type, name);
    if (found != nullptr && Py_TYPE(found)->tp_descr_set != nullptr) return place_of_data_descriptor(type, found);
    // A class value of a mutable class may become a descriptor later: only the kinds above are safe.
    if (found != nullptr && Py_TYPE(found)->tp_descr_get == nullptr &&
        (Py_TYPE(found)->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) == 0)
        return {};
    return place_in_instance(thread, object, type, name, found);
}

void remember(InlineCache* cache, PyTypeObject* type, const Place& place) {
    if (place.kind == AttributeUnknown) return;
    if ((place.kind == AttributeModule || place.kind == AttributeOfClass) && place.second_version == 0) return;
    uint32_t slot = cache->used;
    for (uint32_t i = 0; i < cache->used; ++i)
        if (cache->entries[i].type == type) slot = i;
    if (slot == std::size(cache->entries)) return;
    if (slot == cache->used) cache->used++;
    InlineCache::Entry& entry = cache->entries[slot];
    entry.type = type;
    entry.version = type->tp_version_tag;
    entry.kind = place.kind;
    if (place.object != nullptr)
        entry.object = place.object;
    else
        entry.offset = place.offset;
    cache->second_version[slot] = place.second_version;
}

}  // namespace

void remember_attribute(PyObject* object, PyObject* name, InlineCache* cache) {
    cache->misses++;
    PyTypeObject* type = Py_TYPE(object);
    if (cache->misses > 64 || !has_version(type)) return;
    remember(cache, type, find_place(object, type, name));
}

void remember_attribute_store(PyObject* object, PyObject* name, InlineCache* cache) {
    cache->misses++;
    PyTypeObject* type = Py_TYPE(object);
    if (cache->misses > 64 || type->tp_setattro != PyObject_GenericSetAttr) return;
    if (!has_version(type)) return;
    PyObject* found = _PyType_Lookup(type, name);
    if (found != nullptr) {
        int64_t offset = slot_offset(type, found, true);
        if (offset >= 0) remember(cache, type, {.kind = AttributeSlot, .offset = offset});
        bool plain = (Py_TYPE(found)->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) != 0;
        if (Py_TYPE(found)->tp_descr_set != nullptr || !plain) return;
    }
    if ((type->tp_flags & Py_TPFLAGS_MANAGED_DICT) == 0 || !has_inline_values(type)) return;
    if (inline_values(object) == nullptr || managed_dict(object) != nullptr) return;
    int64_t index = index_of_key(shared_keys(type), name);
    if (index >= 0) remember(cache, type, {.kind = AttributeInline, .offset = index});
}

}  // namespace aipy::runtime
