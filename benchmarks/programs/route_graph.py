"""A road map: shortest ways with a heap, connected parts, and an order of tasks."""

import heapq
import sys
from collections import defaultdict, deque
from dataclasses import dataclass

SIZE = 2_500


class CycleError(Exception):
    def __init__(self, node):
        super().__init__(f"a circle through {node}")
        self.node = node


@dataclass(frozen=True)
class Road:
    target: str
    length: int
    toll: bool = False


class Graph:
    def __init__(self):
        self.roads = defaultdict(list)

    def connect(self, source, target, length, *, toll=False, both=True):
        self.roads[source].append(Road(target, length, toll))
        if both:
            self.roads[target].append(Road(source, length, toll))
        elif target not in self.roads:
            self.roads[target] = []

    def __contains__(self, name):
        return name in self.roads

    def __iter__(self):
        return iter(self.roads)

    def __len__(self):
        return len(self.roads)

    def neighbours(self, name, avoid_tolls=False):
        for road in self.roads[name]:
            if not (avoid_tolls and road.toll):
                yield road.target, road.length


def shortest(graph, start, goal, avoid_tolls=False):
    best = {start: 0}
    before = {}
    queue = [(0, start)]
    done = set()
    while queue:
        distance, name = heapq.heappop(queue)
        if name in done:
            continue
        if name == goal:
            return distance, way_back(before, start, goal)
        done.add(name)
        for target, length in graph.neighbours(name, avoid_tolls=avoid_tolls):
            reached = distance + length
            if target not in best or reached < best[target]:
                best[target] = reached
                before[target] = name
                heapq.heappush(queue, (reached, target))
    return None, []


def way_back(before, start, goal):
    way = [goal]
    while way[-1] != start:
        way.append(before[way[-1]])
    way.reverse()
    return way


def steps_from(graph, start):
    steps = {start: 0}
    queue = deque([start])
    while queue:
        name = queue.popleft()
        for target, _ in graph.neighbours(name):
            if target not in steps:
                steps[target] = steps[name] + 1
                queue.append(target)
    return steps


def parts_of(graph):
    parts = []
    seen = set()
    for name in graph:
        if name in seen:
            continue
        part = set(steps_from(graph, name))
        seen |= part
        parts.append(part)
    return parts


def order_of(graph):
    order = []
    state = {}

    def visit(name):
        if state.get(name) == "done":
            return
        if state.get(name) == "open":
            raise CycleError(name)
        state[name] = "open"
        for target, _ in graph.neighbours(name):
            visit(target)
        state[name] = "done"
        order.append(name)

    for name in graph:
        visit(name)
    return order[::-1]


def numbers(state):
    while True:
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        yield state // 65_536


def road_map(count, random):
    graph = Graph()
    for number in range(1, count):
        if number % 500 != 0:
            near = max(number - number % 500, number - 1 - next(random) % 20)
            graph.connect(f"town{number}", f"town{near}", 1 + next(random) % 90)
        if number % 3 == 0:
            other = number - number % 500 + next(random) % (number % 500 + 1)
            graph.connect(f"town{number}", f"town{other}", 1 + next(random) % 30, toll=True)
    return graph


def tasks(count, random):
    graph = Graph()
    for number in range(1, count):
        for _ in range(2):
            graph.connect(f"task{number}", f"task{next(random) % number}", 1, both=False)
    return graph


def main(count):
    random = numbers(3)
    graph = road_map(count, random)
    checksum = len(graph)
    for _ in range(20):
        start = f"town{next(random) % count}"
        goal = f"town{next(random) % count}"
        for avoid_tolls in (False, True):
            distance, way = shortest(graph, start, goal, avoid_tolls=avoid_tolls)
            found = 0 if distance is None else distance * 10 + (0 if avoid_tolls else len(way) % 2)
            checksum = (checksum * 31 + found) % 1_000_000_007
    for part in parts_of(graph):
        checksum = (checksum * 31 + len(part)) % 1_000_000_007
    checksum = (checksum * 31 + sum(steps_from(graph, "town0").values())) % 1_000_000_007
    plan = tasks(count // 2, random)
    for position, name in enumerate(order_of(plan)):
        checksum = (checksum + position * int(name.removeprefix("task"))) % 1_000_000_007
    last = f"task{count // 2 - 1}"
    plan.connect("task0", last, 1, both=False)
    try:
        order_of(plan)
    except CycleError as error:
        checksum = (checksum * 31 + len(error.node)) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
