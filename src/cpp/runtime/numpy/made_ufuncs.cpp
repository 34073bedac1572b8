// Natively compiled only: it has data.
#include "runtime/numpy/made_ufuncs.h"

#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>

#include <cfenv>
#include <memory>

#ifndef AIPY_RUNTIME_BITCODE

namespace aipy::runtime::numpy {

namespace {

// What the inner loop of one combination of types is given.
struct Kernel {
    std::vector<PyArray_Descr*> dtypes;  // owned
    PyObject* callable = nullptr;        // owned
    int inputs = 0;
    bool has_layout = false;
    std::vector<std::vector<int>> core;  // by operand: which core dimensions it has

    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    ~Kernel() {
        for (PyArray_Descr* dtype : dtypes) Py_XDECREF(dtype);
        Py_XDECREF(callable);
    }
};

// All that a ufunc refers to; it goes with the ufunc.
struct Ufunc {
    std::string name, doc, layout;
    std::vector<std::unique_ptr<Kernel>> kernels;
    std::vector<PyUFuncGenericFunction> functions;
    std::vector<void*> data;
    std::vector<char> types;
};

PyObject* view(PyArray_Descr* dtype, int axes, const npy_intp* shape, const npy_intp* strides, char* data,
               bool writeable) {
    Py_INCREF(dtype);
    return PyArray_NewFromDescr(&PyArray_Type, dtype, axes, const_cast<npy_intp*>(shape),
                                const_cast<npy_intp*>(strides), data, writeable ? NPY_ARRAY_WRITEABLE : 0, nullptr);
}

// NumPy's memory is gone when the ufunc is done.
bool give_up_memory(PyObject* operand) {
    if (!PyArray_Check(operand) || Py_REFCNT(operand) == 1) return true;
    auto* array = reinterpret_cast<PyArrayObject*>(operand);
    PyObject* copy = PyArray_NewCopy(array, NPY_CORDER);
    if (copy == nullptr) return false;
    auto* fields = reinterpret_cast<PyArrayObject_fields*>(array);
    auto* made = reinterpret_cast<PyArrayObject*>(copy);
    fields->data = PyArray_BYTES(made);
    for (int i = 0; i < PyArray_NDIM(made); ++i) fields->strides[i] = PyArray_STRIDES(made)[i];
    return PyArray_SetBaseObject(array, copy) == 0;
}

// Calls the kernel with these operands, whose references it gives up. False with the error set.
bool call(const Kernel& kernel, std::vector<PyObject*>& operands) {
    bool good = true;
    for (PyObject* operand : operands) good &= operand != nullptr;
    if (good) {
        PyObject* result = PyObject_Vectorcall(kernel.callable, operands.data(), operands.size(), nullptr);
        good = result != nullptr;
        Py_XDECREF(result);
    }
    PyObject* raised = PyErr_GetRaisedException();
    for (PyObject* operand : operands) {
        if (operand != nullptr && !give_up_memory(operand) && good) {
            good = false;
            raised = PyErr_GetRaisedException();
        }
        Py_XDECREF(operand);
    }
    PyErr_SetRaisedException(raised);
    return good;
}

void run_elements(const Kernel& kernel, char** data, npy_intp count, const npy_intp* steps) {
    std::vector<PyObject*> operands;
    for (size_t i = 0; i < kernel.dtypes.size(); ++i) {
        const bool is_output = i >= static_cast<size_t>(kernel.inputs);
        operands.push_back(view(kernel.dtypes[i], 1, &count, &steps[i], data[i], is_output));
    }
    call(kernel, operands);
}

void run_cores(const Kernel& kernel, char** data, const npy_intp* dimensions, const npy_intp* steps) {
    const size_t count = kernel.dtypes.size();
    for (npy_intp outer = 0; outer < dimensions[0]; ++outer) {
        const npy_intp* core_steps = steps + count;
        std::vector<PyObject*> operands;
        for (size_t i = 0; i < count; ++i) {
            const bool is_output = i >= static_cast<size_t>(kernel.inputs);
            char* place = data[i] + outer * steps[i];
            std::vector<npy_intp> shape;
            for (int axis : kernel.core[i]) shape.push_back(dimensions[1 + axis]);
            const npy_intp* strides = core_steps;
            core_steps += shape.size();
            const npy_intp one = 1, step = kernel.dtypes[i]->type_num < 0 ? 0 : PyDataType_ELSIZE(kernel.dtypes[i]);
            if (!shape.empty())
                operands.push_back(
                    view(kernel.dtypes[i], static_cast<int>(shape.size()), shape.data(), strides, place, is_output));
            else if (is_output)
                operands.push_back(view(kernel.dtypes[i], 1, &one, &step, place, true));
            else
                operands.push_back(PyArray_Scalar(place, kernel.dtypes[i], nullptr));
        }
        if (!call(kernel, operands)) return;
    }
}

// NumPy's loops over numbers have no GIL. Errors stay set, and what is called after one does nothing. What native code
// does to the status flags says nothing: scalars have warned.
void run_kernel(char** data, const npy_intp* dimensions, const npy_intp* steps, void* kernel_address) {
    if (dimensions[0] == 0) return;
    const auto& kernel = *static_cast<const Kernel*>(kernel_address);
    std::fexcept_t flags;
    std::fegetexceptflag(&flags, FE_ALL_EXCEPT);
    const PyGILState_STATE state = PyGILState_Ensure();
    if (PyErr_Occurred() == nullptr) {
        if (kernel.has_layout)
            run_cores(kernel, data, dimensions, steps);
        else
            run_elements(kernel, data, dimensions[0], steps);
    }
    PyGILState_Release(state);
    std::fesetexceptflag(&flags, FE_ALL_EXCEPT);
}

void destroy(PyObject* capsule) { delete static_cast<Ufunc*>(PyCapsule_GetPointer(capsule, nullptr)); }

bool has_numpy() {
    if (PyArray_API == nullptr && _import_array() != 0) return false;
    return PyUFunc_API != nullptr || _import_umath() == 0;
}

void add_kernel(Ufunc& made, const UfuncLoop& loop, int inputs) {
    auto kernel = std::make_unique<Kernel>();
    for (int type : loop.types) {
        kernel->dtypes.push_back(PyArray_DescrFromType(type));
        made.types.push_back(static_cast<char>(type));
    }
    kernel->callable = Py_NewRef(loop.kernel);
    kernel->inputs = inputs;
    made.functions.push_back(run_kernel);
    made.data.push_back(kernel.get());
    made.kernels.push_back(std::move(kernel));
}

// As NumPy has read the layout.
void add_core(Ufunc& made, const PyUFuncObject& ufunc) {
    for (auto& kernel : made.kernels) {
        kernel->has_layout = true;
        for (int i = 0; i < ufunc.nargs; ++i) {
            const int* first = ufunc.core_dim_ixs + ufunc.core_offsets[i];
            kernel->core.emplace_back(first, first + ufunc.core_num_dims[i]);
        }
    }
}

}  // namespace

PyObject* make_ufunc(const std::string& name, const std::string& doc, int inputs, int outputs,
                     const std::string& layout, const std::vector<UfuncLoop>& loops, PyObject* identity) {
    if (!has_numpy()) return nullptr;
    auto made = std::make_unique<Ufunc>();
    made->name = name;
    made->doc = doc;
    made->layout = layout;
    for (const UfuncLoop& loop : loops) add_kernel(*made, loop, inputs);
    PyObject* ufunc = PyUFunc_FromFuncAndDataAndSignatureAndIdentity(
        made->functions.data(), made->data.data(), made->types.data(), static_cast<int>(loops.size()), inputs, outputs,
        identity == nullptr ? PyUFunc_None : PyUFunc_IdentityValue, made->name.c_str(), made->doc.c_str(), 0,
        layout.empty() ? nullptr : made->layout.c_str(), identity);
    if (ufunc == nullptr) return nullptr;
    auto* fields = reinterpret_cast<PyUFuncObject*>(ufunc);
    if (fields->core_enabled != 0) add_core(*made, *fields);
    fields->obj = PyCapsule_New(made.get(), nullptr, destroy);
    if (fields->obj == nullptr) {
        Py_DECREF(ufunc);
        return nullptr;
    }
    made.release();
    return ufunc;
}

}  // namespace aipy::runtime::numpy

#endif  // AIPY_RUNTIME_BITCODE
