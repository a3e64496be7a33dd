"""The curve as an SVG picture: what is accepted over the least margin, for several least scores."""

from collections.abc import Sequence
from html import escape

from recognition.evaluation.curve import MARGINS, Curve, Point

SHOWN_SCORES = (-2.0, -4.0, -6.0, -8.0)
_COLOURS = ("#0B57D0", "#1B7F5C", "#946200", "#4F5866")
_WIDTH, _HEIGHT, _GAP = 420, 300, 120
_FALSE = "#8C1D18"


def picture(curves: Sequence[tuple[str, Curve]]) -> str:
    """One panel a kind of number, side by side."""
    panels = [_panel(name, curve, index) for index, (name, curve) in enumerate(curves)]
    width, height = len(panels) * (_WIDTH + _GAP) + _GAP, _HEIGHT + 150
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            ' font-family="sans-serif" font-size="12" role="img">',
            "<title>Accepted true and false numbers over the least margin</title>",
            f'<rect width="{width}" height="{height}" fill="#FFFFFF"/>',
            *panels,
            "</svg>\n",
        )
    )


def _panel(name: str, curve: Curve, index: int) -> str:
    lines = [
        f'<g transform="translate({_GAP + index * (_WIDTH + _GAP)},40)">',
        f'<text y="-18" font-size="14" font-weight="bold">{escape(name)}</text>',
        *_axes(),
    ]
    for place, (score, colour) in enumerate(zip(SHOWN_SCORES, _COLOURS, strict=True)):
        points = curve.points(score)
        lines.append(_line([point.own.hits / max(point.own.total, 1) for point in points], colour))
        lines.append(_text(place * 105, _HEIGHT + 60, f"score ≥ {score:g}", colour))
    points = curve.points(SHOWN_SCORES[1])
    lines.append(_line([_false_share(point) for point in points], _FALSE, dashes="5 3"))
    false = (
        f"false numbers and near twins accepted at score ≥ {SHOWN_SCORES[1]:g}, per thousand (right scale)"
    )
    lines.append(_text(0, _HEIGHT + 80, false, _FALSE))
    return "\n".join((*lines, "</g>"))


def _false_share(point: Point) -> float:
    """As a share of the right scale, which ends at one in a thousand."""
    false = point.strangers + point.twins
    return min(1.0, 1000 * false.hits / max(false.total, 1))


def _axes() -> list[str]:
    lines = []
    for step in range(6):
        y = _HEIGHT - step * _HEIGHT / 5
        lines.append(f'<line x2="{_WIDTH}" y1="{y:.0f}" y2="{y:.0f}" stroke="#D5D9DE"/>')
        lines.append(_text(-38, y + 4, f"{20 * step} %", "#4F5866"))
        lines.append(_text(_WIDTH + 4, y + 4, f"{step / 5:g} ‰", _FALSE))
    for margin in range(int(MARGINS[-1]) + 1):
        x = margin / MARGINS[-1] * _WIDTH
        lines.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y2="{_HEIGHT}" stroke="#D5D9DE"/>')
        lines.append(_text(x - 3, _HEIGHT + 18, str(margin), "#4F5866"))
    lines.append(_text(_WIDTH / 2 - 40, _HEIGHT + 38, "least margin, nats", "#1F2328"))
    return lines


def _line(shares: Sequence[float], colour: str, dashes: str = "none") -> str:
    points = " ".join(
        f"{margin / MARGINS[-1] * _WIDTH:.1f},{_HEIGHT - share * _HEIGHT:.1f}"
        for margin, share in zip(MARGINS, shares, strict=True)
    )
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"'
        f' stroke-dasharray="{dashes}"/>'
    )


def _text(x: float, y: float, words: str, colour: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}">{escape(words)}</text>'
