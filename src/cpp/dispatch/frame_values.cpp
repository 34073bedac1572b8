#include "dispatch/frame_values.h"

#include <algorithm>
#include <bit>
#include <ranges>

#include "dispatch/managed.h"
#include "runtime/helpers.h"
#include "support/check.h"

namespace aipy::dispatch {
namespace {

PyObject* object_in(uint64_t cell) { return reinterpret_cast<PyObject*>(cell); }

PyObject* box_bit(uint64_t cell, ir::TypeKind kind) {
    if (kind == ir::TypeKind::NumpyBool) return rt_box_numpy_bool(cell != 0);
    return Py_NewRef(cell != 0 ? Py_True : Py_False);
}

// A new reference to what a cell of this type stands for; null also for an absent object.
PyObject* box(uint64_t cell, ir::Type type) {
    switch (type.rep) {
        case ir::Rep::Object: return Py_XNewRef(object_in(cell));
        case ir::Rep::I64:
            if (type.kind == ir::TypeKind::Word) return PyLong_FromUnsignedLongLong(cell);
            return type.kind == ir::TypeKind::Int
                       ? PyLong_FromLongLong(static_cast<int64_t>(cell))
                       : rt_box_numpy_i64(static_cast<int64_t>(cell), static_cast<int64_t>(type.kind));
        case ir::Rep::F64:
            return type.kind == ir::TypeKind::Float
                       ? PyFloat_FromDouble(std::bit_cast<double>(cell))
                       : rt_box_numpy_f64(std::bit_cast<double>(cell), static_cast<int64_t>(type.kind));
        case ir::Rep::Bit: return box_bit(cell, type.kind);
        case ir::Rep::None: break;
    }
    AIPY_UNREACHABLE();
}

// What was made for this key; null when nothing was.
template <typename Made>
const typename Made::value_type* find_made(const Made& made, uint32_t key) {
    auto found = std::ranges::find(made, key, &Made::value_type::first);
    return found == made.end() ? nullptr : &*found;
}

}  // namespace

FrameValues::FrameValues(const Version& version, ir::FrameStateId id, std::va_list cells)
    : version_(version), function_(*version.function), state_(function_.frame_states[id]), layout_(version.layout(id)) {
    cells_.reserve(layout_.size());
    for (size_t i = 0; i < layout_.size(); ++i) cells_.push_back(va_arg(cells, uint64_t));
}

FrameValues::FrameValues(const Version& version, ir::FrameStateId id, std::span<const uint64_t> cells)
    : version_(version), function_(*version.function), state_(function_.frame_states[id]), layout_(version.layout(id)) {
    cells_.assign(cells.begin(), cells.end());
}

FrameValues::FrameValues(const Version& version, ir::FrameStateId id, const uint64_t* cells)
    : version_(version), function_(*version.function), state_(function_.frame_states[id]), layout_(version.shown()) {
    cells_.assign(cells, cells + layout_.size());
}

FrameValues::~FrameValues() { clear(); }

PyObject* FrameValues::temporary(ir::ValueId generic) const {
    auto found = std::ranges::find(state_.temporaries, generic, &ir::FrameState::Temporary::generic);
    if (found == state_.temporaries.end() || found->value.kind != ir::StateValue::Kind::Value) return nullptr;
    const bool is_object = function_.value(found->value.index).type.is_object();
    return is_object ? object_in(cell(found->value.index)) : nullptr;
}

void FrameValues::clear() {
    if (!taken_)
        for (PyObject* object : slots_) Py_XDECREF(object);
    for (size_t i = 0; !taken_ && i < temporaries_.size(); ++i)
        if (temporary_is_object_[i]) Py_XDECREF(temporaries_[i].content.object);
    slots_.clear();
    temporaries_.clear();
    temporary_is_object_.clear();
    release_made();
}

void FrameValues::release_made() {
    for (auto& [index, object] : virtuals_) Py_XDECREF(object);
    for (auto& [value, object] : boxes_) Py_XDECREF(object);
    virtuals_.clear();
    boxes_.clear();
}

// A number in several places is one object: what the generic form borrows from a slot or a tuple lives as long as that.
PyObject* FrameValues::boxed(ir::ValueId value) {
    if (value == replaced_) return Py_NewRef(replacement_);
    ir::Type type = function_.value(value).type;
    if (ir::is_native_list(type.kind) && cell(value) != 0 && rt_numbers_list(object_in(cell(value))) == nullptr) {
        PyErr_NoMemory();
        failed_ = true;
        return nullptr;
    }
    if (type.is_object()) return box(cell(value), type);
    if (const auto* made = find_made(boxes_, value)) return Py_XNewRef(made->second);
    PyObject* made = box(cell(value), type);
    boxes_.emplace_back(value, made);
    failed_ |= made == nullptr;
    return Py_XNewRef(made);
}

bool FrameValues::bit_of(const ir::StateValue& value) {
    if (value.kind == ir::StateValue::Kind::Value && function_.value(value.index).type.rep == ir::Rep::Bit)
        return cell(value.index) != 0;
    PyObject* object = object_of(value);
    bool is_true = object == Py_True;
    Py_XDECREF(object);
    return is_true;
}

ir::ValueId FrameValues::shown_value(const ir::StateValue& value) const { return ir::shown_value(state_, value); }

PyObject* FrameValues::object_of(const ir::StateValue& value) {
    switch (value.kind) {
        case ir::StateValue::Kind::Unbound: return nullptr;
        case ir::StateValue::Kind::Value: return boxed(value.index);
        case ir::StateValue::Kind::Constant:
            if (function_.constants[value.index].handle == ir::no_id)
                return known_object(function_.constants[value.index]);
            return Py_NewRef(version_.objects[function_.constants[value.index].handle]);
        case ir::StateValue::Kind::Virtual: return virtual_object(value.index);
    }
    AIPY_UNREACHABLE();
}

// What everybody knows has no place among the version's objects: None, and methods of lists.
PyObject* FrameValues::known_object(const ir::Constant& constant) {
    if (constant.type.kind == ir::TypeKind::NoneType) return Py_NewRef(Py_None);
    if (constant.type.kind == ir::TypeKind::Bool) return Py_NewRef(constant.integer != 0 ? Py_True : Py_False);
    PyObject* method = PyObject_GetAttrString(reinterpret_cast<PyObject*>(&PyList_Type), constant.text.c_str());
    failed_ |= method == nullptr;
    return method;
}

// The same virtual object in two places is one object.
PyObject* FrameValues::virtual_object(uint32_t index) {
    if (const auto* made = find_made(virtuals_, index)) return Py_XNewRef(made->second);
    PyObject* made = make_virtual(state_.virtuals[index]);
    virtuals_.emplace_back(index, made);
    return Py_XNewRef(made);
}

PyObject* FrameValues::make_virtual(const ir::VirtualObject& parts) {
    switch (parts.kind) {
        case ir::VirtualObject::Kind::Range: return make_range(parts);
        case ir::VirtualObject::Kind::RangeIterator: {
            PyObject* range = make_range(parts);
            if (range == nullptr) return nullptr;
            PyObject* iterator = PyObject_GetIter(range);
            Py_DECREF(range);
            failed_ |= iterator == nullptr;
            return iterator;
        }
        case ir::VirtualObject::Kind::Tuple: return make_tuple(parts);
        case ir::VirtualObject::Kind::Optional: return bit_of(parts.parts[1]) ? object_of(parts.parts[0]) : nullptr;
        case ir::VirtualObject::Kind::Number: return make_number(parts);
        case ir::VirtualObject::Kind::Operation: return make_result(parts);
        case ir::VirtualObject::Kind::Item: return make_item(parts);
        case ir::VirtualObject::Kind::Complex: return make_complex(parts);
        case ir::VirtualObject::Kind::Enumerate: return make_enumerate(parts);
        case ir::VirtualObject::Kind::Zip: return make_zip(parts);
        case ir::VirtualObject::Kind::SequenceIterator: return make_sequence_iterator(parts);
        case ir::VirtualObject::Kind::Slice: return make_slice(parts);
        case ir::VirtualObject::Kind::Generator: return make_generator(parts);
        case ir::VirtualObject::Kind::Function: return make_function(parts);
        case ir::VirtualObject::Kind::Chain: return make_chain(parts);
    }
    AIPY_UNREACHABLE();
}

PyObject* FrameValues::make_function(const ir::VirtualObject& parts) {
    PyObject* code = object_of(parts.parts[0]);
    const size_t count = parts.parts.size() - 1;
    PyObject* closure = count == 0 ? nullptr : PyTuple_New(static_cast<Py_ssize_t>(count));
    failed_ |= count != 0 && closure == nullptr;
    for (size_t i = 0; i < count && closure != nullptr; ++i)
        PyTuple_SET_ITEM(closure, static_cast<Py_ssize_t>(i), object_of(parts.parts[i + 1]));
    PyObject* made = failed_ ? nullptr : rt_make_function(&version_.owner->unit->context, closure, nullptr, 0, code, 0);
    Py_XDECREF(closure);
    Py_XDECREF(code);
    failed_ |= made == nullptr;
    return made;
}

// What a call has computed of the items so far, and those that come.
PyObject* FrameValues::make_chain(const ir::VirtualObject& parts) {
    PyObject* rest = object_of(parts.parts[1]);
    PyObject* item = object_of(parts.parts[0]);
    if (item == nullptr || rest == nullptr) return rest;
    PyObject* items = PyList_CheckExact(item) ? Py_NewRef(item) : PyTuple_Pack(1, item);
    Py_DECREF(item);
    PyObject* module = items == nullptr ? nullptr : PyImport_ImportModule("itertools");
    PyObject* made = module == nullptr ? nullptr : PyObject_CallMethod(module, "chain", "OO", items, rest);
    Py_XDECREF(module);
    Py_XDECREF(items);
    Py_DECREF(rest);
    failed_ |= made == nullptr;
    return made;
}

// With all that it had in the loop that its body was part of.
PyObject* FrameValues::make_generator(const ir::VirtualObject& parts) {
    const ir::VirtualObject::Place& place = parts.place;
    const Managed& managed = *version_.generators[place.generator]->owner;
    const ir::Function& generic = *managed.generic;
    PyObject* function = object_of(parts.parts[0]);
    std::vector<PyObject*> slots;
    for (size_t i = 0; i < generic.slots.size(); ++i) slots.push_back(object_of(parts.parts[i + 1]));
    std::vector<interp::ResumeState::Temporary> temporaries;
    for (size_t i = 0; i < place.temporaries.size(); ++i) {
        const ir::StateValue& part = parts.parts[1 + slots.size() + i];
        interp::Register content{};
        if (generic.value(place.temporaries[i]).type.is_object())
            content.object = object_of(part);
        else
            content.integer = bit_of(part) ? 1 : 0;
        temporaries.push_back({place.temporaries[i], content});
    }
    interp::ResumeState state{.position = place.position, .slots = slots, .temporaries = temporaries};
    PyObject* made = failed_ ? nullptr : interp::make_standing_generator(*managed.unit, function, state, place.yield);
    if (made == nullptr) {
        for (PyObject* object : slots) Py_XDECREF(object);
        for (const auto& [value, content] : temporaries)
            if (generic.value(value).type.is_object()) Py_XDECREF(content.object);
    }
    Py_XDECREF(function);
    failed_ |= made == nullptr;
    return made;
}

PyObject* FrameValues::make_slice(const ir::VirtualObject& parts) {
    PyObject* bounds[3];
    for (size_t i = 0; i < 3; ++i) bounds[i] = object_of(parts.parts[i]);
    PyObject* slice = failed_ ? nullptr : PySlice_New(bounds[0], bounds[1], bounds[2]);
    for (PyObject* bound : bounds) Py_XDECREF(bound);
    failed_ |= slice == nullptr;
    return slice;
}

// No range has a step of zero: one where the parts are all zero stands for an absent object.
PyObject* FrameValues::make_range(const ir::VirtualObject& parts) {
    PyObject* arguments[3];
    for (size_t i = 0; i < 3; ++i) arguments[i] = object_of(parts.parts[i]);
    bool absent = !failed_ && PyObject_IsTrue(arguments[2]) == 0;
    PyObject* range = nullptr;
    if (!failed_ && !absent)
        range = PyObject_Vectorcall(reinterpret_cast<PyObject*>(&PyRange_Type), arguments, 3, nullptr);
    for (PyObject* argument : arguments) Py_XDECREF(argument);
    failed_ |= range == nullptr && !absent;
    return range;
}

// One of two kinds, as the bit tells.
PyObject* FrameValues::make_number(const ir::VirtualObject& parts) {
    const ir::ValueId value = parts.parts[0].index;
    const ir::Type type = function_.value(value).type;
    const int tag = bit_of(parts.parts[1]) ? 1 : 0;
    const auto kind = static_cast<int64_t>(type.kind);
    PyObject* made = type.rep == ir::Rep::I64 ? rt_box_either_i64(static_cast<int64_t>(cell(value)), tag, kind)
                                              : rt_box_either_f64(std::bit_cast<double>(cell(value)), tag, kind);
    failed_ |= made == nullptr;
    return made;
}

template <typename F>
PyObject* FrameValues::make_of_two(const ir::VirtualObject& parts, F&& make) {
    PyObject* first = object_of(parts.parts[0]);
    PyObject* second = object_of(parts.parts[1]);
    PyObject* made = failed_ ? nullptr : make(first, second);
    Py_XDECREF(first);
    Py_XDECREF(second);
    failed_ |= made == nullptr;
    return made;
}

// Of exact ints, so no other code runs; what native code has of it are its low bits.
PyObject* FrameValues::make_result(const ir::VirtualObject& parts) {
    return make_of_two(parts, [&](PyObject* left, PyObject* right) {
        return rt_binary_slow(left, right, static_cast<int64_t>(parts.operation));
    });
}

PyObject* FrameValues::make_item(const ir::VirtualObject& parts) { return make_of_two(parts, PyObject_GetItem); }

PyObject* FrameValues::make_sequence_iterator(const ir::VirtualObject& parts) {
    PyObject* sequence = object_of(parts.parts[0]);
    PyObject* iterator = sequence == nullptr
                             ? nullptr
                             : rt_sequence_iterator(sequence, static_cast<int64_t>(cell(parts.parts[1].index)));
    Py_XDECREF(sequence);
    failed_ |= iterator == nullptr;
    return iterator;
}

PyObject* FrameValues::make_enumerate(const ir::VirtualObject& parts) {
    const auto given = static_cast<int64_t>(cell(parts.parts[1].index));
    PyObject* count = PyLong_FromLongLong(given + function_.constants[parts.parts[2].index].integer);
    PyObject* iterator = object_of(parts.parts[0]);
    PyObject* made =
        iterator == nullptr || count == nullptr
            ? nullptr
            : PyObject_CallFunctionObjArgs(reinterpret_cast<PyObject*>(&PyEnum_Type), iterator, count, nullptr);
    Py_XDECREF(iterator);
    Py_XDECREF(count);
    failed_ |= made == nullptr;
    return made;
}

PyObject* FrameValues::make_zip(const ir::VirtualObject& parts) {
    PyObject* iterators = make_tuple(parts);
    PyObject* made = failed_ || iterators == nullptr
                         ? nullptr
                         : PyObject_CallObject(reinterpret_cast<PyObject*>(&PyZip_Type), iterators);
    Py_XDECREF(iterators);
    failed_ |= made == nullptr;
    return made;
}

PyObject* FrameValues::make_complex(const ir::VirtualObject& parts) {
    const auto part = [&](size_t i) { return std::bit_cast<double>(cell(parts.parts[i].index)); };
    PyObject* made = PyComplex_FromDoubles(part(0), part(1));
    failed_ |= made == nullptr;
    return made;
}

PyObject* FrameValues::make_tuple(const ir::VirtualObject& parts) {
    PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(parts.parts.size()));
    failed_ |= tuple == nullptr;
    if (tuple == nullptr) return nullptr;
    for (size_t i = 0; i < parts.parts.size(); ++i)
        PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), object_of(parts.parts[i]));
    return tuple;
}

