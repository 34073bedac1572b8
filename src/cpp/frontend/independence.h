// Loops over aipy.prange in the text of a function: which of them have iterations that surely depend on each other.
//
// Only what happens in every iteration, whatever the values are, counts: a variable that is read before it is set anew,
// and elements of one array at indices that meet. What hangs on a condition or an inner loop may never happen, and what
// only adds up (`s += x`, `m = max(m, x)`) can be put together from parts: neither is found here. What a found
// dependence still needs (two iterations that far apart, a real array) is looked at when the loop begins
// (rt_check_iterations).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "frontend/ast_reader.h"

namespace aipy::frontend {

struct Dependence {
    std::string lines;            // a clause that names both lines
    int64_t distance = 0;         // between the numbers of the two iterations; 0: any two
    Node array = {};              // the name of what both have an element of; none: of a variable
    std::vector<Node> indices{};  // names that count as indices only while they are ints
};

// `is_plain` tells whether a name is a local variable that no other function sees.
std::vector<Dependence> find_dependences(Node loop, const std::function<bool(PyObject*)>& is_plain);

}  // namespace aipy::frontend
