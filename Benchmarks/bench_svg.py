"""Line charts as SVG, with nothing but the standard library."""

import html
import math

WIDTH, HEIGHT = 460, 300
LEFT, RIGHT, TOP, BOTTOM = 72, 14, 34, 46
COLOURS = ("#1f6fb2", "#d1662b", "#3a8a4d", "#8a4d9e")


def ticks(low, high, logarithmic):
    if logarithmic:
        return [10.0 ** power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
                if low <= 10.0 ** power <= high]
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-9)))
    while (high - low) / step > 6:
        step *= 2
    while (high - low) / step < 3:
        step /= 2
    first = math.ceil(low / step) * step
    return [first + step * i for i in range(int((high - first) / step + 1e-9) + 1)]


def chart(title, x_label, y_label, series, logarithmic_x=False):
    """One chart as a group. `series` has pairs of a name and points; the y axis starts at zero."""
    xs = [x for _, points in series for x, _ in points]
    top = max(y for _, points in series for _, y in points) * 1.08 or 1
    low, high = min(xs), max(xs)
    if low == high:
        high = low + 1
    scale = math.log10 if logarithmic_x else float
    across = lambda x: LEFT + (scale(x) - scale(low)) / (scale(high) - scale(low)) * (WIDTH - LEFT - RIGHT)
    up = lambda y: HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)
    out = [f'<text x="{LEFT}" y="18" font-weight="bold">{html.escape(title)}</text>']
    for y in ticks(0, top, False):
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up(y):.1f}" y2="{up(y):.1f}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 6}" y="{up(y) + 4:.1f}" text-anchor="end">{y:,.10g}</text>')
    for x in ticks(low, high, logarithmic_x):
        out.append(f'<text x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:,.10g}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{html.escape(x_label)}'
               f'</text><text transform="translate(13 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">'
               f'{html.escape(y_label)}</text>')
    for index, (name, points) in enumerate(series):
        colour = COLOURS[index % len(COLOURS)]
        line = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in points)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if len(points) <= 40:
            out += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
    if len(series) > 1:
        names = "  ".join(f'<tspan fill="{COLOURS[index % len(COLOURS)]}">{html.escape(name)}</tspan>'
                          for index, (name, _) in enumerate(series))
        out.append(f'<text x="{WIDTH - RIGHT}" y="18" text-anchor="end" xml:space="preserve">{names}</text>')
    return "".join(out)


def write(path, charts, columns=2):
    """A picture of several charts beside each other."""
    columns = min(columns, len(charts))
    rows = -(-len(charts) // columns)
    groups = "\n".join(
        f'<g transform="translate({index % columns * WIDTH} {index // columns * HEIGHT})">{each}</g>'
        for index, each in enumerate(charts))
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns * WIDTH}" height="{rows * HEIGHT}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>\n{groups}\n</svg>\n')
