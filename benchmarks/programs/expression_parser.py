"""Expressions as text: tokens, a tree by recursive descent, and the value of the tree."""

import sys

SIZE = 1_500
MODULUS = 1_000_003


class ParseError(Exception):
    def __init__(self, message, position):
        super().__init__(message)
        self.position = position


class Token:
    def __init__(self, kind, text, position):
        self.kind = kind
        self.text = text
        self.position = position


class Number:
    def __init__(self, value):
        self.value = value

    def evaluate(self, variables):
        return self.value


class Variable:
    def __init__(self, name):
        self.name = name

    def evaluate(self, variables):
        return variables[self.name]


class Negative:
    def __init__(self, operand):
        self.operand = operand

    def evaluate(self, variables):
        return -self.operand.evaluate(variables)


class Binary:
    def __init__(self, operator, left, right):
        self.operator = operator
        self.left = left
        self.right = right

    def evaluate(self, variables):
        left = self.left.evaluate(variables)
        right = self.right.evaluate(variables)
        if self.operator == "+":
            return left + right
        if self.operator == "-":
            return left - right
        if self.operator == "*":
            return left * right % MODULUS
        return left // right


def tokens_of(text):
    position = 0
    while position < len(text):
        char = text[position]
        start = position
        if char.isspace():
            position += 1
        elif char.isdigit():
            while position < len(text) and text[position].isdigit():
                position += 1
            yield Token("number", text[start:position], start)
        elif char.isalpha():
            while position < len(text) and text[position].isalnum():
                position += 1
            yield Token("name", text[start:position], start)
        elif char in "+-*/()":
            position += 1
            yield Token(char, char, start)
        else:
            raise ParseError(f"unexpected {char!r}", position)
    yield Token("end", "", len(text))


class Parser:
    def __init__(self, text):
        self.tokens = list(tokens_of(text))
        self.index = 0

    @property
    def current(self):
        return self.tokens[self.index]

    def accept(self, *kinds):
        token = self.current
        if token.kind in kinds:
            self.index += 1
            return token
        return None

    def expect(self, kind):
        token = self.accept(kind)
        if token is None:
            raise ParseError(f"expected {kind}", self.current.position)
        return token

    def parse(self):
        tree = self.sum()
        self.expect("end")
        return tree

    def sum(self):
        left = self.product()
        while operator := self.accept("+", "-"):
            left = Binary(operator.kind, left, self.product())
        return left

    def product(self):
        left = self.factor()
        while operator := self.accept("*", "/"):
            left = Binary(operator.kind, left, self.factor())
        return left

    def factor(self):
        if self.accept("-"):
            return Negative(self.factor())
        if token := self.accept("number"):
            return Number(int(token.text))
        if token := self.accept("name"):
            return Variable(token.text)
        self.expect("(")
        tree = self.sum()
        self.expect(")")
        return tree


class Writer:
    """Writes expressions that are the same in every run; some are wrong."""

    def __init__(self, state):
        self.state = state

    def below(self, limit):
        self.state = (self.state * 1_103_515_245 + 12_345) % 2_147_483_648
        return self.state // 65_536 % limit

    def expression(self, depth):
        choice = self.below(8)
        if depth == 0 or choice == 0:
            return str(self.below(1000))
        if choice == 1:
            return "abcd"[self.below(4)] + str(self.below(2))
        if choice == 2:
            return "-" + self.expression(depth - 1)
        if choice == 3 and self.below(40) == 0:
            return "(" + self.expression(depth - 1)
        left = self.expression(depth - 1)
        right = self.expression(depth - 1)
        operator = "+-*/"[self.below(4)]
        return f"({left} {operator} {right})" if choice < 6 else f"{left} {operator} {right}"


def value_of(text, variables):
    try:
        return Parser(text).parse().evaluate(variables) % MODULUS
    except ParseError as error:
        return error.position
    except (KeyError, ZeroDivisionError):
        return 1


def main(count):
    writer = Writer(42)
    texts = [writer.expression(5) for _ in range(count)]
    variables = {"a0": 3, "a1": 15, "b0": 9, "b1": 26, "c0": 5, "c1": 35, "d0": 8}
    checksum = 0
    for variables["a0"] in range(3):
        for text in texts:
            checksum = (checksum * 31 + value_of(text, variables)) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
