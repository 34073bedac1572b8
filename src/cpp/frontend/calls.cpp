// Calls of all shapes. CPython looks a method up before it evaluates the arguments, so call.method, which looks it
// up afterwards, is used only where the arguments have no effect.
#include <string_view>

#include "frontend/lowering.h"
#include "frontend/operators.h"

namespace aipy::frontend {
namespace {

// Built-ins that look at the caller's locals when called with fewer than `enough` arguments.
struct FrameReader {
    const char* name;
    size_t enough;
};
constexpr size_t never = ~size_t{0};
constexpr FrameReader frame_readers[] = {
    {"locals", never}, {"vars", 1}, {"dir", 1}, {"super", 1}, {"_getframe", never}, {"currentframe", never},
};

bool is_named(PyObject* name, const char* text) { return PyUnicode_CompareWithASCIIString(name, text) == 0; }

// What cannot be None: a display, or a call like `globals()`.
bool is_namespace(Node node) { return node.is(NodeKind::Dict) || node.is(NodeKind::Call); }

// eval and exec look at the locals where they are given None for globals.
bool is_given_globals(Node call) {
    NodeList positional = call.list(Field::args);
    if (positional.size() > 1) return is_namespace(positional[1]);
    for (Node keyword : call.list(Field::keywords))
        if (PyObject* name = keyword.raw(Field::arg); name != Py_None && is_named(name, "globals"))
            return is_namespace(keyword.get(Field::value));
    return false;
}

// Methods that do so, whatever object they belong to.
bool reads_frame(Node method) {
    PyObject* name = method.raw(Field::attr);
    Node owner = method.get(Field::value);
    bool is_inspect = owner.is(NodeKind::Name) && is_named(owner.raw(Field::id), "inspect");
    return is_named(name, "_getframe") || is_named(name, "currentframe") || (is_inspect && is_named(name, "stack"));
}

}  // namespace

// Whether what is called looks at this function's locals.
bool Lowering::reads_frame_by_name(Node node, Node function) {
    PyObject* mangled = scopes_.mangle(function.raw(Field::id));
    if (scopes_.resolve(mangled).kind != Variable::Kind::Global) return false;
    // Who debugs a function wants to see it run line by line.
    if (is_named(mangled, "breakpoint")) throw Bailout{BailoutReason::Breakpoint, node.line()};
    size_t count = node.list(Field::args).size() + node.list(Field::keywords).size();
    if (is_named(mangled, "eval") || is_named(mangled, "exec")) return !is_given_globals(node);
    for (const FrameReader& reader : frame_readers)
        if (is_named(mangled, reader.name)) return count < reader.enough;
    return false;
}

bool Lowering::is_plain_super(Node node) {
    Node function = node.get(Field::func);
    if (!function.is(NodeKind::Name) || code_->co_argcount == 0 || is_comprehension(definition_.node.kind()))
        return false;
    PyObject* name = function.raw(Field::id);
    return PyUnicode_CompareWithASCIIString(name, "super") == 0 && node.list(Field::args).empty() &&
           node.list(Field::keywords).empty() && scopes_.resolve(name).kind == Variable::Kind::Global &&
           class_cell().kind == Variable::Kind::Free;
}

Variable Lowering::class_cell() {
    Ref name = require(PyUnicode_InternFromString("__class__"));
    return scopes_.resolve_in_function(name.get());
}

// `super().name` takes `__class__` and the first argument from the variables, as CPython's own operation for it does;
// `super()` alone looks at the frame. Anything else that bears the type's name is called as it is written.
struct Lowering::PlainSuper {
    ValueId callable;
    BlockId known, other, end;
};

Lowering::PlainSuper Lowering::begin_super(Node node, const SourceSpan& span) {
    PlainSuper made{expression(node.get(Field::func)), new_block(), new_block(true), new_block()};
    auto* super_type = reinterpret_cast<PyObject*>(&PySuper_Type);
    branch(emit(Op::Is, span, {made.callable, constant(super_type, span)}), made.known, made.other);
    begin(made.known);
    return made;
}

// The class that the function was written in, and its first argument.
std::pair<ValueId, ValueId> Lowering::operands_of_super(const SourceSpan& span) {
    Ref class_name = require(PyUnicode_InternFromString("__class__"));
    const ValueId owner = load_variable(class_cell(), class_name.get(), span);
    PyObject* first_name = PyTuple_GET_ITEM(code_->co_localsplusnames, 0);
    return {owner, load_variable(scopes_.resolve_in_function(first_name), first_name, span)};
}

ValueId Lowering::super_call(Node node, const SourceSpan& span) {
    const PlainSuper super = begin_super(node, span);
    ValueId result = function_.add_param(super.end, ir::Type::any());
    const auto [owner, first] = operands_of_super(node.span());
    jump(super.end, {emit(Op::Call, span, {super.callable, owner, first}, -1)});
    begin(super.other);
    jump(super.end, {emit(Op::Call, span, {super.callable}, -1)});
    begin(super.end);
    return result;
}

// What a call of `super().name` calls, for which no object of super is made.
Lowering::LoadedMethod Lowering::load_from_super(Node attribute) {
    const SourceSpan span = attribute_span(attribute);
    const Node node = attribute.get(Field::value);
    const int64_t name = name_index(attribute.raw(Field::attr));
    const PlainSuper super = begin_super(node, span);
    ValueId callable = function_.add_param(super.end, ir::Type::any());
    ValueId self = function_.add_param(super.end, ir::Type::any());
    const auto [owner, first] = operands_of_super(node.span());
    const ValueId found = emit(Op::LoadSuper, span, {owner, first}, name);
    jump(super.end, {found, method_self(found, first, span)});
    begin(super.other);
    const ValueId other = emit(Op::Call, span, {super.callable}, -1);
    const auto [method, whom] = load_callee(Op::LoadMethod, other, name, span);
    jump(super.end, {method, whom});
    begin(super.end);
    return {callable, self};
}

bool Lowering::is_spread(const NodeList& arguments, const NodeList& keywords) {
    for (Node argument : arguments)
        if (argument.is(NodeKind::Starred)) return true;
    for (Node keyword : keywords)
        if (keyword.identifier(Field::arg) == nullptr) return true;
    return false;
}

ValueId Lowering::call_expression(Node node, const SourceSpan& span) {
    Node function = node.get(Field::func);
    bool shows_frame = function.is(NodeKind::Attribute) ? reads_frame(function)
                       : function.is(NodeKind::Name)    ? reads_frame_by_name(node, function)
                                                        : false;
    if (shows_frame) emit(Op::ShowFrame, span);
    NodeList arguments = node.list(Field::args), keywords = node.list(Field::keywords);
    if (is_spread(arguments, keywords)) return spread_call(expression(function), arguments, keywords, span);
    if (function.is(NodeKind::Attribute)) return method_call(node, function, span);
    return plain_call(expression(function), node, span);
}

// Constants and locals that are surely bound.
bool Lowering::has_no_effect(Node node) {
    if (constants_.fold(node) != nullptr) return true;
    if (!node.is(NodeKind::Name)) return false;
    Variable variable = scopes_.resolve(scopes_.mangle(node.raw(Field::id)));
    return variable.kind == Variable::Kind::Local && is_bound(variable.slot);
}

ValueId Lowering::method_call(Node node, Node function, const SourceSpan& span) {
    bool quiet = true;
    for (Node argument : node.list(Field::args)) quiet = quiet && has_no_effect(argument);
    for (Node keyword : node.list(Field::keywords)) quiet = quiet && has_no_effect(keyword.get(Field::value));
    SourceSpan call_span = start_at_attribute(span, function);
    const Node owner = function.get(Field::value);
    quiet = quiet && !(owner.is(NodeKind::Call) && is_plain_super(owner));
    if (!quiet || is_module(owner)) return loaded_call(node, function, call_span);
    Values operands{attribute_owner(function)};
    for (ValueId argument : call_arguments(node)) operands.push_back(argument);
    return emit(Op::CallMethod, call_span, std::move(operands), name_index(function.raw(Field::attr)),
                keyword_names(node.list(Field::keywords)));
}

// Whether the name is now that of a module: what it holds is called as it is.
bool Lowering::is_module(Node owner) {
    if (!owner.is(NodeKind::Name) || globals_ == nullptr) return false;
    PyObject* name = scopes_.mangle(owner.raw(Field::id));
    if (scopes_.resolve(name).kind != Variable::Kind::Global) return false;
    PyObject* value = PyDict_GetItemWithError(globals_, name);
    if (value == nullptr && PyErr_Occurred()) throw PythonFailure{};
    return value != nullptr && PyModule_Check(value);
}

// What `load` finds, and whom it is called with, which the site's cache tells.
Lowering::LoadedMethod Lowering::load_callee(Op load, ValueId owner, int64_t imm, const SourceSpan& span) {
    const ValueId callable = emit(load, span, {owner}, imm);
    return {callable, method_self(callable, owner, span)};
}

ValueId Lowering::method_self(ValueId callable, ValueId owner, const SourceSpan& span) {
    const ValueId self = emit(Op::MethodSelf, span, {owner});
    function_.instr(function_.value(self).def).cache = function_.instr(function_.value(callable).def).cache;
    --function_.cache_count;
    return self;
}

Lowering::LoadedMethod Lowering::loaded_callee(Node attribute) {
    const Node owner = attribute.get(Field::value);
    if (owner.is(NodeKind::Call) && is_plain_super(owner)) return load_from_super(attribute);
    return load_callee(Op::LoadMethod, attribute_owner(attribute), name_index(attribute.raw(Field::attr)),
                       attribute_span(attribute));
}

// A call of an attribute that is looked up first.
ValueId Lowering::loaded_call(Node node, Node function, const SourceSpan& span) {
    if (is_module(function.get(Field::value))) return plain_call(expression(function), node, span);
    const auto [callable, self] = loaded_callee(function);
    Values operands{callable, self};
    for (ValueId argument : call_arguments(node)) operands.push_back(argument);
    return emit(Op::CallLoaded, span, std::move(operands), keyword_names(node.list(Field::keywords)));
}

Lowering::Values Lowering::call_arguments(Node node) {
    Values values;
    for (Node argument : node.list(Field::args)) values.push_back(expression(argument));
    for (Node keyword : node.list(Field::keywords)) values.push_back(expression(keyword.get(Field::value)));
    return values;
}

ValueId Lowering::plain_call(ValueId callable, Node node, const SourceSpan& span) {
    Values operands{callable};
    for (ValueId argument : call_arguments(node)) operands.push_back(argument);
    return emit(Op::Call, span, std::move(operands), keyword_names(node.list(Field::keywords)));
}

// Index of the tuple of keyword names, or -1.
int64_t Lowering::keyword_names(const NodeList& keywords) {
    if (keywords.empty()) return -1;
    Ref names = require(PyTuple_New(static_cast<Py_ssize_t>(keywords.size())));
    for (size_t i = 0; i < keywords.size(); ++i)
        PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(i),
                         Py_NewRef(scopes_.mangle(keywords[i].raw(Field::arg))));
    if (constants_.find(names.get()) == nullptr) {
        for (size_t i = 0; i < keywords.size(); ++i)
            PyTuple_SetItem(names.get(), static_cast<Py_ssize_t>(i), Py_NewRef(keywords[i].raw(Field::arg)));
    }
    return constants_.add(names.get());
}

