#include "opt/native_calls.h"

#include <algorithm>

namespace aipy::opt {

using namespace ir;
using types::Fact;

namespace {

bool is_silent_release(const Function& function, const Instr& instr) {
    return instr.op == Op::Release && !death_observable(function.value(instr.operands[0]).type.kind);
}

// What of it may run Python code; null where nothing does. The entry (blocks[0]) is for boxed arguments, which a native
// call does not have.
const Instr* foreign_op(const Function& function) {
    for (BlockId block = 1; block < function.blocks.size(); ++block)
        for (InstrId id : function.block(block).instrs) {
            const Instr& instr = function.instr(id);
            const bool native = instr.op == Op::Poll || instr.op == Op::CallSelf;
            if (!native && info(instr.op).runs_foreign_code() && !is_silent_release(function, instr)) return &instr;
        }
    return nullptr;
}

// Parameters, then the cells of free variables.
size_t entry_value_count(const Function& generic) {
    auto is_free = [](const Slot& slot) { return slot.kind == Slot::Kind::Free; };
    return generic.parameter_count + static_cast<size_t>(std::ranges::count_if(generic.slots, is_free));
}

bool is_object(TypeKind kind) { return !types::is_unboxable(kind); }

// What a callee knows of an argument without a guard.
Type passed_type(Fact argument) {
    switch (argument.kind) {
        case TypeKind::List:
        case TypeKind::Tuple:
        case TypeKind::Str:
        case TypeKind::Dict:
        case TypeKind::Cell:
        case TypeKind::Function:
        case TypeKind::Ints:
        case TypeKind::Floats:
        case TypeKind::IntLists:
        case TypeKind::FloatLists:
        case TypeKind::Bools:
        case TypeKind::BoolLists:
        case TypeKind::NDArray: return argument.boxed();
        default: return is_object(argument.kind) ? Type::any() : Type::boxed(argument.kind);
    }
}

bool fits_parameter(Fact argument, Type parameter) {
    if (is_native_list(argument.kind)) return parameter.kind == argument.kind && parameter.detail <= argument.detail;
    // It becomes one, or is refused when that is settled (fit_lists).
    if (is_native_list(parameter.kind)) return argument.is(TypeKind::List);
    if (parameter == Type::any()) return is_object(argument.kind);
    return passed_type(argument) == parameter || (parameter.kind == TypeKind::Word && argument.is_word());
}

// The callees that a function calls, by index.
std::vector<uint32_t> called_by(const Function& function) {
    std::vector<uint32_t> called;
    for (const Block& block : function.blocks)
        for (InstrId id : block.instrs)
            for (uint32_t body : called_bodies(function.instr(id))) called.push_back(body);
    return called;
}

bool calls(const Function& function, uint32_t index) {
    const std::vector<uint32_t> called = called_by(function);
    return std::ranges::find(called, index) != called.end();
}

}  // namespace

std::optional<Fact> NativeCallees::result(uint32_t index, const std::vector<Fact>& arguments, bool settled) {
    auto passable = [](Fact fact) { return !fact.nullable && !types::is_tagged(fact.kind); };
    if (!std::ranges::all_of(arguments, passable)) return std::nullopt;
    if (arguments.size() != entry_value_count(*request_->callees[index].generic)) return std::nullopt;
    Callee& callee = callees_[index];
    if (callee.in_progress) return std::nullopt;
    if (!callee.tried) {
        for (Fact argument : arguments) {
            callee.types.push_back(passed_type(argument));
            callee.naturals.push_back(argument.nonneg);
            callee.no_numbers.push_back(false);
        }
        specialise(index);
    }
    if (fit_lists(callee, arguments, settled)) {
        // What it was not native with may be otherwise now.
        for (size_t i = 0; i < arguments.size(); ++i)
            if (callee.types[i].kind == TypeKind::Word && arguments[i].is(TypeKind::Int))
                callee.types[i] = Type::boxed(TypeKind::Int);
        make_anew(index);
    }
    if (widen(callee, arguments) || callee.stale) make_anew(index);
    const bool fits = callee.result != nullptr && std::ranges::equal(arguments, callee.types, fits_parameter);
    if (!fits) return std::nullopt;
    if (returns_parts(index)) return Fact::of(TypeKind::Tuple);
    Fact returned = Fact::of(callee.result->function->return_type);
    returned.nonneg |= callee.result->returns_natural && returned.is(TypeKind::Int);
    return returned;
}

bool NativeCallees::may_take_numbers(uint32_t index, size_t parameter) const {
    const Callee& callee = callees_[index];
    if (!callee.tried) return true;
    if (callee.in_progress || callee.no_numbers[parameter]) return false;
    return callee.result != nullptr || !is_native_list(callee.types[parameter].kind);
}

Fact NativeCallees::parameter(uint32_t index, size_t parameter) const {
    return Fact::of(callees_[index].types[parameter]);
}

// A list of objects becomes one of numbers when such a list comes, and is one for good when another comes.
bool NativeCallees::fit_lists(Callee& callee, const std::vector<Fact>& arguments, bool settled) {
    bool changed = false;
    for (size_t i = 0; i < arguments.size(); ++i) {
        Type& type = callee.types[i];
        const Fact argument = arguments[i];
        const bool gives = is_native_list(argument.kind), takes = is_native_list(type.kind);
        const Type before = type;
        if (gives && takes && type.kind == argument.kind) {
            type.detail = std::min(type.detail, argument.detail);
        } else if (takes && (settled || !argument.is(TypeKind::List))) {
            callee.no_numbers[i] = true;
            type = Type::boxed(TypeKind::List);
        } else if (gives && type.kind == TypeKind::List && !callee.no_numbers[i]) {
            type = argument.boxed();
        }
        changed |= !(type == before);
    }
    return changed;
}

std::string NativeCallees::why_not(uint32_t index) const {
    const std::string& reason = callees_[index].reason;
    return reason.empty() ? reason : request_->callees[index].generic->name + ": " + reason;
}

bool NativeCallees::may_underflow(uint32_t index) const {
    const Callee& callee = callees_[index];
    return callee.result != nullptr && std::ranges::any_of(callee.result->function->instrs, [](const Instr& instr) {
               return instr.op == Op::GuardUnderflow;
           });
}

std::vector<Fact> NativeCallees::returned_parts(uint32_t index) const {
    std::vector<Fact> parts;
    for (const Type& type : body(index).returned_parts) parts.push_back(Fact::of(type.as_boxed()));
    for (size_t i = 0; i < parts.size(); ++i) parts[i].nonneg = callees_[index].result->natural_parts[i];
    return parts;
}

// Ints become words where one comes, and where the callee is not native with ints; naturals become ints; objects of
// several kinds any object.
bool NativeCallees::widen(Callee& callee, const std::vector<Fact>& arguments) {
    bool widened = false;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const bool wanted = arguments[i].kind == TypeKind::Word || (callee.result == nullptr && arguments[i].nonneg);
        const bool lists = is_native_list(callee.types[i].kind) || is_native_list(arguments[i].kind);
        const bool objects = is_object(callee.types[i].kind) && is_object(arguments[i].kind) && !lists;
        if (callee.types[i].kind == TypeKind::Int && wanted)
            callee.types[i] = Type::boxed(TypeKind::Word);
        else if (objects && !fits_parameter(arguments[i], callee.types[i]))
            callee.types[i] = Type::any();
        else
            continue;
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
    request.entry_types = callee.types;
    request.entry_naturals = callee.naturals;
    name_passed_functions(request);
    callee.in_progress = true;
    auto made = std::make_unique<CompileResult>(specialise_with(request, *this));
    while (!made->other_lists.empty()) {
        for (const auto& [parameter, list] : made->other_lists) {
            callee.types[parameter] = list.boxed();
            callee.no_numbers[parameter] = !is_native_list(list.kind);
        }
        request.entry_types = callee.types;
        made = std::make_unique<CompileResult>(specialise_with(request, *this));
    }
    callee.in_progress = false;
    if (!made->error.empty()) {
        callee.reason = made->error;
    } else if (const Instr* foreign = foreign_op(*made->function)) {
        callee.reason = "its line " + std::to_string(foreign->span.line) + " may run any code (" +
                        std::string(info(foreign->op).text) + ")";
    } else {
        callee.result = std::move(made);
    }
}

// The callee need not have seen the functions that it is passed.
void NativeCallees::name_passed_functions(CompileRequest& request) const {
    for (const Type& type : request.entry_types) {
        if (type.kind != TypeKind::Function || type.detail == 0) continue;
        if (std::ranges::find(request.functions, type.detail, &FunctionFact::number) != request.functions.end())
            continue;
        if (std::optional<FunctionFact> passed = find_function(type.detail)) request.functions.push_back(*passed);
    }
}

std::optional<FunctionFact> NativeCallees::find_function(uint32_t number) const {
    auto found_in = [number](const CompileRequest& request) -> std::optional<FunctionFact> {
        for (const FunctionFact& fact : request.functions)
            if (fact.number == number && fact.callee != no_id)
                return FunctionFact{.number = number, .callee = fact.callee, .cells = fact.cells, .is_passed = true};
        for (const GlobalFact& fact : request.globals)
            if (fact.type == Type::boxed(TypeKind::Function, number) && fact.callee != no_id)
                return FunctionFact{.number = number, .callee = fact.callee, .cells = fact.cells, .is_passed = true};
        return std::nullopt;
    };
    if (auto found = found_in(*request_)) return found;
    for (const CompileRequest& callee : request_->callees)
        if (auto found = found_in(callee)) return found;
    return std::nullopt;
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
