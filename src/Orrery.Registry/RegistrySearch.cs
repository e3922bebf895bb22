using Orrery.Kernel;
using Orrery.Tracking;

namespace Orrery.Registry;

/// <summary>A search of registered models or of model versions.</summary>
/// <param name="Filter">All must hold.</param>
/// <param name="Order">Total.</param>
/// <param name="MaxResults">At least 1.</param>
/// <param name="Token">Of the page before; null for the first.</param>
public sealed record RegistrySearch(SearchFilter Filter, IReadOnlyList<OrderBy> Order, int MaxResults, string? Token)
{
    /// <summary>
    /// Prompts are models with a tag, and searches are for models unless they say otherwise: <c>= 'true'</c> or
    /// <c>!= 'false'</c> asks for prompts, every other filter leaves them out.
    /// </summary>
    /// <param name="filter">As it was asked for.</param>
    internal static SearchFilter WithoutPrompts(SearchFilter filter)
    {
        var prompts = filter.All.FirstOrDefault(IsAboutPrompts) is { Value: SearchValue.Text text } first
            && ((first.Op is Comparator.Equal && text.Value.Equals("true", StringComparison.OrdinalIgnoreCase))
                || (first.Op is Comparator.NotEqual && text.Value.Equals("false", StringComparison.OrdinalIgnoreCase)));
        var op = prompts ? Comparator.Equal : Comparator.NotEqual;
        return new([.. filter.All.Where(static c => !IsAboutPrompts(c)), new(EntityKind.Tag, RegisteredModel.PromptTag, op, new SearchValue.Text("true"))]);
    }

    /// <summary>Reads a search from a request; MLflow's refusals.</summary>
    internal static Result<RegistrySearch> Read(MlflowFields fields, SearchGrammar grammar, long defaultPage, long maxPage)
    {
        var max = fields.MaxResults(defaultPage, maxPage);
        var filter = grammar.ParseFilter(fields.Text("filter"));
        var order = grammar.ParseOrder(fields.Texts("order_by"));
        var token = fields.Text("page_token");
        if ((fields.Failure ?? filter.Failure ?? order.Failure ?? Check(filter.Value)) is { } wrong)
            return wrong;
        return new RegistrySearch(filter.Value, order.Value, (int)max, string.IsNullOrEmpty(token) ? null : token);
    }

    internal static object?[]? Decode(string token, IReadOnlyList<SortKey> keys) =>
        PageToken.Decode(token, keys.Count) is { } last && keys.Zip(last).All(static pair => pair.First.Accepts(pair.Second) && IsStorable(pair.Second)) ? last : null;

    /// <summary>The page of rows of which one more than wanted was read.</summary>
    internal async ValueTask<Page<T>> PageAsync<T>(List<(T Item, object[] Keys)> rows, Func<List<T>, ValueTask<List<T>>> complete)
    {
        var more = rows.Count > MaxResults;
        if (more)
            rows.RemoveAt(rows.Count - 1);
        return new(await complete(rows.ConvertAll(static r => r.Item)), more ? PageToken.Encode(rows[^1].Keys) : null);
    }

    /// <summary>Why a filter can find nothing and break the database instead; null when it is good.</summary>
    internal static Failure? Check(SearchFilter filter) =>
        filter.All.All(static c => RegistryText.CanBeStored(c.Key) && c.Value switch
        {
            SearchValue.Text text => RegistryText.CanBeStored(text.Value),
            SearchValue.Texts texts => texts.Values.All(RegistryText.CanBeStored),
            _ => true,
        })
            ? null
            : Failure.Invalid("registry.invalid_filter", "Invalid filter string: it has a NUL character (U+0000); leave it out.");

    private static bool IsStorable(object? key) => key is not string text || RegistryText.CanBeStored(text);

    private static bool IsAboutPrompts(Comparison comparison) => comparison.Entity is EntityKind.Tag && comparison.Key == RegisteredModel.PromptTag;
}
