// Items of lists and tuples.
#include "codegen/function_lowering.h"

namespace aipy::codegen {

ir::BlockId FunctionLowering::block_of(ir::ValueId id) const {
    const ir::Value& value = ir_.value(id);
    return value.def == ir::no_id ? value.block : instr_block_[value.def];
}

// What a support function reads of an object's header.
llvm::Value* FunctionLowering::field(ir::ValueId object, std::string_view support) {
    return before_loop(object, support, 0, [&](Value* value) { return call_support(support, {value}); });
}

// Negative indices count from the end; what is still out of bounds leaves.
llvm::Value* FunctionLowering::wrapped_index(ir::ValueId id, Value* length, const ir::Instr& instr, bool checked) {
    Value* index = values_[id];
    if (indices_known_) return index;
    if (proof_ != nullptr && proof_->in_bounds.contains({id_of(instr), id})) return index;
    // What is loaded, changed and stored is in one place.
    const bool once = checked && !module_.input().stress_guards && block_frame_ == nullptr && only_if_ == nullptr;
    if (!once) return wrapped_anew(id, length, instr, checked);
    Value*& known = tested_indices_[{index, length}];
    if (known == nullptr) known = wrapped_anew(id, length, instr, checked);
    return known;
}

llvm::Value* FunctionLowering::wrapped_anew(ir::ValueId id, Value* length, const ir::Instr& instr, bool checked) {
    Value* index = values_[id];
    if (proof_ != nullptr && block_frame_ == nullptr && checked && !(lower_bound(id) >= 0))
        return seldom_wrapped(index, length, instr);
    if (!(lower_bound(id) >= 0)) {
        Value* from_end = b_.CreateAdd(index, length);
        index = b_.CreateSelect(b_.CreateICmpSLT(index, integer(0)), from_end, index);
    }
    if (checked) guard(b_.CreateICmpULT(index, length), instr);
    return index;
}

// An index that is not known before the loop is rarely negative: one comparison finds both that it is not, and that it
// is in bounds.
llvm::Value* FunctionLowering::seldom_wrapped(Value* index, Value* length, const ir::Instr& instr) {
    BasicBlock* from = b_.GetInsertBlock();
    BasicBlock* wrap = new_block("wrap");
    BasicBlock* go_on = new_block("index");
    expect(b_.CreateICmpULT(index, length), go_on, wrap);
    b_.SetInsertPoint(wrap);
    Value* from_end = b_.CreateAdd(index, length);
    guard(b_.CreateAnd(b_.CreateICmpSLT(index, integer(0)), b_.CreateICmpULT(from_end, length)), instr);
    BasicBlock* wrapped = b_.GetInsertBlock();
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
    llvm::PHINode* result = b_.CreatePHI(module_.int64, 2);
    result->addIncoming(index, from);
    result->addIncoming(from_end, wrapped);
    return result;
}

llvm::Value* FunctionLowering::item_address(Value* items, Value* index) {
    return b_.CreateInBoundsGEP(module_.pointer, items, index);
}

llvm::LoadInst* FunctionLowering::load_object(Value* address, Memory memory) {
    return tagged(b_.CreateLoad(module_.pointer, address), memory);
}

llvm::Value* FunctionLowering::list_item(const ir::Instr& instr) {
    return load_object(item_place(instr), Memory::ListItem);
}

llvm::Value* FunctionLowering::tuple_item(const ir::Instr& instr) {
    const ir::ValueId tuple = instr.operands[0];
    Value* index = wrapped_index(instr.operands[1], field(tuple, "cg_tuple_length"), instr, true);
    return load_object(item_address(field(tuple, "cg_tuple_items"), index), Memory::TupleItem);
}

// Arrays and buffers may share a bytearray's memory.
llvm::Value* FunctionLowering::byte_address(const ir::Instr& instr) {
    const bool constant = instr.op == ir::Op::BytesItem;
    const ir::ValueId bytes = instr.operands[0];
    Value* length = field(bytes, constant ? "cg_bytes_length" : "cg_bytearray_length");
    Value* index = wrapped_index(instr.operands[1], length, instr, true);
    Value* items = field(bytes, constant ? "cg_bytes_items" : "cg_bytearray_items");
    return b_.CreateInBoundsGEP(module_.byte, items, index);
}

void FunctionLowering::lower_byte_item(const ir::Instr& instr) {
    Value* address = byte_address(instr);
    const Memory memory = instr.op == ir::Op::BytesItem ? Memory::Value : Memory::Element;
    define(instr, b_.CreateZExt(tagged(b_.CreateLoad(module_.byte, address), memory), module_.int64));
}

void FunctionLowering::lower_byte_set(const ir::Instr& instr) {
    Value* address = byte_address(instr);
    tagged(b_.CreateStore(b_.CreateTrunc(operand(instr, 2), module_.byte), address), Memory::Element);
}

void FunctionLowering::define_owned(const ir::Instr& instr, Value* object) {
    call_support("cg_retain", {object});
    define(instr, object);
}

// Where the list of the first operand has the item that the second names.
llvm::Value* FunctionLowering::item_place(const ir::Instr& instr) {
    const ir::ValueId list = instr.operands[0];
    Value* index = wrapped_index(instr.operands[1], field(list, "cg_list_length"), instr, true);
    return item_address(field(list, "cg_list_items"), index);
}

// ---- lists of plain numbers ---------------------------------------------------------------------------------

// As it lies in the list.
llvm::Value* FunctionLowering::number_stored(const ir::Instr& instr, size_t index) {
    return type(instr.operands[index]).rep == ir::Rep::Bit ? b_.CreateZExt(operand(instr, index), module_.byte)
                                                           : operand(instr, index);
}

void FunctionLowering::lower_numbers_result(const ir::Instr& instr) {
    const bool floats = instr.op == ir::Op::FloatsResult;
    Value* found = call_support(floats ? "cg_floats_result" : "cg_ints_result",
                                {operand(instr, 0), integer(instr.imm), out_place()});
    guard(as_bit(found), instr);
    define(instr, b_.CreateLoad(floats ? module_.float64 : module_.int64, out_place()));
}

void FunctionLowering::lower_number_set(const ir::Instr& instr) {
    Value* number = number_stored(instr, 2);
    if (block_frame_ != nullptr) return hold_back_store(instr, number);
    Value* place = element_address(instr, access_detail(instr));
    if (auto* carried = carried_by(instr)) carried->stored = number;
    tagged(b_.CreateStore(number, place), Memory::NumberItem);
}

// Where there is room it is a store.
void FunctionLowering::lower_number_append(const ir::Instr& instr) {
    if (module_.input().stress_guards) guard(b_.getTrue(), instr);  // while nothing is done yet
    Value* list = operand(instr, 0);
    Value* length = call_support("cg_list_length", {list});
    BasicBlock* room = new_block("room");
    BasicBlock* full = new_block("full");
    BasicBlock* go_on = new_block("appended");
    expect(b_.CreateICmpSLT(length, call_support("cg_list_room", {list})), room, full);
    b_.SetInsertPoint(room);
    Value* number = number_stored(instr, 1);
    Value* place = b_.CreateInBoundsGEP(number->getType(), call_support("cg_list_items", {list}), length);
    tagged(b_.CreateStore(number, place), Memory::NumberItem);
    call_support("cg_list_grown", {list});
    b_.CreateBr(go_on);
    b_.SetInsertPoint(full);
    guard(b_.CreateICmpSGE(call_helper(instr), integer(0)), instr);
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
    define(instr, integer(0));
}

// ---- stores of objects --------------------------------------------------------------------------------------

// The old item goes last, when the list is whole again.
void FunctionLowering::lower_list_set(const ir::Instr& instr) {
    Value* list = operand(instr, 0);
    Value* item = operand(instr, 2);
    Value* index = wrapped_index(instr.operands[1], call_support("cg_list_length", {list}), instr, true);
    Value* address = item_address(call_support("cg_list_items", {list}), index);
    Value* old = load_object(address, Memory::ListItem);
    const bool quiet = instr.op == ir::Op::ListSetQuiet;
    if (quiet && !ir::is_list_of_lists(type(instr.operands[0]).kind)) guard_silent_death(old, false, instr);
    call_support("cg_retain", {item});
    tagged(b_.CreateStore(item, address), Memory::ListItem);
    dispose_if_last(old, false, !quiet, &instr);
}

// Leaves where giving up a reference to the object may run Python code. Mostly it is not the last one.
void FunctionLowering::guard_silent_death(Value* object, bool nullable, const ir::Instr& instr) {
    BasicBlock* go_on = new_block("silent");
    if (nullable) {
        BasicBlock* present = new_block("present");
        b_.CreateCondBr(is_null(object), go_on, present);
        b_.SetInsertPoint(present);
    }
    BasicBlock* dies = new_block("dies");
    b_.CreateCondBr(as_bit(call_support("cg_is_only", {object})), dies, go_on);
    b_.SetInsertPoint(dies);
    Value* silent = b_.CreateCall(module_.callee("rt_ends_silently", module_.int32, {module_.pointer}), {object});
    guard(as_bit(silent), instr);
    b_.CreateBr(go_on);
    b_.SetInsertPoint(go_on);
}

llvm::Value* FunctionLowering::unpacked_item(const ir::Instr& instr) {
    Value* items = call_support("cg_tuple_items", {operand(instr, 0)});
    return load_object(item_address(items, integer(instr.imm)), Memory::TupleItem);
}

}  // namespace aipy::codegen
