using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Looks for a text in the names of everything that who looks may see. What they may not see they do not find.</summary>
internal static class Finding
{
    private const int Few = 8;
    private const int ExperimentsSearched = 100;

    /// <summary>The pages and what was found, best first within each kind; the newest of each kind where the text is empty.</summary>
    /// <param name="page">Who looks.</param>
    /// <param name="text">Part of a name, in any case; or a run's or an approval's whole id.</param>
    public static async Task<IReadOnlyList<Found>> SearchAsync(PageContext page, string text)
    {
        var pattern = SearchText.Quote($"%{text}%");
        var kinds = await Task.WhenAll(
            SomeAsync(() => ModelsAsync(page, pattern)),
            SomeAsync(() => ExperimentsAsync(page, pattern)),
            SomeAsync(() => RunsAsync(page, text, pattern)),
            SomeAsync(() => FeaturesAsync(page, text)),
            SomeAsync(() => DeploymentsAsync(page, text)));
        return [.. Pages(page, text), .. kinds.SelectMany(static found => found)];
    }

    private static IEnumerable<Found> Pages(PageContext page, string text) => Sections.All
        .SelectMany(static section => section.Tabs.Select(tab => (Tab: tab, Section: section.Name)).DefaultIfEmpty((new(section.Name, section.Path), "")))
        .Where(one => page.May(one.Tab.Needs) && (Has(one.Tab.Name, text) || Has(one.Section, text) || Has(one.Tab.Words, text)))
        .Select(one => new Found("page", one.Tab.Name, page.To(one.Tab.Path.Split('/')), one.Section));

    private static async Task<IEnumerable<Found>> ModelsAsync(PageContext page, string pattern) =>
        (await page.Client.Models.SearchPageAsync($"name ILIKE {pattern}", "last_updated_timestamp DESC", Few, null, page.Cancel))
            .RegisteredModels.Select(one => new Found("model", one.Name, page.To("models", one.Name), one.Description));

    private static async Task<IEnumerable<Found>> ExperimentsAsync(PageContext page, string pattern) =>
        (await page.Client.Experiments.SearchPageAsync(new() { Filter = $"name ILIKE {pattern}", MaxResults = Few, OrderBy = ["last_update_time DESC"] }, page.Cancel))
            .Experiments.Select(one => new Found("experiment", one.Name, page.To("experiments", one.ExperimentId)));

    private static async Task<IEnumerable<Found>> RunsAsync(PageContext page, string text, string pattern)
    {
        if (text.Length == 0)
            return [];
        if (IsRunId(text) && await PageContext.TryAsync(() => page.Client.Runs.GetAsync(text, page.Cancel)) is { } run)
            return [Of(page, run)];
        var experiments = await page.Client.Experiments.SearchPageAsync(new() { MaxResults = ExperimentsSearched, OrderBy = ["last_update_time DESC"] }, page.Cancel);
        if (experiments.Experiments.Count == 0)
            return [];
        var found = await page.Client.Runs.SearchPageAsync(
            new() { ExperimentIds = [.. experiments.Experiments.Select(static one => one.ExperimentId)], Filter = $"attributes.run_name ILIKE {pattern}", MaxResults = Few }, page.Cancel);
        return found.Runs.Select(one => Of(page, one));
    }

    private static async Task<IEnumerable<Found>> FeaturesAsync(PageContext page, string text) => text.Length == 0
        ? []
        : (await page.Client.Features.SearchAsync(text, Few, null, page.Cancel)).Found.Select(one => new Found(one.Kind, one.Name, page.Find("features", ("q", one.Name)), one.Project));

    private static async Task<IEnumerable<Found>> DeploymentsAsync(PageContext page, string text) =>
        (await page.Client.Deployments.ListPageAsync(null, null, null, page.Cancel))
            .Deployments.Where(one => Has(one.Name, text)).Take(Few).Select(one => new Found("deployment", one.Name, page.To("deployments", one.Environment, one.Name), one.Environment));

    private static Found Of(PageContext page, Run run) =>
        new("run", run.Info.RunName is { Length: > 0 } name ? name : run.Info.RunId, page.To("runs", run.Info.RunId), run.Info.Status.ToString().ToLowerInvariant());

    private static bool IsRunId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigit);

    private static bool Has(string name, string text) => name.Contains(text, StringComparison.OrdinalIgnoreCase);

    // What one may not see, or what cannot be searched for that text, is no part of what was found.
    private static async Task<IEnumerable<Found>> SomeAsync(Func<Task<IEnumerable<Found>>> find)
    {
        try
        {
            return [.. await find()];
        }
        catch (OrreryApiException refused) when ((int)refused.Status is >= 400 and < 500 and not 401)
        {
            return [];
        }
    }
}
