// Uses of lists that may hold plain numbers: those that native code has a form for.
#include <algorithm>

#include "opt/behind_handlers.h"
#include "opt/call_targets.h"
#include "opt/number_lists.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

// ---- uses -----------------------------------------------------------------------------------------------------

bool Inferrer::NumberLists::use_allowed(const Instr& instr, ValueId list) {
    if (std::ranges::count(instr.operands, list) != 1) return false;
    switch (instr.op) {
        case Op::Keep:
        case Op::CheckLocal:
        case Op::BranchNull:
        case Op::GuardType: return true;
        case Op::Return: return give_away(list);
        default: break;
    }
    if (instr.op == Op::BuildTuple && !taken_apart(instr)) return returned_at_once(instr) && give_away(list);
    if (i.failed(instr) || after_handler(instr)) return false;
    const bool present = !i.fact(list).nullable, is_first = instr.operands[0] == list;
    switch (instr.op) {
        case Op::BuildTuple:
        case Op::Is: return true;  // an object like any other
        case Op::BuildList: return present && is_made(instr.result);
        case Op::Truth: return present;
        case Op::Binary: return makes_of(instr, list);
        case Op::Subscript: return makes_of(instr, list) || (is_first && (takes_row(instr, list) || loads(instr)));
        case Op::StoreSubscript:
            if (!types::is_index(i.fact(instr.operands[1]).kind)) return false;
            return is_first ? stores(list, instr.operands[2]) : instr.operands[2] == list && is_item(instr, list);
        case Op::ListAppend: return is_first ? stores(list, instr.operands[1]) : is_item(instr, list);
        case Op::CallMethod: return calls_method(instr, list) || appends_it(instr, list) || passes(instr, list);
        case Op::CallLoaded: return appends_it(instr, list) || passes(instr, list);
        case Op::LoadMethod: return names_append(instr) && present && only_calls(instr, list);
        case Op::MethodSelf: return only_calls(instr, list);
        case Op::Call:
            if (makes_of(instr, list)) return true;
            if (const KnownCallable callee = callee_of(instr, i.out_); sums_up(callee)) {
                of(list).numbers_only |= callee != KnownCallable::Len;
                of(list).compared |= callee == KnownCallable::Min || callee == KnownCallable::Max;
                return present && instr.operands.size() == 2;
            }
            of(list).numbers_only |= chosen[instr.result];
            return (chosen[instr.result] && !steps_after_handler) || passes(instr, list);
        case Op::GetIter: return chosen[instr.result] && !steps_after_handler;
        default: return false;
    }
}

bool Inferrer::NumberLists::sums_up(KnownCallable callee) {
    return callee == KnownCallable::Len || callee == KnownCallable::Sum || callee == KnownCallable::Min ||
           callee == KnownCallable::Max;
}

bool Inferrer::NumberLists::loads(const Instr& instr) const {
    const Fact item = i.fact(instr.result);
    return types::is_index(i.fact(instr.operands[1]).kind) &&
           (item.is(TypeKind::Int) || item.is(TypeKind::Float) || item.is(TypeKind::Bool) || !item.known());
}

bool Inferrer::NumberLists::stores(ValueId list, ValueId item) {
    takes_value(list, item);
    return true;
}

// It becomes an item of the first operand.
bool Inferrer::NumberLists::is_item(const Instr& instr, ValueId list) const {
    return is_made(instr.operands[0]) && is_list(instr.operands[0]) && !i.fact(list).nullable;
}

bool Inferrer::NumberLists::calls_method(const Instr& call, ValueId list) {
    const std::optional<MethodCall> method = method_call(call, f);
    if (!method || method->operands[0] != list || i.fact(list).nullable) return false;
    if (i.out_.methods[call.result] != nullptr) return false;
    if (*method->name == "append" && method->operands.size() == 2) return stores(list, method->operands[1]);
    of(list).numbers_only = true;
    return *method->name == "pop" && method->operands.size() == 1;
}

