using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Orrery.Tracking;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class SearchPropertyTests
{
    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(1, 3);

    private static readonly SearchGrammar[] _grammars =
    [
        SearchGrammar.Runs, SearchGrammar.Experiments, SearchGrammar.RegisteredModels, SearchGrammar.ModelVersions,
        SearchGrammar.LoggedModels,
    ];

    /// <summary>Pieces that mean something to the reader, so that soup made of them reaches deep.</summary>
    private static readonly string[] _pieces =
    [
        "metrics", "params", "tags", "attributes", "datasets", "run_id", "name", "start_time", ".", "`", "'", "\"", "''", "``", "(", ")",
        ",",
        ";", "=", "!=", "<", ">=", "~", "LIKE", "ilike", "NOT", "IN", "AND", "OR", "IS", "NULL", "true", "1", "-", "1e", "+2.5", "e3", "0x",
        " ", " ", "\t", "\n", "\\", "--", "/*", "a", "é", "\ud83d", "\0", "[", "%", "?", "$", "@", ":", "/",
    ];

    private static readonly string[] _valid =
    [
        "metrics.`a b` >= -1.5e3 AND params.x = 'it''s' AND tags.\"t.u\" LIKE '%a_' AND run_id NOT IN ('a', \"b\")",
        "name ILIKE 'a%' AND tag.`mlflow.prompt.is_prompt` != 'true' AND version_number <= '3'",
        "datasets.context IN ('train',) AND attributes.`Run name` = 'n' AND Created < 5 AND end_time <> 7",
    ];

    [Fact]
    public void Random_bytes_neither_throw_nor_hang() => Prop
        .ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            bytes => Finishes(Encoding.Latin1.GetString(bytes)) && Finishes(Encoding.UTF8.GetString(bytes)))
        .Check(_config);

    [Fact]
    public void Soup_of_pieces_neither_throws_nor_hangs() => Prop
        .ForAll(Gen.Elements(_pieces).ArrayOf().Select(string.Concat).ToArbitrary(), Finishes)
        .Check(_config);

    [Fact]
    public void Mutated_filters_neither_throw_nor_hang()
    {
        var mutation =
            from filter in Gen.Elements(_valid)
            from at in Gen.Choose(0, filter.Length)
            from removed in Gen.Choose(0, filter.Length - at)
            from piece in Gen.Elements(_pieces)
            from length in Gen.Choose(0, 3)
            select filter.Remove(at, Math.Min(removed, length)).Insert(at, piece);

        Prop.ForAll(mutation.ToArbitrary(), Finishes).Check(_config);
    }

    [Fact]
    public void A_printed_filter_parses_to_itself() => Prop
        .ForAll(Filters().ToArbitrary(), filter => SearchGrammar.Runs.ParseFilter(filter.ToString()).Value.Equals(filter))
        .Check(_config);

    [Fact]
    public void What_parses_prints_and_parses_to_the_same() => Prop
        .ForAll(Gen.Elements(_pieces).ArrayOf().Select(pieces => _valid[2] + string.Concat(pieces)).ToArbitrary(), text =>
            SearchGrammar.Runs.ParseFilter(text).Failed(out _, out var filter)
            || SearchGrammar.Runs.ParseFilter(filter.ToString()).Value.Equals(filter))
        .Check(_config);

    [Fact]
    public void A_printed_ordering_parses_to_itself()
    {
        var terms =
            from entity in Gen.Elements(EntityKind.Metric, EntityKind.Param, EntityKind.Tag)
            from key in Texts()
            from smallestFirst in Gen.Elements(true, false)
            select new OrderBy(entity, key, smallestFirst);

        Prop.ForAll(terms.ToArbitrary(), term => SearchGrammar.Runs.ParseOrder([term.ToString()]).Value[0] == term).Check(_config);
    }

    [Theory]
    [InlineData("'")]
    [InlineData("`")]
    [InlineData("'\"`")]
    [InlineData("(")]
    [InlineData("a.")]
    [InlineData("a ")]
    [InlineData("run_id IN (")]
    [InlineData("a=1 AND ")]
    [InlineData("1e")]
    [InlineData("''\"\"``x")]
    public void The_longest_hostile_filter_is_refused_in_linear_time(string piece)
    {
        // Quadratic time would be four billion steps here and run into the suite's time limit.
        var filter = string.Concat(Enumerable.Repeat(piece, SearchGrammar.MaxLength / piece.Length));

        Assert.All(_grammars, grammar => Assert.NotNull(grammar.ParseFilter(filter).Failure));
        Assert.All(_grammars, grammar => Assert.NotNull(grammar.ParseOrder([filter]).Failure));
    }

    private static bool Finishes(string text)
    {
        foreach (var grammar in _grammars)
        {
            Assert.True(grammar.ParseFilter(text).Failure is null or { Code: "tracking.invalid_filter", Message.Length: > 0 });
            Assert.True(grammar.ParseOrder([text]).Failure is null or { Code: "tracking.invalid_order_by", Message.Length: > 0 });
        }

        _ = LoggedModelOrder.Parse([new(text, true, text, text)]);
        return true;
    }

    private static Gen<string> Texts() =>
        Gen.Elements("a", "B", " ", ".", "'", "`", "\"", "\\", "\n", "(", ";", "%", "é", "😀", "AND").ArrayOf().Select(string.Concat);

    private static Gen<SearchFilter> Filters()
    {
        var numeric = Gen.Elements(
            Comparator.Equal, Comparator.NotEqual, Comparator.Greater, Comparator.GreaterOrEqual, Comparator.Less, Comparator.LessOrEqual);
        var textual = Gen.Elements(Comparator.Equal, Comparator.NotEqual, Comparator.Like, Comparator.ILike);
        var number = ArbMap.Default.GeneratorFor<double>().Where(value => !double.IsNaN(value));

        var metrics =
            from key in Texts()
            from op in numeric
            from value in number
            select new Comparison(EntityKind.Metric, key, op, new SearchValue.Number(value));
        var keyed =
            from entity in Gen.Elements(EntityKind.Param, EntityKind.Tag)
            from key in Texts()
            from op in textual
            from value in Texts()
            select new Comparison(entity, key, op, new SearchValue.Text(value));
        var times =
            from key in Gen.Elements("start_time", "end_time")
            from op in numeric
            from value in ArbMap.Default.GeneratorFor<long>()
            select new Comparison(EntityKind.Attribute, key, op, new SearchValue.Whole(value));
        var lists =
            from key in Gen.Elements("name", "digest", "context")
            from op in Gen.Elements(Comparator.In, Comparator.NotIn)
            from values in Texts().NonEmptyListOf()
            select new Comparison(EntityKind.Dataset, key, op, new SearchValue.Texts([.. values]));

        return Gen.OneOf(metrics, keyed, times, lists).ListOf().Select(all => new SearchFilter([.. all]));
    }
}
