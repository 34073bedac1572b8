#include "interp/profile.h"

#include "ir/array_kinds.h"
#include "runtime/cpython/internal.h"
#include "runtime/helpers.h"
#include "runtime/numpy/arrays.h"

namespace aipy::interp {

using ir::Type;
using ir::TypeKind;

namespace {

// Arrays that differ only in which axes have the length 1 are of one kind, which says so of those that all have.
bool take_in(Type& known, Type type) {
    if (known == type) return true;
    if (known.kind != TypeKind::NDArray || type.kind != TypeKind::NDArray) return false;
    const auto both = ir::common_detail(known.detail, type.detail);
    if (both) known.detail = *both;
    return both.has_value();
}

}  // namespace

void Observed::record(Type type) {
    if (many) return;
    if (type == Type::any()) {
        many = true;
        return;
    }
    for (size_t i = 0; i < count; ++i)
        if (take_in(types[i], type)) return;
    if (count == types.size())
        many = true;
    else
        types[count++] = type;
}

namespace {

FunctionNumber function_number = nullptr;

Type observe_function(PyObject* object) {
    const bool numbered = function_number != nullptr;
    return Type::boxed(TypeKind::Function, numbered ? function_number(reinterpret_cast<PyFunctionObject*>(object)) : 0);
}

Type observe_int(PyObject* object) {
    int64_t value = 0;
    return Type::boxed(rt_try_unbox_i64(object, &value) != 0 ? TypeKind::Int : TypeKind::BigInt);
}

}  // namespace

void number_functions_by(FunctionNumber number) { function_number = number; }

Type observe(PyObject* object) {
    PyTypeObject* type = Py_TYPE(object);
    if (type == &PyLong_Type) return observe_int(object);
    if (type == &PyFloat_Type) return Type::boxed(TypeKind::Float);
    if (type == &PyBool_Type) return Type::boxed(TypeKind::Bool);
    if (object == Py_None) return Type::boxed(TypeKind::NoneType);
    if (type == &PyUnicode_Type) return Type::boxed(TypeKind::Str);
    if (type == &PyList_Type) return Type::boxed(TypeKind::List);
    if (type == &PyTuple_Type) return Type::boxed(TypeKind::Tuple);
    if (type == &PyDict_Type) return Type::boxed(TypeKind::Dict);
    if (type == &PySet_Type) return Type::boxed(TypeKind::Set);
    if (type == &PyComplex_Type) return Type::boxed(TypeKind::Complex);
    if (type == &PyBytes_Type) return Type::boxed(TypeKind::Bytes);
    if (type == &PyByteArray_Type) return Type::boxed(TypeKind::ByteArray);
    if (type == &PyRange_Type) return Type::boxed(TypeKind::Range);
    if (type == &PyRangeIter_Type) return Type::boxed(TypeKind::RangeIter);
    if (type == &PyFunction_Type) return observe_function(object);
    if (type == &PyCFunction_Type) return Type::boxed(TypeKind::Builtin);
    if (type == &PyCell_Type) return Type::boxed(TypeKind::Cell);
    if (PyType_Check(object)) return Type::boxed(TypeKind::TypeObject);
    return runtime::numpy::observe(object);
}

void record(Observed& observed, PyObject* object) {
    if (observed.many) return;
    Type type = observe(object);
    observed.record(type);
    observed.negative |=
        type.kind == TypeKind::Int && runtime::cpython::int_sign(runtime::cpython::int_tag(object)) < 0;
    bool varies = type.kind == TypeKind::NDArray || type.kind == TypeKind::Function || type.kind == TypeKind::Any;
    observed.last = varies && !observed.many ? nullptr : Py_TYPE(object);
}

}  // namespace aipy::interp
