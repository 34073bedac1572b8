// What an inline cache of an attribute site knows: where the attribute of an instance of a class was found.
//
// An entry is trusted while the class has the version it was made for; kinds that also depend on what the instance
// does not have, or on another object's keys, carry that version too (InlineCache::second_version).
#pragma once

#include <iterator>

#include "runtime/cpython/internal.h"
#include "runtime/helpers.h"

namespace aipy::runtime {

enum AttributeKind : uint32_t {
    AttributeUnknown,
    AttributeInline,          // offset: index among the instance's inline values
    AttributeSlot,            // offset: of a __slots__ member, in bytes
    AttributeProperty,        // object: the getter
    AttributeClassValue,      // object: found in the class, returned as it is
    AttributeMethod,          // object: unbound method, found in the class
    AttributeDescriptor,      // object: another descriptor without __set__, found in the class
    AttributeDataDescriptor,  // object: a getset descriptor
    AttributeModule,          // offset: index in the module's dict; second version: its keys
    AttributeOfClass,         // object: attribute of the class that the receiver is; second version: its own
    AttributeOfDict,          // offset: index in the instance's dict, if the same key is there
};

// Whether the instance cannot have an attribute of its own that hides the class's: it has no dict, or its keys are
// those of `version`.
inline bool instance_is_silent(PyObject* object, PyTypeObject* type, uint32_t version) {
    if (version == 0) return true;
    return cpython::inline_values(object) != nullptr && cpython::shared_keys(type)->dk_version == version;
}

inline InlineCache::Entry* find_entry(InlineCache* cache, PyTypeObject* type) {
    uint32_t version = type->tp_version_tag;
    for (uint32_t i = 0; i < cache->used; ++i)
        if (cache->entries[i].version == version && cache->entries[i].kind != AttributeUnknown)
            return &cache->entries[i];
    return nullptr;
}

// Counts a miss. Whether something is to be learned from it: there is room, and the site is not one of too many kinds.
inline bool may_learn(InlineCache* cache) {
    constexpr uint32_t most_misses = 64;
    return ++cache->misses <= most_misses && cache->used < std::size(cache->entries);
}

// Remembers an object for a class that has a version, and, where the kind needs two, for another version.
inline void learn(InlineCache* cache, PyTypeObject* type, uint32_t kind, PyObject* object, uint32_t second = 0) {
    cache->second_version[cache->used] = second;
    InlineCache::Entry& entry = cache->entries[cache->used++];
    entry.type = type;
    entry.version = type->tp_version_tag;
    entry.kind = kind;
    entry.object = object;
}

// Whether reading the attribute there runs no Python code.
inline bool is_quiet(uint32_t kind) {
    switch (static_cast<AttributeKind>(kind)) {
        case AttributeInline:
        case AttributeSlot:
        case AttributeClassValue:
        case AttributeModule:
        case AttributeOfClass:
        case AttributeOfDict: return true;
        case AttributeUnknown:
        case AttributeProperty:
        case AttributeMethod:
        case AttributeDescriptor:
        case AttributeDataDescriptor: return false;
    }
    return false;
}

// Whether the cache finds what comes, but for a few that came once, or whose class has changed since.
inline bool knows_what_comes(const InlineCache& cache) {
    constexpr uint32_t strangers = 4;
    return cache.used != 0 && cache.misses <= cache.used + strangers;
}

// Whether all that came so far is found by the cache, and in this way.
inline bool knows_all_as(const InlineCache& cache, AttributeKind kind) {
    if (!knows_what_comes(cache)) return false;
    for (uint32_t i = 0; i < cache.used; ++i)
        if (cache.entries[i].kind != kind) return false;
    return true;
}

// Whether all that came so far is found by the cache, and quietly.
inline bool is_found_quietly(const InlineCache& cache) {
    if (!knows_what_comes(cache)) return false;
    for (uint32_t i = 0; i < cache.used; ++i)
        if (!is_quiet(cache.entries[i].kind)) return false;
    return true;
}

// Remembers where `name` of `object` is, if it is at a place that a cache can know. For loads (and method calls).
void remember_attribute(PyObject* object, PyObject* name, InlineCache* cache);
// The same for stores.
void remember_attribute_store(PyObject* object, PyObject* name, InlineCache* cache);

}  // namespace aipy::runtime
