// Operators and comparisons on exact ints and floats without leaving the interpreter: the box of an operand that
// dies becomes the result's, and a comparison that only decides a branch makes no bool.
#include "interp/dispatch.h"

namespace aipy::interp {

using ir::CompareOp;
using ir::Operator;
using namespace runtime;

namespace {

template <Operator O>
inline bool compute(int64_t a, int64_t b, int64_t* result) {
    if constexpr (O == Operator::Add)
        *result = a + b;
    else if constexpr (O == Operator::Subtract)
        *result = a - b;
    else if constexpr (O == Operator::Multiply)
        return !__builtin_mul_overflow(a, b, result);
    else if constexpr (O == Operator::And)
        *result = a & b;
    else if constexpr (O == Operator::Or)
        *result = a | b;
    else if constexpr (O == Operator::Xor)
        *result = a ^ b;
    else if constexpr (O == Operator::FloorDivide) {
        if (b == 0) return false;
        *result = floor_quotient(a, b);
    } else if constexpr (O == Operator::Remainder) {
        if (b == 0) return false;
        *result = floor_remainder(a, b);
    } else
        return false;
    return true;
}

template <Operator O>
inline bool compute(double a, double b, double* result) {
    if constexpr (O == Operator::Add)
        *result = a + b;
    else if constexpr (O == Operator::Subtract)
        *result = a - b;
    else if constexpr (O == Operator::Multiply)
        *result = a * b;
    else if constexpr (O == Operator::TrueDivide) {
        *result = a / b;
        return b != 0.0;
    } else
        return false;
    return true;
}

inline bool rewrite_float(PyObject* box, double value) {
    if (Py_REFCNT(box) != 1) return false;
    reinterpret_cast<PyFloatObject*>(box)->ob_fval = value;
    return true;
}

// The result, which may be `a` itself, rewritten; null when it is not an operation of short ints or floats.
template <Operator O, bool Reuse>
inline PyObject* fast_binary(PyObject* a, PyObject* b) {
    if (both_short_ints(a, b)) {
        int64_t value = 0;
        if (!compute<O>(cpython::short_int_value(a), cpython::short_int_value(b), &value)) return nullptr;
        return Reuse && rewrite_int(a, value) ? a : cpython::make_int(value);
    }
    if (both_floats(a, b)) {
        double value = 0;
        if (!compute<O>(PyFloat_AS_DOUBLE(a), PyFloat_AS_DOUBLE(b), &value)) return nullptr;
        return Reuse && rewrite_float(a, value) ? a : PyFloat_FromDouble(value);
    }
    return nullptr;
}

// `s += t` on strings must not copy s each time: the slot's own reference is given to the append.
inline bool can_append(const Instruction* at, PyObject* a, PyObject* b) {
    return at->operands.few[0] == at->result && a != b && PyUnicode_CheckExact(a) && PyUnicode_CheckExact(b) &&
           ir::plain_operator(static_cast<Operator>(at->imm.integer)) == Operator::Add;
}

// The new value; with Reuse, operand 0's reference has then been given up unless the value is another object.
template <bool Reuse, bool ToSlot>
[[gnu::noinline]] PyObject* slow_binary(Register* registers, const Instruction* at) {
    PyObject* a = registers[at->operands.few[0]].object;
    PyObject* b = registers[at->operands.few[1]].object;
    if constexpr (Reuse && ToSlot) {
        if (can_append(at, a, b)) {
            PyObject* value = rt_str_append(a, b);
            if (value != nullptr) registers[at->result].object = value;
            return value;
        }
    }
    PyObject* value = rt_binary(a, b, at->imm.integer, at->cache);
    if (Reuse && value == a) Py_DECREF(a);
    return value;
}

template <Operator O, bool Reuse, bool ToSlot>
AIPY_HANDLER PyObject* run_binary(Register* registers, const Instruction* at, Running* running) {
    PyObject* a = registers[at->operands.few[0]].object;
    PyObject* value = fast_binary<O, Reuse>(a, registers[at->operands.few[1]].object);
    if (value == nullptr) [[unlikely]] {
        show_position(at, running);
        value = slow_binary<Reuse, ToSlot>(registers, at);
        if (value == nullptr) [[unlikely]]
            AIPY_RAISE;
    }
    observe_result(at, value);
    if constexpr (!Reuse) {
        place_result<ToSlot>(registers, at, value);
    } else {
        // Operand 0 is not in the mask: a temporary's reference ends here, a slot's when it is stored over. In
        // CPython's order: the operands, left before right, then what the slot held. Where operand 0 is another
        // register, that is a reference of its own, be it the same object.
        const bool own_slot = at->operands.few[0] == at->result;
        if (value != a && !own_slot) Py_DECREF(a);
        release_operands(registers, at);
        PyObject* old = ToSlot ? registers[at->result].object : nullptr;
        registers[at->result].object = value;
        if (!own_slot || old != value) Py_XDECREF(old);
    }
    AIPY_NEXT;
}

template <Operator O>
Handler choose(const HandlerKey& key) {
    if (key.reuse) return key.to_slot ? run_binary<O, true, true> : run_binary<O, true, false>;
    return key.to_slot ? run_binary<O, false, true> : run_binary<O, false, false>;
}

// -1 on error.
template <CompareOp O>
inline int compare_bit(PyObject* a, PyObject* b, const Instruction* at, Running* running) {
    if (both_short_ints(a, b))
        return compare_values(cpython::short_int_value(a), cpython::short_int_value(b), static_cast<int64_t>(O));
    if (both_floats(a, b)) return compare_values(PyFloat_AS_DOUBLE(a), PyFloat_AS_DOUBLE(b), static_cast<int64_t>(O));
    show_position(at, running);
    PyObject* value = rt_compare_slow(a, b, static_cast<int64_t>(O));
    if (value == nullptr) return -1;
    int bit = rt_truth(value);
    Py_DECREF(value);
    return bit;
}

template <CompareOp O>
AIPY_HANDLER PyObject* run_compare_branch(Register* registers, const Instruction* at, Running* running) {
    int bit = compare_bit<O>(registers[at->operands.few[0]].object, registers[at->operands.few[1]].object, at, running);
    if (bit < 0) [[unlikely]]
        AIPY_RAISE;
    release_operands(registers, at);
    AIPY_GOTO(at->targets[bit == 0]->target);
}

Handler choose_binary(const HandlerKey& key) {
    switch (ir::plain_operator(static_cast<Operator>(key.imm))) {
        case Operator::Add: return choose<Operator::Add>(key);
        case Operator::Subtract: return choose<Operator::Subtract>(key);
        case Operator::Multiply: return choose<Operator::Multiply>(key);
        case Operator::TrueDivide: return choose<Operator::TrueDivide>(key);
        case Operator::FloorDivide: return choose<Operator::FloorDivide>(key);
        case Operator::Remainder: return choose<Operator::Remainder>(key);
        case Operator::And: return choose<Operator::And>(key);
        case Operator::Or: return choose<Operator::Or>(key);
        case Operator::Xor: return choose<Operator::Xor>(key);
        default: return choose<Operator::Power>(key);  // always by rt_binary
    }
}

Handler choose_compare(CompareOp op) {
    switch (op) {
        case CompareOp::Less: return run_compare_branch<CompareOp::Less>;
        case CompareOp::LessEqual: return run_compare_branch<CompareOp::LessEqual>;
        case CompareOp::Equal: return run_compare_branch<CompareOp::Equal>;
        case CompareOp::NotEqual: return run_compare_branch<CompareOp::NotEqual>;
        case CompareOp::Greater: return run_compare_branch<CompareOp::Greater>;
        case CompareOp::GreaterEqual: return run_compare_branch<CompareOp::GreaterEqual>;
    }
    return nullptr;
}

}  // namespace

Handler arithmetic_handler_for(const HandlerKey& key) {
    if (key.op == ir::Op::Binary) return choose_binary(key);
    if (key.op == ir::Op::Compare && key.branches) return choose_compare(static_cast<CompareOp>(key.imm));
    return nullptr;
}

}  // namespace aipy::interp
