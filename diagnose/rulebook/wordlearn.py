"""Learns from the stories how much each word speaks for each cause.

Multinomial logistic regression over stemmed words and pairs of neighbours, weighted by rarity (tf-idf, unit length),
every cause weighted alike however many stories it has. Words that occur once and weights that hardly count are left
out. scikit-learn does it (extra `learn`); a diagnosis needs only the table that comes out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any

from diagnose.errors import UsageError
from diagnose.infer.words import WordTable
from diagnose.rulebook.library import Library
from diagnose.rulebook.schema import StoryDoc
from diagnose.tokens import features, split, stem

REGULAR = 10.0
"""Inverse strength of the regularisation."""
LEAST_OFTEN = 2
"""Lines in which a word must occur."""
KEPT = 10
"""Weights kept of a word, the largest."""


def stories(library: Library) -> list[tuple[str, str]]:
    """(line, cause) of every story, in a fixed order."""
    found = [e.model for _, e in sorted(library.of("story").items()) if isinstance(e.model, StoryDoc)]
    return sorted((line, doc.cause) for doc in found for line in doc.told)


def fingerprint(lines: Sequence[tuple[str, str]]) -> str:
    """A hash of the stories, which the table carries."""
    return hashlib.sha256("\n".join(f"{cause}\t{line}" for line, cause in lines).encode()).hexdigest()[:16]


def learn(lines: Sequence[tuple[str, str]]) -> WordTable:
    """The table of words. Raises UsageError without scikit-learn or with fewer than three causes."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise UsageError("scikit-learn is needed to learn words: pip install 'edge-diagnose[learn]'") from None
    if len({cause for _, cause in lines}) < 3:
        raise UsageError("stories of at least three causes are needed: write documents with `kind: story`")
    vectorizer = TfidfVectorizer(analyzer=_analyse, min_df=LEAST_OFTEN, sublinear_tf=True)
    matrix = vectorizer.fit_transform([line for line, _ in lines])
    model = LogisticRegression(C=REGULAR, max_iter=1000, class_weight="balanced")
    model.fit(matrix, [cause for _, cause in lines])
    rarity = {str(word): float(vectorizer.idf_[column]) for word, column in vectorizer.vocabulary_.items()}
    words = {
        word: (round(rarity[word], 2), *_largest(model.coef_[:, vectorizer.vocabulary_[word]]))
        for word in sorted(rarity)
    }
    bias = tuple(round(float(b), 2) for b in model.intercept_)
    return WordTable(tuple(str(c) for c in model.classes_), bias, words, _shown(lines, words), fingerprint(lines))


def _shown(lines: Iterable[tuple[str, str]], known: Collection[str]) -> dict[str, str]:
    """For each word that is not written as its stem the form that stands in the stories most often."""
    forms: dict[str, Counter[str]] = {}
    for line, _ in lines:
        found = split(line)
        for form in (*found, *(f"{a} {b}" for a, b in pairwise(found))):
            stemmed = " ".join(map(stem, form.split(" ")))
            if stemmed in known:
                forms.setdefault(stemmed, Counter())[form] += 1
    best = {word: min(count, key=lambda form: (-count[form], form)) for word, count in forms.items()}
    return {word: form for word, form in sorted(best.items()) if form != word}


def _analyse(line: str) -> list[str]:
    return list(features(line))


def _largest(weights: Any) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Numbers and values of the `KEPT` weights that count most, by number."""
    order = sorted(sorted(range(len(weights)), key=lambda i: -abs(weights[i]))[:KEPT])
    return tuple(order), tuple(round(float(weights[i]), 2) for i in order)