bool FrameValues::add_temporary(const ir::Function& generic, const ir::FrameState::Temporary& temporary) {
    interp::Register content{};
    bool is_object = generic.value(temporary.generic).type.is_object();
    if (is_object)
        content.object = object_of(temporary.value);
    else
        content.integer = bit_of(temporary.value) ? 1 : 0;
    temporaries_.push_back({temporary.generic, content});
    temporary_is_object_.push_back(is_object);
    return !failed_;
}

bool FrameValues::decode_slots() {
    slots_.reserve(state_.slots.size());
    boxes_.reserve(layout_.size());
    for (const ir::StateValue& slot : state_.slots) slots_.push_back(object_of(slot));
    return !failed_;
}

void FrameValues::leave_out(PyObject* object) {
    for (PyObject*& slot : slots_)
        if (slot == object) Py_CLEAR(slot);
}

void FrameValues::move_slots(interp::Register* registers) {
    for (size_t i = 0; i < slots_.size(); ++i) registers[i].object = slots_[i];
    slots_.clear();
}

bool FrameValues::decode(const ir::Function& generic) {
    bool good = decode_slots();
    temporaries_.reserve(state_.temporaries.size());
    for (const ir::FrameState::Temporary& temporary : state_.temporaries)
        good = add_temporary(generic, temporary) && good;
    return good;
}

void FrameValues::release_owned() {
    auto release = [this](ir::ValueId value) {
        if (value != replaced_ && function_.value(value).type.is_object()) Py_XDECREF(object_in(cell(value)));
    };
    if (function_.locals_die_backwards())
        std::ranges::for_each(std::views::reverse(state_.owned), release);
    else
        std::ranges::for_each(state_.owned, release);
}

interp::ResumeState FrameValues::take() {
    release_made();
    interp::ResumeState state;
    state.position = position();
    state.slots = slots_;
    state.temporaries = temporaries_;
    // What the spans name now belongs to whoever resumes; the arrays themselves stay here.
    taken_ = true;
    return state;
}

}  // namespace aipy::dispatch
