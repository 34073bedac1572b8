// Source texts as syntax trees: a function's own lines where that will do, else its whole file, parsed once and again
// only when its text changed.
#pragma once

#include <Python.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "frontend/ast_reader.h"
#include "frontend/excerpt.h"
#include "frontend/python.h"

namespace aipy::frontend {

struct SourceFile {
    Ref source;  // bytes of a file, or the text that linecache gave
    int64_t modified = 0;
    int64_t size = 0;
    Ref tree;  // ast.Module of all of it, once it was asked for
    // The module's import statements, wherever they stand in it: since 3.12 calls through an imported name compile
    // differently, so every statement is compiled behind them.
    Ref imports;
    std::optional<SourceLines> lines;  // of the source, when a function was looked for in it
    Ref plain_imports;                 // those that excerpts are compiled behind
    // Top-level statements compiled so far, by index and future flags.
    std::map<std::pair<size_t, int>, Ref> statement_codes;
};

// The file that `code` names. Text that is in no file (notebook cells, doctests, archives) comes from linecache, with
// the help of the module's loader. Throws Bailout (NoSource).
std::shared_ptr<SourceFile> source_of(PyCodeObject* code, PyObject* globals);

// The whole file as ast.Module. Throws Bailout (SourceInvalid).
PyObject* parsed_file(SourceFile& file, PyCodeObject* code);
// The code of the file's top-level statement number `index`, compiled with the flags that `like` was compiled with.
PyObject* compiled_statement(SourceFile& file, size_t index, PyCodeObject* like);

// A guess at the lines of `code` alone.
struct Excerpt {
    Ref tree;  // ast.Module of one statement; null when there is no guess
    Ref code;  // compiled with the flags of `code`
};
Excerpt parsed_excerpt(SourceFile& file, PyCodeObject* code);

// The code of `expression` as a statement of its own, compiled with the flags that `like` was compiled with.
Ref compiled_expression(Node expression, PyCodeObject* like);

}  // namespace aipy::frontend
