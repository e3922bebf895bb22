using System.Collections.Specialized;
using System.Net;
using System.Security.Cryptography;
using Orrery.Contracts;

namespace Orrery.Tests.Unit;

/// <content>MLflow's calls.</content>
internal sealed partial class MemoryServer
{
    // Small pages, so that they are walked.
    private const int PageSize = 2;

    /// <summary>Adds a run with its history and files.</summary>
    public Run Add(Run run, IEnumerable<Metric>? history = null, params (string Path, byte[] Bytes)[] files)
    {
        var root = $"mlflow-artifacts:/{run.Info.ExperimentId}/{run.Info.RunId}/artifacts";
        var points = history?.ToList() ?? [];
        var added = run with
        {
            Info = run.Info with { ArtifactUri = run.Info.ArtifactUri ?? root },
            Data = run.Data with { Metrics = [.. points.GroupBy(point => point.Key).Select(group => group.Last())] },
        };
        Runs[run.Info.RunId] = added;
        Histories[run.Info.RunId] = points;
        foreach (var (path, bytes) in files)
            Files[$"{run.Info.ExperimentId}/{run.Info.RunId}/artifacts/{path}"] = bytes;
        return added;
    }

    private HttpResponseMessage Mlflow(string call, NameValueCollection query, byte[] body) => call switch
    {
        "experiments/search" => Json(new ExperimentPage { Experiments = [.. Experiments.Values] }),
        "runs/search" => Search(Read<SearchRuns>(body)),
        "runs/get" => Runs.TryGetValue(query["run_id"]!, out var run) ? Json(new RunAnswer(run)) : Missing("Run"),
        "metrics/get-history" => Json(new MetricPage { Metrics = [.. Histories[query["run_id"]!].Where(point => point.Key == query["metric_key"])] }),
        "logged-models/search" => Json(new LoggedModelPage
        {
            Models = [.. LoggedModels.Values.Where(model => Read<SearchLoggedModels>(body).ExperimentIds.Contains(model.Info.ExperimentId))],
        }),
        _ when Below(call, "logged-models/") is { } id =>
            LoggedModels.TryGetValue(id, out var model) ? Json(new LoggedModelAnswer(model)) : Missing("Model"),
        "registered-models/search" => Json(new RegisteredModelPage { RegisteredModels = [.. Models.Values] }),
        "registered-models/get" => Json(new RegisteredModelAnswer(Models[query["name"]!])),
        "model-versions/search" => Json(new ModelVersionPage
        {
            ModelVersions = [.. Versions.Values.Where(version => query["filter"]!.Contains($"'{version.Name}'", StringComparison.Ordinal)).Reverse()],
        }),
        _ => Missing(call),
    };

    private HttpResponseMessage Search(SearchRuns search)
    {
        var from = search.PageToken is { } token ? int.Parse(token) : 0;
        var found = Runs.Values.Where(run => search.ExperimentIds.Contains(run.Info.ExperimentId)).ToList();
        var page = found.Skip(from).Take(PageSize).ToList();
        return Json(new RunPage { Runs = page, NextPageToken = page.Count is PageSize ? $"{from + PageSize}" : null });
    }

    private HttpResponseMessage Artifact(HttpMethod method, string path, string? listed, byte[] body)
    {
        path = path.TrimStart('/');
        if (path.Length is 0)
            return List(listed!);
        if (method == HttpMethod.Put)
        {
            Files[path] = body;
            var stored = Text(HttpStatusCode.OK, "{}");
            stored.Headers.Add(OrreryHeaders.Sha256, Convert.ToHexStringLower(SHA256.HashData(body)));
            return stored;
        }

        if (method == HttpMethod.Delete)
            return Files.Remove(path) ? Text(HttpStatusCode.OK, "{}") : Missing(path);
        return Files.TryGetValue(path, out var bytes)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) }
            : Missing(path);
    }

    private HttpResponseMessage List(string folder)
    {
        var root = folder.Trim('/') + "/";
        var entries = Files.Where(file => file.Key.StartsWith(root, StringComparison.Ordinal))
            .Select(file => (Path: file.Key[root.Length..], Size: file.Value.Length))
            .GroupBy(file => file.Path.Split('/')[0])
            .Select(group => group.First().Path.Contains('/', StringComparison.Ordinal)
                ? new ArtifactFile(group.Key, IsDir: true)
                : new ArtifactFile(group.Key, FileSize: group.First().Size is 0 ? null : group.First().Size));
        return Json(new ArtifactPage { Files = [.. entries] });
    }
}
