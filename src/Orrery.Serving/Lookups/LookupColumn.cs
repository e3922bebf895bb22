using Orrery.Features;

namespace Orrery.Serving;

/// <summary>A column that a model takes, and the feature that fills it when the request does not.</summary>
/// <param name="Name">As the model names it.</param>
/// <param name="Type">As the model wants it.</param>
/// <param name="Feature">Place of the feature among those looked up; -1 for a column that the request must give.</param>
/// <param name="Why">Why it is not looked up; null when it is.</param>
internal sealed record LookupColumn(string Name, DataType Type, int Feature, string? Why)
{
    /// <summary>The column of that name, with the feature of the same name when its values fit.</summary>
    public static LookupColumn Of(string name, DataType type, IReadOnlyList<LookupFeature> features)
    {
        for (var at = 0; at < features.Count; at++)
        {
            if (features[at].Name != name)
                continue;
            return Fits(features[at].Kind, type)
                ? new(name, type, at, null)
                : new(name, type, -1, $"feature {features[at].Reference} is {features[at].Type}, and the model wants {type}");
        }

        return new(name, type, -1, "no feature of that name is looked up");
    }

    private static bool Fits(LookupKind kind, DataType type) => kind switch
    {
        LookupKind.Text => type is DataType.BYTES,
        LookupKind.Other => false,
        _ => type is not (DataType.None or DataType.BYTES or DataType.BF16),
    };
}
