using System.Net;
using Orrery.Contracts;

namespace Orrery.Tests.Unit;

/// <content>The import calls.</content>
internal sealed partial class MemoryServer
{
    private readonly Dictionary<(string Source, string Id), string> _experimentIds = [];
    private readonly Dictionary<string, Run> _open = [];
    private readonly Dictionary<string, LoggedModel> _openModels = [];
    private readonly Dictionary<string, string> _sources = [];

    private HttpResponseMessage Import(HttpMethod method, string call, byte[] body) => call.Split('/') switch
    {
        ["experiments"] => ImportOf(Read<ImportExperiment>(body)),
        ["runs"] => Open(Read<ImportRun>(body)),
        ["runs", "state"] => States(Read<GetImportStates>(body), _open.ContainsKey, Runs.ContainsKey),
        ["runs", var id, "metrics"] => Append(id, Read<ImportMetrics>(body)),
        ["runs", var id, "complete"] => Complete(id, Read<CompleteImport>(body)),
        ["logged-models"] => Open(Read<ImportLoggedModel>(body)),
        ["logged-models", "state"] => States(Read<GetImportStates>(body), _openModels.ContainsKey, LoggedModels.ContainsKey),
        ["logged-models", var id, "complete"] => CompleteModel(id),
        ["registered-models"] => ImportOf(Read<ImportRegisteredModel>(body)),
        ["model-versions"] => ImportOf(Read<ImportModelVersion>(body)),
        _ => Problem(HttpStatusCode.NotFound, "not_found", $"{method} {call}"),
    };

    private HttpResponseMessage ImportOf(ImportExperiment import)
    {
        var key = (import.Source, import.Experiment.ExperimentId);
        var taken = Experiments.Values.Any(known => known.Name == import.Experiment.Name) && !_experimentIds.ContainsKey(key);
        if (taken && !import.Merge)
            return Problem(HttpStatusCode.Conflict, ImportCodes.NameTaken, $"An experiment '{import.Experiment.Name}' exists.");
        if (!_experimentIds.TryGetValue(key, out var id))
            _experimentIds[key] = id = $"{100 + _experimentIds.Count}";
        var location = import.Experiment.ArtifactLocation is { } uri && !uri.StartsWith("mlflow-artifacts:", StringComparison.Ordinal)
            ? uri
            : $"mlflow-artifacts:/{id}";
        Experiments[id] = import.Experiment with { ExperimentId = id, ArtifactLocation = location };
        return Json(new ImportedExperiment(id, location, Created: true));
    }

    private HttpResponseMessage Open(ImportRun import)
    {
        var id = import.Run.Info.RunId;
        var root = import.Run.Info.ArtifactUri ?? $"mlflow-artifacts:/{import.Run.Info.ExperimentId}/{id}/artifacts";
        _sources[id] = import.Source;
        _open[id] = import.Run with { Info = import.Run.Info with { ArtifactUri = root } };
        Histories.TryAdd(id, []);
        return Json(new ImportedRun(id, ImportState.Open, root, Histories[id].Count));
    }

    private HttpResponseMessage Append(string id, ImportMetrics import)
    {
        if (!_open.ContainsKey(id))
            return Problem(HttpStatusCode.NotFound, ImportCodes.NotOpen, id);
        var before = Histories[id].Count;
        Histories[id] = [.. Histories[id].Union(import.Metrics)];
        return Json(new ImportedMetrics(Histories[id].Count - before, Histories[id].Count));
    }

    private HttpResponseMessage Complete(string id, CompleteImport complete)
    {
        if (!_open.TryGetValue(id, out var run))
            return Problem(HttpStatusCode.NotFound, ImportCodes.NotOpen, id);
        var root = run.Info.ArtifactUri!.Replace("mlflow-artifacts:/", "", StringComparison.Ordinal) + "/";
        var files = Files.Where(file => file.Key.StartsWith(root, StringComparison.Ordinal)).ToList();
        var found = new ImportCounts
        {
            Params = run.Data.Params.Count,
            Tags = run.Data.Tags.Count,
            MetricKeys = Histories[id].Select(point => point.Key).Distinct().Count(),
            MetricPoints = Histories[id].Count,
            Artifacts = complete.Expected.Artifacts is null ? null : files.Count,
            ArtifactBytes = complete.Expected.Artifacts is null ? null : files.Sum(file => file.Value.Length),
        };
        if (found != complete.Expected)
            return Problem(HttpStatusCode.Conflict, ImportCodes.Incomplete, $"expected {complete.Expected}, found {found}");
        _open.Remove(id);
        Runs[id] = run;
        return Json(new ImportStatus(id, ImportState.Complete, found));
    }

    private HttpResponseMessage Open(ImportLoggedModel import)
    {
        var id = import.Model.Info.ModelId;
        var root = import.Model.Info.ArtifactUri ?? $"mlflow-artifacts:/{import.Model.Info.ExperimentId}/models/{id}/artifacts";
        _sources[id] = import.Source;
        _openModels[id] = import.Model with { Info = import.Model.Info with { ArtifactUri = root } };
        return Json(new ImportedLoggedModel(id, ImportState.Open, root));
    }

    private HttpResponseMessage CompleteModel(string id)
    {
        LoggedModels[id] = _openModels[id];
        _openModels.Remove(id);
        return Json(new ImportStatus(id, ImportState.Complete));
    }

    private HttpResponseMessage States(GetImportStates asked, Func<string, bool> open, Func<string, bool> complete) => Json(new ImportStates
    {
        States =
        [
            .. asked.Ids.Select(id => new ImportStatus(
                id,
                open(id) ? ImportState.Open
                : !complete(id) ? ImportState.Absent
                : _sources.GetValueOrDefault(id) == asked.Source ? ImportState.Complete : ImportState.Taken)),
        ],
    });

    private HttpResponseMessage ImportOf(ImportRegisteredModel import)
    {
        Models[import.Model.Name] = import.Model;
        return Json(new ImportedRegisteredModel(import.Model.Name, Created: true));
    }

    private HttpResponseMessage ImportOf(ImportModelVersion import)
    {
        Versions[(import.Version.Name, import.Version.Version)] = import.Version;
        return Json(new ImportedModelVersion(import.Version.Name, import.Version.Version, Created: true));
    }
}
