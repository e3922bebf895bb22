using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>A variant as it answers on this server.</summary>
internal sealed class ActiveVariant(VariantSpec spec, ModelSlot slot, VariantMetrics metrics)
{
    public VariantSpec Spec => spec;

    public ModelSlot Slot => slot;

    /// <summary>What it has done on this server, over its revisions.</summary>
    public VariantMetrics Metrics => metrics;

    public string Name => spec.Name;

    public string Model => slot.Recipe.Model;

    /// <summary>Number of the model's version.</summary>
    public string Version { get; } = slot.Recipe.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
