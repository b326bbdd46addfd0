// A load generator for chat completions: one thread, one epoll loop, one JSON object of figures on standard output.
//
//   load closed   every connection sends its next request as soon as the last one is answered
//   load paced    a fixed rate, whatever the answers do; latency counts from the moment a request should have been sent
//   load stream   like closed, with "stream":true, counting the events of each stream
//
// An answer counts only if its status is 200 and its body is whole: a completion that closes its brace and has usage, a
// stream that ends with [DONE] and has as many events as expected. All else is an error, and the first one is shown.
// Every request carries a number of its own in the prompt, in this run and in others, so that no cache can answer it;
// unless it is one of a few --questions, which are asked again and again.
//
// Usage: load closed|paced|stream --port N [--host ADDRESS] [--path PATH] [--key KEY] [--model NAME]
//             [--connections N] [--rate PER_SECOND] [--seconds S] [--requests N] [--prompt-bytes N]
//             [--events-expected N] [--stagger-ms N] [--include-usage 1] [--temperature T] [--questions N]

#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "histogram.h"
#include "load_options.h"

#define TEXT_BYTES_MAX (8 * 1024)
#define PACED_CONNECTIONS_MAX 1024
#define GRACE_NS (10 * NS_PER_S)
#define ERRORS_IN_A_ROW_MAX 1000
#define EVENTS_PER_WAIT 256
#define QUESTIONS_MAX 900000000000 // leaves room for a run's own within REQUEST_NUMBER_DIGITS

struct connection {
    int fd; // -1 when not connected
    bool busy;
    bool used; // has answered before
    struct request request;
    size_t sent;
    uint64_t from_ns; // latency counts from here
    bool has_first_byte;

    bool has_head;
    struct head head;
    struct chunked chunked;
    long body_left;
    size_t text_length; // in text: the head being read, then the line of a stream being read, or the whole body
    char text[TEXT_BYTES_MAX];
    long events;
    bool done;
    struct connection *next_idle;
};

static struct {
    int epoll;
    struct sockaddr_in address;
    struct connection *connections;
    int opened;
    struct connection *idle, *last_idle; // the longest idle one is used first, so that all of them are used
    int busy;

    uint64_t start_ns, end_ns, last_answer_ns, first_question;
    uint64_t begun, answered, errors, errors_in_a_row, events, bytes, reconnects;
    char first_error[512];
    struct histogram latency, first_byte, event_delay, send_lag;
} run;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void connect_to_server(struct connection *c) {
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) fail("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (connect(c->fd, (struct sockaddr *)&run.address, sizeof run.address) && errno != EINPROGRESS) fail("connect");
    c->used = false;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(run.epoll, EPOLL_CTL_ADD, c->fd, &e)) fail("epoll_ctl");
}

static void disconnect(struct connection *c) {
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
}

static void become_idle(struct connection *c) {
    c->busy = false;
    c->next_idle = NULL;
    *(run.idle ? &run.last_idle->next_idle : &run.idle) = c;
    run.last_idle = c;
    run.busy--;
}

// Counts the request as failed. What was received so far is shown for the first error of a run.
static void count_error(struct connection *c, const char *reason) {
    run.errors++;
    run.errors_in_a_row++;
    if (!run.first_error[0]) {
        int shown = c->text_length < 200 ? (int)c->text_length : 200;
        snprintf(run.first_error, sizeof run.first_error, "%s (status %d) %.*s", reason,
                 c->has_head ? c->head.status : 0, shown, c->text);
    }
    disconnect(c);
    become_idle(c);
}

static void count_answer(struct connection *c) {
    run.last_answer_ns = now_ns();
    record(&run.latency, run.last_answer_ns - c->from_ns);
    run.answered++;
    run.errors_in_a_row = 0;
    run.events += (uint64_t)c->events;
    c->used = true;
    if (c->head.close) disconnect(c);
    become_idle(c);
}

