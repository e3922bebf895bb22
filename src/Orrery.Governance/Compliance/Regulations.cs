using System.Text.Json;
using Orrery.Registry;

namespace Orrery.Governance;

/// <summary>Laws and standards with their versions and dates, and the clocks they set; data of <c>Data/regulations.yaml</c>.</summary>
internal sealed record Regulations
{
    public static readonly Regulations Known = Read();

    public required string Version { get; init; }

    public required IReadOnlyList<Regulation> Laws { get; init; }

    public required IReadOnlyList<LegalClock> Clocks { get; init; }

    /// <summary>Kinds of events that stop a clock.</summary>
    public IReadOnlyList<string> Notices { get; private init; } = [];

    private static Regulations Read()
    {
        var document = ComplianceData.Read("compliance.regulations.yaml", ComplianceJson.Default.RegulationsDocument);
        return new()
        {
            Version = document.Version,
            Laws = document.Regulations,
            Clocks = document.Clocks,
            Notices = [.. document.Clocks.Select(static clock => clock.MetBy).Distinct(StringComparer.Ordinal)],
        };
    }
}

/// <summary>The file.</summary>
internal sealed record RegulationsDocument(string Version, IReadOnlyList<Regulation> Regulations, IReadOnlyList<LegalClock> Clocks);

/// <summary>A law or standard.</summary>
internal sealed record Regulation(string Id, string Name, string Reference, string Status, string? Note, IReadOnlyList<RegulationDate> Dates);

/// <summary>Since when something holds.</summary>
internal sealed record RegulationDate(string Date, string What);

/// <summary>A deadline of the law.</summary>
/// <param name="Id">Of the clock.</param>
/// <param name="Regulation">Whose.</param>
/// <param name="Text">What must be done.</param>
/// <param name="When"><c>personal_data_breach</c>, or the kind of serious incident.</param>
/// <param name="Hours">Within which.</param>
/// <param name="MetBy">Kind of the event that stops it.</param>
internal sealed record LegalClock(string Id, string Regulation, string Text, string When, double Hours, string MetBy);
