"""The command line.

Exit codes: 0 done; 1 something is wrong with what was checked or asked for; 2 the command was not understood;
3 the configuration is wrong; 4 the database is away or its schema is not ours; 5 the address is taken.
"""

from renderer.cli.root import main

__all__ = ["main"]
