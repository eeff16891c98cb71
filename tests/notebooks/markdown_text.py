"""Read Markdown as the rules need it: headings, links, prose, and claimed numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCE = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HTML_LINK = re.compile(r"(?:href|src)=[\"']([^\"']+)[\"']")
BARE_URL = re.compile(r"<?https?://[^\s>)]+>?")
NUMBER = re.compile(
    r"(?<![\w.,/])(?P<number>\d+(?:[,\u202f]\d{3})*(?:\.\d+)?)(?![\d/]|\.\d)"
    r"(?P<percent>\s?(?:%|\\%|per\s?cent\b))?"
)
# A decimal after these words counts nothing: it names a version or a place.
NAMES = re.compile(
    r"\b(?:Python|NumPy|Keras|TensorFlow|SciPy|Matplotlib|version|section|equation|"
    r"figure|table|CC BY)\s+v?\d+(?:\.\d+)+",
    re.IGNORECASE,
)


def without_code(text: str) -> str:
    """Return Markdown without fenced and inline code.

    >>> without_code("a `0.5` b")
    'a  b'
    """
    return INLINE_CODE.sub("", FENCE.sub("", text))


def prose(text: str) -> str:
    """Return the words of Markdown: no code, no addresses, no tags.

    >>> prose("See [it](https://example.org/1.5), `x`.")
    'See it, .'
    """
    text = re.sub(r"!?\[([^\[\]]*)\]\([^)]*\)", r"\1", without_code(text))
    return re.sub(r"</?\w[^>]*>", "", BARE_URL.sub("", text))


def headings(text: str) -> list[tuple[int, str]]:
    """Return level and text of each heading.

    >>> headings("# A\\n\\ntext\\n\\n### B: `c`")
    [(1, 'A'), (3, 'B: `c`')]
    """
    found = re.findall(r"^(#{1,6}) +(.+?) *#* *$", FENCE.sub("", text), re.MULTILINE)
    return [(len(marks), name) for marks, name in found]


def slugs(text: str) -> list[str]:
    """Return the anchors of a page's headings down to level 3, as GitHub makes them.

    >>> slugs("# Why 3x3, not 5x5?\\n## `same` padding\\n## [Same](a.md) padding")
    ['why-3x3-not-5x5', 'same-padding', 'same-padding-1']
    """
    found: list[str] = []
    seen: dict[str, int] = {}
    for level, name in headings(text):
        if level > 3:
            continue
        shown = re.sub(r"!?\[([^\[\]]*)\]\([^)]*\)", r"\1", name.replace("`", ""))
        words = re.sub(r"[^\w\- ]", "", shown.lower())
        slug = words.strip().replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.append(f"{slug}-{count}" if count else slug)
    return found


def links(text: str) -> list[str]:
    """Return the targets of all links and pictures.

    >>> links("[a](b.md#c) ![d](e.png) <https://f.org>")
    ['b.md#c', 'e.png', 'https://f.org']
    """
    text = without_code(text)
    inline = LINK.findall(text) + HTML_LINK.findall(text)
    rest = LINK.sub("", HTML_LINK.sub("", text))
    return inline + [url.strip("<>") for url in BARE_URL.findall(rest)]


def blocks(text: str) -> list[str]:
    """Return paragraphs, list items and tables, each on its own.

    >>> blocks("one\\ntwo\\n\\n- three\\n- four\\n  and five")
    ['one\\ntwo', '- three', '- four\\n  and five']
    """
    found = []
    for paragraph in re.split(r"\n\s*\n", FENCE.sub("", text)):
        parts = re.split(r"\n(?=\s*(?:[-*+]|\d+\.)\s)", paragraph.strip("\n"))
        found += [part for part in parts if part.strip()]
    return found


@dataclass(frozen=True)
class Claim:
    """A number as it is written: its value, its decimals, whether it is a percentage.

    Examples
    --------
    >>> Claim("98.3 %", 98.3, 1, True).digits
    1
    """

    text: str
    value: float
    digits: int
    percent: bool


def numbers(text: str) -> list[Claim]:
    """Return every number of a text.

    >>> [claim.text for claim in numbers("1,024 of 2, 98.3 % and 0.5")]
    ['1,024', '2', '98.3 %', '0.5']
    """
    found = []
    for match in NUMBER.finditer(text):
        plain = re.sub(r"[,\u202f]", "", match["number"])
        digits = len(plain.partition(".")[2])
        percent = bool(match["percent"])
        found.append(Claim(match.group().strip(), float(plain), digits, percent))
    return found


def claims(text: str) -> list[Claim]:
    """Return the decimals and percentages of Markdown prose.

    >>> [claim.text for claim in claims("0.5 of 3, and 20 %; Keras 3.15; `0.1`")]
    ['0.5', '20 %']
    """
    text = re.sub(r"^\s*\d+\.\s", "", NAMES.sub("", prose(text)))
    return [claim for claim in numbers(text) if claim.digits or claim.percent]


def printed_numbers(text: str) -> list[Claim]:
    """Return the numbers of printed output, among them 1e-05 and .5.

    >>> [claim.value for claim in printed_numbers("loss=0.25 [1. 2.5] 3e-2 99%")]
    [0.25, 1.0, 2.5, 0.03, 99.0]
    """
    found = []
    pattern = r"(?<![\w.])(\d[\d,]*\.?\d*(?:e[-+]?\d+)?|\.\d+)(\s?%)?"
    for number, percent in re.findall(pattern, text.replace("=", " ")):
        plain = re.sub(r",(?=\d{3})", "", number).strip(",")
        if "," in plain:
            continue
        digits = len(plain.partition(".")[2])
        found.append(Claim(number + percent, float(plain), digits, bool(percent)))
    return found


def same_number(claim: Claim, printed: Claim) -> bool:
    """Say whether `printed`, rounded as `claim` is, is the claimed number.

    A share may be printed as a fraction and told in per cent. The sign is a matter of
    words ("falls by 0.5").

    >>> same_number(Claim("98.3 %", 98.3, 1, True), Claim("0.98312", 0.98312, 5, False))
    True
    >>> same_number(Claim("98.4 %", 98.4, 1, True), Claim("0.98312", 0.98312, 5, False))
    False
    """
    scale = 1.0
    if claim.percent and not printed.percent:
        scale = 100.0
    elif printed.percent and not claim.percent:
        scale = 0.01
    values = {printed.value * scale}
    if claim.percent and not printed.percent:
        values.add(printed.value)  # a column headed "per cent"
    return any(
        abs(value - claim.value) <= 0.5 * 10.0**-claim.digits + 1e-9 for value in values
    )
