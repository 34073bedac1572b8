// Natively compiled only: it keeps NumPy's types.
#define NO_IMPORT_ARRAY
#include "runtime/numpy/arrays.h"

#define NO_IMPORT_UFUNC
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

#include <cstring>

#include "runtime/numpy/type_numbers.h"

#ifndef AIPY_RUNTIME_BITCODE

namespace aipy::runtime::numpy {

using ir::ElementType;
using ir::Type;
using ir::TypeKind;

namespace {

struct ScalarClass {
    TypeKind kind;
    const char* name;
    const char* symbol;
    PyTypeObject* type;
};

struct Types {
    PyTypeObject* array = nullptr;
    ScalarClass scalars[11] = {
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) \
    {TypeKind::kind, name, "Py" #c_name "ArrType_Type", nullptr},
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
    };
};

PyTypeObject* type_named(PyObject* module, const char* name) {
    PyObject* found = PyObject_GetAttrString(module, name);
    if (found == nullptr) PyErr_Clear();
    return reinterpret_cast<PyTypeObject*>(found);  // kept for ever
}

Types found;

// NumPy's types once the program has imported it; the same for the rest of the process.
const Types& types() {
    if (found.array != nullptr) return found;
    PyObject* modules = PyImport_GetModuleDict();
    PyObject* module = PyDict_GetItemString(modules, "numpy");
    if (module == nullptr || !PyObject_HasAttrString(module, "bool_")) return found;
    for (ScalarClass& scalar : found.scalars) scalar.type = type_named(module, scalar.name);
    found.array = type_named(module, "ndarray");
    return found;
}

// The module that NumPy itself takes its ufuncs from, which programs leave alone; kept for ever.
PyObject* own_ufuncs() {
    PyObject* modules = PyImport_GetModuleDict();
    PyObject* module = PyDict_GetItemString(modules, "numpy._core._multiarray_umath");
    if (module == nullptr) module = PyDict_GetItemString(modules, "numpy.core._multiarray_umath");
    return Py_XNewRef(module);
}

PyTypeObject* ufunc_class(PyObject* module) {
    PyObject* any = PyDict_GetItemString(PyModule_GetDict(module), "sqrt");
    return any == nullptr ? nullptr : Py_TYPE(any);
}

// Of functions that ask their arguments for __array_function__.
PyTypeObject* dispatcher_class(PyObject* module) {
    return reinterpret_cast<PyTypeObject*>(PyDict_GetItemString(PyModule_GetDict(module), "_ArrayFunctionDispatcher"));
}

// Whether the object is what one of NumPy's modules defines by that name.
bool is_defined_by_numpy(PyObject* object, PyObject* name) {
    PyObject* modules = PyImport_GetModuleDict();
    for (const char* module_name :
         {"numpy._core.fromnumeric", "numpy._core.multiarray", "numpy._core.numeric", "numpy.lib._function_base_impl",
          "numpy.core.fromnumeric", "numpy.core.multiarray", "numpy.core.numeric", "numpy.lib.function_base"}) {
        PyObject* module = PyDict_GetItemString(modules, module_name);
        if (module != nullptr && PyModule_Check(module) && PyDict_GetItem(PyModule_GetDict(module), name) == object)
            return true;
    }
    return false;
}

// The name lives as long as the function, which keeps it.
const char* array_function_name(PyObject* object) {
    PyObject* name = PyObject_GetAttrString(object, "__name__");
    if (name == nullptr) PyErr_Clear();
    const bool is_own = name != nullptr && PyUnicode_CheckExact(name) && is_defined_by_numpy(object, name);
    const char* text = is_own ? PyUnicode_AsUTF8(name) : nullptr;
    Py_XDECREF(name);
    return text;
}

Type observe_array(PyObject* object) {
    const auto* array = reinterpret_cast<const PyArrayObject_fields*>(object);
    ir::ArrayDetail detail;
    detail.element = element_of(array->descr->type_num);
    detail.rank = static_cast<uint8_t>(array->nd);
    detail.c_contiguous = (array->flags & NPY_ARRAY_C_CONTIGUOUS) != 0;
    detail.writeable = (array->flags & NPY_ARRAY_WRITEABLE) != 0;
    // Columns and rows: what they are computed with sees them broadcast. An array of one axis is long enough some day.
    if (array->nd > 1 && array->nd <= ir::ArrayDetail::most_units)
        for (int axis = 0; axis < array->nd; ++axis)
            detail.units = static_cast<uint8_t>(detail.units | (array->dimensions[axis] == 1) << axis);
    bool plain = (array->flags & NPY_ARRAY_ALIGNED) != 0 && array->descr->byteorder != NPY_OPPBYTE;
    if (!plain || detail.element == ElementType::Other) return Type::any();
    return Type::boxed(TypeKind::NDArray, detail.pack());
}

}  // namespace

Type observe(PyObject* object) {
    const Types& known = types();
    PyTypeObject* type = Py_TYPE(object);
    if (known.array == nullptr) return Type::any();
    if (type == known.array) return observe_array(object);
    for (const ScalarClass& scalar : known.scalars)
        if (type == scalar.type) return Type::boxed(scalar.kind);
    return Type::any();
}

TypeKind scalars_of(PyObject* type) {
    if (!PyType_Check(type)) return TypeKind::Any;
    for (const ScalarClass& scalar : types().scalars)
        if (reinterpret_cast<PyTypeObject*>(type) == scalar.type) return scalar.kind;
    return TypeKind::Any;
}

const char* function_name(PyObject* object) {
    if (types().array == nullptr) return nullptr;
    static PyObject* module = own_ufuncs();
    if (module == nullptr) return nullptr;
    if (Py_TYPE(object) == dispatcher_class(module)) return array_function_name(object);
    if (Py_TYPE(object) != ufunc_class(module)) return nullptr;
    const char* name = reinterpret_cast<PyUFuncObject*>(object)->name;
    PyObject* own = name == nullptr ? nullptr : PyDict_GetItemString(PyModule_GetDict(module), name);
    return own == object ? name : nullptr;
}

PyObject* own_ufunc(const char* name) {
    static PyObject* module = own_ufuncs();
    PyObject* own = module == nullptr ? nullptr : PyDict_GetItemString(PyModule_GetDict(module), name);
    return own != nullptr && Py_TYPE(own) == ufunc_class(module) ? own : nullptr;
}

bool is_known() { return found.array != nullptr; }
PyTypeObject* array_class() { return found.array; }

void* type_address(const char* name) {
    if (std::strcmp(name, "PyArray_Type") == 0) return found.array;
    for (const ScalarClass& scalar : found.scalars)
        if (std::strcmp(name, scalar.symbol) == 0) return scalar.type;
    return nullptr;
}

}  // namespace aipy::runtime::numpy

