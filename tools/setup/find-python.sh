#!/bin/sh
# Prints the path of a Python that can run this project; set PYTHON3 to choose one.
# Each candidate is run: a version manager's stand-in for a version that is not installed exists,
# but fails. Inside a virtual environment the Python beneath is meant, for .venv may be remade.
answer='import sys; sys.version_info < (3, 11) and sys.exit(1); print(sys._base_executable)'
for python in ${PYTHON3:-python3 python3.13 python3.12 python3.11}; do
    if "$python" -c "$answer" 2>/dev/null; then
        exit 0
    fi
done
echo "set-up: needs Python 3.11 or newer; install it (https://www.python.org/downloads), or name it by PYTHON3=/path/to/python" >&2
exit 1
