namespace Orrery.Client;

/// <summary>Where the files of a new version come from.</summary>
internal sealed record ModelOrigin(string Source, string? RunId, string? ModelId)
{
    public static async Task<ModelOrigin> ResolveAsync(OrreryClient client, string uri, CancellationToken cancel)
    {
        if (uri.StartsWith("runs:/", StringComparison.Ordinal))
        {
            var (runId, path) = Split(uri["runs:/".Length..].TrimStart('/'));
            if (runId.Length is 0 || path.Length is 0)
                throw new ArgumentException($"'{uri}' names no model. Right would be runs:/RUN_ID/PATH.", nameof(uri));
            var root = (await client.Runs.GetAsync(runId, cancel)).Info.ArtifactUri
                ?? throw new ArgumentException($"The run {runId} has no artifacts.", nameof(uri));
            return new($"{root.TrimEnd('/')}/{path}", runId, null);
        }

        if (uri.StartsWith("models:/m-", StringComparison.Ordinal))
        {
            var modelId = uri["models:/".Length..];
            var model = await client.LoggedModels.GetAsync(modelId, cancel);
            return new(uri, model.Info.SourceRunId, modelId);
        }

        if (!Uri.TryCreate(uri, UriKind.Absolute, out _))
            throw new ArgumentException($"'{uri}' is neither runs:/RUN_ID/PATH nor models:/MODEL_ID nor an absolute URI.", nameof(uri));
        return new(uri, null, null);
    }

    private static (string Head, string Tail) Split(string path) =>
        path.IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..].Trim('/'));
}
