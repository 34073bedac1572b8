// What all of one compilation's lowering shares: the LLVM module, the symbols generated code names, and metadata.
#pragma once

#include <llvm/IR/DerivedTypes.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "codegen/api.h"

namespace aipy::codegen {

// Kinds of memory that never overlap, for alias analysis (see runtime/codegen_support.def). Valid: the version's
// flag. Objects: the tables of constants. ListItem, TupleItem, Attribute, Shape, Element: what items, tuples and
// instances hold, and what dims and strides, and array pointers point to.
enum class Memory : uint8_t {
    None,
    Count,
    Type,
    Value,
    List,
    Dict,
    Instance,
    Function,
    Array,
    Out,
    Frame,
    Depth,
    Scratch,
    Valid,
    Objects,
    ListItem,
    TupleItem,
    Attribute,
    Shape,
    Element,
    NumberItem
};

// A row of runtime/codegen_support.def.
struct Support {
    std::string_view name;
    std::string_view signature;
    bool is_inline;
    Memory memory;
};
// The row of that name, or null.
const Support* find_support(std::string_view name);

// What is known of a loaded length: it is not negative.
llvm::MDNode* make_length_range(llvm::LLVMContext& context);

class ModuleContext {
  public:
    ModuleContext(llvm::Module& module, const CompileInput& input);

    llvm::Module& module() { return module_; }
    llvm::LLVMContext& context() { return module_.getContext(); }
    const CompileInput& input() const { return input_; }
    const ir::Function& function() const { return *input_.function; }
    bool is_callee() const { return !input_.data_suffix.empty(); }

    llvm::Type* type_of(ir::Rep rep) const;
    llvm::Type* type_of_letter(char letter) const;

    // An external function or object, declared at first use. Functions never unwind.
    llvm::FunctionCallee callee(std::string_view name, llvm::Type* result, llvm::ArrayRef<llvm::Type*> parameters);
    // The same, with variable arguments behind the parameters.
    llvm::FunctionCallee variadic_callee(std::string_view name, llvm::Type* result,
                                         llvm::ArrayRef<llvm::Type*> parameters);
    // A function of codegen_support.def.
    llvm::FunctionCallee support(std::string_view name);
    llvm::Constant* data(std::string_view name);
    // An i64 that is another number in each process.
    llvm::Constant* process_number(int64_t number);
    // The bodies that call.native calls, by index.
    std::vector<llvm::Function*> bodies;
    struct BodyFacts {
        ir::Rep result = ir::Rep::None;
        bool changes_headers = false;  // lists and the like may have another length behind it
    };
    std::vector<BodyFacts> body_facts;

    // Of a body: who calls it has found that NumPy ignores underflow.
    bool underflow_is_ignored = false;
    // A body that a part of a parallel loop calls: where it would leave or poll, it gives up, and the call is done
    // again.
    bool gives_up = false;

    llvm::MDNode* alias_tag(Memory memory) const;
    // Branch weights that say: nearly always the first (second) way.
    llvm::MDNode* likely() const { return likely_; }
    llvm::MDNode* unlikely() const { return unlikely_; }
    llvm::MDNode* length_range() const { return make_length_range(module_.getContext()); }

    // The first thing that could not be lowered; empty when all was.
    const std::string& error() const { return error_; }
    void fail(std::string why) {
        if (error_.empty()) error_ = std::move(why);
    }

    llvm::Type* const void_type;
    llvm::PointerType* const pointer;
    llvm::IntegerType* const bit;
    llvm::IntegerType* const byte;
    llvm::IntegerType* const int32;
    llvm::IntegerType* const int64;
    llvm::Type* const float64;

  private:
    llvm::Module& module_;
    const CompileInput& input_;
    llvm::MDNode* likely_;
    llvm::MDNode* unlikely_;
    std::string error_;
};

// The alias tag that marks accesses to one kind of memory, in any module of `context`.
llvm::MDNode* make_alias_tag(llvm::LLVMContext& context, Memory memory);

}  // namespace aipy::codegen
