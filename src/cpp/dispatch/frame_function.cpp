#include "dispatch/frame_function.h"

namespace aipy::dispatch {
namespace {
bool in_progress = false;
}

FrameFunction::FrameFunction(const Managed& managed) {
    in_progress = true;
    function_ = PyFunction_New(reinterpret_cast<PyObject*>(managed.code), managed.globals);
    in_progress = false;
}

bool making_frame_function() { return in_progress; }

}  // namespace aipy::dispatch
