#include "runtime/number_lists.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "ir/type.h"
#include "runtime/helpers.h"

namespace aipy::runtime {
namespace {

// An item: the bits of the number.
using Bits = uint64_t;
static_assert(sizeof(Bits) == sizeof(PyObject*), "a number takes the place of an object");

PyListObject* as_list(PyObject* object) { return reinterpret_cast<PyListObject*>(object); }
Bits* items(PyObject* list) { return reinterpret_cast<Bits*>(as_list(list)->ob_item); }

bool has_bools(PyObject* list) { return Py_TYPE(list) == &bools_type; }
uint8_t* bools(PyObject* list) { return reinterpret_cast<uint8_t*>(as_list(list)->ob_item); }
size_t width_of(const PyTypeObject* type) { return type == &bools_type ? 1 : sizeof(Bits); }

// Its items are no objects: what CPython's deallocation finds is an empty list.
void end(PyObject* list) {
    PyMem_Free(as_list(list)->ob_item);
    as_list(list)->ob_item = nullptr;
    as_list(list)->allocated = 0;
    Py_SET_SIZE(list, 0);
    Py_SET_TYPE(list, &PyList_Type);
    PyList_Type.tp_dealloc(list);
}

// Its items are objects.
void end_lists(PyObject* list) {
    Py_SET_TYPE(list, &PyList_Type);
    PyList_Type.tp_dealloc(list);
}

PyTypeObject number_list_type(destructor dealloc) {
    PyTypeObject type = {PyVarObject_HEAD_INIT(&PyType_Type, 0)};
    type.tp_name = "list";
    type.tp_basicsize = sizeof(PyListObject);
    type.tp_dealloc = dealloc;
    type.tp_flags = Py_TPFLAGS_DEFAULT;
    return type;
}

// With room for so many items, which are not written yet; null and no exception where there is no memory.
PyObject* make(int64_t count, PyTypeObject* type) {
    PyObject* list = count < 0 ? nullptr : PyList_New(type == &bools_type ? 0 : count);
    if (list == nullptr) {
        PyErr_Clear();
        return nullptr;
    }
    PyObject_GC_UnTrack(list);
    Py_SET_TYPE(list, type);
    if (type != &bools_type || count == 0) return list;
    as_list(list)->ob_item = static_cast<PyObject**>(PyMem_Malloc(static_cast<size_t>(count)));
    if (as_list(list)->ob_item == nullptr) {
        Py_DECREF(list);
        return nullptr;
    }
    as_list(list)->allocated = count;
    Py_SET_SIZE(list, count);
    return list;
}

// What is copied to a place of a list of the same kind: of objects there is one holder more.
void copy_items(PyObject* from, int64_t start, int64_t count, PyObject* to, int64_t place) {
    if (Py_TYPE(from) == &lists_type)
        for (int64_t i = 0; i < count; ++i) Py_INCREF(as_list(from)->ob_item[start + i]);
    if (has_bools(from))
        std::copy_n(bools(from) + start, count, bools(to) + place);
    else
        std::copy_n(items(from) + start, count, items(to) + place);
}

PyObject* box(Bits bits, bool is_int) {
    return is_int ? PyLong_FromLongLong(static_cast<int64_t>(bits)) : PyFloat_FromDouble(std::bit_cast<double>(bits));
}

// CPython's list_resize: what sys.getsizeof will say.
bool resize(PyObject* list, Py_ssize_t size) {
    const Py_ssize_t allocated = as_list(list)->allocated;
    if (allocated < size || size < allocated >> 1) {
        auto room = (static_cast<size_t>(size) + static_cast<size_t>(size >> 3) + 6) & ~size_t{3};
        if (size - Py_SIZE(list) > static_cast<Py_ssize_t>(room) - size)
            room = (static_cast<size_t>(size) + 3) & ~size_t{3};
        if (size == 0) room = 0;
        void* moved = PyMem_Realloc(as_list(list)->ob_item, room * width_of(Py_TYPE(list)));
        if (moved == nullptr) return false;
        as_list(list)->ob_item = static_cast<PyObject**>(moved);
        as_list(list)->allocated = static_cast<Py_ssize_t>(room);
    }
    Py_SET_SIZE(list, size);
    return true;
}

int64_t append(PyObject* list, Bits bits) {
    const Py_ssize_t size = Py_SIZE(list);
    if (size < as_list(list)->allocated) [[likely]]
        Py_SET_SIZE(list, size + 1);
    else if (!resize(list, size + 1))
        return -1;
    if (has_bools(list))
        bools(list)[size] = bits != 0;
    else
        items(list)[size] = bits;
    return 0;
}

// Objects need more room than bools; both are there for a moment.
PyObject* list_of_bools(PyObject* list) {
    const Py_ssize_t size = Py_SIZE(list);
    const auto room = static_cast<size_t>(as_list(list)->allocated);
    PyObject** objects = room == 0 ? nullptr : static_cast<PyObject**>(PyMem_Malloc(room * sizeof(PyObject*)));
    if (room != 0 && objects == nullptr) return nullptr;
    for (Py_ssize_t i = 0; i < size; ++i) objects[i] = Py_NewRef(bools(list)[i] != 0 ? Py_True : Py_False);
    PyMem_Free(as_list(list)->ob_item);
    as_list(list)->ob_item = objects;
    Py_SET_TYPE(list, &PyList_Type);
    PyObject_GC_Track(list);
    return list;
}

// The items first: those that somebody was shown before are lists of objects already.
PyObject* list_of_lists(PyObject* list) {
    for (Py_ssize_t i = 0; i < Py_SIZE(list); ++i)
        if (rt_numbers_list(as_list(list)->ob_item[i]) == nullptr) return nullptr;
    Py_SET_TYPE(list, &PyList_Type);
    PyObject_GC_Track(list);
    return list;
}

}  // namespace

PyTypeObject ints_type = number_list_type(end);
PyTypeObject floats_type = number_list_type(end);
PyTypeObject bools_type = number_list_type(end);
PyTypeObject lists_type = number_list_type(end_lists);

}  // namespace aipy::runtime

