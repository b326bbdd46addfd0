// What the mock needs to know of a request body: model, stream, stream_options.include_usage.
//
// One walk over the JSON that hops from quote to quote, so a prompt of 100 KB costs a few microseconds and text inside
// of a prompt is never mistaken for a member.

#ifndef BENCH_FACTS_H
#define BENCH_FACTS_H

#include "http.h"

struct facts {
    bool stream;
    bool include_usage;
    struct slice model;
};

// The first byte after the closing quote, or end.
static inline const char *after_string(const char *start, const char *end) {
    const char *from = start;
    const char *quote;
    while ((quote = memchr(from, '"', (size_t)(end - from)))) {
        const char *backslash = quote;
        while (backslash > start && backslash[-1] == '\\')
            backslash--;
        if ((quote - backslash) % 2 == 0) return quote + 1;
        from = quote + 1;
    }
    return end;
}

static inline const char *after_space(const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return p;
}

static inline bool slice_is(struct slice s, const char *text) {
    return s.length == strlen(text) && memcmp(s.bytes, text, s.length) == 0;
}

static inline bool is_true(const char *p, const char *end) { return end - p >= 4 && memcmp(p, "true", 4) == 0; }

static inline struct facts facts_of(const char *body, size_t length) {
    struct facts facts = {0};
    const char *end = body + length;
    int depth = 0;
    bool in_stream_options = false;
    for (const char *p = body; p < end;) {
        switch (*p++) {
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            if (--depth == 1) in_stream_options = false;
            break;
        case '"': {
            const char *start = p;
            p = after_string(p, end);
            struct slice name = {start, (size_t)(p - start) - (p > start)};
            const char *colon = after_space(p, end);
            if (colon == end || *colon != ':') break;
            p = after_space(colon + 1, end);
            if (depth == 1 && slice_is(name, "stream")) facts.stream = is_true(p, end);
            if (depth == 1 && slice_is(name, "stream_options")) in_stream_options = p < end && *p == '{';
            if (depth == 2 && in_stream_options && slice_is(name, "include_usage"))
                facts.include_usage = is_true(p, end);
            if (depth == 1 && slice_is(name, "model") && p < end && *p == '"') {
                const char *after = after_string(p + 1, end);
                if (after - p >= 2) facts.model = (struct slice){p + 1, (size_t)(after - p) - 2};
                p = after;
            }
            break;
        }
        }
    }
    return facts;
}

#endif
