#include <functional>
#include <memory>
#include <sstream>
#include <unordered_map>
#include <variant>

#include "harness.hpp"
using bench::Int;

static const std::string script = R"(
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(define (divides a b) (= 0 (% b a)))
(define (prime n)
  (let i 2)
  (while (<= (* i i) n)
    (if (divides i n) (return 0))
    (set i (+ i 1)))
  1)
(define (primes limit)
  (let count 0)
  (let n 2)
  (while (< n limit)
    (set count (+ count (prime n)))
    (set n (+ n 1)))
  count)
(define (adder step) (lambda (x) (+ x step)))
(define (twice f x) (f (f x)))
(+ (* 1000 (fib depth)) (+ (primes (* 20 depth)) (twice (adder depth) 1)))
)";

struct Node {
    enum Kind { Literal, Name, Form } kind = Form;
    Int value = 0;
    std::string text;
    std::vector<Node> items;
};

struct Callable;
using Value = std::variant<Int, std::shared_ptr<Callable>>;
struct Return {
    Value value;
};

struct Scope {
    std::unordered_map<std::string, Value> values;
    std::shared_ptr<Scope> outer;

    Value& find(const std::string& name) {
        for (Scope* scope = this; scope; scope = scope->outer.get())
            if (const auto found = scope->values.find(name); found != scope->values.end()) return found->second;
        std::abort();
    }
};
using ScopeHandle = std::shared_ptr<Scope>;

class Interpreter;
struct Callable {
    virtual ~Callable() = default;
    virtual Value call(Interpreter& interpreter, std::vector<Value> arguments) = 0;
};

class Interpreter {
  public:
    Interpreter() {
        special_ = {{"define", &Interpreter::run_define}, {"let", &Interpreter::run_let},
                    {"set", &Interpreter::run_set},       {"if", &Interpreter::run_if},
                    {"while", &Interpreter::run_while},   {"return", &Interpreter::run_return},
                    {"lambda", &Interpreter::run_lambda}};
    }

    Value run(const Node& node, const ScopeHandle& scope) {
        if (node.kind == Node::Literal) return node.value;
        if (node.kind == Node::Name) return scope->find(node.text);
        const Node& head = node.items[0];
        if (head.kind == Node::Name)
            if (const auto found = special_.find(head.text); found != special_.end())
                return (this->*found->second)(node.items, scope);
        ++calls;
        const auto callee = std::get<std::shared_ptr<Callable>>(run(head, scope));
        std::vector<Value> arguments;
        for (std::size_t i = 1; i < node.items.size(); ++i) arguments.push_back(run(node.items[i], scope));
        return callee->call(*this, std::move(arguments));
    }

    Value run_all(const std::vector<Node>& nodes, std::size_t first, const ScopeHandle& scope) {
        Value result = Int{0};
        for (std::size_t i = first; i < nodes.size(); ++i) result = run(nodes[i], scope);
        return result;
    }

    Int calls = 0;

  private:
    using Items = const std::vector<Node>&;

    static bool truth(const Value& value) { return value.index() != 0 || std::get<Int>(value) != 0; }
    Value run_define(Items items, const ScopeHandle& scope);
    Value run_lambda(Items items, const ScopeHandle& scope);
    Value run_let(Items items, const ScopeHandle& scope) {
        scope->values[items[1].text] = run(items[2], scope);
        return Int{0};
    }
    Value run_set(Items items, const ScopeHandle& scope) {
        Value value = run(items[2], scope);
        scope->find(items[1].text) = std::move(value);
        return Int{0};
    }
    Value run_if(Items items, const ScopeHandle& scope) {
        if (truth(run(items[1], scope))) return run(items[2], scope);
        return items.size() > 3 ? run(items[3], scope) : Value(Int{0});
    }
    Value run_while(Items items, const ScopeHandle& scope) {
        while (truth(run(items[1], scope))) run_all(items, 2, scope);
        return Int{0};
    }
    Value run_return(Items items, const ScopeHandle& scope) { throw Return{run(items[1], scope)}; }

    std::unordered_map<std::string, Value (Interpreter::*)(Items, const ScopeHandle&)> special_;
};

struct Procedure : Callable {
    Procedure(const std::vector<Node>& names, std::size_t first, const std::vector<Node>& items, ScopeHandle scope)
        : body(items), scope(std::move(scope)) {
        for (std::size_t i = first; i < names.size(); ++i) parameters.push_back(names[i].text);
    }
    Value call(Interpreter& interpreter, std::vector<Value> arguments) override {
        auto inner = std::make_shared<Scope>(Scope{{}, scope});
        for (std::size_t i = 0; i < parameters.size(); ++i) inner->values[parameters[i]] = std::move(arguments[i]);
        try {
            return interpreter.run_all(body, 2, inner);
        } catch (const Return& result) {
            return result.value;
        }
    }
    std::vector<std::string> parameters;
    const std::vector<Node>& body;
    ScopeHandle scope;
};

struct Builtin : Callable {
    explicit Builtin(Int (*function)(Int, Int)) : function(function) {}
    Value call(Interpreter&, std::vector<Value> arguments) override {
        return function(std::get<Int>(arguments[0]), std::get<Int>(arguments[1]));
    }
    Int (*function)(Int, Int);
};

Value Interpreter::run_define(Items items, const ScopeHandle& scope) {
    scope->values[items[1].items[0].text] = std::make_shared<Procedure>(items[1].items, 1, items, scope);
    return Int{0};
}

Value Interpreter::run_lambda(Items items, const ScopeHandle& scope) {
    return std::make_shared<Procedure>(items[1].items, 0, items, scope);
}

static std::vector<Node> parse(const std::string& text) {
    std::string spaced;
    for (const char c : text) spaced += c == '(' || c == ')' ? std::string{' ', c, ' '} : std::string(1, c);
    std::istringstream words(spaced);
    std::vector<Node> stack(1);
    for (std::string word; words >> word;) {
        if (word == "(") {
            stack.emplace_back();
        } else if (word == ")") {
            Node done = std::move(stack.back());
            stack.pop_back();
            stack.back().items.push_back(std::move(done));
        } else if (word.find_first_not_of("0123456789") == std::string::npos) {
            stack.back().items.push_back({Node::Literal, std::stoll(word), "", {}});
        } else {
            stack.back().items.push_back({Node::Name, 0, word, {}});
        }
    }
    return stack[0].items;
}

static Int run(Int depth) {
    const std::vector<Node> program = parse(script);
    Interpreter interpreter;
    auto scope = std::make_shared<Scope>();
    const auto builtin = [&](const char* name, Int (*function)(Int, Int)) {
        scope->values[name] = std::make_shared<Builtin>(function);
    };
    builtin("+", [](Int a, Int b) { return a + b; });
    builtin("-", [](Int a, Int b) { return a - b; });
    builtin("*", [](Int a, Int b) { return a * b; });
    builtin("%", [](Int a, Int b) { return bench::floor_modulo(a, b); });
    builtin("<", [](Int a, Int b) -> Int { return a < b; });
    builtin("<=", [](Int a, Int b) -> Int { return a <= b; });
    builtin("=", [](Int a, Int b) -> Int { return a == b; });
    scope->values["depth"] = depth;
    const Int result = std::get<Int>(interpreter.run_all(program, 0, scope));
    scope->values.clear();
    return result * 100000 + interpreter.calls;
}

BENCH_MAIN(run)
