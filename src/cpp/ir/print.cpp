#include "ir/print.h"

#include <bit>
#include <charconv>
#include <cmath>

#include "support/check.h"

namespace aipy::ir {
namespace {

std::string value_text(ValueId value) { return value == no_id ? "%none" : "%" + std::to_string(value); }

template <typename Items, typename F>
void append_list(std::string& out, const Items& items, F&& text_of) {
    bool first = true;
    for (const auto& item : items) {
        if (!first) out += ", ";
        first = false;
        out += text_of(item);
    }
}

std::string value_list(const std::vector<ValueId>& values) {
    std::string out;
    append_list(out, values, value_text);
    return out;
}

std::string edge_text(const Edge& edge) {
    std::string out = "block" + std::to_string(edge.target);
    return edge.args.empty() ? out : out + "(" + value_list(edge.args) + ")";
}

std::string span_text(const SourceSpan& span) {
    auto place = [](int32_t line, int32_t column) { return std::to_string(line) + ":" + std::to_string(column); };
    return "@" + place(span.line, span.column) + "-" + place(span.end_line, span.end_column);
}

std::string double_text(double number) {
    if (std::isnan(number)) return "nan." + std::to_string(std::bit_cast<uint64_t>(number));
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr};
}

bool plain_name(std::string_view name) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
    for (char c : name) {
        bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        if (!letter) return false;
    }
    return true;
}

// By name where the name finds the same slot again.
std::string slot_text(const Function& function, int64_t index) {
    for (size_t slot = 0; slot < function.slots.size(); ++slot) {
        const std::string& name = function.slots[slot].name;
        if (slot == static_cast<size_t>(index) && plain_name(name)) return "$" + name;
        if (index >= 0 && static_cast<size_t>(index) < function.slots.size() &&
            name == function.slots[static_cast<size_t>(index)].name) {
            break;
        }
    }
    return "$" + std::to_string(index);
}

std::string constant_text(int64_t index) { return index < 0 ? "none" : "#" + std::to_string(index); }

// By text where the text finds the same constant again.
std::string name_text(const Function& function, int64_t index) {
    if (index < 0 || static_cast<size_t>(index) >= function.constants.size()) return constant_text(index);
    const std::string& text = function.constants[static_cast<size_t>(index)].text;
    for (size_t constant = 0; constant < function.constants.size(); ++constant) {
        const Constant& candidate = function.constants[constant];
        if (candidate.type.kind != TypeKind::Str || candidate.text != text) continue;
        return constant == static_cast<size_t>(index) ? quote(text) : constant_text(index);
    }
    return constant_text(index);
}

std::string imm_text(const Function& function, const OpInfo& row, ImmKind kind, int64_t imm) {
    switch (kind) {
        case ImmKind::None: return "";
        case ImmKind::Slot: return slot_text(function, imm);
        case ImmKind::Constant: return constant_text(imm);
        case ImmKind::Name: return name_text(function, imm);
        case ImmKind::Integer:
            return row.result() == 'f' ? double_text(std::bit_cast<double>(imm)) : std::to_string(imm);
        case ImmKind::Operator: return std::string{operator_name(static_cast<Operator>(imm))};
        case ImmKind::Compare: return std::string{compare_name(static_cast<CompareOp>(imm))};
        case ImmKind::Version: return std::to_string(imm);
        case ImmKind::TypeOf: return print_type(decode_type(imm));
    }
    AIPY_UNREACHABLE();
}

std::string state_value_text(const StateValue& value) {
    switch (value.kind) {
        case StateValue::Kind::Unbound: return "unbound";
        case StateValue::Kind::Value: return value_text(value.index);
        case StateValue::Kind::Constant: return "#" + std::to_string(value.index);
        case StateValue::Kind::Virtual: return "v" + std::to_string(value.index);
    }
    AIPY_UNREACHABLE();
}

std::string place_text(const VirtualObject::Place& place) {
    std::string out = "number " + std::to_string(place.generator) + " at " + std::to_string(place.position);
    if (place.yield != no_id) out += " suspended " + std::to_string(place.yield);
    if (!place.temporaries.empty()) out += " temporaries(" + value_list(place.temporaries) + ")";
    return out;
}

std::string virtual_text(const VirtualObject& object) {
    auto name = [&]() -> std::string {
        switch (object.kind) {
            case VirtualObject::Kind::RangeIterator: return "range.iterator";
            case VirtualObject::Kind::Range: return "range";
            case VirtualObject::Kind::Tuple: return "tuple";
            case VirtualObject::Kind::Optional: return "optional";
            case VirtualObject::Kind::Number: return "number";
            case VirtualObject::Kind::Operation: return std::string(operator_name(object.operation));
            case VirtualObject::Kind::Item: return "item";
            case VirtualObject::Kind::SequenceIterator: return "sequence.iterator";
            case VirtualObject::Kind::Complex: return "complex";
            case VirtualObject::Kind::Enumerate: return "enumerate";
            case VirtualObject::Kind::Zip: return "zip";
            case VirtualObject::Kind::Slice: return "slice";
            case VirtualObject::Kind::Generator: return "generator";
            case VirtualObject::Kind::Function: return "function";
            case VirtualObject::Kind::Chain: return "chain";
        }
        AIPY_UNREACHABLE();
    };
    std::string out = name() + "(";
    append_list(out, object.parts, state_value_text);
    out += ")";
    return object.kind == VirtualObject::Kind::Generator ? out + " " + place_text(object.place) : out;
}

void append_state_refs(std::string& out, const Instr& instr) {
    if (instr.before != no_id) out += " before s" + std::to_string(instr.before);
    if (instr.after != no_id) out += " after s" + std::to_string(instr.after);
    if (instr.origin != no_id) out += " origin " + std::to_string(instr.origin);
}

