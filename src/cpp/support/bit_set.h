// A set of small integers as bits: what dataflow over values and blocks is computed with.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace aipy::support {

class BitSet {
  public:
    BitSet() = default;
    explicit BitSet(size_t size, bool full = false) : size_(size), words_((size + 63) / 64, full ? ~0ULL : 0) {
        if (full && size % 64 != 0) words_.back() = (1ULL << (size % 64)) - 1;
    }

    size_t size() const { return size_; }
    bool contains(size_t index) const { return (words_[index / 64] >> (index % 64)) & 1; }
    void insert(size_t index) { words_[index / 64] |= 1ULL << (index % 64); }
    void erase(size_t index) { words_[index / 64] &= ~(1ULL << (index % 64)); }
    void clear() { words_.assign(words_.size(), 0); }
    bool operator==(const BitSet&) const = default;

    // Each returns whether the set changed.
    bool unite(const BitSet& other) {
        return combine(other, [](uint64_t mine, uint64_t theirs) { return mine | theirs; });
    }
    bool intersect(const BitSet& other) {
        return combine(other, [](uint64_t mine, uint64_t theirs) { return mine & theirs; });
    }
    bool subtract(const BitSet& other) {
        return combine(other, [](uint64_t mine, uint64_t theirs) { return mine & ~theirs; });
    }

    // Calls visit(index) for each member, in increasing order.
    template <typename F>
    void for_each(F&& visit) const {
        for (size_t word = 0; word < words_.size(); ++word) {
            for (uint64_t bits = words_[word]; bits != 0; bits &= bits - 1) {
                visit(static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(bits))));
            }
        }
    }

  private:
    template <typename F>
    bool combine(const BitSet& other, F&& operation) {
        uint64_t changed = 0;
        for (size_t word = 0; word < words_.size(); ++word) {
            uint64_t result = operation(words_[word], other.words_[word]);
            changed |= result ^ words_[word];
            words_[word] = result;
        }
        return changed != 0;
    }

    size_t size_ = 0;
    std::vector<uint64_t> words_;
};

}  // namespace aipy::support
