// What the mock upstream and the load generator share: a clock and the reading of HTTP/1.1 messages.
//
// Reading is incremental: bytes may arrive in any pieces. Nothing here allocates.

#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define HEAD_BYTES_MAX (16 * 1024)
#define NS_PER_MS 1000000ull
#define NS_PER_S 1000000000ull

enum parsed { PARSED_MORE, PARSED_DONE, PARSED_BAD };

// The first part of a message, up to and including the empty line.
struct head {
    size_t length;       // bytes
    int status;          // answers only
    long content_length; // -1 when not given
    bool chunked;
    bool close;
    bool expects_continue;
};

static inline uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

// Writes a number with leading zeroes over a place of fixed width.
static inline void patch(char *place, int digits, uint64_t value, unsigned base) {
    for (int i = digits - 1; i >= 0; i--, value /= base)
        place[i] = "0123456789abcdef"[value % base];
}

// The value of a header line if it has this name, else NULL. Names are written in lower case with their colon.
static inline const char *header_value(const char *line, size_t length, const char *name) {
    size_t n = strlen(name);
    if (length < n || strncasecmp(line, name, n) != 0) return NULL;
    const char *value = line + n;
    while (value < line + length && (*value == ' ' || *value == '\t'))
        value++;
    return value;
}

static inline bool starts_with_word(const char *value, const char *line_end, const char *word) {
    size_t n = strlen(word);
    return (size_t)(line_end - value) >= n && strncasecmp(value, word, n) == 0;
}

static inline enum parsed head_parse(struct head *head, const char *bytes, size_t n) {
    const char *empty_line = memmem(bytes, n, "\r\n\r\n", 4);
    if (!empty_line) return n >= HEAD_BYTES_MAX ? PARSED_BAD : PARSED_MORE;

    *head = (struct head){.length = (size_t)(empty_line - bytes) + 4, .content_length = -1};
    const char *line_end = memchr(bytes, '\r', head->length);
    if (head->length > 12 && memcmp(bytes, "HTTP/1.", 7) == 0) {
        head->status = atoi(bytes + 9);
        head->close = bytes[7] == '0';
    } else if (line_end - bytes > 8 && memcmp(line_end - 8, "HTTP/1.0", 8) == 0) {
        head->close = true;
    }

    for (const char *line = line_end + 2; line < empty_line + 2; line = line_end + 2) {
        line_end = memchr(line, '\r', (size_t)(empty_line + 1 - line));
        if (!line_end) return PARSED_BAD;
        size_t length = (size_t)(line_end - line);
        const char *value;
        switch (line[0] | 0x20) {
        case 'c':
            if ((value = header_value(line, length, "content-length:"))) {
                char *end;
                head->content_length = strtol(value, &end, 10);
                if (end == value || head->content_length < 0) return PARSED_BAD;
            } else if ((value = header_value(line, length, "connection:"))) {
                if (starts_with_word(value, line_end, "close")) head->close = true;
                if (starts_with_word(value, line_end, "keep-alive")) head->close = false;
            }
            break;
        case 't':
            if ((value = header_value(line, length, "transfer-encoding:")))
                head->chunked = starts_with_word(value, line_end, "chunked");
            break;
        case 'e':
            if ((value = header_value(line, length, "expect:")))
                head->expects_continue = starts_with_word(value, line_end, "100-continue");
            break;
        }
    }
    return PARSED_DONE;
}

// The state of a body in chunked coding. Start from all zeroes.
struct chunked {
    enum {
        CHUNK_SIZE,
        CHUNK_LINE,
        CHUNK_DATA,
        CHUNK_DATA_END,
        TRAILER,
        TRAILER_LINE,
        CHUNKED_ENDED,
        CHUNKED_BAD
    } state;
    uint64_t left;
    bool has_size;
};

struct slice {
    const char *bytes;
    size_t length;
};

// Takes bytes until a piece of the body was found, the body ended, or the bytes ran out. Returns how many were taken;
// the piece may be empty.
static inline size_t chunked_take(struct chunked *c, const char *in, size_t n, struct slice *piece) {
    *piece = (struct slice){in, 0};
    size_t i = 0;
    while (i < n) {
        char b = in[i];
        switch (c->state) {
        case CHUNK_SIZE: {
            char lower = (char)(b | 0x20);
            int digit = b >= '0' && b <= '9' ? b - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
            if (digit >= 0 && c->left >> 40 == 0) {
                c->left = c->left << 4 | (uint64_t)digit;
                c->has_size = true;
                i++;
            } else {
                c->state = digit < 0 && c->has_size ? CHUNK_LINE : CHUNKED_BAD;
            }
            break;
        }
        case CHUNK_LINE:
            i++;
            if (b == '\n') c->state = c->left ? CHUNK_DATA : TRAILER;
            break;
        case CHUNK_DATA: {
            size_t take = c->left < n - i ? (size_t)c->left : n - i;
            *piece = (struct slice){in + i, take};
            c->left -= take;
            if (!c->left) c->state = CHUNK_DATA_END;
            return i + take;
        }
        case CHUNK_DATA_END:
            i++;
            if (b == '\n') {
                c->state = CHUNK_SIZE;
                c->has_size = false;
            } else if (b != '\r') {
                c->state = CHUNKED_BAD;
            }
            break;
        case TRAILER:
            i++;
            if (b == '\n') {
                c->state = CHUNKED_ENDED;
                return i;
            }
            if (b != '\r') c->state = TRAILER_LINE;
            break;
        case TRAILER_LINE:
            i++;
            if (b == '\n') c->state = TRAILER;
            break;
        case CHUNKED_ENDED:
        case CHUNKED_BAD:
            return i;
        }
    }
    return i;
}

#endif
