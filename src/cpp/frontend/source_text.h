// Source files as syntax trees: each is parsed once, and again only when its text changed.
#pragma once

#include <Python.h>

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "frontend/ast_reader.h"
#include "frontend/python.h"

namespace aipy::frontend {

struct SourceFile {
    Ref tree;  // ast.Module
    Ref text;  // of what linecache gave; null for a file
    int64_t modified = 0;
    int64_t size = 0;
    // The module's import statements, wherever they stand in it: since 3.12 calls through an imported name compile
    // differently, so every statement is compiled behind them.
    Ref imports;
    // Top-level statements compiled so far, by index and future flags.
    std::map<std::pair<size_t, int>, Ref> statement_codes;
};

// The file that `code` names, parsed. Text that is in no file (notebook cells, doctests, archives) comes from
// linecache, with the help of the module's loader. Throws Bailout (NoSource, SourceInvalid).
std::shared_ptr<SourceFile> parsed_source(PyCodeObject* code, PyObject* globals);

// The code of the file's top-level statement number `index`, compiled with the flags that `like` was compiled with.
PyObject* compiled_statement(SourceFile& file, size_t index, PyCodeObject* like);

// The code of `expression` as a statement of its own, compiled with the flags that `like` was compiled with.
Ref compiled_expression(Node expression, PyCodeObject* like);

}  // namespace aipy::frontend
