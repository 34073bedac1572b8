#include "dispatch/native_frame.h"

#include <alloca.h>

#include <algorithm>

namespace aipy::dispatch {

PyObject* run_with_frame(Version& version, PyObject* function, PyObject* const* values, PyThreadState* thread) {
    Managed& managed = *version.owner;
    NativeFrame frame(managed, function, alloca(interp::bare_frame_size(*managed.unit)), thread);
    return version.entry(values, thread);
}

PyObject* run_on_new_stack(Version& version, PyObject* function, PyObject* const* values, PyThreadState* thread) {
    struct Call {
        Version& version;
        PyObject* function;
        PyObject* const* values;
        PyThreadState* thread;
    } call{version, function, values, thread};
    auto run = [](void* argument) {
        auto& [called, callable, arguments, caller] = *static_cast<Call*>(argument);
        return called.visible ? run_with_frame(called, callable, arguments, caller) : called.entry(arguments, caller);
    };
    return runtime::cpython::call_on_new_stack(stack_needed(version, thread), run, &call);
}

namespace {

template <typename Predicate>
bool has_instr(const ir::Function& function, Predicate predicate) {
    return std::ranges::any_of(function.blocks, [&](const ir::Block& block) {
        return std::ranges::any_of(block.instrs, [&](ir::InstrId id) { return predicate(function.instr(id).op); });
    });
}

}  // namespace

bool needs_frame(const ir::Function& function) {
    // A call.self shows none, and a call.native one when the callee leaves.
    return has_instr(function, [](ir::Op op) {
        return op != ir::Op::CallSelf && (op == ir::Op::CallNative || ir::info(op).runs_foreign_code());
    });
}

bool calls_itself(const ir::Function& function) {
    return has_instr(function, [](ir::Op op) { return op == ir::Op::CallSelf; });
}

}  // namespace aipy::dispatch
