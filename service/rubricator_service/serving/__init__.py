"""How it is run: the server and its connections, health, and what the site answers besides SPARQL."""
