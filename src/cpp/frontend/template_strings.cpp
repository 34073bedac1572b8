#include "frontend/template_strings.h"

#include "frontend/lowering.h"
#include "frontend/python.h"

#if PY_VERSION_HEX >= 0x030E0000
#define Py_BUILD_CORE 1
#include <internal/pycore_interpolation.h>
#include <internal/pycore_template.h>
#endif

namespace aipy::frontend {

#if PY_VERSION_HEX >= 0x030E0000
namespace {

PyObject* build_interpolation(PyObject*, PyObject* const* parts, Py_ssize_t count) {
    Ref format = count > 3 ? Ref::borrow(parts[3]) : Ref::steal(PyUnicode_New(0, 0));
    return format ? _PyInterpolation_Build(parts[0], parts[1], PyLong_AsInt(parts[2]), format.get()) : nullptr;
}

PyObject* build_template(PyObject*, PyObject* const* parts, Py_ssize_t) {
    return _PyTemplate_Build(parts[0], parts[1]);
}

using FastFunction = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t);
PyMethodDef row(const char* name, FastFunction function) {
    return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function)), METH_FASTCALL, nullptr};
}

}  // namespace

PyObject* interpolation_builder() {
    static PyMethodDef method = row("build_interpolation", build_interpolation);
    static PyObject* function = require(PyCFunction_New(&method, nullptr)).release();
    return function;
}

PyObject* template_builder() {
    static PyMethodDef method = row("build_template", build_template);
    static PyObject* function = require(PyCFunction_New(&method, nullptr)).release();
    return function;
}
#else
PyObject* interpolation_builder() { return nullptr; }
PyObject* template_builder() { return nullptr; }
#endif

// Its strings, of which there is one more than interpolations, are a constant.
ValueId Lowering::template_string(Node node, const SourceSpan& span) {
    Ref text = require(PyUnicode_FromString(""));
    Ref strings = require(PyList_New(0));
    std::vector<Node> interpolations;
    for (Node part : node.list(Field::values)) {
        if (part.is(NodeKind::Interpolation)) {
            require_success(PyList_Append(strings.get(), text.get()));
            text = require(PyUnicode_FromString(""));
            interpolations.push_back(part);
        } else {
            text = require(PyUnicode_Concat(text.get(), part.raw(Field::value)));
        }
    }
    require_success(PyList_Append(strings.get(), text.get()));
    ValueId builder = constant(template_builder(), span);
    ValueId all_strings = constant(require(PyList_AsTuple(strings.get())).get(), span);
    Values values;
    for (Node part : interpolations) values.push_back(interpolation(part));
    return emit(Op::Call, span, {builder, all_strings, emit(Op::BuildTuple, span, std::move(values))}, -1);
}

ValueId Lowering::interpolation(Node node) {
    SourceSpan span = node.span();
    Values operands{constant(interpolation_builder(), span), expression(node.get(Field::value)),
                    constant(node.raw(Field::str), span)};
    Ref conversion = require(PyLong_FromLongLong(conversion_of(node)));
    operands.push_back(constant(conversion.get(), span));
    if (Node format = node.get(Field::format_spec)) operands.push_back(expression(format));
    return emit(Op::Call, span, std::move(operands), -1);
}

}  // namespace aipy::frontend
