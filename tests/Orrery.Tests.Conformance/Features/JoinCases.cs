namespace Orrery.Tests.Conformance;

/// <summary>The cases of the join rule. Times are minutes unless a case says otherwise; each row is key, event time, created time, values.</summary>
public static partial class JoinCases
{
    private const long Start = 1_704_067_200_000_000;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<JoinCase> All { get; } = [.. Times, .. Ttls, .. Ties, .. Created, .. Known, .. Keyed, .. Entities, .. Values];

    /// <summary>A moment so many minutes, and so many microseconds, after the start of 2024.</summary>
    internal static long At(double minutes, long micros = 0) => Start + (long)(minutes * 60_000_000) + micros;

    private static SourceRow R(string? key, double at, params object?[] values) => new([key], At(at), null, values);

    private static SourceRow C(string? key, double at, double? created, params object?[] values) => new([key], At(at), created is { } c ? At(c) : null, values);

    private static EntityRow E(string? key, double at, long micros = 0) => new([key], At(at, micros));

    private static IEnumerable<JoinCase> Times =>
    [
        new("the latest row before") { Rows = [R("a", 10, 1), R("a", 20, 2), R("a", 40, 3)], Entities = [E("a", 30)] },
        new("a row of the same moment counts") { Rows = [R("a", 10, 1), R("a", 30, 2)], Entities = [E("a", 30)] },
        new("a microsecond later does not") { Rows = [R("a", 10, 1), new(["a"], At(30, 1), null, [2])], Entities = [E("a", 30)] },
        new("a microsecond earlier does") { Rows = [R("a", 10, 1), new(["a"], At(30, -1), null, [2])], Entities = [E("a", 30)] },
        new("nothing before gives null") { Rows = [R("a", 40, 1)], Entities = [E("a", 30)] },
        new("an unknown key gives null") { Rows = [R("a", 10, 1)], Entities = [E("b", 30)] },
        new("an empty source gives null") { Entities = [E("a", 30), E("b", 30)] },
        new("no entity rows give none") { Rows = [R("a", 10, 1)] },
        new("rows in no order") { Rows = [R("a", 40, 4), R("a", 10, 1), R("a", 30, 3), R("a", 20, 2)], Entities = [E("a", 5), E("a", 15), E("a", 25), E("a", 35), E("a", 45)] },
        new("a row without time never counts") { Rows = [R("a", 10, 1), new(["a"], null, null, [9])], Entities = [E("a", 30)] },
        new("times before 1970") { Rows = [new(["a"], -5_000_001, null, [1]), new(["a"], -5_000_000, null, [2])], Entities = [new(["a"], -5_000_001), new(["a"], -5_000_000), new(["a"], -5_000_002)] },
        new("times far apart") { Rows = [new(["a"], -62_135_596_800_000_000 + 86_400_000_000, null, [1]), new(["a"], 253_402_214_400_000_000, null, [2])], Entities = [E("a", 0), new(["a"], 253_402_214_400_000_000)] },
        new("many entity rows between the same two") { Rows = [R("a", 10, 1), R("a", 20, 2)], Entities = [.. Enumerable.Range(0, 40).Select(i => E("a", i))] },
        new("keys do not mix") { Rows = [R("a", 10, 1), R("b", 20, 2), R("c", 30, 3)], Entities = [E("a", 30), E("b", 30), E("c", 30), E("c", 29)] },
    ];

    private static IEnumerable<JoinCase> Ttls =>
    [
        new("exactly as old as the ttl holds") { Ttl = 600, Rows = [R("a", 20, 1)], Entities = [E("a", 30)] },
        new("a microsecond older does not") { Ttl = 600, Rows = [R("a", 20, 1)], Entities = [E("a", 30, 1)] },
        new("a microsecond younger does") { Ttl = 600, Rows = [R("a", 20, 1)], Entities = [E("a", 30, -1)] },
        new("what ran out is not replaced by what is older") { Ttl = 600, Rows = [R("a", 5, 1), R("a", 19, 2)], Entities = [E("a", 30)] },
        new("each entity row counts for itself") { Ttl = 600, Rows = [R("a", 10, 1), R("a", 30, 2)], Entities = [E("a", 15), E("a", 25), E("a", 35), E("a", 45)] },
        new("a ttl of one second") { Ttl = 1, Rows = [new(["a"], At(10), null, [1])], Entities = [E("a", 10, 1_000_000), E("a", 10, 1_000_001)] },
        new("a ttl of years") { Ttl = 86400L * 3650, Rows = [R("a", 10, 1)], Entities = [E("a", 60 * 24 * 365 * 9), E("a", 60 * 24 * 365 * 11)] },
        new("ttl with a tie at its edge") { Ttl = 600, HasCreated = true, Rows = [C("a", 20, 21, 1), C("a", 20, 22, 2)], Entities = [E("a", 30), E("a", 30, 1)] },
        new("ttl counts from the event, not from when it was known") { Ttl = 600, HasCreated = true, KnownAt = true, Rows = [C("a", 20, 29, 1)], Entities = [E("a", 28), E("a", 30), E("a", 31)] },
    ];

