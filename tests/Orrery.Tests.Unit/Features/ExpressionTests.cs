using Orrery.Features;
using Xunit;

namespace Orrery.Tests.Unit;

/// <summary>What an expression may be, and what is said of one that may not.</summary>
public sealed class ExpressionTests
{
    private static readonly ExpressionColumn[] Columns =
    [
        new("age", new(FeatureKind.Int64)), new("spend", new(FeatureKind.Float64)), new("name", new(FeatureKind.String)),
        new("tags", new(FeatureKind.String, IsList: true)), new("seen", new(FeatureKind.UnixTimestamp)),
    ];

    [Theory]
    [InlineData("age / 0", "float64", null)]
    [InlineData("age + 9223372036854775807", "int64", null)]
    [InlineData("spend / age", "float64", 0.25)]
    [InlineData("round(spend / 3, 2)", "float64", 3.33)]
    [InlineData("case when age >= 18 then 'adult' else 'child' end", "string", "adult")]
    [InlineData("\"age\" * 2 + 1", "int32", 81L)]
    [InlineData("age * 100000000", "int32", null)]
    [InlineData("coalesce(null, name, 'x')", "string", "Ada")]
    [InlineData("name in ('Ada', 'Bob') and not age < 3", "bool", true)]
    [InlineData("- -age", "int64", 40L)]
    [InlineData("1 + 2 * 3 - 4 % 3", "int64", 6L)]
    [InlineData("tags is null", "bool", true)]
    [InlineData("hour(seen) + minute(seen)", "int64", 2L)]
    [InlineData("cast('12' as int64) + cast(' 12' as int64)", "int64", null)]
    public void Gives(string text, string type, object? expected)
    {
        Assert.True(FeatureType.TryParse(type, out var declared));
        var row = new[]
        {
            FeatureValue.Int64(40), FeatureValue.Float64(10), FeatureValue.String("Ada"), FeatureValue.Null, FeatureValue.Timestamp(3_660_000_000),
        };

        Assert.Equal(expected, Expression.Compile(text, Columns, declared).Value.Evaluate(row).ToObject());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("agee + 1", "no column agee; there are age, spend, name, tags, seen. (at character 1)")]
    [InlineData("age + name", "A number is needed, and there is a text. (at character 5)")]
    [InlineData("age = 'x'", "'=' cannot bring a whole number and a text together; convert one with cast(... as ...).")]
    [InlineData("tags = tags", "cannot compare")]
    [InlineData("name", "The expression gives a text, but the feature is declared as int64")]
    [InlineData("1 < 2 < 3", "cannot follow each other")]
    [InlineData("(age", "ends where ')' is needed")]
    [InlineData("age age", "'age' stands where an operator or the end is needed. (at character 5)")]
    [InlineData("'open", "not closed")]
    [InlineData("age; drop table x", "';' has no meaning here. (at character 4)")]
    [InlineData("getenv('HOME')", "There is no function getenv.")]
    [InlineData("read_csv('/etc/passwd')", "There is no function read_csv.")]
    [InlineData("round(age, age)", "second argument of round")]
    [InlineData("length(age)", "length is called as length(text).")]
    [InlineData("99999999999999999999", "does not fit 64 bits")]
    [InlineData("case age when 1 then 2 end", "Only the form")]
    [InlineData("cast(name as date)", "'date' is not a type")]
    [InlineData("cast(spend as string)", "cannot be converted")]
    [InlineData("(select 1)", "There is no column select")]
    public void Refuses(string text, string says)
    {
        var failure = Expression.Compile(text, Columns, new(FeatureKind.Int64)).Failure;

        Assert.NotNull(failure);
        Assert.Equal("features.expression_invalid", failure.Code);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_is_too_deep_or_too_long()
    {
        Assert.NotNull(Expression.Compile(new string('(', 5_000) + "1" + new string(')', 5_000), Columns, new(FeatureKind.Int64)).Failure);
        Assert.NotNull(Expression.Compile(string.Concat(Enumerable.Repeat("-", 4_000)) + "1", Columns, new(FeatureKind.Int64)).Failure);
        Assert.NotNull(Expression.Compile(string.Concat(Enumerable.Repeat("not ", 2_000)) + "true", Columns, new(FeatureKind.Bool)).Failure);
        Assert.NotNull(Expression.Compile("1" + string.Concat(Enumerable.Repeat("+1", 900)), Columns, new(FeatureKind.Int64)).Failure);
        Assert.NotNull(Expression.Compile(new string(' ', 10_001), Columns, new(FeatureKind.Int64)).Failure);
    }
}
