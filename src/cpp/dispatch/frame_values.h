// Decodes a frame state: from the cells that native code passed to the slots and temporaries of the generic form.
#pragma once

#include <Python.h>

#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <utility>
#include <vector>

#include "dispatch/version.h"
#include "interp/unit.h"

namespace aipy::dispatch {

// The generic form's values at one exit. Owns what it made until it is handed to the interpreter.
class FrameValues {
  public:
    // `cells`: one argument of 8 bytes for each value of the state's layout.
    FrameValues(const Version& version, ir::FrameStateId id, std::va_list cells);
    // `cells`: one for each value of the state's layout.
    FrameValues(const Version& version, ir::FrameStateId id, std::span<const uint64_t> cells);
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
    // Calls visit(value, object) for each slot and object temporary that was decoded: the value it stands for, be it as
    // one of two kinds of number or perhaps unbound, or no_id; and the object, owned, which may be replaced.
    template <typename F>
    void for_each_object(F&& visit) {
        for (size_t i = 0; i < slots_.size(); ++i) visit(shown_value(state_.slots[i]), slots_[i]);
        for (size_t i = 0; i < temporaries_.size(); ++i) {
            if (!temporary_is_object_[i]) continue;
            PyObject* object = temporaries_[i].content.object;
            visit(shown_value(state_.temporaries[i].value), object);
            temporaries_[i].content.object = object;
        }
    }
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
    std::span<PyObject*> slots() { return slots_; }
    ir::InstrId position() const { return state_.position; }

  private:
    PyObject* object_of(const ir::StateValue& value);
    PyObject* known_object(const ir::Constant& constant);
    PyObject* boxed(ir::ValueId value);
    PyObject* virtual_object(uint32_t index);
    PyObject* make_virtual(const ir::VirtualObject& parts);
    PyObject* make_range(const ir::VirtualObject& parts);
    PyObject* make_number(const ir::VirtualObject& parts);
    template <typename F>
    PyObject* make_of_two(const ir::VirtualObject& parts, F&& make);
    PyObject* make_result(const ir::VirtualObject& parts);
    PyObject* make_item(const ir::VirtualObject& parts);
    PyObject* make_enumerate(const ir::VirtualObject& parts);
    PyObject* make_zip(const ir::VirtualObject& parts);
    PyObject* make_complex(const ir::VirtualObject& parts);
    PyObject* make_sequence_iterator(const ir::VirtualObject& parts);
    PyObject* make_tuple(const ir::VirtualObject& parts);
    PyObject* make_slice(const ir::VirtualObject& parts);
    PyObject* make_generator(const ir::VirtualObject& parts);
    PyObject* make_function(const ir::VirtualObject& parts);
    PyObject* make_chain(const ir::VirtualObject& parts);
    ir::ValueId shown_value(const ir::StateValue& value) const;
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
    // Exits and traceback entries are many where exceptions steer the program: what they need lies on the stack.
    std::byte room_[1024];
    std::pmr::monotonic_buffer_resource memory_{room_, sizeof room_};
    std::pmr::vector<uint64_t> cells_{&memory_};
    ir::ValueId replaced_ = ir::no_id;
    PyObject* replacement_ = nullptr;
    using Made = std::pmr::vector<std::pair<uint32_t, PyObject*>>;
    Made virtuals_{&memory_};  // by index; made so far, owned
    Made boxes_{&memory_};     // of numbers, by value; made so far, owned
    std::pmr::vector<PyObject*> slots_{&memory_};
    std::pmr::vector<interp::ResumeState::Temporary> temporaries_{&memory_};
    std::pmr::vector<bool> temporary_is_object_ = std::pmr::vector<bool>(&memory_);
    bool failed_ = false;
    bool taken_ = false;
};

}  // namespace aipy::dispatch