    private static IEnumerable<JoinCase> Ties =>
    [
        new("of equal times one row, never two") { Rows = [R("a", 10, 1), R("a", 10, 1)], Entities = [E("a", 30)] },
        new("of equal times the later row, or the greater value") { Rows = [R("a", 10, 1), R("a", 10, 2)], Entities = [E("a", 30)] },
        new("of equal times the later row even when it is less") { Rows = [R("a", 10, 2), R("a", 10, 1)], Entities = [E("a", 30)] },
        new("many equal rows") { Rows = [.. Enumerable.Range(0, 100).Select(i => R("a", 10, i * 37 % 100))], Entities = [E("a", 10), E("a", 9.9)] },
        new("equal rows of several keys") { Rows = [R("a", 10, 1), R("b", 10, 5), R("a", 10, 3), R("b", 10, 4), R("a", 10, 2)], Entities = [E("a", 10), E("b", 10)] },
        new("ties are settled column by column") { Features = ["int64", "string"], Rows = [R("a", 10, 1, "z"), R("a", 10, 2, "a"), R("a", 10, 2, "b")], Entities = [E("a", 10)] },
        new("a null is least in a tie") { Features = ["int64", "string"], Rows = [R("a", 10, null, "a"), R("a", 10, -5, null)], Entities = [E("a", 10)] },
        new("ties do not depend on the features asked for") { Features = ["int64", "string"], Asked = [1], Rows = [R("a", 10, 2, "a"), R("a", 10, 1, "z")], Entities = [E("a", 10)] },
        new("values come from one row, not from several") { Features = ["int64", "string"], Rows = [R("a", 10, 1, "x"), R("a", 20, null, "y"), R("a", 30, 3, null)], Entities = [E("a", 15), E("a", 25), E("a", 35)] },
    ];

    private static IEnumerable<JoinCase> Created =>
    [
        new("of equal events the one created later") { HasCreated = true, Rows = [C("a", 10, 15, 2), C("a", 10, 12, 1)], Entities = [E("a", 30)] },
        new("a null created is least") { HasCreated = true, Rows = [C("a", 10, null, 1), C("a", 10, 11, 2), C("a", 10, null, 3)], Entities = [E("a", 30)] },
        new("all created null") { HasCreated = true, Rows = [C("a", 10, null, 1), C("a", 20, null, 2)], Entities = [E("a", 15), E("a", 30)] },
        new("the event goes before created") { HasCreated = true, Rows = [C("a", 10, 99, 1), C("a", 20, 21, 2)], Entities = [E("a", 30)] },
        new("equal in both times") { HasCreated = true, Rows = [C("a", 10, 11, 1), C("a", 10, 11, 3), C("a", 10, 11, 2)], Entities = [E("a", 30)] },
        new("without known-at what is created later counts") { HasCreated = true, Rows = [C("a", 10, 50, 1)], Entities = [E("a", 30)] },
        new("corrections replace") { HasCreated = true, Rows = [C("a", 10, 11, 1), C("a", 20, 21, 2), C("a", 10, 31, 3), C("a", 20, 32, 4)], Entities = [E("a", 15), E("a", 25)] },
        new("created before the event") { HasCreated = true, Rows = [C("a", 10, 5, 1), C("a", 10, 4, 2)], Entities = [E("a", 30)] },
    ];

    private static IEnumerable<JoinCase> Known =>
    [
        new("what was not known yet does not count") { KnownAt = true, HasCreated = true, Rows = [C("a", 10, 11, 1), C("a", 20, 40, 2)], Entities = [E("a", 30), E("a", 40)] },
        new("known at that very moment counts") { KnownAt = true, HasCreated = true, Rows = [C("a", 10, 30, 1)], Entities = [E("a", 30), E("a", 30, -1)] },
        new("a null created is never known") { KnownAt = true, HasCreated = true, Rows = [C("a", 10, null, 1), C("a", 5, 6, 2)], Entities = [E("a", 30)] },
        new("a late correction counts from then on") { KnownAt = true, HasCreated = true, Rows = [C("a", 10, 11, 1), C("a", 10, 25, 2)], Entities = [E("a", 20), E("a", 25), E("a", 30)] },
        new("late news of an older event is never chosen") { KnownAt = true, HasCreated = true, Rows = [C("a", 20, 21, 1), C("a", 10, 25, 2)], Entities = [E("a", 15), E("a", 22), E("a", 30)] },
        new("news arrive in reverse") { KnownAt = true, HasCreated = true, Rows = [C("a", 10, 40, 1), C("a", 20, 30, 2), C("a", 15, 35, 3)], Entities = [E("a", 29), E("a", 30), E("a", 36), E("a", 45)] },
        new("several become known at once") { KnownAt = true, HasCreated = true, Rows = [C("a", 10, 30, 1), C("a", 20, 30, 2), C("a", 15, 30, 3)], Entities = [E("a", 29), E("a", 30), E("a", 31)] },
        new("known before it happens counts when it happens") { KnownAt = true, HasCreated = true, Rows = [C("a", 20, 5, 1), C("a", 10, 12, 2)], Entities = [E("a", 15), E("a", 19), E("a", 20)] },
        new("known-at has no effect without created") { KnownAt = true, Rows = [R("a", 10, 1), R("a", 20, 2)], Entities = [E("a", 15), E("a", 25)] },
        new("equal event and known, settled by row") { KnownAt = true, HasCreated = true, Rows = [C("a", 10, 11, 1), C("a", 10, 11, 3), C("a", 10, 11, 2)], Entities = [E("a", 30)] },
        new("known-at over several keys") { KnownAt = true, HasCreated = true, Rows = [C("a", 10, 40, 1), C("b", 10, 12, 2), C("a", 5, 6, 3), C("b", 20, 21, 4)], Entities = [E("a", 30), E("b", 30), E("a", 40), E("b", 15)] },
        new("a long chain of corrections") { KnownAt = true, HasCreated = true, Rows = [.. Enumerable.Range(0, 60).Select(i => C("a", i * 7 % 30, 30 + i * 11 % 50, i))], Entities = [.. Enumerable.Range(20, 70).Select(i => E("a", i))] },
    ];
}
