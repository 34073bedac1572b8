#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>
#include <variant>

#include "harness.hpp"
using bench::Int;

struct DecodeError {
    Int position;
};
struct LookupFailure {};

struct Value;
struct Member;
using List = std::vector<Value>;
using Dict = std::vector<Member>;  // in the order in which keys came

struct Value {
    Value();
    Value(bool truth);
    Value(Int number);
    Value(std::string text);
    Value(List list);
    Value(Dict dict);
    bool operator==(const Value& other) const;
    std::variant<std::monostate, bool, Int, std::string, List, Dict> held;
};

struct Member {
    std::string key;
    Value value;
    bool operator==(const Member& other) const { return key == other.key && value == other.value; }
};

Value::Value() = default;
Value::Value(bool truth) : held(truth) {}
Value::Value(Int number) : held(number) {}
Value::Value(std::string text) : held(std::move(text)) {}
Value::Value(List list) : held(std::move(list)) {}
Value::Value(Dict dict) : held(std::move(dict)) {}
bool Value::operator==(const Value& other) const { return held == other.held; }

class Encoder {
  public:
    explicit Encoder(bool sort_keys) : sort_keys_(sort_keys) {}
    std::string encode(const Value& value) {
        write(value);
        return std::move(out_);
    }

  private:
    void write(const Value& value) {
        if (const auto* truth = std::get_if<bool>(&value.held)) {
            out_ += *truth ? "true" : "false";
        } else if (const auto* number = std::get_if<Int>(&value.held)) {
            out_ += std::to_string(*number);
        } else if (const auto* text = std::get_if<std::string>(&value.held)) {
            write_text(*text);
        } else if (const auto* list = std::get_if<List>(&value.held)) {
            out_ += '[';
            for (std::size_t i = 0; i < list->size(); ++i) {
                if (i > 0) out_ += ',';
                write((*list)[i]);
            }
            out_ += ']';
        } else if (const auto* dict = std::get_if<Dict>(&value.held)) {
            write_dict(*dict);
        } else {
            out_ += "null";
        }
    }

    void write_text(const std::string& text) {
        out_ += '"';
        for (const char c : text) {
            switch (c) {
                case '"': out_ += "\\\""; break;
                case '\\': out_ += "\\\\"; break;
                case '\n': out_ += "\\n"; break;
                case '\t': out_ += "\\t"; break;
                default: out_ += c;
            }
        }
        out_ += '"';
    }

    void write_dict(const Dict& dict) {
        std::vector<const Member*> entries;
        for (const auto& entry : dict) entries.push_back(&entry);
        if (sort_keys_)
            std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
        out_ += '{';
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (i > 0) out_ += ',';
            write_text(entries[i]->key);
            out_ += ':';
            write(entries[i]->value);
        }
        out_ += '}';
    }

    bool sort_keys_;
    std::string out_;
};

class Decoder {
  public:
    explicit Decoder(const std::string& text) : text_(text) {}

    Value decode() {
        Value value = read();
        skip();
        if (position_ < text_.size()) throw error();
        return value;
    }

  private:
    DecodeError error() const { return {static_cast<Int>(position_)}; }

    char at(std::size_t position) const {
        if (position >= text_.size()) throw LookupFailure{};
        return text_[position];
    }

    void skip() {
        while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n' || text_[position_] == '\t'))
            ++position_;
    }

    char peek() {
        skip();
        if (position_ >= text_.size()) throw error();
        return text_[position_];
    }

    void expect(char c) {
        if (peek() != c) throw error();
        ++position_;
    }

    bool accept(char c) {
        if (peek() != c) return false;
        ++position_;
        return true;
    }

    static bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

    Value read() {
        const char c = peek();
        if (c == '{') return read_dict();
        if (c == '[') return read_list();
        if (c == '"') return read_text();
        if (c == '-' || is_digit(c)) return read_number();
        if (word("true")) return true;
        if (word("false")) return false;
        if (word("null")) return {};
        throw error();
    }

