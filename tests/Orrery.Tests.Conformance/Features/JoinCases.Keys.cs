namespace Orrery.Tests.Conformance;

/// <content>Keys, entity rows and values.</content>
public static partial class JoinCases
{
    private static SourceRow K(object?[] keys, double at, params object?[] values) => new(keys, At(at), null, values);

    private static EntityRow Q(double at, params object?[] keys) => new(keys, At(at));

    private static IEnumerable<JoinCase> Keyed =>
    [
        new("composite keys") { Keys = ["string", "int64"], Rows = [K(["a", 1L], 10, 1), K(["a", 2L], 10, 2), K(["b", 1L], 10, 3)], Entities = [Q(30, "a", 1L), Q(30, "a", 2L), Q(30, "b", 1L), Q(30, "b", 2L)] },
        new("composite keys whose texts run together alike") { Keys = ["string", "string"], Rows = [K(["1", "12"], 10, 1), K(["11", "2"], 10, 2)], Entities = [Q(30, "1", "12"), Q(30, "11", "2")] },
        new("composite whole numbers alike") { Keys = ["int64", "int64"], Rows = [K([1L, 12L], 10, 100), K([11L, 2L], 10, 200)], Entities = [Q(30, 1L, 12L), Q(30, 11L, 2L)] },
        new("a null in a composite key") { Keys = ["string", "int64"], Rows = [K(["a", null], 10, 1), K([null, 1L], 10, 2), K(["a", 1L], 10, 3)], Entities = [Q(30, "a", null), Q(30, null, 1L), Q(30, "a", 1L)] },
        new("null keys never match") { Rows = [R(null, 10, 1), R("a", 10, 2)], Entities = [E(null, 30), E("a", 30)] },
        new("the empty text is a key") { Rows = [R("", 10, 1), R(null, 10, 2)], Entities = [E("", 30), E(null, 30)] },
        new("keys differ in case") { Rows = [R("a", 10, 1), R("A", 10, 2)], Entities = [E("a", 30), E("A", 30)] },
        new("keys differ in blanks") { Rows = [R("a", 10, 1), R("a ", 10, 2), R(" a", 10, 3)], Entities = [E("a", 30), E("a ", 30), E(" a", 30)] },
        new("keys of any characters") { Rows = [R("ü", 10, 1), R("u\u0308", 10, 2), R("'; drop table x; --", 10, 3), R("\"q\"", 10, 4), R("日本", 10, 5), R("🙂", 10, 6)], Entities = [E("ü", 30), E("u\u0308", 30), E("'; drop table x; --", 30), E("\"q\"", 30), E("日本", 30), E("🙂", 30)] },
        new("keys that look like numbers") { Rows = [R("1", 10, 1), R("01", 10, 2), R("1.0", 10, 3)], Entities = [E("1", 30), E("01", 30), E("1.0", 30)] },
        new("keys of 32 bits") { Keys = ["int32"], Rows = [K([int.MaxValue], 10, 1), K([int.MinValue], 10, 2)], Entities = [Q(30, int.MaxValue), Q(30, int.MinValue), Q(30, 0)] },
        new("keys of 64 bits") { Keys = ["int64"], Rows = [K([long.MaxValue], 10, 1), K([long.MaxValue - 1], 10, 2)], Entities = [Q(30, long.MaxValue), Q(30, long.MaxValue - 1)] },
        new("three keys") { Keys = ["string", "string", "int64"], Rows = [K(["a", "b", 1L], 10, 1), K(["a", "c", 1L], 20, 2)], Entities = [Q(30, "a", "b", 1L), Q(30, "a", "c", 1L), Q(30, "a", "c", 2L)] },
        new("no keys at all") { Keys = [], Rows = [K([], 10, 1), K([], 20, 2)], Entities = [Q(5), Q(15), Q(25)] },
        new("no keys, with a ttl and a tie") { Keys = [], Ttl = 600, Rows = [K([], 10, 1), K([], 10, 2)], Entities = [Q(20), Q(21)] },
        new("long keys") { Rows = [R(new string('x', 3000) + "1", 10, 1), R(new string('x', 3000) + "2", 10, 2)], Entities = [E(new string('x', 3000) + "1", 30), E(new string('x', 3000) + "2", 30)] },
    ];

