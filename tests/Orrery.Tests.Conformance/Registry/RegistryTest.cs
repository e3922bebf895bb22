namespace Orrery.Tests.Conformance;

/// <summary>What tests of the model registry share.</summary>
public abstract class RegistryTest(Servers servers, Store store) : MlflowTest(servers, store)
{
    /// <summary>Creates a registered model.</summary>
    protected async Task NewModelAsync(string name = "m", params (string Key, string Value)[] tags) =>
        (await Mlflow.PostAsync("registered-models/create", new { name, tags = tags.Select(tag => new { key = tag.Key, value = tag.Value }) })).Ok();

    /// <summary>Creates a version.</summary>
    /// <returns>Its number.</returns>
    protected async Task<string> NewVersionAsync(string name = "m", string source = "s3://b/x", string? run = null) =>
        (await Mlflow.PostAsync("model-versions/create", new { name, source, run_id = run ?? "" })).Ok().Text("model_version.version");

    /// <summary>The version as model-versions/get gives it.</summary>
    protected Task<Answer> VersionAsync(string version, string name = "m") => Mlflow.GetAsync("model-versions/get", ("name", name), ("version", version));

    /// <summary>The model as registered-models/get gives it.</summary>
    protected Task<Answer> ModelAsync(string name = "m") => Mlflow.GetAsync("registered-models/get", ("name", name));

    /// <summary>Sets an alias.</summary>
    protected Task<Answer> AliasAsync(string alias, string version, string name = "m") => Mlflow.PostAsync("registered-models/alias", new { name, alias, version });

    /// <summary>Moves a version to a stage.</summary>
    protected Task<Answer> MoveAsync(string version, string stage, bool archive = false, string name = "m") =>
        Mlflow.PostAsync("model-versions/transition-stage", new { name, version, stage, archive_existing_versions = archive });
}
