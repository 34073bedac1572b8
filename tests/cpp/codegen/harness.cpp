#include "harness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdarg>
#include <cstring>
#include <map>

#include "ir/parse.h"
#include "ir/verify.h"

namespace aipy::codegen::testing {

namespace {

bool is_bool(const void* object) { return object == &world().true_object || object == &world().false_object; }

extern "C" {

void stub_retain(Thing* thing) {
    if (thing != nullptr && !is_bool(thing) && static_cast<void*>(thing) != &world().none) ++thing->count;
}
int stub_drop(Thing* thing) {
    if (thing == nullptr || is_bool(thing) || static_cast<void*>(thing) == &world().none) return 0;
    return --thing->count == 0;
}
void stub_dealloc(Thing* thing) {
    world().disposed.push_back(thing);
    if (world().invalidate) world().version[0] = 0;
}
const void* stub_type(Thing* thing) { return thing->type; }
int stub_is_compact(Thing* thing) { return std::abs(thing->integer) < (1 << 30); }
int stub_is_short(Thing* thing) { return std::abs(thing->integer) < (int64_t{1} << 60); }
int64_t stub_integer(Thing* thing) { return thing->integer; }
int stub_wide(Thing* thing, int64_t* value) {
    *value = thing->integer;
    return std::isnan(thing->number) ? 0 : 1;  // number NaN marks an int of more than 64 bits
}
double stub_number(Thing* thing) { return thing->number; }
int64_t stub_length(Thing* thing) { return static_cast<int64_t>(thing->items.size()); }
Thing** stub_items(Thing* thing) { return thing->items.data(); }
int stub_array_matches(Thing*, int64_t) { return 1; }
char* stub_data(Thing* thing) { return thing->data; }
int64_t* stub_dims(Thing* thing) { return thing->dims.data(); }
int64_t* stub_strides(Thing* thing) { return thing->strides.data(); }
int stub_range_part(Thing* thing, int64_t part, int64_t* value) {
    *value = thing->dims[static_cast<size_t>(part)];
    return 1;
}
int stub_int_pow(int64_t base, int64_t exponent, int64_t* result) {
    if (exponent < 0) return 0;
    for (*result = 1; exponent-- > 0;) {
        if (__builtin_mul_overflow(*result, base, result)) return 0;
    }
    return 1;
}
double stub_float_mod(double a, double b) { return a - b * std::floor(a / b); }
double stub_float_pow(double a, double b) { return std::pow(a, b); }
char* stub_cache(char* caches, int64_t index) { return caches + index * 64; }

void* stub_counted(Thing* thing) { return thing; }  // True and False are not counted here
void* stub_box_i64(int64_t value) { return make_int(value); }
void* stub_box_f64(double value) { return make_float(value); }
void* stub_call(Thing* const*, int64_t, Thing*, void*) { return nullptr; }
// The foreign op of these tests: a number's successor, which may raise or make the version invalid.
void* stub_unary(Thing* thing, int64_t) {
    if (world().invalidate) world().version[0] = 0;
    if (!world().fail_call) return make_int(thing->integer + 1);
    world().error_set = true;
    return nullptr;
}
int stub_poll() {
    ++world().polls;
    world().poll_flags = 0;
    if (world().invalidate) world().version[0] = 0;
    return world().fail_call ? -1 : 0;
}
uint8_t* stub_poll_flags() { return &world().poll_flags; }
int64_t stub_depth() { return world().depth; }
void stub_set_depth(int64_t) {}
int stub_recursion_error() {
    world().error_set = true;
    return -1;
}
void* stub_take_exception() {
    world().error_set = false;
    return make_int(-1);
}
void* stub_error_occurred() { return world().error_set ? &world() : nullptr; }

void note_exit(const char* kind, uint32_t state, std::va_list arguments, uint32_t reason) {
    std::vector<uint64_t> cells(ir::state_layout(world().function->frame_states[state]).size());
    for (uint64_t& cell : cells) cell = va_arg(arguments, uint64_t);
    va_end(arguments);
    world().exits.push_back({kind, state, reason, std::move(cells)});
}
void* stub_leave(void*, uint32_t state, uint32_t reason, ...) {
    std::va_list cells;
    va_start(cells, reason);
    note_exit("leave", state, cells, reason);
    return world().leave_result;
}
void* stub_leave_boxed(void*, uint32_t state, void* result, ...) {
    std::va_list cells;
    va_start(cells, result);
    note_exit("boxed", state, cells, 0);
    return result;
}
void* stub_unwind(void*, uint32_t state, ...) {
    std::va_list cells;
    va_start(cells, state);
    note_exit("unwind", state, cells, 0);
    return nullptr;
}
void stub_traceback(void*, uint32_t state, ...) {
    std::va_list cells;
    va_start(cells, state);
    note_exit("traceback", state, cells, 0);
}

}  // extern "C"

template <typename F>
void* address(F* function) {
    return reinterpret_cast<void*>(function);
}

std::map<std::string, void*> make_symbols() {
    World& w = world();
    return {
        {"cg_retain", address(stub_retain)},
        {"cg_retain_nullable", address(stub_retain)},
        {"cg_counted", address(stub_counted)},
        {"cg_drop", address(stub_drop)},
        {"cg_drop_nullable", address(stub_drop)},
        {"_Py_Dealloc", address(stub_dealloc)},
        {"cg_type", address(stub_type)},
        {"cg_is_compact", address(stub_is_compact)},
        {"cg_compact_value", address(stub_integer)},
        {"cg_is_short", address(stub_is_short)},
        {"cg_short_value", address(stub_integer)},
        {"cg_wide_value", address(stub_wide)},
        {"cg_float_value", address(stub_number)},
        {"cg_list_length", address(stub_length)},
        {"cg_list_items", address(stub_items)},
        {"cg_tuple_length", address(stub_length)},
        {"cg_tuple_items", address(stub_items)},
        {"cg_array_matches", address(stub_array_matches)},
        {"cg_array_data", address(stub_data)},
        {"cg_array_dims", address(stub_dims)},
        {"cg_array_strides", address(stub_strides)},
        {"cg_range_part", address(stub_range_part)},
        {"cg_int_pow", address(stub_int_pow)},
        {"cg_float_mod", address(stub_float_mod)},
        {"cg_float_pow", address(stub_float_pow)},
        {"cg_cache", address(stub_cache)},
        {"rt_box_i64", address(stub_box_i64)},
        {"rt_box_f64", address(stub_box_f64)},
        {"rt_call", address(stub_call)},
        {"rt_unary", address(stub_unary)},
        {"rt_poll", address(stub_poll)},
        {"rt_poll_flags", address(stub_poll_flags)},
        {"rt_depth", address(stub_depth)},
        {"rt_set_depth", address(stub_set_depth)},
        {"rt_recursion_error", address(stub_recursion_error)},
        {"rt_take_exception", address(stub_take_exception)},
        {"PyErr_Occurred", address(stub_error_occurred)},
        {"aipy_leave", address(stub_leave)},
        {"aipy_leave_boxed", address(stub_leave_boxed)},
        {"aipy_unwind", address(stub_unwind)},
        {"aipy_traceback", address(stub_traceback)},
        {"aipy_version", w.version},
        {"aipy_valid", w.version},
        {"aipy_stress", w.stress},
        {"aipy_objects", w.objects},
        {"aipy_context", &w},
        {"aipy_caches", &w},
        {"_Py_NoneStruct", &w.none},
        {"_Py_TrueStruct", &w.true_object},
        {"_Py_FalseStruct", &w.false_object},
        {"PyLong_Type", &w.int_type},
        {"PyFloat_Type", &w.float_type},
        {"PyList_Type", &w.list_type},
        {"PyArray_Type", &w.array_type},
    };
}

}  // namespace

World& world() {
    static World instance;
    return instance;
}

void* resolve(void*, const char* name) {
    static const std::map<std::string, void*> symbols = make_symbols();
    auto found = symbols.find(name);
    return found == symbols.end() ? nullptr : found->second;
}

const CacheSettings no_cache;

CodegenApi& api() { return *aipy_codegen_open(nullptr, &no_cache); }

ir::Function parse(const std::string& text) {
    std::string error;
    std::optional<ir::Function> function = ir::parse(text, error);
    EXPECT_TRUE(function) << error << "\n" << text;
    return function ? *function : ir::Function{};
}

Compiled::Compiled(const std::string& text, CompileInput options) : function_(parse(text)) {
    world() = World{};
    world().function = &function_;
    options.function = &function_;
    options.resolver = {resolve, nullptr};
    output_ = api().compile(options);
    EXPECT_EQ(output_.error, "") << text;
}

Compiled::~Compiled() { api().release(output_.handle); }

Thing* Compiled::run(std::vector<Thing*> arguments) {
    using Entry = Thing* (*)(Thing* const*, void*);
    return reinterpret_cast<Entry>(output_.entry)(arguments.data(), nullptr);
}

Thing* make_int(int64_t value) {
    auto* thing = new Thing{.type = &world().int_type, .integer = value};
    return thing;
}
Thing* make_float(double value) { return new Thing{.type = &world().float_type, .number = value}; }
Thing* make_list(std::vector<Thing*> items) { return new Thing{.type = &world().list_type, .items = std::move(items)}; }
Thing* make_array(char* data, std::vector<int64_t> dims, std::vector<int64_t> strides) {
    return new Thing{.type = &world().array_type, .data = data, .dims = std::move(dims), .strides = std::move(strides)};
}

std::string one_op(const std::string& op, const std::string& signature) {
    auto unbox = [&](char letter) { return letter == 'i' ? "int:i64 = unbox.i64" : "float:f64 = unbox.f64"; };
    const char result = signature.back();
    std::string text =
        "function \"f\" file \"f.py\" specialised parameters 2\nslots a, b\n\nblock0(%0: any, %1: any):\n";
    text += std::string("  %2: ") + unbox(signature[0]) + " %0" + (signature[0] == 'i' ? " before s0\n" : "\n");
    text += std::string("  %3: ") + unbox(signature[1]) + " %1" + (signature[1] == 'i' ? " before s0\n" : "\n");
    text += std::string("  %4: ") + (result == 'i' ? "int:i64" : result == 'f' ? "float:f64" : "bool:bit");
    text += " = " + op + "\n  return %4\n\nstate s0 at 0 slots(%0, %1)\n";
    return text;
}

std::optional<int64_t> integer_op(const std::string& op, int64_t left, int64_t right) {
    Compiled code(one_op(op + " %2, %3 before s0", "ii>i"));
    Thing* result = code.run({make_int(left), make_int(right)});
    return result == nullptr ? std::nullopt : std::optional(result->integer);
}

std::optional<double> float_op(const std::string& op, double left, double right) {
    Compiled code(one_op(op + " %2, %3 before s0", "ff>f"));
    Thing* result = code.run({make_float(left), make_float(right)});
    return result == nullptr ? std::nullopt : std::optional(result->number);
}

}  // namespace aipy::codegen::testing