// To another list.
bool Inferrer::NumberLists::appends_it(const Instr& call, ValueId list) {
    const std::optional<MethodCall> method = method_call(call, f);
    return method && i.out_.methods[call.result] == nullptr && *method->name == "append" &&
           method->operands.size() == 2 && method->operands[1] == list && is_made(method->operands[0]) &&
           is_list(method->operands[0]) && !i.fact(list).nullable;
}

// ---- native calls ---------------------------------------------------------------------------------------------

bool Inferrer::NumberLists::passes_to_itself(const Instr& call) const {
    const bool may_call = call.op == Op::Call || call.op == Op::CallMethod;
    return may_call && is_self_call(call, i.promoted_, i.out_);
}

// The body takes such a list, or may, as long as this is none yet.
bool Inferrer::NumberLists::passes(const Instr& call, ValueId list) {
    if (i.fact(list).nullable) return false;
    if (passes_to_itself(call)) {
        const std::vector<ValueId> passed = self_call_arguments(call);
        const auto at = std::ranges::find(passed, list) - passed.begin();
        return is_made(f.blocks[0].params[static_cast<size_t>(at)]);
    }
    const std::optional<NativeCall> native = native_call(call, f, i.out_);
    if (!native || native->callees.size() != 1) return false;
    const auto at = std::ranges::find(native->arguments, list);
    if (at == native->arguments.end()) return false;
    const bool constructs = native->class_version != 0;
    const size_t place = static_cast<size_t>(at - native->arguments.begin()) + (constructs ? 1 : 0);
    const uint32_t body = native->callees[0];
    if (!is_native_list(i.fact(list).kind)) return i.callees_.may_take_numbers(body, place);
    if (!i.out_.native[call.result] || !is_native_list(i.callees_.parameter(body, place).kind)) return false;
    holds(list, i.callees_.parameter(body, place));
    return true;
}

// Whether it is a list of objects from there on or one of numbers, its holder there decides alone.
bool Inferrer::NumberLists::give_away(ValueId list) {
    of(list).given_away = true;
    return true;
}

// ---- ways out -------------------------------------------------------------------------------------------------

// The tuple becomes a tuple with lists of objects: native code ends behind it.
bool Inferrer::NumberLists::returned_at_once(const Instr& tuple) const {
    const bool only_returned = std::ranges::all_of(i.uses_[tuple.result], [](const Use& use) {
        return use.param == no_id && (use.instr->op == Op::Return || use.instr->op == Op::Keep);
    });
    const auto ends_behind = [&](const Block& block) {
        const auto made = std::ranges::find(block.instrs, f.value(tuple.result).def);
        return made != block.instrs.end() && f.instr(block.instrs.back()).op == Op::Return &&
               std::all_of(made + 1, block.instrs.end() - 1, [&](InstrId id) { return f.instr(id).op == Op::Keep; });
    };
    return only_returned && std::ranges::any_of(f.blocks, ends_behind);
}

// Looked up before its argument is evaluated, and called with it at once.
bool Inferrer::NumberLists::names_append(const Instr& load) const {
    return f.constants[static_cast<size_t>(load.imm)].text == "append";
}

bool Inferrer::NumberLists::only_calls(const Instr& loaded, ValueId list) {
    return std::ranges::all_of(i.uses_[loaded.result], [&](const Use& use) {
        return use.param == no_id && (use.instr->op == Op::Keep || appends(*use.instr, list));
    });
}

bool Inferrer::NumberLists::appends(const Instr& call, ValueId list) {
    if (call.op != Op::CallLoaded || i.failed(call) || after_handler(call)) return false;
    const std::optional<MethodCall> method = method_call(call, f);
    return method && method->operands[0] == list && method->operands.size() == 2 && method->operands[1] != list &&
           stores(list, method->operands[1]);
}

// ---- handlers -------------------------------------------------------------------------------------------------

// A traceback may have shown the lists.
void Inferrer::NumberLists::look_behind_handlers() {
    after = behind_handlers(f);
    steps_after_handler = std::ranges::any_of(after, [](const Instr* instr) { return instr->op == Op::IterNext; });
}

bool Inferrer::NumberLists::after_handler(const Instr& instr) const { return after.contains(&instr); }

}  // namespace aipy::opt
