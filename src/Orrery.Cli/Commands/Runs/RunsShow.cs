using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops runs show</c>.</summary>
internal static class RunsShow
{
    public static Command Create()
    {
        var one = RunsCommand.One();
        return new Command("show", "Show one run.") { one }.Does(async session =>
        {
            var run = await session.Client.Runs.GetAsync(session.Args.GetRequiredValue(one), session.Cancel);
            session.Output.Details(
                run,
                ("Id", run.Info.RunId),
                ("Name", run.Info.RunName),
                ("Experiment", run.Info.ExperimentId),
                ("Status", RunsCommand.Status(run.Info)),
                ("Stage", run.Info.LifecycleStage.ToString().ToLowerInvariant()),
                ("User", run.Info.UserId),
                ("Started", Printable.Time(run.Info.StartTime)),
                ("Took", RunsCommand.Took(run.Info)),
                ("Artifacts", run.Info.ArtifactUri),
                ("Params", Printable.Lines(run.Data.Params.Select(param => $"{param.Key} = {param.Value}"))),
                ("Metrics", Printable.Lines(run.Data.Metrics.Select(metric => $"{metric.Key} = {Printable.Number(metric.Value)} (step {metric.Step})"))),
                ("Tags", Printable.Lines(run.Data.Tags.Select(tag => $"{tag.Key} = {tag.Value}"))),
                ("Data sets", Printable.Lines(run.Inputs.DatasetInputs.Select(input => $"{input.Dataset.Name} {input.Dataset.Digest}"))),
                ("Models", Printable.Lines((run.Outputs?.ModelOutputs ?? []).Select(model => $"{model.ModelId} (step {model.Step})"))));
        });
    }
}
