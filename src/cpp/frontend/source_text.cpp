#include "frontend/source_text.h"

#include <sys/stat.h>

#include <cstdio>
#include <list>
#include <string>
#include <string_view>

#include "frontend/ast_reader.h"
#include "frontend/bailout.h"

namespace aipy::frontend {
namespace {

constexpr size_t max_kept_files = 32;

// Compiling a second time must not warn a second time: an "ignore everything" row stands first among the warning
// filters while this object lives.
class QuietWarnings {
  public:
    QuietWarnings() {
        Ref module = imported("warnings");
        filters_ = require(PyObject_GetAttrString(module.get(), "filters"));
        if (!PyList_Check(filters_.get())) return;
        row_ = require(Py_BuildValue("(sOOOi)", "ignore", Py_None, PyExc_Warning, Py_None, 0));
        require_success(PyList_Insert(filters_.get(), 0, row_.get()));
    }
    ~QuietWarnings() {
        if (!row_) return;
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(filters_.get()); ++i) {
            if (PyList_GET_ITEM(filters_.get(), i) != row_.get()) continue;
            PySequence_DelItem(filters_.get(), i);
            break;
        }
        PyErr_Restore(type, value, traceback);
    }
    QuietWarnings(const QuietWarnings&) = delete;
    QuietWarnings& operator=(const QuietWarnings&) = delete;

  private:
    Ref filters_;
    Ref row_;
};

Ref compile_quietly(PyObject* source, PyObject* filename, int flags) {
    static PyObject* const compile = [] {
        Ref builtins = imported("builtins");
        return require(PyObject_GetAttrString(builtins.get(), "compile")).release();
    }();
    QuietWarnings quiet;
    return require(PyObject_CallFunction(compile, "OOsiO", source, filename, "exec", flags, Py_True));
}

// A tree is many objects without cycles, kept for long: collections of the program's garbage need not walk it.
int hide_from_collector(PyObject* object, void*) {
    bool part = PyObject_IS_GC(object) && PyObject_GC_IsTracked(object) &&
                (is_node(object) || PyList_CheckExact(object) || PyDict_CheckExact(object));
    if (!part) return 0;
    PyObject_GC_UnTrack(object);
    return Py_TYPE(object)->tp_traverse(object, hide_from_collector, nullptr);
}

class NoCollections {
  public:
    NoCollections() : were_enabled_(PyGC_Disable() != 0) {}
    ~NoCollections() {
        if (were_enabled_) PyGC_Enable();
    }
    NoCollections(const NoCollections&) = delete;
    NoCollections& operator=(const NoCollections&) = delete;