static void send_rest(struct connection *c) {
    ssize_t n = send(c->fd, c->request.bytes + c->sent, c->request.length - c->sent, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) return count_error(c, strerror(errno));
    bool was_waiting = c->sent > 0;
    if (n > 0) c->sent += (size_t)n;
    bool must_wait = c->sent < c->request.length;
    if (must_wait || was_waiting || n < 0) {
        struct epoll_event e = {.events = must_wait ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = c};
        if (epoll_ctl(run.epoll, EPOLL_CTL_MOD, c->fd, &e)) fail("epoll_ctl");
    }
}

// A fixed rate needs as many connections as the slowest answers take up.
static int connections_max(void) {
    return options.mode == PACED && options.connections < PACED_CONNECTIONS_MAX ? PACED_CONNECTIONS_MAX
                                                                                : options.connections;
}

// A connection that can send now: a new one as long as fewer than wished for are open, then an idle one.
static struct connection *take_idle(void) {
    struct connection *c = run.idle;
    if (c && run.opened >= options.connections) {
        run.idle = c->next_idle;
        return c;
    }
    if (run.opened == connections_max()) return NULL;
    c = &run.connections[run.opened++];
    c->fd = -1;
    c->request = make_request(&options.request);
    return c;
}

// Sends the next request. Latency counts from the given moment, which is now or earlier.
// The number of the question that a request asks. Later runs begin with a higher one, by a million for each second.
static uint64_t question(uint64_t request) {
    return options.questions ? request % options.questions : run.first_question + request;
}

static bool begin_request(uint64_t from_ns) {
    struct connection *c = take_idle();
    if (!c) return false;
    if (c->fd < 0) {
        if (c->used) run.reconnects++;
        connect_to_server(c);
    }
    run.busy++;
    c->busy = true;
    c->from_ns = from_ns;
    c->has_first_byte = c->has_head = c->done = false;
    c->chunked = (struct chunked){0};
    c->text_length = c->sent = 0;
    c->events = 0;
    patch(c->request.number, REQUEST_NUMBER_DIGITS, question(run.begun++), 10);
    record(&run.send_lag, now_ns() - from_ns);
    send_rest(c);
    return true;
}

static void take_line(struct connection *c, const char *line, size_t length) {
    if (length < 6 || memcmp(line, "data: ", 6) != 0) return;
    if (length >= 12 && memcmp(line + 6, "[DONE]", 6) == 0) {
        c->done = true;
        return;
    }
    c->events++;
    static const char mark[] = "\"obfuscation\":\"t";
    const char *sent = memmem(line, length, mark, sizeof mark - 1);
    if (!sent) return;
    uint64_t sent_ns = strtoull(sent + sizeof mark - 1, NULL, 10);
    if (sent_ns) record(&run.event_delay, now_ns() - sent_ns);
}

static void keep_text(struct connection *c, const char *bytes, size_t n) {
    size_t room = sizeof c->text - c->text_length;
    size_t kept = n < room ? n : room;
    memcpy(c->text + c->text_length, bytes, kept);
    c->text_length += kept;
}

static void take_lines(struct connection *c, const char *bytes, size_t n) {
    const char *end = bytes + n;
    const char *newline;
    while ((newline = memchr(bytes, '\n', (size_t)(end - bytes)))) {
        if (c->text_length) {
            keep_text(c, bytes, (size_t)(newline - bytes));
            take_line(c, c->text, c->text_length);
            c->text_length = 0;
        } else {
            take_line(c, bytes, (size_t)(newline - bytes));
        }
        bytes = newline + 1;
    }
    keep_text(c, bytes, (size_t)(end - bytes));
}

static void take_body(struct connection *c, const char *bytes, size_t n) {
    if (!n) return;
    if (!c->has_first_byte) {
        c->has_first_byte = true;
        record(&run.first_byte, now_ns() - c->from_ns);
    }
    if (options.mode == STREAM && c->head.status == 200) take_lines(c, bytes, n);
    else keep_text(c, bytes, n);
}

