namespace Orrery.Load;

/// <summary>One run of everything that was asked for.</summary>
internal static class Session
{
    private const string Limits = "limits";

    public static async Task<string> RunAsync(LoadOptions options, CancellationToken cancel)
    {
        var machine = Machine.Describe(options.DataFolder);
        Progress.Say($"{machine}");
        var stages = new List<StageReport>();
        if (options.Sqlite)
            stages.Add(await MeasureAsync(() => Stage.OnSqliteAsync(options, cancel), options, withArtifacts: true, cancel));
        // Large artifacts are files on either database.
        if (options.Postgres)
            stages.Add(await MeasureAsync(() => Stage.OnPostgresAsync(options, cancel), options, withArtifacts: !options.Sqlite, cancel));
        return Report.Write($"{machine} At the end: {Machine.Load()}", options.Quick, stages);
    }

    private static async Task<StageReport> MeasureAsync(Func<Task<Stage>> start, LoadOptions options, bool withArtifacts, CancellationToken cancel)
    {
        await using var stage = await start();
        var report = new StageReport(stage.Name, stage.IsPostgres);
        if (options.WantsAny(BaselineSection.Name, MlflowFigure.All.Select(static f => f.Operation)) || options.Wants(Limits))
            report.Baseline = BaselineSection.Run(stage, options);
        if (withArtifacts && options.Wants(ArtifactSection.Name))
            report.Transfers = await ArtifactSection.RunAsync(stage, options, cancel);
        if (options.WantsAny(SearchSection.Name, SearchSection.Operations))
            report.Searches = SearchSection.Run(stage, options);
        if (options.Wants(StartSection.Name))
            report.Start = await StartSection.RunAsync(stage, cancel);
        if (options.Wants(Limits))
            report.Limits = await LimitsAsync(stage, options, report, cancel);
        return report;
    }

    private static async Task<List<LimitResult>> LimitsAsync(Stage stage, LoadOptions options, StageReport report, CancellationToken cancel)
    {
        await stage.Server.TerminateAsync(cancel);
        var limits = await KestrelLimit.RunAsync(options, report.Baseline);
        limits.Add(stage.IsPostgres ? await SqlLimit.OnPostgresAsync(options, cancel) : SqlLimit.OnSqlite(options));
        if (!stage.IsPostgres)
            limits.AddRange(FileLimit.Run(options));
        return limits;
    }
}
