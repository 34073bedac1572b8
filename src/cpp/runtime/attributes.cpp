// Attribute loads and stores through the site's inline cache.
#include "runtime/attribute_cache.h"

#include <internal/pycore_moduleobject.h>

#include <algorithm>

using namespace aipy::runtime;
using namespace aipy::runtime::cpython;

namespace aipy::runtime {

static inline PyObject*& slot_at(PyObject* object, int64_t offset) {
    return *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + offset);
}

static PyObject* load_from_module(PyObject* module, const InlineCache::Entry& entry, uint32_t version) {
    PyDictKeysObject* keys = keys_of(reinterpret_cast<PyModuleObject*>(module)->md_dict);
    return keys->dk_version == version ? Py_XNewRef(unicode_value_at(keys, entry.offset)) : nullptr;
}

static PyObject* load_from_dict(PyObject* object, const InlineCache::Entry& entry, PyObject* name) {
    if (inline_values(object) != nullptr) return nullptr;
    PyObject* dict = managed_dict(object);
    if (dict == nullptr || reinterpret_cast<PyDictObject*>(dict)->ma_values != nullptr) return nullptr;
    PyDictKeysObject* keys = keys_of(dict);
    if (!DK_IS_UNICODE(keys) || entry.offset >= keys->dk_nentries) return nullptr;
    PyDictUnicodeEntry& place = DK_UNICODE_ENTRIES(keys)[entry.offset];
    return place.me_key == name ? Py_XNewRef(place.me_value) : nullptr;
}

// Nothing else dies with it.
static bool dies_silently(PyObject* object) {
    return PyFloat_CheckExact(object) || PyLong_CheckExact(object) || PyBool_Check(object) || Py_IsNone(object) ||
           PyUnicode_CheckExact(object);
}

// A list or tuple of nothing else.
static bool holds_silent_items(PyObject* object) {
    if (!PyList_CheckExact(object) && !PyTuple_CheckExact(object)) return false;
    return std::all_of(PySequence_Fast_ITEMS(object), PySequence_Fast_ITEMS(object) + PySequence_Fast_GET_SIZE(object),
                       [](PyObject* item) { return item == nullptr || dies_silently(item); });
}

// An iterator over a list or tuple that outlives it, or dies silently with it.
static bool is_loop_over_others(PyObject* object) {
    PyObject* sequence = nullptr;
    if (Py_IS_TYPE(object, &PyListIter_Type))
        sequence = reinterpret_cast<PyObject*>(reinterpret_cast<cpython::ListIterator*>(object)->it_seq);
    else if (Py_IS_TYPE(object, &PyTupleIter_Type))
        sequence = reinterpret_cast<PyObject*>(reinterpret_cast<cpython::TupleIterator*>(object)->it_seq);
    else
        return false;
    return sequence == nullptr || Py_REFCNT(sequence) > 1 || holds_silent_items(sequence);
}

// `value` is new, or null where there was no memory for it.
static int replace_attribute(PyObject* object, PyObject** place, int64_t index, PyObject* value) {
    if (value == nullptr) {
        PyErr_Clear();
        return 0;
    }
    PyObject* old = *place;
    *place = value;
    if (old == nullptr) rt_attribute_added(object, index);
    Py_XDECREF(old);
    return 1;
}

}  // namespace aipy::runtime

