"""Costs over sizes as an SVG: both axes by powers of ten, a line for each kind of work, its name at its end."""

from itertools import cycle
from math import ceil, floor, log10
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 480, 60, 260, 24, 40
COLOURS = (
    "#0b5cad",
    "#b3261e",
    "#1b7f4b",
    "#8a5300",
    "#6a3fa0",
    "#00707a",
    "#a0327a",
    "#4a5560",
    "#5d7a00",
    "#c2410c",
    "#111827",
)
LINE_HEIGHT = 14


def drawn(costs: dict[int, dict[str, float]]) -> str:
    """`costs`: of each size, of each kind of work, relative to that of the smallest size."""
    sizes = sorted(costs)
    relative = {name: [costs[size][name] / costs[sizes[0]][name] for size in sizes] for name in costs[sizes[0]]}
    values = [value for line in relative.values() for value in line]
    low, high = floor(log10(min(values))), max(1, ceil(log10(max(values))))

    def x(size: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * log10(size / sizes[0]) / log10(sizes[-1] / sizes[0])

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - log10(value)) / (high - low)

    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    parts += [f'<text x="{x(size):.0f}" y="{HEIGHT - 14}" text-anchor="middle">{size:,}</text>' for size in sizes]
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<path d="M{LEFT} {at:.0f}H{WIDTH - RIGHT}" stroke="#d5dae0"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.0f}" text-anchor="end">{10.0**power:g} ×</text>')
    places = _apart({name: y(line[-1]) for name, line in relative.items()})
    for colour, (name, line) in zip(cycle(COLOURS), relative.items(), strict=False):
        points = " ".join(f"{x(size):.0f},{y(value):.1f}" for size, value in zip(sizes, line, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        told = escape(f"{name.partition(',')[0]}: {line[-1]:.1f} ×")
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{places[name]:.0f}" fill="{colour}">{told}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12">{"".join(parts)}</svg>\n'
    )


def _apart(wanted: dict[str, float]) -> dict[str, float]:
    """So that no name lies on another."""
    places: dict[str, float] = {}
    lowest = 0.0
    for name, at in sorted(wanted.items(), key=lambda one: one[1]):
        lowest = places[name] = max(at + 4, lowest + LINE_HEIGHT)
    return places
