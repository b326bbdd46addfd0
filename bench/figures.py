"""From raw cells to figures: one value per round, then the median with the lowest and the highest."""

import dataclasses
import statistics

ANCHOR = "nginx"
BASE = "direct"


@dataclasses.dataclass(frozen=True)
class Figure:
    """A median over rounds with its spread. The spread says how far to trust it."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values):
        """None when no round has a value."""
        values = [value for value in values if value is not None]
        return Figure(statistics.median(values), min(values), max(values)) if values else None


def per(total, count):
    return total / count if count else None


def percentile(load, what, which):
    return load[what][which] if load[what] else None


def cpu_per_request(cell):
    """None without a gateway."""
    return per(cell["cpu_us"]["gateway"], cell["load"]["requests"]) or None


def cpu_per_request_with_helpers(cell):
    return per(cell["cpu_us"]["with_helpers"], cell["load"]["requests"])


def cpu_per_chunk(cell):
    """None without a gateway."""
    return per(cell["cpu_us"]["gateway"], cell["load"]["events"]) or None


def throughput(cell):
    return cell["load"]["throughput"]


def latency_p50(cell):
    return percentile(cell["load"], "latency_us", "p50")


def latency_p99(cell):
    return percentile(cell["load"], "latency_us", "p99")


def first_byte_p50(cell):
    return percentile(cell["load"], "first_byte_us", "p50")


def first_byte_p99(cell):
    return percentile(cell["load"], "first_byte_us", "p99")


def chunk_delay_p50(cell):
    return percentile(cell["load"], "event_delay_us", "p50")


def chunk_delay_p99(cell):
    return percentile(cell["load"], "event_delay_us", "p99")


def is_sound(cell):
    """No errors, and every request reached the upstream exactly once; or at most once, where a cache may answer."""
    missing = cell["load"]["requests"] - cell["upstream_requests"]
    return not cell["load"]["errors"] and (missing == 0 or (missing > 0 and cell["may_be_cached"]))


class Figures:
    """Answers questions about the cells of one run."""

    def __init__(self, cells):
        self.by_key = {(cell["target"], cell["scenario"], cell["round"]): cell for cell in cells}
        self.rounds = sorted({cell["round"] for cell in cells})

    def cells(self, target, scenario):
        return [cell for number in self.rounds if (cell := self.by_key.get((target, scenario, number)))]

    def of(self, measure, target, scenario):
        return Figure.of(measure(cell) for cell in self.cells(target, scenario))

    def ratio(self, measure, target, scenario, to=ANCHOR):
        """How many times the anchor's value, round by round, so that a slow minute of the machine hits both."""
        return Figure.of(a / b for a, b in self._pairs(measure, target, scenario, to))

    def added(self, measure, target, scenario, to=BASE):
        """How much more than without a gateway, round by round."""
        return Figure.of(a - b for a, b in self._pairs(measure, target, scenario, to))

    def unsound(self, target, scenario):
        return [cell for cell in self.cells(target, scenario) if not is_sound(cell)]

    def _pairs(self, measure, target, scenario, to):
        for number in self.rounds:
            cell, base = (self.by_key.get((name, scenario, number)) for name in (target, to))
            if cell and base and measure(cell) is not None and measure(base) is not None:
                yield measure(cell), measure(base)
