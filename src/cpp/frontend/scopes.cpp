#include "frontend/scopes.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "frontend/bailout.h"
#include "frontend/source.h"

namespace aipy::frontend {
namespace {

// Bits of co_localspluskinds (internal headers have them too, but under names that change).
constexpr char kind_cell = 0x40, kind_free = static_cast<char>(0x80);

char slot_kind(PyCodeObject* code, Py_ssize_t slot) { return PyBytes_AS_STRING(code->co_localspluskinds)[slot]; }

Py_ssize_t slot_count(PyCodeObject* code) { return PyTuple_GET_SIZE(code->co_localsplusnames); }

PyObject* slot_name(PyCodeObject* code, Py_ssize_t slot) { return PyTuple_GET_ITEM(code->co_localsplusnames, slot); }

uint32_t parameter_count(PyCodeObject* code) {
    return static_cast<uint32_t>(code->co_argcount + code->co_kwonlyargcount + ((code->co_flags & CO_VARARGS) != 0) +
                                 ((code->co_flags & CO_VARKEYWORDS) != 0));
}

bool is_free_in(PyCodeObject* code, PyObject* name) {
    for (Py_ssize_t slot = slot_count(code) - 1; slot >= 0 && (slot_kind(code, slot) & kind_free) != 0; --slot)
        if (slot_name(code, slot) == name || equal(slot_name(code, slot), name)) return true;
    return false;
}

}  // namespace

bool is_comprehension(NodeKind kind) {
    return kind == NodeKind::ListComp || kind == NodeKind::SetComp || kind == NodeKind::DictComp ||
           kind == NodeKind::GeneratorExp;
}

bool is_inlined_comprehension(NodeKind kind) {
    return PY_VERSION_HEX >= 0x030c0000 && is_comprehension(kind) && kind != NodeKind::GeneratorExp;
}

Scopes::Scopes(PyCodeObject* code, Node definition, PyObject* enclosing_class)
    : code_(code), enclosing_class_(enclosing_class) {
    read_slots();
    NodeKind kind = definition.kind();
    if (kind == NodeKind::Lambda) {
        collect(definition.get(Field::body));
    } else if (is_comprehension(kind)) {
        for (PyObject* name : targets_of(definition)) bound_.insert(name);
        collect(definition);
    } else {
        for (Node statement : definition.list(Field::body)) collect(statement);
    }
    for (PyObject* name : deleted_)
        if (auto slot = local_slots_.find(name); slot != local_slots_.end()) unbound_.insert(slot->second);
}

void Scopes::read_slots() {
    for (Py_ssize_t slot = 0; slot < slot_count(code_); ++slot) {
        auto& map = (slot_kind(code_, slot) & kind_free) != 0 ? free_slots_ : local_slots_;
        map.emplace(slot_name(code_, slot), static_cast<uint32_t>(slot));
        if (slot < static_cast<Py_ssize_t>(parameter_count(code_))) bound_.insert(slot_name(code_, slot));
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code_->co_consts); ++i) {
        PyObject* constant = PyTuple_GET_ITEM(code_->co_consts, i);
        if (PyCode_Check(constant)) nested_codes_.push_back(reinterpret_cast<PyCodeObject*>(constant));
    }
}

std::vector<ir::Slot> Scopes::slots() const {
    std::vector<ir::Slot> slots;
    for (Py_ssize_t slot = 0; slot < slot_count(code_); ++slot) {
        const char* text = PyUnicode_AsUTF8(slot_name(code_, slot));
        if (text == nullptr) throw PythonFailure{};
        char kind = slot_kind(code_, slot);
        slots.push_back({text, (kind & kind_free) != 0   ? ir::Slot::Kind::Free
                               : (kind & kind_cell) != 0 ? ir::Slot::Kind::Cell
                                                         : ir::Slot::Kind::Local});
    }
    return slots;
}

bool Scopes::is_cell_slot(uint32_t slot) const { return (slot_kind(code_, slot) & kind_cell) != 0; }

