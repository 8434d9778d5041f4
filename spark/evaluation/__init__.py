"""How good offers are, measured on what shoppers did next; no part of the night."""
