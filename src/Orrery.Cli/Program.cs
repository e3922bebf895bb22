using Orrery.Cli;

return await MlopsCommand.RunAsync(args, CliHost.OfProcess());
