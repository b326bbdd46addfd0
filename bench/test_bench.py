"""Tests of the benchmark itself: python3 bench/test_bench.py (a few seconds; needs a C compiler, loopback only)."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import types
import unittest
import xml.etree.ElementTree

import chart
import processes
import report
import rounds
import scenarios
from figures import Figure, Figures, cpu_per_request, latency_p50
from targets import Running, Unusable, clean_environment

COMPLETIONS = "/v1/chat/completions"


def body_of(**members):
    return json.dumps({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]} | members).encode()


def run_load(port, *arguments):
    command = [rounds.BUILD / "load", *map(str, arguments), "--port", str(port)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


class WithMock(unittest.TestCase):
    """A mock of its own for each test class."""

    @classmethod
    def setUpClass(cls):
        rounds.build()
        cls.mock = rounds.Mock(types.SimpleNamespace(mock_port=0, pin=False))
        cls.addClassCleanup(cls.mock.stop)
        cls.port = cls.mock.port

    def post(self, body, path=COMPLETIONS):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("POST", path, body)
        return connection.getresponse()

    def stream(self, **members):
        """The payloads of a stream's events, as text."""
        answer = self.post(body_of(stream=True, **members))
        self.assertEqual(200, answer.status)
        self.assertEqual("text/event-stream; charset=utf-8", answer.headers["content-type"])
        events = answer.read().decode().split("\n\n")
        self.assertEqual("", events.pop())
        self.assertTrue(all(event.startswith("data: ") for event in events))
        return [event.removeprefix("data: ") for event in events]

    def talk(self, *pieces):
        """Sends raw bytes, each piece as a segment of its own, and returns an open socket."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        self.addCleanup(connection.close)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        return connection

    def status(self, connection):
        """The status of the one answer that is still to come."""
        answer = http.client.HTTPResponse(connection, method="POST")
        answer.begin()
        answer.read()
        return answer.status


class MockTest(WithMock):
    def test_answers_a_completion_with_usage_and_the_headers_of_openai(self):
        answer = self.post(body_of())
        completion = json.loads(answer.read())
        self.assertEqual("chat.completion", completion["object"])
        self.assertEqual("assistant", completion["choices"][0]["message"]["role"])
        self.assertEqual(
            {"prompt_tokens": 61, "completion_tokens": 48, "total_tokens": 109},
            {name: completion["usage"][name] for name in ("prompt_tokens", "completion_tokens", "total_tokens")},
        )
        for name in ("x-request-id", "openai-processing-ms", "x-ratelimit-remaining-tokens"):
            self.assertIn(name, answer.headers)

    def test_gives_every_answer_its_own_request_id(self):
        ids = {self.post(body_of()).headers["x-request-id"] for _ in range(3)}
        self.assertEqual(3, len(ids))

    def test_lists_models(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/models")
        models = json.loads(connection.getresponse().read())
        self.assertEqual(["gpt-4o", "gpt-4o-mini"], [model["id"] for model in models["data"]])

    def test_does_not_know_other_paths(self):
        self.assertEqual(404, self.post(b"{}", path="/v1/other").status)

    def test_streams_fifty_chunks_and_done(self):
        events = self.stream()
        self.assertEqual("[DONE]", events.pop())
        chunks = list(map(json.loads, events))
        self.assertEqual(scenarios.EVENTS_PER_STREAM, len(chunks))
        self.assertTrue(all("usage" not in chunk for chunk in chunks))
        self.assertEqual("stop", chunks[-1]["choices"][0]["finish_reason"])

    def test_streams_usage_when_asked_for(self):
        events = self.stream(stream_options={"include_usage": True})
        self.assertEqual("[DONE]", events.pop())
        *chunks, last = map(json.loads, events)
        self.assertEqual(scenarios.EVENTS_PER_STREAM, len(chunks))
        self.assertTrue(all(chunk["usage"] is None for chunk in chunks))
        self.assertEqual(([], 109), (last["choices"], last["usage"]["total_tokens"]))

    def test_streams_each_event_of_a_burst_as_a_chunk_of_its_own(self):
        raw = self.talk(request(body_of(stream=True), "Connection: close")).makefile("rb").read()
        chunks = raw.partition(b"\r\n\r\n")[2].split(b"\r\n")
        sizes = chunks[0::2]
        payloads = chunks[1::2]
        self.assertEqual(scenarios.EVENTS_PER_STREAM + 1, len([payload for payload in payloads if payload]))
        for size, payload in zip(sizes, payloads):
            self.assertEqual(int(size or b"0", 16), len(payload))

    def test_marks_paced_chunks_with_their_send_time_in_order(self):
        events = self.stream(model=scenarios.PACED_MODEL)[:-1]
        times = [int(json.loads(event)["obfuscation"][1:]) for event in events]
        self.assertEqual(scenarios.EVENTS_PER_STREAM, len(times))
        self.assertEqual(sorted(set(times)), times)

    def test_tolerates_spaces_around_members(self):
        answer = self.post(b'{ "model" : "m" , "messages" : [ ] ,\n "stream" : true }')
        self.assertIn("event-stream", answer.headers["content-type"])

    def test_does_not_take_text_of_a_prompt_for_a_member(self):
        for content in ('"stream":true', "\\", '\\"stream\\":true', '{"stream":true,"x":"'):
            answer = self.post(body_of(messages=[{"role": "user", "content": content, "stream": True}]))
            self.assertEqual("application/json", answer.headers["content-type"], content)

    def test_reads_a_request_that_comes_byte_by_byte(self):
        connection = self.talk(*(bytes([byte]) for byte in request(body_of())))
        self.assertEqual(200, self.status(connection))

    def test_reads_chunked_requests(self):
        body = body_of(stream=True)
        answer = self.post(iter([body[:7], body[7:8], body[8:]]))  # http.client sends an iterator chunked
        self.assertIn("event-stream", answer.headers["content-type"])

    def test_reads_bodies_of_several_megabytes(self):
        large = body_of(messages=[{"role": "user", "content": "A word. " * 1_000_000}], stream=True)
        self.assertIn("event-stream", self.post(large).headers["content-type"])

    def test_says_continue_when_asked(self):
        body = body_of()
        connection = self.talk(request(body, "Expect: 100-continue")[: -len(body)])
        self.assertEqual(b"HTTP/1.1 100 Continue\r\n\r\n", connection.recv(100))
        connection.sendall(body)
        self.assertEqual(200, self.status(connection))

    def test_answers_pipelined_requests_in_order(self):
        paced = body_of(stream=True, model=scenarios.PACED_MODEL)
        raw = (
            self.talk(request(body_of()) + request(paced) + request(body_of(), "Connection: close"))
            .makefile("rb")
            .read()
        )
        self.assertEqual(3, raw.count(b"HTTP/1.1 200 OK"))
        kinds = [
            raw.index(b'"chat.completion"'),
            raw.index(b'"chat.completion.chunk"'),
            raw.rindex(b'"chat.completion"'),
        ]
        self.assertEqual(sorted(kinds), kinds)
        self.assertGreater(kinds[2], raw.index(b"[DONE]"))

    def test_refuses_what_is_not_http(self):
        self.assertIn(b"400", self.talk(b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n").recv(100))

    def test_refuses_bodies_beyond_its_bound(self):
        self.assertIn(b"413", self.talk(b"POST / HTTP/1.1\r\nContent-Length: 70000000\r\n\r\n").recv(100))

    def test_counts_requests(self):
        before = self.mock.requests()
        self.post(body_of()).read()
        self.assertEqual(before + 1, self.mock.requests())


def request(body, *headers):
    head = [f"POST {COMPLETIONS} HTTP/1.1", "Host: mock", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


class LoadTest(WithMock):
    def test_sends_exactly_as_many_requests_as_told(self):
        before = self.mock.requests()
        figures = run_load(self.port, "closed", "--requests", 500)
        self.assertEqual((500, 0, 500), (figures["requests"], figures["errors"], self.mock.requests() - before))

    def test_keeps_its_connections(self):
        figures = run_load(self.port, "closed", "--requests", 200, "--connections", 4)
        self.assertEqual((4, 0), (figures["connections"], figures["reconnects"]))

    def test_orders_its_percentiles(self):
        latency = run_load(self.port, "closed", "--requests", 500)["latency_us"]
        self.assertGreater(latency["p50"], 0)
        self.assertEqual(
            sorted(latency[name] for name in ("p50", "p90", "p99", "max")),
            [latency[name] for name in ("p50", "p90", "p99", "max")],
        )

    def test_keeps_a_fixed_rate(self):
        figures = run_load(self.port, "paced", "--rate", 100, "--seconds", 0.5)
        self.assertEqual((50, 0), (figures["requests"], figures["errors"]))

    def test_counts_the_chunks_of_streams(self):
        figures = run_load(self.port, "stream", "--requests", 20, "--events-expected", 50)
        self.assertEqual((20, 0, 1000), (figures["requests"], figures["errors"], figures["events"]))

    def test_measures_the_delay_of_paced_chunks(self):
        figures = run_load(self.port, "stream", "--requests", 4, "--model", scenarios.PACED_MODEL)
        self.assertEqual((4, 200), (figures["requests"], figures["events"]))
        self.assertGreater(figures["event_delay_us"]["p50"], 0)

    def test_sends_large_prompts_whole(self):
        figures = run_load(self.port, "closed", "--requests", 40, "--prompt-bytes", 3_000_000)
        self.assertEqual((40, 0), (figures["requests"], figures["errors"]))

    def test_sends_valid_json_with_a_number_of_its_own_in_every_request(self):
        with ScriptedServer(json_answer(b'{"total_tokens":1}')) as server:
            run_load(server.port, "closed", "--requests", 3, "--connections", 1, "--prompt-bytes", 5000)
        prompts = [json.loads(body)["messages"][1]["content"] for body in server.bodies]
        self.assertEqual(3, len(set(prompts)))
        self.assertGreater(len(prompts[0]), 4800)

    def test_asks_some_questions_again_and_again_where_a_cache_shall_answer(self):
        with ScriptedServer(json_answer(b'{"usage":1}')) as server:
            for _ in range(2):
                run_load(server.port, "closed", "--requests", 3, "--connections", 1, "--temperature", 0, "--questions", 2)
        asked = [json.loads(body) for body in server.bodies]
        self.assertEqual([0] * 6, [body["temperature"] for body in asked])
        prompts = [body["messages"][1]["content"] for body in asked]
        self.assertEqual(2, len(set(prompts)))
        self.assertEqual([prompts[0], prompts[1], prompts[0]] * 2, prompts)

    def test_asks_no_question_twice_in_two_runs(self):
        with ScriptedServer(json_answer(b'{"usage":1}')) as server:
            for _ in range(2):
                run_load(server.port, "closed", "--requests", 3, "--connections", 1)
        self.assertEqual(6, len(set(server.bodies)))

    def test_counts_a_wrong_number_of_chunks_as_an_error(self):
        figures = run_load(self.port, "stream", "--requests", 5, "--events-expected", 51)
        self.assertEqual((0, 5), (figures["requests"], figures["errors"]))
        self.assertIn("wrong number of events", figures["first_error"])

    def test_counts_bad_answers_as_errors_and_shows_the_first(self):
        cases = [
            (
                "closed",
                b"HTTP/1.1 429 Too Many\r\nContent-Length: 4\r\n\r\nslow",
                "status is not 200 (status 429) slow",
            ),
            ("closed", json_answer(b"not json"), "not one JSON object"),
            ("closed", json_answer(b"{}"), "no usage"),
            ("closed", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "closed in the middle"),
            ("closed", b"", "closed in the middle"),
            ("closed", b"nonsense\r\n\r\n", "status is not 200"),
            ("stream", chunked(b"data: {}\n\n"), "without [DONE]"),
            ("stream", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:", "closed in the middle"),
            ("stream", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "chunked body is malformed"),
        ]
        for mode, answer, reason in cases:
            with self.subTest(reason), ScriptedServer(answer) as server:
                figures = run_load(server.port, mode, "--requests", 3, "--connections", 1)
                self.assertEqual((0, 3), (figures["requests"], figures["errors"]))
                self.assertIn(reason, figures["first_error"])

    def test_accepts_a_stream_cut_into_single_bytes_and_one_without_length(self):
        text = b"data: {}\n\ndata: {}\n\ndata: [DONE]\n\n"
        pieces = b"".join(b"1\r\n" + text[i : i + 1] + b"\r\n" for i in range(len(text))) + b"0\r\n\r\n"
        for answer in (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces,
            b"HTTP/1.1 200 OK\r\n\r\n" + text,
        ):
            with ScriptedServer(answer) as server:
                figures = run_load(server.port, "stream", "--requests", 1, "--connections", 1, "--events-expected", 2)
            self.assertEqual((1, 0), (figures["requests"], figures["errors"]), figures["first_error"])

    def test_gives_up_on_a_server_that_is_not_there(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            figures = run_load(unused.getsockname()[1], "closed", "--requests", 5000)
        self.assertEqual(0, figures["requests"])
        self.assertLess(figures["errors"], 1100)


def json_answer(body):
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def chunked(body):
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


class ScriptedServer:
    """Gives one fixed answer per connection, then closes it; keeps the bodies it was sent."""

    def __init__(self, answer):
        self.answer = answer
        self.bodies = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with connection, connection.makefile("rb") as received:
                    length = 0
                    while (line := received.readline()) not in (b"\r\n", b""):
                        if line.lower().startswith(b"content-length:"):
                            length = int(line.split(b":")[1])
                    self.bodies.append(received.read(length))
                    connection.sendall(self.answer)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


class ProcessesTest(unittest.TestCase):
    def burn(self, program):
        """A process that has burnt CPU as told and prints its own account of it, then waits."""
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdin.close)
        return process, int(process.stdout.readline())

    def test_cpu_time_agrees_with_the_process_and_counts_threads_that_have_ended(self):
        process, own_us = self.burn(
            "import sys, threading, time\n"
            "def work():\n"
            "    while time.thread_time() < 0.1: pass\n"
            "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
            "print(time.process_time_ns() // 1000, flush=True); sys.stdin.read()"
        )
        self.assertGreater(own_us, 100_000)
        self.assertAlmostEqual(own_us, processes.cpu_us(process.pid), delta=20_000)

    def test_a_family_has_the_children_and_tells_programs_apart(self):
        process, child = self.burn(
            "import subprocess, sys\n"
            "child = subprocess.Popen(['sleep', '60'])\n"
            "print(child.pid, flush=True)\n"
            "sys.stdin.read(); child.kill(); child.wait()"
        )
        family = processes.family(process.pid)
        self.assertEqual([process.pid, child], family)
        self.assertEqual([process.pid], processes.same_program(process.pid, family))

    def test_a_process_that_is_gone_costs_nothing(self):
        process = subprocess.Popen(["true"])
        process.wait()
        self.assertEqual(
            (0, 0, None),
            (
                processes.cpu_us(process.pid),
                processes.memory_kib(process.pid, "VmRSS"),
                processes.started_at(process.pid),
            ),
        )

    def test_memory_is_that_of_the_status_file(self):
        self.assertGreater(processes.memory_kib(os.getpid(), "VmRSS"), 1000)
        self.assertGreater(processes.pss_kib(os.getpid()), 1000)


def cell(target, number, requests=100, cpu=1000, p50=10.0, upstream=None, errors=0, cached=False):
    durations = {"p50": p50, "p90": p50, "p99": p50, "max": p50, "mean": p50}
    return {
        "target": target,
        "scenario": "json-16",
        "round": number,
        "load": {
            "requests": requests,
            "errors": errors,
            "first_error": None,
            "throughput": 1000.0,
            "latency_us": durations,
            "first_byte_us": durations,
            "event_delay_us": None,
            "send_lag_us": durations,
            "events": 0,
            "cpu_us": 500,
        },
        "cpu_us": {"gateway": cpu, "with_helpers": cpu, "mock": 400},
        "upstream_requests": requests if upstream is None else upstream,
        "may_be_cached": cached,
        "memory_kib": {"rss": 2048, "rss_peak": 3072, "with_helpers_pss": 4096},
        "others_cores": 0.0,
    }


class FiguresTest(unittest.TestCase):
    def test_a_figure_is_the_median_with_its_spread(self):
        self.assertEqual(Figure(2, 1, 9), Figure.of([9, 1, None, 2]))
        self.assertIsNone(Figure.of([None]))

    def test_ratios_are_formed_within_a_round(self):
        cells = [
            cell("nginx", 1, cpu=1000),
            cell("nginx", 2, cpu=4000),
            cell("mine", 1, cpu=2000),
            cell("mine", 2, cpu=8000),
        ]
        self.assertEqual(Figure(2, 2, 2), Figures(cells).ratio(cpu_per_request, "mine", "json-16"))

    def test_added_latency_is_formed_within_a_round(self):
        cells = [cell("direct", 1, p50=10), cell("direct", 2, p50=90), cell("mine", 1, p50=15), cell("mine", 2, p50=97)]
        self.assertEqual(Figure(6, 5, 7), Figures(cells).added(latency_p50, "mine", "json-16"))

    def test_a_cell_whose_requests_did_not_all_reach_the_upstream_is_not_sound(self):
        figures = Figures([cell("mine", 1), cell("mine", 2, upstream=99), cell("mine", 3, errors=1)])
        self.assertEqual([2, 3], [unsound["round"] for unsound in figures.unsound("mine", "json-16")])

    def test_where_a_cache_may_answer_no_request_may_reach_the_upstream_twice(self):
        figures = Figures([cell("mine", 1, upstream=1, cached=True), cell("mine", 2, upstream=101, cached=True)])
        self.assertEqual([2], [unsound["round"] for unsound in figures.unsound("mine", "json-16")])


class ReportTest(unittest.TestCase):
    def test_the_order_of_targets_rotates(self):
        self.assertEqual(
            ["abc", "bca", "cab", "abc"], ["".join(rounds.rotated(list("abc"), number)) for number in range(4)]
        )

    def test_a_gateway_is_warm_when_three_passes_brought_no_gain(self):
        self.assertFalse(rounds.is_warm([]))
        self.assertFalse(rounds.is_warm([90, 60, 41, 40]), "the lowest cost still falls")
        self.assertFalse(rounds.is_warm([40, 40, 41]), "too few passes")
        self.assertTrue(rounds.is_warm([90, 40, 55, 39.5, 47]), "noise goes up only")

    def test_names_what_is_not_sound(self):
        figures = Figures([cell("direct", 1), cell("nginx", 1, upstream=7)])
        text = report.scenario_part(figures, scenarios.JSON_16, ["direct", "nginx"], None)
        self.assertIn("**Not sound:** nginx, round 1: 0 errors, 100 good answers, 7 requests at the upstream", text)

    def test_every_row_of_a_table_has_as_many_columns_as_its_head(self):
        figures = Figures([cell("direct", 1), cell("nginx", 1)])
        facts = {
            "nginx": {
                "start_seconds": [0.1],
                "memory_idle_kib": {"rss": 1024},
                "idle_cpu_us_per_s": 0,
                "size_bytes": None,
            }
        }
        for scenario in (scenarios.JSON_16, scenarios.BURST_16):
            text = report.scenario_part(figures, scenario, ["direct", "nginx"], None)
            text += report.memory_part(figures, facts, [scenarios.JSON_16])
            for table in text.split("\n\n"):
                columns = {line.count("|") for line in table.splitlines() if line.startswith("|")}
                self.assertLessEqual(len(columns), 1, table)

    def test_a_chart_is_well_formed_and_shows_every_target(self):
        svg = chart.bars("A & B", "µs", [("nginx", Figure(2, 1, 3)), ("<mine>", Figure(1234.5, 1000, 2000))])
        texts = [
            element.text
            for element in xml.etree.ElementTree.fromstring(svg).iter()
            if element.text and element.text.strip()
        ]
        self.assertIn("A & B", texts)
        self.assertIn("<mine>", texts)
        self.assertIn("2.00  (1.00 – 3.00)", texts)


class TargetsTest(unittest.TestCase):
    def test_a_running_gateway_is_named_by_url_process_and_key(self):
        form = Running.FORM.fullmatch("peer=http://127.0.0.1:4000/openai/v1:77:sk-1:2")
        self.assertEqual(
            ("peer", "127.0.0.1", "4000", "/openai/v1", "77", "sk-1:2"),
            form.group("name", "host", "port", "prefix", "pid", "key"),
        )
        form = Running.FORM.fullmatch("peer=http://127.0.0.1:4000:77")
        self.assertEqual(("4000", None, "77", None), form.group("port", "prefix", "pid", "key"))

    def test_a_running_gateway_in_another_form_is_refused(self):
        with self.assertRaisesRegex(Unusable, "expected: NAME="):
            Running("http://127.0.0.1:4000")

    def test_no_account_of_the_caller_reaches_a_gateway(self):
        os.environ["SOME_API_KEY"] = os.environ["TOLLGATE_CONFIG"] = os.environ["https_proxy"] = "real"
        self.addCleanup(lambda: [os.environ.pop(name) for name in ("SOME_API_KEY", "TOLLGATE_CONFIG", "https_proxy")])
        self.assertNotIn("real", clean_environment().values())


if __name__ == "__main__":
    unittest.main()
