// Methods looked up past the object: what `with` calls, and what super() finds. Natively compiled only: it has data.
#include "runtime/special_methods.h"

#include "runtime/attribute_cache.h"
#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

#ifndef AIPY_RUNTIME_BITCODE

#if PY_VERSION_HEX >= 0x030E0000
#include <internal/pycore_ceval.h>
#endif

namespace aipy::runtime {

namespace {

struct Row {
    const char* name;
    const char* protocol;  // that a TypeError names
    bool comes_second;     // the TypeError says which of the two is missing
    PyObject* text;        // interned
};
Row rows[] = {{"__enter__", "context manager", false, nullptr},
              {"__exit__", "context manager", true, nullptr},
              {"__aenter__", "asynchronous context manager", false, nullptr},
              {"__aexit__", "asynchronous context manager", true, nullptr}};

PyObject* name_of(Row& row) {
    if (row.text == nullptr) row.text = PyUnicode_InternFromString(row.name);
    return row.text;
}

#if PY_VERSION_HEX >= 0x030E0000
void complain(PyObject* owner, int64_t method) {
    const auto& texts = _Py_SpecialMethods[method];
    const bool suggests = _PyEval_SpecialMethodCanSuggest(owner, static_cast<int>(method)) != 0;
    PyErr_Format(PyExc_TypeError, suggests ? texts.error_suggestion : texts.error, owner);
}
#else
void complain(PyObject* owner, int64_t method) {
    const Row& row = rows[method];
    const char* class_name = Py_TYPE(owner)->tp_name;
    if (row.comes_second)
        PyErr_Format(PyExc_TypeError, "'%.200s' object does not support the %s protocol (missed %s method)", class_name,
                     row.protocol, row.name);
    else
        PyErr_Format(PyExc_TypeError, "'%.200s' object does not support the %s protocol", class_name, row.protocol);
}
#endif

// An entry of the site's cache: the class has `object`, which is called with the owner.
constexpr uint32_t found_in_class = 1;

// The note of what was found comes last: binding may run Python code, which may come by this site again.
[[gnu::noinline]] PyObject* load_slowly(PyObject* owner, int64_t method, InlineCache* cache) {
    PyObject* name = name_of(rows[method]);
    if (name == nullptr) return nullptr;
    PyTypeObject* type = Py_TYPE(owner);
    PyObject* found = _PyType_Lookup(type, name);
    if (found == nullptr) {
        complain(owner, method);
        return nullptr;
    }
    const bool unbound = (Py_TYPE(found)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) != 0;
    Py_INCREF(found);
    if (unbound) {
        if (may_learn(cache) && cpython::has_version(type)) learn(cache, type, found_in_class, found);
    } else if (descrgetfunc bind = Py_TYPE(found)->tp_descr_get; bind != nullptr) {
        PyObject* bound = bind(found, owner, reinterpret_cast<PyObject*>(type));
        Py_SETREF(found, bound);
    }
    cache->unbound = unbound ? 1 : 0;
    return found;
}

PyObject* call(PyObject* method, PyObject* self, PyObject** arguments, size_t count) {
    if (self != nullptr)
        arguments[0] = self;
    else
        ++arguments;
    return PyObject_Vectorcall(method, arguments, self != nullptr ? count + 1 : count, nullptr);
}

// What the classes behind `owner` in the order of `type`'s classes have; borrowed, null where none has it.
PyObject* found_behind(PyTypeObject* owner, PyTypeObject* type, PyObject* name) {
    PyObject* order = type->tp_mro;
    const Py_ssize_t count = order == nullptr ? 0 : PyTuple_GET_SIZE(order);
    Py_ssize_t i = 0;
    while (i < count && PyTuple_GET_ITEM(order, i) != reinterpret_cast<PyObject*>(owner)) ++i;
    for (++i; i < count; ++i) {
        auto* next = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(order, i));
        PyObject* members = PyType_GetDict(next);
        PyObject* found = members == nullptr ? nullptr : PyDict_GetItemWithError(members, name);
        Py_XDECREF(members);  // the class has them
        if (found != nullptr || PyErr_Occurred()) return found;
    }
    return nullptr;
}

// A method of an instance, which is called with it as it lies; null for anything else, which super itself finds.
PyObject* plain_method_behind(PyObject* owner, PyObject* self, PyObject* name, InlineCache* cache) {
    PyTypeObject* type = Py_TYPE(self);
    if (!may_learn(cache) || !PyType_Check(owner) || PyType_Check(self)) return nullptr;
    auto* class_of_owner = reinterpret_cast<PyTypeObject*>(owner);
    if (PyType_IsSubtype(type, class_of_owner) == 0 || !PyUnicode_CheckExact(name)) return nullptr;
    if (!cpython::has_version(type) || !cpython::has_version(class_of_owner)) return nullptr;
    PyObject* found = found_behind(class_of_owner, type, name);
    if (found == nullptr) PyErr_Clear();
    if (found == nullptr || (Py_TYPE(found)->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) == 0) return nullptr;
    learn(cache, type, found_in_class, found, class_of_owner->tp_version_tag);
    return found;
}

[[gnu::noinline]] PyObject* load_super_slowly(PyObject* owner, PyObject* self, PyObject* name, InlineCache* cache) {
    if (PyObject* method = plain_method_behind(owner, self, name, cache)) {
        cache->unbound = 1;
        return Py_NewRef(method);
    }
    PyObject* parts[] = {owner, self};
    PyObject* made = PyObject_Vectorcall(reinterpret_cast<PyObject*>(&PySuper_Type), parts, 2, nullptr);
    PyObject* found = made == nullptr ? nullptr : PyObject_GetAttr(made, name);
    Py_XDECREF(made);
    cache->unbound = 0;
    return found;
}

}  // namespace

}  // namespace aipy::runtime

using namespace aipy::runtime;

extern "C" {

PyObject* rt_load_special(PyObject* owner, int64_t method, InlineCache* cache) noexcept {
    const InlineCache::Entry* entry = find_entry(cache, Py_TYPE(owner));
    if (entry == nullptr) [[unlikely]]
        return load_slowly(owner, method, cache);
    cache->unbound = 1;
    return Py_NewRef(entry->object);
}

// Versions are of one class each, and a class that changes gets another one, as do those made of it.
PyObject* rt_load_super(PyObject* owner, PyObject* self, PyObject* name, InlineCache* cache) noexcept {
    const uint32_t version = Py_TYPE(self)->tp_version_tag;
    const uint32_t second = PyType_Check(owner) ? reinterpret_cast<PyTypeObject*>(owner)->tp_version_tag : 0;
    for (uint32_t i = 0; i < cache->used; ++i) {
        if (cache->entries[i].version != version || cache->second_version[i] != second) continue;
        cache->unbound = 1;
        return Py_NewRef(cache->entries[i].object);
    }
    return load_super_slowly(owner, self, name, cache);
}

PyObject* rt_call_enter(PyObject* method, PyObject* self) noexcept {
    PyObject* arguments[1];
    return call(method, self, arguments, 0);
}

PyObject* rt_call_exit(PyObject* method, PyObject* self, PyObject* exception) noexcept {
    PyObject* traceback = PyException_GetTraceback(exception);
    PyObject* arguments[] = {nullptr, reinterpret_cast<PyObject*>(Py_TYPE(exception)), exception,
                             traceback != nullptr ? traceback : Py_None};
    PyObject* answer = call(method, self, arguments, 3);
    Py_XDECREF(traceback);
    return answer;
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
