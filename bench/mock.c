// A mock of OpenAI's chat completions that costs less than any gateway in front of it.
//
//   POST /v1/chat/completions   a fixed completion, or with "stream":true a fixed stream of 50 events:
//                               one every 10 ms for the paced model, else all of them in one write
//   GET  /v1/models             a short list
//   GET  /stats                 how many requests and streams it has answered, and how many streams were cut off
//
// HTTP/1.1 over loopback: keep-alive, pipelining, bodies with a length or chunked, up to 64 MiB. One epoll loop per
// thread, each with its own listening socket; one recv and one send per request in the usual case.
//
// Usage: mock [--port N] [--threads N] [--paced-model NAME]

#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answers.h"
#include "facts.h"
#include "option.h"

#define PACE_NS (10 * NS_PER_MS)
#define BODY_BYTES_MAX (64l << 20)
#define INPUT_BYTES_START (16 * 1024)
#define OUTPUT_BYTES_MAX (1 << 20)
#define THREADS_MAX 64
#define EVENTS_PER_WAIT 256

static const char *paced_model = "mock-paced";
static atomic_ulong requests, streams, streams_cut;

struct connection {
    int fd;
    bool ended; // answered for the last time: close when all is written

    char *in; // raw bytes of the requests not yet answered
    size_t in_length, in_capacity;

    bool has_head; // of the request being read
    struct head head;
    bool told_to_go_on;
    struct chunked chunked;
    size_t taken;       // raw bytes of this request taken so far
    size_t body_length; // bytes of body found so far; they begin right after the head

    char *out; // what the socket did not take at once
    size_t out_length, out_sent;

    struct stream_answers *stream; // the paced stream being sent, or NULL
    int next_event;
    uint64_t due_ns;
    struct connection *earlier, *later; // neighbours in the queue of paced streams
};

struct worker {
    int epoll;
    int listener;
    uint64_t answered;
    struct answers answers;
    // Paced streams, next due first. All wait equally long, so new ones belong at the end and no sorting is needed.
    struct connection *first_due, *last_due;
};

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void queue_add(struct worker *w, struct connection *c) {
    c->earlier = w->last_due;
    c->later = NULL;
    *(w->last_due ? &w->last_due->later : &w->first_due) = c;
    w->last_due = c;
}

static void queue_remove(struct worker *w, struct connection *c) {
    *(c->earlier ? &c->earlier->later : &w->first_due) = c->later;
    *(c->later ? &c->later->earlier : &w->last_due) = c->earlier;
}

static void close_connection(struct worker *w, struct connection *c) {
    if (c->stream) {
        queue_remove(w, c);
        atomic_fetch_add_explicit(&streams_cut, 1, memory_order_relaxed);
    }
    close(c->fd);
    free(c->in);
    free(c->out);
    free(c);
}

static void wait_for(struct worker *w, struct connection *c, uint32_t events) {
    struct epoll_event e = {.events = events, .data.ptr = c};
    if (epoll_ctl(w->epoll, EPOLL_CTL_MOD, c->fd, &e)) fail("epoll_ctl");
}

// Sends bytes, keeping what the socket does not take. False when the connection is gone or its reader hopelessly slow.
static bool send_bytes(struct worker *w, struct connection *c, const char *bytes, size_t length) {
    size_t sent = 0;
    if (!c->out_length) {
        ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN) return false;
        if (n > 0) sent = (size_t)n;
        if (sent == length) return true;
        wait_for(w, c, EPOLLIN | EPOLLOUT);
    }
    size_t rest = length - sent;
    if (c->out_length + rest > OUTPUT_BYTES_MAX) return false;
    char *grown = realloc(c->out, c->out_length + rest);
    if (!grown) return false;
    c->out = grown;
    memcpy(c->out + c->out_length, bytes + sent, rest);
    c->out_length += rest;
    return true;
}

