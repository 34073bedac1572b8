"""Trees: folders walked recursively and by generators, paths, and a search tree."""

import sys

SIZE = 6_000


class Entry:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent

    @property
    def path(self):
        parts = []
        entry = self
        while entry is not None:
            parts.append(entry.name)
            entry = entry.parent
        return "/".join(reversed(parts))

    def size(self):
        raise NotImplementedError

    def walk(self):
        yield self


class File(Entry):
    def __init__(self, name, parent, length):
        super().__init__(name, parent)
        self.length = length

    def size(self):
        return self.length


class Folder(Entry):
    def __init__(self, name, parent=None):
        super().__init__(name, parent)
        self.entries = []

    def add(self, entry):
        self.entries.append(entry)
        return entry

    def size(self):
        return sum(entry.size() for entry in self.entries)

    def depth(self):
        folders = (entry for entry in self.entries if isinstance(entry, Folder))
        return 1 + max((folder.depth() for folder in folders), default=0)

    def walk(self):
        yield self
        for entry in self.entries:
            yield from entry.walk()

    def find(self, predicate):
        for entry in self.entries:
            if predicate(entry):
                return entry
            if isinstance(entry, Folder):
                found = entry.find(predicate)
                if found is not None:
                    return found
        return None


class SearchNode:
    __slots__ = ("key", "left", "right", "value")

    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.left = None
        self.right = None


class SearchTree:
    def __init__(self):
        self.root = None
        self.count = 0

    def __len__(self):
        return self.count

    def __setitem__(self, key, value):
        if self.root is None:
            self.root = SearchNode(key, value)
            self.count = 1
            return
        node = self.root
        while True:
            if key == node.key:
                node.value = value
                return
            side = "left" if key < node.key else "right"
            child = getattr(node, side)
            if child is None:
                setattr(node, side, SearchNode(key, value))
                self.count += 1
                return
            node = child

    def __getitem__(self, key):
        node = self.root
        while node is not None:
            if key == node.key:
                return node.value
            node = node.left if key < node.key else node.right
        raise KeyError(key)

    def __iter__(self):
        stack = []
        node = self.root
        while stack or node is not None:
            while node is not None:
                stack.append(node)
                node = node.left
            node = stack.pop()
            yield node.key, node.value
            node = node.right

    def height(self):
        def height_of(node):
            return 0 if node is None else 1 + max(height_of(node.left), height_of(node.right))

        return height_of(self.root)


def build(count):
    root = Folder("root")
    folders = [root]
    state = 5
    for number in range(count):
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        choice = state // 65_536
        parent = folders[choice % len(folders)]
        if choice % 4 == 0:
            folders.append(parent.add(Folder(f"folder{number}", parent)))
        else:
            parent.add(File(f"file{number}", parent, length=choice % 5000))
    return root


def measure(root, tree):
    checksum = 0
    for entry in root.walk():
        if isinstance(entry, File):
            checksum = (checksum * 31 + entry.length) % 1_000_000_007
            tree[entry.length] = entry.name
        else:
            checksum = (checksum * 31 + len(entry.path)) % 1_000_000_007
    return checksum


def main(count):
    root = build(count)
    checksum = root.size() * 100 + root.depth()
    tree = SearchTree()
    for _ in range(6):
        checksum = (checksum * 31 + measure(root, tree)) % 1_000_000_007
    for number in range(0, count, 50):
        name = f"file{number}"
        found = root.find(lambda entry, name=name: entry.name == name)
        checksum = (checksum * 31 + (0 if found is None else len(found.path))) % 1_000_000_007
    previous = -1
    for key, name in tree:
        assert key > previous
        previous = key
        checksum = (checksum * 31 + key + len(name) + (tree[key] == name)) % 1_000_000_007
    missing = 0
    for key in range(0, 5000, 7):
        try:
            checksum = (checksum + len(tree[key])) % 1_000_000_007
        except KeyError:
            missing += 1
    return checksum * 1000 + missing + len(tree) + tree.height()


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
