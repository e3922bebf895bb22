namespace Orrery.Client;

/// <summary>Calls on the feature store. Native: an MLflow server answers 404.</summary>
public sealed partial class FeatureApi
{
    private const string Yaml = "application/yaml";

    private readonly Wire _wire;

    internal FeatureApi(Wire wire) => _wire = wire;

    private static string Project(string project) => "features/projects/" + Uri.EscapeDataString(project);
}
