// Runs the text files of tests/ir: a function, what to do with it, and the text expected then.
//
//   ; run: lifetimes            what to do: print | verify | lifetimes | lifetimes entry-owned
//   function …                  the input
//   ----
//   function …                  the expected text: the function afterwards, or what verify says
//
// AIPY_UPDATE_IR_TESTS=1 writes what comes out into the files instead; look at the difference before committing it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "ir/ownership.h"
#include "ir/parse.h"
#include "ir/print.h"
#include "ir/verify.h"
#include "opt/lifetimes.h"

namespace aipy::opt {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view separator = "\n----\n";

// tests/ir of the checkout that holds the working directory (build trees lie inside it).
fs::path ir_folder() {
    if (const char* root = std::getenv("AIPY_SOURCE_DIR")) return fs::path(root) / "tests/ir";
    for (fs::path folder = fs::current_path();; folder = folder.parent_path()) {
        if (fs::is_directory(folder / "tests/ir")) return folder / "tests/ir";
        if (folder == folder.root_path()) return {};
    }
}

std::string read_text(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string join(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text.empty() ? "no errors\n" : text;
}

std::string run_lifetimes(ir::Function& function, bool entry_borrowed) {
    EXPECT_EQ(join(ir::verify(function)), "no errors\n") << "the input is not well formed";
    insert_lifetimes(function, entry_borrowed);
    EXPECT_EQ(join(ir::verify(function)), "no errors\n");
    EXPECT_EQ(join(ir::Ownership(function, entry_borrowed).errors()), "no errors\n");
    return ir::print(function, {.spans = false});
}

std::string run(const std::string& command, ir::Function& function) {
    if (command == "print") return ir::print(function);
    if (command == "verify") return join(ir::verify(function));
    if (command == "ownership") return join(ir::Ownership(function).errors());
    if (command == "lifetimes") return run_lifetimes(function, true);
    if (command == "lifetimes entry-owned") return run_lifetimes(function, false);
    ADD_FAILURE() << "unknown command: " << command;
    return "";
}

class IrFile : public testing::TestWithParam<fs::path> {};

TEST_P(IrFile, GivesTheExpectedText) {
    std::string text = read_text(GetParam());
    constexpr std::string_view run_mark = "; run: ";
    size_t mark = text.find(run_mark), split = text.find(separator);
    ASSERT_NE(mark, std::string::npos) << "the file has no line `; run: …`";
    size_t command_start = mark + run_mark.size();
    std::string command = text.substr(command_start, text.find('\n', command_start) - command_start);
    std::string input = text.substr(0, split);

    std::string error;
    std::optional<ir::Function> function = ir::parse(input, error);
    ASSERT_TRUE(function) << error;
    std::string printed = ir::print(*function);
    std::optional<ir::Function> again = ir::parse(printed, error);
    ASSERT_TRUE(again) << error;
    EXPECT_EQ(ir::print(*again), printed) << "print, parse, print is not the identity";

    std::string result = run(command, *function);
    if (std::getenv("AIPY_UPDATE_IR_TESTS")) {
        std::ofstream(GetParam()) << input << separator << result;
        return;
    }
    ASSERT_NE(split, std::string::npos) << "the file has no expected text";
    EXPECT_EQ(result, text.substr(split + separator.size()));
}

std::vector<fs::path> ir_files() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(ir_folder())) {
        if (entry.path().extension() == ".ir") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string test_name(const testing::TestParamInfo<fs::path>& parameter) { return parameter.param.stem().string(); }

INSTANTIATE_TEST_SUITE_P(TestsIr, IrFile, testing::ValuesIn(ir_files()), test_name);

}  // namespace
}  // namespace aipy::opt
