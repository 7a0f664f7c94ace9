"""Opening: from paths to streams of bytes and lines of text, out of folders, archives, pipes and files with holes.

Paths go in; inputs come out, each with a label and a stream that is read once, and text in the encoding that its bytes
show.
"""