// Private names: `__x` in class `_C` is `_C__x`.
PyObject* Scopes::mangle(PyObject* name) {
    auto known = mangled_.find(name);
    if (known != mangled_.end()) return known->second.get();
    Ref result = Ref::borrow(name);
    const char* utf8 = PyUnicode_AsUTF8(name);
    std::string_view text = utf8 == nullptr ? "" : utf8;
    PyErr_Clear();
    bool is_private = text.starts_with("__") && !text.ends_with("__") && text.find('.') == std::string_view::npos;
    if (enclosing_class_ != nullptr && is_private) {
        std::string_view owner = PyUnicode_AsUTF8(enclosing_class_);
        owner.remove_prefix(std::min(owner.find_first_not_of('_'), owner.size()));
        if (!owner.empty()) {
            std::string mangled = "_" + std::string(owner) + std::string(text);
            result = require(PyUnicode_FromStringAndSize(mangled.data(), static_cast<Py_ssize_t>(mangled.size())));
        }
    }
    names_.push_back(Ref::borrow(name));
    PyObject* interned = result.release();
    PyUnicode_InternInPlace(&interned);
    return mangled_.emplace(name, Ref::steal(interned)).first->second.get();
}

Variable Scopes::resolve(PyObject* name) const {
    for (auto scope = entered_.rbegin(); scope != entered_.rend(); ++scope)
        for (const auto& entry : (*scope)->entries)
            if (entry.name == name) return entry.variable;
    return resolve_in_function(name);
}

Variable Scopes::resolve_in_function(PyObject* name) const {
    if (globals_.contains(name)) return {};
    if (auto slot = free_slots_.find(name); slot != free_slots_.end()) return {Variable::Kind::Free, slot->second};
    auto slot = local_slots_.find(name);
    if (slot == local_slots_.end() || !bound_.contains(name)) return {};
    return {is_cell_slot(slot->second) ? Variable::Kind::Cell : Variable::Kind::Local, slot->second};
}

// ---- names that the function binds ------------------------------------------------------------------------

void Scopes::collect_definition(Node function) {
    NodeKind kind = function.kind();
    if (kind != NodeKind::Lambda) {
        bind(function.raw(Field::name));
        for (Node decorator : function.list(Field::decorator_list)) collect(decorator);
    }
    if (kind == NodeKind::ClassDef) return;
    Node arguments = function.get(Field::args);
    for (Node value : arguments.list(Field::defaults)) collect(value);
    for (Node value : arguments.list(Field::kw_defaults))
        if (value) collect(value);
}

void Scopes::collect(Node node) {
    switch (node.kind()) {
        case NodeKind::FunctionDef:
        case NodeKind::AsyncFunctionDef:
        case NodeKind::ClassDef:
        case NodeKind::Lambda: collect_definition(node); return;
        case NodeKind::Name: {
            NodeKind context = node.get(Field::ctx).kind();
            if (context == NodeKind::Load) return;
            bind(node.raw(Field::id));
            if (context == NodeKind::Del) deleted_.insert(mangle(node.raw(Field::id)));
            return;
        }
        case NodeKind::Constant: return;
        case NodeKind::TypeAlias: return bind(node.get(Field::name).raw(Field::id));
        case NodeKind::Global:
        case NodeKind::Nonlocal: {
            PyObject* names = node.raw(Field::names);
            for (Py_ssize_t i = 0; node.is(NodeKind::Global) && i < PyList_GET_SIZE(names); ++i)
                globals_.insert(mangle(PyList_GET_ITEM(names, i)));
            return;
        }
        case NodeKind::alias: {
            PyObject* name = node.identifier(Field::asname);
            if (name != nullptr) return bind(name);
            name = node.raw(Field::name);
            Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), 1);
            if (dot < 0) return bind(name);
            PyObject* first = require(PyUnicode_Substring(name, 0, dot)).release();
            PyUnicode_InternInPlace(&first);
            Ref held = Ref::steal(first);
            return bind(first);
        }
        case NodeKind::ExceptHandler:
            if (PyObject* name = node.identifier(Field::name)) {
                bind(name);
                deleted_.insert(mangle(name));
            }
            break;
        case NodeKind::MatchAs:
        case NodeKind::MatchStar:
        case NodeKind::MatchMapping:
            if (PyObject* name = node.identifier(node.is(NodeKind::MatchMapping) ? Field::rest : Field::name))
                bind(name);
            break;
        case NodeKind::comprehension:  // its target belongs to the comprehension
            collect(node.get(Field::iter));
            for (Node condition : node.list(Field::ifs)) collect(condition);
            return;
        default: break;
    }
    for_each_child(node, [&](Node child) { collect(child); });
}

