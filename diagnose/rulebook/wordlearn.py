"""Learns from stories, and from incidents whose cause is known, how much each word speaks for each cause.

Multinomial logistic regression over stemmed words and pairs of neighbours, weighted by rarity (tf-idf, unit length),
every cause weighted alike however much is told of it. Words that occur once and weights that hardly count are left
out. scikit-learn does it (extra `learn`); a diagnosis needs only the table that comes out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any

from diagnose.errors import UsageError
from diagnose.infer.words import WordTable, written
from diagnose.rulebook.library import Library
from diagnose.rulebook.schema import StoryDoc
from diagnose.tokens import SEPARATOR, features, split, stem

REGULAR = 10.0
"""Inverse strength of the regularisation."""
LEAST_OFTEN = 3
"""Stories or incidents in which a word must occur."""
KEPT = 10
"""Weights kept of a word, the largest."""


Sample = tuple[tuple[str, ...], str]
"""The words (see `tokens.features`) of one story or one labelled incident, and its cause."""


def stories(library: Library) -> list[tuple[str, str]]:
    """(line, cause) of every story, in a fixed order."""
    found = [e.model for _, e in sorted(library.of("story").items()) if isinstance(e.model, StoryDoc)]
    return sorted((line, doc.cause) for doc in found for line in doc.told)


def samples_of(lines: Iterable[tuple[str, str]]) -> list[Sample]:
    """Stories as samples."""
    return [(tuple(features(line)), cause) for line, cause in lines]


def fingerprint(samples: Iterable[Sample]) -> str:
    """A hash of what is learned from, which the table carries."""
    told = sorted(f"{cause}\t{SEPARATOR.join(words)}" for words, cause in samples)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def learn(
    lines: Sequence[tuple[str, str]], incidents: Sequence[Sample] = (), *, least_often: int = LEAST_OFTEN
) -> WordTable:
    """The table of words from the lines of stories and from incidents, of those that occur in `least_often` of them.

    Raises UsageError without scikit-learn or with fewer than three causes.
    """
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise UsageError("scikit-learn is needed to learn words: pip install 'edge-diagnose[learn]'") from None
    samples = [*samples_of(lines), *incidents]
    if len({cause for _, cause in samples}) < 3:
        raise UsageError("stories of at least three causes are needed: write documents with `kind: story`")
    vectorizer = TfidfVectorizer(analyzer=list, min_df=least_often, sublinear_tf=True)
    matrix = vectorizer.fit_transform([words for words, _ in samples])
    model = LogisticRegression(C=REGULAR, max_iter=1000, class_weight="balanced")
    model.fit(matrix, [cause for _, cause in samples])
    rarity = {str(word): float(vectorizer.idf_[column]) for word, column in vectorizer.vocabulary_.items()}
    words = {
        word: (round(rarity[word], 2), *_largest(model.coef_[:, vectorizer.vocabulary_[word]]))
        for word in sorted(rarity)
    }
    bias = tuple(round(float(b), 2) for b in model.intercept_)
    causes = tuple(str(c) for c in model.classes_)
    return WordTable(causes, bias, written(words), _shown(lines, words), fingerprint(samples))


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


def _largest(weights: Any) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Numbers and values of the `KEPT` weights that count most, by number."""
    order = sorted(sorted(range(len(weights)), key=lambda i: -abs(weights[i]))[:KEPT])
    return tuple(order), tuple(round(float(weights[i]), 2) for i in order)
