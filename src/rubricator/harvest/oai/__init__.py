"""Records from OAI-PMH 2.0 repositories, and from answers of theirs that were saved to files."""
