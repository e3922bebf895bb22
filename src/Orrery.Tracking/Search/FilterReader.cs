using System.Globalization;
using Orrery.Kernel;

namespace Orrery.Tracking;

/// <summary>Reads filters against one grammar.</summary>
internal sealed class FilterReader(SearchGrammar grammar)
{
    public Result<SearchFilter> Read(string filter)
    {
        if (filter.Length > SearchGrammar.MaxLength)
            return Invalid($"The filter has {filter.Length} characters; at most {SearchGrammar.MaxLength} are allowed.");

        var tokens = SearchLexer.Read(filter);
        var semicolon = tokens.FindIndex(token => token.Kind is TokenKind.Semicolon);
        if (semicolon >= 0 && semicolon < tokens.Count - 1)
            return Invalid(grammar.Wording.SeveralStatements(filter));

        var reader = new ClauseReader(filter, tokens);
        reader.Read();
        if (reader.Invalid.Count > 0)
            return Invalid(grammar.Wording.InvalidClauses(filter, reader.Invalid));
        if (reader.Clauses.Count > SearchGrammar.MaxComparisons)
            return Invalid($"The filter has {reader.Clauses.Count} comparisons; at most {SearchGrammar.MaxComparisons} are allowed.");

        var all = new List<Comparison>(reader.Clauses.Count);
        foreach (var clause in reader.Clauses)
        {
            if (Compare(clause).Failed(out var failure, out var comparison))
                return failure;
            all.Add(comparison);
        }

        return new SearchFilter(all);
    }

    private Result<Comparison> Compare(SearchClause clause)
    {
        if (clause.Left.Kind is not OperandKind.Identifier)
            return Invalid($"Invalid comparison clause. Expected 'Identifier' found '{clause.Left.Raw}'");
        if (grammar.Find(Identifier.Parse(clause.Left.Raw), forOrder: false).Failed(out var unknown, out var field))
            return Invalid(unknown.Message);
        if (Value(field, clause).Failed(out var unfit, out var value))
            return unfit;
        if (Comparators.Find(clause.Symbol) is not { } op || !field.Comparators.Contains(op))
            return Invalid(grammar.Wording.InvalidComparator(field, clause.Symbol));
        return new Comparison(field.Entity, field.Key, op, value);
    }

    private Result<SearchValue> Value(SearchField field, SearchClause clause)
    {
        var right = clause.Right;
        if (field.Type is not FieldType.Text)
            return Number(field, right);
        if (right.Kind is OperandKind.Text || IsDoubleQuoted(right))
            return new SearchValue.Text(Identifier.Unquote(right.Raw));
        if (right.Kind is OperandKind.List && clause.Symbol is "IN" or "NOT IN")
            return List(field, right);
        if (grammar.TakesUnquotedText && right.Kind is OperandKind.Identifier or OperandKind.Number)
            return new SearchValue.Text(right.Raw);
        return Invalid(right.Kind is OperandKind.Identifier
            ? $"Parameter value is either not quoted or unidentified quote types used for string value {right.Raw}. "
                + "Use either single or double quotes."
            : grammar.Wording.NotAText(field, right.Raw, right.Kind is OperandKind.Number, grammar.NumericKeys));
    }

    private Result<SearchValue> Number(SearchField field, Operand right)
    {
        // A quoted whole number is as good as a bare one for a version: clients hold versions as text.
        var raw = field.Type is FieldType.Whole && grammar.TakesQuotedNumbers && right.Kind is OperandKind.Text
            ? Identifier.Unquote(right.Raw)
            : right.Raw;
        if (right.Kind is not (OperandKind.Number or OperandKind.Text)
            || (right.Kind is OperandKind.Text && raw == right.Raw)
            || !double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || double.IsNaN(number))
            return Invalid(SearchWording.NotANumber(field, right.Raw));
        if (field.Type is FieldType.Number)
            return new SearchValue.Number(number);
        if (long.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return new SearchValue.Whole(whole);
        return Math.Abs(number) < 1L << 53 && number == Math.Truncate(number)
            ? new SearchValue.Whole((long)number)
            : new SearchValue.Number(number);
    }

    private Result<SearchValue> List(SearchField field, Operand right)
    {
        if (!field.TakesList)
        {
            return Invalid(field.Entity is EntityKind.Attribute
                ? "Only the 'run_id' attribute supports comparison with a list of quoted string values."
                : grammar.Wording.NotAText(field, right.Raw, isNumber: false, grammar.NumericKeys));
        }

        return ListReader.Read(right.Raw);
    }

    /// <summary>To SQL a text in double quotes is a name; MLflow takes it for a text where it expects one.</summary>
    private static bool IsDoubleQuoted(Operand right) =>
        right.Kind is OperandKind.Identifier && right.Raw[0] is '"' && SearchLexer.PartEnd(right.Raw, 0) == right.Raw.Length;

    private static Failure Invalid(string message) => SearchGrammar.InvalidFilter(message);
}
