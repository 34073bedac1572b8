// 3.11's way of taking functions over (takeover.h): forwarding code, and slots of CPython's type of functions that tell
// what happens to them.
#include "dispatch/takeover.h"

#include "runtime/cpython/internal.h"

#if PY_VERSION_HEX < 0x030C0000

#include <opcode.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dispatch/registry.h"
#include "runtime/cpython/function_made.h"
#include "runtime/cpython/thread_state.h"

namespace aipy::dispatch {
namespace {

namespace cpython = runtime::cpython;

PyCodeObject* code_of(const PyFunctionObject* function) { return reinterpret_cast<PyCodeObject*>(function->func_code); }

// ---- forwarding code ----------------------------------------------------------------------------------------
// The first constant is where new functions find their docstring.
constexpr Py_ssize_t place_of_entry = 1, place_of_names = 3;
static_assert(cpython::place_of_own_code == 2);

// What forwarding code calls. Neither the call of it nor what it calls counts for the recursion limit: the frame of the
// forwarding code does, which is why it is none of CPython's own C functions.
struct Entry {
    PyObject ob_base;
    vectorcallfunc call;
};

PyObject* forward(PyObject*, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    PyThreadState* thread = cpython::thread_state();
    cpython::Frame* frame = cpython::current_frame(thread);
    if (frame == nullptr || !cpython::is_forwarding(cpython::code_of(frame)))
        return PyErr_Format(PyExc_TypeError, "only forwarding code calls this");
    ++cpython::remaining_depth(thread);
    PyObject* result = enter(cpython::function_of(frame), args, nargsf, kwnames);
    --cpython::remaining_depth(thread);
    return result;
}

// Never freed: code objects hold it.
PyObject* entry_object() {
    static PyTypeObject type = [] {
        PyTypeObject made{};
        made.ob_base = {PyObject_HEAD_INIT(nullptr) 0};
        made.tp_name = "aipy.entry";
        made.tp_basicsize = sizeof(Entry);
        made.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION;
        made.tp_vectorcall_offset = offsetof(Entry, call);
        made.tp_call = PyVectorcall_Call;
        return made;
    }();
    static PyObject* object = nullptr;
    if (object != nullptr) return object;
    if (PyType_Ready(&type) < 0) return nullptr;
    Entry* made = PyObject_New(Entry, &type);
    if (made != nullptr) made->call = forward;
    return object = reinterpret_cast<PyObject*>(made);
}

class Bytecode {
  public:
    void add(int opcode, Py_ssize_t argument = 0, size_t cache_entries = 0) {
        for (int shift = 24; shift > 0; shift -= 8)
            if (argument >> shift != 0) unit(EXTENDED_ARG, static_cast<int>(argument >> shift & 0xff));
        unit(opcode, static_cast<int>(argument & 0xff));
        for (size_t i = 0; i < cache_entries; ++i) unit(CACHE, 0);
    }
    void add_locals(Py_ssize_t from, Py_ssize_t to) {
        for (Py_ssize_t i = from; i < to; ++i) add(LOAD_FAST, i);
    }
    PyObject* bytes() const { return PyBytes_FromStringAndSize(units_.data(), static_cast<Py_ssize_t>(units_.size())); }

