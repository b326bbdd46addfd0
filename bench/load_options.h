// What the load generator can be told, and the values it has otherwise.

#ifndef BENCH_LOAD_OPTIONS_H
#define BENCH_LOAD_OPTIONS_H

#include "option.h"
#include "request.h"

#define SECONDS_MAX 3600

enum mode { CLOSED, PACED, STREAM };

static struct options {
    enum mode mode;
    const char *host;
    int port;
    int connections;
    double rate;
    double seconds;    // 0: 5, or as long as the number of requests takes
    uint64_t requests; // 0: until the time is over
    uint64_t questions; // 0: each request asks its own
    long events_expected;
    uint64_t stagger_ns;
    struct request_options request;
} options = {
    .host = "127.0.0.1",
    .connections = 16,
    .rate = 300,
    .request = {.path = "/v1/chat/completions", .key = "mock", .model = "gpt-4o-mini", .temperature = 0.7, .prompt_bytes = 200},
};

static void usage(const char *wrong) {
    fprintf(stderr, "%s: not understood\nusage: load closed|paced|stream --port N [--OPTION VALUE]... (see load.c)\n",
            wrong);
    exit(2);
}

static void set_option(const char *option, const char *value) {
    if (!strcmp(option, "--port")) options.port = (int)number(option, value, 1, 65535);
    else if (!strcmp(option, "--host")) options.host = value;
    else if (!strcmp(option, "--path")) options.request.path = value;
    else if (!strcmp(option, "--key")) options.request.key = value;
    else if (!strcmp(option, "--model")) options.request.model = value;
    else if (!strcmp(option, "--connections")) options.connections = (int)number(option, value, 1, 10000);
    else if (!strcmp(option, "--rate")) options.rate = number(option, value, 1, 1e6);
    else if (!strcmp(option, "--seconds")) options.seconds = number(option, value, 0, SECONDS_MAX);
    else if (!strcmp(option, "--requests")) options.requests = (uint64_t)number(option, value, 1, 1e9);
    else if (!strcmp(option, "--prompt-bytes"))
        options.request.prompt_bytes = (size_t)number(option, value, 1, 64 << 20);
    else if (!strcmp(option, "--temperature")) options.request.temperature = number(option, value, 0, 2);
    else if (!strcmp(option, "--questions")) options.questions = (uint64_t)number(option, value, 0, 1e9);
    else if (!strcmp(option, "--events-expected")) options.events_expected = (long)number(option, value, 0, 1e6);
    else if (!strcmp(option, "--stagger-ms"))
        options.stagger_ns = (uint64_t)(number(option, value, 0, 60000) * NS_PER_MS);
    else if (!strcmp(option, "--include-usage")) options.request.include_usage = number(option, value, 0, 1) > 0;
    else usage(option);
}

static void read_options(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    if (!strcmp(mode, "closed")) options.mode = CLOSED;
    else if (!strcmp(mode, "paced")) options.mode = PACED;
    else if (!strcmp(mode, "stream")) options.mode = STREAM;
    else usage(mode);
    for (int i = 2; i < argc; i += 2)
        set_option(argv[i], i + 1 < argc ? argv[i + 1] : "");
    if (!options.port) usage("--port");
    if (!options.seconds) options.seconds = options.requests ? SECONDS_MAX : 5;
    options.request.stream = options.mode == STREAM;
    options.request.host = options.host;
    options.request.port = options.port;
}

#endif
