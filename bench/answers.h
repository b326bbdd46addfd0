// The answers of the mock upstream, built once per thread in the shape of OpenAI's: headers, completion, stream events.
//
// Two places change per answer and are patched in place: the digits of x-request-id, and the send time in paced events.

#ifndef BENCH_ANSWERS_H
#define BENCH_ANSWERS_H

#include <stdarg.h>
#include <stdio.h>

#include "http.h"

#define EVENTS_PER_STREAM 50 // role, 48 words, finish; usage and [DONE] come on top

struct answer {
    char *bytes;
    size_t length;
    char *id;   // 16 hexadecimal digits, or NULL
    char *time; // 19 decimal digits, or NULL
};

struct stream_answers {
    struct answer head;
    struct answer events[EVENTS_PER_STREAM];
    struct answer tail;  // usage if asked for, [DONE], the end of the chunked body
    struct answer burst; // all of the above in one piece
};

struct answers {
    struct answer completion, models, stats, not_found, bad_request, too_large, go_on;
    struct stream_answers stream, stream_with_usage;
};

static const char *const WORDS[] = {"A",   " toll",   "gate",   " is", " a",   " barrier", " across",    " a", " road",
                                    " or", " bridge", " where", " a",  " fee", " is",      " collected", "."};

__attribute__((format(printf, 1, 2))) static struct answer text(const char *format, ...) {
    struct answer a = {0};
    va_list arguments;
    va_start(arguments, format);
    int n = vasprintf(&a.bytes, format, arguments);
    va_end(arguments);
    if (n < 0) abort();
    a.length = (size_t)n;
    a.id = strstr(a.bytes, "req_");
    if (a.id) a.id += strlen("req_");
    a.time = strstr(a.bytes, "\"obfuscation\":\"t");
    if (a.time) a.time += strlen("\"obfuscation\":\"t");
    return a;
}

#define USAGE                                                                                                          \
    "{\"prompt_tokens\":61,\"completion_tokens\":48,\"total_tokens\":109,\"prompt_tokens_details\":"                   \
    "{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,"                  \
    "\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}"

#define OPENAI_HEADERS                                                                                                 \
    "x-request-id: req_0000000000000000\r\n"                                                                           \
    "openai-organization: bench\r\n"                                                                                   \
    "openai-processing-ms: 1\r\n"                                                                                      \
    "openai-version: 2020-10-01\r\n"                                                                                   \
    "x-ratelimit-limit-requests: 30000\r\n"                                                                            \
    "x-ratelimit-limit-tokens: 150000000\r\n"                                                                          \
    "x-ratelimit-remaining-requests: 29999\r\n"                                                                        \
    "x-ratelimit-remaining-tokens: 149999938\r\n"                                                                      \
    "x-ratelimit-reset-requests: 2ms\r\n"                                                                              \
    "x-ratelimit-reset-tokens: 0s\r\n"                                                                                 \
    "strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n"                                      \
    "x-content-type-options: nosniff\r\n"

static struct answer json_answer(const char *status, const char *body) {
    return text("HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n" OPENAI_HEADERS "\r\n%s",
                status, strlen(body), body);
}

// One server-sent event as one chunk of the chunked coding.
static struct answer event(const char *delta, const char *finish_reason, const char *usage) {
    struct answer data =
        text("data: {\"id\":\"chatcmpl-BenchBenchBenchBenchBenchBen\",\"object\":\"chat.completion.chunk\","
             "\"created\":1760000000,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\","
             "\"system_fingerprint\":\"fp_560af6e559\",\"choices\":[{\"index\":0,\"delta\":%s,\"logprobs\":null,"
             "\"finish_reason\":%s}],%s\"obfuscation\":\"t0000000000000000000\"}\n\n",
             delta, finish_reason, usage);
    struct answer chunk = text("%zx\r\n%s\r\n", data.length, data.bytes);
    free(data.bytes);
    return chunk;
}

static struct answer last_events(bool with_usage) {
    const char *usage =
        "data: {\"id\":\"chatcmpl-BenchBenchBenchBenchBenchBen\",\"object\":\"chat.completion.chunk\","
        "\"created\":1760000000,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\","
        "\"system_fingerprint\":\"fp_560af6e559\",\"choices\":[],\"usage\":" USAGE ",\"obfuscation\":\"\"}\n\n";
    const char *end = "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";
    return with_usage ? text("%zx\r\n%s\r\n%s", strlen(usage), usage, end) : text("%s", end);
}

static void append(struct answer *to, const struct answer *from) {
    to->bytes = realloc(to->bytes, to->length + from->length + 1);
    if (!to->bytes) abort();
    memcpy(to->bytes + to->length, from->bytes, from->length + 1);
    to->length += from->length;
}

static struct stream_answers stream_answers(bool with_usage) {
    const char *usage = with_usage ? "\"usage\":null," : "";
    struct stream_answers s;
    s.head = text("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
                  "transfer-encoding: chunked\r\n" OPENAI_HEADERS "\r\n");
    s.events[0] = event("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null", usage);
    for (int i = 1; i < EVENTS_PER_STREAM - 1; i++) {
        char delta[64];
        snprintf(delta, sizeof delta, "{\"content\":\"%s\"}", WORDS[(size_t)(i - 1) % (sizeof WORDS / sizeof *WORDS)]);
        s.events[i] = event(delta, "null", usage);
    }
    s.events[EVENTS_PER_STREAM - 1] = event("{}", "\"stop\"", usage);
    s.tail = last_events(with_usage);

    s.burst = text("%s", s.head.bytes);
    for (int i = 0; i < EVENTS_PER_STREAM; i++)
        append(&s.burst, &s.events[i]);
    append(&s.burst, &s.tail);
    s.burst.id = s.burst.bytes + (s.head.id - s.head.bytes);
    s.burst.time = NULL;
    return s;
}

static struct answers make_answers(void) {
    return (struct answers){
        .completion = json_answer(
            "200 OK",
            "{\"id\":\"chatcmpl-BenchBenchBenchBenchBenchBen\",\"object\":\"chat.completion\",\"created\":1760000000,"
            "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
            "\"content\":\"A tollgate is a barrier across a road or bridge where a fee is collected.\","
            "\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" USAGE
            ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_560af6e559\"}\n"),
        .models = json_answer(
            "200 OK",
            "{\"object\":\"list\",\"data\":["
            "{\"id\":\"gpt-4o\",\"object\":\"model\",\"created\":1715367049,\"owned_by\":\"system\"},"
            "{\"id\":\"gpt-4o-mini\",\"object\":\"model\",\"created\":1721172741,\"owned_by\":\"system\"}]}\n"),
        .not_found = json_answer(
            "404 Not Found", "{\"error\":{\"message\":\"no such path in the mock\",\"type\":\"invalid_request_error\","
                             "\"param\":null,\"code\":\"unknown_url\"}}\n"),
        .bad_request = text("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        .too_large = text("HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        .go_on = text("HTTP/1.1 100 Continue\r\n\r\n"),
        .stream = stream_answers(false),
        .stream_with_usage = stream_answers(true),
    };
}

#endif
