#include "dispatch/frame_function.h"

#include "dispatch/native_frame.h"
#include "runtime/cpython/thread_state.h"

namespace aipy::dispatch {
namespace {
bool in_progress = false;
}

FrameFunction::FrameFunction(const Version& version) {
    if (runtime::cpython::Frame* frame = native_frame_of(version, runtime::cpython::thread_state())) {
        function_ = Py_NewRef(runtime::cpython::function_of(frame));
        return;
    }
    const Managed& managed = *version.owner;
    in_progress = true;
    function_ = PyFunction_New(reinterpret_cast<PyObject*>(managed.code), managed.globals);
    in_progress = false;
}

bool making_frame_function() { return in_progress; }

}  // namespace aipy::dispatch
