using FsCheck;
using FsCheck.Fluent;

namespace Orrery.Tests.Conformance;

/// <summary>Random tables and entity rows: few keys and few moments, so that everything meets everything.</summary>
internal static class RandomJoins
{
    public static IEnumerable<JoinCase> Some(int count, int seed) => Enumerable.Range(0, count).Select(i => Case(new System.Random(seed + i), i));

    public static Gen<JoinCase> Generator => ArbMap.Default.GeneratorFor<int>().Select(static seed => Case(new System.Random(seed), seed));

    // Few values for everything: ties, gaps, late news and nulls come by themselves.
    private static JoinCase Case(System.Random random, int number)
    {
        var (hasCreated, composite) = (random.Next(3) > 0, random.Next(3) == 0);
        object?[] Keys() => composite ? [Text(random), random.Next(8) == 0 ? null : (object)(long)random.Next(3)] : [Text(random)];
        long Moment() => JoinCases.At(random.Next(40), random.Next(3) - 1);
        return new($"random {number}")
        {
            Keys = composite ? ["string", "int64"] : ["string"],
            Features = ["int64", "string"],
            HasCreated = hasCreated,
            KnownAt = random.Next(2) == 0,
            Ttl = random.Next(3) == 0 ? 60 * random.Next(1, 20) : null,
            Rows =
            [
                .. Enumerable.Range(0, random.Next(0, 120)).Select(_ => new SourceRow(
                    Keys(),
                    random.Next(20) == 0 ? null : Moment(),
                    hasCreated && random.Next(6) > 0 ? Moment() : null,
                    [random.Next(5) == 0 ? null : (long)random.Next(6), random.Next(5) == 0 ? null : Text(random)])),
            ],
            Entities = [.. Enumerable.Range(0, random.Next(1, 150)).Select(_ => new EntityRow(Keys(), Moment()))],
        };
    }

    private static string? Text(System.Random random) => random.Next(9) switch { 0 => null, 1 => "", 2 => "A", 3 => "ä", var n => ((char)('a' + (n % 3))).ToString() };
}
