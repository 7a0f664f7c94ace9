"""Logs: lines, rows and objects of any logger or log store become records, and records become drafts.

text --stamps, lines, stacks--> records --signals--> drafts
JSON --salvage, exports, hosts--> records --signals--> drafts
"""
