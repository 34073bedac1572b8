#include "codegen/module_context.h"

#include <llvm/IR/MDBuilder.h>

#include <iterator>

#include "codegen/process_numbers.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

constexpr bool Inline = true, Call = false;

constexpr Support support_table[] = {
#define SUPPORT(name, signature, how, memory) {#name, signature, how, Memory::memory},
#include "runtime/codegen_support.def"
#undef SUPPORT
};

// What LLVM may assume of calls of a support function.
llvm::MemoryEffects memory_effects(const Support& row) {
    using llvm::MemoryEffects;
    switch (row.memory) {
        case Memory::None: return MemoryEffects::none();
        case Memory::Count:
        case Memory::Out: return MemoryEffects::argMemOnly();
        case Memory::Scratch: return MemoryEffects::argMemOnly();
        case Memory::Element: return MemoryEffects::argMemOnly(llvm::ModRefInfo::Ref);
        case Memory::Frame: return MemoryEffects::unknown();
        case Memory::Type:
        case Memory::Value:
        case Memory::List:
        case Memory::Dict:
        case Memory::Instance:
        case Memory::Function:
        case Memory::Depth:
        case Memory::Array: return MemoryEffects::readOnly();
        case Memory::Valid:
        case Memory::Objects:
        case Memory::ListItem:
        case Memory::TupleItem:
        case Memory::Attribute:
        case Memory::Shape:
        case Memory::NumberItem: break;
    }
    AIPY_UNREACHABLE();
}

void describe(llvm::Function& function, const Support& row) {
    function.setMemoryEffects(memory_effects(row));
    function.addFnAttr(llvm::Attribute::WillReturn);
    if (row.memory != Memory::Out) return;
    for (unsigned i = 0; i < function.arg_size(); ++i) {
        if (row.signature[i] == 'o') function.addParamAttr(i, llvm::Attribute::ReadOnly);
        if (row.signature[i] == 'p') function.addParamAttr(i, llvm::Attribute::WriteOnly);
    }
}

}  // namespace

const Support* find_support(std::string_view name) {
    for (const Support& row : support_table) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

ModuleContext::ModuleContext(llvm::Module& module, const CompileInput& input)
    : void_type(llvm::Type::getVoidTy(module.getContext())),
      pointer(llvm::PointerType::getUnqual(module.getContext())),
      bit(llvm::Type::getInt1Ty(module.getContext())),
      byte(llvm::Type::getInt8Ty(module.getContext())),
      int32(llvm::Type::getInt32Ty(module.getContext())),
      int64(llvm::Type::getInt64Ty(module.getContext())),
      float64(llvm::Type::getDoubleTy(module.getContext())),
      module_(module),
      input_(input) {
    llvm::MDBuilder builder(module.getContext());
    likely_ = builder.createBranchWeights((1U << 20) - 1, 1);
    unlikely_ = builder.createBranchWeights(1, (1U << 20) - 1);
}

llvm::Type* ModuleContext::type_of(ir::Rep rep) const {
    switch (rep) {
        case ir::Rep::None: return void_type;
        case ir::Rep::Object: return pointer;
        case ir::Rep::I64: return int64;
        case ir::Rep::F64: return float64;
        case ir::Rep::Bit: return bit;
    }
    AIPY_UNREACHABLE();
}

llvm::Type* ModuleContext::type_of_letter(char letter) const {
    switch (letter) {
        case 'i': return int64;
        case 'f': return float64;
        case 'b': return int32;
        default: return pointer;
    }
}

llvm::FunctionCallee ModuleContext::callee(std::string_view name, llvm::Type* result,
                                           llvm::ArrayRef<llvm::Type*> parameters) {
    llvm::FunctionCallee callee = module_.getOrInsertFunction(name, llvm::FunctionType::get(result, parameters, false));
    llvm::cast<llvm::Function>(callee.getCallee())->setDoesNotThrow();
    return callee;
}

llvm::FunctionCallee ModuleContext::variadic_callee(std::string_view name, llvm::Type* result,
                                                    llvm::ArrayRef<llvm::Type*> parameters) {
    llvm::FunctionCallee callee = module_.getOrInsertFunction(name, llvm::FunctionType::get(result, parameters, true));
    llvm::cast<llvm::Function>(callee.getCallee())->setDoesNotThrow();
    return callee;
}

llvm::FunctionCallee ModuleContext::support(std::string_view name) {
    if (llvm::Function* known = module_.getFunction(name)) return known;
    const Support* row = find_support(name);
    AIPY_CHECK(row != nullptr, "every support function has a row in codegen_support.def");
    const std::string_view operands = row->signature.substr(0, row->signature.find('>'));
    llvm::SmallVector<llvm::Type*, 4> parameters;
    for (char letter : operands) parameters.push_back(type_of_letter(letter));
    const char result = row->signature.back();
    llvm::FunctionCallee made = callee(name, result == '-' ? void_type : type_of_letter(result), parameters);
    describe(*llvm::cast<llvm::Function>(made.getCallee()), *row);
    return made;
}

llvm::Constant* ModuleContext::data(std::string_view name) {
    const bool own = name.starts_with("aipy_");
    return module_.getOrInsertGlobal(own ? std::string(name) + input_.data_suffix : std::string(name), byte);
}

llvm::Constant* ModuleContext::process_number(int64_t number) {
    if (ProcessNumbers::fits(number)) return ProcessNumbers::symbol_for(module_, number);
    return llvm::ConstantInt::get(int64, static_cast<uint64_t>(number));
}

llvm::MDNode* ModuleContext::alias_tag(Memory memory) const { return make_alias_tag(module_.getContext(), memory); }

llvm::MDNode* make_length_range(llvm::LLVMContext& context) {
    return llvm::MDBuilder(context).createRange(llvm::APInt(64, 0), llvm::APInt::getSignedMinValue(64));
}

llvm::MDNode* make_alias_tag(llvm::LLVMContext& context, Memory memory) {
    static constexpr const char* names[] = {
        "none",     "count",     "type",       "value",     "list",  "dict",    "instance",
        "function", "array",     "out",        "frame",     "depth", "scratch", "valid",
        "objects",  "list item", "tuple item", "attribute", "shape", "element", "number item"};
    static_assert(std::size(names) == static_cast<size_t>(Memory::NumberItem) + 1, "one name for each kind of memory");
    llvm::MDBuilder builder(context);
    llvm::MDNode* root = builder.createTBAARoot("aipy");
    llvm::MDNode* node = builder.createTBAAScalarTypeNode(names[static_cast<size_t>(memory)], root);
    return builder.createTBAAStructTagNode(node, node, 0);
}

}  // namespace aipy::codegen
