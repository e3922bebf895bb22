using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>Finds views whose pushed rows a change would leave behind: what was pushed online only is nowhere else.</summary>
internal static class LostPushes
{
    /// <summary>Views of push sources whose stored rows cannot be carried over.</summary>
    public static IEnumerable<FeatureBreak> Of(FeatureProject before, FeatureProject after) =>
        from view in before.Views.Values.OrderBy(static view => view.Name, StringComparer.Ordinal)
        where view.IsOnline && view.Source.Kind is SourceKind.Push
        let next = after.Views.GetValueOrDefault(view.Name)
        where next is { IsOnline: true } && next.StorageVersion != view.StorageVersion && CarriedFields.Of(view, next) is null
        select new FeatureBreak
        {
            Kind = "view",
            Name = view.Name,
            Uses = view.Source.Name,
            Why = $"rows pushed online only cannot be carried over, since {StorageSignature.Difference(view, next)}; push them again",
        };
}
