// Compiles IR text and runs it without Python: objects are `Thing`s, and the runtime's functions that generated code
// calls are stand-ins that work on them and write down what happened.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codegen/api.h"

namespace aipy::codegen::testing {

struct Thing {
    int64_t count = 1;
    const void* type = nullptr;  // address of the Symbols member that stands for the type
    int64_t integer = 0;
    double number = 0;
    std::vector<Thing*> items;  // of lists and tuples
    char* data = nullptr;       // of arrays
    std::vector<int64_t> dims;
    std::vector<int64_t> strides;
};

// One exit that generated code took.
struct ExitSeen {
    std::string kind;  // leave, boxed, unwind, traceback
    uint32_t state = 0;
    uint32_t reason = 0;
    std::vector<uint64_t> cells;
};

// What the stand-ins work on; one at a time, reset by each Compiled.
struct World {
    char none = 0, true_object = 0, false_object = 0;
    char int_type = 0, float_type = 0, list_type = 0, array_type = 0;
    uint8_t version[16] = {1};
    uint8_t stress[64] = {};
    uint8_t poll_flags = 0;
    int64_t polls = 0;
    int64_t depth = 1000;
    Thing* objects[8] = {};
    Thing* leave_result = nullptr;  // what the interpreter gives after an exit; null: an error
    bool error_set = false;
    bool invalidate = false;  // foreign code makes the version invalid
    bool fail_call = false;   // foreign code raises
    std::vector<ExitSeen> exits;
    std::vector<Thing*> disposed;
    const ir::Function* function = nullptr;
};
World& world();

class Compiled {
  public:
    explicit Compiled(const std::string& text, CompileInput options = {});
    ~Compiled();
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;

    const CompileOutput& output() const { return output_; }
    const ir::Function& function() const { return function_; }
    Thing* run(std::vector<Thing*> arguments);

  private:
    ir::Function function_;
    CompileOutput output_;
};

Thing* make_int(int64_t value);
Thing* make_float(double value);
Thing* make_list(std::vector<Thing*> items);
Thing* make_array(char* data, std::vector<int64_t> dims, std::vector<int64_t> strides);
CodegenApi& api();
ir::Function parse(const std::string& text);
void* resolve(void* user, const char* name);

// A function of two numbers around one op: `signature` is "ii>i", "ff>b" and so on.
std::string one_op(const std::string& op, const std::string& signature);
// The value of one op, or nothing when it left.
std::optional<int64_t> integer_op(const std::string& op, int64_t left, int64_t right);
std::optional<double> float_op(const std::string& op, double left, double right);

}  // namespace aipy::codegen::testing