// Why the answer, complete as far as HTTP goes, is not a good one; NULL if it is.
static const char *fault_of(struct connection *c) {
    if (c->head.status != 200) return "status is not 200";
    if (options.mode == STREAM) {
        if (!c->done) return "the stream ended without [DONE]";
        if (options.events_expected && c->events != options.events_expected) return "wrong number of events";
        return NULL;
    }
    size_t n = c->text_length;
    while (n && (c->text[n - 1] == '\n' || c->text[n - 1] == ' '))
        n--;
    if (!n || c->text[0] != '{' || c->text[n - 1] != '}') return "the body is not one JSON object";
    if (!memmem(c->text, n, "\"total_tokens\"", 14)) return "the body has no usage";
    return NULL;
}

static void finish(struct connection *c) {
    const char *fault = fault_of(c);
    if (fault) count_error(c, fault);
    else count_answer(c);
}

static bool take_head(struct connection *c, const char **bytes, size_t *n) {
    size_t before = c->text_length;
    keep_text(c, *bytes, *n);
    enum parsed p = head_parse(&c->head, c->text, c->text_length);
    if (p == PARSED_BAD || (p == PARSED_MORE && c->text_length == sizeof c->text)) {
        count_error(c, "the head of the answer is malformed");
        return false;
    }
    if (p == PARSED_MORE) return false;
    size_t of_head = c->head.length - before;
    *bytes += of_head;
    *n -= of_head;
    c->has_head = true;
    c->body_left = c->head.content_length;
    c->text_length = 0;
    return true;
}

static void take_bytes(struct connection *c, const char *bytes, size_t n) {
    run.bytes += n;
    if (!c->busy) return disconnect(c); // nobody asked
    if (!c->has_head && !take_head(c, &bytes, &n)) return;
    if (c->head.chunked) {
        while (n && c->chunked.state < CHUNKED_ENDED) {
            struct slice piece;
            size_t taken = chunked_take(&c->chunked, bytes, n, &piece);
            take_body(c, piece.bytes, piece.length);
            bytes += taken;
            n -= taken;
        }
        if (c->chunked.state == CHUNKED_BAD) return count_error(c, "the chunked body is malformed");
        if (c->chunked.state == CHUNKED_ENDED) return n ? count_error(c, "bytes after the answer") : finish(c);
        return;
    }
    take_body(c, bytes, n);
    if (c->head.content_length < 0) return; // ends with the connection
    c->body_left -= (long)n;
    if (c->body_left < 0) return count_error(c, "bytes after the answer");
    if (c->body_left == 0) finish(c);
}

static void take_end(struct connection *c) {
    if (!c->busy) return disconnect(c);
    bool ends_with_connection = c->has_head && !c->head.chunked && c->head.content_length < 0;
    if (!ends_with_connection) return count_error(c, "the connection was closed in the middle of an answer");
    c->head.close = true;
    finish(c);
}

static void receive(struct connection *c) {
    static char bytes[256 * 1024];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
    if (n > 0) return take_bytes(c, bytes, (size_t)n);
    if (n == 0) return take_end(c);
    if (errno == EAGAIN) return;
    if (c->busy) count_error(c, strerror(errno));
    else disconnect(c);
}

// When the next request should be sent, if the time and the number of requests allow one.
static uint64_t next_moment(void) {
    if (options.mode == PACED) return run.start_ns + (uint64_t)((double)run.begun * NS_PER_S / options.rate);
    if (run.begun < (uint64_t)options.connections)
        return run.start_ns + run.begun * options.stagger_ns / (uint64_t)options.connections;
    return run.start_ns;
}

static bool may_begin(uint64_t moment) {
    if (options.requests && run.begun >= options.requests) return false;
    return moment < run.end_ns;
}

