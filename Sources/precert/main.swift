import PrecertCLI

await PrecertCommand.main()
