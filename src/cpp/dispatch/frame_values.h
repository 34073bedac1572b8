// Decodes a frame state: from the cells that native code passed to the slots and temporaries of the generic form.
#pragma once

#include <Python.h>

#include <algorithm>
#include <cstdarg>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "dispatch/version.h"
#include "interp/unit.h"

namespace aipy::dispatch {

// The generic form's values at one exit. Owns what it made until it is handed to the interpreter.
class FrameValues {
  public:
    // `cells`: one argument of 8 bytes for each value of the state's layout.
    FrameValues(const Version& version, ir::FrameStateId id, std::va_list cells);
    // `cells`: what native code shows of its locals (ir::shown_values); only the slots can be decoded.
    FrameValues(const Version& version, ir::FrameStateId id, const uint64_t* cells);
    ~FrameValues();
    FrameValues(const FrameValues&) = delete;
    FrameValues& operator=(const FrameValues&) = delete;

    // Lets an object (borrowed) stand for a value, whatever its cell says.
    void replace(ir::ValueId value, PyObject* object) {
        replaced_ = value;
        replacement_ = object;
    }
    // What the state has for that temporary of the generic form; borrowed. Null where it is no object.
    PyObject* temporary(ir::ValueId generic) const;
    // Makes slots and temporaries as new references. False when memory ran out, with MemoryError set.
    bool decode(const ir::Function& generic);
    // Only the slots: for a traceback entry.
    bool decode_slots();
    // Unbinds the slots that hold the object, which lives on.
    void leave_out(PyObject* object);
    // Releases the references that the frame state owns.
    void release_owned();
    // Gives the slots to the registers.
    void move_slots(interp::Register* registers);
    // Releases what was decoded.
    void release_decoded() { clear(); }
    // The state to resume with; its references pass to whoever resumes.
    interp::ResumeState take();
    std::vector<PyObject*>& slots() { return slots_; }
    ir::InstrId position() const { return state_.position; }

  private:
    PyObject* object_of(const ir::StateValue& value);
    PyObject* boxed(ir::ValueId value);
    PyObject* virtual_object(uint32_t index);
    PyObject* make_virtual(const ir::VirtualObject& parts);
    PyObject* make_range(const ir::VirtualObject& parts);
    PyObject* make_number(const ir::VirtualObject& parts);
    template <typename F>
    PyObject* make_of_two(const ir::VirtualObject& parts, F&& make);
    PyObject* make_result(const ir::VirtualObject& parts);
    PyObject* make_item(const ir::VirtualObject& parts);
    PyObject* make_array_iterator(const ir::VirtualObject& parts);
    PyObject* make_tuple(const ir::VirtualObject& parts);
    bool bit_of(const ir::StateValue& value);
    bool add_temporary(const ir::Function& generic, const ir::FrameState::Temporary& temporary);
    uint64_t cell(ir::ValueId value) const {
        return cells_[static_cast<size_t>(std::find(layout_.begin(), layout_.end(), value) - layout_.begin())];
    }
    void release_made();
    void clear();

    const Version& version_;
    const ir::Function& function_;
    const ir::FrameState& state_;
    const std::vector<ir::ValueId>& layout_;  // of the cells; short
    std::vector<uint64_t> cells_;
    ir::ValueId replaced_ = ir::no_id;
    PyObject* replacement_ = nullptr;
    std::unordered_map<uint32_t, PyObject*> virtuals_;  // made so far, owned
    std::unordered_map<ir::ValueId, PyObject*> boxes_;  // of numbers; made so far, owned
    std::vector<PyObject*> slots_;
    std::vector<interp::ResumeState::Temporary> temporaries_;
    std::vector<bool> temporary_is_object_;
    bool failed_ = false;
    bool taken_ = false;
};

}  // namespace aipy::dispatch
