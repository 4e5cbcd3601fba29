"""`python -m colorist_models COMMAND`: see README.md."""

from .cli import main

if __name__ == "__main__":
    main()