  private:
    void unit(int opcode, int argument) {
        units_.push_back(static_cast<char>(opcode));
        units_.push_back(static_cast<char>(argument));
    }
    std::string units_;
};

// entry(a, b, c=c): parameters by position, then keyword-only ones.
void call_simply(Bytecode& code, const PyCodeObject& own) {
    const Py_ssize_t count = own.co_argcount + own.co_kwonlyargcount;
    code.add_locals(0, count);
    if (own.co_kwonlyargcount > 0) code.add(KW_NAMES, place_of_names);
    code.add(PRECALL, count, INLINE_CACHE_ENTRIES_PRECALL);
    code.add(CALL, count, INLINE_CACHE_ENTRIES_CALL);
}

// entry(a, b, *args, c=c, **kwargs).
void call_with_stars(Bytecode& code, const PyCodeObject& own) {
    const Py_ssize_t positional = own.co_argcount, named = own.co_kwonlyargcount;
    Py_ssize_t star = positional + named;
    code.add_locals(0, positional);
    code.add(BUILD_LIST, positional);
    if ((own.co_flags & CO_VARARGS) != 0) {
        code.add(LOAD_FAST, star++);
        code.add(LIST_EXTEND, 1);
    }
    code.add(LIST_TO_TUPLE);
    const bool takes_keywords = (own.co_flags & CO_VARKEYWORDS) != 0;
    if (named > 0 || takes_keywords) {
        code.add_locals(positional, positional + named);
        if (named > 0) {
            code.add(LOAD_CONST, place_of_names);
            code.add(BUILD_CONST_KEY_MAP, named);
        } else {
            code.add(BUILD_MAP, 0);
        }
        if (takes_keywords) {
            code.add(LOAD_FAST, star);
            code.add(DICT_MERGE, 1);
        }
    }
    code.add(CALL_FUNCTION_EX, named > 0 || takes_keywords ? 1 : 0);
}

Py_ssize_t parameter_count(const PyCodeObject& own) {
    return own.co_argcount + own.co_kwonlyargcount + ((own.co_flags & CO_VARARGS) != 0) +
           ((own.co_flags & CO_VARKEYWORDS) != 0);
}

PyObject* bytecode_for(const PyCodeObject& own) {
    Bytecode code;
    code.add(PUSH_NULL);
    code.add(LOAD_CONST, place_of_entry);
    if ((own.co_flags & (CO_VARARGS | CO_VARKEYWORDS)) != 0)
        call_with_stars(code, own);
    else
        call_simply(code, own);
    code.add(RETURN_VALUE);
    return code.bytes();
}

struct Forwarding {
    PyCodeObject* code;                         // borrowed
    std::shared_ptr<const Settings> expecting;  // of the functions that are made with it; null: they are told of
};
// By the code object that forwarding code stands for, borrowed. Forwarding code keeps what it stands for.
std::unordered_map<PyCodeObject*, Forwarding>& made() {
    static auto* table = new std::unordered_map<PyCodeObject*, Forwarding>;
    return *table;
}

void forget(void* own) {
    auto found = made().find(static_cast<PyCodeObject*>(own));
    if (own == nullptr || found == made().end()) return;
    found_place(reinterpret_cast<PyObject*>(found->second.code)) = {};
    made().erase(found);
}

PyObject* docstring_of(const PyCodeObject* own) {
    return PyTuple_GET_SIZE(own->co_consts) == 0 ? Py_None : PyTuple_GET_ITEM(own->co_consts, 0);
}

PyCodeObject* make_forwarding(PyCodeObject* own) {
    const Py_ssize_t count = parameter_count(*own), first_named = own->co_argcount;
    PyObject* bytes = bytecode_for(*own);
    PyObject* names = PyTuple_GetSlice(own->co_localsplusnames, 0, count);
    PyObject* named = PyTuple_GetSlice(own->co_localsplusnames, first_named, first_named + own->co_kwonlyargcount);
    PyObject* constants = names == nullptr || named == nullptr || entry_object() == nullptr
                              ? nullptr
                              : PyTuple_Pack(4, docstring_of(own), entry_object(), own, named);
    PyObject* nothing = PyTuple_New(0);
    PyObject* empty = PyBytes_FromString("");
    const int flags = (own->co_flags & (CO_OPTIMIZED | CO_NEWLOCALS | CO_VARARGS | CO_VARKEYWORDS)) | cpython::forwards;
    const int stack_size = static_cast<int>(count) + 6;
    PyCodeObject* result = nullptr;
    if (bytes != nullptr && constants != nullptr && nothing != nullptr && empty != nullptr)
        result = PyCode_NewWithPosOnlyArgs(own->co_argcount, own->co_posonlyargcount, own->co_kwonlyargcount,
                                           static_cast<int>(count), stack_size, flags, bytes, constants, nothing, names,
                                           nothing, nothing, own->co_filename, own->co_name, own->co_qualname,
                                           own->co_firstlineno, empty, empty);
    for (PyObject* part : {bytes, names, named, constants, nothing, empty}) Py_XDECREF(part);
    return result;
}

// New; null with an exception.
PyCodeObject* forwarding_for(PyCodeObject* own) {
    if (auto found = made().find(own); found != made().end())
        return reinterpret_cast<PyCodeObject*>(Py_NewRef(reinterpret_cast<PyObject*>(found->second.code)));
    static const Py_ssize_t extra = PyUnstable_Eval_RequestCodeExtraIndex(forget);
    PyCodeObject* code = extra < 0 ? nullptr : make_forwarding(own);
    if (code == nullptr || cpython::set_code_extra(code, extra, own) < 0) {
        Py_XDECREF(reinterpret_cast<PyObject*>(code));
        return nullptr;
    }
    made().emplace(own, Forwarding{code, nullptr});
    return code;
}

// Takes the reference. Call sites look at the function anew.
void set_code(PyFunctionObject* function, PyCodeObject* code) {
    PyObject* old = std::exchange(function->func_code, reinterpret_cast<PyObject*>(code));
    function->func_version = 0;
    Py_DECREF(old);
}

// ---- what happens to functions ------------------------------------------------------------------------------
FunctionListener told;

class RaisedException {
  public:
    RaisedException() { PyErr_Fetch(&type_, &value_, &traceback_); }
    ~RaisedException() { PyErr_Restore(type_, value_, traceback_); }
    RaisedException(const RaisedException&) = delete;
    RaisedException& operator=(const RaisedException&) = delete;

