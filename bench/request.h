// The request that the load generator sends: the headers of an official SDK and a prompt of English text.
//
// Its length is fixed; only the request's number inside the prompt is patched from one sending to the next.

#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#include <stdio.h>

#include "http.h"

#define REQUEST_NUMBER_DIGITS 12

struct request_options {
    const char *host, *path, *key, *model;
    int port;
    double temperature;
    size_t prompt_bytes; // of text, give or take an escape
    bool stream, include_usage;
};

struct request {
    char *bytes;
    size_t length;
    char *number;
};

// Escaped for JSON, with the quotes and line ends that real prompts have.
static const char PARAGRAPH[] =
    "The keeper of the gate writes every passage into a book: who came, what was carried, and what was paid. "
    "\\\"Nothing passes unseen,\\\" says the sign.\\n\\nOn market days the queue is long, so the keeper counts in the "
    "morning, at noon, and once more before the lamps are lit. ";

// Text of about that many bytes, never ending inside of an escape.
static char *prompt(size_t bytes) {
    char *text = malloc(bytes + 3);
    if (!text) abort();
    size_t n = 0;
    for (size_t i = 0; n < bytes; i = (i + 1) % (sizeof PARAGRAPH - 1)) {
        text[n++] = PARAGRAPH[i];
        if (PARAGRAPH[i] == '\\') text[n++] = PARAGRAPH[++i];
    }
    text[n] = 0;
    return text;
}

static struct request make_request(const struct request_options *o) {
    const char *stream = !o->stream         ? ""
                         : o->include_usage ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
                                            : ",\"stream\":true";
    char *content = prompt(o->prompt_bytes);
    char *body;
    int body_length = asprintf(&body,
                               "{\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},"
                               "{\"role\":\"user\",\"content\":\"Request 000000000000. %s\"}],\"model\":\"%s\","
                               "\"max_tokens\":256,\"temperature\":%g%s}",
                               content, o->model, o->temperature, stream);
    struct request r = {0};
    int length = asprintf(&r.bytes,
                          "POST %s HTTP/1.1\r\nHost: %s:%d\r\nAccept: application/json\r\n"
                          "Content-Type: application/json\r\nUser-Agent: OpenAI/Python 2.8.1\r\n"
                          "X-Stainless-Lang: python\r\nX-Stainless-Package-Version: 2.8.1\r\nX-Stainless-OS: Linux\r\n"
                          "X-Stainless-Arch: x64\r\nX-Stainless-Runtime: CPython\r\n"
                          "X-Stainless-Runtime-Version: 3.13.1\r\nX-Stainless-Async: false\r\n"
                          "x-stainless-retry-count: 0\r\nx-stainless-read-timeout: 600\r\n"
                          "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s",
                          o->path, o->host, o->port, o->key, body_length, body);
    if (body_length < 0 || length < 0) abort();
    r.length = (size_t)length;
    r.number = strstr(r.bytes, "Request 000000000000") + strlen("Request ");
    free(content);
    free(body);
    return r;
}

#endif
