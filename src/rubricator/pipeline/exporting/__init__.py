"""Claims in the forms that others take in: each module writes one of them from the same stream."""
