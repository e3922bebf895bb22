using System.Text.RegularExpressions;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What writes also writes down who did it.</summary>
public sealed partial class AuditTests
{
    // Files whose transactions change nothing that anybody decided, each with its reason.
    private static readonly Dictionary<string, string> Housekeeping = new()
    {
        ["src/Orrery.Tracking/Gc/Removals.cs"] = "Finishes in small steps a removal whose beginning was written down.",
        ["src/Orrery.Tracking/Metrics/HistoryCompaction.cs"] = "Writes the same points in fewer rows.",
        ["src/Orrery.Registry/Webhooks/WebhookQueue.cs"] = "Queues deliveries of an event whose act was written down.",
        ["src/Orrery.Registry/Webhooks/WebhookSender.cs"] = "Takes, answers and prunes deliveries.",
        ["src/Orrery.Registry/Packages/PackageEvents.cs"] = "Enqueues the job that follows an event whose act was written down.",
    };

    [Fact]
    public void Whoever_writes_uses_the_audit_log() => Rule.Holds(
        from file in Writers()
        where !Housekeeping.ContainsKey(file.Path) && !Audited.IsMatch(file.Text)
        select file.Path,
        "Call AuditLog.AppendAsync (in Registry also RegistryEvents.AppendAsync) in the write's delegate, on success. Housekeeping goes into the list with its reason.");

    [Fact]
    public void The_list_of_exceptions_names_files_that_write_and_do_not_audit() => Rule.Holds(
        Housekeeping.Keys.Except(Writers().Where(static file => !Audited.IsMatch(file.Text)).Select(static file => file.Path)), "Remove it from Housekeeping.");

    [Fact]
    public void There_are_writers_to_look_at() => Assert.True(Writers().Count() > 15);

    private static IEnumerable<SourceFile> Writers() =>
        SourceFile.Product().Where(static file => file.Module is "Tracking" or "Registry" && Writes.IsMatch(file.Text));

    [GeneratedRegex(@"\b_?db\.WriteAsync[<(]")]
    private static partial Regex Writes { get; }

    [GeneratedRegex(@"\b(AuditLog|RegistryEvents) _?[a-z]+\b")]
    private static partial Regex Audited { get; }
}
