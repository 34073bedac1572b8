#include "opt/native_calls.h"

#include <algorithm>

namespace aipy::opt {

using namespace ir;
using types::Fact;

namespace {

// The entry (blocks[0]) is for boxed arguments, which a native call does not have.
bool runs_python(const Function& function) {
    for (BlockId block = 1; block < function.blocks.size(); ++block)
        for (InstrId id : function.block(block).instrs) {
            const Op op = function.instr(id).op;
            if (op != Op::Poll && op != Op::CallSelf && info(op).runs_foreign_code()) return true;
        }
    return false;
}

}  // namespace

Fact NativeCallees::result(uint32_t index, const std::vector<Fact>& arguments) {
    auto passable = [](Fact fact) { return types::is_register_value(fact.kind) && !fact.nullable; };
    if (!std::ranges::all_of(arguments, passable)) return Fact::any();
    if (arguments.size() != request_->callees[index].generic->parameter_count) return Fact::any();
    Callee& callee = callees_[index];
    if (!callee.tried) specialise(index, arguments);
    auto same_kind = [](Fact fact, TypeKind kind) { return fact.kind == kind; };
    bool fits = callee.result != nullptr && std::ranges::equal(arguments, callee.kinds, same_kind);
    return fits ? Fact::of(callee.result->function->return_type.kind) : Fact::any();
}

void NativeCallees::specialise(uint32_t index, const std::vector<Fact>& arguments) {
    Callee& callee = callees_[index];
    callee.tried = true;
    CompileRequest request = request_->callees[index];
    request.native_body = true;
    request.entry_types.clear();
    for (Fact argument : arguments) {
        request.entry_types.push_back(argument.boxed());
        callee.kinds.push_back(argument.kind);
    }
    auto made = std::make_unique<CompileResult>(opt::specialise(request));
    if (!made->error.empty() || made->function->return_type.is_object() || runs_python(*made->function)) return;
    callee.result = std::move(made);
}

std::vector<std::unique_ptr<CompileResult>> NativeCallees::take_used(const Function& function) {
    std::vector<std::unique_ptr<CompileResult>> used(callees_.size());
    for (const Block& block : function.blocks)
        for (InstrId id : block.instrs) {
            const Instr& instr = function.instr(id);
            if (instr.op != Op::CallNative) continue;
            auto index = static_cast<size_t>(instr.imm);
            if (callees_[index].result != nullptr) used[index] = std::move(callees_[index].result);
        }
    return used;
}

}  // namespace aipy::opt
