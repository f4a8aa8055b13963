"""Which releases are installed, how one comes in, and what is read of it."""
