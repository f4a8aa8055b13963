"""The API: every published figure by address, for programs. It reads releases only, and needs no key."""
