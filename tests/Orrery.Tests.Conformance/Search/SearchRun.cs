namespace Orrery.Tests.Conformance;

/// <summary>A run as the tests of search know it.</summary>
internal sealed class SearchRun
{
    public string Id { get; set; } = "";

    public required string Name { get; init; }

    public required string User { get; init; }

    public required string Status { get; init; }

    public required long Start { get; init; }

    public long? End { get; init; }

    public Dictionary<string, double> Metrics { get; init; } = [];

    public Dictionary<string, string> Params { get; init; } = [];

    public Dictionary<string, string> Tags { get; init; } = [];

    /// <summary>Data sets as name, digest and context.</summary>
    public List<(string Name, string Digest, string Context)> Datasets { get; init; } = [];

    public string ArtifactUri => $"mlflow-artifacts:/0/{Id}/artifacts";

    /// <summary>A text attribute by its name in filters.</summary>
    public string Text(string attribute) => attribute switch
    {
        "run_id" => Id,
        "user_id" => User,
        "status" => Status,
        "artifact_uri" => ArtifactUri,
        _ => Name,
    };

    /// <summary>The parameters or the tags.</summary>
    public Dictionary<string, string> Pairs(string entity) => entity.StartsWith('p') ? Params : Tags;
}
