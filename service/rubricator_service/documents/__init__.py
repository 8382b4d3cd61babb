"""Dereferencing: every IRI that we mint, in every format, and as a page."""
