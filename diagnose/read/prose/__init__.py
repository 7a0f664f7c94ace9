"""Prose: what a person wrote, a ticket or a note, with log lines, JSON and output pasted in between.

Text goes in; what is asserted in it comes out as drafts, what is denied with its polarity, what is guessed not at all.
"""
