using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What the modules say of their tables is what the tables are.</summary>
public sealed class PortableTableTests(OneServerInProcess one) : IClassFixture<OneServerInProcess>
{
    private const string Fix = "Declare it in the module's XxxTables.cs (Moves/): what travels with a workspace, or why it does not.";

    [Fact]
    public async Task Every_table_of_workspaces_says_whether_it_travels()
    {
        var server = one.Server;
        var declared = server.Services.GetServices<PortableTable>().ToList();
        var known = declared.Select(static t => t.Name).ToList();
        var there = await TablesAsync(server);

        var missing = there.Where(static t => t.Columns.Any(static c => c.Name == "tenant_id")).Select(static t => t.Name).Except(known);
        Assert.True(!missing.Any(), $"Nothing is said of {string.Join(", ", missing)}. {Fix}");
        Assert.Empty(known.Except(there.Select(static t => t.Name)));
        Assert.Equal(known.Distinct(), known);
        Assert.All(declared.Where(static t => t.Stays is not null), static table => Assert.True(table.Stays!.Length > 20, $"{table.Name} needs a better reason."));
    }

    [Fact]
    public async Task Tables_that_travel_are_declared_as_they_are()
    {
        var server = one.Server;
        var there = (await TablesAsync(server)).ToDictionary(static t => t.Name);
        var wrong = new List<string>();
        foreach (var table in server.Services.GetServices<PortableTable>().Where(static t => t.Stays is null))
        {
            var columns = there[table.Name].Columns.Where(static c => c.Name != "tenant_id").ToList();
            var said = table.Columns.Select(static c => c.Name).Concat(table.Derived.Select(static d => d.Name)).ToList();
            wrong.AddRange(columns.Select(static c => c.Name).Except(said).Select(name => $"{table.Name}.{name} is not declared"));
            wrong.AddRange(said.Except(columns.Select(static c => c.Name)).Select(name => $"{table.Name}.{name} does not exist"));
            foreach (var column in table.Columns)
            {
                if (columns.Find(c => c.Name == column.Name) is not { Name: not null } real)
                    continue;
                if (!Fits(column, real.Type))
                    wrong.Add($"{table.Name}.{column.Name} is {real.Type}, declared as {column.Type}");
                if (column.IsNullable == real.NotNull)
                    wrong.Add($"{table.Name}.{column.Name} is {(real.NotNull ? "not null" : "nullable")}, declared otherwise");
            }

            var key = there[table.Name].Columns.Where(static c => c.Key > 0).OrderBy(static c => c.Key).Select(static c => c.Name).Skip(1);
            if (!key.SequenceEqual(table.Key))
                wrong.Add($"{table.Name}'s key is {string.Join(", ", key)}, declared as {string.Join(", ", table.Key)}");
        }

        Assert.True(wrong.Count == 0, $"{string.Join('\n', wrong)}\n\n{Fix}");
    }

    private static bool Fits(PortableColumn column, string type) => column.Type switch
    {
        PortableType.Flag => type == "smallint",
        PortableType.Whole => type is "bigint" or "integer",
        PortableType.Number => type == "double precision",
        PortableType.Bytes => type == "blob",
        _ => type == "text",
    };

    private static async Task<List<(string Name, List<Column> Columns)>> TablesAsync(ServerInProcess server) =>
        await server.Services.GetRequiredService<Db>().ReadAsync(async session =>
        {
            var tables = new List<(string, List<Column>)>();
            using var list = session.Sql("select name from sqlite_master where type = 'table' order by name");
            foreach (var name in await list.ListAsync(static row => row.GetString(0)))
            {
                using var about = session.Sql($"select name, lower(type), \"notnull\", pk from pragma_table_info('{name}')");
                tables.Add((name, await about.ListAsync(static row => new Column(
                    row.GetString(0), row.GetString(1), Convert.ToInt64(row.GetValue(2), CultureInfo.InvariantCulture) != 0, (int)row.GetInt64(3)))));
            }

            return tables;
        }, TestContext.Current.CancellationToken);

    private readonly record struct Column(string Name, string Type, bool NotNull, int Key);
}
