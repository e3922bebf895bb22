using System.Text.Json.Nodes;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>What the newest scan of the version's files found.</summary>
internal sealed class ScanFacts(Scans scans) : ICardSource
{
    private const string OfDependencies = "dependency.";
    private const int Most = 50;

    public async ValueTask FillAsync(CardDraft card, CancellationToken cancel)
    {
        if (card.Package?.Sha256 is not { } files
            || (await scans.ListAsync(card.Actor, files, null, 1, null, cancel)).Failed(out _, out var page)
            || page.Scans is not [var listed, ..]
            || (await scans.GetAsync(card.Actor, listed.Id, cancel)).Failed(out _, out var scan))
            return;
        var source = $"scan:{scan.Id}";
        var findings = new JsonArray();
        foreach (var finding in scan.Findings.Where(static one => !IsOfDependency(one)).Take(Most))
            findings.Add((JsonNode)Of(finding));
        card.Set("safety.scan", CardValues.Of(new JsonObject
        {
            ["verdict"] = scan.Verdict,
            ["rules"] = scan.Rules,
            ["files"] = scan.Files,
            ["bytes"] = scan.Bytes,
            ["findings"] = findings.Count > 0 ? findings : null,
        }), source);
        var weak = new JsonArray();
        foreach (var finding in scan.Findings.Where(IsOfDependency).Take(Most))
            weak.Add((JsonNode)Of(finding));
        card.Set("safety.dependencies", weak.Count > 0 ? CardValues.Of(weak) : CardValues.Of($"None of its {scan.Dependencies.Count} packages is known to be weak."), source);
    }

    private static bool IsOfDependency(ScanFinding finding) => finding.Rule.StartsWith(OfDependencies, StringComparison.Ordinal);

    private static JsonObject Of(ScanFinding finding) => new()
    {
        ["severity"] = finding.Severity,
        ["rule"] = finding.Rule,
        ["path"] = finding.Path,
        ["what"] = finding.Message,
        ["reference"] = finding.Reference,
        ["accepted_by"] = finding.AcceptedBy,
    };
}
