#include <unordered_map>

#include "harness.hpp"
using bench::Int;
using Graph = std::unordered_map<Int, std::vector<Int>>;
using Distances = std::unordered_map<Int, Int>;

static Graph make_graph(Int nodes) {
    Graph graph;
    Int state = 99;
    for (Int node = 0; node < nodes; ++node) {
        std::vector<Int> neighbours{(node + 1) % nodes};
        for (int i = 0; i < 2; ++i) {
            state = bench::next_state(state);
            neighbours.push_back(state / 64 % nodes);
        }
        graph[node] = neighbours;
    }
    return graph;
}

static Distances distances(const Graph& graph, Int start) {
    Distances distance{{start, 0}};
    std::vector<Int> queue{start};
    for (std::size_t head = 0; head < queue.size(); ++head) {
        const Int node = queue[head];
        const Int further = distance.at(node) + 1;
        for (const Int neighbour : graph.at(node))
            if (distance.emplace(neighbour, further).second) queue.push_back(neighbour);
    }
    return distance;
}

static Int run(Int nodes) {
    const Graph graph = make_graph(nodes);
    Int checksum = 0;
    for (Int start = 0; start < 3; ++start)
        for (const auto& [node, distance] : distances(graph, start))
            checksum = (checksum + node * distance) % 1000000007;
    return checksum;
}

BENCH_MAIN(run)
