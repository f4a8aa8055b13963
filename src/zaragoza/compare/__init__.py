"""GSBPM 6.3: what published figures say together, and how they have changed. Published values only."""
