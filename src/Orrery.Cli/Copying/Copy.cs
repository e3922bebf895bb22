using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>
/// Copies experiments, runs, logged models and registered models from a source to a target. Each object is begun, filled and then
/// completed, so that an interrupted copy leaves nothing half and the next one continues. What one object cannot do is noted and the
/// copy goes on; an unreachable server ends it.
/// </summary>
internal sealed class Copy(
    ICopySource source, ICopyTarget target, CopyOptions options, CopyTally tally, Scratch scratch, Action<string, double> told)
{
    private readonly ObjectCopy _objects = new(source, target, tally, scratch);

    public async Task RunAsync(CancellationToken cancel)
    {
        var experiments = await ChooseAsync(cancel);
        var steps = experiments.Count + (options.Models ? 1 : 0);
        for (var i = 0; i < experiments.Count; i++)
        {
            told($"'{experiments[i].Name}'", (double)i / steps);
            await ExperimentAsync(experiments[i], cancel);
        }

        if (!options.Models)
            return;
        told("registered models", (double)experiments.Count / steps);
        await new RegistryCopy(source, target, tally).RunAsync(cancel);
    }

    private async Task<List<Experiment>> ChooseAsync(CancellationToken cancel)
    {
        var all = await source.ExperimentsAsync(cancel).ToListAsync(cancel);
        if (options.Experiments.Count is 0)
            return [.. all.OrderBy(experiment => experiment.ExperimentId.Length).ThenBy(experiment => experiment.ExperimentId, StringComparer.Ordinal)];

        var chosen = new List<Experiment>();
        foreach (var wanted in options.Experiments)
        {
            var found = all.Find(experiment => experiment.Name == wanted) ?? all.Find(experiment => experiment.ExperimentId == wanted);
            if (found is null)
                tally.Fail("experiment", wanted, "not_found", $"{source.Name} has no experiment '{wanted}'.");
            else if (!chosen.Contains(found))
                chosen.Add(found);
        }

        return chosen;
    }

    private async Task ExperimentAsync(Experiment experiment, CancellationToken cancel)
    {
        try
        {
            var id = await target.ExperimentAsync(experiment, cancel);
            tally.Add(Counted.Experiments);
            await foreach (var runs in source.RunsAsync(experiment.ExperimentId, cancel).Chunk(ImportLimits.StateIds).WithCancellation(cancel))
                await RunsAsync(runs, id, cancel);
            var models = source.LoggedModelsAsync(experiment.ExperimentId, cancel).Chunk(ImportLimits.StateIds);
            await foreach (var some in models.WithCancellation(cancel))
                await ModelsAsync(some, id, cancel);
        }
        catch (Exception failed) when (CopyTally.IsOfOneObject(failed))
        {
            tally.Fail("experiment", experiment.Name, failed);
        }
    }

    private async Task RunsAsync(Run[] found, string experimentId, CancellationToken cancel)
    {
        // The pages of a source that grows meanwhile may show a run twice.
        var runs = found.DistinctBy(run => run.Info.RunId).ToList();
        var states = await target.RunStatesAsync([.. runs.Select(run => run.Info.RunId)], cancel);
        await AtOnceAsync(runs.Zip(states), async (entry, stop) =>
        {
            var (run, state) = entry;
            if (state is ImportState.Complete)
                tally.Add(Counted.RunsAlreadyThere);
            else
                await GuardAsync("run", run.Info.RunId, state, () => _objects.RunAsync(run, experimentId, state is ImportState.Open, stop));
        }, cancel);
    }

    private async Task ModelsAsync(LoggedModel[] found, string experimentId, CancellationToken cancel)
    {
        var models = found.DistinctBy(model => model.Info.ModelId).ToList();
        var states = await target.ModelStatesAsync([.. models.Select(model => model.Info.ModelId)], cancel);
        await AtOnceAsync(models.Zip(states), async (entry, stop) =>
        {
            var (model, state) = entry;
            if (state is ImportState.Complete)
                tally.Add(Counted.LoggedModelsAlreadyThere);
            else
                await GuardAsync("logged_model", model.Info.ModelId, state, () => _objects.LoggedModelAsync(model, experimentId, state is ImportState.Open, stop));
        }, cancel);
    }

    private Task AtOnceAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> act, CancellationToken cancel) => Parallel.ForEachAsync(
        items,
        new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancel },
        async (item, stop) => await act(item, stop));

    private async Task GuardAsync(string kind, string id, ImportState state, Func<Task> copy)
    {
        if (state is ImportState.Taken)
        {
            tally.Fail(kind, id, ImportCodes.IdTaken, "The target has one of that id that did not come from this source.");
            return;
        }

        try
        {
            await copy();
        }
        catch (Exception failed) when (CopyTally.IsOfOneObject(failed))
        {
            tally.Fail(kind, id, failed);
        }
    }
}
