#include "dispatch/native_frame.h"

#include <alloca.h>

namespace aipy::dispatch {

PyObject* run_with_frame(Version& version, PyObject* function, PyObject* const* values) {
    Managed& managed = *version.owner;
    NativeFrame frame(managed, function, alloca(interp::frame_size(*managed.unit)));
    return version.entry(values);
}

bool needs_frame(const ir::Function& function) {
    for (const ir::Block& block : function.blocks)
        for (ir::InstrId id : block.instrs)
            if (ir::info(function.instr(id).op).runs_foreign_code() && function.instr(id).op != ir::Op::CallSelf)
                return true;
    return false;
}

}  // namespace aipy::dispatch
