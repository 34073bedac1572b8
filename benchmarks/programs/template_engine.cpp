#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <variant>

#include "harness.hpp"
using bench::Int;

static const std::string page_source = R"(<h1>{{ title|upper }}</h1>
{% for user in users %}<section id="{{ user.id }}">
<h2>{{ user.name|title }}{% if user.active %} (active){% else %} (gone){% end %}</h2>
{% if user.orders %}<ul>
{% for order in user.orders %}<li class="{{ order.state|lower }}">{{ order.item|escape }}: )"
                                       R"({{ order.count }} x {{ order.price|money }}{% if order.note %} <i>{{ order.note|escape }}</i>{% end %}</li>
{% end %}</ul>
{% else %}<p>{{ nothing|default }}</p>
{% end %}</section>
{% end %}<footer>{{ users|length }} of {{ site.name }}</footer>
)";

// What a template sees: nothing, an int, a text, a list, or something with named parts.
struct Item;
using List = std::vector<Item>;
using Parts = std::map<std::string, Item>;
struct Item {
    std::variant<std::monostate, Int, std::string, std::shared_ptr<List>, std::shared_ptr<Parts>> value;

    bool truth() const {
        if (const auto* number = std::get_if<Int>(&value)) return *number != 0;
        if (const auto* text = std::get_if<std::string>(&value)) return !text->empty();
        if (const auto* list = std::get_if<std::shared_ptr<List>>(&value)) return !(*list)->empty();
        return value.index() != 0;
    }
    std::string text() const {
        if (const auto* number = std::get_if<Int>(&value)) return std::to_string(*number);
        return std::get<std::string>(value);
    }
};
using Filter = std::function<Item(const Item&)>;
using Filters = std::map<std::string, Filter>;

static std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

static std::string strip(const std::string& text) {
    const auto start = text.find_first_not_of(' ');
    return start == std::string::npos ? "" : text.substr(start, text.find_last_not_of(' ') - start + 1);
}

struct Node {
    virtual ~Node() = default;
    virtual void render(const Parts& context, std::string& out) const = 0;
};
using Nodes = std::vector<std::unique_ptr<Node>>;

struct Text : Node {
    explicit Text(std::string text) : text(std::move(text)) {}
    void render(const Parts&, std::string& out) const override { out += text; }
    std::string text;
};

struct Value : Node {
    Value(const std::string& expression, const Filters& all) {
        const auto parts = split(expression, '|');
        path = split(strip(parts[0]), '.');
        for (std::size_t i = 1; i < parts.size(); ++i) filters.push_back(&all.at(strip(parts[i])));
    }
    Item find(const Parts& context) const {
        const auto found = context.find(path[0]);
        if (found == context.end()) return {};
        const Item* item = &found->second;
        for (std::size_t i = 1; i < path.size(); ++i) item = &std::get<std::shared_ptr<Parts>>(item->value)->at(path[i]);
        return *item;
    }
    void render(const Parts& context, std::string& out) const override {
        Item item = find(context);
        for (const Filter* apply : filters) item = (*apply)(item);
        out += item.text();
    }
    std::vector<std::string> path;
    std::vector<const Filter*> filters;
};

struct Condition : Node {
    Condition(Value value, Nodes then, Nodes otherwise)
        : value(std::move(value)), then(std::move(then)), otherwise(std::move(otherwise)) {}
    void render(const Parts& context, std::string& out) const override {
        for (const auto& node : value.find(context).truth() ? then : otherwise) node->render(context, out);
    }
    Value value;
    Nodes then, otherwise;
};

struct Loop : Node {
    Loop(std::string name, Value value, Nodes body)
        : name(std::move(name)), value(std::move(value)), body(std::move(body)) {}
    void render(const Parts& context, std::string& out) const override {
        const Item list = value.find(context);
        for (const Item& item : *std::get<std::shared_ptr<List>>(list.value)) {
            Parts inner = context;
            inner[name] = item;
            for (const auto& node : body) node->render(inner, out);
        }
    }
    std::string name;
    Value value;
    Nodes body;
};

struct Piece {
    enum Kind { Text, Value, Tag } kind;
    std::string content;
};

static std::vector<Piece> pieces_of(const std::string& source) {
    std::vector<Piece> pieces;
    std::size_t position = 0;
    for (;;) {
        const auto start = source.find('{', position);
        if (start == std::string::npos) break;
        const bool value = source[start + 1] == '{';
        if (start > position) pieces.push_back({Piece::Text, source.substr(position, start - position)});
        const auto end = source.find(value ? "}}" : "%}", start);
        pieces.push_back({value ? Piece::Value : Piece::Tag, strip(source.substr(start + 2, end - start - 2))});
        position = end + 2;
    }
    pieces.push_back({Piece::Text, source.substr(position)});
    return pieces;
}

