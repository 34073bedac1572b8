"""An event simulation: customers at stations; a heap of events, callbacks and queues."""

import heapq
import sys
from collections import deque
from dataclasses import dataclass, field

SIZE = 9_000


class Random:
    def __init__(self, state):
        self.state = state

    def below(self, limit):
        self.state = (self.state * 1_103_515_245 + 12_345) % 2_147_483_648
        return self.state // 65_536 % limit

    def between(self, low, high):
        return low + self.below(high - low + 1)


class Simulation:
    def __init__(self):
        self.now = 0
        self.events = []
        self.scheduled = 0

    def schedule(self, delay, action, *arguments):
        self.scheduled += 1
        heapq.heappush(self.events, (self.now + delay, self.scheduled, action, arguments))

    def run(self):
        while self.events:
            self.now, _, action, arguments = heapq.heappop(self.events)
            action(*arguments)


@dataclass
class Customer:
    number: int
    arrived: int
    route: list
    visited: int = 0
    waited: int = 0
    urgent: bool = False


@dataclass
class Statistics:
    served: int = 0
    waiting: int = 0
    longest: int = 0
    by_length: dict = field(default_factory=dict)

    def record(self, wait, length):
        self.served += 1
        self.waiting += wait
        self.longest = max(self.longest, wait)
        self.by_length[length] = self.by_length.get(length, 0) + 1


class Station:
    def __init__(self, name, simulation, random, *, servers=1, service=(5, 10)):
        self.name = name
        self.simulation = simulation
        self.random = random
        self.free = servers
        self.service = service
        self.queue = deque()
        self.statistics = Statistics()

    def service_time(self, customer):
        return self.random.between(*self.service)

    def arrive(self, customer, leave):
        entry = (customer, self.simulation.now, leave)
        if customer.urgent:
            self.queue.appendleft(entry)
        else:
            self.queue.append(entry)
        if self.free > 0:
            self.begin()

    def begin(self):
        customer, since, leave = self.queue.popleft()
        wait = self.simulation.now - since
        self.statistics.record(wait, length=len(self.queue))
        customer.waited += wait
        self.free -= 1
        self.simulation.schedule(self.service_time(customer), self.finish, customer, leave)

    def finish(self, customer, leave):
        self.free += 1
        if self.queue:
            self.begin()
        leave(customer)


class FastLane(Station):
    def service_time(self, customer):
        return 1 if customer.urgent else super().service_time(customer)


class Shop:
    def __init__(self, seed):
        self.random = Random(seed)
        self.simulation = Simulation()
        self.stations = {
            station.name: station
            for station in (
                Station("entry", self.simulation, self.random, service=(2, 5)),
                Station("advice", self.simulation, self.random, servers=3, service=(9, 21)),
                FastLane("cash", self.simulation, self.random, servers=2, service=(3, 12)),
            )
        }
        self.checksum = 0

    def open(self, customers):
        route = ["entry", "advice", "cash"]
        for number in range(customers):
            customer = Customer(
                number,
                number * 6,
                route=route if self.random.below(3) else route[::2],
                urgent=self.random.below(10) == 0,
            )
            self.simulation.schedule(customer.arrived, self.proceed, customer)
        self.simulation.run()

    def proceed(self, customer):
        if customer.visited == len(customer.route):
            spent = self.simulation.now - customer.arrived
            self.checksum = (self.checksum * 31 + spent + customer.waited) % 1_000_000_007
            return
        station = self.stations[customer.route[customer.visited]]
        customer.visited += 1
        station.arrive(customer, leave=self.proceed)


def main(customers):
    shop = Shop(11)
    shop.open(customers)
    checksum = shop.checksum
    for station in shop.stations.values():
        found = station.statistics
        checksum = (checksum * 31 + found.served + found.waiting + found.longest) % 1_000_000_007
        for length, times in sorted(found.by_length.items()):
            checksum = (checksum * 31 + length * times) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
