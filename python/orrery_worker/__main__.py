"""One model in one process: answers the server's calls over a Unix socket until the socket is closed."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import worker  # noqa: E402  (the folder above is its place)

if __name__ == "__main__":
    worker.main(sys.argv[1])
