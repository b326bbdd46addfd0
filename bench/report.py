"""report.md and its charts: tables of medians with their spread."""

import chart
import figures as f
from figures import BASE

MIB = 1024  # KiB


def shown(figure, sign=False):
    """`median [low…high]`; the median alone when all rounds agree, a dash when there is no value."""
    if figure is None:
        return "–"
    plus = "+" if sign and figure.median >= 0 else ""
    median, low, high = map(chart.number, (figure.median, figure.low, figure.high))
    return plus + median if low == high else f"{plus}{median} [{low}…{high}]"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n\n"


def of(measure):
    """A column with the figure itself."""
    return lambda figures, *of_whom: shown(figures.of(measure, *of_whom))


def to_nginx(measure):
    return lambda figures, *of_whom: shown(figures.ratio(measure, *of_whom))


def added(measure):
    return lambda figures, name, scenario: "–" if name == BASE else shown(figures.added(measure, name, scenario), True)


JSON_COLUMNS = {
    "CPU µs/request": of(f.cpu_per_request),
    "× nginx": to_nginx(f.cpu_per_request),
    "requests/s": of(f.throughput),
    "latency p50 µs": of(f.latency_p50),
    "latency p99 µs": of(f.latency_p99),
    "added p50 µs": added(f.latency_p50),
    "added p99 µs": added(f.latency_p99),
}
STREAM_COLUMNS = {
    "CPU µs/chunk": of(f.cpu_per_chunk),
    "× nginx": to_nginx(f.cpu_per_chunk),
    "CPU µs/stream": of(f.cpu_per_request),
    "streams/s": of(f.throughput),
    "first byte p50 µs": of(f.first_byte_p50),
    "first byte p99 µs": of(f.first_byte_p99),
    "added p50 µs": added(f.first_byte_p50),
    "added p99 µs": added(f.first_byte_p99),
    "chunk delay p50 µs": of(f.chunk_delay_p50),
    "chunk delay p99 µs": of(f.chunk_delay_p99),
}


def scenario_part(figures, scenario, names, chart_file):
    columns = STREAM_COLUMNS if scenario.is_stream else JSON_COLUMNS
    text = f"## {scenario.title} (`{scenario.name}`)\n\n"
    if chart_file:
        text += f"![CPU time of {scenario.name}]({chart_file})\n\n"
    rows = [[name] + [column(figures, name, scenario.name) for column in columns.values()] for name in names]
    text += table(["", *columns], rows)
    for name in names:
        for cell in figures.unsound(name, scenario.name):
            load = cell["load"]
            text += (
                f"**Not sound:** {name}, round {cell['round']}: {load['errors']} errors, "
                f"{load['requests']} good answers, {cell['upstream_requests']} requests at the upstream. "
                f"First error: `{load['first_error']}`\n\n"
            )
    return text


def scenario_chart(figures, scenario, names):
    """SVG of CPU time per chunk or request, or None when no gateway has a figure."""
    measure, unit = (f.cpu_per_chunk, "chunk") if scenario.is_stream else (f.cpu_per_request, "request")
    rows = [(name, figures.of(measure, name, scenario.name)) for name in names if name != BASE]
    rows = [(name, figure) for name, figure in rows if figure and figure.high > 0]
    return chart.bars(scenario.title, f"CPU µs per {unit} of the gateway, median", rows) if rows else None


def helpers_part(figures, scenarios, names):
    rows = []
    for name in names:
        for scenario in scenarios:
            alone = figures.of(f.cpu_per_request, name, scenario.name)
            together = figures.of(f.cpu_per_request_with_helpers, name, scenario.name)
            if alone and together and together.median > alone.median * 1.001:
                rows.append([name, f"`{scenario.name}`", shown(alone), shown(together)])
    if not rows:
        return ""
    return "## With helper processes\n\n" + table(
        ["", "scenario", "CPU µs/request alone", "with its database and other helpers"], rows
    )