  private:
    PyObject *type_ = nullptr, *value_ = nullptr, *traceback_ = nullptr;
};

void tell(void (*event)(PyFunctionObject*), PyObject* function) {
    RaisedException kept;
    event(reinterpret_cast<PyFunctionObject*>(function));
}

getter plain_get_code = nullptr;
setter plain_set_code = nullptr, plain_set_defaults = nullptr, plain_set_keyword_defaults = nullptr;
destructor plain_dealloc = nullptr;

PyObject* get_code(PyObject* function, void* closure) {
    PyObject* code = plain_get_code(function, closure);
    if (code != nullptr && cpython::is_forwarding(reinterpret_cast<PyCodeObject*>(code)))
        Py_SETREF(
            code,
            Py_NewRef(reinterpret_cast<PyObject*>(cpython::own_code(reinterpret_cast<PyFunctionObject*>(function)))));
    return code;
}

int set_code_of(PyObject* function, PyObject* code, void* closure) {
    tell(told.code_changes, function);
    return plain_set_code(function, code, closure);
}

int set_defaults(PyObject* function, PyObject* value, void* closure) {
    tell(told.defaults_change, function);
    return plain_set_defaults(function, value, closure);
}

int set_keyword_defaults(PyObject* function, PyObject* value, void* closure) {
    tell(told.defaults_change, function);
    return plain_set_keyword_defaults(function, value, closure);
}

void dealloc(PyObject* function) {
    tell(told.dies, function);
    plain_dealloc(function);
}

PyGetSetDef* row_of(const char* name) {
    PyObject* found = PyDict_GetItemString(PyFunction_Type.tp_dict, name);
    if (found == nullptr || !Py_IS_TYPE(found, &PyGetSetDescr_Type)) return nullptr;
    return reinterpret_cast<PyGetSetDescrObject*>(found)->d_getset;
}

// The same function with its own code, for one call.
PyObject* twin_of(PyFunctionObject* function) {
    PyObject* object = PyFunction_New(reinterpret_cast<PyObject*>(cpython::own_code(function)), function->func_globals);
    if (object == nullptr) return nullptr;
    auto* twin = reinterpret_cast<PyFunctionObject*>(object);
    Py_SETREF(twin->func_builtins, Py_NewRef(function->func_builtins));
    Py_SETREF(twin->func_name, Py_NewRef(function->func_name));
    Py_SETREF(twin->func_qualname, Py_NewRef(function->func_qualname));
    twin->func_defaults = Py_XNewRef(function->func_defaults);
    twin->func_kwdefaults = Py_XNewRef(function->func_kwdefaults);
    twin->func_closure = Py_XNewRef(function->func_closure);
    return object;
}

}  // namespace

bool is_taken_over(const PyFunctionObject* function) { return cpython::is_forwarding(code_of(function)); }

// Without memory for it the function stays CPython's.
void take_over(PyFunctionObject* function, Managed*) {
    RaisedException kept;
    if (PyCodeObject* code = forwarding_for(code_of(function)))
        set_code(function, code);
    else
        PyErr_Clear();
}

void end_takeover(PyFunctionObject* function, Managed*) {
    auto* own = reinterpret_cast<PyObject*>(cpython::own_code(function));
    set_code(function, reinterpret_cast<PyCodeObject*>(Py_NewRef(own)));
}

PyObject* call_cpython(PyObject* callable, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
    auto* function = reinterpret_cast<PyFunctionObject*>(callable);
    if (!is_taken_over(function)) return _PyFunction_Vectorcall(callable, args, nargsf, kwnames);
    PyObject* twin = twin_of(function);
    if (twin == nullptr) return nullptr;
    PyObject* result = _PyFunction_Vectorcall(twin, args, nargsf, kwnames);
    Py_DECREF(twin);
    return result;
}

void expect_functions(PyObject* constants, const std::shared_ptr<const Settings>& settings) {
    RaisedException kept;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); ++i) {
        PyObject* constant = PyTuple_GET_ITEM(constants, i);
        if (!PyCode_Check(constant)) continue;
        auto* code = reinterpret_cast<PyCodeObject*>(constant);
        if (!is_function_code(code)) {
            if (!cpython::is_forwarding(code)) expect_functions(code->co_consts, settings);
            continue;
        }
        if (cpython::is_forwarding(code)) continue;
        PyCodeObject* forwarding = forwarding_for(code);
        if (forwarding == nullptr) {
            PyErr_Clear();
            continue;
        }
        made().at(code).expecting = settings;
        PyTuple_SET_ITEM(constants, i, reinterpret_cast<PyObject*>(forwarding));
        Py_DECREF(constant);
    }
}

const Settings* expected_settings(const PyFunctionObject* function) {
    if (!is_taken_over(function)) return nullptr;
    auto found = made().find(cpython::own_code(function));
    return found == made().end() ? nullptr : found->second.expecting.get();
}

void listen_to_functions(const FunctionListener& listener) {
    told = listener;
    cpython::on_function_made = [](PyObject* function) { tell(told.created, function); };
    plain_dealloc = std::exchange(PyFunction_Type.tp_dealloc, dealloc);
    if (PyGetSetDef* row = row_of("__code__")) {
        plain_get_code = std::exchange(row->get, get_code);
        plain_set_code = std::exchange(row->set, set_code_of);
    }
    if (PyGetSetDef* row = row_of("__defaults__")) plain_set_defaults = std::exchange(row->set, set_defaults);
    if (PyGetSetDef* row = row_of("__kwdefaults__"))
        plain_set_keyword_defaults = std::exchange(row->set, set_keyword_defaults);
}

}  // namespace aipy::dispatch

#endif