// ---- comprehensions ---------------------------------------------------------------------------------------

void Scopes::collect_names(Node node, std::unordered_set<PyObject*>& into) {
    if (node.is(NodeKind::Name)) {
        if (node.get(Field::ctx).is(NodeKind::Store)) into.insert(mangle(node.raw(Field::id)));
        return;
    }
    NodeKind kind = node.kind();
    if (kind == NodeKind::Tuple || kind == NodeKind::List || kind == NodeKind::Starred)
        for_each_child(node, [&](Node child) { collect_names(child, into); });
}

std::unordered_set<PyObject*> Scopes::targets_of(Node comprehension) {
    std::unordered_set<PyObject*> names;
    for (Node generator : comprehension.list(Field::generators)) collect_names(generator.get(Field::target), names);
    return names;
}

bool Scopes::comprehension_captures(Node comprehension, PyObject* name) {
    bool captured = false, outermost = true;
    for_each_child(comprehension, [&](Node child) {
        if (!child.is(NodeKind::comprehension)) {
            captured = captured || captures(child, name);
            return;
        }
        for_each_child(child, [&](Node part) {
            bool evaluated_outside = outermost && part == child.get(Field::iter);
            captured = captured || (!evaluated_outside && captures(part, name));
        });
        outermost = false;
    });
    return captured;
}

bool Scopes::captures(Node node, PyObject* name) {
    NodeKind kind = node.kind();
    if (kind == NodeKind::Lambda || (is_comprehension(kind) && !is_inlined_comprehension(kind))) {
        PyCodeObject* code = code_of(node);
        if (code != nullptr && is_free_in(code, name)) return true;
        if (kind == NodeKind::Lambda) {
            bool captured = false;
            for_each_child(node.get(Field::args), [&](Node child) { captured = captured || captures(child, name); });
            return captured;
        }
        return captures(node.list(Field::generators)[0].get(Field::iter), name);
    }
    if (is_comprehension(kind) && targets_of(node).contains(name))
        return captures(node.list(Field::generators)[0].get(Field::iter), name);
    bool captured = false;
    for_each_child(node, [&](Node child) { captured = captured || captures(child, name); });
    return captured;
}

ComprehensionScope Scopes::make_comprehension(Node comprehension) {
    ComprehensionScope scope;
    for (PyObject* name : targets_of(comprehension)) {
        auto slot = local_slots_.find(name);
        if (slot == local_slots_.end()) continue;
        bool cell = is_cell_slot(slot->second) && comprehension_captures(comprehension, name);
        Variable outside = resolve_in_function(name);
        if (cell && (outside.kind == Variable::Kind::Free || bound_.contains(name)))
            throw Bailout{BailoutReason::Comprehension, comprehension.line(), PyUnicode_AsUTF8(name)};
        bool shared = is_cell_slot(slot->second) || outside.kind == Variable::Kind::Local;
        for (const ComprehensionScope* around : entered_)
            for (const auto& entry : around->entries) shared = shared || entry.name == name;
        scope.entries.push_back({name, {cell ? Variable::Kind::Cell : Variable::Kind::Local, slot->second}, shared});
    }
    return scope;
}

PyCodeObject* Scopes::code_named(PyObject* name, int line) const {
    PyCodeObject* only = nullptr;
    for (PyCodeObject* code : nested_codes_) {
        if (code->co_firstlineno != line || !equal(code->co_name, name)) continue;
        if (only != nullptr) return nullptr;
        only = code;
    }
    return only;
}

PyCodeObject* Scopes::code_of(Node function) const {
    PyCodeObject* only = nullptr;
    bool several = false;
    int line = first_line(function);
    for (PyCodeObject* code : nested_codes_) {
        if (code->co_firstlineno != line || !has_code_name(function, code->co_name)) continue;
        several = several || only != nullptr;
        only = code;
    }
    if (!several) return only;
    ir::SourceSpan body = body_span(function);
    for (PyCodeObject* code : nested_codes_)
        if (code->co_firstlineno == line && has_code_name(function, code->co_name) && has_position_inside(code, body))
            return code;
    return nullptr;
}

}  // namespace aipy::frontend