class Template {
  public:
    Template(const std::string& source, const Filters& filters) : filters_(filters), pieces_(pieces_of(source)) {
        nodes_ = parse().first;
    }
    std::string render(const Parts& context) const {
        std::string out;
        for (const auto& node : nodes_) node->render(context, out);
        return out;
    }

  private:
    std::pair<Nodes, std::string> parse() {
        Nodes nodes;
        while (index_ < pieces_.size()) {
            const auto& [kind, content] = pieces_[index_++];
            if (kind == Piece::Text) {
                nodes.push_back(std::make_unique<Text>(content));
            } else if (kind == Piece::Value) {
                nodes.push_back(std::make_unique<Value>(content, filters_));
            } else if (content.starts_with("for ")) {
                const auto in = content.find(" in ");
                Nodes body = parse().first;
                nodes.push_back(std::make_unique<Loop>(strip(content.substr(4, in - 4)),
                                                       Value(content.substr(in + 4), filters_), std::move(body)));
            } else if (content.starts_with("if ")) {
                auto [then, ending] = parse();
                Nodes otherwise = ending == "else" ? parse().first : Nodes{};
                nodes.push_back(std::make_unique<Condition>(Value(content.substr(3), filters_), std::move(then),
                                                            std::move(otherwise)));
            } else {
                return {std::move(nodes), content};
            }
        }
        return {std::move(nodes), ""};
    }

    const Filters& filters_;
    std::vector<Piece> pieces_;
    std::size_t index_ = 0;
    Nodes nodes_;
};

static std::string mapped(std::string text, int (*each)(int)) {
    for (char& c : text) c = static_cast<char>(each(static_cast<unsigned char>(c)));
    return text;
}

static std::string titled(const std::string& text) {
    std::string result = mapped(text, std::tolower);
    for (std::size_t i = 0; i < result.size(); ++i)
        if (i == 0 || result[i - 1] == ' ') result[i] = static_cast<char>(std::toupper(result[i]));
    // Runs of spaces become one, and none is left at the end, as split and join do.
    std::string joined;
    for (const char c : result)
        if (c != ' ' || (!joined.empty() && joined.back() != ' ')) joined += c;
    return strip(joined);
}

static std::string escape(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else
            result += c;
    }
    return result;
}

static std::string money(Int cents) {
    const Int rest = cents % 100;
    return std::to_string(cents / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest) + " EUR";
}

static const std::string items[] = {"nuts & bolts", "a <b> b", "plain paper", "oil > water", "tea"};
static const std::string states[] = {"OPEN", "Sent", "BACK"};

static Item parts(Parts values) { return {std::make_shared<Parts>(std::move(values))}; }

static Item user_of(Int number) {
    List orders;
    for (Int index = 0; index < number * 7 % 5; ++index) {
        orders.push_back(parts({{"item", {items[(number + index) % 5]}},
                                {"count", {index + 1}},
                                {"price", {(number * 37 + index * 11) % 9973}},
                                {"state", {states[(number + index) % 3]}},
                                {"note", {index == 2 ? "<" + std::to_string(number) + ">" : std::string()}}}));
    }
    return parts({{"id", {number}},
                  {"name", {"ada " + items[number % 5].substr(0, 3) + " no" + std::to_string(number)}},
                  {"active", {static_cast<Int>(number % 3 != 0)}},
                  {"orders", {std::make_shared<List>(std::move(orders))}}});
}

static Int run(Int count) {
    const auto text = [](const Item& item) -> const std::string& { return std::get<std::string>(item.value); };
    const Filters filters = {
        {"upper", [=](const Item& item) { return Item{mapped(text(item), std::toupper)}; }},
        {"lower", [=](const Item& item) { return Item{mapped(text(item), std::tolower)}; }},
        {"title", [=](const Item& item) { return Item{titled(text(item))}; }},
        {"escape", [=](const Item& item) { return Item{escape(text(item))}; }},
        {"money", [](const Item& item) { return Item{money(std::get<Int>(item.value))}; }},
        {"length",
         [](const Item& item) {
             return Item{static_cast<Int>(std::get<std::shared_ptr<List>>(item.value)->size())};
         }},
        {"default", [](const Item& item) { return item.value.index() == 0 ? Item{std::string("-")} : item; }},
    };
    Int checksum = 0;
    auto users = std::make_shared<List>();
    for (Int number = 0; number < count; ++number) users->push_back(user_of(number));
    for (Int round = 0; round < 8; ++round) {
        const std::string page =
            Template(page_source, filters)
                .render({{"title", {"round " + std::to_string(round)}},
                         {"users", {users}},
                         {"site", parts({{"name", {std::string("shop")}}})}});
        std::size_t start = 0;
        while (start < page.size()) {
            const auto end = std::min(page.find('\n', start), page.size());
            const std::string line = page.substr(start, end - start);
            checksum = (checksum * 31 + static_cast<Int>(line.size()) * 7 + std::count(line.begin(), line.end(), 'a') +
                        line.back()) %
                       1000000007;
            start = end + 1;
        }
    }
    return checksum;
}

BENCH_MAIN(run)
