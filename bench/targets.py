"""What requests are sent to, and how its cost is counted: the mock itself, a gateway that runs already, or one that the
benchmark starts (gateways.py says how)."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import processes
from scenarios import MODEL

START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 20


class Unusable(Exception):
    """Why a target cannot take part, with what to do about it."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def clean_environment():
    """The caller's environment without what could make a gateway use real accounts, proxies or other settings."""
    unwanted = re.compile(r"TOLLGATE_|QUARKUS_|.*_(API_KEY|BASE_URL|PROXY)$|.*_proxy$", re.ASCII)
    return {name: value for name, value in os.environ.items() if not unwanted.match(name)}


class Target:
    """Where requests go, and whose CPU time and memory are counted."""

    name = ""
    host = "127.0.0.1"
    path = "/v1/chat/completions"
    key = "mock"
    port = 0
    pid = None  # of the gateway's first process; None when there is no gateway

    def stream_port(self):
        return self.port

    def helpers(self):
        """Processes that belong to the gateway without being its descendants."""
        return []

    def family(self):
        """The gateway's process, its descendants and its helpers; nobody when there is no gateway."""
        if self.pid is None:
            return []
        members = processes.family(self.pid)
        return members + [pid for helper in self.helpers() if helper not in members for pid in processes.family(helper)]

    def size_bytes(self):
        """What has to be installed for it, without what it shares with others (libc, a JDK); None when unknown."""
        return None

    def load_arguments(self, scenario):
        port = self.stream_port() if scenario.is_stream else self.port
        return ["--host", self.host, "--port", str(port), "--path", self.path, "--key", self.key]

    def cpu(self):
        """CPU time so far in µs: of the gateway itself, and with its helper processes (a database of its own)."""
        family = self.family()
        gateway = sum(map(processes.cpu_us, processes.same_program(self.pid, family)))
        # A helper that ends moves its time to its parent's account of ended children: the sum loses nothing.
        everything = sum(processes.cpu_us(pid) + processes.ended_children_cpu_us(pid) for pid in family)
        return {"gateway": gateway, "with_helpers": everything}

    def memory_kib(self):
        """RSS of the gateway itself and its highest value so far; with helpers: PSS, in which nothing counts twice."""
        family = self.family()
        gateway = processes.same_program(self.pid, family)
        return {
            "rss": sum(processes.memory_kib(pid, "VmRSS") for pid in gateway),
            "rss_peak": sum(processes.memory_kib(pid, "VmHWM") for pid in gateway),
            "with_helpers_pss": sum(map(processes.pss_kib, family)),
        }

    def get(self, path, seconds=5):
        """The status of a GET, or None when there is no answer."""
        return self._status("GET", path, None, seconds)

    def answers(self):
        """True when a small completion comes back with status 200."""
        body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "Are you there?"}]})
        return self._status("POST", self.path, body, 30) == 200

    def _status(self, method, path, body, seconds):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=seconds)
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


class Direct(Target):
    """No gateway at all: what mock and load generator can do, and the latency that others add to."""

    name = "direct"

    def __init__(self, mock_port):
        self.port = mock_port


class Running(Target):
    """A gateway that somebody else has started, given as NAME=URL:PID[:KEY]. Its upstream must be the mock."""

    FORM = re.compile(
        r"(?P<name>[^=]+)=http://(?P<host>[\d.]+):(?P<port>\d+)(?P<prefix>/[^:]*)?:(?P<pid>\d+)(:(?P<key>.+))?"
    )

    def __init__(self, text):
        match = self.FORM.fullmatch(text)
        if not match:
            raise Unusable(f"--url: {text} (expected: NAME=http://127.0.0.1:PORT[/v1]:PID[:KEY])")
        self.name = match["name"]
        self.host = match["host"]
        self.port = int(match["port"])
        self.path = (match["prefix"] or "/v1").rstrip("/") + "/chat/completions"
        self.pid = int(match["pid"])
        self.key = match["key"] or self.key
        if processes.started_at(self.pid) is None:
            raise Unusable(f"--url: process {self.pid} of {self.name} is not running")
        if not self.answers():
            raise Unusable(f"--url: {self.name} does not answer a completion at {self.host}:{self.port}{self.path}")


class Started(Target):
    """A gateway that the benchmark starts and stops, with a folder of its own for files and log."""

    def __init__(self, settings, mock_port, folder):
        self.settings = settings
        self.mock_port = mock_port
        self.folder = pathlib.Path(folder) / self.name
        self.folder.mkdir()
        self.folder.chmod(0o711)  # a gateway started by root may give up its rights
        self.log = self.folder / "output.log"
        self.port = free_port()
        self.process = None

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def prepare(self):
        """Writes the files that the command needs."""

    def is_ready(self):
        return True

    def version(self):
        """One line for machine.md."""
        return self.name

    def start(self, pinned_to=None):
        """Starts the gateway and returns the seconds until its first answer with status 200."""
        self.prepare()
        command = [str(word) for word in self.command()]
        if pinned_to is not None:
            command = ["taskset", "-c", str(pinned_to)] + command
        with open(self.log, "ab") as log:
            begin = time.monotonic()
            self.process = subprocess.Popen(
                command,
                env=clean_environment() | self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        self.pid = self.process.pid
        while not (self.is_ready() and self.answers()):
            if self.process.poll() is not None:
                raise Unusable(
                    f"{self.name} ended with code {self.process.returncode} before it answered\n{self.last_words()}"
                )
            if time.monotonic() - begin > START_SECONDS_MAX:
                raise Unusable(f"{self.name} did not answer within {START_SECONDS_MAX} s\n{self.last_words()}")
            time.sleep(0.005)
        return time.monotonic() - begin

    def last_words(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def stop(self):
        """Asks the gateway to end; what is left of its family after a while is killed, process by process."""
        if self.process is None:
            return
        family = {pid: processes.started_at(pid) for pid in self.family()}
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS_MAX)
        for pid, start in family.items():
            if start is not None and processes.started_at(pid) == start:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = self.pid = None
