#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "harness.hpp"
using bench::Int;
using Lines = std::vector<std::string>;

struct Request {
    std::string address;
    Int hour;
    std::string method, path, status;
    Int size;
    std::string agent = "-";

    bool failed() const { return status[0] == '4' || status[0] == '5'; }
    std::string section() const {
        const std::string plain = path.substr(0, path.find('?'));
        const auto slash = plain.find('/', 1);
        const std::string first = plain.substr(1, slash == std::string::npos ? slash : slash - 1);
        return first.empty() ? "home" : first;
    }
};

struct BadLine {};

struct Group {
    Int requests = 0, failures = 0, total = 0, largest = 0;
    std::unordered_set<std::string> visitors;

    void add(const Request& request) {
        ++requests;
        total += request.size;
        if (request.failed()) ++failures;
        largest = std::max(largest, request.size);
        visitors.insert(request.address);
    }
};

static std::string text_of(Int value) { return std::to_string(value); }
static std::string left(const std::string& text, std::size_t width, char fill = ' ') {
    return text.size() < width ? text + std::string(width - text.size(), fill) : text;
}
static std::string right(const std::string& text, std::size_t width, char fill = ' ') {
    return text.size() < width ? std::string(width - text.size(), fill) + text : text;
}
static std::string two(Int value) { return right(text_of(value), 2, '0'); }

static Lines make_lines(Int count) {
    static const char* const methods[] = {"GET", "GET", "POST", "PUT", "DELETE"};
    Lines lines;
    Int state = 9;
    for (Int number = 0; number < count; ++number) {
        state = bench::next_state(state);
        const Int value = state / 65536;
        const std::string id = text_of(value % 97);
        const std::string paths[] = {"/", "/about", "/users/" + id, "/users/" + id + "/orders",
                                     "/search?q=item" + id, "/static/site.css"};
        const std::string address = "10.0." + text_of(value % 7) + "." + text_of(value % 251);
        const Int status = value % 29 == 0 ? 500 + value % 3 : value % 11 == 0 ? 404 : 200;
        if (value % 101 == 0) {
            lines.push_back("# restarted");
        } else if (value % 103 == 0) {
            lines.push_back(address + " broken");
        } else {
            const std::string time = two(number % 86400 / 3600 + value % 20) + ":" + two(number / 60 % 60) + ":" +
                                     two(number % 60);
            lines.push_back(address + " [" + time + "] \"" + methods[value % 5] + " " + paths[value % 6] + "\" " +
                            text_of(status) + " " + text_of(value * 13 % 50000) +
                            (value % 2 ? " agent=\"Browser/" + text_of(value % 5) + "\"" : ""));
        }
    }
    return lines;
}

// What stands before `separator`; `rest` goes on behind it.
static std::string before(std::string& rest, const std::string& separator) {
    const auto found = rest.find(separator);
    const std::string first = rest.substr(0, found);
    rest = found == std::string::npos ? "" : rest.substr(found + separator.size());
    return first;
}

static Request parse_line(const std::string& line) {
    if (line.find(" [") == std::string::npos) throw BadLine{};
    std::string rest = line;
    Request request;
    request.address = before(rest, " [");
    request.hour = std::stoll(before(rest, "] \"").substr(0, 2));
    request.path = before(rest, "\" ");
    request.method = before(request.path, " ");
    request.status = before(rest, " ");
    request.size = std::stoll(before(rest, " "));
    if (!rest.empty()) {
        before(rest, "=");
        request.agent = rest.substr(1, rest.size() - 2);
    }
    return request;
}

class Report {
  public:
    void read(const Lines& lines, std::size_t start) {
        for (std::size_t i = start; i < lines.size(); ++i) {
            if (lines[i].empty() || lines[i][0] == '#') continue;
            try {
                add(parse_line(lines[i]));
            } catch (const BadLine&) {
                ++problems_;
            }
        }
    }

    Lines lines() const {
        constexpr std::size_t width = 12;
        Lines out{left("section", width) + right("count", 8) + right("failed", 8) + right("mean", 8) +
                  right("visitors", 10)};
        std::vector<std::pair<std::string, const Group*>> groups;
        for (const auto& [name, group] : sections_) groups.emplace_back(name, &group);
        std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
            return std::pair(-a.second->requests, a.first) < std::pair(-b.second->requests, b.first);
        });
        for (const auto& [name, group] : groups)
            out.push_back(left(name, width) + right(text_of(group->requests), 8) + right(text_of(group->failures), 8) +
                          right(text_of(group->total / group->requests), 8) +
                          right(text_of(static_cast<Int>(group->visitors.size())), 10));
        auto hours = hours_;
        std::stable_sort(hours.begin(), hours.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
        for (std::size_t i = 0; i < std::min<std::size_t>(5, hours.size()); ++i)
            out.push_back(two(hours[i].first) + "h " + text_of(hours[i].second));
        for (const auto& [method, times] : methods_) out.push_back(left(method, width, '.') + text_of(times));
        for (const auto& [agent, sizes] : agents_) {
            Int total = 0;
            for (const Int size : sizes) total += size;
            out.push_back(agent + ": " + text_of(total / static_cast<Int>(sizes.size())) + " of " +
                          text_of(*std::max_element(sizes.begin(), sizes.end())));
        }
        out.push_back(text_of(problems_) + " problems");
        return out;
    }

  private:
    void add(const Request& request) {
        sections_[request.section()].add(request);
        const auto hour = std::find_if(hours_.begin(), hours_.end(),
                                       [&](const auto& entry) { return entry.first == request.hour; });
        if (hour == hours_.end())
            hours_.emplace_back(request.hour, 1);
        else
            ++hour->second;
        ++methods_[request.method];
        agents_[request.agent].push_back(request.size);
    }

    std::unordered_map<std::string, Group> sections_;
    std::vector<std::pair<Int, Int>> hours_;  // in the order in which they came
    std::map<std::string, Int> methods_;
    std::map<std::string, std::vector<Int>> agents_;
    Int problems_ = 0;
};

static Int run(Int count) {
    const Lines lines = make_lines(count);
    Int checksum = 0;
    for (std::size_t start = 0; start < 3; ++start) {
        Report report;
        report.read(lines, start);
        for (const std::string& line : report.lines())
            for (const char c : line) checksum = (checksum * 31 + c) % 1000000007;
    }
    return checksum;
}

BENCH_MAIN(run)