  private:
    bool were_enabled_;
};

Ref parse(PyObject* source, PyCodeObject* code) {
    int dialect = code->co_flags & CO_FUTURE_BARRY_AS_BDFL;
    Ref tree = Ref();
    try {
        tree = compile_quietly(source, code->co_filename, PyCF_ONLY_AST | dialect);
    } catch (const PythonFailure&) {
        if (PyErr_ExceptionMatches(PyExc_MemoryError)) throw;
        PyErr_Clear();
        throw Bailout{BailoutReason::SourceInvalid};
    }
    return tree;
}

// The bytes of a file, or null.
Ref read_file(const char* path, int64_t size) {
    std::FILE* file = std::fopen(path, "rb");
    if (file == nullptr) return {};
    std::string bytes(static_cast<size_t>(size), '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
    std::fclose(file);
    return require(PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
}

// What linecache has for the file name, as one string, or null.
Ref linecache_text(PyObject* filename, PyObject* globals) {
    Ref linecache = imported("linecache");
    Ref lines = require(PyObject_CallMethod(linecache.get(), "getlines", "OO", filename, globals ? globals : Py_None));
    if (!PyList_Check(lines.get()) || PyList_GET_SIZE(lines.get()) == 0) return {};
    Ref separator = require(PyUnicode_FromString(""));
    return require(PyUnicode_Join(separator.get(), lines.get()));
}

// Least recently used first; few files at a time are being compiled from.
std::list<std::pair<std::string, std::shared_ptr<SourceFile>>>& kept_files() {
    static auto* files = new std::list<std::pair<std::string, std::shared_ptr<SourceFile>>>;
    return *files;
}

std::shared_ptr<SourceFile> find_kept(const std::string& name) {
    auto& files = kept_files();
    for (auto entry = files.begin(); entry != files.end(); ++entry) {
        if (entry->first != name) continue;
        files.splice(files.end(), files, entry);
        return entry->second;
    }
    return nullptr;
}

std::shared_ptr<SourceFile> keep(const std::string& name, SourceFile fresh) {
    auto& files = kept_files();
    auto kept = std::make_shared<SourceFile>(std::move(fresh));
    files.remove_if([&](const auto& entry) { return entry.first == name; });
    files.emplace_back(name, kept);
    if (files.size() > max_kept_files) files.pop_front();
    return kept;
}

std::shared_ptr<SourceFile> file_on_disk(const std::string& name, const struct stat& status) {
    SourceFile fresh;
    fresh.modified = int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    fresh.size = status.st_size;
    std::shared_ptr<SourceFile> kept = find_kept(name);
    if (kept && PyBytes_Check(kept->source.get()) && kept->modified == fresh.modified && kept->size == fresh.size)
        return kept;
    fresh.source = read_file(name.c_str(), fresh.size);
    if (!fresh.source) throw Bailout{BailoutReason::NoSource};
    return keep(name, std::move(fresh));
}

std::shared_ptr<SourceFile> text_of_linecache(const std::string& name, PyCodeObject* code, PyObject* globals) {
    SourceFile fresh;
    fresh.source = linecache_text(code->co_filename, globals);
    if (!fresh.source) throw Bailout{BailoutReason::NoSource};
    std::shared_ptr<SourceFile> kept = find_kept(name);
    if (kept && PyUnicode_Check(kept->source.get()) && equal(kept->source.get(), fresh.source.get())) return kept;
    return keep(name, std::move(fresh));
}

// The source in UTF-8; nothing when it is not.
std::string_view utf8_of(PyObject* source) {
    if (PyBytes_Check(source)) return {PyBytes_AS_STRING(source), static_cast<size_t>(PyBytes_GET_SIZE(source))};
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(source, &size);
    if (text == nullptr) return PyErr_Clear(), std::string_view();
    return {text, static_cast<size_t>(size)};
}

bool is_import(Node node) { return node.is(NodeKind::Import) || node.is(NodeKind::ImportFrom); }

// Appends the imports of the module's own scope; those from __future__ are flags of the code already.
void collect_imports(const NodeList& statements, PyObject* imports) {
    for (Node node : statements) {
        NodeKind kind = node.kind();
        if (is_import(node)) {
            PyObject* module = kind == NodeKind::ImportFrom ? node.identifier(Field::module) : nullptr;
            bool future = module != nullptr && PyUnicode_CompareWithASCIIString(module, "__future__") == 0;
            if (!future) require_success(PyList_Append(imports, node.object()));
        } else if (kind == NodeKind::If || kind == NodeKind::For || kind == NodeKind::While) {
            collect_imports(node.list(Field::body), imports);
            collect_imports(node.list(Field::orelse), imports);
        } else if (kind == NodeKind::With) {
            collect_imports(node.list(Field::body), imports);
        } else if (kind == NodeKind::Try || kind == NodeKind::TryStar) {
            collect_imports(node.list(Field::body), imports);
            for (Node handler : node.list(Field::handlers)) collect_imports(handler.list(Field::body), imports);
            collect_imports(node.list(Field::orelse), imports);
            collect_imports(node.list(Field::finalbody), imports);
        }
    }
}

// The code of a module with the statements `body`, compiled with the flags that `like` was compiled with.
Ref compiled_body(PyObject* body, PyCodeObject* like) {
    Ref no_ignores = require(PyList_New(0));
    Ref module = require(PyObject_CallFunctionObjArgs(module_class(), body, no_ignores.get(), nullptr));
    try {
        return compile_quietly(module.get(), like->co_filename, like->co_flags & PyCF_MASK);
    } catch (const PythonFailure&) {
        if (PyErr_ExceptionMatches(PyExc_MemoryError)) throw;
        PyErr_Clear();
        throw Bailout{BailoutReason::SourceInvalid};
    }
}

// The file that frozen code (os, abc, …) was made from, or null.
Ref frozen_origin(std::string_view name, PyObject* globals) {
    if (globals == nullptr || !name.starts_with("<frozen ")) return {};
    PyObject* file = PyDict_GetItemString(globals, "__file__");  // borrowed
    return Ref::borrow(file != nullptr && PyUnicode_Check(file) ? file : nullptr);
}

std::string path_text(PyObject* path) {
    const char* utf8 = PyUnicode_AsUTF8(path);
    if (utf8 != nullptr) return utf8;
    PyErr_Clear();
    throw Bailout{BailoutReason::NoSource};
}

}  // namespace

std::shared_ptr<SourceFile> source_of(PyCodeObject* code, PyObject* globals) {
    std::string name = path_text(code->co_filename);
    if (Ref origin = frozen_origin(name, globals)) name = path_text(origin.get());
    struct stat status{};
    if (stat(name.c_str(), &status) == 0 && S_ISREG(status.st_mode)) return file_on_disk(name, status);
    return text_of_linecache(name, code, globals);
}

PyObject* parsed_file(SourceFile& file, PyCodeObject* code) {
    if (!file.tree) {
        NoCollections until_hidden;
        file.tree = parse(file.source.get(), code);
        hide_from_collector(file.tree.get(), nullptr);
    }
    return file.tree.get();
}

PyObject* compiled_statement(SourceFile& file, size_t index, PyCodeObject* like) {
    int flags = like->co_flags & PyCF_MASK;
    Ref& compiled = file.statement_codes[{index, flags}];
    if (compiled) return compiled.get();
    NodeList statements = Node(file.tree.get()).list(Field::body);
    if (!file.imports) {
        file.imports = require(PyList_New(0));
        collect_imports(statements, file.imports.get());
    }
    Ref body = require(PySequence_List(file.imports.get()));
    require_success(PyList_Append(body.get(), statements[index].object()));
    compiled = compiled_body(body.get(), like);
    return compiled.get();
}

namespace {

// A local of that name counts: CPython's compiler looks for imports by name alone when it chooses how to call a method.
bool uses_name(PyCodeObject* code, PyObject* name) {
    for (PyObject* names : {code->co_names, code->co_localsplusnames})
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); ++i)
            if (equal(PyTuple_GET_ITEM(names, i), name)) return true;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); ++i) {
        PyObject* constant = PyTuple_GET_ITEM(code->co_consts, i);
        if (PyCode_Check(constant) && uses_name(reinterpret_cast<PyCodeObject*>(constant), name)) return true;
    }
    return false;
}

