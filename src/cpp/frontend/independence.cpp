#include "frontend/independence.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>

namespace aipy::frontend {
namespace {

std::string text_of(PyObject* name) {
    const char* utf8 = PyUnicode_AsUTF8(name);
    if (utf8 == nullptr) throw PythonFailure{};
    return utf8;
}

std::string name_of(Node node) { return node.is(NodeKind::Name) ? text_of(node.raw(Field::id)) : std::string(); }

std::string line(int number) { return "line " + std::to_string(number); }

// How often the expression reads the variable.
size_t mentions(Node node, const std::string& name) {
    size_t count = node.is(NodeKind::Name) && name_of(node) == name ? 1 : 0;
    for_each_child(node, [&](Node child) { count += mentions(child, name); });
    return count;
}

// ---- what adds up ----

// Operators that undo each other's order are one group, by the name of the first.
NodeKind group_of(NodeKind op) {
    if (op == NodeKind::Sub) return NodeKind::Add;
    return op == NodeKind::Div ? NodeKind::Mult : op;
}

bool commutes(NodeKind op) {
    return op == NodeKind::Add || op == NodeKind::Mult || op == NodeKind::BitAnd || op == NodeKind::BitOr ||
           op == NodeKind::BitXor;
}

// `x + a - b`, `a * x`: the one group of operators between x and the whole; Unknown where there are others.
NodeKind operators_around(Node value, const std::string& name) {
    if (!value.is(NodeKind::BinOp)) return NodeKind::Unknown;
    Node left = value.get(Field::left), right = value.get(Field::right);
    NodeKind op = value.get(Field::op).kind(), group = group_of(op);
    bool on_left = mentions(left, name) > 0;
    if (on_left && mentions(right, name) > 0) return NodeKind::Unknown;
    if (!on_left && !commutes(op)) return NodeKind::Unknown;
    Node side = on_left ? left : right;
    if (name_of(side) == name || operators_around(side, name) == group) return group;
    return NodeKind::Unknown;
}

// min(x, …) and its like, by the last part of what is called.
bool is_extreme(Node call, const std::string& name) {
    Node function = call.get(Field::func);
    PyObject* called = function.is(NodeKind::Name)        ? function.raw(Field::id)
                       : function.is(NodeKind::Attribute) ? function.raw(Field::attr)
                                                          : nullptr;
    if (called == nullptr || mentions(call, name) != 1) return false;
    bool extreme = false;
    for (const char* known : {"min", "max", "minimum", "maximum", "fmin", "fmax"})
        extreme = extreme || PyUnicode_CompareWithASCIIString(called, known) == 0;
    bool direct = false;
    for (Node argument : call.list(Field::args)) direct = direct || name_of(argument) == name;
    return extreme && direct;
}

// `x if c else e`: the variable stays what it was or becomes something new.
bool keeps_or_sets(Node value, const std::string& name) {
    Node then = value.get(Field::body), otherwise = value.get(Field::orelse);
    return (name_of(then) == name && mentions(otherwise, name) == 0) ||
           (name_of(otherwise) == name && mentions(then, name) == 0);
}

// `x or c`, `c and x`.
bool joins_truths(Node value, const std::string& name) {
    bool direct = false;
    for (Node part : value.list(Field::values)) direct = direct || name_of(part) == name;
    return direct && mentions(value, name) == 1;
}

// What a statement does that puts a variable together from parts; no name: it does not.
struct Accumulation {
    std::string name{};
    NodeKind group = NodeKind::Unknown;
    size_t reads = 0;  // as names in the text
};

Accumulation accumulation_of(Node statement) {
    if (statement.is(NodeKind::AugAssign)) {
        std::string name = name_of(statement.get(Field::target));
        if (name.empty() || mentions(statement.get(Field::value), name) > 0) return {};
        return {name, group_of(statement.get(Field::op).kind()), 0};
    }
    if (!statement.is(NodeKind::Assign) || statement.list(Field::targets).size() != 1) return {};
    std::string name = name_of(statement.list(Field::targets)[0]);
    if (name.empty()) return {};
    Node value = statement.get(Field::value);
    const size_t reads = mentions(value, name);
    switch (value.kind()) {
        case NodeKind::BinOp: {
            NodeKind group = operators_around(value, name);
            return group == NodeKind::Unknown ? Accumulation{} : Accumulation{name, group, reads};
        }
        case NodeKind::Call:
            return is_extreme(value, name) ? Accumulation{name, NodeKind::Call, reads} : Accumulation{};
        case NodeKind::IfExp:
            return keeps_or_sets(value, name) ? Accumulation{name, NodeKind::IfExp, reads} : Accumulation{};
        case NodeKind::BoolOp:
            return joins_truths(value, name) ? Accumulation{name, NodeKind::BoolOp, reads} : Accumulation{};
        case NodeKind::Name: return reads > 0 ? Accumulation{name, NodeKind::IfExp, reads} : Accumulation{};
        default: return {};
    }
}

// ---- what happens in an iteration ----

struct Variable {
    size_t reads = 0, writes = 0;  // anywhere in the text, `x += 1` is a write
    size_t adding_reads = 0, adding_writes = 0;
    std::vector<NodeKind> groups{};
    bool set = false;    // perhaps, in this iteration so far
    int needed_at = 0;   // line where each iteration reads what came before it
    int written_at = 0;  // line where each iteration surely sets it
    bool adds_up() const {
        bool one_group = true;
        for (NodeKind group : groups) one_group = one_group && group == groups[0];
        return adding_writes == writes && adding_reads == reads && one_group;
    }
};

// An index as `factor` times the loop's number, plus a constant, plus a name.
struct Linear {
    int64_t factor = 0, offset = 0;
    std::string rest{};
    Node rest_name = {};
    bool same_terms(const Linear& other) const { return factor == other.factor && rest == other.rest; }
};

struct Access {
    Node array;
    bool stores;
    int line;
    std::vector<Linear> indices;
};

constexpr int64_t largest = int64_t{1} << 40;

class Body {
  public:
    Body(Node loop, const std::function<bool(PyObject*)>& is_plain) : loop_(loop), is_plain_(is_plain) {}

