using System.CommandLine;
using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops quota</c>.</summary>
internal static class QuotaCommand
{
    public static Command Create()
    {
        var command = new Command("quota", "What the workspace may use, and what remains.") { QuotaSet.Create() };
        return command.Does(async session =>
        {
            var quotas = await session.Client.Quotas.ListAsync(session.Cancel);
            session.Output.List(
                new QuotaList { Quotas = quotas },
                [.. quotas],
                nextPageToken: null,
                ("QUOTA", quota => quota.Kind),
                ("USED", quota => Number(quota.Used)),
                ("SOFT", quota => Number(quota.Soft)),
                ("HARD", quota => Number(quota.Hard)),
                ("REMAINING", quota => quota.Hard is null ? "unlimited" : Number(quota.Remaining)),
                ("STATE", State),
                ("ASK", quota => quota.Contact));
        });
    }

    public static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string State(QuotaStatus quota) => quota switch
    {
        { Hard: { } hard, Used: { } used } when used >= hard => "full",
        { Soft: { } soft, Used: { } used } when used > soft => "over soft limit",
        _ => "",
    };
}
