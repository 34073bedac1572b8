#include "frontend/excerpt.h"

#include <algorithm>
#include <vector>

namespace aipy::frontend {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

size_t indentation(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

// Blank, or a comment alone.
bool is_empty(std::string_view line) {
    size_t start = indentation(line);
    return start == line.size() || line[start] == '#';
}

// Encodings, other line ends and form feeds are the parser's business.
bool is_plain(std::string_view text, const std::vector<std::string_view>& lines) {
    auto names_encoding = [](std::string_view line) { return line.find("coding") != std::string_view::npos; };
    return text.find_first_of("\r\f") == std::string_view::npos && !text.starts_with("\xEF\xBB\xBF") &&
           std::none_of(lines.begin(), lines.begin() + std::min<ptrdiff_t>(2, std::ssize(lines)), names_encoding);
}

// The outermost function of a qualified name, and the classes around it.
struct Outermost {
    std::vector<std::string_view> classes;
    std::string_view function;
    bool is_whole;  // no function is nested in it
};

Outermost outermost(std::string_view qualified_name) {
    size_t locals = qualified_name.find(".<locals>");
    Outermost found{.is_whole = locals == std::string_view::npos};
    std::string_view path = qualified_name.substr(0, locals);
    for (size_t dot; (dot = path.find('.')) != std::string_view::npos; path.remove_prefix(dot + 1))
        found.classes.push_back(path.substr(0, dot));
    found.function = path;
    return found;
}

// What stands behind `def`; nothing for other lines.
std::string_view definition_in(std::string_view line) {
    line.remove_prefix(indentation(line));
    for (std::string_view start : {"def ", "async def "})
        if (line.starts_with(start)) return line.substr(start.size());
    return {};
}

// The nearest line above `line` that defines the function; `line` itself when there is none.
size_t line_of_definition(const std::vector<std::string_view>& lines, std::string_view function, size_t line) {
    for (size_t above = line; above > 0; --above) {
        std::string_view defined = definition_in(lines[above - 1]);
        bool is_name_end =
            defined.size() > function.size() && (defined[function.size()] == '(' || defined[function.size()] == '[');
        if (defined.starts_with(function) && is_name_end) return above - 1;
    }
    return line;
}

// The line behind the definition whose first line (perhaps a decorator's) is `first`.
size_t end_of_definition(const std::vector<std::string_view>& lines, size_t first) {
    size_t column = indentation(lines[first]);
    size_t line = first;
    while (line < lines.size() && !(indentation(lines[line]) == column && !definition_in(lines[line]).empty())) ++line;
    auto goes_on = [&](std::string_view text) {
        return is_empty(text) || indentation(text) > column || text[indentation(text)] == ')';
    };
    for (++line; line < lines.size() && goes_on(lines[line]);) ++line;
    return std::min(line, lines.size());
}

}  // namespace

SourceLines::SourceLines(std::string_view text) : lines_(lines_of(text)), is_plain_(is_plain(text, lines_)) {}

std::optional<std::string> SourceLines::excerpt(PyCodeObject* code) const {
    const std::vector<std::string_view>& lines = lines_;
    const char* qualified_name = PyUnicode_AsUTF8(code->co_qualname);
    if (qualified_name == nullptr) PyErr_Clear();
    size_t first = static_cast<size_t>(code->co_firstlineno) - 1;
    if (qualified_name == nullptr || !is_plain_ || first >= lines.size() || is_empty(lines[first])) return std::nullopt;
    auto [classes, function, is_whole] = outermost(qualified_name);
    if (function.starts_with('<')) return std::nullopt;
    if (!is_whole) first = line_of_definition(lines, function, first);

    size_t column = indentation(lines[first]);
    size_t depth = column > 0 ? std::max<size_t>(classes.size(), 1) : 0;
    bool tabs = lines[first].substr(0, column).find('\t') != std::string_view::npos;
    if (depth < classes.size() || depth > first || depth > column || (tabs && depth > 1)) return std::nullopt;

    std::string excerpt(first - depth, '\n');
    for (size_t i = 0; i < depth; ++i) {
        excerpt.append(i, ' ');
        excerpt += i < classes.size() ? "class " + std::string(classes[i]) + ":\n" : "if 1:\n";
    }
    size_t end = end_of_definition(lines, first);
    for (size_t line = first; line < end; ++line) excerpt.append(lines[line]).append("\n");
    return excerpt;
}

std::string SourceLines::imports() const {
    const std::vector<std::string_view>& lines = lines_;
    std::string imports;
    for (size_t i = 0; i < lines.size(); ++i) {
        bool from = lines[i].starts_with("from ");
        if ((!from && !lines[i].starts_with("import ")) || lines[i].starts_with("from __future__")) continue;
        auto is_open = [&](std::string_view line) {
            return line.ends_with('\\') || (from && line.find('(') != line.npos && line.find(')') == line.npos);
        };
        bool open = is_open(lines[i]);
        bool in_parentheses = open && !lines[i].ends_with('\\');
        imports.append(lines[i]).append("\n");
        while (open && ++i < lines.size()) {
            imports.append(lines[i]).append("\n");
            open = in_parentheses ? lines[i].find(')') == std::string_view::npos : is_open(lines[i]);
        }
    }
    return imports;
}

}  // namespace aipy::frontend
