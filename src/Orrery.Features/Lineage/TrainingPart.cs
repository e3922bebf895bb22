namespace Orrery.Features;

/// <summary>One thing that a training set was made of.</summary>
/// <param name="Set">Id of the training set.</param>
/// <param name="Kind"><c>service</c>, <c>view</c>, <c>on_demand</c> or <c>source</c>.</param>
/// <param name="Name">Of the definition.</param>
/// <param name="Version">Of the definition; 0 of a source.</param>
/// <param name="Features">The features that were asked for; empty for services, sources, and views that only on-demand views read.</param>
internal sealed record TrainingPart(string Set, string Kind, string Name, int Version, IReadOnlyList<string> Features)
{
    public const string Service = "service";
    public const string View = "view";
    public const string OnDemand = "on_demand";
    public const string Source = "source";

    /// <summary>What a manifest tells.</summary>
    public static List<TrainingPart> Of(Manifest manifest, string set)
    {
        var asked = manifest.Projections.ToLookup(static one => (one.OnDemand ? OnDemand : View, one.View, one.Version), static one => one.Features);
        return
        [
            .. manifest.Definitions.Where(static one => one.Kind is Service or View or OnDemand or Source).Select(one => new TrainingPart(
                set, one.Kind, one.Name, one.Version, [.. asked[(one.Kind, one.Name, one.Version)].SelectMany(static names => names).Distinct().Order(StringComparer.Ordinal)])),
        ];
    }
}
