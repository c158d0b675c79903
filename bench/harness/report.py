"""The report: medians and ratios as a Markdown table and as JSON."""

import datetime
import os
import platform
import statistics
import subprocess

from .rows import metrics_of


def machine():
    model = "?"
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/loadavg", encoding="ascii") as file:
        busy = " ".join(file.read().split()[:3])
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False)
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "system": _system(), "openssl": openssl.stdout.strip(), "loadAverageBefore": busy}


def _system():
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "?")
    except OSError:
        return "?"


def _values(results, row, contender, metric):
    return [None if report is None else metric.of(report)
            for report in results.raw.get(row, {}).get(contender, [])]


def _median(values):
    good = [value for value in values if value is not None]
    return statistics.median(good) if good else None


def _quotients(above, below):
    return [a / b for a, b in zip(above, below) if a is not None and b]


def summarise(results, group):
    """One entry for each number that is reported."""
    names = [contender.name for contender in group.contenders]
    lines = []
    for row in group.rows:
        for metric in metrics_of(row):
            values = {name: _values(results, row, name, metric) for name in names}
            ratios = {}
            for heading, above, below in group.ratios:
                quotients = _quotients(values[above], values[below])
                ratios[heading] = {"median": _median(quotients), "values": quotients}
            lines.append({"row": row, "metric": metric.label, "unit": metric.unit,
                          "moreIsBetter": metric.more_is_better, "digits": metric.digits,
                          "median": {name: _median(values[name]) for name in names},
                          "values": values, "ratios": ratios})
    return lines


def _shown(value, digits):
    if value is None:
        return "-"
    return f"{value:,.{digits}f}"


def head(header):
    """What the numbers of all tables were measured with."""
    out = ["# Bench", ""]
    out += [f"- {key}: {value}" for key, value in header.items() if not isinstance(value, list)]
    for key, value in header.items():
        if isinstance(value, list):
            out.append(f"- {key}:")
            out += [f"  - `{item}`" for item in value]
    return "\n".join(out) + "\n"


def table(group, lines, results):
    """What was measured of a group, as text."""
    ratio_names = [heading for heading, _, _ in group.ratios]
    headings = ["row", "unit", "better"] + [c.title for c in group.contenders] + ratio_names
    out = [f"## {group.title}", "", "| " + " | ".join(headings) + " |",
           "|" + "---|" * 3 + "---:|" * (len(headings) - 3)]
    for line in lines:
        cells = [f"{line['row']} {line['metric']}".strip(), line["unit"],
                 "more" if line["moreIsBetter"] else "less"]
        cells += [_shown(line["median"][c.name], line["digits"]) for c in group.contenders]
        cells += [_shown(line["ratios"][name]["median"], 2) for name in ratio_names]
        out.append("| " + " | ".join(cells) + " |")
    out += ["", "Medians over the rounds; a ratio is the median of the quotients of each round."]
    out += _remarks(group.contenders, results)
    return "\n".join(out) + "\n"


def _remarks(contenders, results):
    out = []
    notes = {}
    for contender in contenders:
        if contender.note:
            notes.setdefault(contender.note, []).append(contender.title)
    out += [f"- {', '.join(titles)}: {note}." for note, titles in notes.items()]
    for row, reports in results.raw.items():
        if row.startswith("refused"):
            ways = {name: _endings(all_rounds) for name, all_rounds in reports.items()}
            out += [f"- {row}: {name} ends it by {how}." for name, how in ways.items() if how]
    for row, skipped in results.skipped.items():
        out += [f"- {row}: not for {name}: it {why}." for name, why in skipped.items()]
    out += [f"- FAILED {f['row']}, {f['contender']}: {f['why']}" for f in results.failures]
    return [""] + out if out else []


def _endings(reports):
    return ", ".join(sorted({how for report in reports if report for how in report["endings"]}))
