namespace Orrery.Tracking;

/// <summary>The comparators' spelling, and the sets that the grammars allow.</summary>
internal static class Comparators
{
    public static readonly IReadOnlyList<Comparator> Numeric =
    [
        Comparator.Equal, Comparator.NotEqual, Comparator.Greater, Comparator.GreaterOrEqual, Comparator.Less, Comparator.LessOrEqual,
    ];

    public static readonly IReadOnlyList<Comparator> Text = [Comparator.Equal, Comparator.NotEqual, Comparator.Like, Comparator.ILike];

    public static readonly IReadOnlyList<Comparator> TextOrIn = [.. Text, Comparator.In];

    public static readonly IReadOnlyList<Comparator> TextOrList = [.. Text, Comparator.In, Comparator.NotIn];

    /// <summary>The comparator as filters write it.</summary>
    public static string Symbol(this Comparator comparator) => comparator switch
    {
        Comparator.Equal => "=",
        Comparator.NotEqual => "!=",
        Comparator.Greater => ">",
        Comparator.GreaterOrEqual => ">=",
        Comparator.Less => "<",
        Comparator.LessOrEqual => "<=",
        Comparator.Like => "LIKE",
        Comparator.ILike => "ILIKE",
        Comparator.In => "IN",
        Comparator.NotIn => "NOT IN",
        _ => throw new ArgumentOutOfRangeException(nameof(comparator), comparator, "Not a comparator."),
    };

    /// <summary>The comparator of a symbol in upper case; null when there is none.</summary>
    public static Comparator? Find(string symbol) => symbol switch
    {
        "=" => Comparator.Equal,
        "!=" or "<>" => Comparator.NotEqual,
        ">" => Comparator.Greater,
        ">=" => Comparator.GreaterOrEqual,
        "<" => Comparator.Less,
        "<=" => Comparator.LessOrEqual,
        "LIKE" => Comparator.Like,
        "ILIKE" => Comparator.ILike,
        "IN" => Comparator.In,
        "NOT IN" => Comparator.NotIn,
        _ => null,
    };
}