static bool send_kept(struct worker *w, struct connection *c) {
    ssize_t n = send(c->fd, c->out + c->out_sent, c->out_length - c->out_sent, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN;
    c->out_sent += (size_t)n;
    if (c->out_sent == c->out_length) {
        c->out_length = c->out_sent = 0;
        wait_for(w, c, EPOLLIN);
    }
    return true;
}

static bool send_answer(struct worker *w, struct connection *c, struct answer *a) {
    if (a->id) patch(a->id, 16, ++w->answered, 16);
    return send_bytes(w, c, a->bytes, a->length);
}

static bool send_event(struct worker *w, struct connection *c) {
    struct answer *event = &c->stream->events[c->next_event++];
    patch(event->time, 19, now_ns(), 10);
    if (!send_bytes(w, c, event->bytes, event->length)) return false;
    if (c->next_event < EVENTS_PER_STREAM) return true;
    struct answer *tail = &c->stream->tail;
    queue_remove(w, c);
    c->stream = NULL;
    return send_bytes(w, c, tail->bytes, tail->length);
}

static bool begin_paced(struct worker *w, struct connection *c, struct stream_answers *stream) {
    c->stream = stream;
    c->next_event = 0;
    c->due_ns = now_ns() + PACE_NS;
    queue_add(w, c);
    return send_answer(w, c, &stream->head) && send_event(w, c);
}

static bool answer_completion(struct worker *w, struct connection *c) {
    atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed);
    struct facts facts = facts_of(c->in + c->head.length, c->body_length);
    if (!facts.stream) return send_answer(w, c, &w->answers.completion);

    atomic_fetch_add_explicit(&streams, 1, memory_order_relaxed);
    struct stream_answers *stream = facts.include_usage ? &w->answers.stream_with_usage : &w->answers.stream;
    return slice_is(facts.model, paced_model) ? begin_paced(w, c, stream) : send_answer(w, c, &stream->burst);
}

static bool answer_stats(struct worker *w, struct connection *c) {
    char body[128];
    snprintf(body, sizeof body, "{\"requests\":%lu,\"streams\":%lu,\"streams_cut\":%lu}\n", atomic_load(&requests),
             atomic_load(&streams), atomic_load(&streams_cut));
    struct answer a = json_answer("200 OK", body);
    bool ok = send_answer(w, c, &a);
    free(a.bytes);
    return ok;
}

static bool asks_for(const struct connection *c, const char *method_and_path) {
    size_t n = strlen(method_and_path);
    return c->head.length > n && memcmp(c->in, method_and_path, n) == 0 && (c->in[n] == ' ' || c->in[n] == '?');
}

static bool answer_request(struct worker *w, struct connection *c) {
    if (c->head.close) c->ended = true;
    if (asks_for(c, "POST /v1/chat/completions")) return answer_completion(w, c);
    if (asks_for(c, "GET /v1/models")) return send_answer(w, c, &w->answers.models);
    if (asks_for(c, "GET /stats")) return answer_stats(w, c);
    return send_answer(w, c, &w->answers.not_found);
}

static bool refuse(struct worker *w, struct connection *c, struct answer *a) {
    c->ended = true;
    c->in_length = 0;
    return send_answer(w, c, a);
}

// Moves the pieces of a chunked body together, right after the head.
static enum parsed take_chunked(struct connection *c) {
    while (c->taken < c->in_length && c->chunked.state < CHUNKED_ENDED) {
        struct slice piece;
        c->taken += chunked_take(&c->chunked, c->in + c->taken, c->in_length - c->taken, &piece);
        memmove(c->in + c->head.length + c->body_length, piece.bytes, piece.length);
        c->body_length += piece.length;
    }
    return c->chunked.state == CHUNKED_ENDED ? PARSED_DONE : c->chunked.state == CHUNKED_BAD ? PARSED_BAD : PARSED_MORE;
}

static enum parsed take_request(struct connection *c) {
    if (!c->has_head) {
        enum parsed p = head_parse(&c->head, c->in, c->in_length);
        if (p != PARSED_DONE) return p;
        c->has_head = true;
        c->told_to_go_on = false;
        c->chunked = (struct chunked){0};
        c->taken = c->head.length;
        c->body_length = 0;
    }
    if (c->head.chunked) return take_chunked(c);
    if (c->head.content_length < 0) return PARSED_DONE;
    c->body_length = (size_t)c->head.content_length;
    c->taken = c->head.length + c->body_length;
    return c->in_length >= c->taken ? PARSED_DONE : PARSED_MORE;
}

static bool is_too_large(const struct connection *c) {
    bool says_so = c->head.content_length > BODY_BYTES_MAX;
    bool is_so = c->in_length > (size_t)BODY_BYTES_MAX + HEAD_BYTES_MAX;
    return c->has_head && (says_so || is_so);
}

// Answers every request that is complete, in order; waits while an earlier answer is still on its way.
static bool answer_all(struct worker *w, struct connection *c) {
    while (c->in_length && !c->stream && !c->out_length && !c->ended) {
        enum parsed p = take_request(c);
        if (p == PARSED_BAD) return refuse(w, c, &w->answers.bad_request);
        if (is_too_large(c)) return refuse(w, c, &w->answers.too_large);
        if (p == PARSED_MORE) {
            if (!c->has_head || !c->head.expects_continue || c->told_to_go_on) return true;
            c->told_to_go_on = true;
            return send_answer(w, c, &w->answers.go_on);
        }
        if (!answer_request(w, c)) return false;
        c->has_head = false;
        c->in_length -= c->taken;
        memmove(c->in, c->in + c->taken, c->in_length);
    }
    return true;
}

