"""The `nodeui` command. Imports nothing until it is called: worker processes read this file too."""


def main() -> None:
    from nodeui.cli import main as run_command

    run_command()


if __name__ == "__main__":
    main()
