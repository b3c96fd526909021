from vafa.config.cli import main

main()
