#include "frontend/type_aliases.h"

#if PY_VERSION_HEX < 0x030C0000
// Its grammar has none.
PyObject* aipy::frontend::type_alias_maker() { return nullptr; }
#else

#define Py_BUILD_CORE 1
#include <internal/pycore_intrinsics.h>
#include <opcode.h>

#include <cstddef>
#include <string>

#include "frontend/python.h"

namespace aipy::frontend {
namespace {

// `lambda parts: parts` with one instruction more, before its last: only bytecode reaches what makes type aliases.
Ref with_instruction(PyObject* bytes) {
    constexpr std::ptrdiff_t unit = 2;
    std::string code(PyBytes_AS_STRING(bytes), static_cast<size_t>(PyBytes_GET_SIZE(bytes)));
    code.insert(code.end() - unit, {static_cast<char>(CALL_INTRINSIC_1), static_cast<char>(INTRINSIC_TYPEALIAS)});
    return require(PyBytes_FromStringAndSize(code.data(), static_cast<Py_ssize_t>(code.size())));
}

Ref make_maker() {
    Ref space = require(PyDict_New());
    Ref identity = require(PyRun_String("lambda parts: parts", Py_eval_input, space.get(), space.get()));
    Ref code = require(PyObject_GetAttrString(identity.get(), "__code__"));
    Ref bytes = require(PyObject_GetAttrString(code.get(), "co_code"));
    Ref keywords = require(PyDict_New());
    require_success(PyDict_SetItemString(keywords.get(), "co_code", with_instruction(bytes.get()).get()));
    Ref replace = require(PyObject_GetAttrString(code.get(), "replace"));
    Ref nothing = require(PyTuple_New(0));
    Ref replaced = require(PyObject_Call(replace.get(), nothing.get(), keywords.get()));
    return require(PyFunction_New(replaced.get(), space.get()));
}

}  // namespace

PyObject* type_alias_maker() {
    static PyObject* function = nullptr;
    if (function == nullptr) function = make_maker().release();
    return function;
}

}  // namespace aipy::frontend

#endif
