using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops approvals request</c> and <c>mlops approvals waive</c>.</summary>
internal static class ApprovalsRequest
{
    public static Command Create() => New("request", "Ask that a version may get an environment's traffic. The same again shows what is pending or stands.",
        "mlops approvals request churn 3 --environment production --justification \"Better on the new season\"", hours: null);

    public static Command CreateWaive() => New("waive", "Ask for an emergency waiver: one person decides, it ends by itself, and it is reviewed afterwards.",
        "mlops approvals waive churn 3 --environment production --justification \"Version 2 answers wrongly\" --hours 12", hours: new("--hours") { Description = "How long it is to hold, 72 at most [default: 24]", HelpName = "n" });

    private static Command New(string name, string description, string example, Option<int?>? hours)
    {
        var (model, version) = (Verb.Argument("model", "Registered model"), Verb.Argument("version", "Number of the version"));
        var environment = new Option<string>("--environment", "-e") { Description = "Whose traffic", HelpName = "name", DefaultValueFactory = static _ => "production" };
        var why = new Option<string>("--justification", "-j") { Description = "Why", HelpName = "text", Required = true };
        var command = new Command(name, description) { model, version, environment, why };
        if (hours is not null)
            command.Add(hours);
        return command.Example(example).Does(async session => ApprovalText.Show(session, await session.Client.Approvals.RequestAsync(
            new()
            {
                Model = session.Args.GetRequiredValue(model),
                Version = session.Args.GetRequiredValue(version),
                Environment = session.Args.GetRequiredValue(environment),
                Justification = session.Args.GetRequiredValue(why),
                Emergency = hours is not null,
                Hours = hours is null ? null : session.Args.GetValue(hours),
            },
            session.Cancel)));
    }
}
