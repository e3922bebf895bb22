using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>A variant as it answers on this server.</summary>
internal sealed class ActiveVariant(VariantSpec spec, ModelSlot slot, VariantMetrics metrics, VariantLookup? lookup = null)
{
    private string? _version;

    public VariantSpec Spec => spec;

    public ModelSlot Slot => slot;

    /// <summary>What it has done on this server, over its revisions.</summary>
    public VariantMetrics Metrics => metrics;

    /// <summary>Looks up what requests do not give; null when callers must give all features.</summary>
    public VariantLookup? Lookup => lookup;

    /// <summary>Why features are not looked up; null when they are, or nobody knows.</summary>
    public string? NoLookup { get; init; }

    /// <summary>Under which it gets traffic; null where none is asked for.</summary>
    public ApprovalToken? Approval { get; } = ApprovalToken.Parse(spec.Approval);

    public string Name => spec.Name;

    /// <summary>Its own version's: the slot may have been loaded for another of the same files.</summary>
    public ModelRecipe Recipe { get; init; } = slot.Recipe;

    public string Model => Recipe.Model;

    /// <summary>Number of the model's version.</summary>
    public string Version => _version ??= Recipe.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Why a request was refused, and what may be done when features were to be looked up.</summary>
    public string Tell(TensorException wrong)
    {
        var hint = lookup is not null && (wrong.IsOfColumns || wrong.IsOfInputs) ? lookup.Hint : wrong.IsOfColumns && NoLookup is { } why ? $"Features are not looked up: {why}." : null;
        return hint is null ? wrong.Message : $"{wrong.Message} {hint}";
    }
}
