"""What the kernel knows of running processes: CPU time, memory, descendants."""

import os
import pathlib
import time

PROC = pathlib.Path("/proc")
US_PER_TICK = 1_000_000 // os.sysconf("SC_CLK_TCK")


def cpu_us(pid):
    """CPU time of a process in µs, user and system, threads that have ended included; 0 when it is gone.

    It is read from the process's CPU clock, which counts nanoseconds. /proc/PID/stat has the same sum in ticks of
    10 ms, and the sum of /proc/PID/task/*/schedstat forgets threads that have ended, such as a JVM's compilers.
    """
    try:
        return time.clock_gettime_ns(~pid << 3 | 2) // 1000
    except OSError:
        return 0


def stat_fields(pid):
    """The fields of /proc/PID/stat from the state on, or None when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def ended_children_cpu_us(pid):
    """CPU time of the children that this process has waited for."""
    fields = stat_fields(pid)
    return (int(fields[13]) + int(fields[14])) * US_PER_TICK if fields else 0


def started_at(pid):
    """Start time in ticks since boot: with the pid it names a process for good. None when it is gone."""
    fields = stat_fields(pid)
    return int(fields[19]) if fields and fields[0] != "Z" else None


def family(root):
    """The process and all of its living descendants."""
    parents = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := stat_fields(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    members = [root] if root in parents else []
    for member in members:
        members.extend(pid for pid, parent in parents.items() if parent == member)
    return members


def program(pid):
    """The file that a process runs, or None."""
    try:
        return os.readlink(PROC / str(pid) / "exe")
    except OSError:
        return None


def same_program(root, members):
    """The members of a family that run the program of its root: nginx's workers, but not a JVM's database."""
    wanted = program(root)
    return [pid for pid in members if pid == root or (wanted and program(pid) == wanted)]


def memory_kib(pid, name):
    """A figure of /proc/PID/status in KiB, such as VmRSS or VmHWM; 0 when the process is gone."""
    try:
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def pss_kib(pid):
    """Memory with shared pages divided among those who share them, so that a family can be summed."""
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def machine_busy_us():
    """CPU time that the whole machine has spent on anything, µs, in ticks; stolen time included."""
    user, nice, system, _, _, irq, softirq, steal, *_ = map(int, (PROC / "stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq + steal) * US_PER_TICK
