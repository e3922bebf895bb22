using System.Globalization;

namespace Orrery.Load;

/// <summary>The operations that MLflow's own server was measured with, on like data, in an order in which each finds what it needs.</summary>
/// <param name="stage">Is measured.</param>
/// <param name="prefix">Of all names, so that the operations can run twice on one stage.</param>
internal sealed class MlflowOperations(Stage stage, string prefix = "")
{
    private const string Api = Requests.Api;
    private const int FilledRuns = 2000;
    private const int HistoryRuns = 40;
    private const int HistoryBatches = 400;
    private const int Files = 20;

    private static readonly string TenKibibytes = string.Concat(Enumerable.Repeat("0123456789abcdef", 640));

    /// <summary>Each operation must have run before the next is taken.</summary>
    public IEnumerable<Operation> All()
    {
        yield return new("health (client floor)", RequestTemplate.Get("/health").Send);
        var operations = OfRuns().Concat(OfSearch()).Concat(OfHistory()).Concat(OfArtifacts());
        if (stage.Serves(Api + "registered-models/search"))
            operations = operations.Concat(OfRegistry());
        foreach (var operation in operations)
            yield return operation;
    }

    private IEnumerable<Operation> OfRuns()
    {
        var experiment = NewExperiment("writes");
        var runs = NewRuns(experiment, 512);
        var ending = NewRuns(experiment, 4096);
        yield return new("create run", RequestTemplate.Post(Api + "runs/create", $$"""
            {"experiment_id":"{{NewExperiment("created")}}","run_name":"run-<n>","user_id":"ada","start_time":<n>,"tags":[{"key":"mlflow.user","value":"ada"},{"key":"mlflow.source.name","value":"train.py"},{"key":"mlflow.source.type","value":"LOCAL"}]}
            """).Send);
        yield return new("log metric (single)", RequestTemplate.Post(
            Api + "runs/log-metric", """{"run_id":"<run>","key":"loss","value":0.25,"timestamp":<n>,"step":<n>}""", runs).Send);
        yield return new("log param (single)", RequestTemplate.Post(
            Api + "runs/log-parameter", """{"run_id":"<run>","key":"param-<n>","value":"0.001"}""", runs).Send);
        yield return new("log batch (100 metrics)", RequestTemplate.Post(Api + "runs/log-batch", Requests.BatchJson(100, oneKey: false), runs).Send);
        yield return new("update run (finish)", RequestTemplate.Post(
            Api + "runs/update", """{"run_id":"<run>","status":"FINISHED","end_time":<n>}""", ending).Send);
        yield return new("get experiment by name", RequestTemplate.Get($"{Api}experiments/get-by-name?experiment_name={prefix}writes").Send);
    }

    private IEnumerable<Operation> OfSearch()
    {
        var experiment = NewExperiment("filled");
        var fill = new RunFill(experiment, FilledRuns, pairs: 10);
        yield return new("fill: create 2000 runs", fill.Create) { Count = FilledRuns };
        yield return new("fill: log batch 10 params 10 metrics", fill.Log) { Count = FilledRuns };
        yield return new("get run", RequestTemplate.Get(Api + "runs/get?run_id=<run>", fill.Ids).Send);
        yield return new("search runs: newest 100", Requests.Search(experiment, 100).Send);
        yield return new("search runs: filter+order", Requests.Search(experiment, 100, "metrics.m0 > 0.5 and params.p0 = 'v1'", "metrics.m1 DESC").Send);
        yield return new("search runs: tag+attr LIKE", Requests.Search(experiment, 100, "tags.team LIKE '%-3' and attributes.run_name LIKE 'run-1%'").Send);
        yield return new("search runs: page of 1000", Requests.Search(experiment, 1000).Send);
        yield return new("search runs: walk all pages of 200", new PageWalk(experiment, 200).Next);
    }

    private IEnumerable<Operation> OfHistory()
    {
        var runs = NewRuns(NewExperiment("histories"), HistoryRuns);
        yield return new("history: log batches of 1000", RequestTemplate.Post(Api + "runs/log-batch", Requests.BatchJson(1000, oneKey: true), runs).Send)
        {
            Count = HistoryBatches,
        };
        yield return new("get metric history (10000)", RequestTemplate.Get(
            Api + "metrics/get-history?run_id=<run>&metric_key=loss&max_results=25000", runs).Send);
    }

    private IEnumerable<Operation> OfArtifacts()
    {
        var experiment = NewExperiment("artifacts");
        var runs = NewRuns(experiment, 64);
        for (var file = 0; file < Files; file++)
            stage.Ask(HttpBytes.Write("PUT", string.Create(CultureInfo.InvariantCulture, $"{Requests.Proxy}{experiment}/{runs[0]}/artifacts/file-{file}.bin"), "application/octet-stream", TenKibibytes));
        yield return new("upload artifact (10 KiB)", RequestTemplate.Put(
            $"{Requests.Proxy}{experiment}/<run>/artifacts/file-<n>.bin", TenKibibytes, [.. runs.Skip(1)]).Send);
        yield return new("list artifacts", RequestTemplate.Get(Api + $"artifacts/list?run_id={runs[0]}").Send);
        yield return new("download artifact (10 KiB)", RequestTemplate.Get($"{Requests.Proxy}{experiment}/{runs[0]}/artifacts/file-0.bin").Send);
    }

    private IEnumerable<Operation> OfRegistry()
    {
        const int models = 100;
        var run = NewRuns(NewExperiment("models"), 1)[0];
        for (var model = 0; model < models; model++)
        {
            stage.Ask(HttpBytes.Post(Api + "registered-models/create", $$"""{"name":"{{prefix}}bench-{{model}}"}"""));
            stage.Ask(HttpBytes.Post(Api + "model-versions/create", $$"""{"name":"{{prefix}}bench-{{model}}","source":"mlflow-artifacts:/1/{{run}}/artifacts/model","run_id":"{{run}}"}"""));
            stage.Ask(HttpBytes.Post(Api + "registered-models/alias", $$"""{"name":"{{prefix}}bench-{{model}}","alias":"champion","version":"1"}"""));
        }

        stage.Ask(HttpBytes.Post(Api + "registered-models/create", $$"""{"name":"{{prefix}}zz-versions"}"""));
        yield return new("create registered model", RequestTemplate.Post(Api + "registered-models/create", $$"""{"name":"{{prefix}}model-<n>"}""").Send);
        yield return new("create model version", RequestTemplate.Post(
            Api + "model-versions/create", $$"""{"name":"{{prefix}}zz-versions","source":"mlflow-artifacts:/1/{{run}}/artifacts/model","run_id":"{{run}}"}""").Send);
        yield return new("get model version", RequestTemplate.Get($"{Api}model-versions/get?name={prefix}bench-7&version=1").Send);
        yield return new("get model version by alias", RequestTemplate.Get($"{Api}registered-models/alias?name={prefix}bench-7&alias=champion").Send);
        yield return new("search model versions", RequestTemplate.Get($"{Api}model-versions/search?filter=name%3D%27{prefix}bench-7%27").Send);
        yield return new("search registered models", RequestTemplate.Get(Api + "registered-models/search?max_results=100").Send);
    }

    private string NewExperiment(string name) => stage.Ask(Requests.CreateExperiment(prefix + name), "\"experiment_id\""u8);

    private string[] NewRuns(string experiment, int count)
    {
        var fill = new RunFill(experiment, count, pairs: 0);
        using var crowd = stage.Connect(8);
        new Loops(crowd, stage.Meter).Closed(new("prepare", fill.Create), TimeSpan.Zero, count);
        return [.. fill.Ids];
    }
}
