using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Orrery.Testing;

namespace Orrery.Load;

/// <summary>The permission check alone: 1,000 workspaces, 1,000 people, each with a role in five of them; half of the checks are refused.</summary>
internal static class AccessCheck
{
    public const string Verb = "access-check";
    private const int Workspaces = 1000;
    private const int People = 1000;
    private const int RolesEach = 5;
    private const int Checks = 2_000_000;

    public static async Task<int> RunAsync()
    {
        await using var database = new SqliteDatabase();
        await database.InitializeAsync();
        await SeedAsync(database.Db);
        using var epoch = new ServiceCollection().AddSingleton(database.Db).AddSingleton<AccessEpoch>().AddSingleton(TimeProvider.System)
            .AddSingleton<AccessControl>().BuildServiceProvider();
        var access = epoch.GetRequiredService<AccessControl>();
        var callers = Enumerable.Range(0, People).Select(static n => new Caller(Name(n), Name(n), "token")).ToArray();
        var permission = PermissionCatalogue.Find("tracking.write")!;

        var cold = Stopwatch.GetTimestamp();
        foreach (var (person, workspace) in Pairs())
            _ = await access.RightsAsync(callers[person], workspace, CancellationToken.None);
        var coldEach = Stopwatch.GetElapsedTime(cold) / (People * RolesEach * 2);

        var random = new Random(1);
        var pairs = Pairs().ToArray();
        var times = new long[Checks];
        var allowed = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Checks; i++)
        {
            var (person, workspace) = pairs[random.Next(pairs.Length)];
            var start = Stopwatch.GetTimestamp();
            var pending = access.RightsAsync(callers[person], workspace, CancellationToken.None);
            var rights = pending.IsCompletedSuccessfully ? pending.Result : await pending;
            if (AccessControl.Check(callers[person], rights, workspace, permission, objectKind: null).Allowed)
                allowed++;
            times[i] = Stopwatch.GetTimestamp() - start;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Checks;
        Array.Sort(times);
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            permission check, {Workspaces} workspaces, {People} people, {pairs.Length} pairs: {allowed * 100.0 / Checks:0} % allowed
              remembered  p50 {Nano(times[Checks / 2])} ns   p99 {Nano(times[Checks / 100 * 99])} ns   p99.9 {Nano(times[Checks / 1000 * 999])} ns   {bytes:0.0} bytes
              from SQLite {coldEach.TotalMicroseconds:0} us on average
            """);
        Console.WriteLine(text);
        return 0;
    }

    private static long Nano(long ticks) => ticks * 1_000_000_000 / Stopwatch.Frequency;

    private static string Name(int person) => string.Create(CultureInfo.InvariantCulture, $"usr_{person}");

    // Those they have a role in, and as many they have none in.
    private static IEnumerable<(int Person, long Workspace)> Pairs() =>
        from person in Enumerable.Range(0, People)
        from slot in Enumerable.Range(0, RolesEach * 2)
        select (person, (long)Workspace(person, slot));

    private static int Workspace(int person, int slot) => (((person * 7) + (slot * 101)) % Workspaces) + 10;

    private static async Task SeedAsync(Db db) => await db.WriteAsync<Done>(
        async session =>
        {
            for (var person = 0; person < People; person++)
            {
                for (var slot = 0; slot < RolesEach; slot++)
                {
                    await GrantStore.InsertAsync(session, new Grant
                    {
                        Id = string.Create(CultureInfo.InvariantCulture, $"{person}-{slot}"),
                        Tenant = Workspace(person, slot),
                        SubjectKind = SubjectKinds.Principal,
                        SubjectId = Name(person),
                        Role = "data-scientist",
                        GrantedBy = "bench",
                        GrantedAt = 0,
                    });
                }
            }

            return Done.Ok;
        },
        CancellationToken.None);
}
