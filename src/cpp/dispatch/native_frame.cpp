#include "dispatch/native_frame.h"

#include <alloca.h>

#include <algorithm>

#include "dispatch/frame_values.h"
#include "interp/generator.h"
#include "ir/search.h"

namespace aipy::dispatch {

namespace cpython = runtime::cpython;

void end_watch(ShownLocals& shown) {
    if (!std::exchange(shown.filled, false)) return;
    --shown.version->watched;
    revalidate(*shown.version);
}

void NativeFrame::finish() {
    PyObject* raised = PyErr_GetRaisedException();
    end_watch(*shown_locals(running_.frame));
    interp::finish_frame(running_);
    PyErr_SetRaisedException(raised);
}

PyObject* run_with_frame(Version& version, PyObject* function, PyObject* const* values, PyThreadState* thread) {
    NativeFrame frame(version, function, alloca(native_frame_size(version)), thread);
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

// ---- locals -------------------------------------------------------------------------------------------------

namespace {

// Fills the slots of a native frame. False with MemoryError set.
bool fill_slots(cpython::Frame* frame, ShownLocals& shown) {
    if (shown.filled || shown.cells == nullptr) return true;
    const auto state = static_cast<ir::FrameStateId>(shown.cells[0]);
    if (state == ir::no_id) return true;
    Version& version = *shown.version;
    FrameValues values(version, state, shown.cells + 1);
    if (!values.decode_slots()) return false;
    values.move_slots(reinterpret_cast<interp::Register*>(frame->localsplus));
    shown.filled = true;
    ++version.watched;
    version.valid = version.current = 0;
    return true;
}

getter plain_f_locals = nullptr;

PyObject* f_locals(PyObject* object, void* closure) {
    cpython::Frame* frame = reinterpret_cast<PyFrameObject*>(object)->f_frame;
    if (ShownLocals* shown = shown_locals(frame); shown != nullptr && !fill_slots(frame, *shown)) return nullptr;
    return plain_f_locals(object, closure);
}

// Whether native code came from the one state to the other without having changed a slot.
bool follows(const ir::Function& function, ir::FrameStateId from, ir::FrameStateId to) {
    return from == to || std::ranges::any_of(function.instrs, [&](const ir::Instr& instr) {
               return ir::info(instr.op).runs_foreign_code() && ir::shown_state(instr) == from && instr.after == to;
           });
}

}  // namespace

bool show_native_locals() {
    PyObject* members = PyType_GetDict(&PyFrame_Type);
    PyObject* found = PyDict_GetItemString(members, "f_locals");
    Py_XDECREF(members);
    if (found == nullptr || !Py_IS_TYPE(found, &PyGetSetDescr_Type)) {
        PyErr_SetString(PyExc_SystemError, "frames have no f_locals as aipy knows it");
        return false;
    }
    PyGetSetDef& row = *reinterpret_cast<PyGetSetDescrObject*>(found)->d_getset;
    plain_f_locals = row.get;
    row.get = f_locals;
    return true;
}

void take_shown_slots(cpython::Frame* frame, ir::FrameStateId state, std::span<PyObject*> slots) {
    ShownLocals* shown = shown_locals(frame);
    if (shown == nullptr || !shown->filled) return;
    const bool newer = follows(*shown->version->function, static_cast<ir::FrameStateId>(shown->cells[0]), state);
    for (size_t i = 0; i < slots.size(); ++i) {
        cpython::FrameSlot& slot = reinterpret_cast<interp::Register*>(frame->localsplus)[i].object;
        PyObject* here = slot;
        slot = nullptr;
        if (newer) std::swap(here, slots[i]);
        Py_XDECREF(here);
    }
    end_watch(*shown);
}

PyFrameObject* HiddenNativeFrame::take_frame_object(ir::FrameStateId state, std::span<PyObject*> slots) {
    if (hidden_ == nullptr || hidden_->frame_obj == nullptr) return nullptr;
    take_shown_slots(hidden_, state, slots);
    return std::exchange(hidden_->frame_obj, nullptr);
}

ShownLocals* shown_locals(cpython::Frame* frame) {
    if (is_native(frame) && frame->owner == FRAME_OWNED_BY_THREAD)
        return static_cast<ShownLocals*>(cpython::behind_slots(frame));
    if (cpython::mark_of(frame) != cpython::FrameMark::NativeGenerator) return nullptr;
    auto* generator = reinterpret_cast<PyGenObject*>(reinterpret_cast<char*>(frame) - offsetof(PyGenObject, gi_iframe));
    return reinterpret_cast<ShownLocals*>(reinterpret_cast<char*>(&interp::running_of(generator)) -
                                          interp::Running::room_behind_registers);
}

NativeGenerator::NativeGenerator(Version& version, interp::Activation& activation)
    : frame_(static_cast<interp::Running&>(activation).frame) {
    cpython::set_mark(frame_, cpython::FrameMark::NativeGenerator);
    shown_ = new (shown_locals(frame_)) ShownLocals{.version = &version};
}

NativeGenerator::~NativeGenerator() {
    end_watch(*shown_);
    cpython::set_mark(frame_, cpython::FrameMark::None);
}

bool needs_frame(const ir::Function& function) {
    // A call.self shows none, and other native calls one when the callee leaves.
    return ir::has_instr(function, [](const ir::Instr& instr) {
        return instr.op != ir::Op::CallSelf &&
               (!ir::called_bodies(instr).empty() || ir::info(instr.op).runs_foreign_code());
    });
}

bool calls_itself(const ir::Function& function) { return ir::has_op(function, ir::Op::CallSelf); }

}  // namespace aipy::dispatch
