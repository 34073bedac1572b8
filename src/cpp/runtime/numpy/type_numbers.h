// NumPy's type numbers of the elements that native code handles, and back (ir/numpy_scalars.def).
#pragma once

#include <Python.h>

#include <numpy/ndarraytypes.h>

#include "ir/type.h"

namespace aipy::runtime::numpy {

struct TypeNumber {
    ir::ElementType element;
    int number;
};
inline constexpr TypeNumber type_numbers[] = {
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) {ir::ElementType::element, NPY_##number},
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
};

inline int type_number(ir::ElementType element) {
    for (const TypeNumber& row : type_numbers)
        if (row.element == element) return row.number;
    return NPY_NOTYPE;
}

// Other, where arrays of that dtype have no native elements.
inline ir::ElementType element_of(int number) {
    for (const TypeNumber& row : type_numbers)
        if (row.number == number) return row.element;
    return ir::ElementType::Other;
}

}  // namespace aipy::runtime::numpy
