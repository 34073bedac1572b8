#include "frontend/constants.h"

#include <bit>
#include <cstring>

namespace aipy::frontend {
namespace {

bool same_bits(double left, double right) { return std::bit_cast<uint64_t>(left) == std::bit_cast<uint64_t>(right); }

bool same_tuple(PyObject* left, PyObject* right) {
    if (PyTuple_GET_SIZE(left) != PyTuple_GET_SIZE(right)) return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(left); ++i)
        if (!same_constant(PyTuple_GET_ITEM(left, i), PyTuple_GET_ITEM(right, i))) return false;
    return true;
}

// Sets of constants are small; their elements must agree in type too.
bool same_set(PyObject* left, PyObject* right) {
    if (!equal(left, right)) return false;
    Ref lefts = require(PySequence_List(left)), rights = require(PySequence_List(right));
    for (Node item : NodeList(lefts.get())) {
        bool found = false;
        for (Node other : NodeList(rights.get())) found = found || same_constant(item.object(), other.object());
        if (!found) return false;
    }
    return true;
}

Py_hash_t hash_of(PyObject* object) {
    Py_hash_t hash = PyObject_Hash(object);
    if (hash == -1) PyErr_Clear();
    return hash;
}

std::string text_of(PyObject* object) {
    if (PyUnicode_Check(object)) {
        // PyUnicode_AsUTF8 would keep the bytes with the program's str, which sys.getsizeof shows.
        Ref utf8 = Ref::steal(PyUnicode_AsUTF8String(object));
        if (utf8) return {PyBytes_AS_STRING(utf8.get()), static_cast<size_t>(PyBytes_GET_SIZE(utf8.get()))};
        PyErr_Clear();
    }
    if (PyCode_Check(object)) return "code " + text_of(reinterpret_cast<PyCodeObject*>(object)->co_qualname);
    if (PyType_Check(object)) return reinterpret_cast<PyTypeObject*>(object)->tp_name;
    Ref repr = require(PyObject_ASCII(object));
    std::string text = PyUnicode_AsUTF8(repr.get());
    constexpr size_t longest = 60;
    return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

ir::TypeKind kind_of(PyObject* object) {
    using ir::TypeKind;
    if (object == Py_None) return TypeKind::NoneType;
    if (PyBool_Check(object)) return TypeKind::Bool;
    if (PyLong_CheckExact(object)) return TypeKind::Int;
    if (PyFloat_CheckExact(object)) return TypeKind::Float;
    if (PyComplex_CheckExact(object)) return TypeKind::Complex;
    if (PyUnicode_CheckExact(object)) return TypeKind::Str;
    if (PyBytes_CheckExact(object)) return TypeKind::Bytes;
    if (PyTuple_CheckExact(object)) return TypeKind::Tuple;
    if (PySlice_Check(object)) return TypeKind::Slice;
    if (PyType_Check(object)) return TypeKind::TypeObject;
    if (PyCFunction_CheckExact(object)) return TypeKind::Builtin;
    return TypeKind::Any;
}

// Whether an int is in [0, 2**64); its bits.
bool as_word(PyObject* object, int64_t& bits) {
    bits = static_cast<int64_t>(PyLong_AsUnsignedLongLong(object));
    if (bits != -1 || PyErr_Occurred() == nullptr) return true;
    PyErr_Clear();
    return false;
}

ir::Constant describe(PyObject* object) {
    ir::Constant constant;
    ir::TypeKind kind = kind_of(object);
    if (kind == ir::TypeKind::Int || kind == ir::TypeKind::Bool) {
        int overflow = 0;
        constant.integer = PyLong_AsLongLongAndOverflow(object, &overflow);
        if (overflow != 0) kind = as_word(object, constant.integer) ? ir::TypeKind::Word : ir::TypeKind::BigInt;
    }
    if (kind == ir::TypeKind::Float) constant.number = PyFloat_AS_DOUBLE(object);
    constant.type = ir::Type::boxed(kind);
    constant.text = text_of(object);
    return constant;
}

// CPython folds no more than small results; what could be large is not even tried here.
bool may_fold(NodeKind operation, PyObject* left, PyObject* right) {
    constexpr long long largest = 4096;
    auto magnitude = [](PyObject* object) -> long long {
        if (!PyLong_Check(object)) return PyObject_HasAttrString(object, "__len__") ? PyObject_Size(object) : 1;
        int overflow = 0;
        long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
        return overflow != 0 || value > largest || value < -largest ? largest + 1 : value < 0 ? -value : value;
    };
    if (operation == NodeKind::Pow || operation == NodeKind::LShift) return magnitude(right) <= largest;
    bool repeats = operation == NodeKind::Mult && PyLong_Check(left) != PyLong_Check(right);
    return !repeats || magnitude(left) * magnitude(right) <= largest;
}

PyObject* apply(NodeKind operation, PyObject* left, PyObject* right) {
    switch (operation) {
        case NodeKind::Add: return PyNumber_Add(left, right);
        case NodeKind::Sub: return PyNumber_Subtract(left, right);
        case NodeKind::Mult: return PyNumber_Multiply(left, right);
        case NodeKind::Div: return PyNumber_TrueDivide(left, right);
        case NodeKind::FloorDiv: return PyNumber_FloorDivide(left, right);
        case NodeKind::Mod:
            return PyUnicode_Check(left) || PyBytes_Check(left) ? nullptr : PyNumber_Remainder(left, right);
        case NodeKind::Pow: return PyNumber_Power(left, right, Py_None);
        case NodeKind::LShift: return PyNumber_Lshift(left, right);
        case NodeKind::RShift: return PyNumber_Rshift(left, right);
        case NodeKind::BitAnd: return PyNumber_And(left, right);
        case NodeKind::BitOr: return PyNumber_Or(left, right);
        case NodeKind::BitXor: return PyNumber_Xor(left, right);
        default: return nullptr;  // no other node is an operation on constants
    }
}

}  // namespace

bool is_optimized() {
    static const bool optimized = [] {
        PyObject* flags = PySys_GetObject("flags");  // borrowed
        Ref level = flags == nullptr ? Ref() : Ref::steal(PyObject_GetAttrString(flags, "optimize"));
        if (!level) PyErr_Clear();
        return level && PyObject_IsTrue(level.get()) == 1;
    }();
    return optimized;
}

bool same_constant(PyObject* left, PyObject* right) {
    if (left == right) return true;
    if (!Py_IS_TYPE(left, Py_TYPE(right)) || PyCode_Check(left)) return false;
    if (PyFloat_CheckExact(left)) return same_bits(PyFloat_AS_DOUBLE(left), PyFloat_AS_DOUBLE(right));
    if (PyComplex_CheckExact(left)) {
        Py_complex a = PyComplex_AsCComplex(left), b = PyComplex_AsCComplex(right);
        return same_bits(a.real, b.real) && same_bits(a.imag, b.imag);
    }
    if (PyTuple_CheckExact(left)) return same_tuple(left, right);
    if (PyFrozenSet_CheckExact(left)) return same_set(left, right);
    return equal(left, right);
}

Constants::Constants(PyCodeObject* code, ir::Function& function, std::vector<PyObject*>& objects)
    : function_(function), objects_(objects) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); ++i) {
        PyObject* constant = PyTuple_GET_ITEM(code->co_consts, i);
        if (!PyCode_Check(constant)) own_.emplace(hash_of(constant), constant);
    }
}