    bool word(const std::string& expected) {
        if (text_.compare(position_, expected.size(), expected) != 0) return false;
        position_ += expected.size();
        return true;
    }

    Int read_number() {
        const std::size_t start = position_++;
        while (position_ < text_.size() && is_digit(text_[position_])) ++position_;
        return std::stoll(text_.substr(start, position_ - start));
    }

    std::string read_text() {
        ++position_;
        std::string result;
        for (;;) {
            const char c = at(position_);
            if (c == '"') {
                ++position_;
                return result;
            }
            if (c != '\\') {
                result += c;
                ++position_;
                continue;
            }
            switch (at(position_ + 1)) {
                case '"': result += '"'; break;
                case '\\': result += '\\'; break;
                case 'n': result += '\n'; break;
                case 't': result += '\t'; break;
                default: throw LookupFailure{};
            }
            position_ += 2;
        }
    }

    List read_list() {
        List values;
        expect('[');
        if (accept(']')) return values;
        for (;;) {
            values.push_back(read());
            if (accept(']')) return values;
            expect(',');
        }
    }

    Dict read_dict() {
        Dict values;
        expect('{');
        if (accept('}')) return values;
        for (;;) {
            skip();
            std::string key = read_text();
            expect(':');
            values.push_back({std::move(key), read()});
            if (accept('}')) return values;
            expect(',');
        }
    }

    const std::string& text_;
    std::size_t position_ = 0;
};

static Value document(Int number) {
    const auto text = [](const char* characters) { return std::string(characters); };
    List tags{"tag" + std::to_string(number % 7), text("a\tb"), text("say \"hi\"")};
    tags.resize(std::min<Int>(3, number % 4));
    List sizes;
    for (Int row = 0; row < 3; ++row)
        for (Int column = 0; column < 2; ++column) {
            List pair;
            pair.push_back(number * row % 1000 - 300);
            pair.push_back(column);
            sizes.push_back(std::move(pair));
        }
    List empty;
    empty.push_back(List{});
    empty.push_back(Dict{});
    const Dict roles{{"admin", number % 5 == 0}, {"since", 1970 + number % 50}};
    const Dict owner{{"name", text("ada")}, {"roles", roles}};
    return Dict{{"id", number},
                {"name", "item " + std::to_string(number)},
                {"tags", tags},
                {"active", number % 3 == 0},
                {"parent", number % 2 ? Value() : Value(number / 2)},
                {"sizes", sizes},
                {"owner", owner},
                {"path", "C:\\data\\" + std::to_string(number) + "\n"},
                {"empty", empty}};
}

// Whether two values hold the same, dicts in any order of keys.
static bool same(const Value& a, const Value& b) {
    const auto* left = std::get_if<Dict>(&a.held);
    const auto* right = std::get_if<Dict>(&b.held);
    if (!left || !right) return a == b;
    return left->size() == right->size() && std::all_of(left->begin(), left->end(), [&](const Member& entry) {
               const auto found = std::find_if(right->begin(), right->end(),
                                               [&](const Member& other) { return other.key == entry.key; });
               return found != right->end() && same(entry.value, found->value);
           });
}

static Int run(Int count) {
    Int checksum = 0;
    for (Int number = 0; number < count; ++number) {
        const Value value = document(number);
        const std::string text = Encoder(number % 2 == 0).encode(value);
        if (!same(Decoder(text).decode(), value)) std::abort();
        const std::string cut = text.substr(0, text.size() - 1 - number % 9);
        try {
            Decoder(cut).decode();
        } catch (const DecodeError& error) {
            checksum = (checksum * 31 + error.position) % 1000000007;
        } catch (const LookupFailure&) {
            checksum = (checksum * 31 + 1) % 1000000007;
        }
        const Int length = static_cast<Int>(text.size());
        checksum = (checksum * 31 + length + text[number % length]) % 1000000007;
    }
    return checksum;
}

BENCH_MAIN(run)
