// From a Python function to IR in generic form.
#pragma once

#include <Python.h>

#include <memory>
#include <string>
#include <vector>

#include "frontend/bailout.h"
#include "ir/function.h"

namespace aipy::frontend {

// Flags of code whose call makes a generator, a coroutine or an asynchronous generator.
inline constexpr int generator_flags = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;

// `function` is null exactly when `reason` is not None.
struct BuildResult {
    BuildResult() = default;
    BuildResult(BuildResult&&) noexcept = default;
    BuildResult& operator=(BuildResult&&) = delete;
    ~BuildResult();

    // Hands over the references to the constants, in the order of their handles.
    std::vector<PyObject*> take_objects();

    std::unique_ptr<ir::Function> function;
    std::vector<PyObject*> objects;       // owned; Constant::handle is an index into it
    std::vector<PyObject*> nested_codes;  // borrowed from `objects`: code of functions that this one makes
    BailoutReason reason = BailoutReason::None;
    int reason_line = 0;
    std::string detail;
};

// Builds the generic form of a function object (or of a bare code object, whose source must then be in a file or in
// linecache). Needs the GIL. No exception is raised or left set: what goes wrong is a reason in the result.
BuildResult build(PyObject* function_or_code);

}  // namespace aipy::frontend
