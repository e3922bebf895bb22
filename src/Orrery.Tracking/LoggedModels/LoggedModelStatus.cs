namespace Orrery.Tracking;

/// <summary>The states of a logged model: how they are stored, how they go over the wire, and how filters spell them.</summary>
internal static class LoggedModelStatus
{
    public const string Pending = "PENDING";

    private static readonly string[] Stored = ["UNSPECIFIED", Pending, "READY", "FAILED"];

    /// <summary>MLflow's enum, whose first value is 0.</summary>
    public static readonly string[] Wire =
        ["LOGGED_MODEL_STATUS_UNSPECIFIED", "LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];

    public static string ToWire(string stored) => Wire[Math.Max(0, Array.IndexOf(Stored, stored))];

    public static string FromWire(string wire) => Stored[Array.IndexOf(Wire, wire)];

    /// <summary>
    /// The filter with its conditions on the status as lists of stored states. A filter may name a state as the client's API does
    /// (<c>READY</c>) or as answers do (<c>LOGGED_MODEL_READY</c>).
    /// </summary>
    public static SearchFilter Resolve(SearchFilter filter) => new([.. filter.All.Select(static condition =>
        condition is { Entity: EntityKind.Attribute, Key: "status" }
            ? condition with { Op = Comparator.In, Value = new SearchValue.Texts([.. Stored.Where(state => Holds(condition, state))]) }
            : condition)]);

    private static bool Holds(Comparison condition, string state)
    {
        string[] spellings = [state, ToWire(state), ToWire(state)["LOGGED_MODEL_".Length..]];
        return (condition.Op, condition.Value) switch
        {
            (Comparator.Equal, SearchValue.Text text) => spellings.Contains(text.Value),
            (Comparator.NotEqual, SearchValue.Text text) => !spellings.Contains(text.Value),
            (Comparator.In, SearchValue.Texts texts) => spellings.Intersect(texts.Values).Any(),
            (Comparator.NotIn, SearchValue.Texts texts) => !spellings.Intersect(texts.Values).Any(),
            (Comparator.Like or Comparator.ILike, SearchValue.Text text) =>
                Array.Exists(spellings, new LikePattern(text.Value, ignoreCase: condition.Op is Comparator.ILike).Matches),
            _ => throw new ArgumentException($"{condition} is not a condition on a text.", nameof(condition)),
        };
    }
}
