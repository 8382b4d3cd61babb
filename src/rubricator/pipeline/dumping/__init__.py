"""Dumps of the store for others to take: the whole data set and its parts, made of one snapshot."""
