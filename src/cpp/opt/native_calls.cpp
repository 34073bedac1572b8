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
            const bool native = op == Op::Poll || op == Op::CallSelf || op == Op::CallNative;
            if (!native && info(op).runs_foreign_code()) return true;
        }
    return false;
}

// The callees that a function calls, by index.
std::vector<uint32_t> called_by(const Function& function) {
    std::vector<uint32_t> called;
    for (const Block& block : function.blocks)
        for (InstrId id : block.instrs)
            if (function.instr(id).op == Op::CallNative)
                called.push_back(static_cast<uint32_t>(function.instr(id).imm));
    return called;
}

bool calls(const Function& function, uint32_t index) {
    const std::vector<uint32_t> called = called_by(function);
    return std::ranges::find(called, index) != called.end();
}

}  // namespace

Fact NativeCallees::result(uint32_t index, const std::vector<Fact>& arguments) {
    auto passable = [](Fact fact) { return types::is_register_value(fact.kind) && !fact.nullable; };
    if (!std::ranges::all_of(arguments, passable)) return Fact::any();
    if (arguments.size() != request_->callees[index].generic->parameter_count) return Fact::any();
    Callee& callee = callees_[index];
    if (callee.in_progress) return Fact::any();
    if (!callee.tried) {
        for (Fact argument : arguments) {
            callee.kinds.push_back(argument.kind);
            callee.naturals.push_back(argument.nonneg);
        }
        specialise(index);
    }
    if (widen(callee, arguments) || callee.stale) make_anew(index);
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
    return widened;
}

void NativeCallees::make_anew(uint32_t index) {
    specialise(index);
    ++generation_;
    mark_callers(index);
}

void NativeCallees::mark_callers(uint32_t index) {
    for (uint32_t caller = 0; caller < callees_.size(); ++caller) {
        Callee& other = callees_[caller];
        if (other.result == nullptr || other.stale) continue;
        if (!calls(*other.result->function, index)) continue;
        other.stale = true;
        mark_callers(caller);
    }
}

void NativeCallees::specialise(uint32_t index) {
    Callee& callee = callees_[index];
    callee.tried = true;
    callee.stale = false;
    callee.result = nullptr;
    CompileRequest request = request_->callees[index];
    request.native_body = true;
    request.entry_types.clear();
    for (TypeKind kind : callee.kinds) request.entry_types.push_back(Type::boxed(kind));
    request.entry_naturals = callee.naturals;
    callee.in_progress = true;
    auto made = std::make_unique<CompileResult>(specialise_with(request, *this));
    callee.in_progress = false;
    if (!made->error.empty() || made->function->return_type.is_object() || runs_python(*made->function)) return;
    callee.result = std::move(made);
}

std::vector<std::unique_ptr<CompileResult>> NativeCallees::take_used(const Function& function) {
    std::vector<std::unique_ptr<CompileResult>> used(callees_.size());
    for (std::vector<uint32_t> work = called_by(function); !work.empty();) {
        const uint32_t index = work.back();
        work.pop_back();
        if (callees_[index].result == nullptr) continue;
        used[index] = std::move(callees_[index].result);
        for (uint32_t next : called_by(*used[index]->function)) work.push_back(next);
    }
    return used;
}

}  // namespace aipy::opt
