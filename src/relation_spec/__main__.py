"""``python -m relation_spec``: the same as the command ``relation-spec``."""

from relation_spec.cli import main

if __name__ == "__main__":
    main()