extern "C" {

PyObject* rt_load_attr(PyObject* object, PyObject* name, InlineCache* cache) noexcept {
    const InlineCache::Entry& entry = cache->entries[0];
    if (Py_TYPE(object)->tp_version_tag == entry.version) [[likely]] {
        PyObject* value = nullptr;
        if (entry.kind == AttributeInline) {
            PyDictValues* values = inline_values(object);
            if (values != nullptr) value = values->values[entry.offset];
        } else if (entry.kind == AttributeSlot) {
            value = slot_at(object, entry.offset);
        }
        if (value != nullptr) [[likely]]
            return Py_NewRef(value);
    }
    return rt_load_attr_slow(object, name, cache);
}

// By one entry; null without an exception when the entry does not fit after all.
[[gnu::noinline]] PyObject* rt_load_attr_kind(PyObject* object, PyObject* name, InlineCache* cache,
                                              uint32_t index) noexcept {
    const InlineCache::Entry& entry = cache->entries[index];
    uint32_t second = cache->second_version[index];
    PyTypeObject* type = Py_TYPE(object);
    switch (static_cast<AttributeKind>(entry.kind)) {
        case AttributeUnknown: return nullptr;
        case AttributeInline: {
            PyDictValues* values = inline_values(object);
            return values == nullptr ? nullptr : Py_XNewRef(values->values[entry.offset]);
        }
        case AttributeSlot: return Py_XNewRef(slot_at(object, entry.offset));
        case AttributeProperty: {
            PyObject* getter = Py_NewRef(entry.object);
            PyObject* value = PyObject_CallOneArg(getter, object);
            Py_DECREF(getter);
            return value;
        }
        case AttributeClassValue: return instance_is_silent(object, type, second) ? Py_NewRef(entry.object) : nullptr;
        case AttributeMethod:
        case AttributeDescriptor:
            if (!instance_is_silent(object, type, second)) return nullptr;
            [[fallthrough]];
        case AttributeDataDescriptor:
            return Py_TYPE(entry.object)->tp_descr_get(entry.object, object, reinterpret_cast<PyObject*>(type));
        case AttributeModule: return load_from_module(object, entry, second);
        case AttributeOfClass:
            return reinterpret_cast<PyTypeObject*>(object)->tp_version_tag == second ? Py_NewRef(entry.object)
                                                                                     : nullptr;
        case AttributeOfDict: return load_from_dict(object, entry, name);
    }
    return nullptr;
}

[[gnu::noinline]] PyObject* rt_load_attr_slow(PyObject* object, PyObject* name, InlineCache* cache) noexcept {
    if (InlineCache::Entry* entry = find_entry(cache, Py_TYPE(object))) {
        PyObject* value = rt_load_attr_kind(object, name, cache, static_cast<uint32_t>(entry - cache->entries));
        if (value != nullptr || PyErr_Occurred()) return value;
    }
    remember_attribute(object, name, cache);
    return PyObject_GetAttr(object, name);
}

int rt_store_attr(PyObject* object, PyObject* value, PyObject* name, InlineCache* cache) noexcept {
    const InlineCache::Entry& entry = cache->entries[0];
    if (Py_TYPE(object)->tp_version_tag == entry.version && entry.kind == AttributeInline) [[likely]] {
        PyDictValues* values = managed_dict(object) == nullptr ? inline_values(object) : nullptr;
        if (values != nullptr && values->values[entry.offset] != nullptr) [[likely]] {
            PyObject* old = values->values[entry.offset];
            values->values[entry.offset] = Py_NewRef(value);
            Py_DECREF(old);
            return 0;
        }
    }
    return rt_store_attr_slow(object, value, name, cache);
}

[[gnu::noinline]] int rt_store_attr_slow(PyObject* object, PyObject* value, PyObject* name,
                                         InlineCache* cache) noexcept {
    InlineCache::Entry* entry = find_entry(cache, Py_TYPE(object));
    if (entry != nullptr && entry->kind == AttributeSlot) {
        PyObject* old = slot_at(object, entry->offset);
        slot_at(object, entry->offset) = Py_NewRef(value);
        Py_XDECREF(old);
        return 0;
    }
    if (entry != nullptr && entry->kind == AttributeInline) {
        PyDictValues* values = managed_dict(object) == nullptr ? inline_values(object) : nullptr;
        if (values != nullptr) {
            PyObject* old = values->values[entry->offset];
            values->values[entry->offset] = Py_NewRef(value);
            if (old == nullptr)
                _PyDictValues_AddToInsertionOrder(values, entry->offset);
            else
                Py_DECREF(old);
            return 0;
        }
    }
    remember_attribute_store(object, name, cache);
    return PyObject_SetAttr(object, name, value);
}

// Null: not known, or not without Python code.
[[gnu::noinline]] PyObject* rt_load_attr_quiet_slow(PyObject* object, PyObject* name, InlineCache* cache) noexcept {
    InlineCache::Entry* entry = find_entry(cache, Py_TYPE(object));
    if (entry == nullptr || !is_quiet(entry->kind)) return nullptr;
    return rt_load_attr_kind(object, name, cache, static_cast<uint32_t>(entry - cache->entries));
}

PyObject* rt_load_attr_quiet(PyObject* object, PyObject* name, InlineCache* cache) noexcept {
    const uint32_t version = Py_TYPE(object)->tp_version_tag;
    for (uint32_t i = 0; i < 2; ++i) {
        const InlineCache::Entry& entry = cache->entries[i];
        if (entry.version != version || entry.kind != AttributeInline) continue;
        PyDictValues* values = inline_values(object);
        PyObject* value = values == nullptr ? nullptr : values->values[entry.offset];
        if (value != nullptr) [[likely]]
            return Py_NewRef(value);
    }
    return rt_load_attr_quiet_slow(object, name, cache);
}

// Negative: nothing was stored.
int64_t rt_store_attr_quiet(PyObject* object, PyObject* value, PyObject*, InlineCache* cache) noexcept {
    const InlineCache::Entry* entry = find_entry(cache, Py_TYPE(object));
    if (entry == nullptr) return -1;
    PyDictValues* values = nullptr;
    if (entry->kind == AttributeInline) values = managed_dict(object) == nullptr ? inline_values(object) : nullptr;
    if (values == nullptr && entry->kind != AttributeSlot) return -1;
    PyObject** place = values != nullptr ? &values->values[entry->offset] : &slot_at(object, entry->offset);
    PyObject* old = *place;
    if (!rt_ends_silently(old)) return -1;
    *place = Py_NewRef(value);
    if (old == nullptr && values != nullptr) rt_attribute_added(object, entry->offset);
    Py_XDECREF(old);
    return 0;
}

// As object.__new__ does it for a class that has an __init__.
PyObject* rt_new_instance(PyObject* object, int64_t version) noexcept {
    auto* type = reinterpret_cast<PyTypeObject*>(object);
    if (!Py_IS_TYPE(object, &PyType_Type) || type->tp_version_tag != version) return nullptr;
    PyObject* none = PyTuple_New(0);
    PyObject* made = PyBaseObject_Type.tp_new(type, none, nullptr);
    Py_DECREF(none);
    if (made == nullptr) PyErr_Clear();
    return made;
}

int rt_ends_silently(PyObject* object) noexcept {
    return object == nullptr || Py_REFCNT(object) > 1 || dies_silently(object) || holds_silent_items(object) ||
           is_loop_over_others(object);
}

void rt_attribute_added(PyObject* object, int64_t index) noexcept {
    if (index >= 0) _PyDictValues_AddToInsertionOrder(inline_values(object), index);
}

int rt_replace_with_f64(PyObject* object, PyObject** place, int64_t index, double value) noexcept {
    PyObject* old = *place;
    if (old != nullptr && !dies_silently(old)) return 0;
    return replace_attribute(object, place, index, PyFloat_FromDouble(value));
}

int rt_replace_with_i64(PyObject* object, PyObject** place, int64_t index, int64_t value) noexcept {
    PyObject* old = *place;
    if (old != nullptr) {
        if (_Py_IsImmortal(old) && is_shared_int(value)) {  // neither is counted
            *place = rt_box_i64(value);
            return 1;
        }
        if (Py_REFCNT(old) == 1 && PyLong_CheckExact(old) && overwrite_int(old, value)) return 1;
        if (!dies_silently(old)) return 0;
    }
    return replace_attribute(object, place, index, rt_box_i64(value));
}

int rt_delete_attr(PyObject* object, PyObject* name) noexcept { return PyObject_DelAttr(object, name); }

}  // extern "C"
