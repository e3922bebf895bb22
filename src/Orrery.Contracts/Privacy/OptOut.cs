namespace Orrery.Contracts;

/// <summary>Body of <c>POST</c> and <c>DELETE /api/v1/privacy/opt-outs</c>.</summary>
public sealed record OptOutSubject
{
    /// <summary>The subject: columns of an entity's key and their values, as <c>{"customer_id": "42"}</c>.</summary>
    public IReadOnlyDictionary<string, string> Subject { get => field ?? EntityDocument.EmptyTags; init; }

    /// <summary><c>training</c>, <c>prediction</c> or <c>all</c>. Default <c>all</c>; of a <c>DELETE</c>, <c>all</c> takes every opt-out of the subject back.</summary>
    public string Purpose { get => field ?? "all"; init; }

    /// <summary>Why, or the number of the request; nothing personal.</summary>
    public string? Reason { get; init; }
}

/// <summary>A subject who has opted out. The key itself is not kept.</summary>
public sealed record OptOut
{
    /// <summary>A code of the subject's key, in hex, that only this server can make.</summary>
    public string Subject { get => field ?? ""; init; }

    /// <summary>Names of the key's columns.</summary>
    public IReadOnlyList<string> JoinKeys { get => field ?? []; init; }

    /// <summary><c>training</c>, <c>prediction</c> or <c>all</c>.</summary>
    public string Purpose { get => field ?? ""; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Who wrote it down.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }
}

/// <summary>One page of opt-outs, by code.</summary>
public sealed record OptOutPage
{
    /// <summary>Those who have opted out.</summary>
    public IReadOnlyList<OptOut> OptOuts { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>What became of many opt-outs, or of some that were taken back.</summary>
public sealed record OptOutCounts
{
    /// <summary>Opt-outs that were named.</summary>
    public long Rows { get; init; }

    /// <summary>Of those, that were not there before; or, when they are taken back, that were there.</summary>
    public long Changed { get; init; }
}
