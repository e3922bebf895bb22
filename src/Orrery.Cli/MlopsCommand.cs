using System.CommandLine;
using System.CommandLine.Invocation;

namespace Orrery.Cli;

/// <summary>The whole command line: every verb, and the options that all of them share.</summary>
internal sealed class MlopsCommand : RootCommand
{
    // Time for verbs to tidy up after Ctrl-C.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private MlopsCommand(CliHost host)
        : base("Orrery from the command line: serve, track, register, deploy, copy.")
    {
        Host = host;
        GlobalOptions.AddTo(this);
        ExampleHelp.AddTo(this);
        Add(ServeCommand.Create());
        Add(DemoCommand.Create());
        Add(ExperimentsCommand.Create());
        Add(RunsCommand.Create());
        Add(MetricsCommand.Create());
        Add(ArtifactsCommand.Create());
        Add(LoggedModelsCommand.Create());
        Add(ModelsCommand.Create());
        Add(EvaluateCommand.Create());
        Add(EvaluationsCommand.Create());
        Add(DeployCommand.Create());
        Add(PromoteCommand.Create());
        Add(RollbackCommand.Create());
        Add(DeploymentsCommand.Create());
        Add(DeliveriesCommand.Create());
        Add(DeliveriesCommand.CreateSingular());
        Add(TargetsCommand.Create());
        Add(MigrationCommand.Create());
        Add(PredictCommand.Create());
        Add(PredictionsCommand.Create());
        Add(BatchPredictCommand.Create());
        Add(CardCommand.Create());
        Add(RiskCommand.Create());
        Add(PolicyCommand.Create());
        Add(ScanCommand.Create());
        Add(ScansCommand.Create());
        Add(ApprovalsCommand.Create());
        Add(WorkflowCommand.Create());
        Add(DataCommand.Create());
        Add(SubjectsCommand.Create());
        Add(IncidentsCommand.Create());
        Add(ExceptionsCommand.Create());
        Add(DsrCommand.Create());
        Add(ComplianceCommand.Create());
        Add(ExplainVerb.Create());
        Add(ExplainOneVerb.Create());
        Add(CounterfactualsVerb.Create());
        Add(ExplanationsCommand.Create());
        Add(FeaturesCommand.Create());
        Add(LineageCommand.Create());
        Add(JobsCommand.Create());
        Add(AuditCommand.Create());
        Add(GcCommand.Create());
        Add(AdminCommand.Create());
        Add(PeopleCommand.Create());
        Add(GroupsCommand.Create());
        Add(ServiceAccountsCommand.Create());
        Add(TokensCommand.Create());
        Add(MeCommand.Create());
        Add(WhoamiCommand.Create());
        Add(WorkspaceCommand.Create());
        Add(AccessCommand.Create());
        Add(QuotaCommand.Create());
        Add(CostCommand.Create());
        Add(ImportCommand.Create());
        Add(ExportCommand.Create());
        Add(CompletionCommand.Create());
        Add(VersionCommand.Create());
        Add(LoginCommand.Create());
        Add(LogoutCommand.Create());
        Add(ProfileCommand.Create());
        Add(HelpCommand.Create());
        Watch.AddTo(this);
        Examples.AddTo(this);
    }

    public CliHost Host { get; }

    /// <summary>The command line of a place.</summary>
    public static MlopsCommand Create(CliHost host) => new(host);

    /// <summary>Runs one command line to its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CliHost host)
    {
        // All that follows 'serve' is the server's.
        if (args is ["serve", .. var flags])
            return await ServeCommand.RunAsync(flags, host);

        var root = new MlopsCommand(host);
        if (Suggestions.IsAsked(args))
            return await Suggestions.RunAsync(args, root, host);

        var parsed = root.Parse(args);
        var wrong = parsed.Action as ParseErrorAction;
        if (wrong is not null)
            wrong.ShowHelp = false;
        var code = await parsed.InvokeAsync(new()
        {
            Output = wrong is null ? host.Out : host.Error,
            Error = host.Error,
            ProcessTerminationTimeout = Farewell,
        });
        return wrong is null ? code : ExitCodes.Usage;
    }
}
