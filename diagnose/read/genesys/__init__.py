"""What the Genesys Cloud platform says: answers of its API, events, messages of its audio streams.

Parsed JSON goes in, judged by its shape; drafts placed by JSON pointer come out.
"""
