using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops targets list</c>.</summary>
internal static class TargetsList
{
    public static Command Create() => new Command("list", "List where versions for each environment are brought to.").Does(async session =>
    {
        var list = await session.Client.DeliveryTargets.ListAsync(session.Cancel);
        session.Output.List(
            list,
            list.Targets,
            null,
            ("ENVIRONMENT", one => one.Environment),
            ("KIND", one => one.Kind),
            ("WHERE", one => one.Settings?.Git is { } git ? $"{git.Url} {git.Branch}" : one.Settings?.Kubernetes?.Server ?? one.Settings?.Kubernetes?.KubeconfigFile),
            ("NAMESPACE", one => one.Settings?.Namespace),
            ("APPROVALS", one => one.Governed ? "needed" : null));
    }).Example("mlops targets list");
}
