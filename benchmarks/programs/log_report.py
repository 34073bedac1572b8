"""A log of requests: lines are parsed, grouped and counted, and a report is written."""

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass

SIZE = 6_000
PATHS = ("/", "/about", "/users/{}", "/users/{}/orders", "/search?q=item{}", "/static/site.css")
METHODS = ("GET", "GET", "POST", "PUT", "DELETE")
LEVELS = {"4": "client", "5": "server"}


@dataclass
class Request:
    address: str
    hour: int
    method: str
    path: str
    status: str
    size: int
    agent: str = "-"

    @property
    def failed(self):
        return self.status[0] in LEVELS

    def section(self):
        first = self.path.partition("?")[0].split("/")[1]
        return first or "home"


class BadLineError(ValueError):
    pass


class Group:
    def __init__(self, name):
        self.name = name
        self.requests = 0
        self.failures = 0
        self.total = 0
        self.largest = 0
        self.visitors = set()

    def add(self, request):
        self.requests += 1
        self.total += request.size
        if request.failed:
            self.failures += 1
        if request.size > self.largest:
            self.largest = request.size
        self.visitors.add(request.address)

    @property
    def mean(self):
        return self.total // self.requests if self.requests else 0


def make_lines(count):
    state = 9
    for number in range(count):
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        value = state // 65_536
        path = PATHS[value % 6].format(value % 97)
        address = f"10.0.{value % 7}.{value % 251}"
        status = 500 + value % 3 if value % 29 == 0 else 404 if value % 11 == 0 else 200
        if value % 101 == 0:
            yield "# restarted"
        elif value % 103 == 0:
            yield f"{address} broken"
        else:
            hour = number % 86_400 // 3600 + value % 20
            time = f"{hour:02}:{number // 60 % 60:02}:{number % 60:02}"
            agent = f' agent="Browser/{value % 5}"' if value % 2 else ""
            request = f"{METHODS[value % 5]} {path}"
            yield f'{address} [{time}] "{request}" {status} {value * 13 % 50_000}{agent}'


def parse_line(line):
    address, found, rest = line.partition(" [")
    if not found:
        raise BadLineError(line)
    time, _, rest = rest.partition('] "')
    request, _, rest = rest.partition('" ')
    method, path = request.split(" ", 1)
    fields = rest.split()
    extra = {}
    for item in fields[2:]:
        name, _, value = item.partition("=")
        extra[name] = value.strip('"')
    return Request(address, int(time[:2]), method, path, fields[0], int(fields[1]), **extra)


def requests_of(lines, problems):
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            yield parse_line(line)
        except BadLineError as error:
            problems.append((number, str(error)))


class Report:
    def __init__(self):
        self.sections = {}
        self.hours = Counter()
        self.methods = defaultdict(int)
        self.agents = {}
        self.problems = []

    def read(self, lines):
        for request in requests_of(lines, self.problems):
            section = request.section()
            group = self.sections.get(section)
            if group is None:
                group = self.sections[section] = Group(section)
            group.add(request)
            self.hours[request.hour] += 1
            self.methods[request.method] += 1
            self.agents.setdefault(request.agent, []).append(request.size)

    def lines(self, width=12):
        yield f"{'section':<{width}}{'count':>8}{'failed':>8}{'mean':>8}{'visitors':>10}"
        groups = sorted(self.sections.values(), key=lambda group: (-group.requests, group.name))
        for group in groups:
            yield (
                f"{group.name:<{width}}{group.requests:>8}{group.failures:>8}{group.mean:>8}"
                f"{len(group.visitors):>10}"
            )
        for hour, times in self.hours.most_common(5):
            yield f"{hour:02}h {times}"
        for method, times in sorted(self.methods.items()):
            yield method.ljust(width, ".") + str(times)
        for agent in sorted(self.agents):
            sizes = self.agents[agent]
            yield f"{agent}: {sum(sizes) // len(sizes)} of {max(sizes)}"
        yield f"{len(self.problems)} problems"


def main(count):
    lines = list(make_lines(count))
    checksum = 0
    for start in range(3):
        report = Report()
        report.read(lines[start:])
        for line in report.lines():
            for char in line:
                checksum = (checksum * 31 + ord(char)) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