using namespace aipy::runtime;

extern "C" {

PyObject* rt_numbers_make(int64_t count, int64_t kind) noexcept {
    using aipy::ir::TypeKind;
    const auto wanted = static_cast<TypeKind>(kind);
    if (wanted == TypeKind::Bools) return make(count, &bools_type);
    if (!aipy::ir::is_list_of_lists(wanted)) return make(count, wanted == TypeKind::Ints ? &ints_type : &floats_type);
    // The lists are appended, to room that is there.
    PyObject* list = make(count, &lists_type);
    if (list != nullptr) Py_SET_SIZE(list, 0);
    return list;
}

// `list * times`.
PyObject* rt_numbers_repeat(PyObject* list, int64_t times) noexcept {
    const Py_ssize_t size = Py_SIZE(list);
    times = std::max<int64_t>(times, 0);
    if (size > 0 && times > PY_SSIZE_T_MAX / size) return nullptr;
    PyObject* made = make(size * times, Py_TYPE(list));
    if (made == nullptr || size == 0) return made;
    if (size == 1 && has_bools(list))
        std::memset(bools(made), bools(list)[0], static_cast<size_t>(times));
    else if (size == 1 && has_plain_numbers(list))
        std::fill_n(items(made), times, items(list)[0]);
    else
        for (int64_t i = 0; i < times; ++i) copy_items(list, 0, size, made, i * size);
    return made;
}

// `list[start:stop]`.
PyObject* rt_numbers_slice(PyObject* list, int64_t start, int64_t stop) noexcept {
    const Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(list), &start, &stop, 1);
    PyObject* made = make(count, Py_TYPE(list));
    if (made != nullptr) copy_items(list, start, count, made, 0);
    return made;
}

// `list(range(start, stop, step))`; the step is not zero.
PyObject* rt_numbers_range(int64_t start, int64_t stop, int64_t step) noexcept {
    const auto distance = step > 0 ? static_cast<uint64_t>(stop) - static_cast<uint64_t>(start)
                                   : static_cast<uint64_t>(start) - static_cast<uint64_t>(stop);
    const uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : -static_cast<uint64_t>(step);
    const bool any = step > 0 ? start < stop : start > stop;
    const uint64_t count = any && stride != 0 ? (distance - 1) / stride + 1 : 0;
    if (count > static_cast<uint64_t>(PY_SSIZE_T_MAX)) return nullptr;
    // CPython makes room for an even number.
    PyObject* made = make(static_cast<int64_t>((count + 1) & ~uint64_t{1}), &ints_type);
    if (made != nullptr) Py_SET_SIZE(made, static_cast<Py_ssize_t>(count));
    for (uint64_t i = 0; made != nullptr && i < count; ++i)
        items(made)[i] = static_cast<uint64_t>(start) + i * static_cast<uint64_t>(step);
    return made;
}

int64_t rt_ints_append(PyObject* list, int64_t number) noexcept { return append(list, static_cast<Bits>(number)); }
int64_t rt_floats_append(PyObject* list, double number) noexcept { return append(list, std::bit_cast<Bits>(number)); }

int64_t rt_bools_append(PyObject* list, int truth) noexcept { return append(list, static_cast<Bits>(truth != 0)); }

int64_t rt_bools_sum(PyObject* list) noexcept {
    return std::accumulate(bools(list), bools(list) + Py_SIZE(list), int64_t{0});
}

int64_t rt_lists_append(PyObject* list, PyObject* item) noexcept {
    if (append(list, std::bit_cast<Bits>(item)) < 0) return -1;
    Py_INCREF(item);
    return 0;
}

// The last item is gone; there is one. How many are left; where there is no memory to move to they stay where they are.
int64_t rt_numbers_shrink(PyObject* list) noexcept {
    const Py_ssize_t left = Py_SIZE(list) - 1;
    if (!resize(list, left)) Py_SET_SIZE(list, left);
    return left;
}

// The list that CPython would have; null and no exception where there is no memory for it.
PyObject* rt_numbers_list(PyObject* list) noexcept {
    if (Py_TYPE(list) == &lists_type) return list_of_lists(list);
    if (has_bools(list)) return list_of_bools(list);
    if (!has_plain_numbers(list)) return list;
    const bool is_int = Py_TYPE(list) == &ints_type;
    const Py_ssize_t size = Py_SIZE(list);
    Bits* numbers = items(list);
    Bits last = 0;
    for (Py_ssize_t i = 0; i < size; ++i) {
        // Equal neighbours are one object, as what is repeated is in CPython's list.
        const bool repeated = i > 0 && numbers[i] == last;
        last = numbers[i];
        PyObject* boxed = repeated ? Py_NewRef(as_list(list)->ob_item[i - 1]) : box(last, is_int);
        if (boxed != nullptr) {
            as_list(list)->ob_item[i] = boxed;
            continue;
        }
        // Back to numbers.
        PyErr_Clear();
        while (i-- > 0) {
            PyObject* made = as_list(list)->ob_item[i];
            numbers[i] =
                is_int ? static_cast<Bits>(PyLong_AsLongLong(made)) : std::bit_cast<Bits>(PyFloat_AS_DOUBLE(made));
            Py_DECREF(made);
        }
        return nullptr;
    }
    Py_SET_TYPE(list, &PyList_Type);
    PyObject_GC_Track(list);
    return list;
}

}  // extern "C"
