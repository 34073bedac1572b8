// Fills compilation requests: a snapshot, made under the GIL, of all that a compiler thread may look at.
#pragma once

#include <Python.h>

#include <memory>

#include "dispatch/job.h"
#include "dispatch/managed.h"

namespace aipy::dispatch {

struct RequestOptions {
    bool generic_only = false;
    // The entry values that wait for the version, borrowed; null: what the profile saw.
    PyObject* const* values = nullptr;
    bool optimised = false;  // without quick code first
};

std::unique_ptr<Job> make_job(Managed& managed, EntryVersions& entry, const RequestOptions& options);

// What runs of the function showed so far.
void fill_profile(Managed& managed, opt::CompileRequest& request);

// Whether CPython's bytecode of the function has backward jumps.
bool code_has_loops(PyCodeObject* code);

}  // namespace aipy::dispatch
