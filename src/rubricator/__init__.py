"""Rubricator adds concept headings to digitised heritage and keeps every heading visibly its own."""

__version__ = "0.1.0"