def memory_part(figures, facts, scenarios):
    rows = []
    for name, fact in facts.items():
        loaded = [cell["memory_kib"] for scenario in scenarios for cell in figures.cells(name, scenario.name)]
        starts = fact["start_seconds"]
        rows.append(
            [
                name,
                f"{fact['memory_idle_kib']['rss'] / MIB:.1f}",
                f"{max(memory['rss'] for memory in loaded) / MIB:.1f}",
                f"{max(memory['rss_peak'] for memory in loaded) / MIB:.1f}",
                f"{max(memory['with_helpers_pss'] for memory in loaded) / MIB:.1f}",
                f"{fact['idle_cpu_us_per_s'] / 1000:.2f}",
                " / ".join(f"{seconds:.2f}" for seconds in starts) or "–",
                f"{fact['size_bytes'] / 1e6:.1f}" if fact["size_bytes"] else "–",
            ]
        )
    head = [
        "",
        "RSS idle MiB",
        "RSS loaded MiB",
        "RSS peak MiB",
        "PSS loaded with helpers MiB",
        "CPU ms/s when idle",
        "start to first 200, s (first / later)",
        "size MB",
    ]
    return "## Memory, start, size\n\n" + table(head, rows)


def warm_up_part(warm_ups):
    rows = [
        [
            name,
            ", ".join(f"{cost:.1f}" for cost in warm_up["cpu_us_per_request"]),
            "yes" if warm_up["is_warm"] else "**no**",
        ]
        for name, warm_up in warm_ups.items()
    ]
    return "## Warm-up\n\n" + table(["", "CPU µs/request of each pass", "warm at the end"], rows)


def bench_part(figures, scenarios, names):
    """What the benchmark itself costs, and how much else was going on."""
    rows = []
    for scenario in scenarios:
        cells = [cell for name in names for cell in figures.cells(name, scenario.name)]
        direct = figures.cells(BASE, scenario.name)
        mock = f.Figure.of(f.per(cell["cpu_us"]["mock"], cell["load"]["requests"]) for cell in direct)
        load = f.Figure.of(f.per(cell["load"]["cpu_us"], cell["load"]["requests"]) for cell in direct)
        lag = (
            f.Figure.of(f.percentile(cell["load"], "send_lag_us", "p99") for cell in cells)
            if scenario.mode == "paced"
            else None
        )
        others = f.Figure.of(cell["others_cores"] for cell in cells)
        rows.append([f"`{scenario.name}`", shown(mock), shown(load), shown(lag), shown(others)])
    head = [
        "",
        "mock CPU µs/request, direct",
        "load generator CPU µs/request, direct",
        "sent late p99 µs",
        "cores used by others",
    ]
    return "## The benchmark itself\n\n" + table(head, rows)


def write(folder, figures, settings, names, facts, warm_ups, when):
    """Writes report.md and one chart per scenario."""
    rounds = len(figures.rounds)
    text = (
        f"# Benchmark of {when}\n\n"
        f"{rounds} round{'s' * (rounds != 1)} of {settings.seconds:g} s per scenario and target, interleaved, "
        "order rotated. Every figure is the median over the rounds with [lowest…highest]; ratios and added latency "
        "are formed within a round. CPU time is that of the gateway alone, its worker processes included. "
        "The machine is described in [machine.md](machine.md), every run in [raw.json](raw.json), "
        "and what the words mean in `bench/README.md`.\n\n"
    )
    for scenario in settings.scenarios:
        svg = scenario_chart(figures, scenario, names)
        chart_file = f"cpu-{scenario.name}.svg" if svg else None
        if svg:
            (folder / chart_file).write_text(svg)
        text += scenario_part(figures, scenario, names, chart_file)
    text += helpers_part(figures, settings.scenarios, names)
    if facts:
        text += memory_part(figures, facts, settings.scenarios)
    text += warm_up_part(warm_ups) if warm_ups else ""
    text += bench_part(figures, settings.scenarios, names)
    (folder / "report.md").write_text(text.rstrip() + "\n")
