"""A diagnosis as people and programs read it: text, JSON."""
