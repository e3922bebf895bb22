using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Which deployments are listed.</summary>
/// <param name="Text">In the name, in any case; null for all.</param>
/// <param name="Model">That some variant has; null for all.</param>
/// <param name="State">How it stands; null for all.</param>
internal sealed record DeploymentFilter(string? Text = null, string? Model = null, string? State = null)
{
    private static readonly string[] States = ["ready", "loading", "degraded", "failed"];

    /// <summary>Why it cannot be asked for; null when it can.</summary>
    public Failure? Problem() => State is null || States.Contains(State)
        ? null
        : Failure.Invalid("serving.invalid_state", $"state is '{(State.Length > 40 ? State[..40] : State)}'; it must be one of {string.Join(", ", States)}.");

    /// <summary>Whether its name and its document are asked for.</summary>
    public bool Names(DeploymentRow row) =>
        (Text is null || row.Key.Name.Contains(Text, StringComparison.OrdinalIgnoreCase)) && (Model is null || row.Spec.Variants.Any(one => one.Model == Model));
}
