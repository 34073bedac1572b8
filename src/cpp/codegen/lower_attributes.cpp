// Attributes of instances whose class is known: read and written where they lie.
#include "codegen/function_lowering.h"

namespace aipy::codegen {

namespace {

bool is_inline(const ir::Instr& instr) {
    return static_cast<ir::AttributePlace>(instr.imm) == ir::AttributePlace::Inline;
}

}  // namespace

llvm::Value* FunctionLowering::class_is(const ir::Instr& instr) {
    return b_.CreateICmpEQ(call_support("cg_type_version", {operand(instr, 0)}), module_.process_number(instr.imm));
}

llvm::Value* FunctionLowering::keys_are(const ir::Instr& instr) {
    return b_.CreateICmpEQ(call_support("cg_keys_version", {operand(instr, 0)}), module_.process_number(instr.imm));
}

// Of another class's instances nothing is read.
void FunctionLowering::lower_keys_are(const ir::Instr& instr) {
    BasicBlock* before = b_.GetInsertBlock();
    BasicBlock* look = new_block("look");
    BasicBlock* go_on = new_block("looked");
    b_.CreateCondBr(operand(instr, 1), look, go_on);
    b_.SetInsertPoint(look);
    Value* same = keys_are(instr);
    look = b_.GetInsertBlock();
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
    llvm::PHINode* result = b_.CreatePHI(module_.bit, 2);
    result->addIncoming(b_.getFalse(), before);
    result->addIncoming(same, look);
    define(instr, result);
}

void FunctionLowering::lower_guard_class(const ir::Instr& instr) { guard(class_is(instr), instr); }

void FunctionLowering::lower_guard_own_class(const ir::Instr& instr) {
    guard(b_.CreateICmpEQ(call_support("cg_own_version", {operand(instr, 0)}), module_.process_number(instr.imm)),
          instr);
}

void FunctionLowering::lower_guard_keys(const ir::Instr& instr) { guard(keys_are(instr), instr); }

void FunctionLowering::lower_guard_function(const ir::Instr& instr) {
    llvm::SmallVector<Value*, 4> operands;
    for (size_t i = 0; i < instr.operands.size(); ++i) operands.push_back(operand(instr, i));
    guard(as_bit(call_support("cg_is_function", operands)), instr);
}

llvm::Value* FunctionLowering::cell_content(const ir::Instr& instr) {
    Value* value = load_object(call_support("cg_cell_place", {operand(instr, 0)}), Memory::Attribute);
    guard(b_.CreateIsNotNull(value), instr);
    return value;
}

llvm::Value* FunctionLowering::found_method(const ir::Instr& instr) {
    Value* cache = call_support("cg_cache", {module_.data("aipy_caches"), integer(instr.cache)});
    return call_support("cg_cached_object", {cache});
}

// Where the instance keeps it; a dict that knows the values has to know of stores, too.
llvm::Value* FunctionLowering::attribute_address(const ir::Instr& instr, const char* values_of) {
    Value* object = operand(instr, 0);
    if (!is_inline(instr)) return b_.CreateInBoundsGEP(module_.byte, object, integer(instr.imm2));
    Value* values = call_support(values_of, {object});
    guard(b_.CreateIsNotNull(values), instr);
    return item_address(values, integer(instr.imm2));
}

llvm::Value* FunctionLowering::attribute(const ir::Instr& instr) {
    Value* value = load_object(attribute_address(instr, "cg_own_values"), Memory::Attribute);
    guard(b_.CreateIsNotNull(value), instr);
    return value;
}

// The old value goes last, when the instance is whole again.
void FunctionLowering::lower_attr_set(const ir::Instr& instr) {
    Value* address = attribute_address(instr, "cg_unshared_values");
    Value* old = load_object(address, Memory::Attribute);
    const bool quiet = instr.op == ir::Op::AttrSetQuiet;
    if (quiet) guard_silent_death(old, true, instr);
    call_support("cg_retain", {operand(instr, 1)});
    tagged(b_.CreateStore(operand(instr, 1), address), Memory::Attribute);
    if (is_inline(instr)) {
        BasicBlock* added = new_block("added");
        BasicBlock* go_on = new_block("set");
        b_.CreateCondBr(is_null(old), added, go_on);
        b_.SetInsertPoint(added);
        b_.CreateCall(module_.callee("rt_attribute_added", module_.void_type, {module_.pointer, module_.int64}),
                      {operand(instr, 0), integer(instr.imm2)});
        b_.CreateBr(go_on);
        b_.SetInsertPoint(go_on);
    }
    dispose_if_last(old, true, !quiet, &instr);
}

// The last operand becomes what the owner, which is the first, has at `address`: a number of its class that only the
// owner has is overwritten, an int if both have one digit.
void FunctionLowering::overwrite_number(const ir::Instr& instr, Value* address, ir::Rep rep) {
    const bool is_float = rep == ir::Rep::F64;
    const bool is_item = instr.op == ir::Op::ListSetF64 || instr.op == ir::Op::ListSetI64;
    Value* old = load_object(address, is_item ? Memory::ListItem : Memory::Attribute);
    BasicBlock* present = new_block("present");
    BasicBlock* is_number = new_block("number");
    BasicBlock* in_place = new_block("in_place");
    BasicBlock* anew = new_block("anew");
    BasicBlock* go_on = new_block("set");
    expect(b_.CreateIsNotNull(old), present, anew);
    b_.SetInsertPoint(present);
    expect(b_.CreateICmpEQ(call_support("cg_type", {old}), module_.data(is_float ? "PyFloat_Type" : "PyLong_Type")),
           is_number, anew);
    b_.SetInsertPoint(is_number);
    // Small ints are shared, and in many lists most are small.
    Value* is_only = as_bit(call_support("cg_is_only", {old}));
    if (is_float)
        expect(is_only, in_place, anew);
    else
        b_.CreateCondBr(is_only, in_place, anew);
    b_.SetInsertPoint(in_place);
    Value* number = operand(instr, instr.operands.size() - 1);
    if (is_float) {
        tagged(b_.CreateStore(number, call_support("cg_float_place", {old})), Memory::Value);
        b_.CreateBr(go_on);
    } else {
        b_.CreateCondBr(as_bit(call_support("cg_overwrite_int", {old, number})), go_on, anew);
    }
    b_.SetInsertPoint(anew);
    replace_number(instr, address, is_float ? "rt_replace_with_f64" : "rt_replace_with_i64");
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
}

void FunctionLowering::replace_number(const ir::Instr& instr, Value* address, const char* helper) {
    Value* number = operand(instr, instr.operands.size() - 1);
    llvm::FunctionCallee callee =
        module_.callee(helper, module_.int32, {module_.pointer, module_.pointer, module_.int64, number->getType()});
    const bool is_attribute = instr.op == ir::Op::AttrSetF64 || instr.op == ir::Op::AttrSetI64;
    Value* index = integer(is_attribute && is_inline(instr) ? instr.imm2 : -1);
    guard(as_bit(b_.CreateCall(callee, {operand(instr, 0), address, index, number})), instr);
}

}  // namespace aipy::codegen
