"""The public SPARQL endpoint: protocol, query page, examples, and what the service says of itself."""
