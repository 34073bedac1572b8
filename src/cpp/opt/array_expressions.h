// Operations on whole arrays, element by element: which of them have a native form, and of what elements.
//
//   %3 = binary multiply %0, %1                %3 exists only as its parts: nothing is made here
//   %4 = binary add %3, %2          becomes    %4 = array.new f64, %0
//                                              array.map "0 1 mul 2 add finite", %4, %0, %1, %2
//
// An operation whose only use is another one of them in the same block, with nothing in between that could change
// anything, is computed where the last one of the chain is: in one loop, without an array for it. Where something is
// not as it was found (shapes differ, NumPy would warn), native code leaves to the frame state before the *first*
// operation of the chain, and NumPy does the whole chain again.
//
// NumPy warns of floats by flags that an operation sets only where its result is not finite (or, of comparisons and the
// like, whose operand is not): "finite" in a program notes such a value. It need not be asked of what can only come out
// of another one as something that is not finite either.
#pragma once

#include <optional>
#include <vector>

#include "ir/array_program.h"
#include "ir/function.h"
#include "opt/infer.h"

namespace aipy::opt {

struct ArrayOperationForm {
    ir::ArrayOperation operation;
    ir::ElementType computed;  // both operands are brought to it
    ir::ElementType made;      // elements of the result
    uint8_t rank = 0;
    uint8_t units = 0;             // ArrayDetail's, of the result
    bool hides_operands = false;   // what is not finite in an operand need not show in the result
    bool hides_second = false;     // the same of the second operand alone
    ir::ValueId into = ir::no_id;  // promoted: the array there is that takes the result; no_id: a new one
    bool reads_into = false;       // it is an operand, too
    bool is_copy = false;          // the elements are those of the operand
    bool is_difference = false;    // of each element and the one before it along the last axis, of one operand
    bool is_float() const { return ir::is_float(computed); }
    // Whether it is an operation that NumPy may warn of, on floats, and makes floats.
    bool may_warn() const { return is_float() && made == computed && !is_copy; }
    // What the operand of that index is brought to.
    ir::ElementType taken(size_t index) const {
        return operation == ir::ArrayOperation::Where && index == 0 ? ir::ElementType::Bool : computed;
    }
    types::Fact fact() const;
};

// The operands of such an operation: those of a call come behind what is called.
std::vector<ir::ValueId> array_operands(const ir::Instr& instr, const Inference& inference);
// The axes of a subscript's result that have the length 1 because None is in its key (ArrayDetail::units).
uint8_t new_axes(const ir::Function& promoted, const ir::Instr& instr, const std::vector<types::Fact>& facts);
// Whether a subscript of an array makes a view of it without running Python code.
bool makes_view(const ir::Function& promoted, const ir::Instr& instr, const Inference& inference);
// A call of one of NumPy's ufuncs (ir/numpy_ufuncs.def), or of one of two floats (ir/numpy_pair_ufuncs.def), that
// NumPy's own loop computes.
struct ArrayUfuncForm {
    int64_t ufunc;      // row
    ir::ValueId array;  // promoted
    ir::ElementType element;
    uint8_t rank, units;
    ir::ValueId second = ir::no_id;  // of two: the other array, or a number
    bool is_number_first = false;
    types::Fact fact() const;
};
std::optional<ArrayUfuncForm> array_ufunc(const ir::Function& promoted, const ir::Instr& instr,
                                          const Inference& inference);

// Whether a number is stored wherever an array of truths says so: `a[a < 0.0] = 0.0`.
bool stores_where(const ir::Instr& instr, const Inference& inference);

// The form of an instruction on values of which these facts are known, whether or not its typed form has failed.
std::optional<ArrayOperationForm> array_operation(const ir::Function& promoted, const ir::Instr& instr,
                                                  const Inference& inference);

}  // namespace aipy::opt
