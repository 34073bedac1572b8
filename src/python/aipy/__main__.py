"""`python -m aipy`: the same as the command `aipy`."""

import sys

from aipy.cli import main

if __name__ == "__main__":
    sys.exit(main())