// Sends all requests that are due. Returns how long to wait for the next one: 0 when only an answer allows it.
static uint64_t begin_due(void) {
    for (;;) {
        uint64_t now = now_ns();
        uint64_t moment = next_moment();
        if (!may_begin(options.mode == PACED ? moment : now)) return 0;
        if (moment > now) return moment - now;
        if (run.errors_in_a_row >= ERRORS_IN_A_ROW_MAX) return 0;
        if (!begin_request(options.mode == PACED ? moment : now)) return 0;
    }
}

static void wait_and_handle(uint64_t wait_ns) {
    struct epoll_event events[EVENTS_PER_WAIT];
    struct timespec timeout = {.tv_sec = (time_t)(wait_ns / NS_PER_S), .tv_nsec = (long)(wait_ns % NS_PER_S)};
    int n = epoll_pwait2(run.epoll, events, EVENTS_PER_WAIT, &timeout, NULL);
    if (n < 0 && errno != EINTR) fail("epoll_pwait2");
    for (int i = 0; i < n; i++) {
        struct connection *c = events[i].data.ptr;
        if (c->fd >= 0 && c->busy && events[i].events & EPOLLOUT) send_rest(c);
        if (c->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(c);
    }
}

static void run_load(void) {
    run.start_ns = run.last_answer_ns = now_ns();
    run.first_question = run.start_ns / 1000 % QUESTIONS_MAX;
    run.end_ns = run.start_ns + (uint64_t)(options.seconds * NS_PER_S);
    for (;;) {
        uint64_t wait_ns = begin_due();
        if (!wait_ns && !run.busy) break;
        if (now_ns() > run.end_ns + GRACE_NS) break;
        wait_and_handle(wait_ns ? wait_ns : NS_PER_S);
    }
    for (int i = 0; i < run.opened; i++)
        if (run.connections[i].busy) count_error(&run.connections[i], "no answer within 10 s of the end");
}

static void print_text(const char *name, const char *value) {
    printf("\"%s\":", name);
    if (!*value) {
        printf("null,");
        return;
    }
    putchar('"');
    for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
        if (*p == '"' || *p == '\\') printf("\\%c", *p);
        else if (*p < 0x20 || *p > 0x7e) printf("\\u%04x", *p);
        else putchar(*p);
    }
    printf("\",");
}

static void print_durations(const char *name, const struct histogram *h) {
    if (!h->count) {
        printf("\"%s\":null,", name);
        return;
    }
    printf("\"%s\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f,\"mean\":%.1f},", name, percentile_us(h, 0.5),
           percentile_us(h, 0.9), percentile_us(h, 0.99), (double)h->max / 1000,
           (double)h->sum / (double)h->count / 1000);
}

static void print_figures(void) {
    double seconds = (double)(run.last_answer_ns - run.start_ns) / NS_PER_S;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    long cpu_us =
        (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    printf("{\"requests\":%lu,\"errors\":%lu,", run.answered, run.errors);
    print_text("first_error", run.first_error);
    printf("\"seconds\":%.4f,\"throughput\":%.1f,", seconds, seconds > 0 ? (double)run.answered / seconds : 0);
    print_durations("latency_us", &run.latency);
    print_durations("first_byte_us", &run.first_byte);
    print_durations("event_delay_us", &run.event_delay);
    print_durations("send_lag_us", &run.send_lag);
    printf("\"events\":%lu,\"bytes\":%lu,\"connections\":%d,\"reconnects\":%lu,\"cpu_us\":%ld}\n", run.events,
           run.bytes, run.opened, run.reconnects, cpu_us);
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    prctl(PR_SET_PDEATHSIG, SIGTERM); // never outlives who started it
    prctl(PR_SET_TIMERSLACK, 1);      // ns: a fixed rate is kept as exactly as the kernel can
    run.address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    if (inet_pton(AF_INET, options.host, &run.address.sin_addr) != 1) usage(options.host);
    run.connections = calloc((size_t)connections_max(), sizeof *run.connections);
    run.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!run.connections || run.epoll < 0) fail("start");
    run_load();
    print_figures();
}
