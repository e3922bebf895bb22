using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops promote</c>: a version from one environment to the next, or a deployment's canary to all of its traffic.</summary>
internal sealed class PromoteCommand
{
    private readonly Argument<string> _name = Verb.Argument("name", "The registered model; or the deployment, with --environment");
    private readonly Argument<string?> _version = new("version") { Description = "Number of the model's version", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _from = Verb.Text("--from", "Environment in which the version answers now", "name");
    private readonly Option<string?> _to = Verb.Text("--to", "Environment that it goes to", "name");
    private readonly Option<string[]> _steps = Verb.Texts("--step", "Share of the traffic, and how long: 10:30 is 10 % for 30 minutes; may be given again", "percent:minutes");
    private readonly Option<int?> _replicas = new("--replicas") { Description = "Instances there", HelpName = "n" };
    private readonly Option<string?> _environment = new("--environment", "-e") { Description = "Environment of the deployment whose canary takes over", HelpName = "name" };
    private readonly Option<string> _variant = new("--variant") { Description = "The variant that takes over", HelpName = "name", DefaultValueFactory = _ => TrafficChange.Canary };
    private readonly Option<string?> _note = new("--note", "--justification") { Description = "Why: kept, and shown to those who approve it", HelpName = "text" };
    private readonly DeploymentWait _wait = new();

    private PromoteCommand()
    {
    }

    public static Command Create()
    {
        var promote = new PromoteCommand();
        var command = new Command(
            "promote",
            """
            Bring a version on from one environment to the next, through the nine stages of a delivery. With --environment instead: have the canary of a deployment answer
            everything, as the stable variant. 'mlops rollback' takes both back.

            Examples:
              mlops promote churn 3 --from staging --to production --step 10:30 --step 50:30
              mlops promote churn --environment production
            """)
        {
            promote._name, promote._version, promote._from, promote._to, promote._steps, promote._replicas, promote._environment, promote._variant, promote._note,
        };
        return promote._wait.AddTo(command).Does(promote.RunAsync);
    }

    private async Task<int> RunAsync(Session session)
    {
        var deadline = _wait.Deadline(session);
        var (name, version) = (session.Args.GetRequiredValue(_name), session.Args.GetValue(_version));
        if (session.Args.GetValue(_environment) is { } environment)
        {
            if ((version ?? session.Args.GetValue(_from) ?? session.Args.GetValue(_to)) is not null)
                throw new UsageException("Give --environment for a deployment's canary, or a version with --from and --to.");
            var variant = session.Args.GetRequiredValue(_variant);
            var promoted = await DeploymentChange.ChangeAsync(
                session, environment, name, now => TrafficChange.Promote(now.Spec, DeploymentChange.Variant(now, variant).Name) with { Note = session.Args.GetValue(_note) }, deadline);
            return await _wait.FinishAsync(session, promoted, deadline);
        }

        if (version is null || session.Args.GetValue(_from) is not { } from || session.Args.GetValue(_to) is not { } to)
            throw new UsageException("Say which version from where to where: mlops promote MODEL VERSION --from staging --to production. Or --environment NAME for a deployment's canary.");
        var found = await VersionChoice.FindAsync(session, name, version);
        var begun = await session.Client.Deliveries.StartAsync(
            new()
            {
                Model = found.Name,
                Version = found.Version,
                Environment = to,
                From = from,
                Replicas = session.Args.GetValue(_replicas),
                Justification = session.Args.GetValue(_note),
                Steps = [.. session.Args.GetValue(_steps)!.Select(Step)],
            },
            session.Cancel);
        return await DeliveryFollow.RunAsync(session, begun, !_wait.Leaves(session), deadline);
    }

    private static CanaryStep Step(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2 && double.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes)
            ? new() { Percent = percent, Minutes = minutes }
            : throw new UsageException($"'{text}' is not percent:minutes, such as 10:30, as --step needs it.");
    }
}
