"""Captures of packets: what `tcpdump`, `tshark` and Wireshark write, as files or as text, becomes facts.

file or text --packets--> signalling, rtp, tcp, lookups --> drafts
"""
