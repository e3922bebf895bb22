using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>
/// The search language of MLflow for one kind of thing: which entities and attributes there are, how they may be compared
/// and ordered, and the words of a refusal. <c>metrics.rmse &lt; 1 AND params."my model" = 'LR' AND tags.`mlflow.user` LIKE 'a%'</c>
/// is a filter, <c>metrics.rmse DESC</c> a term of an ordering. There is no OR. Reading takes time linear in the length
/// and never throws, whatever the text. Thread-safe.
/// </summary>
public sealed partial class SearchGrammar
{
    /// <summary>Longest filter, and longest term of an ordering, in characters.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Most comparisons in a filter.</summary>
    public const int MaxComparisons = 200;

    /// <summary>Most texts in the list of an IN.</summary>
    public const int MaxListItems = 10_000;

    /// <summary>Most terms in an ordering.</summary>
    public const int MaxOrderTerms = 100;

    private const int MaxMessage = 2_000;

    private SearchGrammar(
        SearchWording wording,
        IReadOnlyList<EntityKind> entities,
        IReadOnlyList<SearchAttribute> attributes,
        IReadOnlyList<OrderBy> defaultOrder,
        IReadOnlyList<OrderBy> tieBreak)
    {
        Wording = wording;
        Entities = entities;
        Attributes = attributes;
        DefaultOrder = defaultOrder;
        TieBreak = tieBreak;
    }

    /// <summary>The ordering of a search that asks for none. Total: its last term is unique.</summary>
    public IReadOnlyList<OrderBy> DefaultOrder { get; }

    internal SearchWording Wording { get; }

    internal IReadOnlyList<EntityKind> Entities { get; }

    internal IReadOnlyList<SearchAttribute> Attributes { get; }

    /// <summary>Makes an ordering that was asked for total.</summary>
    internal IReadOnlyList<OrderBy> TieBreak { get; }

    /// <summary>What a search may be ordered by beside attributes.</summary>
    internal IReadOnlyList<EntityKind> OrderEntities { get; init; } = [EntityKind.Attribute];

    /// <summary>How parameters and tags may be compared.</summary>
    internal IReadOnlyList<Comparator> KeyComparators { get; init; } = Comparators.Text;

    /// <summary>Refuse an ordering that names something twice; otherwise only the first counts.</summary>
    internal bool RefusesDuplicateOrder { get; init; }

    /// <summary><c>params.lr = 0.01</c> means the text.</summary>
    internal bool TakesUnquotedText { get; init; }

    /// <summary><c>version_number = '1'</c> means the number.</summary>
    internal bool TakesQuotedNumbers { get; init; }

    internal IEnumerable<string> NumericKeys =>
        Attributes.Where(a => a.Searchable && a.Type is not FieldType.Text).Select(a => a.Name);

    /// <summary>Reads a filter. Nothing, or white space alone, matches everything.</summary>
    /// <returns>The filter, or <c>tracking.invalid_filter</c> with MLflow's message.</returns>
    public Result<SearchFilter> ParseFilter(string? filter) =>
        string.IsNullOrWhiteSpace(filter) ? SearchFilter.None : new FilterReader(this).Read(filter);

    /// <summary>
    /// Reads an ordering, most significant term first, and appends what makes it total, so that paging by the last row's
    /// keys is well defined. No terms give <see cref="DefaultOrder"/>.
    /// </summary>
    /// <returns>The ordering, or <c>tracking.invalid_order_by</c> with MLflow's message.</returns>
    public Result<OrderBy[]> ParseOrder(IReadOnlyList<string>? terms) => new OrderReader(this).Read(terms ?? []);

    /// <summary>The terms in force of those asked for: each field once, and what is missing for a total order behind.</summary>
    internal OrderBy[] Complete(IReadOnlyList<OrderBy> asked) =>
        asked.Count == 0 ? [.. DefaultOrder] : [.. asked.Concat(TieBreak).DistinctBy(term => (term.Entity, term.Key, term.Dataset))];

    /// <summary>What an identifier means in this grammar; a failure whose message is MLflow's otherwise.</summary>
    internal Result<SearchField> Find(Identifier identifier, bool forOrder)
    {
        var entity = EntityKind.Attribute;
        if (identifier.Prefix is { } prefix)
        {
            if (SearchNames.Find(prefix) is not { } named || !Entities.Contains(named))
                return InvalidFilter(Wording.InvalidEntity(prefix, Entities));
            entity = named;
        }

        return entity switch
        {
            EntityKind.Metric => new SearchField(entity, identifier.Key, FieldType.Number, Comparators.Numeric),
            EntityKind.Param or EntityKind.Tag => new SearchField(entity, identifier.Key, FieldType.Text, KeyComparators),
            EntityKind.Dataset => FindAmong(DatasetAttributes, entity, identifier.Key, forOrder),
            _ => FindAmong(Attributes, entity, identifier.Key, forOrder),
        };
    }

    private static Result<SearchField> FindAmong(IReadOnlyList<SearchAttribute> attributes, EntityKind entity, string key, bool forOrder)
    {
        var valid = attributes.Where(a => forOrder ? a.Orderable : a.Searchable).ToList();
        return valid.Find(a => a.Answers(key)) is { } found
            ? new SearchField(entity, found.Name, found.Type, found.Comparators)
            : InvalidFilter(SearchWording.InvalidKey(entity, key, valid.SelectMany(a => a.Aliases.Prepend(a.Name))));
    }

    internal static Failure InvalidFilter(string message) => Failure.Invalid("tracking.invalid_filter", Clip(message));

    internal static Failure InvalidOrder(string message) => Failure.Invalid("tracking.invalid_order_by", Clip(message));

    /// <summary>Messages repeat what the caller sent, which may be long.</summary>
    private static string Clip(string message) =>
        message.Length <= MaxMessage ? message : string.Concat(message.AsSpan(0, MaxMessage), "…");
}
