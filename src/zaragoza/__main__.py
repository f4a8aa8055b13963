"""`python -m zaragoza`: the command line."""

from zaragoza.cli import main

main()
