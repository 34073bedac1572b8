"""Strings: indexes, slices, iteration, building, comparison, methods, and their errors."""


def reverse(text):
    out = ""
    for letter in text:
        out = letter + out
    return out


def build(count):
    text = ""
    for i in range(count):
        text += str(i)
        text += ","
    return text


def build_and_keep(count):
    """Earlier strings must not change when one is appended to in place."""
    text = ""
    kept = []
    for i in range(count):
        text += "ab"[i % 2]
        kept.append(text)
    return kept


def append_kinds(parts):
    """Texts that have to be widened on the way, a text appended to itself, keys and other names."""
    text = ""
    table = {}
    for part in parts:
        before = text
        text += part
        text = text + part
        table[text] = len(before)
        text += text
        text += ""
    return text, list(table.items())


def append_to_argument(text, times):
    for _ in range(times):
        text += "-"
    return text


def append_while_handling(parts):
    text = ""
    for part in parts:
        try:
            text += part
            text += "."
        except TypeError as error:
            text += type(error).__name__
        else:
            text += "!"
    return text


def append_until_wrong(parts):
    text = ""
    for part in parts:
        text += part
    return text


def append_beside_closure(parts):
    text = ""

    def seen():
        return text

    kept = []
    for part in parts:
        text += part
        kept.append(seen())
    return kept


def compare_letters(a, b):
    result = []
    for left in a:
        for right in b:
            result.append((left < right, left <= right, left == right, left != right))
            result.append((left > right, left >= right))
    return result


def count_vowels(text):
    count = 0
    for i in range(len(text)):
        if text[i] in "aeiouäé":
            count += 1
    return count


def is_palindrome(text):
    left, right = 0, len(text) - 1
    while left < right:
        if text[left] != text[right]:
            return False
        left += 1
        right -= 1
    return True


def caesar(text, shift):
    out = []
    for letter in text:
        if "a" <= letter <= "z":
            out.append(chr((ord(letter) - 97 + shift) % 26 + 97))
        else:
            out.append(letter)
    return "".join(out)


def get(text, index):
    return text[index]


def cut(text, start, stop):
    return text[start:stop], text[stop:start], text[::-1], text[start::2]


def compare(a, b):
    return a < b, a == b, a != b, a >= b, a in b


def concatenate(a, b):
    return a + b


def words(text):
    counts = {}
    for word in text.split():
        word = word.strip(".,!").lower()
        if word:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items())


def methods(text):
    return [text.upper(), text.lower(), text.title(), text.capitalize(), text.swapcase(), text.strip(),
            text.lstrip("H "), text.split(), text.split("l"), text.replace("l", "LL"), text.find("o"), text.rfind("o"),
            text.find("zz"), text.count("l"), text.startswith("He"), text.endswith(("x", "d ")), text.center(20, "*"),
            text.zfill(15), text.partition(" "), text.encode(), text.isalpha(), text.isdigit(), text.join("123")]  # fmt: skip


def index_missing(text):
    return text.index("zzz")


def join(separator, items):
    return separator.join(items)


def parse_int(text):
    sign, position = 1, 0
    if text[0] == "-":
        sign, position = -1, 1
    value = 0
    while position < len(text):
        value = value * 10 + ord(text[position]) - ord("0")
        position += 1
    return sign * value


def run_length(text):
    out = []
    i = 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out.append((text[i], j - i))
        i = j
    return out


def longest_common(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            if a[i] == b[j]:
                table[i + 1][j + 1] = table[i][j] + 1
            else:
                table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def conversions(value):
    return str(value), repr(value), ascii(value)


def to_int(text):
    return int(text)


def to_float(text):
    return float(text)


def code_points(text):
    total = 0
    for letter in text:
        total = total * 31 + ord(letter)
        total &= 0xFFFFFFFF
    return total


def percent(template, value):
    return template % value


def checksum(text):
    a, b = 1, 0
    for letter in text:
        a = (a + ord(letter)) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def single_characters(text):
    kinds = {}
    for letter in text:
        kind = "upper" if letter.isupper() else "lower" if letter.islower() else "digit" if letter.isdigit() else "other"
        kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


def bytes_sum(data):
    total = 0
    for byte in data:
        total += byte
    return total, data[0], data[-1:], len(data)


CASES = [
    (reverse, "hello"),
    (reverse, ""),
    (reverse, "aé€😀"),
    (build, 50),
    (build_and_keep, 12),
    (append_kinds, ["a", "bc", "é", "", "d", "€", "x", "😀", "e"]),
    (append_kinds, ["😀", "a", "é"]),
    (append_to_argument, "base", 20),
    (append_while_handling, ["a", "b", "c", 1, "d", None, "e"]),
    (append_until_wrong, ["a", "b", "c", "d", "e", 7]),
    (append_until_wrong, ["a", "b", "c", "d", "e", b"f"]),
    (append_beside_closure, ["a", "b", "c", "d", "e"]),
    (compare_letters, "abcé€😀", "aé😀z"),
    (count_vowels, "the quick brown fox"),
    (count_vowels, "çäé😀a"),
    (is_palindrome, "racecar"),
    (is_palindrome, "racecat"),
    (is_palindrome, [1, 2, 1]),
    (caesar, "hello, world!", 3),
    (caesar, "xyz", -30),
    *[(get, "héllo😀", i) for i in (0, 1, -1, 5, 6, -7, True, 1.0, "0", None, 2**64)],
    (get, "", 0),
    (cut, "abcdefgh", 2, 5),
    (cut, "abcdefgh", -3, None),
    (cut, "aé€😀", 1, 3),
    (compare, "abc", "abd"),
    (compare, "", "a"),
    (compare, "Z", "a"),
    (compare, "é", "e\u0301"),
    (compare, "a", 1),
    (concatenate, "a", "😀"),
    (concatenate, "a", 1),
    (concatenate, 1, "a"),
    (concatenate, "a", None),
    (concatenate, "a", b"b"),
    (words, "The cat. the dog, THE end! cat"),
    (methods, " Hello World "),
    (index_missing, "abc"),
    (join, ", ", ["a", "b"]),
    (join, "", []),
    (join, "-", "abc"),
    (join, "-", ["a", 1]),
    (join, "-", 5),
    (parse_int, "12345"),
    (parse_int, "-987654321987654321987654321"),
    (parse_int, ""),
    (run_length, "aaabccdddd"),
    (longest_common, "the quick fox", "a quiet ox"),
    (conversions, "it's \"é\"\n\x00😀"),
    (conversions, 1.0),
    (conversions, [1, "a", None, 2.50]),
    (to_int, " 42 "),
    (to_int, "4_2"),
    (to_int, "4.2"),
    (to_int, ""),
    (to_int, "٣"),
    (to_float, "1e3"),
    (to_float, " -inf "),
    (to_float, "nan"),
    (to_float, "1,5"),
    (code_points, "hello😀"),
    (percent, "%d", 3.7),
    (percent, "%5.2f|%-6s|%x", (3.14159, "ab", 255)),
    (percent, "%s", [1, 2]),
    (percent, "%d", "x"),
    (percent, "%s %s", "one"),
    (percent, "none", 1),
    (checksum, "Wikipedia"),
    (single_characters, "Hello World 42!"),
    (bytes_sum, b"hello"),
    (bytes_sum, b""),
]
