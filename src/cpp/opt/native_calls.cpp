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
    if (!callee.tried) {
        for (Fact argument : arguments) {
            callee.kinds.push_back(argument.kind);
            callee.naturals.push_back(argument.nonneg);
        }
        specialise(index);
    }
    if (widen(callee, arguments)) specialise(index);
    auto fit = [](Fact fact, TypeKind kind) { return fact.kind == kind || (kind == TypeKind::Word && fact.is_word()); };
    bool fits = callee.result != nullptr && std::ranges::equal(arguments, callee.kinds, fit);
    return fits ? Fact::of(callee.result->function->return_type.kind) : Fact::any();
}

// Ints become words where one comes, and where the callee is not native with ints; naturals become ints.
bool NativeCallees::widen(Callee& callee, const std::vector<Fact>& arguments) {
    bool widened = false;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const bool wanted = arguments[i].kind == TypeKind::Word || (callee.result == nullptr && arguments[i].nonneg);
        if (callee.kinds[i] != TypeKind::Int || !wanted) continue;
        callee.kinds[i] = TypeKind::Word;
        widened = true;
    }
    for (size_t i = 0; i < arguments.size(); ++i) {
        if (!callee.naturals[i] || arguments[i].nonneg) continue;
        callee.naturals[i] = false;
        widened = true;
    }
    widened_ |= widened;
    return widened;
}

void NativeCallees::specialise(uint32_t index) {
    Callee& callee = callees_[index];
    callee.tried = true;
    callee.result = nullptr;
    CompileRequest request = request_->callees[index];
    request.native_body = true;
    request.entry_types.clear();
    for (TypeKind kind : callee.kinds) request.entry_types.push_back(Type::boxed(kind));
    request.entry_naturals = callee.naturals;
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
