"""Europeana's Search and Record APIs: lists of items, and the items' records as they are served."""
