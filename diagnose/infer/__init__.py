"""Facts and a compiled rulebook become findings, ranked causes and ranked remedies.

`run` drives an engine over the facts; `score`, `remedies` and `questions` turn its findings into answers.
"""
