using System.Text;
using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>Body of <c>POST /api/v1/privacy/erasures</c>.</summary>
public sealed record EraseSubject
{
    /// <summary>The subject: columns of an entity's key and their values, as <c>{"customer_id": "42"}</c>.</summary>
    public IReadOnlyDictionary<string, string> Subject { get => field ?? EntityDocument.EmptyTags; init; }

    /// <summary>Why, or the number of the request; nothing personal.</summary>
    public string? Reason { get; init; }

    /// <summary>Id of the person's account here, if they have one: their name and addresses in the audit trail become unreadable.</summary>
    public string? Principal { get; init; }

    /// <summary>True to leave no opt-out behind: the subject may come back.</summary>
    public bool KeepsConsent { get; init; }
}

/// <summary>An erasure of a subject from all stores.</summary>
public sealed record SubjectErasure
{
    /// <summary>Id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary><c>running</c>, <c>succeeded</c> or <c>failed</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>A code of the subject's key, in hex.</summary>
    public string Subject { get => field ?? ""; init; }

    /// <summary>Job that does it.</summary>
    public string JobId { get => field ?? ""; init; }

    /// <summary>Why it failed; what was erased by then stays erased.</summary>
    public string? Error { get; init; }

    /// <summary>What was done; absent before the end.</summary>
    public SubjectReceipt? Receipt { get; init; }

    /// <summary>Who asked.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }
}

/// <summary>One page of erasures, newest first.</summary>
public sealed record SubjectErasurePage
{
    /// <summary>The erasures, with their receipts.</summary>
    public IReadOnlyList<SubjectErasure> Erasures { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>
/// What was erased of a subject, signed with a key of the audit trail (ECDSA P-256, SHA-256): over <see cref="Words"/>, a line break, and the canonical JSON
/// (RFC 8785) of all fields, the signature empty.
/// </summary>
public sealed record SubjectReceipt
{
    /// <summary>What is signed begins with these words.</summary>
    public const string Words = "orrery erasure receipt 1";

    /// <summary>Id of the erasure.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Number of the workspace.</summary>
    public long Workspace { get; init; }

    /// <summary>A code of the subject's key, in hex: the same for the same key, and of no use without the server's own key.</summary>
    public string Subject { get => field ?? ""; init; }

    /// <summary>Names of the key's columns.</summary>
    public IReadOnlyList<string> JoinKeys { get => field ?? []; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asked.</summary>
    public string RequestedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long RequestedAt { get; init; }

    /// <summary>Where the subject was looked for.</summary>
    public IReadOnlyList<ErasedStore> Stores { get => field ?? []; init; }

    /// <summary>Training sets that were made with the subject before, and stand as they are.</summary>
    public IReadOnlyList<string> TrainingSets { get => field ?? []; init; }

    /// <summary>Model versions that were trained on them, as <c>churn/3</c>.</summary>
    public IReadOnlyList<string> ModelVersions { get => field ?? []; init; }

    /// <summary>What the subject is opted out of from now on; absent for nothing.</summary>
    public string? OptedOut { get; init; }

    /// <summary>Whether nothing was kept, nor may have been.</summary>
    public bool IsComplete { get; init; }

    /// <summary>When it was signed, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Which key signed it.</summary>
    public string KeyId { get => field ?? ""; init; }

    /// <summary>Base64; empty before it is signed.</summary>
    public string Signature { get => field ?? ""; init; }

    /// <summary>What is signed.</summary>
    public byte[] SignedBytes()
    {
        var text = new StringBuilder(Words).Append('\n');
        CanonicalJson.Append(text, JsonSerializer.SerializeToElement(this with { Signature = "" }, OrreryJson.TypeOf<SubjectReceipt>()));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Whether one of the keys, while it was good, signed this.</summary>
    public bool IsSignedBy(IEnumerable<AuditKey> keys) => KeySignatures.Holds(keys, KeyId, At, SignedBytes(), Signature, Convert.FromBase64String);
}

/// <summary>A store of an erasure.</summary>
public sealed record ErasedStore
{
    /// <summary><c>online</c>, <c>pushed</c>, <c>file</c>, <c>quarantine</c>, <c>historical</c>, <c>warehouse</c>, <c>training_set</c>, <c>prediction_log</c>, <c>label</c>, <c>explanation</c>, <c>lineage</c> or <c>audit</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Which.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Feature project.</summary>
    public string? Project { get; init; }

    /// <summary>Rows that were there.</summary>
    public long Found { get; init; }

    /// <summary>Rows that were erased.</summary>
    public long Erased { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>What was kept, and why: a legal hold, or a place that only others can change.</summary>
    public string? Kept { get; init; }
}
