#include "ir/cursor.h"

#include <bit>
#include <charconv>

namespace aipy::ir {
namespace {

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

}  // namespace

void Cursor::skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
    if (!rest_.empty() && rest_.front() == ';') rest_ = {};
}

void Cursor::fail(const std::string& message) const {
    throw ParseError{message + (rest_.empty() ? " at the end" : " at `" + std::string(rest_) + "`")};
}

bool Cursor::accept(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    if (is_word(text.back()) && rest_.size() > text.size() && is_word(rest_[text.size()])) return false;
    rest_.remove_prefix(text.size());
    skip_space();
    return true;
}

void Cursor::expect(std::string_view text) {
    if (!accept(text)) fail("expected `" + std::string(text) + "`");
}

std::string_view Cursor::word() {
    size_t length = 0;
    while (length < rest_.size() && is_word(rest_[length])) ++length;
    std::string_view found = rest_.substr(0, length);
    rest_.remove_prefix(length);
    skip_space();
    return found;
}

uint32_t Cursor::number() {
    int64_t value = integer();
    if (value < 0 || value > 0xfffffffe) fail("expected a small number");
    return static_cast<uint32_t>(value);
}

int64_t Cursor::integer() {
    int64_t value = 0;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{}) fail("expected a number");
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    skip_space();
    return value;
}

double Cursor::floating() {
    if (rest_.starts_with("nan.")) {
        rest_.remove_prefix(4);
        uint64_t bits = 0;
        auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), bits);
        if (error != std::errc{}) fail("expected the bits of a NaN");
        rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
        skip_space();
        return std::bit_cast<double>(bits);
    }
    double value = 0;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{}) fail("expected a number");
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    skip_space();
    return value;
}

std::string Cursor::string() {
    if (peek() != '"') fail("expected a text in quotes");
    rest_.remove_prefix(1);
    std::string text;
    while (!rest_.empty() && rest_.front() != '"') {
        char c = rest_.front();
        rest_.remove_prefix(1);
        text += c == '\\' ? escape() : c;
    }
    if (rest_.empty()) fail("a text without its closing quote");
    rest_.remove_prefix(1);
    skip_space();
    return text;
}

char Cursor::escape() {
    char kind = peek();
    if (!rest_.empty()) rest_.remove_prefix(1);
    if (kind == 'n') return '\n';
    if (kind == '"' || kind == '\\') return kind;
    unsigned value = 0;
    std::string_view digits = rest_.substr(0, 2);
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (kind != 'x' || error != std::errc{} || end != digits.data() + 2) fail("an unknown escape");
    rest_.remove_prefix(2);
    return static_cast<char>(value);
}

Type Cursor::type() {
    size_t length = 0;
    while (length < rest_.size() && is_word(rest_[length])) ++length;
    if (length < rest_.size() && rest_[length] == '<') length = std::min(rest_.find('>', length), rest_.size() - 1) + 1;
    if (length + 1 < rest_.size() && rest_[length] == ':' && is_word(rest_[length + 1])) {
        ++length;
        while (length < rest_.size() && is_word(rest_[length])) ++length;
    }
    std::optional<Type> found = parse_type(rest_.substr(0, length));
    if (!found) fail("expected a type");
    rest_.remove_prefix(length);
    skip_space();
    return *found;
}

uint32_t Cursor::numbered(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) fail("expected `" + std::string(prefix) + "` and a number");
    rest_.remove_prefix(prefix.size());
    return number();
}

}  // namespace aipy::ir
