namespace Orrery.Serving;

/// <summary>A deployment as it answers on this server. Replaced whole when it changes, so that a request sees one revision from begin to end.</summary>
internal sealed class ActiveDeployment
{
    private readonly TrafficSplit _split;
    private readonly ulong _seed;

    public ActiveDeployment(DeploymentRow row, IReadOnlyList<ActiveVariant> variants, Admission admission, ulong seed)
    {
        (Row, Admission, _seed) = (row, admission, seed);
        Answering = [.. variants.Where(static variant => !variant.Spec.Shadow)];
        Shadows = [.. variants.Where(static variant => variant.Spec.Shadow)];
        StickyHeader = row.Spec.Sticky?.Header;
        Log = row.Spec.Log is { } log ? new LogRule(log) : null;
        _split = new($"{row.Key.Environment}/{row.Key.Name}", [.. Answering.Select(static variant => (variant.Name, variant.Spec.Weight))], seed);
    }

    public DeploymentRow Row { get; }

    public Admission Admission { get; }

    /// <summary>Variants whose answers are returned.</summary>
    public IReadOnlyList<ActiveVariant> Answering { get; }

    /// <summary>Variants whose answers are compared.</summary>
    public IReadOnlyList<ActiveVariant> Shadows { get; }

    /// <summary>Header that tells users apart; null for none.</summary>
    public string? StickyHeader { get; }

    /// <summary>Which predictions are kept; null for none.</summary>
    public LogRule? Log { get; }

    /// <summary>What is not as it should be, and keeps nothing from answering.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>They as one text; null for none.</summary>
    public string? Remark => Remarks.Count > 0 ? string.Join(" ", Remarks) : null;

    /// <summary>Why variants of the document do not answer for want of an approval; null when all do.</summary>
    public string? Unapproved { get; init; }

    /// <summary>How it falls short of what it should do: <c>degraded</c>, or <c>failed</c> when nothing answers; null for not at all.</summary>
    public (string State, string Reason)? Trouble
    {
        get
        {
            (string State, string Reason)? trouble = Unapproved is { } why ? ("degraded", why) : null;
            var answers = false;
            foreach (var variant in Answering)
            {
                if (variant.Slot.Problem is not { } problem)
                {
                    answers = true;
                    continue;
                }

                answers |= problem.Answers;
                trouble ??= ("degraded", problem.Reason);
            }

            return trouble is { } found && !answers ? ("failed", found.Reason) : trouble;
        }
    }

    /// <summary>The same revision with some of its variants, and the same limits; at least one of them gets requests by itself.</summary>
    public ActiveDeployment With(IReadOnlyList<ActiveVariant> variants, string unapproved) => new(Row, variants, Admission, _seed) { Remarks = Remarks, Unapproved = unapproved };

    /// <summary>The variant of that name; null for none that answers.</summary>
    public ActiveVariant? Named(string name)
    {
        foreach (var variant in Answering)
        {
            if (variant.Name == name)
                return variant;
        }

        return null;
    }

    /// <summary>The variant that answers a request.</summary>
    /// <param name="user">The user's key; null for a draw.</param>
    public ActiveVariant Choose(string? user) => Answering[string.IsNullOrEmpty(user) ? _split.Draw() : _split.Choose(user)];
}
