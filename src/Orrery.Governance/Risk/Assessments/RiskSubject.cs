using Orrery.Kernel;
using ModelVersion = Orrery.Registry.ModelVersion;
using RegisteredModel = Orrery.Registry.RegisteredModel;

namespace Orrery.Governance;

/// <summary>The version that is judged, and where.</summary>
/// <param name="Actor">Who asks, and in which workspace.</param>
/// <param name="Model">The model.</param>
/// <param name="Version">The version.</param>
/// <param name="Environment">Where it is to be.</param>
internal sealed record RiskSubject(Actor Actor, RegisteredModel Model, ModelVersion Version, string Environment)
{
    /// <summary>The environment in which answers reach users.</summary>
    public const string Production = "production";

    /// <summary>The version's number as the wire writes it.</summary>
    public string Number { get; } = Version.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