std::string header_text(const Function& function) {
    std::string out = "function " + quote(function.name) + " file " + quote(function.file);
    out += function.specialised ? " specialised" : " generic";
    if (function.native_body) out += " native";
    if (function.is_generator) out += " generator";
    if (function.locals_die_backwards()) out += " lifo";
    if (function.release_order == ReleaseOrder::YoungestButOperators) out += " but-operators";
    if (function.parameter_count != 0) out += " parameters " + std::to_string(function.parameter_count);
    if (function.cache_count != 0) out += " caches " + std::to_string(function.cache_count);
    if (function.return_type != Type::any()) out += " returns " + print_type(function.return_type);
    for (size_t i = 1; i < function.returned_parts.size(); ++i) out += " and " + print_type(function.returned_parts[i]);
    out += "\n";
    if (function.slots.empty()) return out;
    out += "slots ";
    append_list(out, function.slots, [](const Slot& slot) -> std::string {
        std::string name = plain_name(slot.name) ? slot.name : quote(slot.name);
        switch (slot.kind) {
            case Slot::Kind::Local: return name;
            case Slot::Kind::Cell: return name + " cell";
            case Slot::Kind::Free: return name + " free";
        }
        AIPY_UNREACHABLE();
    });
    return out + "\n";
}

std::string constant_line(const Constant& constant, size_t index) {
    std::string out = "constant #" + std::to_string(index) + " " + print_type(constant.type);
    if (constant.type.kind == TypeKind::Float) out += " " + double_text(constant.number);
    const TypeKind kind = constant.type.kind;
    if (kind == TypeKind::Int || kind == TypeKind::Bool || kind == TypeKind::Word) {
        out += " " + std::to_string(constant.integer);
    }
    if (!constant.text.empty()) out += " " + quote(constant.text);
    if (constant.handle != index) out += " handle " + std::to_string(constant.handle);
    return out + "\n";
}

// "+" behind the type: a natural number.
std::string typed_value(const Function& function, ValueId id) {
    const Value& value = function.value(id);
    return value_text(id) + ": " + print_type(value.type) + (value.natural ? "+" : "");
}

std::string block_header(const Function& function, BlockId id) {
    const Block& block = function.block(id);
    std::string out = "block" + std::to_string(id);
    if (!block.params.empty()) {
        out += "(";
        append_list(out, block.params, [&](ValueId param) { return typed_value(function, param); });
        out += ")";
    }
    if (block.cold) out += " cold";
    if (block.is_handler) out += " handler";
    if (block.is_loop_header) out += " loop";
    return out + ":\n";
}

}  // namespace

std::string quote(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\x";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string print_instr(const Function& function, InstrId id, PrintOptions options) {
    const Instr& instr = function.instr(id);
    const OpInfo& row = info(instr.op);
    std::string out = options.ids ? std::to_string(id) + ": " : "";
    if (instr.result != no_id) {
        out += typed_value(function, instr.result) + " = ";
    }
    out += row.text;
    std::vector<std::string> arguments;
    if (row.imm != ImmKind::None) arguments.push_back(imm_text(function, row, row.imm, instr.imm));
    if (row.imm2 != ImmKind::None) arguments.push_back(imm_text(function, row, row.imm2, instr.imm2));
    for (ValueId operand : instr.operands) arguments.push_back(value_text(operand));
    if (!arguments.empty()) out += " ";
    append_list(out, arguments, [](const std::string& text) { return text; });
    if (!instr.targets.empty()) out += " -> ";
    append_list(out, instr.targets, edge_text);
    if (instr.error.exists()) out += " error " + edge_text(instr.error);
    if (!instr.unwind.empty()) out += " unwind(" + value_list(instr.unwind) + ")";
    if (!instr.error_retain.empty()) out += " retain(" + value_list(instr.error_retain) + ")";
    if (instr.cache != no_id) out += " cache " + std::to_string(instr.cache);
    append_state_refs(out, instr);
    if (options.spans && instr.span != SourceSpan{}) out += " " + span_text(instr.span);
    return out;
}

std::string print_frame_state(const Function& function, FrameStateId id) {
    const FrameState& state = function.frame_states[id];
    std::string out = "state s" + std::to_string(id);
    if (state.position != no_id) out += " at " + std::to_string(state.position);
    out += " slots(";
    append_list(out, state.slots, state_value_text);
    out += ")";
    if (!state.temporaries.empty()) {
        out += " temporaries(";
        append_list(out, state.temporaries, [](const FrameState::Temporary& temporary) {
            return value_text(temporary.generic) + "=" + state_value_text(temporary.value);
        });
        out += ")";
    }
    if (!state.virtuals.empty()) {
        out += " virtuals(";
        append_list(out, state.virtuals, virtual_text);
        out += ")";
    }
    if (!state.owned.empty()) out += " owned(" + value_list(state.owned) + ")";
    return out;
}

std::string print(const Function& function, PrintOptions options) {
    std::string out = header_text(function);
    for (size_t index = 0; index < function.constants.size(); ++index) {
        out += constant_line(function.constants[index], index);
    }
    for (BlockId block = 0; block < function.blocks.size(); ++block) {
        out += "\n" + block_header(function, block);
        for (InstrId id : function.block(block).instrs) out += "  " + print_instr(function, id, options) + "\n";
    }
    if (!function.frame_states.empty()) out += "\n";
    for (FrameStateId state = 0; state < function.frame_states.size(); ++state) {
        out += print_frame_state(function, state) + "\n";
    }
    return out;
}

}  // namespace aipy::ir
