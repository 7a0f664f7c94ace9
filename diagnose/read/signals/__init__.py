"""Signals: which of the rules' patterns match a text, and what they take from it.

Lines or records go in; hits come out. Only the compiled form of a signal is known here, nothing of the rules behind it.
"""
