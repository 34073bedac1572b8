#include <algorithm>
#include <deque>
#include <functional>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include "harness.hpp"
using bench::Int;
using Way = std::vector<std::string>;

struct CycleError {
    std::string node;
};

struct Road {
    std::string target;
    Int length;
    bool toll;
};

class Graph {
  public:
    void connect(const std::string& source, const std::string& target, Int length, bool toll, bool both) {
        of(source).push_back({target, length, toll});
        auto& back = of(target);
        if (both) back.push_back({source, length, toll});
    }
    const std::vector<Road>& roads(const std::string& name) { return of(name); }
    // Names in the order in which they came, as a dict keeps them.
    const Way& names() const { return names_; }

  private:
    std::vector<Road>& of(const std::string& name) {
        const auto [place, is_new] = roads_.try_emplace(name);
        if (is_new) names_.push_back(name);
        return place->second;
    }
    std::unordered_map<std::string, std::vector<Road>> roads_;
    Way names_;
};

static std::pair<Int, Way> shortest(Graph& graph, const std::string& start, const std::string& goal, bool avoid_tolls) {
    std::unordered_map<std::string, Int> best{{start, 0}};
    std::unordered_map<std::string, std::string> before;
    using Reached = std::pair<Int, std::string>;
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> queue;
    std::unordered_set<std::string> done;
    queue.push({0, start});
    while (!queue.empty()) {
        const auto [distance, name] = queue.top();
        queue.pop();
        if (done.contains(name)) continue;
        if (name == goal) {
            Way way{goal};
            while (way.back() != start) way.push_back(before[way.back()]);
            std::reverse(way.begin(), way.end());
            return {distance, way};
        }
        done.insert(name);
        for (const Road& road : graph.roads(name)) {
            if (avoid_tolls && road.toll) continue;
            const Int reached = distance + road.length;
            const auto found = best.find(road.target);
            if (found != best.end() && reached >= found->second) continue;
            best[road.target] = reached;
            before[road.target] = name;
            queue.push({reached, road.target});
        }
    }
    return {-1, {}};
}

static std::unordered_map<std::string, Int> steps_from(Graph& graph, const std::string& start) {
    std::unordered_map<std::string, Int> steps{{start, 0}};
    std::deque<std::string> queue{start};
    while (!queue.empty()) {
        const std::string name = queue.front();
        queue.pop_front();
        for (const Road& road : graph.roads(name))
            if (steps.try_emplace(road.target, steps[name] + 1).second) queue.push_back(road.target);
    }
    return steps;
}

static std::vector<Int> part_sizes(Graph& graph) {
    std::vector<Int> sizes;
    std::unordered_set<std::string> seen;
    for (const std::string& name : graph.names()) {
        if (seen.contains(name)) continue;
        const auto part = steps_from(graph, name);
        for (const auto& [member, steps] : part) seen.insert(member);
        sizes.push_back(static_cast<Int>(part.size()));
    }
    return sizes;
}

static Way order_of(Graph& graph) {
    enum State { New, Open, Done };
    Way order;
    std::unordered_map<std::string, State> state;
    const std::function<void(const std::string&)> visit = [&](const std::string& name) {
        if (state[name] == Done) return;
        if (state[name] == Open) throw CycleError{name};
        state[name] = Open;
        for (const Road& road : graph.roads(name)) visit(road.target);
        state[name] = Done;
        order.push_back(name);
    };
    for (const std::string& name : graph.names()) visit(name);
    std::reverse(order.begin(), order.end());
    return order;
}

class Numbers {
  public:
    explicit Numbers(Int state) : state_(state) {}
    Int next() {
        state_ = bench::next_state(state_);
        return state_ / 65536;
    }

  private:
    Int state_;
};

static std::string named(const char* kind, Int number) { return kind + std::to_string(number); }

static Graph road_map(Int count, Numbers& random) {
    Graph graph;
    for (Int number = 1; number < count; ++number) {
        const Int first = number - number % 500;
        if (number % 500 != 0) {
            const Int near = std::max(first, number - 1 - random.next() % 20);
            graph.connect(named("town", number), named("town", near), 1 + random.next() % 90, false, true);
        }
        if (number % 3 == 0) {
            const Int other = first + random.next() % (number % 500 + 1);
            graph.connect(named("town", number), named("town", other), 1 + random.next() % 30, true, true);
        }
    }
    return graph;
}

static Graph tasks(Int count, Numbers& random) {
    Graph graph;
    for (Int number = 1; number < count; ++number)
        for (int i = 0; i < 2; ++i)
            graph.connect(named("task", number), named("task", random.next() % number), 1, false, false);
    return graph;
}

static Int run(Int count) {
    Numbers random(3);
    Graph graph = road_map(count, random);
    Int checksum = static_cast<Int>(graph.names().size());
    for (int trip = 0; trip < 20; ++trip) {
        const std::string start = named("town", random.next() % count);
        const std::string goal = named("town", random.next() % count);
        for (const bool avoid_tolls : {false, true}) {
            const auto [distance, way] = shortest(graph, start, goal, avoid_tolls);
            const Int parity = avoid_tolls ? 0 : static_cast<Int>(way.size() % 2);
            checksum = (checksum * 31 + (distance < 0 ? 0 : distance * 10 + parity)) % 1000000007;
        }
    }
    for (const Int size : part_sizes(graph)) checksum = (checksum * 31 + size) % 1000000007;
    Int total = 0;
    for (const auto& [name, steps] : steps_from(graph, "town0")) total += steps;
    checksum = (checksum * 31 + total) % 1000000007;
    Graph plan = tasks(count / 2, random);
    Int position = 0;
    for (const std::string& name : order_of(plan)) checksum = (checksum + position++ * std::stoll(name.substr(4))) % 1000000007;
    plan.connect("task0", named("task", count / 2 - 1), 1, false, false);
    try {
        order_of(plan);
    } catch (const CycleError& error) {
        checksum = (checksum * 31 + static_cast<Int>(error.node.size())) % 1000000007;
    }
    return checksum;
}

BENCH_MAIN(run)
