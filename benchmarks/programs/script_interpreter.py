"""A small language: its text becomes trees of instances, which an interpreter with scopes walks."""

import sys
from dataclasses import dataclass, field

SIZE = 17

SCRIPT = """
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(define (divides a b) (= 0 (% b a)))
(define (prime n)
  (let i 2)
  (while (<= (* i i) n)
    (if (divides i n) (return 0))
    (set i (+ i 1)))
  1)
(define (primes limit)
  (let count 0)
  (let n 2)
  (while (< n limit)
    (set count (+ count (prime n)))
    (set n (+ n 1)))
  count)
(define (adder step) (lambda (x) (+ x step)))
(define (twice f x) (f (f x)))
(+ (* 1000 (fib depth)) (+ (primes (* 20 depth)) (twice (adder depth) 1)))
"""


class ScriptError(Exception):
    pass


class ReturnError(Exception):
    def __init__(self, value):
        super().__init__()
        self.value = value


@dataclass
class Literal:
    value: int


@dataclass
class Name:
    text: str


@dataclass
class Form:
    items: list = field(default_factory=list)


class Scope:
    def __init__(self, values, outer=None):
        self.values = values
        self.outer = outer

    def find(self, name):
        scope = self
        while scope is not None:
            if name in scope.values:
                return scope.values
            scope = scope.outer
        raise ScriptError(f"unknown name {name}")

    def get(self, name):
        return self.find(name)[name]

    def define(self, name, value):
        self.values[name] = value

    def assign(self, name, value):
        self.find(name)[name] = value


class Procedure:
    def __init__(self, parameters, body, scope):
        self.parameters = parameters
        self.body = body
        self.scope = scope

    def call(self, interpreter, arguments):
        if len(arguments) != len(self.parameters):
            raise ScriptError(f"{len(self.parameters)} arguments expected")
        scope = Scope(dict(zip(self.parameters, arguments, strict=True)), outer=self.scope)
        try:
            return interpreter.run_all(self.body, scope)
        except ReturnError as result:
            return result.value


class Builtin:
    def __init__(self, function):
        self.function = function

    def call(self, interpreter, arguments):
        return self.function(*arguments)


BUILTINS = {
    "+": Builtin(lambda a, b: a + b),
    "-": Builtin(lambda a, b: a - b),
    "*": Builtin(lambda a, b: a * b),
    "%": Builtin(lambda a, b: a % b),
    "<": Builtin(lambda a, b: 1 if a < b else 0),
    "<=": Builtin(lambda a, b: 1 if a <= b else 0),
    "=": Builtin(lambda a, b: 1 if a == b else 0),
}


def parse(text):
    stack = [Form()]
    for word in text.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            stack.append(Form())
        elif word == ")":
            done = stack.pop()
            stack[-1].items.append(done)
        elif word.isdigit():
            stack[-1].items.append(Literal(int(word)))
        else:
            stack[-1].items.append(Name(word))
    if len(stack) != 1:
        raise ScriptError("an open parenthesis")
    return stack[0].items


class Interpreter:
    def __init__(self):
        self.calls = 0
        self.special = {
            "define": self.run_define,
            "let": self.run_let,
            "set": self.run_set,
            "if": self.run_if,
            "while": self.run_while,
            "return": self.run_return,
            "lambda": self.run_lambda,
        }

    def run(self, node, scope):
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Name):
            return scope.get(node.text)
        head = node.items[0]
        if isinstance(head, Name):
            special = self.special.get(head.text)
            if special is not None:
                return special(node.items, scope)
        self.calls += 1
        callee = self.run(head, scope)
        return callee.call(self, [self.run(item, scope) for item in node.items[1:]])

    def run_all(self, nodes, scope):
        result = 0
        for node in nodes:
            result = self.run(node, scope)
        return result

    def run_define(self, items, scope):
        name, *parameters = [item.text for item in items[1].items]
        scope.define(name, Procedure(parameters, items[2:], scope))
        return 0

    def run_let(self, items, scope):
        scope.define(items[1].text, self.run(items[2], scope))
        return 0

    def run_set(self, items, scope):
        scope.assign(items[1].text, self.run(items[2], scope))
        return 0

    def run_if(self, items, scope):
        if self.run(items[1], scope):
            return self.run(items[2], scope)
        return self.run(items[3], scope) if len(items) > 3 else 0

    def run_while(self, items, scope):
        while self.run(items[1], scope):
            self.run_all(items[2:], scope)
        return 0

    def run_return(self, items, scope):
        raise ReturnError(self.run(items[1], scope))

    def run_lambda(self, items, scope):
        return Procedure([item.text for item in items[1].items], items[2:], scope)


def main(depth):
    program = parse(SCRIPT)
    interpreter = Interpreter()
    result = interpreter.run_all(program, Scope({**BUILTINS, "depth": depth}))
    return result * 100_000 + interpreter.calls


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
