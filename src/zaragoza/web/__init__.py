"""The site: every published figure, readable by anyone. It reads releases and never a person's record."""