    std::vector<Dependence> run() {
        Node target = loop_.get(Field::target);
        if (!target.is(NodeKind::Name) || !is_plain_(target.raw(Field::id))) return {};
        counter_ = name_of(target);
        for (Node statement : loop_.list(Field::body)) count(statement, 0);
        if (unclear_) return {};
        variables_[counter_].set = true;
        for (Node statement : loop_.list(Field::body)) walk(statement, true);
        std::vector<Dependence> found;
        for (const auto& [name, variable] : variables_) {
            if (variable.needed_at == 0 || variable.written_at == 0 || variable.adds_up()) continue;
            found.push_back({line(variable.needed_at) + " needs what " + line(variable.written_at) +
                             " computed in the iteration before"});
        }
        find_meeting(found);
        return found;
    }

  private:
    // ---- the whole text, once: who is read and written; what ends iterations early or has variables of its own

    void count(Node node, int inner_loops) {
        switch (node.kind()) {
            case NodeKind::Name: return count_name(node);
            case NodeKind::Break:
            case NodeKind::Continue: unclear_ |= inner_loops == 0; return;
            case NodeKind::Return:
            case NodeKind::Raise:
            case NodeKind::Try:
            case NodeKind::TryStar:
            case NodeKind::Match:
            case NodeKind::Import:
            case NodeKind::ImportFrom:
            case NodeKind::FunctionDef:
            case NodeKind::AsyncFunctionDef:
            case NodeKind::ClassDef:
            case NodeKind::Delete:
            case NodeKind::Lambda:
            case NodeKind::ListComp:
            case NodeKind::SetComp:
            case NodeKind::DictComp:
            case NodeKind::GeneratorExp:
            case NodeKind::Yield:
            case NodeKind::YieldFrom:
            case NodeKind::Await: unclear_ = true; return;
            default: break;
        }
        note_accumulation(accumulation_of(node));
        const bool loops = node.is(NodeKind::For) || node.is(NodeKind::While);
        for_each_child(node, [&](Node child) {
            const bool otherwise = loops && is_among(child, node.list(Field::orelse));
            count(child, inner_loops + (loops && !otherwise ? 1 : 0));
        });
    }

    static bool is_among(Node node, const NodeList& list) {
        bool found = false;
        for (Node item : list) found = found || item == node;
        return found;
    }

