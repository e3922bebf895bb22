using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>What a version was made of, and how fresh the features are that it uses.</summary>
public sealed record VersionFeatures
{
    /// <summary>The run, training sets, views and sources that it came of.</summary>
    public LineageGraph Graph { get => field ?? new(); init; }

    /// <summary>Views that it uses.</summary>
    public IReadOnlyList<UsedView> Views { get => field ?? []; init; }

    /// <summary>Things of a kind.</summary>
    public IEnumerable<LineageNode> Of(string kind) => Graph.Nodes.Where(one => one.Kind == kind);

    /// <summary>Asks where it came from; null where one may not see it.</summary>
    public static async Task<VersionFeatures?> AskAsync(PageContext page, string model, string version)
    {
        if (await PageContext.TryAsync(() => page.Client.Features.GetModelVersionLineageAsync(model, version, page.Cancel)) is not { } graph)
            return null;
        var views = graph.Nodes.Where(static one => one.Kind == "view" && one is { Project: not null, Name: not null }).ToList();
        var projects = views.Select(static one => one.Project!).Distinct().ToList();
        var online = await Task.WhenAll(projects.Select(project => PageContext.TryAsync(() => page.Client.Features.GetOnlineStatusAsync(project, page.Cancel))));
        var states = projects.Zip(online).SelectMany(static one => (one.Second?.Views ?? []).Select(view => (Project: one.First, View: view))).ToDictionary(static one => (one.Project, one.View.View), static one => one.View);
        return new() { Graph = graph, Views = [.. views.Select(one => new UsedView(one.Project!, one.Name!, one.Version, states.GetValueOrDefault((one.Project!, one.Name!))))] };
    }

    /// <summary>Features by view, as a card names them (<c>view:feature</c>).</summary>
    public static ILookup<string, string> ByView(ModelCard? card)
    {
        var named = card?.Sections.SelectMany(static one => one.Fields).FirstOrDefault(static one => one.Path == "training.features")?.Value;
        var features = named is { ValueKind: System.Text.Json.JsonValueKind.Object } value && value.TryGetProperty("features", out var list) && list.ValueKind is System.Text.Json.JsonValueKind.Array
            ? list.EnumerateArray().Select(static one => one.ToString().Split(':', 2)) : [];
        return features.Where(static one => one.Length == 2).ToLookup(static one => one[0], static one => one[1]);
    }
}

/// <summary>A feature view that a version uses.</summary>
/// <param name="Project">Of features.</param>
/// <param name="View">Its name.</param>
/// <param name="Version">The view's version.</param>
/// <param name="Online">How it stands online; null where it is not served online, or one may not see it.</param>
public sealed record UsedView(string Project, string View, long? Version, OnlineViewStatus? Online);
