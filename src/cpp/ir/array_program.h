// The program of an array.map: what is computed for each element, in postfix notation, as text:
//
//   "0 1 mul 2 as.f64 add finite"        operands 0, 1, 2 of the array.map behind its destination
//
// A number pushes that operand (an array's element, or a number), or one of a view of it: 0[1:-1,#3] (ir/array_view.h);
// another view of the same array is another operand. >[…], as the first word, says which view of the destination is
// filled. as.T converts the last value to the ElementType T as
// NumPy casts, =N keeps the last value by a number, $N pushes what was kept, the rest are rows of array_operations.def.
// Both operands of an operation have one ElementType. An operation or cast of floats with a ! behind it looks at its
// own operands and result: the loop notes where NumPy would warn of it, and where two different NaNs meet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/array_view.h"
#include "ir/type.h"

namespace aipy::ir {

enum class ArrayOperation : uint8_t {
#define ARRAY_OPERATION(name, text, operands) name,
#include "ir/array_operations.def"
#undef ARRAY_OPERATION
};
size_t operand_count(ArrayOperation operation);

// The second immediate of ops that reduce along an axis.
struct AxisImm {
    uint8_t axis = 0;
    bool keeps = false;                        // the axis is one of length 1 in the result
    ElementType element = ElementType::Other;  // of what is reduced

    int64_t pack() const { return axis | (int64_t{keeps} << 8) | (static_cast<int64_t>(element) << 16); }
    static AxisImm unpack(int64_t imm) {
        return {static_cast<uint8_t>(imm & 0xff), ((imm >> 8) & 1) != 0, static_cast<ElementType>(imm >> 16)};
    }
};

// The second immediate of array.ufunc and its like.
struct UfuncImm {
    ElementType element = ElementType::Other;
    bool reuses = false;        // nobody else has the first array: the result may lie where it does
    bool number_first = false;  // array.ufunc.number: the number is the first argument

    int64_t pack() const {
        return static_cast<int64_t>(element) | (int64_t{reuses} << 8) | (int64_t{number_first} << 9);
    }
    static UfuncImm unpack(int64_t imm) {
        return {static_cast<ElementType>(imm & 0xff), (imm >> 8 & 1) != 0, (imm >> 9 & 1) != 0};
    }
};

class ArrayProgram {
  public:
    struct Step {
        enum class Kind : uint8_t { Operand, Cast, Operation, Keep, Recall, Target };
        Kind kind;
        uint32_t operand = 0;                      // or the number of what is kept
        ElementType element = ElementType::Other;  // Cast
        ArrayOperation operation = ArrayOperation::Add;
        bool is_careful = false;
        ArrayView view = {};  // Operand, Target: of the array, empty: all of it
    };

    // A careful program's operations look themselves: what is not finite is not noted beside that.
    explicit ArrayProgram(bool is_careful = false) : is_careful_(is_careful) {}

    void push(uint32_t operand, const ArrayView& view = {});
    void set_target(const ArrayView& view);
    void cast(ElementType element);
    void apply(ArrayOperation operation);
    void keep(uint32_t number);
    void recall(uint32_t number);
    const std::string& text() const { return text_; }

    // Nothing where the text is no program.
    static std::optional<std::vector<Step>> parse(std::string_view text);

  private:
    void append(std::string_view word);
    std::string text_;
    bool is_careful_;
};

}  // namespace aipy::ir
