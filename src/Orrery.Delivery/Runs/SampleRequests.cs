using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Requests that versions are tried with: those of the project's <c>delivery.yaml</c>, the example that was logged with the model, or zeros.</summary>
internal sealed class SampleRequests(Packages packages, VersionScoring scoring, IBlobs blobs)
{
    private const string ProjectFile = "delivery.yaml";
    private const long LargestFile = 1 << 20;

    /// <summary>The first that there is.</summary>
    public async ValueTask<SampleRequest> OfAsync(Actor actor, string model, string version, CancellationToken cancel)
    {
        if ((await packages.GetAsync(actor, model, version, cancel)).Failed(out _, out var package))
            return Zeros([]);
        if (!(await ProjectAsync(package, cancel)).Failed(out _, out var project) && project?.Tests is [var first, ..])
            return new(Encoding.UTF8.GetBytes(first.Request), $"the test '{first.Name}' of {ProjectFile}", false);
        if (await ExampleAsync(package, cancel) is { } example)
            return new(Encoding.UTF8.GetBytes(example), "the model's input example", false);
        if ((await scoring.HoldAsync(actor, model, version, null, cancel)).Failed(out _, out var held))
            return Zeros([]);
        using (held)
            return Zeros(held.Inputs);
    }

    /// <summary>What the project declares; null without a <c>delivery.yaml</c>. <c>delivery.invalid_project</c>.</summary>
    public async ValueTask<Result<ProjectTests?>> ProjectAsync(ModelPackage package, CancellationToken cancel) =>
        await TextAsync(package, ProjectFile, cancel) is { } text ? ProjectTests.Read(text) : (ProjectTests?)null;

    // MLflow writes examples of tables as {"columns": [...], "data": [[...]]}, others as the rows themselves.
    private async ValueTask<string?> ExampleAsync(ModelPackage package, CancellationToken cancel)
    {
        if (package.Document.InputExample is not { } path || await TextAsync(package, path, cancel) is not { } text)
            return null;
        try
        {
            var node = JsonNode.Parse(text);
            if (node is JsonObject table && table["columns"] is JsonArray columns && table["data"] is JsonArray { Count: > 0 } data && data[0] is JsonArray row && row.Count == columns.Count)
            {
                var instance = new JsonObject();
                for (var column = 0; column < columns.Count; column++)
                    instance[(string)columns[column]!] = row[column]?.DeepClone();
                return new JsonObject { ["instances"] = new JsonArray(instance) }.ToJsonString();
            }

            return node is JsonArray { Count: > 0 } rows ? new JsonObject { ["instances"] = new JsonArray(rows[0]!.DeepClone()) }.ToJsonString() : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private async ValueTask<string?> TextAsync(ModelPackage package, string path, CancellationToken cancel)
    {
        if (package.Folder is null || package.Files.FirstOrDefault(file => file.Path == path) is not { Size: <= LargestFile } found)
            return null;
        await using var read = await blobs.OpenAsync($"{package.Folder}/{found.Path}", null, cancel);
        if (read is null)
            return null;
        using var reader = new StreamReader(read.Stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancel);
    }

    private static SampleRequest Zeros(IReadOnlyList<ScoreInput> inputs)
    {
        var instance = new JsonObject();
        foreach (var input in inputs)
            instance[input.Name] = input.IsText ? "" : 0;
        return new(Encoding.UTF8.GetBytes(new JsonObject { ["instances"] = new JsonArray(instance) }.ToJsonString()), "a row of zeros", true);
    }
}

/// <summary>A request to try a version with.</summary>
/// <param name="Request">V1, JSON.</param>
/// <param name="Origin">Where it is from, for people.</param>
/// <param name="IsSynthetic">Whether nobody said that the model takes it.</param>
internal sealed record SampleRequest(byte[] Request, string Origin, bool IsSynthetic);
