"""What is sent. One line per scenario; the names are those of `bench/run --only`."""

import dataclasses

MODEL = "gpt-4o-mini"  # answered at once: one JSON object, or all events of a stream in one write
PACED_MODEL = "gpt-4o"  # its streams send an event every 10 ms
EVENTS_PER_STREAM = 50


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    mode: str  # of the load generator: closed, paced, stream
    connections: int = 16
    rate: int = 0  # requests per second, of paced
    model: str = MODEL
    prompt_bytes: int = 200
    temperature: float = 0.7  # at 0 a cache may answer a question that was asked before
    questions: int = 0  # how many different ones are asked; 0: each request asks its own
    stagger_ms: int = 0  # spread of the first requests, so that streams do not tick all at the same moment

    @property
    def is_stream(self):
        return self.mode == "stream"

    def load_arguments(self, seconds):
        arguments = [self.mode, "--seconds", seconds, "--connections", self.connections, "--model", self.model]
        arguments += ["--prompt-bytes", self.prompt_bytes, "--stagger-ms", self.stagger_ms]
        arguments += ["--temperature", self.temperature, "--questions", self.questions]
        if self.mode == "paced":
            arguments += ["--rate", self.rate]
        if self.is_stream:
            arguments += ["--events-expected", EVENTS_PER_STREAM]
        return [str(argument) for argument in arguments]


JSON_16 = Scenario("json-16", "JSON, 16 connections back to back", "closed")
BURST_16 = Scenario("sse-burst-16", "burst SSE, 16 connections back to back", "stream")

SCENARIOS = [
    JSON_16,
    Scenario("json-paced-300", "JSON, 300 requests/s", "paced", rate=300),
    Scenario("sse-paced-16", "paced SSE, 16 streams at once", "stream", model=PACED_MODEL, stagger_ms=500),
    Scenario("sse-paced-100", "paced SSE, 100 streams at once", "stream", 100, model=PACED_MODEL, stagger_ms=500),
    BURST_16,
    Scenario("prompt-10k", "JSON, 10 KB prompts, 16 connections", "closed", prompt_bytes=10_000),
    Scenario("prompt-100k", "JSON, 100 KB prompts, 16 connections", "closed", prompt_bytes=100_000),
    Scenario("cache-miss-16", "JSON that a cache keeps, none asked twice, 16 connections", "closed", temperature=0),
    Scenario("cache-hit-16", "JSON from the cache, 16 connections", "closed", temperature=0, questions=100),
]
