namespace Orrery.Features;

/// <summary>A feature that a lookup gives.</summary>
/// <param name="Name">As the training set named its column: <c>tenure</c>, or <c>account__tenure</c> with full feature names.</param>
/// <param name="View">The view's name with its version: <c>account@v2</c>.</param>
/// <param name="Feature">Its name in the view.</param>
/// <param name="Type">As definitions write it: <c>int64</c>, <c>list&lt;string&gt;</c>.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Source">Which of the views that are read it is of, from 0; -1 for one that is computed.</param>
public sealed record LookupFeature(string Name, string View, string Feature, string Type, LookupKind Kind, int Source)
{
    /// <summary>As features are referred to: <c>account:tenure</c>.</summary>
    public string Reference { get; } = $"{(View.LastIndexOf('@') is > 0 and var at ? View[..at] : View)}:{Feature}";

    /// <summary>Request data that it is computed of; empty for none.</summary>
    public IReadOnlyList<string> RequestData { get; init; } = [];
}
