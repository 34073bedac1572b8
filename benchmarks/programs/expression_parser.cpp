#include <cctype>
#include <memory>
#include <unordered_map>

#include "harness.hpp"
using bench::Int;
using Variables = std::unordered_map<std::string, Int>;

constexpr Int modulus = 1000003;

struct ParseError {
    Int position;
};
struct ArithmeticError {};

struct Token {
    char kind;
    std::string text;
    Int position;
};

struct Node {
    virtual ~Node() = default;
    virtual Int evaluate(const Variables& variables) const = 0;
};
using Tree = std::unique_ptr<Node>;

struct Number : Node {
    explicit Number(Int value) : value(value) {}
    Int evaluate(const Variables&) const override { return value; }
    Int value;
};

struct Variable : Node {
    explicit Variable(std::string name) : name(std::move(name)) {}
    Int evaluate(const Variables& variables) const override {
        const auto found = variables.find(name);
        if (found == variables.end()) throw ArithmeticError{};
        return found->second;
    }
    std::string name;
};

struct Negative : Node {
    explicit Negative(Tree operand) : operand(std::move(operand)) {}
    Int evaluate(const Variables& variables) const override { return -operand->evaluate(variables); }
    Tree operand;
};

struct Binary : Node {
    Binary(char op, Tree left, Tree right) : op(op), left(std::move(left)), right(std::move(right)) {}
    Int evaluate(const Variables& variables) const override {
        const Int a = left->evaluate(variables);
        const Int b = right->evaluate(variables);
        switch (op) {
            case '+': return a + b;
            case '-': return a - b;
            case '*': return bench::floor_modulo(a * b, modulus);
            default:
                if (b == 0) throw ArithmeticError{};
                return b > 0 ? bench::floor_divide(a, b) : bench::floor_divide(-a, -b);
        }
    }
    char op;
    Tree left, right;
};

static std::vector<Token> tokens_of(const std::string& text) {
    std::vector<Token> tokens;
    const Int length = static_cast<Int>(text.size());
    Int position = 0;
    while (position < length) {
        const unsigned char c = text[position];
        const Int start = position;
        if (std::isspace(c)) {
            ++position;
        } else if (std::isdigit(c)) {
            while (position < length && std::isdigit(static_cast<unsigned char>(text[position]))) ++position;
            tokens.push_back({'n', text.substr(start, position - start), start});
        } else if (std::isalpha(c)) {
            while (position < length && std::isalnum(static_cast<unsigned char>(text[position]))) ++position;
            tokens.push_back({'v', text.substr(start, position - start), start});
        } else if (std::string("+-*/()").find(static_cast<char>(c)) != std::string::npos) {
            ++position;
            tokens.push_back({static_cast<char>(c), std::string(1, static_cast<char>(c)), start});
        } else {
            throw ParseError{position};
        }
    }
    tokens.push_back({'e', "", length});
    return tokens;
}

class Parser {
  public:
    explicit Parser(const std::string& text) : tokens_(tokens_of(text)) {}

    Tree parse() {
        Tree tree = sum();
        expect('e');
        return tree;
    }

  private:
    const Token* accept(char kind, char other = 0) {
        const Token& token = tokens_[index_];
        if (token.kind != kind && token.kind != other) return nullptr;
        ++index_;
        return &token;
    }

    void expect(char kind) {
        if (!accept(kind)) throw ParseError{tokens_[index_].position};
    }

    Tree sum() {
        Tree left = product();
        while (const Token* op = accept('+', '-')) left = std::make_unique<Binary>(op->kind, std::move(left), product());
        return left;
    }

    Tree product() {
        Tree left = factor();
        while (const Token* op = accept('*', '/')) left = std::make_unique<Binary>(op->kind, std::move(left), factor());
        return left;
    }

    Tree factor() {
        if (accept('-')) return std::make_unique<Negative>(factor());
        if (const Token* token = accept('n')) return std::make_unique<Number>(std::stoll(token->text));
        if (const Token* token = accept('v')) return std::make_unique<Variable>(token->text);
        expect('(');
        Tree tree = sum();
        expect(')');
        return tree;
    }

    std::vector<Token> tokens_;
    std::size_t index_ = 0;
};

class Writer {
  public:
    explicit Writer(Int state) : state_(state) {}

    std::string expression(Int depth) {
        const Int choice = below(8);
        if (depth == 0 || choice == 0) return std::to_string(below(1000));
        if (choice == 1) {
            const char letter = "abcd"[below(4)];
            return letter + std::to_string(below(2));
        }
        if (choice == 2) return "-" + expression(depth - 1);
        if (choice == 3 && below(40) == 0) return "(" + expression(depth - 1);
        const std::string left = expression(depth - 1);
        const std::string right = expression(depth - 1);
        const std::string whole = left + " " + "+-*/"[below(4)] + " " + right;
        return choice < 6 ? "(" + whole + ")" : whole;
    }

  private:
    Int below(Int limit) {
        state_ = bench::next_state(state_);
        return state_ / 65536 % limit;
    }

    Int state_;
};

static Int value_of(const std::string& text, const Variables& variables) {
    try {
        return bench::floor_modulo(Parser(text).parse()->evaluate(variables), modulus);
    } catch (const ParseError& error) {
        return error.position;
    } catch (const ArithmeticError&) {
        return 1;
    }
}

static Int run(Int count) {
    Writer writer(42);
    std::vector<std::string> texts;
    for (Int i = 0; i < count; ++i) texts.push_back(writer.expression(5));
    Variables variables{{"a0", 3}, {"a1", 15}, {"b0", 9}, {"b1", 26}, {"c0", 5}, {"c1", 35}, {"d0", 8}};
    Int checksum = 0;
    for (Int value = 0; value < 3; ++value) {
        variables["a0"] = value;
        for (const std::string& text : texts) checksum = (checksum * 31 + value_of(text, variables)) % 1000000007;
    }
    return checksum;
}

BENCH_MAIN(run)
