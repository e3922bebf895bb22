using System.Diagnostics;
using System.Globalization;
using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;

namespace Orrery.FeaturesOfflineBench;

/// <summary>5,000 features over 500 views: how long compiling them takes, and finding some of them.</summary>
internal static class DefinitionBench
{
    public static Task RunAsync()
    {
        Console.WriteLine("\n## Definitions\n\n| views | features | compile ms | find 50 features of 5 views, us |\n|--:|--:|--:|--:|");
        foreach (var views in new[] { 5, 500 })
        {
            var document = Document(views);
            var compile = double.MaxValue;
            FeatureProject? project = null;
            for (var round = 0; round < 5; round++)
            {
                var watch = Stopwatch.StartNew();
                project = ProjectCompiler.Compile(WorkspaceId.Default, "default", document).Value;
                compile = Math.Min(compile, watch.Elapsed.TotalMilliseconds);
            }

            var asked = Enumerable.Range(0, 5).SelectMany(view => Enumerable.Range(0, 10).Select(feature => $"v{view * (views / 5)}:f{feature}")).ToArray();
            var find = double.MaxValue;
            for (var round = 0; round < 200; round++)
            {
                var watch = Stopwatch.StartNew();
                _ = FeatureSelection.OfReferences(project!, asked, fullNames: true).Value;
                find = Math.Min(find, watch.Elapsed.TotalMicroseconds);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {views:N0} | {views * 10:N0} | {compile:N1} | {find:N1} |"));
        }

        return Task.CompletedTask;
    }

    private static FeatureProjectDocument Document(int views) => new()
    {
        Project = "large",
        Entities = [new EntityDocument { Name = "user", JoinKeys = [new JoinKeyDocument { Name = "user_id", Type = "int64" }] }],
        Sources = [new SourceDocument { Name = "events", Type = "file", Path = "events/*.parquet" }],
        FeatureViews = [.. Enumerable.Range(0, views).Select(static view => new FeatureViewDocument
        {
            Name = $"v{view}",
            Entities = ["user"],
            Source = "events",
            Features = [.. Enumerable.Range(0, 10).Select(static feature => new FeatureDocument { Name = $"f{feature}", Type = "float64" })],
        })],
    };
}