// ---- calls with * and ** ----------------------------------------------------------------------------------

ValueId Lowering::spread_call(ValueId callable, const NodeList& arguments, const NodeList& keywords,
                              const SourceSpan& span, Values first) {
    bool one_star = first.empty() && arguments.size() == 1 && arguments[0].is(NodeKind::Starred);
    ValueId positional =
        one_star ? expression(arguments[0].get(Field::value)) : tuple_expression(arguments, span, std::move(first));
    ValueId named = keywords.empty() ? null_value(span) : spread_keywords(callable, keywords, span);
    return emit(Op::CallEx, span, {callable, positional, named});
}

// The dict of keyword arguments: runs of plain ones are built as they come, each `**` is merged into it. CPython
// merges, and so refuses duplicates, with the callable's name in the message.
ValueId Lowering::spread_keywords(ValueId callable, const NodeList& keywords, const SourceSpan& span) {
    constexpr size_t longest_run = 16;
    Values run;
    ValueId dict = no_id;
    auto flush = [&] {
        ValueId part = emit(Op::BuildDict, span, std::exchange(run, {}));
        if (dict == no_id)
            dict = part;
        else
            emit(Op::DictMerge, span, {dict, part, callable});
    };
    for (Node keyword : keywords) {
        PyObject* name = keyword.identifier(Field::arg);
        if (name != nullptr) {
            run.push_back(constant(name, span));
            run.push_back(expression(keyword.get(Field::value)));
            if (run.size() == 2 * longest_run) flush();
            continue;
        }
        if (!run.empty() || dict == no_id) flush();
        ValueId mapping = expression(keyword.get(Field::value));
        emit(Op::DictMerge, span, {dict, mapping, callable});
    }
    if (!run.empty() || dict == no_id) flush();
    return dict;
}

}  // namespace aipy::frontend