    private static IEnumerable<JoinCase> Entities =>
    [
        new("equal entity rows are all kept") { Rows = [R("a", 10, 1)], Entities = [E("a", 30), E("a", 30), E("a", 30)] },
        new("the order of the request stays") { Rows = [R("a", 10, 1), R("b", 10, 2)], Entities = [E("b", 40), E("a", 20), E("b", 5), E("a", 50), E("b", 20)] },
        new("entity rows without features are kept") { Rows = [R("a", 10, 1)], Entities = [E("x", 30), E("a", 30), E("y", 30)] },
        new("an entity row before everything") { Rows = [R("a", 10, 1)], Entities = [E("a", -100_000), E("a", 10)] },
        new("some thousand entity rows") { Rows = [.. Enumerable.Range(0, 500).Select(i => R("k" + (i % 7), i, i))], Entities = [.. Enumerable.Range(0, 3000).Select(i => E("k" + (i % 9), i * 13 % 600))] },
    ];

    private static IEnumerable<JoinCase> Values =>
    [
        new("a null in the chosen row stays null") { Rows = [R("a", 10, 1), R("a", 20, [null])], Entities = [E("a", 30)] },
        new("numbers of every kind") { Features = ["int32", "int64", "float32", "float64"], Rows = [R("a", 10, int.MinValue, long.MinValue, 1.1f, 0.1), R("b", 10, int.MaxValue, long.MaxValue, float.MaxValue, double.MaxValue)], Entities = [E("a", 30), E("b", 30)] },
        new("infinities and not-a-number") { Features = ["float64"], Rows = [R("a", 10, double.NaN), R("b", 10, double.PositiveInfinity), R("c", 10, double.NegativeInfinity)], Entities = [E("a", 30), E("b", 30), E("c", 30)] },
        new("negative zero") { Features = ["float64"], Rows = [R("a", 10, -0.0), R("b", 10, double.Epsilon)], Entities = [E("a", 30), E("b", 30)] },
        new("conditions") { Features = ["bool"], Rows = [R("a", 10, true), R("b", 10, false), R("c", 10, [null])], Entities = [E("a", 30), E("b", 30), E("c", 30)] },
        new("texts") { Features = ["string"], Rows = [R("a", 10, ""), R("b", 10, "a\nb\t\"c\" 'd' \\ ü 🙂"), R("c", 10, [null])], Entities = [E("a", 30), E("b", 30), E("c", 30)] },
        new("bytes") { Features = ["bytes"], Rows = [R("a", 10, new byte[] { 0, 255, 39, 34, 92 }), R("b", 10, Array.Empty<byte>())], Entities = [E("a", 30), E("b", 30)] },
        new("moments") { Features = ["unix_timestamp"], Rows = [R("a", 10, new DateTimeOffset(2024, 2, 29, 23, 59, 59, TimeSpan.Zero).AddTicks(1234560)), R("b", 10, new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero))], Entities = [E("a", 30), E("b", 30)] },
        new("unique ids") { Features = ["uuid"], Rows = [R("a", 10, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"))], Entities = [E("a", 30)] },
        new("lists") { Features = ["list<int64>", "list<string>"], Rows = [R("a", 10, new object?[] { 1L, 2L, null }, new object?[] { "x", "" })], Entities = [E("a", 30), E("b", 30)] },
        new("many features") { Features = [.. Enumerable.Repeat("int64", 40)], Rows = [R("a", 10, [.. Enumerable.Range(0, 40).Select(i => (object?)(long)i)])], Entities = [E("a", 30)] },
    ];
}
