// Comparisons said the other way round.
#pragma once

#include "ir/op.h"
#include "support/check.h"

namespace aipy::ir {

// With the operands exchanged.
inline CompareOp mirrored(CompareOp compare) {
    switch (compare) {
        case CompareOp::Less: return CompareOp::Greater;
        case CompareOp::LessEqual: return CompareOp::GreaterEqual;
        case CompareOp::Greater: return CompareOp::Less;
        case CompareOp::GreaterEqual: return CompareOp::LessEqual;
        case CompareOp::Equal:
        case CompareOp::NotEqual: return compare;
    }
    AIPY_UNREACHABLE();
}

// What holds of ints where the comparison does not.
inline CompareOp negated(CompareOp compare) {
    switch (compare) {
        case CompareOp::Less: return CompareOp::GreaterEqual;
        case CompareOp::LessEqual: return CompareOp::Greater;
        case CompareOp::Equal: return CompareOp::NotEqual;
        case CompareOp::NotEqual: return CompareOp::Equal;
        case CompareOp::Greater: return CompareOp::LessEqual;
        case CompareOp::GreaterEqual: return CompareOp::Less;
    }
    AIPY_UNREACHABLE();
}

}  // namespace aipy::ir
