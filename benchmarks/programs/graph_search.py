"""Dicts of lists: breadth-first search in a graph held as a dict from node to neighbours."""

import sys

SIZE = 80_000


def make_graph(nodes):
    graph = {}
    state = 99
    for node in range(nodes):
        neighbours = [(node + 1) % nodes]
        for _ in range(2):
            state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
            neighbours.append(state // 64 % nodes)
        graph[node] = neighbours
    return graph


def distances(graph, start):
    distance = {start: 0}
    queue = [start]
    head = 0
    while head < len(queue):
        node = queue[head]
        head += 1
        further = distance[node] + 1
        for neighbour in graph[node]:
            if neighbour not in distance:
                distance[neighbour] = further
                queue.append(neighbour)
    return distance


def main(nodes):
    graph = make_graph(nodes)
    checksum = 0
    for start in range(3):
        for node, distance in distances(graph, start).items():
            checksum = (checksum + node * distance) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
