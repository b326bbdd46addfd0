"""Horizontal bars with whiskers from the lowest to the highest round, as an SVG file. No libraries."""

from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT = 760, 130, 190
TOP, BAR, GAP, BOTTOM = 58, 26, 14, 16
COLOURS = {"nginx": "#8a8f98", "tollgate": "#2563eb"}
OTHER_COLOUR = "#d97706"


def number(value):
    """Three significant digits or all digits before the point, whichever is more."""
    if value < 0:
        return "-" + number(-value)
    if value >= 100:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def bars(title, unit, rows):
    """The chart of (name, Figure) rows. All figures must be positive."""
    height = TOP + len(rows) * (BAR + GAP) + BOTTOM
    scale = (WIDTH - LEFT - RIGHT) / max(figure.high for _, figure in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="system-ui, sans-serif" font-size="14" fill="#1f2328">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{BOTTOM}" y="24" font-size="16" font-weight="600">{escape(title)}</text>',
        f'<text x="{BOTTOM}" y="44" fill="#59636e">{escape(unit)}; whiskers: lowest and highest round</text>',
    ]
    for i, (name, figure) in enumerate(rows):
        y = TOP + i * (BAR + GAP)
        middle = y + BAR / 2
        low, median, high = (LEFT + value * scale for value in (figure.low, figure.median, figure.high))
        colour = COLOURS.get(name, OTHER_COLOUR)
        label = f"{number(figure.median)}  ({number(figure.low)} – {number(figure.high)})"
        parts += [
            f'<text x="{LEFT - 10}" y="{middle + 5}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{median - LEFT:.1f}" height="{BAR}" fill="{colour}"/>',
            f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 5}v10M{high:.1f} {middle - 5}v10" '
            'stroke="#1f2328"/>',
            f'<text x="{high + 10:.1f}" y="{middle + 5}">{label}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
