// Code memory: given back, never writable and executable at once; and compilations in several threads.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "harness.h"

namespace aipy::codegen::testing {
namespace {

const std::string successor = one_op("iadd %2, %3 before s0", "ii>i");

size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    size_t total = 0, resident = 0;
    file >> total >> resident;
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

CompileOutput compile(const ir::Function& function, int opt_level) {
    CompileInput input;
    input.function = &function;
    input.opt_level = opt_level;
    input.resolver = {resolve, nullptr};
    return api().compile(input);
}

void compile_and_release(const ir::Function& function, int times) {
    for (int i = 0; i < times; ++i) {
        CompileOutput output = compile(function, 0);
        ASSERT_EQ(output.error, "");
        api().release(output.handle);
    }
}

// AIPY_TEST_CYCLES lengthens it, to 10,000 and more.
TEST(Memory, ReleasedCodeLeavesNothing) {
    const char* wanted = std::getenv("AIPY_TEST_CYCLES");
    const int cycles = wanted == nullptr ? 1000 : std::atoi(wanted);
    const ir::Function function = parse(successor);
    compile_and_release(function, cycles / 2);
    const size_t before = resident_bytes();
    compile_and_release(function, cycles / 2);
    const size_t after = resident_bytes();
    EXPECT_LT(after, before + 1024 * 1024) << "grew by " << (after - before) << " bytes";
}

TEST(Memory, NoPageIsWritableAndExecutable) {
    Compiled code(successor);
    EXPECT_GT(code.output().code_bytes, 0u);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) EXPECT_EQ(line.find("rwx"), std::string::npos) << line;
}

TEST(Memory, ThreadsCompileAtOnce) {
    const ir::Function function = parse(successor);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&function] {
            for (int round = 0; round < 10; ++round) {
                CompileOutput output = compile(function, 2);
                EXPECT_EQ(output.error, "");
                api().release(output.handle);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

TEST(Errors, UnknownSymbolsAndOpsAreTold) {
    ir::Function function = parse(successor);
    CompileInput input;
    input.function = &function;
    CompileOutput output = api().compile(input);
    EXPECT_EQ(output.entry, nullptr);
    EXPECT_NE(output.error.find("symbol not found"), std::string::npos) << output.error;

    function = parse(
        "function \"f\" file \"\" specialised parameters 1 returns any\nslots x\n\nblock0(%0: any):\n"
        "  %1: any = load.local $x\n  return %1\n");
    output = compile(function, 2);
    EXPECT_EQ(output.error, "load.local has no native form");
}

}  // namespace
}  // namespace aipy::codegen::testing
