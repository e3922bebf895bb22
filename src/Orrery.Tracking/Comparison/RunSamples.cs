using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>Finds the runs of the groups that are to be compared.</summary>
internal sealed class RunSamples(Db db)
{
    /// <summary>The groups; <c>tracking.invalid_comparison</c>, <c>tracking.run_not_found</c>, <c>tracking.invalid_filter</c>.</summary>
    public async ValueTask<Result<(IReadOnlyList<RunSample> Groups, IReadOnlyList<string> Warnings)>> FindAsync(Actor actor, RunStatisticsQuery query, CancellationToken cancel) =>
        await db.ReadAsync<Result<(IReadOnlyList<RunSample>, IReadOnlyList<string>)>>(async session =>
        {
            if (query.GroupBy is { } key)
                return await ByKeyAsync(session, actor, query, key);
            var groups = new List<RunSample>();
            foreach (var group in query.Groups)
            {
                var found = group.Filter is { } filter ? await SearchAsync(session, actor, query, filter) : await LoadAsync(session, actor, group.RunIds);
                if (found.Failed(out var wrong, out var runs))
                    return wrong;
                if (runs.Count == 0)
                    return RunStatisticsRules.Refuse($"The group '{group.Name}' has no runs.");
                groups.Add(new(group.Name, runs));
            }

            return Checked(groups, []);
        }, cancel);

    private static async ValueTask<Result<(IReadOnlyList<RunSample>, IReadOnlyList<string>)>> ByKeyAsync(DbSession session, Actor actor, RunStatisticsQuery query, string key)
    {
        if ((await SearchAsync(session, actor, query, query.Filter)).Failed(out var wrong, out var runs))
            return wrong;
        var value = RunStatisticsRules.ReaderOf(key)!;
        var groups = runs.GroupBy(value, StringComparer.Ordinal).Where(static group => group.Key is not null).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => new RunSample(group.Key!, [.. group])).ToList();
        if (groups.Count is < 2 or > RunStatisticsRules.MaxGroups)
            return RunStatisticsRules.Refuse($"{runs.Count} runs have {groups.Count} values of {key}; a comparison takes 2 to {RunStatisticsRules.MaxGroups}.");
        if (query.Reference is { } reference && !groups.Exists(group => group.Name == reference))
            return RunStatisticsRules.Refuse($"'reference' is '{reference}'; {key} has the values {string.Join(", ", groups.Select(static group => group.Name))}.");
        var without = runs.Count - groups.Sum(static group => group.Runs.Count);
        return Checked(groups, without > 0 ? [$"{without} runs have no {key} and are left out."] : []);
    }

    private static Result<(IReadOnlyList<RunSample>, IReadOnlyList<string>)> Checked(List<RunSample> groups, IReadOnlyList<string> warnings)
    {
        var all = groups.SelectMany(static group => group.Runs).Select(static run => run.Info.RunId).ToList();
        if (all.Count > RunStatisticsRules.MaxRuns)
            return RunStatisticsRules.Refuse($"The groups have {all.Count} runs; a comparison takes {RunStatisticsRules.MaxRuns}.");
        if (all.GroupBy(static id => id, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            return RunStatisticsRules.Refuse($"The run {twice.Key} is in two groups: they must not share runs.");
        return (groups, warnings);
    }

    private static async ValueTask<Result<List<RunDocument>>> LoadAsync(DbSession session, Actor actor, IReadOnlyList<string> named)
    {
        var ids = named.Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count > RunStatisticsRules.MaxRuns)
            return RunStatisticsRules.Refuse($"A group names {ids.Count} runs; a comparison takes {RunStatisticsRules.MaxRuns}.");
        var found = (await RunDocumentStore.LoadAsync(session, actor.Workspace, ids)).Where(static run => run.Info.Stage != Lifecycle.Importing).ToDictionary(static run => run.Info.RunId);
        return ids.Find(id => !found.ContainsKey(id)) is { } missing ? RunFailures.NotFound(missing) : ids.ConvertAll(id => found[id]);
    }

    private static async ValueTask<Result<List<RunDocument>>> SearchAsync(DbSession session, Actor actor, RunStatisticsQuery query, string? text)
    {
        if (SearchGrammar.Runs.ParseFilter(text).Failed(out var wrong, out var filter))
            return wrong;
        long[] experiments = [.. query.ExperimentIds.Select(Experiments.ParseId).OfType<long>().Distinct().Where(id => ExperimentRules.Allows(actor, id))];
        var search = new RunSearch(experiments, filter, SearchGrammar.Runs.DefaultOrder, ViewType.ActiveOnly, RunStatisticsRules.MaxRuns, Token: null);
        var page = (await new RunSearchStore(session, actor.Workspace, search).PageAsync())!;
        if (page.NextToken is not null)
            return RunStatisticsRules.Refuse($"The filter '{text}' finds more than {RunStatisticsRules.MaxRuns} runs; narrow it.");
        // Runs are compared in an order of their own, so that the same ones give the same numbers however they were found.
        var runs = await RunDocumentStore.LoadAsync(session, actor.Workspace, [.. page.Items.Select(static run => run.RunId)]);
        return runs.OrderBy(static run => run.Info.RunId, StringComparer.Ordinal).ToList();
    }
}
