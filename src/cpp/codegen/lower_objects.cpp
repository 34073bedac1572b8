// Constants, reference counting, guards on objects, and the ways between objects and numbers.
#include "codegen/function_lowering.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

// The type object whose exact instances have this kind; null for kinds that are not told by a type alone.
const char* type_symbol(ir::TypeKind kind) {
    using ir::TypeKind;
    switch (kind) {
        case TypeKind::Bool: return "PyBool_Type";
        case TypeKind::Int:
        case TypeKind::Word:
        case TypeKind::BigInt: return "PyLong_Type";
        case TypeKind::Float: return "PyFloat_Type";
        case TypeKind::Complex: return "PyComplex_Type";
        case TypeKind::Str: return "PyUnicode_Type";
        case TypeKind::Bytes: return "PyBytes_Type";
        case TypeKind::ByteArray: return "PyByteArray_Type";
        case TypeKind::Tuple: return "PyTuple_Type";
        case TypeKind::List: return "PyList_Type";
        case TypeKind::Dict: return "PyDict_Type";
        case TypeKind::Set: return "PySet_Type";
        case TypeKind::Range: return "PyRange_Type";
        case TypeKind::RangeIter: return "PyRangeIter_Type";
        case TypeKind::Slice: return "PySlice_Type";
        case TypeKind::Cell: return "PyCell_Type";
        case TypeKind::NDArray: return "PyArray_Type";
#define NUMPY_SCALAR(kind, element, name, c_name, number, bits, numeric) \
    case TypeKind::kind: return "Py" #c_name "ArrType_Type";
#include "ir/numpy_scalars.def"
#undef NUMPY_SCALAR
        case TypeKind::Function: return "PyFunction_Type";
        case TypeKind::Builtin: return "PyCFunction_Type";
        case TypeKind::TypeObject: return "PyType_Type";
        case TypeKind::Bottom:
        case TypeKind::Any:
        case TypeKind::Null:
        case TypeKind::NoneType:
#define TAGGED_KIND(kind, plain, tagged) case TypeKind::kind:
#include "ir/tagged_kinds.def"
#undef TAGGED_KIND
        case TypeKind::Ints:
        case TypeKind::Floats:
        case TypeKind::IntLists:
        case TypeKind::FloatLists:
        case TypeKind::Bools:
        case TypeKind::BoolLists:
        case TypeKind::Instance: return nullptr;
    }
    AIPY_UNREACHABLE();
}

}  // namespace

void FunctionLowering::lower_const(const ir::Instr& instr) {
    define(instr, constant_object(static_cast<uint32_t>(instr.imm)));
}

llvm::Value* FunctionLowering::constant_object(uint32_t index) {
    const ir::Constant& constant = ir_.constants[index];
    if (constant.type.kind == ir::TypeKind::NoneType) return module_.data("_Py_NoneStruct");
    if (constant.type.kind == ir::TypeKind::Bool) {
        return module_.data(constant.integer != 0 ? "_Py_TrueStruct" : "_Py_FalseStruct");
    }
    Value* address = b_.CreateConstInBoundsGEP1_64(module_.pointer, module_.data("aipy_objects"), constant.handle);
    llvm::LoadInst* object = tagged(b_.CreateLoad(module_.pointer, address), Memory::Objects);
    object->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(module_.context(), {}));
    return object;
}

void FunctionLowering::lower_null_unless(const ir::Instr& instr) {
    define(instr,
           b_.CreateSelect(operand(instr, 1), operand(instr, 0), llvm::ConstantPointerNull::get(module_.pointer)));
}

llvm::Value* FunctionLowering::truth_object(Value* bit) {
    return b_.CreateSelect(bit, module_.data("_Py_TrueStruct"), module_.data("_Py_FalseStruct"));
}

// ---- references -------------------------------------------------------------------------------------------

// Locals that may be unbound and items of exhausted iterators are null; what has a known type is not.
bool FunctionLowering::may_be_null(ir::ValueId id) const {
    const ir::Value& value = ir_.value(id);
    if (value.def == ir::no_id) {
        return value.type.kind == ir::TypeKind::Any || value.type.kind == ir::TypeKind::Null ||
               value.type.kind == ir::TypeKind::Bottom || ir::is_native_list(value.type.kind);
    }
    const ir::Instr& instr = ir_.instr(value.def);
    if (instr.op == ir::Op::GuardType) return value.type.kind == ir::TypeKind::Null;
    return instr.op == ir::Op::Null || instr.op == ir::Op::NullUnless || instr.op == ir::Op::IterNext ||
           instr.op == ir::Op::SequenceNext || instr.op == ir::Op::PushExc || instr.op == ir::Op::MethodSelf;
}