PyObject* Constants::find(PyObject* object) {
    auto [begin, end] = own_.equal_range(hash_of(object));
    for (auto entry = begin; entry != end; ++entry)
        if (same_constant(entry->second, object)) return entry->second;
    return nullptr;
}

PyObject* Constants::canonical(PyObject* object) {
    if (PyCode_Check(object) || PyType_Check(object) || PyCFunction_CheckExact(object)) return object;
    if (PyObject* own = find(object)) return own;
    Py_hash_t hash = hash_of(object);
    auto [begin, end] = others_.equal_range(hash);
    for (auto entry = begin; entry != end; ++entry)
        if (same_constant(entry->second, object)) return entry->second;
    others_.emplace(hash, object);
    return object;
}

uint32_t Constants::add(PyObject* object) {
    if (auto known = indices_.find(object); known != indices_.end()) return known->second;
    PyObject* chosen = canonical(object);
    if (auto known = indices_.find(chosen); known != indices_.end()) return known->second;
    ir::Constant constant = describe(chosen);
    constant.handle = static_cast<uint32_t>(objects_.size());
    objects_.push_back(Py_NewRef(chosen));
    uint32_t index = function_.add_constant(std::move(constant));
    indices_.emplace(chosen, index);
    return index;
}

uint32_t Constants::add_text(const char* text) {
    PyObject* interned = PyUnicode_InternFromString(text);
    return add(remember(require(interned)));
}

