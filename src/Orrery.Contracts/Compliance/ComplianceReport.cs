using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/compliance-reports</c>.</summary>
public sealed record NewComplianceReport
{
    /// <summary>Key of the caller's, up to 200 characters, so that asking again makes nothing new.</summary>
    public string? Key { get; init; }

    /// <summary><c>soc2</c>, <c>hipaa</c>, <c>gdpr</c>, <c>eu_ai_act</c>, <c>nist_ai_rmf</c>, <c>model_risk</c> or <c>all</c>.</summary>
    public string Framework { get => field ?? ""; init; }

    /// <summary>Beginning of the period, Unix milliseconds.</summary>
    public long From { get; init; }

    /// <summary>Its end, Unix milliseconds, not within it; at most 1,100 days later.</summary>
    public long To { get; init; }
}

/// <summary>A report, made or being made.</summary>
public sealed record ComplianceReport
{
    /// <summary>Id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Key that it was asked for with.</summary>
    public string Key { get => field ?? ""; init; }

    /// <summary><c>running</c>, <c>succeeded</c> or <c>failed</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>For what.</summary>
    public string Framework { get => field ?? ""; init; }

    /// <summary>Beginning of the period, Unix milliseconds.</summary>
    public long From { get; init; }

    /// <summary>Its end, Unix milliseconds.</summary>
    public long To { get; init; }

    /// <summary>Job that makes it.</summary>
    public string JobId { get => field ?? ""; init; }

    /// <summary>Who asked for it.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Rows by status, when it is made.</summary>
    public IReadOnlyDictionary<string, int>? Summary { get; init; }

    /// <summary>Hashes and signature, when it is made.</summary>
    public ComplianceSeal? Seal { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>One page of reports, newest first.</summary>
public sealed record ComplianceReportPage
{
    /// <summary>The reports.</summary>
    public IReadOnlyList<ComplianceReport> Reports { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>A report as a file: what it says, and what shows that nobody changed it.</summary>
public sealed record ComplianceEnvelope
{
    /// <summary>Hashes and signature.</summary>
    public ComplianceSeal Seal { get => field ?? new(); init; }

    /// <summary>The report.</summary>
    public ComplianceDocument Document { get => field ?? new(); init; }
}

/// <summary>
/// Hashes of a report, signed with a key of the audit trail (ECDSA P-256, SHA-256): over <see cref="Words"/>, a line break, and the canonical JSON (RFC 8785)
/// of all fields, the signature empty. A page of HTML carries it in a comment after its end.
/// </summary>
public sealed record ComplianceSeal
{
    /// <summary>What is signed begins with these words.</summary>
    public const string Words = "orrery compliance report 1";

    /// <summary>Begins the line of a page that carries the seal.</summary>
    public const string Mark = "<!-- orrery-seal ";

    private const string MarkEnd = " -->";

    /// <summary>Id of the report.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Number of the workspace.</summary>
    public long Workspace { get; init; }

    /// <summary>SHA-256 of the canonical JSON of the document, lower-case hexadecimal.</summary>
    public string DocumentSha256 { get => field ?? ""; init; }

    /// <summary>SHA-256 of the page of HTML before the seal, lower-case hexadecimal.</summary>
    public string HtmlSha256 { get => field ?? ""; init; }

    /// <summary>When it was signed, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Which key signed it.</summary>
    public string KeyId { get => field ?? ""; init; }

    /// <summary>Base64; empty before it is signed.</summary>
    public string Signature { get => field ?? ""; init; }

    /// <summary>SHA-256 of a document's canonical JSON, lower-case hexadecimal.</summary>
    public static string HashOf(ComplianceDocument document) => Hash(Encoding.UTF8.GetBytes(Canonical(document)));

    /// <summary>SHA-256 of bytes, lower-case hexadecimal.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>A document in the one form that can be hashed.</summary>
    public static string Canonical(ComplianceDocument document)
    {
        var text = new StringBuilder();
        CanonicalJson.Append(text, JsonSerializer.SerializeToElement(document, OrreryJson.TypeOf<ComplianceDocument>()));
        return text.ToString();
    }

    /// <summary>The page with this seal after its end.</summary>
    public string Append(string html) => $"{html}{Mark}{JsonSerializer.Serialize(this, OrreryJson.TypeOf<ComplianceSeal>())}{MarkEnd}\n";

    /// <summary>The page before its seal, and the seal; null when it carries none.</summary>
    public static (string Html, ComplianceSeal Seal)? Split(string page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var at = page.LastIndexOf(Mark, StringComparison.Ordinal);
        var end = at < 0 ? -1 : page.IndexOf(MarkEnd, at, StringComparison.Ordinal);
        if (end < 0 || page[(end + MarkEnd.Length)..].Trim().Length > 0)
            return null;
        try
        {
            return JsonSerializer.Deserialize(page[(at + Mark.Length)..end], OrreryJson.TypeOf<ComplianceSeal>()) is { } seal ? (page[..at], seal) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What is signed.</summary>
    public byte[] SignedBytes()
    {
        var text = new StringBuilder(Words).Append('\n');
        CanonicalJson.Append(text, JsonSerializer.SerializeToElement(this with { Signature = "" }, OrreryJson.TypeOf<ComplianceSeal>()));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Whether one of the keys, while it was good, signed this.</summary>
    public bool IsSignedBy(IEnumerable<AuditKey> keys) => KeySignatures.Holds(keys, KeyId, At, SignedBytes(), Signature, Convert.FromBase64String);
}
