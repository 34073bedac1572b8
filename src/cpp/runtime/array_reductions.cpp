// Sums, and the least and greatest, of blocks of elements (codegen/lower_array_reductions.cpp). Like
// codegen_support.cpp, which has the other functions of codegen_support.def.
//
// NumPy adds n floats pairwise: up to 128 in eight sums side by side, more in two halves, of which the first has a
// multiple of eight. The blocks come in their order; a stack has the sums of the left halves above the present one.
#include <cstdint>
#include <limits>

#define AIPY_INLINE __attribute__((always_inline, used, visibility("default")))

namespace {

constexpr int64_t most_in_leaf = 128, deepest = 64;

struct PairwiseSums {
    int64_t depth;
    int64_t right[deepest];  // elements of the right half; 0: it is being added, and `left` is the left half's sum
    double left[deepest];
    double total;
};

[[gnu::always_inline]] inline int64_t descend(PairwiseSums* sums, int64_t count) {
    while (count > most_in_leaf) {
        int64_t left = count / 2;
        left -= left % 8;
        sums->right[sums->depth++] = count - left;
        count = left;
    }
    return count;
}

// Vectors are passed by reference: by value they would have another calling convention on each CPU.
template <typename T>
struct EightOf;
template <>
struct EightOf<double> {
    typedef double type __attribute__((vector_size(64)));
};
template <>
struct EightOf<float> {
    typedef float type __attribute__((vector_size(32)));
};

template <typename T>
[[gnu::always_inline]] inline T sum_of(const T* items, int64_t count) {
    if (count < 8) {
        T sum = static_cast<T>(-0.0);
        for (int64_t i = 0; i < count; ++i) sum += items[i];
        return sum;
    }
    typename EightOf<T>::type sums, next;
    __builtin_memcpy(&sums, items, sizeof sums);
    int64_t i = 8;
    for (; i + 8 <= count; i += 8) {
        __builtin_memcpy(&next, items + i, sizeof next);
        sums += next;
    }
    T sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    for (; i < count; ++i) sum += items[i];
    return sum;
}

// One number, or several side by side.
template <bool least, typename T>
[[gnu::always_inline]] inline void take_better(T& best, const T& item) {
    if constexpr (least)
        best = item < best ? item : best;
    else
        best = item > best ? item : best;
}

// Whether both zeros are there: NumPy takes one or the other, by how many elements it looks at in one step.
template <typename T>
[[gnu::always_inline]] inline bool has_both_zeros(const T* items, int64_t count) {
    bool plus = false, minus = false;
    for (int64_t i = 0; i < count; ++i) {
        if (items[i] != 0) continue;
        (__builtin_signbit(items[i]) ? minus : plus) = true;
    }
    return plus && minus;
}

template <bool least, typename T>
[[gnu::always_inline]] inline T extreme_of(const T* items, int64_t count) {
    T best = items[0];
    bool is_nan = best != best;
    int64_t i = 1;
    if (count >= 16) {
        typename EightOf<T>::type a, b, c, d;
        __builtin_memcpy(&a, items, sizeof a);
        __builtin_memcpy(&b, items + 8, sizeof b);
        auto nan = (a != a) | (b != b);
        for (i = 16; i + 16 <= count; i += 16) {
            __builtin_memcpy(&c, items + i, sizeof c);
            __builtin_memcpy(&d, items + i + 8, sizeof d);
            nan |= (c != c) | (d != d);
            take_better<least>(a, c);
            take_better<least>(b, d);
        }
        take_better<least>(a, b);
        for (int lane = 0; lane < 8; ++lane) {
            take_better<least>(best, static_cast<T>(a[lane]));
            is_nan |= nan[lane] != 0;
        }
    }
    for (; i < count; ++i) {
        is_nan |= items[i] != items[i];
        take_better<least>(best, items[i]);
    }
    return is_nan || (best == 0 && has_both_zeros(items, count)) ? std::numeric_limits<T>::quiet_NaN() : best;
}

}  // namespace

extern "C" {

AIPY_INLINE int64_t cg_pairwise_first(void* state, int64_t count) {
    auto* sums = static_cast<PairwiseSums*>(state);
    sums->depth = 0;
    return descend(sums, count);
}

AIPY_INLINE int64_t cg_pairwise_next(void* state, double sum, int single) {
    auto* sums = static_cast<PairwiseSums*>(state);
    while (sums->depth > 0) {
        const int64_t top = sums->depth - 1;
        if (const int64_t right = sums->right[top]; right != 0) {
            sums->left[top] = sum;
            sums->right[top] = 0;
            return descend(sums, right);
        }
        sum = sums->left[top] + sum;
        if (single != 0) sum = static_cast<float>(sum);  // rounded once: a double holds the exact sum, or rounds alike
        sums->depth = top;
    }
    sums->total = sum;
    return 0;
}

AIPY_INLINE double cg_pairwise_total(void* state) { return static_cast<PairwiseSums*>(state)->total; }

AIPY_INLINE double cg_sum_f64(void* items, int64_t count) { return sum_of(static_cast<const double*>(items), count); }
AIPY_INLINE double cg_sum_f32(void* items, int64_t count) { return sum_of(static_cast<const float*>(items), count); }
AIPY_INLINE double cg_least_f64(void* items, int64_t count) {
    return extreme_of<true>(static_cast<const double*>(items), count);
}
AIPY_INLINE double cg_least_f32(void* items, int64_t count) {
    return extreme_of<true>(static_cast<const float*>(items), count);
}
AIPY_INLINE double cg_greatest_f64(void* items, int64_t count) {
    return extreme_of<false>(static_cast<const double*>(items), count);
}
AIPY_INLINE double cg_greatest_f32(void* items, int64_t count) {
    return extreme_of<false>(static_cast<const float*>(items), count);
}

}  // extern "C"
