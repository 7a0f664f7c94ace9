"""The words of incidents whose cause is known, to learn from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from diagnose.batch.evaluate import read_labels
from diagnose.errors import NothingReadError
from diagnose.read import read
from diagnose.read.signals.scan import Scanner
from diagnose.rulebook.wordlearn import Sample
from diagnose.tokens import KIND, SEPARATOR


class _AnyWord(frozenset[str]):
    """A vocabulary that holds every word."""

    def __contains__(self, word: object) -> bool:
        return True


def samples_in(folder: Path) -> Iterator[Sample]:
    """A sample for each incident of `folder/labels.csv`, in its order; incidents that cannot be read are passed over.

    Raises InputError when the labels cannot be read.
    """
    scanner = Scanner((), _AnyWord())
    for label in read_labels(folder / "labels.csv"):
        try:
            drafts = read([str(folder / label.incident)], scanner).drafts
        except NothingReadError:
            continue
        found = [str(d.fields["found"]).split(SEPARATOR) for d in drafts if d.kind == KIND]
        yield tuple(word for words in found for word in words), label.cause