// ---- iterators ----------------------------------------------------------------------------------------------

namespace {

// What iter(array) makes: CPython's iterator by __getitem__, whose layout no header shows.
struct SequenceIterator {
    PyObject_HEAD Py_ssize_t index;
    PyObject* sequence;  // null behind the end
};

struct ArrayIterator {
    SequenceIterator* iterator;
    const PyArrayObject_fields* array() const {
        return reinterpret_cast<const PyArrayObject_fields*>(iterator->sequence);
    }
    bool at_end() const { return iterator->index >= array()->dimensions[0]; }
};

}  // namespace

extern "C" {

int rt_is_array_iterator(PyObject* object, int64_t element) noexcept {
    using aipy::runtime::numpy::found;
    if (Py_TYPE(object) != &PySeqIter_Type) return 0;
    const ArrayIterator it{reinterpret_cast<SequenceIterator*>(object)};
    if (it.iterator->sequence == nullptr || Py_TYPE(it.iterator->sequence) != found.array) return 0;
    const PyArrayObject_fields* array = it.array();
    if (array->nd != 1 || (array->flags & NPY_ARRAY_ALIGNED) == 0 || array->descr->byteorder == NPY_OPPBYTE) return 0;
    if (aipy::runtime::numpy::element_of(array->descr->type_num) != static_cast<aipy::ir::ElementType>(element))
        return 0;
    return !it.at_end() || Py_REFCNT(it.iterator->sequence) > 1;
}

// CPython's iterators over lists, tuples and bytes are laid out alike.
PyObject* rt_sequence_iterator(PyObject* sequence, int64_t index) noexcept {
    PyObject* iterator = PyObject_GetIter(sequence);
    if (iterator != nullptr) reinterpret_cast<SequenceIterator*>(iterator)->index = index;
    return iterator;
}

const char* rt_array_iterator_next(PyObject* object) noexcept {
    const ArrayIterator it{reinterpret_cast<SequenceIterator*>(object)};
    if (it.at_end()) {
        Py_CLEAR(it.iterator->sequence);
        return nullptr;
    }
    const PyArrayObject_fields* array = it.array();
    return array->data + it.iterator->index++ * array->strides[0];
}

}  // extern "C"

#endif  // AIPY_RUNTIME_BITCODE
