"""One run as an RO-Crate: its claims, what it used and how good that is, with a description that programs read."""
