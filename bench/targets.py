"""What requests are sent to: the mock itself, nginx, Tollgate, or a gateway that is already running.

To add a gateway, write a subclass of `Started` with its command, and name it in STARTED.
"""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import string
import subprocess
import time

import processes
from scenarios import MODEL

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent
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


def folder_bytes(folder):
    return sum(file.stat().st_size for file in pathlib.Path(folder).rglob("*") if file.is_file())


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

    FORM = re.compile(r"(?P<name>[^=]+)=http://(?P<host>[\d.]+):(?P<port>\d+)(?P<prefix>/[^:]*)?:(?P<pid>\d+)(:(?P<key>.+))?")

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
                raise Unusable(f"{self.name} ended with code {self.process.returncode} before it answered\n{self.last_words()}")
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


class Nginx(Started):
    """nginx as a plain proxy: the anchor that every ratio refers to."""

    name = "nginx"

    def __init__(self, settings, mock_port, folder):
        self.binary = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
        if not self.binary:
            raise Unusable("nginx is not installed: it is the anchor of all figures (Debian and Ubuntu: apt install nginx)")
        super().__init__(settings, mock_port, folder)
        self._stream_port = free_port()

    def stream_port(self):
        return self._stream_port

    def prepare(self):
        template = string.Template((BENCH / "nginx.conf").read_text())
        (self.folder / "nginx.conf").write_text(
            template.substitute(
                workers=self.settings.nginx_workers,
                folder=self.folder,
                mock_port=self.mock_port,
                port=self.port,
                stream_port=self._stream_port,
            )
        )

    def command(self):
        return [self.binary, "-p", self.folder, "-c", self.folder / "nginx.conf"]

    def size_bytes(self):
        return os.path.getsize(self.binary)

    def version(self):
        line = subprocess.run([self.binary, "-v"], capture_output=True, text=True).stderr.strip()
        return f"{line.removeprefix('nginx version: ')}, workers: {self.settings.nginx_workers}"


class Tollgate(Started):
    """Tollgate as packaged by the build, with default settings and its own embedded PostgreSQL."""

    name = "tollgate"
    APPLICATION = ROOT / "target" / "quarkus-app"

    def __init__(self, settings, mock_port, folder):
        self.jar = self.APPLICATION / "quarkus-run.jar"
        if not self.jar.is_file():
            raise Unusable("Tollgate is not built: target/quarkus-app/quarkus-run.jar is missing (./mvnw package -DskipTests)")
        self.java = find_java()
        super().__init__(settings, mock_port, folder)
        self.data = self.folder / "data"

    def command(self):
        return [self.java, *self.settings.java_options.split(), "-jar", self.jar]

    def environment(self):
        return {
            "TOLLGATE_PORT": str(self.port),
            "TOLLGATE_DATA": str(self.data),
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self.mock_port}/v1",
            "OPENAI_API_KEY": "mock",
        }

    def is_ready(self):
        if self.get("/health/ready") != 200:
            return False
        self.key = self._first_key()
        return True

    def helpers(self):
        """The embedded PostgreSQL, wherever it hangs in the tree of processes."""
        files = [*self.data.glob("*/postmaster.pid"), *self.data.glob("*/*/postmaster.pid")]
        return [int(file.read_text().split("\n")[0]) for file in files]

    def _first_key(self):
        secrets = (self.data / "secrets.env").read_text()
        match = re.search(r"^TOLLGATE_KEY=['\"]?(sk-tg-[^'\"\s]+)", secrets, re.MULTILINE)
        if not match:
            raise Unusable("Tollgate is ready but its secrets.env has no line TOLLGATE_KEY=sk-tg-…")
        return match[1]

    def size_bytes(self):
        return folder_bytes(self.APPLICATION)

    def version(self):
        commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
        return f"commit {commit.stdout.strip()}, java options: {self.settings.java_options or 'none'}"


def java_version(java):
    """The major version of a java command; 0 when it cannot be run."""
    try:
        text = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    except OSError:
        return 0
    match = re.search(r'version "(\d+)', text)
    return int(match[1]) if match else 0


def find_java():
    """A java of version 25 or later: JAVA_HOME, then PATH, then the system's JVM folder."""
    candidates = [os.path.join(os.environ.get("JAVA_HOME", "/nowhere"), "bin", "java"), shutil.which("java") or "java"]
    candidates += sorted(map(str, pathlib.Path("/usr/lib/jvm").glob("*/bin/java")), reverse=True)
    for java in candidates:
        if java_version(java) >= 25:
            return java
    raise Unusable("no Java 25 found (expected: JAVA_HOME, java on PATH, or a JDK in /usr/lib/jvm)")


STARTED = {kind.name: kind for kind in (Nginx, Tollgate)}
