using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Waits until a change answers, and tells how it goes.</summary>
internal sealed class DeploymentWait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Option<bool> _leave = Verb.Flag("--no-wait", "Do not wait until it answers");

    private readonly Option<TimeSpan> _timeout = new("--timeout")
    {
        Description = "How long to wait: 90s, 5m [default: 2m]",
        HelpName = "time",
        DefaultValueFactory = _ => TimeSpan.FromMinutes(2),
        CustomParser = static result =>
        {
            if (DurationText.TryParse(result.Tokens[0].Value, out var time) && time > TimeSpan.Zero)
                return time;
            result.AddError($"'{result.Tokens[0].Value}' is not a time such as 90s or 5m.");
            return default;
        },
    };

    public Command AddTo(Command command)
    {
        command.Add(_leave);
        command.Add(_timeout);
        return command;
    }

    /// <summary>Until when this verb waits.</summary>
    public DateTimeOffset Deadline(Session session) => session.Host.Time.GetUtcNow() + session.Args.GetValue(_timeout);

    /// <summary>Whether it was said not to wait.</summary>
    public bool Leaves(Session session) => session.Args.GetValue(_leave);

    /// <summary>Waits, shows the deployment, and says with which code the verb ends.</summary>
    /// <exception cref="InvalidDataException">It failed, or was not ready in time; the message says why.</exception>
    public async Task<int> FinishAsync(Session session, Deployment changed, DateTimeOffset deadline)
    {
        var deployment = changed;
        if (!session.Args.GetValue(_leave))
            deployment = await ReadyAsync(session, changed, deadline);
        DeploymentText.Show(session, deployment);
        return ExitCodes.Ok;
    }

    private static async Task<Deployment> ReadyAsync(Session session, Deployment changed, DateTimeOffset deadline)
    {
        var told = "";
        for (var now = changed; ; now = await session.Client.Deployments.GetAsync(changed.Environment, changed.Name, session.Cancel))
        {
            if (now.Revision > changed.Revision)
                throw new InvalidDataException($"{What(changed)} was changed again meanwhile and is at revision {now.Revision}.");
            if (now.Nodes.FirstOrDefault(node => node.Revision == changed.Revision && node.State == "failed") is { } failed)
                throw new InvalidDataException(WhyFailed(changed, failed));
            if (now.State == "ready")
                return now;
            if (Stands(now) is var stands && stands != told)
                session.Output.Remark(told = stands);
            if (session.Host.Time.GetUtcNow() >= deadline)
                throw new InvalidDataException($"{What(changed)} was not ready in time: {stands} It goes on; 'mlops deployments show {changed.Name} --environment {changed.Environment}' tells how it stands.");
            await Task.Delay(Look, session.Host.Time, session.Cancel);
        }
    }

    private static string Stands(Deployment deployment)
    {
        var waiting = deployment.Nodes.Where(node => node.State != "ready" || node.Revision != deployment.Revision).Select(static node => node.Node).ToList();
        return deployment.Nodes.Count == 0 || waiting.Count == 0
            ? $"{What(deployment)}: no server has taken it up yet."
            : $"{What(deployment)}: loading on {string.Join(", ", waiting)}.";
    }

    private static string WhyFailed(Deployment deployment, DeploymentNode failed)
    {
        var text = $"{What(deployment)} failed on {failed.Node}: {failed.Reason}";
        return failed.Serving is { } before
            ? $"{text.TrimEnd('.')}. Revision {before} goes on answering; 'mlops rollback {deployment.Name} --environment {deployment.Environment}' goes back to it."
            : $"{text.TrimEnd('.')}. Nothing answers.";
    }

    private static string What(Deployment deployment) => $"Revision {DeploymentText.Number(deployment.Revision)} of {deployment.Name} in {deployment.Environment}";
}
