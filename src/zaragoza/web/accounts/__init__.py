"""People who log in: an address, a password or their institution, and a second factor."""
