"""Nested dicts and lists become text in a format like JSON, and the text is read again."""

import sys

SIZE = 500
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
UNESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}


class DecodeError(ValueError):
    def __init__(self, message, position):
        super().__init__(f"{message} at {position}")
        self.position = position


class Encoder:
    def __init__(self, *, sort_keys=False):
        self.sort_keys = sort_keys
        self.parts = []

    def encode(self, value):
        self.write(value)
        return "".join(self.parts)

    def write(self, value):
        if value is None:
            self.parts.append("null")
        elif isinstance(value, bool):
            self.parts.append("true" if value else "false")
        elif isinstance(value, int):
            self.parts.append(str(value))
        elif isinstance(value, str):
            self.write_text(value)
        elif isinstance(value, (list, tuple)):
            self.write_list(value)
        elif isinstance(value, dict):
            self.write_dict(value)
        else:
            raise TypeError(f"cannot encode {type(value).__name__}")

    def write_text(self, text):
        if any(char in text for char in ESCAPES):
            text = "".join([ESCAPES.get(char, char) for char in text])
        self.parts.append(f'"{text}"')

    def write_list(self, values):
        self.parts.append("[")
        for index, value in enumerate(values):
            if index:
                self.parts.append(",")
            self.write(value)
        self.parts.append("]")

    def write_dict(self, values):
        self.parts.append("{")
        first = True
        for key, value in sorted(values.items()) if self.sort_keys else values.items():
            if not first:
                self.parts.append(",")
            first = False
            self.write_text(key)
            self.parts.append(":")
            self.write(value)
        self.parts.append("}")


class Decoder:
    def __init__(self, text):
        self.text = text
        self.position = 0

    def decode(self):
        value = self.read()
        self.skip()
        if self.position < len(self.text):
            raise self.error("something behind the end")
        return value

    def error(self, message):
        return DecodeError(message, self.position)

    def skip(self):
        while self.position < len(self.text) and self.text[self.position] in " \n\t":
            self.position += 1

    def peek(self):
        self.skip()
        try:
            return self.text[self.position]
        except IndexError:
            raise self.error("unexpected end") from None

    def expect(self, char):
        if self.peek() != char:
            raise self.error(f"expected {char}")
        self.position += 1

    def read(self):
        char = self.peek()
        if char == "{":
            return self.read_dict()
        if char == "[":
            return self.read_list()
        if char == '"':
            return self.read_text()
        if char == "-" or char.isdigit():
            return self.read_number()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return value
        raise self.error(f"unexpected {char!r}")

    def read_number(self):
        start = self.position
        self.position += 1
        while self.position < len(self.text) and self.text[self.position].isdigit():
            self.position += 1
        return int(self.text[start : self.position])

    def read_text(self):
        self.position += 1
        start = self.position
        parts = []
        while True:
            char = self.text[self.position]
            if char == '"':
                parts.append(self.text[start : self.position])
                self.position += 1
                return "".join(parts)
            if char == "\\":
                parts.append(self.text[start : self.position])
                parts.append(UNESCAPES[self.text[self.position + 1]])
                self.position += 2
                start = self.position
            else:
                self.position += 1

    def read_list(self):
        values = []
        self.expect("[")
        if self.peek() == "]":
            self.position += 1
            return values
        while True:
            values.append(self.read())
            if self.peek() == "]":
                self.position += 1
                return values
            self.expect(",")

    def read_dict(self):
        values = {}
        self.expect("{")
        if self.peek() == "}":
            self.position += 1
            return values
        while True:
            self.skip()
            key = self.read_text()
            self.expect(":")
            values[key] = self.read()
            if self.peek() == "}":
                self.position += 1
                return values
            self.expect(",")


def document(number):
    return {
        "id": number,
        "name": f"item {number}",
        "tags": [f"tag{number % 7}", "a\tb", 'say "hi"'][: number % 4],
        "active": number % 3 == 0,
        "parent": None if number % 2 else number // 2,
        "sizes": [[number * row % 1000 - 300, column] for row in range(3) for column in range(2)],
        "owner": {"name": "ada", "roles": {"admin": number % 5 == 0, "since": 1970 + number % 50}},
        "path": f"C:\\data\\{number}\n",
        "empty": [[], {}],
    }


def main(count):
    checksum = 0
    for number in range(count):
        value = document(number)
        text = Encoder(sort_keys=number % 2 == 0).encode(value)
        again = Decoder(text).decode()
        assert again == value
        cut = text[: len(text) - 1 - number % 9]
        try:
            Decoder(cut).decode()
        except DecodeError as error:
            checksum = (checksum * 31 + error.position) % 1_000_000_007
        except (IndexError, KeyError):
            checksum = (checksum * 31 + 1) % 1_000_000_007
        checksum = (checksum * 31 + len(text) + ord(text[number % len(text)])) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
