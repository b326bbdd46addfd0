"""The gateways that the benchmark can start. To add one, write a class with its command and name it in GATEWAYS."""

import os
import pathlib
import re
import shutil
import string
import subprocess

import processes
from targets import Started, Unusable, free_port

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent


class Nginx(Started):
    """nginx as a plain proxy: the anchor that every ratio refers to."""

    name = "nginx"

    def __init__(self, settings, mock_port, folder):
        self.binary = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
        if not self.binary:
            raise Unusable(
                "nginx is not installed: it is the anchor of all figures (Debian and Ubuntu: apt install nginx)"
            )
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
            raise Unusable(
                "Tollgate is not built: target/quarkus-app/quarkus-run.jar is missing (./mvnw package -DskipTests)"
            )
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
        pids = [int(file.read_text().split("\n")[0]) for file in files]
        # A file left behind may name a process of somebody else: ours is younger than its Tollgate.
        started = processes.started_at(self.pid) or 0
        return [pid for pid in pids if (processes.started_at(pid) or -1) >= started]

    def _first_key(self):
        secrets = (self.data / "secrets.env").read_text()
        match = re.search(r"^TOLLGATE_KEY=['\"]?(sk-tg-[^'\"\s]+)", secrets, re.MULTILINE)
        if not match:
            raise Unusable("Tollgate is ready but its secrets.env has no line TOLLGATE_KEY=sk-tg-…")
        return match[1]

    def size_bytes(self):
        return sum(file.stat().st_size for file in self.APPLICATION.rglob("*") if file.is_file())

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


GATEWAYS = {kind.name: kind for kind in (Nginx, Tollgate)}
