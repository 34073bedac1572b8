// Type parameters and type aliases.
//
// CPython runs what has type parameters in a function of its own, "<generic parameters of f>", which makes them and
// then the function, class or alias: it is made and called here, and itself stays with CPython. The value of an alias
// is a function that is called when somebody asks for it.
#include "frontend/lowering.h"
#include "frontend/type_aliases.h"

namespace aipy::frontend {

// The grammar has them since 3.12.
bool Lowering::has_type_parameters(Node definition) {
    return PY_VERSION_HEX >= 0x030C0000 && !definition.list(Field::type_params).empty();
}

void Lowering::generic_definition(Node node) {
    SourceSpan span = node.span();
    NodeList decorators = node.list(Field::decorator_list);
    Values wrappers;
    for (Node decorator : decorators) wrappers.push_back(expression(decorator));
    Values arguments;
    if (!node.is(NodeKind::ClassDef)) arguments = given_defaults(node.get(Field::args), span);
    PyObject* name = node.raw(Field::name);
    ValueId made = call_generic_scope(name, first_line(node), std::move(arguments), span);
    for (size_t i = wrappers.size(); i-- > 0;) made = emit(Op::Call, decorators[i].span(), {wrappers[i], made}, -1);
    store_name(name, made, span);
}

// The defaults that there are: those by position as a tuple, then those of keywords as a dict.
Lowering::Values Lowering::given_defaults(Node arguments, const SourceSpan& span) {
    Values given;
    if (!arguments.list(Field::defaults).empty()) given.push_back(positional_defaults(arguments, span));
    bool has_keyword_defaults = false;
    for (Node value : arguments.list(Field::kw_defaults)) has_keyword_defaults = has_keyword_defaults || value;
    if (has_keyword_defaults) given.push_back(keyword_only_defaults(arguments, span));
    return given;
}

ValueId Lowering::call_generic_scope(PyObject* name, int line, Values arguments, const SourceSpan& span) {
    Ref scope_name = require(PyUnicode_FromFormat("<generic parameters of %U>", name));
    arguments.insert(arguments.begin(), function_of_scope(scope_name.get(), line, null_value(span), span));
    return emit(Op::Call, span, std::move(arguments), -1);
}

ValueId Lowering::function_of_scope(PyObject* name, int line, ValueId defaults, const SourceSpan& span) {
    PyCodeObject* code = scopes_.code_named(name, line);
    if (code == nullptr) throw Bailout{BailoutReason::SourceChanged, span.line};
    ValueId absent = null_value(span);
    return make_function_of(code, span, defaults, absent, absent);
}

// Since 3.14 the value can be asked for in several formats; without one it is the value itself, number 1.
ValueId Lowering::default_format(const SourceSpan& span) {
    if (PY_VERSION_HEX < 0x030e0000) return null_value(span);
    return constant(require(Py_BuildValue("(i)", 1)).get(), span);
}

void Lowering::type_alias(Node node) {
    SourceSpan span = node.span();
    PyObject* name = node.get(Field::name).raw(Field::id);
    ValueId made;
    if (has_type_parameters(node)) {
        made = call_generic_scope(name, node.line(), {}, span);
    } else {
        ValueId value = function_of_scope(name, node.line(), default_format(span), span);
        ValueId parts = emit(Op::BuildTuple, span, {constant(name, span), none(span), value});
        made = emit(Op::Call, span, {constant(type_alias_maker(), span), parts}, -1);
    }
    store_name(name, made, span);
}

}  // namespace aipy::frontend
