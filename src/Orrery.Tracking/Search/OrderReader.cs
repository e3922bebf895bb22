using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>Reads orderings against one grammar: <c>metrics.`a b` DESC</c>.</summary>
internal sealed class OrderReader(SearchGrammar grammar)
{
    public Result<OrderBy[]> Read(IReadOnlyList<string> terms)
    {
        if (terms.Count > SearchGrammar.MaxOrderTerms)
            return SearchGrammar.InvalidOrder($"`order_by` has {terms.Count} terms; at most {SearchGrammar.MaxOrderTerms} are allowed.");

        var asked = new List<OrderBy>(terms.Count);
        foreach (var term in terms)
        {
            if (ReadTerm(term).Failed(out var failure, out var order))
                return failure;
            if (grammar.RefusesDuplicateOrder && asked.Exists(other => other.Entity == order.Entity && other.Key == order.Key))
                return SearchGrammar.InvalidOrder($"`order_by` contains duplicate fields: {PythonText.List(terms)}");
            asked.Add(order);
        }

        return grammar.Complete(asked);
    }

    private Result<OrderBy> ReadTerm(string term)
    {
        var unreadable = SearchGrammar.InvalidOrder($"Invalid order_by clause '{term}'. Could not be parsed.");
        if (term.Length is 0 or > SearchGrammar.MaxLength || char.IsWhiteSpace(term[0]) || char.IsWhiteSpace(term[^1]))
            return unreadable;
        var tokens = SearchLexer.Read(term);
        if (tokens.Count > 2 || tokens.Exists(token => token.Kind is not TokenKind.Identifier))
            return unreadable;

        var identifier = Identifier.Parse(term[tokens[0].Start..tokens[0].End]);
        var direction = tokens.Count == 2 ? term[tokens[1].Start..tokens[1].End] : "asc";
        var ascending = direction.Equals("asc", StringComparison.OrdinalIgnoreCase);
        if (!ascending && !direction.Equals("desc", StringComparison.OrdinalIgnoreCase))
        {
            // To SQL the word timestamp is a type, and no type has a direction.
            return identifier.Raw is "timestamp"
                ? unreadable
                : SearchGrammar.InvalidOrder($"Invalid ordering key in order_by clause '{term}'.");
        }

        if (grammar.Find(identifier, forOrder: true).Failed(out var unknown, out var field))
            return SearchGrammar.InvalidOrder(grammar.Wording.InvalidOrder(identifier.Raw, unknown.Message));
        if (!grammar.OrderEntities.Contains(field.Entity))
            return SearchGrammar.InvalidOrder(grammar.Wording.InvalidOrder(identifier.Raw, grammar.Wording.NotOrderable(field.Entity)));
        return new OrderBy(field.Entity, field.Key, ascending);
    }
}
