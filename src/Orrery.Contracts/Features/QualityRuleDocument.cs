using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>One thing that data must satisfy.</summary>
public sealed record QualityRuleDocument
{
    /// <summary>What is expected, as <c>not_be_null</c>, <c>be_between</c>, <c>row_count_between</c>; the guide lists them all.</summary>
    public string Expect { get => field ?? ""; init; }

    /// <summary>Column it is about; absent for rules on the whole table.</summary>
    public string? Column { get; init; }

    /// <summary>Columns it is about, of rules on several.</summary>
    public IReadOnlyList<string> Columns { get => field ?? []; init; }

    /// <summary>Lower bound, inclusive.</summary>
    public JsonElement? Min { get; init; }

    /// <summary>Upper bound, inclusive.</summary>
    public JsonElement? Max { get; init; }

    /// <summary>The set, of rules on sets; types, of rules on types.</summary>
    public IReadOnlyList<JsonElement> Values { get => field ?? []; init; }

    /// <summary>The pattern (RE2 syntax) or format, of rules that have one; the expression of <c>satisfy</c>.</summary>
    public string? Pattern { get; init; }

    /// <summary>The quantile of <c>quantile_between</c>, 0 to 1.</summary>
    public double? Quantile { get; init; }

    /// <summary>Share of the rows that are not null that must satisfy it, 0 to 1. Default 1.</summary>
    public double? Mostly { get; init; }

    /// <summary><c>info</c>, <c>warning</c> or <c>critical</c>. Default <c>warning</c>.</summary>
    public string? Severity { get; init; }

    /// <summary>What becomes of data that breaks it: <c>warn</c> (kept), <c>quarantine</c> (the failing rows are set aside) or <c>reject</c> (nothing is taken). Default <c>warn</c>.</summary>
    public string? OnFailure { get; init; }
}
