using System.CommandLine;

namespace Orrery.Cli;

/// <summary><c>mlops features check</c>.</summary>
internal static class FeaturesCheck
{
    public static Command Create()
    {
        var project = FeaturesCommand.Project();
        var view = new Argument<string?>("view") { Description = "A feature view: its rules and its source's", Arity = ArgumentArity.ZeroOrOne };
        var source = Verb.Text("--source", "A source instead: its rules alone", "name");
        return new Command("check", "Check data against quality rules now. Ends with 1 when a rule is broken.") { view, project, source }
            .Example("mlops features check driver_hourly -p rides")
            .Does(async session =>
            {
                var (one, other) = (session.Args.GetValue(view), session.Args.GetValue(source));
                if (one is null == other is null)
                    throw new UsageException("Say what to check: either a view or --source.");
                return FeaturesQuality.Report(session, await session.Client.Features.CheckQualityAsync(session.Args.GetValue(project)!, one, other, session.Cancel));
            });
    }
}