void FunctionLowering::lower_retain(const ir::Instr& instr) {
    call_support(may_be_null(instr.operands[0]) ? "cg_retain_nullable" : "cg_retain", {operand(instr, 0)});
}

void FunctionLowering::lower_release(const ir::Instr& instr) {
    const ir::ValueId value = instr.operands[0];
    dispose_if_last(values_[value], may_be_null(value), ir::death_observable(type(value).kind), &instr);
}

void FunctionLowering::lower_release_quiet(const ir::Instr& instr) {
    guard_silent_death(operand(instr, 0), true, instr);
    dispose_if_last(operand(instr, 0), may_be_null(instr.operands[0]), false, nullptr);
}

// A release where the assumptions need no test: on the way to a handler, which leaves the test to its own ops.
void FunctionLowering::release(ir::ValueId value) {
    dispose_if_last(values_[value], may_be_null(value), false, nullptr);
}

void FunctionLowering::dispose_if_last(Value* object, bool nullable, bool observable, const ir::Instr* instr) {
    BasicBlock* dispose = new_block("dispose");
    BasicBlock* go_on = new_block("released");
    Value* last = as_bit(call_support(nullable ? "cg_drop_nullable" : "cg_drop", {object}));
    b_.CreateCondBr(last, dispose, go_on, module_.unlikely());
    b_.SetInsertPoint(dispose);
    if (observable) publish_depth();
    if (observable && instr != nullptr) publish_position(*instr);
    call_cold(module_.callee("_Py_Dealloc", module_.void_type, {module_.pointer}), {object});
    if (observable && instr != nullptr) test_valid(*instr);
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
}

// ---- guards -----------------------------------------------------------------------------------------------

void FunctionLowering::lower_guard_type(const ir::Instr& instr) {
    const ir::Type wanted = ir::decode_type(instr.imm);
    Value* object = operand(instr, 0);
    Value* ok = has_type(object, wanted, may_be_null(instr.operands[0]));
    guard(ok, instr);
    if (wanted.kind == ir::TypeKind::NDArray) {
        Value* matches = call_support("cg_array_matches", {object, integer(wanted.detail)});
        guard(as_bit(matches), instr);
    }
    define(instr, object);
}

llvm::Value* FunctionLowering::has_type(Value* object, ir::Type type, bool nullable) {
    if (type.kind == ir::TypeKind::Any) return b_.getTrue();
    if (type.kind == ir::TypeKind::Null) return is_null(object);
    if (type.kind == ir::TypeKind::NoneType) return b_.CreateICmpEQ(object, module_.data("_Py_NoneStruct"));
    const char* symbol = type_symbol(type.kind);
    if (symbol == nullptr) {
        module_.fail("no guard for type " + ir::print_type(type));
        return b_.getFalse();
    }
    if (!nullable) return b_.CreateICmpEQ(call_support("cg_type", {object}), module_.data(symbol));
    BasicBlock* before = b_.GetInsertBlock();
    BasicBlock* present = new_block("present");
    BasicBlock* known = new_block("known");
    b_.CreateCondBr(is_null(object), known, present);
    b_.SetInsertPoint(present);
    Value* same = b_.CreateICmpEQ(call_support("cg_type", {object}), module_.data(symbol));
    b_.CreateBr(known);
    b_.SetInsertPoint(known);
    llvm::PHINode* ok = b_.CreatePHI(module_.bit, 2);
    ok->addIncoming(b_.getFalse(), before);
    ok->addIncoming(same, present);
    return ok;
}

// ---- unboxing and boxing ----------------------------------------------------------------------------------

// What the object is, the result says: an op that gives objects of one kind only has results of any type.
void FunctionLowering::lower_unbox_i64(const ir::Instr& instr) {
    Value* object = operand(instr, 0);
    const ir::TypeKind kind = type(instr.result).kind;
    if (kind == ir::TypeKind::Bool) {
        return define(instr, b_.CreateZExt(b_.CreateICmpEQ(object, module_.data("_Py_TrueStruct")), module_.int64));
    }
    if (!ir::scalar_element(kind)) return define(instr, unbox_int(instr, object));
    Value* value = call_support("cg_numpy_i64_value", {object, integer(static_cast<int64_t>(kind))});
    if (kind == ir::TypeKind::NumpyU64) guard(b_.CreateICmpSGE(value, integer(0)), instr);
    define(instr, value);
}

