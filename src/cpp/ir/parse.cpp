#include "ir/parse.h"

#include <bit>

#include "ir/cursor.h"
#include "support/check.h"

namespace aipy::ir {
namespace {

class Parser {
  public:
    Function run(std::string_view text, size_t& line_number) {
        while (!text.empty()) {
            ++line_number;
            size_t end = std::min(text.find('\n'), text.size());
            Cursor line(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
            if (!line.at_end()) parse_line(line);
        }
        if (!header_seen_) throw ParseError{"the text holds no function"};
        for (const auto& [target, line] : targets_) {
            if (target >= function_.blocks.size()) {
                line_number = line;
                throw ParseError{"block" + std::to_string(target) + " does not exist"};
            }
        }
        return std::move(function_);
    }
    explicit Parser(const size_t& line_number) : line_number_(line_number) {}

  private:
    void parse_line(Cursor& line) {
        if (line.accept("function")) {
            if (header_seen_) line.fail("a second function");
            parse_header(line);
        } else if (!header_seen_) {
            line.fail("expected `function`");
        } else if (line.accept("slots")) {
            parse_slots(line);
        } else if (line.accept("constant")) {
            parse_constant(line);
        } else if (line.rest().starts_with("block")) {
            parse_block(line);
        } else if (line.accept("state")) {
            parse_state(line);
        } else {
            parse_instr(line);
        }
        if (!line.at_end()) line.fail("did not expect more");
    }

    // ---- the function -----------------------------------------------------------------------------------------
    void parse_header(Cursor& line) {
        header_seen_ = true;
        function_.name = line.string();
        if (line.accept("file")) function_.file = line.string();
        function_.specialised = line.accept("specialised");
        if (!function_.specialised) line.expect("generic");
        function_.native_body = line.accept("native");
        function_.is_generator = line.accept("generator");
        if (line.accept("lifo"))
            function_.release_order =
                line.accept("but-operators") ? ReleaseOrder::YoungestButOperators : ReleaseOrder::YoungestFirst;
        if (line.accept("parameters")) function_.parameter_count = line.number();
        if (line.accept("caches")) function_.cache_count = line.number();
        if (line.accept("returns")) function_.return_type = line.type();
        while (line.accept("and")) {
            if (function_.returned_parts.empty()) function_.returned_parts.push_back(function_.return_type);
            function_.returned_parts.push_back(line.type());
        }
    }

    void parse_slots(Cursor& line) {
        do {
            Slot slot;
            slot.name = line.peek() == '"' ? line.string() : std::string(line.word());
            if (line.accept("cell")) slot.kind = Slot::Kind::Cell;
            if (line.accept("free")) slot.kind = Slot::Kind::Free;
            function_.slots.push_back(std::move(slot));
        } while (line.accept(","));
    }

    void parse_constant(Cursor& line) {
        if (line.numbered("#") != function_.constants.size()) line.fail("constants come in order");
        Constant constant;
        constant.type = line.type();
        constant.handle = static_cast<uint32_t>(function_.constants.size());
        if (constant.type.kind == TypeKind::Float) constant.number = line.floating();
        const TypeKind kind = constant.type.kind;
        if (kind == TypeKind::Int || kind == TypeKind::Bool || kind == TypeKind::Word) {
            constant.integer = line.integer();
        }
        if (line.peek() == '"') constant.text = line.string();
        if (line.accept("handle")) constant.handle = line.number();
        function_.add_constant(std::move(constant));
    }

    static Value typed_value(Cursor& line, InstrId def, BlockId block) {
        Value value{line.type(), def, block};
        value.natural = line.accept("+");
        return value;
    }

    void parse_block(Cursor& line) {
        if (line.numbered("block") != function_.blocks.size()) line.fail("blocks come in order");
        block_ = function_.add_block();
        if (line.accept("(")) {
            do {
                ValueId param = value_id(line);
                line.expect(":");
                define(param, typed_value(line, no_id, block_));
                function_.block(block_).params.push_back(param);
            } while (line.accept(","));
            line.expect(")");
        }
        function_.block(block_).cold = line.accept("cold");
        function_.block(block_).is_handler = line.accept("handler");
        function_.block(block_).is_loop_header = line.accept("loop");
        line.expect(":");
    }

    // ---- values -----------------------------------------------------------------------------------------------
    ValueId value_id(Cursor& line) {
        ValueId id = line.numbered("%");
        if (id > 1000000) line.fail("value numbers are small");
        if (id >= function_.values.size()) function_.values.resize(id + 1);
        return id;
    }
    void define(ValueId id, Value value) { function_.values[id] = value; }

    std::vector<ValueId> value_list(Cursor& line) {
        std::vector<ValueId> values;
        line.expect("(");
        if (line.accept(")")) return values;
        do values.push_back(value_id(line));
        while (line.accept(","));
        line.expect(")");
        return values;
    }

    // ---- instructions -----------------------------------------------------------------------------------------
    void parse_instr(Cursor& line) {
        if (block_ == no_id) line.fail("expected a block before instructions");
        auto id = static_cast<InstrId>(function_.instrs.size());
        if (line.peek() >= '0' && line.peek() <= '9') {
            id = line.number();
            line.expect(":");
        }
        if (id > 1000000) line.fail("instruction numbers are small");
        Instr instr{};
        if (line.peek() == '%') {
            instr.result = value_id(line);
            line.expect(":");
            define(instr.result, typed_value(line, id, no_id));
            line.expect("=");
        }
        std::string text{line.word()};
        std::optional<Op> op = parse_op(text);
        if (!op) line.fail("there is no op `" + text + "`");
        instr.op = *op;
        parse_arguments(line, instr);
        parse_edges(line, instr);
        parse_attributes(line, instr);
        if (id >= function_.instrs.size()) function_.instrs.resize(id + 1);
        function_.instrs[id] = std::move(instr);
        function_.block(block_).instrs.push_back(id);
    }

    void parse_arguments(Cursor& line, Instr& instr) {
        const OpInfo& row = info(instr.op);
        bool first = true;
        auto separate = [&] {
            if (!first) line.expect(",");
            first = false;
        };
        if (row.imm != ImmKind::None) {
            separate();
            instr.imm = immediate(line, row, row.imm);
        }
        if (row.imm2 != ImmKind::None) {
            separate();
            instr.imm2 = immediate(line, row, row.imm2);
        }
        while (first ? line.peek() == '%' : line.accept(",")) {
            first = false;
            instr.operands.push_back(value_id(line));
        }
    }

    int64_t immediate(Cursor& line, const OpInfo& row, ImmKind kind) {
        switch (kind) {
            case ImmKind::None: return 0;
            case ImmKind::Slot: return slot(line);
            case ImmKind::Constant: return line.accept("none") ? -1 : int64_t{line.numbered("#")};
            case ImmKind::Name: return name(line);
            case ImmKind::Integer:
                return row.result() == 'f' ? std::bit_cast<int64_t>(line.floating()) : line.integer();
            case ImmKind::Operator: return named(line, parse_operator(line.word()), "operator");
            case ImmKind::Compare: return named(line, parse_compare(line.word()), "comparison");
            case ImmKind::Version: return line.integer();
            case ImmKind::TypeOf: return encode_type(line.type());
        }
        AIPY_UNREACHABLE();
    }

    template <typename Enum>
    int64_t named(Cursor& line, std::optional<Enum> found, const std::string& what) {
        if (!found) line.fail("expected a known " + what);
        return static_cast<int64_t>(*found);
    }

    int64_t slot(Cursor& line) {
        line.expect("$");
        if (line.peek() >= '0' && line.peek() <= '9') return line.number();
        std::string_view name = line.word();
        for (size_t index = 0; index < function_.slots.size(); ++index) {
            if (function_.slots[index].name == name) return static_cast<int64_t>(index);
        }
        line.fail("there is no slot `" + std::string(name) + "`");
    }

    int64_t name(Cursor& line) {
        if (line.accept("none")) return -1;
        if (line.peek() == '#') return line.numbered("#");
        std::string text = line.string();
        for (size_t index = 0; index < function_.constants.size(); ++index) {
            const Constant& constant = function_.constants[index];
            if (constant.type.kind == TypeKind::Str && constant.text == text) return static_cast<int64_t>(index);
        }
        line.fail("there is no constant \"" + text + "\"");
    }

    Edge edge(Cursor& line) {
        Edge edge;
        edge.target = line.numbered("block");
        targets_.emplace_back(edge.target, line_number_);
        if (line.peek() == '(') edge.args = value_list(line);
        return edge;
    }

    void parse_edges(Cursor& line, Instr& instr) {
        if (line.accept("->")) {
            do instr.targets.push_back(edge(line));
            while (line.accept(","));
        }
        if (line.accept("error")) instr.error = edge(line);
    }

    void parse_attributes(Cursor& line, Instr& instr) {
        if (line.accept("unwind")) instr.unwind = value_list(line);
        if (line.accept("retain")) instr.error_retain = value_list(line);
        if (line.accept("cache")) instr.cache = line.number();
        if (line.accept("before")) instr.before = line.numbered("s");
        if (line.accept("after")) instr.after = line.numbered("s");
        if (line.accept("origin")) instr.origin = line.number();
        if (!line.accept("@")) return;
        instr.span.line = static_cast<int32_t>(line.integer());
        line.expect(":");
        instr.span.column = static_cast<int32_t>(line.integer());
        line.expect("-");
        instr.span.end_line = static_cast<int32_t>(line.integer());
        line.expect(":");
        instr.span.end_column = static_cast<int32_t>(line.integer());
    }

    // ---- frame states -----------------------------------------------------------------------------------------
    StateValue state_value(Cursor& line) {
        using Kind = StateValue::Kind;
        if (line.accept("unbound")) return {};
        if (line.peek() == '%') return {Kind::Value, value_id(line)};
        if (line.peek() == '#') return {Kind::Constant, line.numbered("#")};
        return {Kind::Virtual, line.numbered("v")};
    }
    std::vector<StateValue> state_values(Cursor& line) {
        std::vector<StateValue> values;
        line.expect("(");
        if (line.accept(")")) return values;
        do values.push_back(state_value(line));
        while (line.accept(","));
        line.expect(")");
        return values;
    }

    VirtualObject virtual_object(Cursor& line) {
        using Kind = VirtualObject::Kind;
        std::string name{line.word()};
        for (auto [text, kind] :
             {std::pair{"range.iterator", Kind::RangeIterator}, std::pair{"range", Kind::Range},
              std::pair{"tuple", Kind::Tuple}, std::pair{"optional", Kind::Optional}, std::pair{"number", Kind::Number},
              std::pair{"item", Kind::Item}, std::pair{"sequence.iterator", Kind::SequenceIterator},
              std::pair{"complex", Kind::Complex}, std::pair{"enumerate", Kind::Enumerate}, std::pair{"zip", Kind::Zip},
              std::pair{"slice", Kind::Slice}, std::pair{"function", Kind::Function},
              std::pair{"chain", Kind::Chain}}) {
            if (name == text) return {kind, state_values(line)};
        }
        if (name == "generator") return generator(line);
        if (const std::optional<Operator> operation = parse_operator(name))
            return {Kind::Operation, state_values(line), *operation};
        line.fail("there is no virtual object `" + name + "`");
    }

    VirtualObject generator(Cursor& line) {
        VirtualObject made{VirtualObject::Kind::Generator, state_values(line)};
        line.expect("number");
        made.place.generator = line.number();
        line.expect("at");
        made.place.position = line.number();
        if (line.accept("suspended")) made.place.yield = line.number();
        if (line.accept("temporaries")) made.place.temporaries = value_list(line);
        return made;
    }

    void parse_state(Cursor& line) {
        if (line.numbered("s") != function_.frame_states.size()) line.fail("states come in order");
        FrameState state;
        if (line.accept("at")) state.position = line.number();
        line.expect("slots");
        state.slots = state_values(line);
        if (line.accept("temporaries")) {
            line.expect("(");
            do {
                ValueId generic = line.numbered("%");
                line.expect("=");
                state.temporaries.push_back({generic, state_value(line)});
            } while (line.accept(","));
            line.expect(")");
        }
        if (line.accept("virtuals")) {
            line.expect("(");
            do state.virtuals.push_back(virtual_object(line));
            while (line.accept(","));
            line.expect(")");
        }
        if (line.accept("owned")) state.owned = value_list(line);
        function_.add_frame_state(std::move(state));
    }

    Function function_;
    const size_t& line_number_;
    BlockId block_ = no_id;
    bool header_seen_ = false;
    std::vector<std::pair<BlockId, size_t>> targets_;  // with the line that names them
};

}  // namespace

std::optional<Function> parse(std::string_view text, std::string& error) {
    size_t line_number = 0;
    try {
        return Parser(line_number).run(text, line_number);
    } catch (const ParseError& problem) {
        error = "line " + std::to_string(line_number) + ": " + problem.message;
        return std::nullopt;
    }
}

}  // namespace aipy::ir
