using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops quota set</c>.</summary>
internal static class QuotaSet
{
    private static readonly string[] Kinds =
        ["storage-bytes", "runs-per-day", "requests-per-second", "pipeline-steps", "cpu-cores", "memory-bytes", "gpus", "deployments", "replicas"];

    public static Command Create()
    {
        var kind = Verb.Argument("kind", string.Join(", ", Kinds));
        kind.CompletionSources.Add(Kinds);
        var soft = new Option<long?>("--soft") { Description = "Warn above it", HelpName = "n" };
        var hard = new Option<long?>("--hard") { Description = "Refuse above it", HelpName = "n" };
        var contact = Verb.Text("--contact", "Whom to ask for more; stands in refusals", "name");
        return new Command("set", "Set the limits of one kind; without --soft and --hard it is unlimited.") { kind, soft, hard, contact }.Does(async session =>
        {
            var set = await session.Client.Quotas.SetAsync(
                session.Args.GetRequiredValue(kind),
                new SetQuota { Soft = session.Args.GetValue(soft), Hard = session.Args.GetValue(hard), Contact = session.Args.GetValue(contact) },
                session.Cancel);
            session.Output.Line(
                set,
                set is { Soft: null, Hard: null }
                    ? $"{set.Kind} is unlimited."
                    : $"{set.Kind}: warned above {QuotaCommand.Number(set.Soft) ?? "-"}, refused above {QuotaCommand.Number(set.Hard) ?? "-"}.");
        });
    }
}
