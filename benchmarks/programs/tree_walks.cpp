#include <algorithm>
#include <memory>

#include "harness.hpp"
using bench::Int;

struct Entry {
    Entry(std::string name, Entry* parent) : name(std::move(name)), parent(parent) {}
    virtual ~Entry() = default;
    virtual Int size() const = 0;

    std::string path() const {
        std::vector<const std::string*> parts;
        for (const Entry* entry = this; entry; entry = entry->parent) parts.push_back(&entry->name);
        std::string result = *parts.back();
        for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) result += "/" + **part;
        return result;
    }

    std::string name;
    Entry* parent;
};

struct File : Entry {
    File(std::string name, Entry* parent, Int length) : Entry(std::move(name), parent), length(length) {}
    Int size() const override { return length; }
    Int length;
};

struct Folder : Entry {
    using Entry::Entry;

    Int size() const override {
        Int total = 0;
        for (const auto& entry : entries) total += entry->size();
        return total;
    }

    Int depth() const {
        Int deepest = 0;
        for (const auto& entry : entries)
            if (const auto* folder = dynamic_cast<const Folder*>(entry.get())) deepest = std::max(deepest, folder->depth());
        return 1 + deepest;
    }

    template <typename Visit>
    void walk(Visit visit) const {
        visit(*this);
        for (const auto& entry : entries) {
            if (const auto* folder = dynamic_cast<const Folder*>(entry.get()))
                folder->walk(visit);
            else
                visit(*entry);
        }
    }

    template <typename Predicate>
    const Entry* find(Predicate predicate) const {
        for (const auto& entry : entries) {
            if (predicate(*entry)) return entry.get();
            if (const auto* folder = dynamic_cast<const Folder*>(entry.get()))
                if (const Entry* found = folder->find(predicate)) return found;
        }
        return nullptr;
    }

    std::vector<std::unique_ptr<Entry>> entries;
};

struct SearchNode {
    Int key;
    const std::string* value;
    std::unique_ptr<SearchNode> left, right;
};

class SearchTree {
  public:
    void set(Int key, const std::string& value) {
        std::unique_ptr<SearchNode>* place = &root_;
        while (*place) {
            if (key == (*place)->key) {
                (*place)->value = &value;
                return;
            }
            place = key < (*place)->key ? &(*place)->left : &(*place)->right;
        }
        *place = std::make_unique<SearchNode>(SearchNode{key, &value, nullptr, nullptr});
        ++count;
    }

    const std::string* get(Int key) const {
        const SearchNode* node = root_.get();
        while (node && node->key != key) node = (key < node->key ? node->left : node->right).get();
        return node ? node->value : nullptr;
    }

    template <typename Visit>
    void each(Visit visit) const {
        std::vector<const SearchNode*> stack;
        const SearchNode* node = root_.get();
        while (!stack.empty() || node) {
            for (; node; node = node->left.get()) stack.push_back(node);
            node = stack.back();
            stack.pop_back();
            visit(node->key, *node->value);
            node = node->right.get();
        }
    }

    Int height() const { return height_of(root_.get()); }

    Int count = 0;

  private:
    static Int height_of(const SearchNode* node) {
        return node ? 1 + std::max(height_of(node->left.get()), height_of(node->right.get())) : 0;
    }

    std::unique_ptr<SearchNode> root_;
};

static std::unique_ptr<Folder> build(Int count) {
    auto root = std::make_unique<Folder>("root", nullptr);
    std::vector<Folder*> folders{root.get()};
    Int state = 5;
    for (Int number = 0; number < count; ++number) {
        state = bench::next_state(state);
        const Int choice = state / 65536;
        Folder* parent = folders[choice % folders.size()];
        if (choice % 4 == 0) {
            auto folder = std::make_unique<Folder>("folder" + std::to_string(number), parent);
            folders.push_back(folder.get());
            parent->entries.push_back(std::move(folder));
        } else {
            parent->entries.push_back(std::make_unique<File>("file" + std::to_string(number), parent, choice % 5000));
        }
    }
    return root;
}

static Int measure(const Folder& root, SearchTree& tree) {
    Int checksum = 0;
    root.walk([&](const Entry& entry) {
        if (const auto* file = dynamic_cast<const File*>(&entry)) {
            checksum = (checksum * 31 + file->length) % 1000000007;
            tree.set(file->length, file->name);
        } else {
            checksum = (checksum * 31 + static_cast<Int>(entry.path().size())) % 1000000007;
        }
    });
    return checksum;
}

static Int run(Int count) {
    const auto root = build(count);
    Int checksum = root->size() * 100 + root->depth();
    SearchTree tree;
    for (int round = 0; round < 6; ++round) checksum = (checksum * 31 + measure(*root, tree)) % 1000000007;
    for (Int number = 0; number < count; number += 50) {
        const std::string name = "file" + std::to_string(number);
        const Entry* found = root->find([&](const Entry& entry) { return entry.name == name; });
        checksum = (checksum * 31 + (found ? static_cast<Int>(found->path().size()) : 0)) % 1000000007;
    }
    tree.each([&](Int key, const std::string& name) {
        checksum = (checksum * 31 + key + static_cast<Int>(name.size()) + (*tree.get(key) == name)) % 1000000007;
    });
    Int missing = 0;
    for (Int key = 0; key < 5000; key += 7) {
        if (const std::string* name = tree.get(key))
            checksum = (checksum + static_cast<Int>(name->size())) % 1000000007;
        else
            ++missing;
    }
    return checksum * 1000 + missing + tree.count + tree.height();
}

BENCH_MAIN(run)
