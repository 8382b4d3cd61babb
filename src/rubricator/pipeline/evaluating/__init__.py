"""How good a classifier is on labelled pictures: looked at, measured, told as JSON, as a page and as RDF."""
