"""machine.md: on what a run was made, so that its figures can be compared with nothing else by mistake."""

import os
import pathlib
import platform
import re
import subprocess


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "not installed"
    return (done.stdout + done.stderr).strip().split("\n")[0]


def cpu_model():
    match = re.search(r"^(?:model name|Hardware)\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match[1] if match else platform.machine()


def memory_gib():
    return int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 2**20


def load_average():
    return "{:.2f} {:.2f} {:.2f}".format(*os.getloadavg())


def describe(versions, java, load_before, settings):
    """Markdown. versions: what each target says of itself; java: the command used, or None."""
    rows = [
        ("CPU", cpu_model()),
        (
            "cores",
            f"{os.cpu_count()}, "
            + ("mock and load generator on 0, gateways on 1" if settings.pin else "nothing pinned"),
        ),
        ("memory", f"{memory_gib():.1f} GiB"),
        ("kernel", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("C compiler", first_line([os.environ.get("CC", "cc"), "--version"])),
        ("Python", platform.python_version()),
    ]
    if java:
        rows.append(("Java", first_line([java, "-version"])))
    rows += versions.items()
    rows += [("load average before", load_before), ("load average after", load_average())]
    return "# Machine\n\n| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows)