    void count_name(Node node) {
        Variable& variable = variables_[name_of(node)];
        ++(node.get(Field::ctx).is(NodeKind::Load) ? variable.reads : variable.writes);
    }

    void note_accumulation(const Accumulation& found) {
        if (found.name.empty()) return;
        Variable& variable = variables_[found.name];
        ++variable.adding_writes;
        variable.adding_reads += found.reads;
        variable.groups.push_back(found.group);
    }

    // ---- in the order of an iteration; `surely`: in each one

    void walk(Node node, bool surely) {
        switch (node.kind()) {
            case NodeKind::Name:
                return node.get(Field::ctx).is(NodeKind::Load) ? read(node, surely) : write(node, surely);
            case NodeKind::Assign:
                walk(node.get(Field::value), surely);
                for (Node target : node.list(Field::targets)) walk(target, surely);
                return;
            case NodeKind::AnnAssign:
                if (Node value = node.get(Field::value)) walk(value, surely), walk(node.get(Field::target), surely);
                return;
            case NodeKind::AugAssign: return walk_augmented(node, surely);
            case NodeKind::NamedExpr:
                walk(node.get(Field::value), surely);
                return walk(node.get(Field::target), surely);
            case NodeKind::Subscript:
                if (surely) note_access(node, node.get(Field::ctx).is(NodeKind::Store));
                break;
            case NodeKind::If:
            case NodeKind::IfExp:
            case NodeKind::While: return walk_behind(node, node.get(Field::test), surely);
            case NodeKind::For: return walk_behind(node, node.get(Field::iter), surely);
            case NodeKind::BoolOp: return walk_behind(node, node.list(Field::values)[0], surely);
            case NodeKind::Compare: return walk_comparison(node, surely);
            case NodeKind::With:
            case NodeKind::AsyncWith:
            case NodeKind::AsyncFor: surely = false; break;
            default: break;
        }
        for_each_child(node, [&](Node child) { walk(child, surely); });
    }

    // Only `first` surely happens.
    void walk_behind(Node node, Node first, bool surely) {
        walk(first, surely);
        for_each_child(node, [&](Node child) {
            if (!(child == first)) walk(child, false);
        });
    }

    void walk_comparison(Node node, bool surely) {
        walk(node.get(Field::left), surely);
        for (Node comparator : node.list(Field::comparators)) {
            walk(comparator, surely);
            surely = false;
        }
    }

    void walk_augmented(Node node, bool surely) {
        Node target = node.get(Field::target);
        if (target.is(NodeKind::Name)) read(target, surely);
        if (target.is(NodeKind::Subscript) && surely) note_access(target, false);
        walk(node.get(Field::value), surely);
        walk(target, surely);
    }

    void read(Node node, bool surely) {
        Variable& variable = variables_[name_of(node)];
        if (surely && !variable.set && variable.needed_at == 0 && is_plain_(node.raw(Field::id)))
            variable.needed_at = node.line();
    }

    void write(Node node, bool surely) {
        Variable& variable = variables_[name_of(node)];
        variable.set = true;
        if (surely) variable.written_at = node.line();
    }

    // ---- elements of arrays

    bool stays(Node node) const {
        if (!node.is(NodeKind::Name) || !is_plain_(node.raw(Field::id))) return false;
        const auto found = variables_.find(name_of(node));
        return found == variables_.end() || found->second.writes == 0;
    }

    void note_access(Node node, bool stores) {
        Node array = node.get(Field::value), index = node.get(Field::slice);
        if (!stays(array) || name_of(array) == counter_ || variables_[counter_].writes > 0) return;
        Access access{array, stores, node.line(), {}};
        std::vector<Node> parts;
        if (index.is(NodeKind::Tuple))
            for (Node part : index.list(Field::elts)) parts.push_back(part);
        else
            parts.push_back(index);
        for (Node part : parts) {
            std::optional<Linear> known = linear(part);
            if (!known || std::abs(known->factor) > largest || std::abs(known->offset) > largest) return;
            access.indices.push_back(*known);
        }
        accesses_.push_back(std::move(access));
    }