// Whether the import statement binds a name that `code` uses.
bool matters_to(PyCodeObject* code, Node import) {
    for (Node alias : import.list(Field::names)) {
        PyObject* name = alias.raw(Field::asname) != Py_None ? alias.raw(Field::asname) : alias.raw(Field::name);
        Ref parts = require(PyObject_CallMethod(name, "partition", "s", "."));  // `import a.b` binds a
        if (uses_name(code, PyTuple_GET_ITEM(parts.get(), 0))) return true;
    }
    return false;
}

}  // namespace

Excerpt parsed_excerpt(SourceFile& file, PyCodeObject* code) {
    if (!file.lines) file.lines.emplace(utf8_of(file.source.get()));
    std::optional<std::string> text = file.lines->excerpt(code);
    if (!text) return {};
    auto parse_text = [code](const std::string& source) {
        auto size = static_cast<Py_ssize_t>(source.size());
        return parse(require(PyBytes_FromStringAndSize(source.data(), size)).get(), code);
    };
    try {
        Excerpt excerpt;
        excerpt.tree = parse_text(*text);
        if (!file.plain_imports) file.plain_imports = parse_text(file.lines->imports());
        Ref body = require(PyList_New(0));
        // Other statements may stand on the line of an import.
        for (Node import : Node(file.plain_imports.get()).list(Field::body))
            if (is_import(import) && matters_to(code, import))
                require_success(PyList_Append(body.get(), import.object()));
        require_success(PyList_Append(body.get(), Node(excerpt.tree.get()).list(Field::body)[0].object()));
        excerpt.code = compiled_body(body.get(), code);
        return excerpt;
    } catch (const Bailout&) {
        return {};
    }
}

Ref compiled_expression(Node expression, PyCodeObject* like) {
    Ref statement = require(PyObject_CallFunctionObjArgs(expression_statement_class(), expression.object(), nullptr));
    for (const char* position : {"lineno", "col_offset", "end_lineno", "end_col_offset"}) {
        Ref value = require(PyObject_GetAttrString(expression.object(), position));
        require_success(PyObject_SetAttrString(statement.get(), position, value.get()));
    }
    Ref body = require(PyList_New(0));
    require_success(PyList_Append(body.get(), statement.get()));
    return compiled_body(body.get(), like);
}

}  // namespace aipy::frontend