void FunctionLowering::lower_unbox_word(const ir::Instr& instr) {
    Value* fits = as_bit(call_support("cg_word_value", {operand(instr, 0), out_place()}));
    guard(fits, instr);
    define(instr, b_.CreateLoad(module_.int64, out_place()));
}

// Ints of one digit are read in place, in loops those of two digits, too; others by a call, and they leave when they
// need more than 64 bits.
llvm::Value* FunctionLowering::unbox_int(const ir::Instr& instr, Value* object) {
    BasicBlock* compact = new_block("compact");
    BasicBlock* wide = new_block("wide");
    BasicBlock* go_on = new_block("unboxed");
    Value* short_value = nullptr;
    BasicBlock* short_end = nullptr;
    const bool in_loop = counted_loop_[current_block_] != ir::no_id && !module_.input().stress_guards;
    // How many digits is anybody's guess: neither way is to be the one on which registers are saved.
    b_.CreateCondBr(as_bit(call_support("cg_is_compact", {object})), compact, wide,
                    in_loop ? nullptr : module_.likely());
    b_.SetInsertPoint(wide);
    if (in_loop) {
        short_end = new_block("short");
        BasicBlock* longer = new_block("longer");
        expect(as_bit(call_support("cg_is_short", {object})), short_end, longer);
        b_.SetInsertPoint(short_end);
        short_value = call_support("cg_short_value", {object});
        b_.CreateBr(go_on);
        b_.SetInsertPoint(longer);
    }
    Value* fits = as_bit(call_support("cg_wide_value", {object, out_place()}));
    guard(fits, instr);
    Value* wide_value = b_.CreateLoad(module_.int64, out_place());
    BasicBlock* wide_end = b_.GetInsertBlock();
    b_.CreateBr(go_on);
    b_.SetInsertPoint(compact);
    Value* compact_value = call_support("cg_compact_value", {object});
    if (module_.input().stress_guards) guard(b_.getTrue(), instr);
    BasicBlock* compact_end = b_.GetInsertBlock();
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
    llvm::PHINode* value = b_.CreatePHI(module_.int64, 2);
    value->addIncoming(compact_value, compact_end);
    value->addIncoming(wide_value, wide_end);
    if (short_end != nullptr) value->addIncoming(short_value, short_end);
    return value;
}

void FunctionLowering::lower_unbox_f64(const ir::Instr& instr) {
    const ir::TypeKind kind = type(instr.result).kind;
    if (!ir::scalar_element(kind)) return define(instr, call_support("cg_float_value", {operand(instr, 0)}));
    define(instr, call_support("cg_numpy_f64_value", {operand(instr, 0), integer(static_cast<int64_t>(kind))}));
}

void FunctionLowering::lower_unbox_bit(const ir::Instr& instr) {
    Value* object = operand(instr, 0);
    if (type(instr.result).kind == ir::TypeKind::NumpyBool) {
        return define(instr, as_bit(call_support("cg_numpy_bool_value", {object})));
    }
    define(instr, b_.CreateICmpEQ(object, module_.data("_Py_TrueStruct")));
}

// A helper that gives null and has done nothing where it cannot: where memory runs out, the interpreter tries again,
// and raises where the program can catch it.
void FunctionLowering::lower_or_leave(const ir::Instr& instr) {
    if (module_.input().stress_guards) guard(b_.getTrue(), instr);  // while nothing is done yet
    Value* object = call_helper(instr);
    guard(b_.CreateIsNotNull(object), instr);
    define(instr, object);
}

// The item, null, or the iterator itself to leave.
void FunctionLowering::lower_sequence_next(const ir::Instr& instr) {
    if (module_.input().stress_guards) guard(b_.getTrue(), instr);  // while nothing is done yet
    Value* item = call_helper(instr);
    guard(b_.CreateICmpNE(item, operand(instr, 0)), instr);
    define(instr, item);
}

void FunctionLowering::lower_answer_or_leave(const ir::Instr& instr) {
    if (module_.input().stress_guards) guard(b_.getTrue(), instr);  // while nothing is done yet
    Value* answer = call_helper(instr);
    guard(b_.CreateICmpSGE(answer, integer(0)), instr);
    define(instr, answer);
}

void FunctionLowering::lower_box_bit(const ir::Instr& instr) { define(instr, truth_object(operand(instr, 0))); }

}  // namespace aipy::codegen
