// A histogram of durations: exact below 2 µs, then buckets no wider than 0.1 % of their value, without an upper end.

#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define PRECISION_BITS 10
#define HALF_BUCKETS (1u << PRECISION_BITS) // per power of two
#define BUCKETS ((65 - PRECISION_BITS) * HALF_BUCKETS)

struct histogram {
    uint64_t count, max, sum; // ns
    uint32_t buckets[BUCKETS];
};

static inline unsigned bucket_of(uint64_t ns) {
    if (ns < 2 * HALF_BUCKETS) return (unsigned)ns;
    unsigned shift = 63 - PRECISION_BITS - (unsigned)__builtin_clzll(ns);
    return shift * HALF_BUCKETS + (unsigned)(ns >> shift);
}

static inline uint64_t lowest_in(unsigned bucket) {
    if (bucket < 2 * HALF_BUCKETS) return bucket;
    unsigned shift = bucket / HALF_BUCKETS - 1;
    return (uint64_t)(bucket - shift * HALF_BUCKETS) << shift;
}

static inline void record(struct histogram *h, uint64_t ns) {
    h->buckets[bucket_of(ns)]++;
    h->count++;
    h->sum += ns;
    if (ns > h->max) h->max = ns;
}

// The smallest duration that this share of the recorded ones does not exceed, to the width of a bucket.
static inline double percentile_us(const struct histogram *h, double share) {
    uint64_t rank = (uint64_t)(share * (double)h->count + 0.9999);
    uint64_t seen = 0;
    for (unsigned b = 0; b < BUCKETS; b++) {
        seen += h->buckets[b];
        if (!seen || seen < rank) continue;
        uint64_t middle = lowest_in(b) + (lowest_in(b + 1) - lowest_in(b)) / 2;
        return (double)(middle < h->max ? middle : h->max) / 1000;
    }
    return 0;
}

#endif