// Makes room for the rest of the request being read, or at least for some more.
static bool make_room(struct connection *c) {
    size_t wanted = c->in_capacity ? c->in_capacity : INPUT_BYTES_START;
    if (c->has_head && c->taken > wanted) wanted = c->taken;
    if (c->in_length == wanted) wanted *= 2;
    if (wanted == c->in_capacity) return true;
    if (wanted > 4 * (size_t)BODY_BYTES_MAX) return false;
    char *grown = realloc(c->in, wanted);
    if (!grown) return false;
    c->in = grown;
    c->in_capacity = wanted;
    return true;
}

static bool read_and_answer(struct worker *w, struct connection *c) {
    if (!make_room(c)) return false;
    ssize_t n = recv(c->fd, c->in + c->in_length, c->in_capacity - c->in_length, 0);
    if (n == 0) return false;
    if (n < 0) return errno == EAGAIN;
    c->in_length += (size_t)n;
    return answer_all(w, c);
}

static bool is_finished(const struct connection *c) { return c->ended && !c->stream && !c->out_length; }

static void handle(struct worker *w, struct connection *c, uint32_t events) {
    bool alive = true;
    if (events & EPOLLOUT) alive = send_kept(w, c) && answer_all(w, c);
    if (alive && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) alive = read_and_answer(w, c);
    if (!alive || is_finished(c)) close_connection(w, c);
}

static void send_due(struct worker *w) {
    uint64_t now = now_ns();
    while (w->first_due && w->first_due->due_ns <= now) {
        struct connection *c = w->first_due;
        queue_remove(w, c);
        c->due_ns += PACE_NS;
        queue_add(w, c);
        bool alive = send_event(w, c);
        if (alive && !c->stream) alive = answer_all(w, c);
        if (!alive || is_finished(c)) close_connection(w, c);
    }
}

static void accept_connection(struct worker *w) {
    int fd = accept4(w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct connection *c = calloc(1, sizeof *c);
    if (!c) fail("calloc");
    c->fd = fd;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e)) fail("epoll_ctl");
}

static int wait_events(struct worker *w, struct epoll_event *events) {
    if (!w->first_due) return epoll_wait(w->epoll, events, EVENTS_PER_WAIT, -1);
    uint64_t now = now_ns();
    uint64_t ns = w->first_due->due_ns > now ? w->first_due->due_ns - now : 0;
    struct timespec timeout = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
    return epoll_pwait2(w->epoll, events, EVENTS_PER_WAIT, &timeout, NULL);
}

static void *serve(void *argument) {
    struct worker *w = argument;
    w->answers = make_answers();
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->listener, &e)) fail("epoll_ctl");
    for (;;) {
        struct epoll_event events[EVENTS_PER_WAIT];
        int n = wait_events(w, events);
        if (n < 0 && errno != EINTR) fail("epoll_wait");
        // A connection has one event per wait and is closed by nothing else in between, so none is used after it.
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr) handle(w, events[i].data.ptr, events[i].events);
            else accept_connection(w);
        }
        send_due(w);
    }
    return NULL;
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int))) fail("socket");
    if (bind(fd, (struct sockaddr *)&a, sizeof a)) fail("bind");
    if (listen(fd, 4096)) fail("listen");
    return fd;
}

static int port_of(int fd) {
    struct sockaddr_in a;
    socklen_t length = sizeof a;
    if (getsockname(fd, (struct sockaddr *)&a, &length)) fail("getsockname");
    return ntohs(a.sin_port);
}

int main(int argc, char **argv) {
    int port = 0;
    int threads = 1;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (!strcmp(argv[i], "--port")) port = (int)number(argv[i], value, 0, 65535);
        else if (!strcmp(argv[i], "--threads")) threads = (int)number(argv[i], value, 1, THREADS_MAX);
        else if (!strcmp(argv[i], "--paced-model") && *value) paced_model = value;
        else {
            fprintf(stderr, "usage: mock [--port N] [--threads N] [--paced-model NAME]\n");
            return 2;
        }
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM); // never outlives who started it
    prctl(PR_SET_TIMERSLACK, 1);      // ns: events leave as exactly paced as the kernel can

    static struct worker workers[THREADS_MAX];
    for (int i = 0; i < threads; i++) {
        workers[i].listener = listen_on(port);
        port = port_of(workers[i].listener);
    }
    printf("listening on 127.0.0.1:%d\n", port);
    fflush(stdout);
    for (int i = 1; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, &workers[i])) fail("pthread_create");
    }
    serve(&workers[0]);
}
