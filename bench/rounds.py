"""Builds the mock and the load generator, warms targets up and measures them in interleaved rounds."""

import contextlib
import json
import os
import pathlib
import subprocess
import time
import urllib.request

import processes
from scenarios import BURST_16, JSON_16, PACED_MODEL

BENCH = pathlib.Path(__file__).resolve().parent
BUILD = BENCH / "build"
FLUSH_SECONDS = 0.5  # after a run: work put off (ledger, garbage) still belongs to the requests that caused it
IDLE_SECONDS = 3
WARM_UP_SECONDS = 3  # per pass
WARM_UP_GAIN = 0.03  # a pass that is cheaper than all before by more than this says: not warm yet
WARM_UP_PASSES_WITHOUT_GAIN = 3
BENCH_CORE, GATEWAY_CORE = 0, 1


def build():
    """Compiles the two C programs when they are older than their sources."""
    compiler = os.environ.get("CC", "cc")
    newest_source = max(file.stat().st_mtime for file in [*BENCH.glob("*.c"), *BENCH.glob("*.h")])
    BUILD.mkdir(exist_ok=True)
    for name in ("mock", "load"):
        program = BUILD / name
        if not program.exists() or program.stat().st_mtime < newest_source:
            subprocess.run(
                [compiler, "-O2", "-Wall", "-Wextra", "-o", program, BENCH / f"{name}.c", "-pthread"], check=True
            )


def pinned(command, core, settings):
    return ["taskset", "-c", str(core), *command] if settings.pin else command


class Mock:
    """The mock upstream as a running process."""

    def __init__(self, settings):
        command = [BUILD / "mock", "--port", str(settings.mock_port), "--paced-model", PACED_MODEL]
        self.process = subprocess.Popen(pinned(command, BENCH_CORE, settings), stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"the mock did not start on port {settings.mock_port}")
        self.port = int(line.rpartition(":")[2])

    def requests(self):
        """How many completions it has answered so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=5) as answer:
            return json.load(answer)["requests"]

    def cpu_us(self):
        return processes.cpu_us(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def rotated(items, by):
    """The same order begun at another place, so that no target is always first."""
    by %= len(items)
    return items[by:] + items[:by]


def is_warm(costs):
    """True when the last passes were not notably cheaper than the cheapest one before them."""
    before = costs[:-WARM_UP_PASSES_WITHOUT_GAIN]
    return bool(before) and min(costs) >= min(before) * (1 - WARM_UP_GAIN)


class Rounds:
    """One run of the benchmark over targets that answer already."""

    def __init__(self, settings, mock, targets, say):
        self.settings = settings
        self.mock = mock
        self.targets = targets
        self.say = say
        self.cells = []
        self.warm_ups = {}

    def measure(self, target, scenario, seconds):
        """One run of the load generator, with what it cost everybody."""
        command = [BUILD / "load", *scenario.load_arguments(seconds), *target.load_arguments(scenario)]
        before = self.accounts(target)
        output = subprocess.run(pinned(command, BENCH_CORE, self.settings), capture_output=True, text=True, check=True)
        time.sleep(FLUSH_SECONDS)
        after = self.accounts(target)
        load = json.loads(output.stdout)
        spent = {name: after[name] - before[name] for name in before}
        known_us = spent["mock_us"] + spent["with_helpers_us"] + load["cpu_us"]
        return {
            "target": target.name,
            "scenario": scenario.name,
            "load": load,
            "cpu_us": {
                "gateway": spent["gateway_us"],
                "with_helpers": spent["with_helpers_us"],
                "mock": spent["mock_us"],
            },
            "upstream_requests": spent["upstream_requests"],
            "may_be_cached": scenario.questions > 0,
            "memory_kib": target.memory_kib(),
            "others_cores": max(0.0, (spent["machine_us"] - known_us) / spent["wall_us"]),
        }

    def accounts(self, target):
        """All that is counted as a difference of two readings."""
        cpu = target.cpu()
        return {
            "upstream_requests": self.mock.requests(),
            "gateway_us": cpu["gateway"],
            "with_helpers_us": cpu["with_helpers"],
            "mock_us": self.mock.cpu_us(),
            "machine_us": processes.machine_busy_us(),
            "wall_us": time.monotonic_ns() / 1000,
        }

    def warm_up(self, target):
        """Sends requests until their CPU cost no longer falls, or for the longest time allowed.

        A busy machine makes passes dearer at random but never cheaper, so it is the lowest cost that must settle.
        """
        costs = []
        end = time.monotonic() + self.settings.warm_up_seconds_max
        while not is_warm(costs) and time.monotonic() < end:
            self.measure(target, BURST_16, WARM_UP_SECONDS / 3)
            cell = self.measure(target, JSON_16, WARM_UP_SECONDS)
            cost = cell["cpu_us"]["gateway"] / max(1, cell["load"]["requests"])
            costs.append(cost)
            self.say(f"warm-up of {target.name}: {summary(cell)}")
        self.warm_ups[target.name] = {"cpu_us_per_request": costs, "is_warm": is_warm(costs)}

    def run(self):
        for target in self.targets:
            if target.pid is not None:
                self.warm_up(target)
        for number in range(self.settings.rounds):
            for scenario in self.settings.scenarios:
                for target in rotated(self.targets, number):
                    cell = self.measure(target, scenario, self.settings.seconds)
                    cell["round"] = number + 1
                    self.cells.append(cell)
                    where = f"round {number + 1}/{self.settings.rounds}  {scenario.name:<15} {target.name:<10}"
                    self.say(f"{where} {summary(cell)}")


def summary(cell):
    """One line of progress."""
    load = cell["load"]
    parts = [f"{load['throughput']:9.1f} requests/s"]
    if cell["cpu_us"]["gateway"]:
        parts.append(f"{cell['cpu_us']['gateway'] / max(1, load['requests']):8.1f} µs CPU/request")
        if load["events"]:
            parts.append(f"{cell['cpu_us']['gateway'] / load['events']:6.2f} µs CPU/chunk")
    if load["latency_us"]:
        parts.append(f"p50 {load['latency_us']['p50']:.0f} µs, p99 {load['latency_us']['p99']:.0f} µs")
    if load["errors"]:
        parts.append(f"{load['errors']} ERRORS, the first: {load['first_error']}")
    if cell["upstream_requests"] != load["requests"] + load["errors"]:
        parts.append(f"the upstream saw {cell['upstream_requests']} of {load['requests'] + load['errors']} requests")
    return ", ".join(parts)


def idle_cost(target, seconds=IDLE_SECONDS):
    """CPU time that a gateway spends on doing nothing, µs per second."""
    before = target.cpu()["with_helpers"]
    begin = time.monotonic()
    time.sleep(seconds)
    return (target.cpu()["with_helpers"] - before) / (time.monotonic() - begin)


@contextlib.contextmanager
def running(target, settings):
    """A started target with its start times, stopped at the end whatever happens.

    It is started twice, because the first start may prepare files that later ones find (a database).
    """
    core = GATEWAY_CORE if settings.pin else None
    try:
        times = [target.start(core)]
        if not settings.quick:
            target.stop()
            times.append(target.start(core))
        yield times
    finally:
        target.stop()
