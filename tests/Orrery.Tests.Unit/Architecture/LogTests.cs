using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>Log messages have ids that name their module, once each.</summary>
public sealed partial class LogTests
{
    // The first id of a module's thousand; the table of ARCHITECTURE.md (Observability).
    private static readonly Dictionary<string, int> FirstId = new()
    {
        ["Storage"] = 1000,
        ["Tenancy"] = 2000,
        ["Features"] = 3000,
        ["Tracking"] = 4000,
        ["Serving"] = 5000,
        ["Registry"] = 6000,
        ["Pipelines"] = 7000,
        ["Monitoring"] = 8000,
        ["Server"] = 9000,
        ["Audit"] = 10000,
        ["Lineage"] = 11000,
        ["Trials"] = 12000,
        ["Governance"] = 13000,
        ["Web"] = 14000,
        ["Delivery"] = 15000,
    };

    [Fact]
    public void Ids_are_from_the_modules_thousand() => Rule.Holds(
        from message in Messages()
        let first = FirstId.GetValueOrDefault(message.Module, -1000)
        where message.Id < first || message.Id >= first + 1000
        select $"{message.Path}: {message.Id}",
        "Take the next free id of the module's thousand; ARCHITECTURE.md (Observability) has the table.");

    [Fact]
    public void No_id_is_used_twice() => Rule.Holds(
        from message in Messages()
        group message by message.Id into same
        where same.Count() > 1
        select $"{same.Key}: {string.Join(", ", same.Select(message => message.Path).Distinct())}",
        "Take the next free id of the module's thousand.");

    [Fact]
    public void Messages_stand_in_the_modules_log() => Rule.Holds(
        Messages().Where(message => !LogFile.IsMatch(message.Path)).Select(message => message.Path).Distinct(),
        "Move them to the module's Log.cs (or Log.Part.cs when it grows).");

    private static IEnumerable<(string Module, string Path, int Id)> Messages() =>
        from file in SourceFile.Product()
        from Match match in Message.Matches(file.Text)
        select (file.Module, file.Path, int.Parse(match.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\[LoggerMessage\(\s*(EventId\s*=\s*)?(?<id>\d+)")]
    private static partial Regex Message { get; }

    [GeneratedRegex(@"/Log(\.\w+)?\.cs$")]
    private static partial Regex LogFile { get; }
}
