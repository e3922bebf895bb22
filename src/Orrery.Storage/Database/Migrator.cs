using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Orrery.Storage;

/// <summary>A module's numbered migration scripts, embedded from its folder <c>Migrations</c>.</summary>
/// <param name="Module">The module's table prefix: <c>trk</c>.</param>
/// <param name="Assembly">Holds <c>Migrations/NNNN_name[.sqlite|.postgres].sql</c>.</param>
public sealed record MigrationSet(string Module, Assembly Assembly)
{
    /// <summary>Number of the newest script.</summary>
    public int LastNumber => Assembly.GetManifestResourceNames()
        .Select(static name => (Name: name, At: name.IndexOf(".Migrations.", StringComparison.Ordinal)))
        .Where(static resource => resource.At >= 0 && resource.Name.EndsWith(".sql", StringComparison.Ordinal))
        .Max(static resource => int.Parse(resource.Name.AsSpan(resource.At + ".Migrations.".Length, 4), NumberStyles.None, CultureInfo.InvariantCulture));
}

/// <summary>Brings the database up to date: forward only, each script once, its checksum remembered, one server at a time.</summary>
internal sealed class Migrator(Db db, IEnumerable<MigrationSet> sets, ILogger<Migrator> logger, TimeProvider time)
{
    private const string CreateTable = """
        create table if not exists sys_migration (
            module {text} not null,
            number integer not null,
            name {text} not null,
            checksum {text} not null,
            applied_at bigint not null,
            primary key (module, number))
        """;

    private const string ListApplied = "select module, number, name, checksum from sys_migration order by module, number";

    private const string Record = """
        insert into sys_migration (module, number, name, checksum, applied_at)
        values (@module, @number, @name, @checksum, @at)
        """;

    /// <summary>Runs what has not run yet, in one transaction.</summary>
    /// <param name="until">Highest number to run per module; null for all. For tests of upgrades.</param>
    /// <param name="cancel">Stops before the commit.</param>
    /// <exception cref="MigrationException">A script that ran before has been changed since.</exception>
    public ValueTask RunAsync(IReadOnlyDictionary<string, int>? until, CancellationToken cancel) => db.MigrateAsync(async session =>
    {
        await ExecuteAsync(session, CreateTable);
        using var list = session.Sql(ListApplied);
        var applied = (await list.ListAsync(static row => (Module: row.GetString(0), Number: row.GetInt32(1), Name: row.GetString(2), Checksum: row.GetString(3))))
            .ToDictionary(a => (a.Module, a.Number));
        foreach (var set in sets)
        {
            var scripts = Scripts(set);
            foreach (var stranger in applied.Keys.Where(k => k.Module == set.Module && !scripts.ContainsKey(k.Number)))
                Log.UnknownMigration(logger, set.Module, stranger.Number);
            foreach (var (number, script) in scripts)
            {
                if (applied.TryGetValue((set.Module, number), out var before))
                    Compare(before.Checksum, script, set.Module);
                else if (until is null || (until.TryGetValue(set.Module, out var last) && number <= last))
                    await RunAsync(session, set.Module, script);
            }
        }

        if (db.Dialect.Kind is DatabaseKind.Sqlite)
            await SqliteStatistics.WriteAsync(session);
    }, cancel);

    private static void Compare(string checksum, Script script, string module)
    {
        if (checksum != script.Checksum)
        {
            throw new MigrationException(
                $"Migration {module}/{script.Number:0000}_{script.Name} was changed after this database ran it. Migrations are never edited: "
                + "restore the script, or restore the database from a backup made by this version.");
        }
    }

    private static async ValueTask ExecuteAsync(DbSession session, string sql)
    {
        using var statement = session.Sql(sql);
        await statement.ExecuteAsync();
    }

    private async ValueTask RunAsync(DbSession session, string module, Script script)
    {
        await ExecuteAsync(session, script.Sql);
        using var record = session.Sql(Record)
            .Set("module", module).Set("number", script.Number).Set("name", script.Name)
            .Set("checksum", script.Checksum).Set("at", time.GetUtcNow().ToUnixTimeMilliseconds());
        await record.ExecuteAsync();
        Log.Migrated(logger, module, script.Number, script.Name);
    }

    private SortedDictionary<int, Script> Scripts(MigrationSet set)
    {
        var mine = db.Dialect.Kind is DatabaseKind.Sqlite ? ".sqlite" : ".postgres";
        var scripts = new SortedDictionary<int, Script>();
        foreach (var resource in set.Assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)))
        {
            var file = resource[(resource.IndexOf(".Migrations.", StringComparison.Ordinal) + ".Migrations.".Length)..^4];
            var dot = file.IndexOf('.', StringComparison.Ordinal);
            if (dot >= 0 && file[dot..] != mine)
                continue;
            var number = int.Parse(file.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
            scripts.Add(number, Read(set.Assembly, resource, number, (dot < 0 ? file : file[..dot])[5..]));
        }

        return scripts;
    }

    private static Script Read(Assembly assembly, string resource, int number, string name)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        var sql = reader.ReadToEnd();
        return new(number, name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
    }

    private sealed record Script(int Number, string Name, string Sql, string Checksum);
}

/// <summary>The database's migrations and this server's do not go together. Ends the start with its message.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>With what a person should do.</summary>
    public MigrationException(string message)
        : base(message)
    {
    }

    /// <summary>With what a person should do.</summary>
    public MigrationException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without saying why.</summary>
    public MigrationException()
    {
    }
}
