#include "dispatch/frame_function.h"

#include "dispatch/native_frame.h"
#include "runtime/cpython/thread_state.h"

namespace aipy::dispatch {
namespace {
bool in_progress = false;

PyObject* new_function(const Managed& managed) {
    in_progress = true;
    PyObject* made = PyFunction_New(reinterpret_cast<PyObject*>(managed.code), managed.globals);
    in_progress = false;
    return made;
}
}  // namespace

FrameFunction::FrameFunction(const Version& version) {
    if (runtime::cpython::Frame* frame = native_frame_of(version, runtime::cpython::thread_state())) {
        function_ = Py_NewRef(runtime::cpython::function_of(frame));
        return;
    }
    function_ = new_function(*version.owner);
}

FrameFunction::FrameFunction(const Managed& managed) : function_(new_function(managed)) {}

bool making_frame_function() { return in_progress; }

}  // namespace aipy::dispatch
