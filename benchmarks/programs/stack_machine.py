"""A class with methods: a stack machine that runs tuples (method calls, push and pop)."""

import sys

SIZE = 250_000


class Machine:
    def __init__(self, program):
        self.program = program
        self.stack = []
        self.counter = 0
        self.total = 0

    def push(self, value):
        self.stack.append(value)

    def pop(self):
        return self.stack.pop()

    def step(self, instruction):
        name, operand = instruction
        if name == "push":
            self.push(operand)
        elif name == "add":
            self.push((self.pop() + self.pop()) % 1_000_003)
        elif name == "multiply":
            self.push(self.pop() * self.pop() % 1_000_003)
        elif name == "counter":
            self.push(self.counter + operand)
        elif name == "store":
            self.total = (self.total + self.pop()) % 1_000_000_007

    def run(self, rounds):
        while self.counter < rounds:
            for instruction in self.program:
                self.step(instruction)
            self.counter += 1
        return self.total


def main(rounds):
    program = [
        ("push", 17),
        ("counter", 3),
        ("multiply", 0),
        ("counter", 0),
        ("push", 5),
        ("add", 0),
        ("add", 0),
        ("store", 0),
    ]
    return Machine(program).run(rounds)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
