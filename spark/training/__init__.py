"""Makes model packages; no part of the night."""
