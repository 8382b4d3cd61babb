"""Learns from labelled pictures: the embedded model (``lite``). Imports torch where it is used."""