PyObject* Constants::remember(Ref object) {
    kept_.push_back(std::move(object));
    return kept_.back().get();
}

// ---- folding ----------------------------------------------------------------------------------------------

PyObject* Constants::found_or_null(PyObject* new_reference) {
    if (new_reference == nullptr) {
        PyErr_Clear();
        return nullptr;
    }
    Ref result = Ref::steal(new_reference);
    if (PyObject* own = find(result.get())) return own;
    // Part of a larger constant, perhaps: the caller looks for that one.
    return remember(std::move(result));
}

PyObject* Constants::fold(Node expression) {
    auto known = folded_.find(expression.object());
    if (known != folded_.end()) return known->second;
    PyObject* result = nullptr;
    switch (expression.kind()) {
        case NodeKind::Constant: return expression.raw(Field::value);
        case NodeKind::UnaryOp: result = fold_unary(expression); break;
        case NodeKind::BinOp: result = fold_binary(expression); break;
        case NodeKind::Subscript: result = fold_subscript(expression); break;
        case NodeKind::Tuple: result = fold_tuple(expression.list(Field::elts)); break;
        case NodeKind::Name:
            if (PyUnicode_CompareWithASCIIString(expression.raw(Field::id), "__debug__") == 0)
                result = is_optimized() ? Py_False : Py_True;
            return result;
        default: return nullptr;  // everything else is evaluated
    }
    folded_.emplace(expression.object(), result);
    return result;
}

PyObject* Constants::fold_unary(Node expression) {
    PyObject* operand = fold(expression.get(Field::operand));
    if (operand == nullptr) return nullptr;
    switch (expression.get(Field::op).kind()) {
        case NodeKind::USub: return found_or_null(PyNumber_Negative(operand));
        case NodeKind::UAdd: return found_or_null(PyNumber_Positive(operand));
        case NodeKind::Invert: return PyBool_Check(operand) ? nullptr : found_or_null(PyNumber_Invert(operand));
        default: return nullptr;  // `not` gives a condition, not an object
    }
}

PyObject* Constants::fold_binary(Node expression) {
    PyObject* left = fold(expression.get(Field::left));
    PyObject* right = left == nullptr ? nullptr : fold(expression.get(Field::right));
    NodeKind operation = expression.get(Field::op).kind();
    if (right == nullptr || !may_fold(operation, left, right)) return nullptr;
    return found_or_null(apply(operation, left, right));
}

PyObject* Constants::fold_subscript(Node expression) {
    if (!expression.get(Field::ctx).is(NodeKind::Load)) return nullptr;
    PyObject* container = fold(expression.get(Field::value));
    PyObject* key = container == nullptr ? nullptr : fold(expression.get(Field::slice));
    return key == nullptr ? nullptr : found_or_null(PyObject_GetItem(container, key));
}

PyObject* Constants::fold_tuple(const NodeList& expressions) {
    std::vector<PyObject*> items;
    for (Node expression : expressions) {
        PyObject* item = expression ? fold(expression) : nullptr;
        if (item == nullptr) return nullptr;
        items.push_back(item);
    }
    PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(items.size()));
    for (size_t i = 0; tuple != nullptr && i < items.size(); ++i)
        PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), Py_NewRef(items[i]));
    return found_or_null(tuple);
}

PyObject* Constants::fold_display(Node expression) {
    NodeKind kind = expression.kind();
    if (kind != NodeKind::List && kind != NodeKind::Set) return nullptr;
    PyObject* tuple = fold_tuple(expression.list(Field::elts));
    if (tuple == nullptr) return nullptr;
    if (kind == NodeKind::List) return find(tuple);
    Ref frozen = Ref::steal(PyFrozenSet_New(tuple));
    if (!frozen) PyErr_Clear();
    return frozen ? find(frozen.get()) : nullptr;
}

}  // namespace aipy::frontend
