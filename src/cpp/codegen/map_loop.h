// The state of one loop nest over whole arrays while it is made (lower_array_maps.cpp, lower_array_reductions.cpp).
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "codegen/function_lowering.h"

namespace aipy::codegen {

// One of its arrays.
struct FunctionLowering::MapArray {
    Value* data = nullptr;        // of the row that is gone through; null: a number
    ir::ArrayDetail detail = {};  // of the view of it that is looked at
    ir::ElementType element = ir::ElementType::Other;
    bool is_contiguous = true;                           // and has all axes
    bool is_view = false;                                // its strides are not known
    bool has_steps = false;                              // elements of a row do not lie side by side
    bool is_fixed = false;                               // one element stands beside all of a row
    uint8_t stretched = 0;                               // axes, a bit each, along which it is the same
    std::vector<Value*> lengths = {}, own_strides = {};  // by its own axis
    std::vector<Value*> strides = {};                    // in bytes, of a nest
};

// An element is as it lies in memory; a bool is a byte.
struct FunctionLowering::MapLoop {
    using Array = MapArray;
    std::vector<ir::ArrayProgram::Step> program;
    size_t first = 1;                            // operand of the instruction that is the program's first
    bool has_axes = false;                       // the axes are gone through one by one, however the arrays lie
    std::vector<Array> arrays = {};              // by operand
    std::map<size_t, ir::ArrayView> views = {};  // by operand of the instruction
    std::vector<Value*> lengths = {};            // by axis; one axis where all arrays are contiguous
    Value* index = nullptr;                      // of the iteration over the last axis
    std::map<uint32_t, Value*> loaded = {};      // by operand
    std::vector<Value*> numbers = {};            // by operand, in a careful program: not known to LLVM
    // The sign bit is set where something was not finite; of floats of 32 bits, and of others.
    llvm::AllocaInst* not_finite[2] = {};
    bool stores = true;
    llvm::MDNode* accesses = nullptr;
    // Of a reduction: what becomes of the elements, and of what type they are.
    ir::ArrayOperation reduction = ir::ArrayOperation::Sum;
    ir::ElementType element = ir::ElementType::Other;

    const ir::ArrayView& view_of(size_t i) const {
        static const ir::ArrayView all;
        const auto found = views.find(i);
        return found == views.end() ? all : found->second;
    }
    bool is_flat() const { return std::ranges::all_of(arrays, &Array::is_contiguous); }
    bool is_careful() const { return std::ranges::any_of(program, &ir::ArrayProgram::Step::is_careful); }
    // Whether some operation notes what it meets, so that all elements must be gone through.
    bool looks_at_elements() const {
        using ir::ArrayOperation;
        return std::ranges::any_of(program, [](const ir::ArrayProgram::Step& step) {
            return step.is_careful || step.operation == ArrayOperation::Finite ||
                   step.operation == ArrayOperation::Minimum || step.operation == ArrayOperation::Maximum ||
                   step.operation == ArrayOperation::Clip;
        });
    }
    bool is_least() const {
        return reduction == ir::ArrayOperation::Least || reduction == ir::ArrayOperation::ArgLeast;
    }
};

inline int64_t size_of(ir::ElementType element) { return ir::traits_of(element).size(); }

}  // namespace aipy::codegen
