"""Spoilt input out of good samples, for property tests of readers.

    @given(mutate.texts(SAMPLES))
    def test_a_reader_takes_whatever_comes(text: str) -> None: ...

A spoilt text is a sample that was cut, whose characters were flipped, whose parts were repeated, taken out or
swapped, or into which a part of another sample was spliced; up to four such changes, one after the other. It is
close enough to the samples to pass a reader's first look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

MOST_CHANGES = 4
REPEATS = 50
LONGEST = 20_000
"""Characters or bytes of a spoilt sample."""

_ODD = '\x00\n\r\t "\\{}[]<>:;,=%/-+.0159eE\x1b\u00fc\u2028\u202e\ufeff\U0001f600'

Change = Callable[[st.DrawFn, str, Sequence[str]], str]


def _at(draw: st.DrawFn, text: str) -> int:
    return draw(st.integers(0, len(text)))


def _span(draw: st.DrawFn, text: str) -> tuple[int, int]:
    one, two = _at(draw, text), _at(draw, text)
    return min(one, two), max(one, two)


def _cut(draw: st.DrawFn, text: str, samples: Sequence[str]) -> str:
    del samples
    at = _at(draw, text)
    return text[at:] if draw(st.booleans()) else text[:at]


def _flip(draw: st.DrawFn, text: str, samples: Sequence[str]) -> str:
    del samples
    if not text:
        return text
    at = draw(st.integers(0, len(text) - 1))
    return text[:at] + draw(st.sampled_from(_ODD) | st.characters(codec="utf-8")) + text[at + 1 :]


def _repeat(draw: st.DrawFn, text: str, samples: Sequence[str]) -> str:
    del samples
    start, end = _span(draw, text)
    return text[:end] + text[start:end] * draw(st.integers(1, REPEATS)) + text[end:]


def _take_out(draw: st.DrawFn, text: str, samples: Sequence[str]) -> str:
    del samples
    start, end = _span(draw, text)
    return text[:start] + text[end:]


def _splice(draw: st.DrawFn, text: str, samples: Sequence[str]) -> str:
    other = draw(st.sampled_from(samples))
    start, end = _span(draw, other)
    at = _at(draw, text)
    return text[:at] + other[start:end] + text[at:]


def _swap_lines(draw: st.DrawFn, text: str, samples: Sequence[str]) -> str:
    del samples
    lines = text.split("\n")
    one, two = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    lines[one], lines[two] = lines[two], lines[one]
    return "\n".join(lines)


def _number(draw: st.DrawFn, text: str, samples: Sequence[str]) -> str:
    """A digit becomes a number that no field expects."""
    del samples
    digits = [i for i, c in enumerate(text) if c.isdigit()]
    if not digits:
        return text
    at = draw(st.sampled_from(digits))
    return text[:at] + draw(st.sampled_from(["-1", "9" * 30, "1e999", "0x1", "NaN", "٣", ""])) + text[at + 1 :]


CHANGES: tuple[Change, ...] = (_cut, _flip, _repeat, _take_out, _splice, _swap_lines, _number)


@st.composite
def texts(draw: st.DrawFn, samples: Sequence[str]) -> str:
    """A spoilt sample."""
    text = draw(st.sampled_from(samples))
    for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=MOST_CHANGES)):
        text = change(draw, text, samples)[:LONGEST]
    return text


def data(samples: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """A spoilt sample of bytes, for readers of what is not text."""
    # latin-1 maps each byte to one character and back
    spoilt = texts([s.decode("latin-1") for s in samples])
    return spoilt.map(lambda text: text.encode("latin-1", "replace"))