    static std::optional<int64_t> constant(Node node) {
        PyObject* value = node.is(NodeKind::Constant) ? node.raw(Field::value) : nullptr;
        if (value == nullptr || !PyLong_CheckExact(value)) return std::nullopt;
        int overflow = 0;
        const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
        if (overflow != 0 || std::llabs(number) > largest) return std::nullopt;
        return number;
    }

    std::optional<Linear> linear(Node node) const {
        if (const auto number = constant(node)) return Linear{0, *number};
        if (name_of(node) == counter_) return Linear{1, 0};
        if (stays(node)) return Linear{0, 0, name_of(node), node};
        if (node.is(NodeKind::UnaryOp) && node.get(Field::op).is(NodeKind::USub)) {
            const auto number = constant(node.get(Field::operand));
            return number ? std::optional(Linear{0, -*number}) : std::nullopt;
        }
        if (!node.is(NodeKind::BinOp)) return std::nullopt;
        const auto a = linear(node.get(Field::left)), b = linear(node.get(Field::right));
        if (!a || !b || std::abs(a->factor) > largest || std::abs(a->offset) > largest) return std::nullopt;
        switch (node.get(Field::op).kind()) {
            case NodeKind::Add: return sum(*a, *b, 1);
            case NodeKind::Sub: return sum(*a, *b, -1);
            case NodeKind::Mult: return product(*a, *b);
            default: return std::nullopt;
        }
    }

    static std::optional<Linear> sum(const Linear& a, const Linear& b, int64_t sign) {
        if (!b.rest.empty() && (sign < 0 || !a.rest.empty())) return std::nullopt;
        const Linear& named = b.rest.empty() ? a : b;
        return Linear{a.factor + sign * b.factor, a.offset + sign * b.offset, named.rest, named.rest_name};
    }

    static std::optional<Linear> product(const Linear& a, const Linear& b) {
        const Linear &known = a.factor == 0 ? a : b, &of = &known == &a ? b : a;
        constexpr int64_t large = 1 << 20;
        if (known.factor != 0 || !known.rest.empty() || !of.rest.empty()) return std::nullopt;
        if (std::abs(known.offset) > large || std::abs(of.factor) > large || std::abs(of.offset) > large)
            return std::nullopt;
        return Linear{known.offset * of.factor, known.offset * of.offset};
    }

    // How far apart two iterations are of which one comes to the element of the other; 0: any two.
    static std::optional<int64_t> distance(const Access& a, const Access& b) {
        if (a.indices.size() != b.indices.size()) return std::nullopt;
        std::optional<int64_t> found;
        for (size_t i = 0; i < a.indices.size(); ++i) {
            const Linear &of_a = a.indices[i], &of_b = b.indices[i];
            if (!of_a.same_terms(of_b)) return std::nullopt;
            const int64_t apart = of_a.offset - of_b.offset;
            if (of_a.factor == 0) {
                if (apart != 0) return std::nullopt;
                continue;
            }
            if (apart % of_a.factor != 0 || (found && *found != apart / of_a.factor)) return std::nullopt;
            found = apart / of_a.factor;
        }
        if (found == 0) return std::nullopt;  // an iteration meets itself alone
        return found.value_or(0);
    }

    void find_meeting(std::vector<Dependence>& found) const {
        for (const Access& store : accesses_) {
            if (!store.stores) continue;
            for (const Access& other : accesses_) {
                if (name_of(other.array) != name_of(store.array) || (other.stores && &other > &store)) continue;
                const std::optional<int64_t> apart = distance(store, other);
                if (!apart) continue;
                const bool itself = &other == &store;
                Dependence dependence{itself ? line(store.line) + " stores to the same element in each iteration"
                                             : line(other.line) + " uses elements that " + line(store.line) +
                                                   " stores in other iterations",
                                      *apart, store.array};
                for (const Linear& index : store.indices)
                    if (!index.rest.empty()) dependence.indices.push_back(index.rest_name);
                found.push_back(std::move(dependence));
            }
        }
    }

    Node loop_;
    const std::function<bool(PyObject*)>& is_plain_;
    std::string counter_;
    std::map<std::string, Variable> variables_;
    std::vector<Access> accesses_;
    bool unclear_ = false;
};

}  // namespace

std::vector<Dependence> find_dependences(Node loop, const std::function<bool(PyObject*)>& is_plain) {
    return Body(loop, is_plain).run();
}

}  // namespace aipy::frontend
