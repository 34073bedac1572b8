// Calls that reduce whole arrays (x.sum(), np.max(x, axis=1)): which of them have a native form, and of what elements.
//
//   %3 = binary multiply %0, %1                %3 exists only as its parts
//   %4 = call.method "sum", none, %3   becomes %4: np.float64:f64 = array.reduce "0 1 mul sum", f64, %0, %0, %1
//
// Along an axis the result is an array: array.new.reduced, then array.fold. Variances are two means.
#pragma once

#include <optional>

#include "ir/array_program.h"
#include "ir/function.h"
#include "opt/infer.h"

namespace aipy::opt {

struct ArrayReductionForm {
    ir::ArrayOperation operation;
    ir::ValueId array;                           // promoted
    ir::ElementType computed;                    // elements are brought to it
    ir::ElementType made;                        // of the result
    uint8_t rank = 0;                            // of the array
    uint8_t units = 0;                           // of the array (ArrayDetail)
    std::optional<uint8_t> axis = std::nullopt;  // nothing: all elements
    bool keeps_axis = false;
    bool deviates = false;  // the mean of squares of what the elements differ from their mean
    bool has_root = false;  // the square root of that
    int64_t freedom = 0;    // what their number is made less by before (ddof)
    bool may_underflow() const {
        return ir::is_float(made) &&
               (deviates || operation == ir::ArrayOperation::Mean || operation == ir::ArrayOperation::Product);
    }
    // What is not finite in an element need not show in the result.
    bool hides_elements() const;
    types::Fact fact() const;
};

// The form of a call on values of which these facts are known, whether or not its typed form has failed.
std::optional<ArrayReductionForm> array_reduction(const ir::Function& promoted, const ir::Instr& instr,
                                                  const Inference& inference);

}  // namespace aipy::opt
