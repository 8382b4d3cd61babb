"""From a source to the store: what harvests met, refused, replaced and found gone, and what the ledger knows of it."""
