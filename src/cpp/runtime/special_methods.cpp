// What `with` looks up and calls.
#include "runtime/special_methods.h"

#include "runtime/attribute_cache.h"
#include "runtime/cpython/internal.h"
#include "runtime/cpython/thread_state.h"
#include "runtime/helpers.h"

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

void remember(PyTypeObject* type, PyObject* method, InlineCache* cache) {
    constexpr uint32_t most_misses = 64;
    if (++cache->misses > most_misses || cache->used == std::size(cache->entries) || !cpython::has_version(type))
        return;
    InlineCache::Entry& entry = cache->entries[cache->used++];
    entry.type = type;
    entry.version = type->tp_version_tag;
    entry.kind = found_in_class;
    entry.object = method;
}

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
        remember(type, found, cache);
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
